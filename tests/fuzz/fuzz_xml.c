/* SPDX-License-Identifier: Apache-2.0 */
/* XML from anybody, and the signatures in it: nothing that is made up is found
 * to be good, and a signature that is put into a document changes nothing else
 * of it. The first byte says which profile. */
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlerror.h>

#include "fuzz.h"
#include "xml/canonical.h"
#include "xml/check.h"
#include "xml/make.h"

#define PATH "/nonexistent/document.xml"

static struct judge judge;

static void
open_judge(void)
{
	struct jpki_ctx *ctx = jpki_ctx_new();

	if (ctx == NULL || judge_open(&judge, ctx) != 0)
		abort();
}

static void
verify(const uint8_t *data, size_t size, enum profile profile, const char *id)
{
	struct question question = {
		.judge = &judge, .path = PATH, .data = data, .len = size,
		.profile = profile, .id = id
	};
	struct answer answer;

	if (!check_is_xml(data, size))
		return;
	if (check_document(&question, &answer) != 0)
		abort();
	/* No CA is trusted here but the service's. */
	if (answer.n == 0 || answer_exit(&answer) == JUDGE_FINE)
		abort();
	answer_free(&answer);
}

/* The digest of what is signed. -1: it has no canonical form. */
static int
digest_target(const struct document *document, const struct place *place,
    const xmlNode *without, uint8_t digest[DIGEST_MAX])
{
	struct digest sum;
	int r;

	if (digest_begin(&sum, judge.libctx, JPKI_MD_SHA256) != 0)
		abort();
	r = canonical_form(document->xml, place->target, without, NULL,
	    digest_take, &sum);
	if (digest_end(&sum, digest) != 0)
		abort();
	return r;
}

/* What was put in stands last, and nothing else has changed. */
static void
look_again(const uint8_t *data, size_t len, const struct place *before,
    const char *id, const uint8_t *digest)
{
	struct trouble trouble = { 0 };
	struct document document;
	struct place place;
	uint8_t again[DIGEST_MAX];

	if (document_read(&document, data, len, &trouble) != 0 ||
	    place_find(&place, &document, before->profile, id, &trouble) != 0 ||
	    place.n_signatures != before->n_signatures + 1 ||
	    digest_target(&document, &place,
	    place.signatures[place.n_signatures - 1], again) != 0 ||
	    memcmp(digest, again, 32) != 0)
		abort();
	place_clear(&place);
	document_clear(&document);
}

static void
put_in(const struct document *document, const struct place *place,
    const char *id)
{
	struct making making = { .algorithm = digest_of(JPKI_MD_SHA256) };
	struct trouble trouble = { 0 };
	uint8_t digest[DIGEST_MAX], *data;
	size_t len;

	if (digest_target(document, place, NULL, digest) != 0)
		return;
	if (making_add(&making, strdup(""), making_c14n, digest) != 0 ||
	    making_place(&making, document, place, &trouble) != 0)
		abort();
	data = making_write(&making, document->data, document->len, digest, 32,
	    digest, 32, &len, &trouble);
	if (data != NULL)
		look_again(data, len, place, id, digest);
	free(data);
	making_clear(&making);
}

static void
sign(const uint8_t *data, size_t size, enum profile profile, const char *id)
{
	struct trouble trouble = { 0 };
	struct document document;
	struct place place = { 0 };

	if (document_read(&document, data, size, &trouble) == 0 &&
	    place_find(&place, &document, profile, id, &trouble) == 0 &&
	    profile != PROFILE_DETACHED &&
	    place_check_free(&place, &document, &trouble) == 0)
		put_in(&document, &place, id);
	if (trouble.failed != 0)
		abort();
	place_clear(&place);
	document_clear(&document);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ids[] = { NULL, "t", "構成情報" };
	const char *id;
	enum profile profile;

	if (judge.ctx == NULL)
		open_judge();
	if (size == 0)
		return 0;
	profile = *data % 5;
	id = profile == PROFILE_ENVELOPED ? ids[*data / 5 % 3] : NULL;
	verify(data + 1, size - 1, profile, id);
	if (profile != 0)
		sign(data + 1, size - 1, profile, id);
	return 0;
}
