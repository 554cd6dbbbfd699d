/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the signatures of one document; see check.h. What one signature
 * covers is looked at in cover.c.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "canonical.h"
#include "check.h"
#include "common/message.h"
#include "cover.h"

#define SIGNATURES_MAX 20	/* each costs canonicalizing everything */

static int
update(void *arg, const void *data, size_t len)
{
	return EVP_DigestVerifyUpdate(arg, data, len) == 1 ? 0 : -1;
}

/* Whether the value of a signature was made with this certificate's key. */
static enum jpki_tested
fits(const struct judge *judge, const struct document *document,
    const struct signature *signature, X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	enum jpki_tested fitting = JPKI_TESTED_NOT;
	EVP_MD_CTX *ctx;

	if (signature->algorithm == NULL || key == NULL)
		return JPKI_TESTED_NOT;
	/* All methods that are judged are RSA's. */
	if (!EVP_PKEY_is_a(key, "RSA"))
		return JPKI_TESTED_WRONG;
	ctx = EVP_MD_CTX_new();
	if (ctx != NULL && EVP_DigestVerifyInit_ex(ctx, NULL,
	    jpki_md_name(signature->algorithm->md), judge->libctx, NULL, key,
	    NULL) == 1 &&
	    canonical_form(document->xml, signature->signed_info, NULL,
	    &signature->canonical, update, ctx) == 0)
		fitting = EVP_DigestVerifyFinal(ctx, signature->value,
		    signature->value_len) == 1 ? JPKI_TESTED_RIGHT :
		    JPKI_TESTED_WRONG;
	EVP_MD_CTX_free(ctx);
	return fitting;
}

/* The signer is the one whose key fits; or else the first. */
static X509 *
find_signer(const struct judge *judge, const struct document *document,
    const struct signature *signature, enum jpki_tested *fitting)
{
	X509 *cert;
	int i;

	for (i = 0; i < sk_X509_num(signature->certs); i++) {
		cert = sk_X509_value(signature->certs, i);
		*fitting = fits(judge, document, signature, cert);
		if (*fitting == JPKI_TESTED_RIGHT)
			return cert;
	}
	cert = sk_X509_value(signature->certs, 0);
	*fitting = fits(judge, document, signature, cert);
	return cert;
}

static void
add(struct judgement *judgement, enum judge_weight weight,
    const struct trouble *trouble)
{
	judgement_add(judgement, weight, trouble->code, "%s", "%s",
	    trouble->text);
}

/* A judgement of what could not even be read as a signature. */
static int
judge_broken(const struct judge *judge, const struct trouble *trouble,
    struct checked *checked)
{
	struct judge_facts facts = { 0 };
	int code;

	if (trouble->failed != 0)
		return trouble->failed;
	code = judge_signature(judge, &facts, &checked->judgement);
	if (code == 0)
		add(checked->judgement, JUDGE_WRONG, trouble);
	return code;
}

static int
judge_one(const struct question *question, const struct document *document,
    const struct signature *signature, struct cover *cover,
    struct checked *checked)
{
	struct judge_facts facts = { 0 };
	size_t i;
	int code;

	facts.content = cover_unchanged(cover);
	facts.signer = find_signer(question->judge, document, signature,
	    &facts.signature);
	facts.certs = signature->certs;
	facts.weak = cover->weak;
	if (signature->algorithm != NULL) {
		facts.digest = signature->algorithm->label;
		facts.algorithm = "RSA";
		facts.weak |= signature->algorithm->weak;
	}
	checked->content = facts.content;
	checked->signature = facts.signature;
	code = judge_signature(question->judge, &facts, &checked->judgement);
	/* Some function of OpenSSL's may have left something. */
	ERR_clear_error();
	for (i = 0; code == 0 && i < cover->n_findings; i++)
		add(checked->judgement, cover->findings[i].weight,
		    &cover->findings[i].trouble);
	return code;
}

static int
check_one(const struct question *question, const struct document *document,
    const struct place *place, xmlNode *element, struct checked *checked)
{
	struct trouble trouble = { 0 };
	struct signature signature;
	struct cover cover = { 0 };
	int code;

	if (signature_read(&signature, element, question->judge->libctx,
	    &trouble) != 0)
		code = judge_broken(question->judge, &trouble, checked);
	else if ((code = cover_look(&cover, question, document, place,
	    &signature)) == 0)
		code = judge_one(question, document, &signature, &cover,
		    checked);
	checked->covered = cover.covered;
	checked->n_covered = cover.n;
	free(cover.findings);
	signature_clear(&signature);
	return code;
}

/* Whatever is read in a document of somebody else's, a signature elsewhere
 * than where it belongs may be there to be found by others. */
static void
judge_strays(const struct place *place, struct checked *checked)
{
	if (place->n_strays == 0)
		return;
	if (place->profile == PROFILE_ENVELOPED)
		judgement_add(checked->judgement, JUDGE_UNCHECKED,
		    "other-signature",
		    "other signatures in the document (%zu) were not looked at",
		    "文書の中のほかの署名（%zu 個）は見ていません",
		    place->n_strays);
	else
		judgement_add(checked->judgement, JUDGE_WRONG,
		    "stray-signature",
		    "there is a signature where the profile has none",
		    "プロファイルでは署名がない場所に署名があります");
}

static int
check_all(const struct question *question, const struct document *document,
    const struct place *place, struct answer *answer)
{
	size_t i;
	int code = 0;

	answer->signatures = calloc(place->n_signatures,
	    sizeof(*answer->signatures));
	if (answer->signatures == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	for (i = 0; i < place->n_signatures && code == 0; i++) {
		answer->n++;
		code = check_one(question, document, place,
		    place->signatures[i], &answer->signatures[i]);
		if (code == 0)
			judge_strays(place, &answer->signatures[i]);
	}
	return code;
}

static int
answer_broken(const struct question *question, const struct trouble *trouble,
    struct answer *answer)
{
	if (trouble->failed != 0)
		return trouble->failed;
	answer->signatures = calloc(1, sizeof(*answer->signatures));
	if (answer->signatures == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	answer->n = 1;
	return judge_broken(question->judge, trouble, answer->signatures);
}

static const char no_signature[] = "no-signature";

int
check_count(const struct document *document, const struct place *place,
    struct trouble *trouble)
{
	if (place->n_signatures > SIGNATURES_MAX)
		return trouble_set(trouble, "signatures",
		    "it has more than %d signatures",
		    "署名が %d 個を超えています", SIGNATURES_MAX);
	if (place->n_signatures * document->cost > 2 * DOCUMENT_COST_MAX)
		return document_refuse_cost(trouble);
	if (place->n_signatures > 0)
		return 0;
	if (place->n_strays > 0)
		return trouble_set(trouble, "stray-signature",
		    "it has a signature, but not where the profile has it. "
		    "--profile names the profile, --id an element that has "
		    "its own signature",
		    "署名はありますが、プロファイルの場所にはありません。"
		    "--profile でプロファイル、--id で署名の付いた要素を指定"
		    "できます");
	return trouble_set(trouble, no_signature, "it is not signed",
	    "署名されていません");
}

bool
check_is_xml(const uint8_t *data, size_t len)
{
	static const char before[] = " \t\r\n\xef\xbb\xbf\xfe\xff";
	size_t i;

	for (i = 0; i < len && (data[i] == 0 ||
	    strchr(before, (char)data[i]) != NULL); i++)
		;
	return i < len && data[i] == '<';
}

int
check_document(const struct question *question, struct answer *answer)
{
	struct trouble trouble = { 0 };
	struct document document;
	struct place place = { 0 };
	int code;

	memset(answer, 0, sizeof(*answer));
	answer->profile = question->profile;
	if (document_read(&document, question->data, question->len,
	    &trouble) != 0)
		code = answer_broken(question, &trouble, answer);
	else {
		if (answer->profile == 0)
			answer->profile = profile_guess(&document);
		if (place_find(&place, &document, answer->profile,
		    question->id, &trouble) != 0 ||
		    check_count(&document, &place, &trouble) != 0) {
			code = answer_broken(question, &trouble, answer);
			answer->is_unsigned = trouble.code == no_signature;
		} else {
			code = check_all(question, &document, &place, answer);
			answer->outside = cover_outside(&place);
		}
	}
	place_clear(&place);
	document_clear(&document);
	return code;
}

void
answer_free(struct answer *answer)
{
	size_t i, j;

	for (i = 0; i < answer->n; i++) {
		struct checked *checked = &answer->signatures[i];

		judgement_free(&checked->judgement);
		for (j = 0; j < checked->n_covered; j++)
			free(checked->covered[j].what);
		free(checked->covered);
	}
	free(answer->signatures);
	free(answer->outside);
	memset(answer, 0, sizeof(*answer));
}

int
answer_exit(const struct answer *answer)
{
	int code = JUDGE_FINE;
	size_t i;

	for (i = 0; i < answer->n; i++)
		code = judge_worst(code,
		    judgement_exit(answer->signatures[i].judgement));
	return code;
}
