/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging a signature; see judge.h. The library's review has the rules; here
 * are the files that options name, the formats' own findings, and the codes.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "certs.h"
#include "file.h"
#include "judgement.h"
#include "message.h"
#include "openssl.h"

#define ANSWER_MAX (512u << 20)	/* bytes of the largest CRL */

int
judge_worst(int a, int b)
{
	if (a == JUDGE_BAD || b == JUDGE_BAD)
		return JUDGE_BAD;
	return a == JUDGE_FINE ? b : a;
}

/* ---- Options ---- */

/* A CRL or an OCSP answer, or a CA, by the option that names it. */
struct judge_file {
	int option;
	const char *path;
	uint8_t *data;
	size_t len;
};

int
judge_option(struct judge *judge, int id, const char *value)
{
	struct judge_file *files;

	if (id < OPT_CA || id > OPT_TSA_CA)
		return JUDGE_NOT_MINE;
	files = realloc(judge->files, (judge->n_files + 1) * sizeof(*files));
	if (files == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	judge->files = files;
	files += judge->n_files++;
	memset(files, 0, sizeof(*files));
	files->option = id;
	files->path = value;
	return 0;
}

static int
read_file(struct judge *judge, struct judge_file *f)
{
	if (f->option == OPT_CA)
		return certs_read(judge->ctx, f->path, &judge->cas,
		    &judge->n_cas);
	if (f->option == OPT_TSA_CA)
		return certs_read(judge->ctx, f->path, &judge->tsa_cas,
		    &judge->n_tsa_cas);
	if (file_read(f->path, ANSWER_MAX, &f->data, &f->len) == 0)
		return 0;
	if (errno != EFBIG)
		return complain_errno(f->path);
	complain("%s: larger than %u MiB", "%s: %u MiB を超えています",
	    f->path, ANSWER_MAX >> 20);
	return EX_DATAERR;
}

int
judge_open(struct judge *judge, struct jpki_ctx *ctx)
{
	size_t i;
	int code = 0;

	judge->ctx = ctx;
	judge->now = time(NULL);
	/* A context of its own: nothing in openssl.cnf changes what happens
	 * here. */
	if ((judge->libctx = OSSL_LIB_CTX_new()) == NULL ||
	    (judge->provider = OSSL_PROVIDER_load(judge->libctx,
	    "default")) == NULL)
		return openssl_complain(NULL);
	for (i = 0; code == 0 && i < judge->n_files; i++)
		code = read_file(judge, &judge->files[i]);
	return code;
}

void
judge_close(struct judge *judge)
{
	size_t i;

	for (i = 0; i < judge->n_files; i++)
		free(judge->files[i].data);
	free(judge->files);
	jpki_certs_free(&judge->cas);
	jpki_certs_free(&judge->tsa_cas);
	if (judge->provider != NULL)
		OSSL_PROVIDER_unload(judge->provider);
	OSSL_LIB_CTX_free(judge->libctx);
	memset(judge, 0, sizeof(*judge));
}

OSSL_LIB_CTX *
judge_enter(const struct judge *judge)
{
	return OSSL_LIB_CTX_set0_default(judge->libctx);
}

void
judge_leave(OSSL_LIB_CTX *before)
{
	OSSL_LIB_CTX_set0_default(before);
	/* What was no failure of ours must not be told as one later. */
	ERR_clear_error();
}

bool
judge_time(const ASN1_TIME *time, int64_t *out)
{
	struct jpki_date day;
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1 || tm.tm_year <= -1900)
		return false;
	day.year = (int16_t)(tm.tm_year + 1900);
	day.month = (uint8_t)(tm.tm_mon + 1);
	day.day = (uint8_t)tm.tm_mday;
	/* Which begins nine hours earlier in Japan. */
	*out = jpki_date_begin(day) + 9 * 3600 + tm.tm_hour * 3600 +
	    tm.tm_min * 60 + tm.tm_sec;
	return true;
}

/* ---- What the format knows ---- */

static void
add_thing(struct judgement *j, enum judge_weight weight, const char *code,
    char *text)
{
	struct judged_thing *things;

	things = text == NULL ? NULL : realloc(j->things,
	    (j->n_things + 1) * sizeof(*things));
	if (things == NULL) {
		j->short_of_memory = true;
		free(text);
		return;
	}
	j->things = things;
	things += j->n_things++;
	things->weight = weight;
	things->code = code;
	things->text = text;
}

void
judgement_add(struct judgement *j, enum judge_weight weight,
    const char *code, const char *en, const char *ja, ...)
{
	va_list ap;
	char *text;

	va_start(ap, ja);
	if (vasprintf(&text, pick(en, ja), ap) == -1)
		text = NULL;
	va_end(ap);
	add_thing(j, weight, code, text);
}

static bool
of_weight(const struct judgement *j, enum judge_weight weight, size_t *i,
    struct judged *out)
{
	enum jpki_finding finding;
	size_t k;

	for (k = 0; k < jpki_review_count(j->review); k++) {
		finding = jpki_review_at(j->review, k);
		out->weight = (enum judge_weight)jpki_finding_weight(finding);
		out->code = jpki_finding_name(finding);
		out->text = jpki_finding_text(finding, text_lang());
		if (out->weight == weight && (*i)-- == 0)
			return true;
	}
	for (k = 0; k < j->n_things; k++) {
		out->weight = j->things[k].weight;
		out->code = j->things[k].code;
		out->text = j->things[k].text;
		if (out->weight == weight && (*i)-- == 0)
			return true;
	}
	return false;
}

bool
judgement_at(const struct judgement *j, size_t i, struct judged *out)
{
	return of_weight(j, JUDGE_WRONG, &i, out) ||
	    of_weight(j, JUDGE_UNKNOWN, &i, out) ||
	    of_weight(j, JUDGE_UNCHECKED, &i, out) ||
	    of_weight(j, JUDGE_NOTE, &i, out);
}

bool
judgement_has(const struct judgement *j, const char *code)
{
	struct judged thing;
	size_t i;

	for (i = 0; judgement_at(j, i, &thing); i++)
		if (strcmp(thing.code, code) == 0)
			return true;
	return false;
}

int
judgement_exit(const struct judgement *j)
{
	struct judged worst;

	if (j->short_of_memory)
		return JUDGE_BAD;
	if (!judgement_at(j, 0, &worst) || worst.weight < JUDGE_UNKNOWN)
		return j->review != NULL ? JUDGE_FINE : JUDGE_OPEN;
	return worst.weight == JUDGE_WRONG ? JUDGE_BAD : JUDGE_OPEN;
}

const struct jpki_review *
judgement_review(const struct judgement *j)
{
	return j->review;
}

const struct jpki_check *
judgement_last(const struct judgement *j)
{
	const struct jpki_check *check, *last = NULL;
	size_t i;

	for (i = 0; (check = jpki_review_check(j->review, i)) != NULL; i++)
		last = check;
	return last;
}

/* ---- Revocation ---- */

static int
ask(const struct judge *judge, struct judgement *j,
    const struct judge_file *f)
{
	return f->option == OPT_CRL ? jpki_review_crl(judge->ctx, j->review,
	    f->data, f->len) : jpki_review_ocsp(judge->ctx, j->review,
	    f->data, f->len);
}

/* Why a list or an answer says nothing about the certificate. */
static int
note_answer(const struct judge *judge, struct judgement *j,
    const struct judge_file *f, int err)
{
	if (err != JPKI_ERR_NOT_COVERED && err != JPKI_ERR_NOT_SIGNED &&
	    err != JPKI_ERR_DATA)
		return complain_about(f->path, judge->ctx, err, NULL);
	judgement_add(j, JUDGE_UNCHECKED, "answer-unused", "%s: %s", "%s: %s",
	    f->path, jpki_ctx_errmsg(judge->ctx));
	return 0;
}

/* Twice, because a list of changes and its base count together, and the first
 * of the two does not know. */
static int
ask_all(const struct judge *judge, struct judgement *j)
{
	const struct judge_file *f;
	bool *used;
	size_t i, n = judge->n_files;
	int code = 0, r, pass;

	if (n == 0 || j->signer == NULL)
		return 0;
	if ((used = calloc(n, sizeof(*used))) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; code == 0 && i < n; i++) {
			f = &judge->files[i];
			if (used[i] || f->option == OPT_CA ||
			    f->option == OPT_TSA_CA)
				continue;
			r = ask(judge, j, f);
			used[i] = r == 0;
			if (r != 0 && pass == 1)
				code = note_answer(judge, j, f, r);
		}
	free(used);
	return code;
}

/* ---- One signature ---- */

static int
parse_x509(const struct judge *judge, X509 *x, struct jpki_cert **out)
{
	unsigned char *der = NULL;
	int len, r;

	*out = NULL;
	if ((len = i2d_X509(x, &der)) <= 0)
		return JPKI_ERR_DATA;
	r = jpki_cert_parse(judge->ctx, der, (size_t)len, out);
	OPENSSL_free(der);
	return r;
}

static int
take_signer(const struct judge *judge, const struct judge_facts *facts,
    struct judgement *j)
{
	int r = 0;

	if (facts->signer_cert != NULL)
		j->signer = jpki_cert_ref(facts->signer_cert);
	else if (facts->signer != NULL)
		r = parse_x509(judge, facts->signer, &j->signer);
	if (r == JPKI_ERR_MEMORY)
		return complain_ctx(judge->ctx, r, NULL);
	if (r != 0)
		judgement_add(j, JUDGE_UNKNOWN, "signer-unreadable",
		    "who signed: the signer's certificate cannot be read",
		    "だれの署名か（署名者の証明書を読み取れません）");
	return 0;
}

/* What else came along; what cannot be read proves nothing. */
static int
take_others(const struct judge *judge, const STACK_OF(X509) *certs,
    struct jpki_cert ***others, size_t *n)
{
	struct jpki_cert *cert;
	int i, r, code = 0;

	for (i = 0; code == 0 && i < sk_X509_num(certs); i++) {
		r = parse_x509(judge, sk_X509_value(certs, i), &cert);
		if (r == JPKI_ERR_MEMORY)
			return complain_ctx(judge->ctx, r, NULL);
		if (r == 0)
			code = certs_add(others, n, cert);
	}
	return code;
}

static int
review(const struct judge *judge, const struct judge_facts *facts,
    struct judgement *j, struct jpki_cert *const *others, size_t n)
{
	struct jpki_review_facts f = {
		.size = sizeof(f),
		.content = facts->content,
		.signature = facts->signature,
		.weak = facts->weak,
		.signer = j->signer,
		.trusted = judge->cas,
		.trusted_count = judge->n_cas,
		.others = others,
		.other_count = n,
		.now = judge->now,
		.has_claimed = facts->has_claimed,
		.claimed = facts->claimed,
		.has_stamp = facts->token != NULL
	};
	int code, r;

	if (f.has_stamp && (code = judge_stamp(judge, facts, j, &f)) != 0)
		return code;
	if ((r = jpki_review_new(judge->ctx, &f, &j->review)) != 0)
		return complain_ctx(judge->ctx, r, NULL);
	judge_issuer(judge, facts, j, others, n);
	return ask_all(judge, j);
}

int
judge_signature(const struct judge *judge, const struct judge_facts *facts,
    struct judgement **out)
{
	struct jpki_cert **others = NULL;
	struct judgement *j;
	OSSL_LIB_CTX *before;
	size_t n = 0;
	int code;

	if ((*out = j = judgement_new()) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	before = judge_enter(judge);
	j->digest = facts->digest;
	j->algorithm = facts->algorithm;
	j->weak = facts->weak;
	j->has_claimed = facts->has_claimed;
	j->claimed = facts->claimed;
	j->has_stamp = facts->token != NULL;
	if ((code = take_signer(judge, facts, j)) == 0 &&
	    (code = take_others(judge, facts->certs, &others, &n)) == 0)
		code = review(judge, facts, j, others, n);
	jpki_certs_free(&others);
	judge_leave(before);
	if (code != 0)
		judgement_free(out);
	return code;
}

struct judgement *
judgement_new(void)
{
	return calloc(1, sizeof(struct judgement));
}

void
judgement_free(struct judgement **judgement)
{
	struct judgement *j = *judgement;
	size_t i;

	if (j == NULL)
		return;
	for (i = 0; i < j->n_things; i++)
		free(j->things[i].text);
	free(j->things);
	free(j->stamper);
	jpki_review_free(&j->review);
	jpki_cert_free(&j->signer);
	free(j);
	*judgement = NULL;
}
