/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-xml sign: what the driver of the signers asks of a format.
 *
 * What the card signs is the digest of SignedInfo, which depends on the
 * document alone: one run does for all. The certificate is put in behind it.
 */
#include <stdio.h>
#include <string.h>

#include "attached.h"
#include "canonical.h"
#include "check.h"
#include "common/consent.h"
#include "common/message.h"
#include "prepare.h"

#define SUFFIX ".sig.xml"
#define CERT_ROOM 4096	/* the card has files of 2048 bytes for them */

static struct request *
request_of(const struct signing *signing)
{
	return signing->arg;
}

/* IN.xml becomes IN-signed.xml; kousei.xml keeps its name in another folder. */
static char *
name(const struct signing *signing, const struct signing_file *file)
{
	const struct request *request = request_of(signing);
	const char *base = attached_base(file->path);
	const char *dot = strrchr(base, '.');
	char *out;
	size_t stem;
	int r;

	if (request->profile == PROFILE_EGOV && signing->out != NULL)
		return strdup(file->path);
	stem = dot != NULL && dot != base ? (size_t)(dot - file->path) :
	    strlen(file->path);
	if (request->profile == PROFILE_DETACHED)
		r = asprintf(&out, "%s" SUFFIX, file->path);
	else
		r = asprintf(&out, "%.*s-signed%s", (int)stem, file->path,
		    file->path + stem);
	return r != -1 ? out : NULL;
}

static int
prepare(struct signing *signing, struct signing_file *file)
{
	struct own *own;

	if ((own = calloc(1, sizeof(*own))) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	file->own = own;
	own->making.algorithm = digest_of(file->md);
	if (request_of(signing)->profile == PROFILE_DETACHED)
		return prepare_detached(signing, file, own);
	return prepare_document(signing, file, own);
}

/* ---- The signature ---- */

/* The Signature that was put in last. */
static int
digest_signed_info(struct request *request, const struct document *document,
    struct signing_file *file, struct trouble *trouble)
{
	struct place place;
	struct digest sum;
	int r;

	r = place_find(&place, document, request->profile, request->id,
	    trouble);
	if (r == 0)
		r = check_count(document, &place, trouble);
	if (r == 0) {
		r = digest_begin(&sum, request->judge.libctx, file->md);
		if (r == 0)
			r = canonical_form(document->xml, document_first(
			    place.signatures[place.n_signatures - 1]), NULL,
			    NULL, digest_take, &sum);
		if (digest_end(&sum, file->digest) != 0 || r != 0)
			r = trouble_set(trouble, "canonical",
			    "it could not be digested",
			    "ダイジェストを計算できません");
	}
	place_clear(&place);
	return r;
}

/* With room for a certificate, so that what is too large in the end is so
 * before the card is used. */
static int
build(struct signing *signing, struct signing_file *file)
{
	static const uint8_t room[CERT_ROOM];
	struct own *own = file->own;
	struct trouble trouble = { 0 };
	struct document document = { 0 };
	uint8_t *data;
	size_t len;
	int r = -1;

	data = making_write(&own->making, own->data, own->len, room,
	    SIGNING_SIG_MAX, room, CERT_ROOM, &len, &trouble);
	if (data != NULL &&
	    (r = document_read(&document, data, len, &trouble)) == 0)
		r = digest_signed_info(request_of(signing), &document, file,
		    &trouble);
	document_clear(&document);
	free(data);
	return r == 0 ? 0 : trouble_complain(&trouble, file->path);
}

static int
finish(struct signing *signing, struct signing_file *file,
    struct file_output *out)
{
	const struct own *own = file->own;
	struct trouble trouble = { 0 };
	const uint8_t *cert;
	uint8_t *data;
	size_t len, cert_len;
	int code = 0;

	cert = jpki_cert_der(signing->cert, &cert_len);
	data = making_write(&own->making, own->data, own->len, file->sig,
	    file->sig_len, cert, cert_len, &len, &trouble);
	if (data == NULL)
		return trouble_complain(&trouble, file->path);
	if (file_put(out, data, len) != 0)
		code = complain_errno(file->out);
	free(data);
	return code;
}

/* Content and signature of the one that was put in last; whose it is and by
 * which CA is not the question. */
static bool
is_good(const struct answer *answer)
{
	const struct checked *last = answer->n > 0 ?
	    &answer->signatures[answer->n - 1] : NULL;

	return last != NULL && last->content == JPKI_TESTED_RIGHT &&
	    last->signature == JPKI_TESTED_RIGHT;
}

static int
check(struct signing *signing, struct signing_file *file,
    const struct file_output *out)
{
	struct request *request = request_of(signing);
	struct question question = {
		.judge = &request->judge, .path = file->path,
		.profile = request->profile, .id = request->id,
		.content = file->path
	};
	struct answer answer = { 0 };
	uint8_t *data;
	int code;

	/* The signature has made it longer. */
	if (file_read(out->tmp, DOCUMENT_MAX + (1 << 20), &data,
	    &question.len) != 0)
		return complain_errno(file->out);
	question.data = data;
	code = check_document(&question, &answer);
	if (code == 0 && !is_good(&answer)) {
		complain("%s: the finished signature does not fit what it "
		    "should sign: was a file changed meanwhile? Nothing was "
		    "kept", "%s: できた署名が対象と合いません。途中でファイル"
		    "が変更された可能性があります。署名は保存していません",
		    file->path);
		code = EXIT_FAILURE;
	}
	answer_free(&answer);
	free(data);
	return code;
}

static void
release(struct signing_file *file)
{
	if (file->own != NULL)
		prepare_clear(file->own);
	free(file->own);
	file->own = NULL;
}

/* ---- Reports ---- */

static void
show(const struct layout *layout, const struct signing_file *file)
{
	const struct own *own = file->own;
	size_t i;

	for (i = 0; i < own->n_beside; i++)
		consent_put(layout, own->beside[i].name, own->beside[i].size,
		    own->beside[i].sha256);
}

static json_t *
describe(const struct signing *signing, const struct signing_file *file)
{
	const struct own *own = file->own;
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < own->n_beside; i++)
		json_array_append_new(names, json_text(own->beside[i].name));
	return json_pack("{s:s, s:s, s:o}",
	    "profile", profile_words[request_of(signing)->profile - 1],
	    "md", own->making.algorithm->word,
	    "attached", names);
}

int
xml_sign(struct request *request, char *const *paths, size_t n)
{
	static const struct signing_format format = {
		.when = SIGNING_BEFORE, .name = name, .prepare = prepare,
		.build = build, .finish = finish, .check = check,
		.release = release, .describe = describe, .show = show
	};

	return signer_sign(&request->signing, &request->judge, &format, paths,
	    n);
}
