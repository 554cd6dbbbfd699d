/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging a CMS; see cms_read.h. One pass: cms_split() hands the content to
 * the digests that the CMS announces before it, OpenSSL parses what is left,
 * and each signer is judged by itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "cms_signer.h"
#include "cms_split.h"
#include "judgement.h"
#include "message.h"
#include "openssl.h"

#define DIGESTS_MAX	8

struct reading {
	const struct judge *judge;
	const struct cms_question *question;
	struct cms_answer *answer;
	struct cms_bytes bytes;
	struct cms_parts parts;
	BIO *digests;		/* what the signers use */
	BIO *inside;		/* SHA-256 of enclosed content, to compare with
				 * the one that is beside it; NULL */
	uint8_t head[20];	/* of what is digested */
	size_t head_len;
	bool padding;		/* something follows */
	bool no_memory;
};

/* ---- Sources ---- */

static ssize_t
read_fd(void *arg, void *buf, size_t size)
{
	const int *fd = arg;
	ssize_t n;

	do
		n = read(*fd, buf, size);
	while (n == -1 && errno == EINTR);
	return n;
}

struct cms_source
cms_source_fd(int *fd, const char *name)
{
	struct cms_source source = { read_fd, fd, name };

	return source;
}

static ssize_t
read_memory(void *arg, void *buf, size_t size)
{
	struct cms_memory *memory = arg;

	if (size > memory->len)
		size = memory->len;
	if (size > 0)
		memcpy(buf, memory->data, size);
	memory->data += size;
	memory->len -= size;
	return (ssize_t)size;
}

struct cms_source
cms_source_memory(struct cms_memory *memory, const char *name)
{
	struct cms_source source = { read_memory, memory, name };

	return source;
}

/* ---- Digests ---- */

/* Puts a digest in front of a chain of them, once. */
static void
add_digest(struct reading *r, BIO **chain, const EVP_MD *md)
{
	EVP_MD_CTX *ctx;
	BIO *bio;
	int n = 0;

	for (bio = *chain; bio != NULL &&
	    (bio = BIO_find_type(bio, BIO_TYPE_MD)) != NULL;
	    bio = BIO_next(bio), n++) {
		BIO_get_md_ctx(bio, &ctx);
		if (EVP_MD_get_type(EVP_MD_CTX_get0_md(ctx)) ==
		    EVP_MD_get_type(md))
			return;
	}
	if (n == DIGESTS_MAX)
		return;
	if (*chain == NULL)
		*chain = BIO_new(BIO_s_null());
	if (*chain == NULL || (bio = BIO_new(BIO_f_md())) == NULL) {
		r->no_memory = true;
		return;
	}
	/* BIO_set_md() without its cast, which drops a const. */
	if (BIO_ctrl(bio, BIO_C_SET_MD, 0, (void *)(uintptr_t)md) > 0)
		*chain = BIO_push(bio, *chain);
	else
		BIO_free(bio);	/* no digest: shake256 without a length */
}

/* The digests that a CMS announces; what is not known is left out. */
static void
begin_digests(void *arg, const uint8_t *set, size_t len)
{
	struct reading *r = arg;
	const unsigned char *at = set, *end = set + len;
	const ASN1_OBJECT *oid;
	const EVP_MD *md;
	X509_ALGOR *algorithm;
	long n;
	int tag, class;

	/* The signers of some software announce none. */
	add_digest(r, &r->digests, EVP_sha256());
	if ((ASN1_get_object(&at, &n, &tag, &class, (long)len) & 0x80) != 0)
		return;
	while (at < end && (algorithm = d2i_X509_ALGOR(NULL, &at,
	    end - at)) != NULL) {
		X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
		md = EVP_get_digestbyobj(oid);
		if (md != NULL && (EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF) ==
		    0)
			add_digest(r, &r->digests, md);
		X509_ALGOR_free(algorithm);
	}
	ERR_clear_error();
}

static void
keep_head(struct reading *r, const uint8_t *data, size_t len)
{
	size_t rest = sizeof(r->head) - r->head_len;
	size_t n = len < rest ? len : rest;

	memcpy(r->head + r->head_len, data, n);
	r->head_len += n;
}

/* Whether it begins as signed attributes do: a set, of which contentType or
 * another one of PKCS #9 comes first. */
static bool
is_attributes(const struct reading *r)
{
	static const uint8_t arc[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
		0xf7, 0x0d, 0x01, 0x09 };

	return r->head_len > 0 && r->head[0] == 0x31 &&
	    memmem(r->head, r->head_len, arc, sizeof(arc)) != NULL;
}

static void
digest_content(void *arg, const uint8_t *data, size_t len)
{
	struct reading *r = arg;
	BIO *bio;

	if (r->question->content != NULL) {
		if (r->inside == NULL)
			add_digest(r, &r->inside, EVP_sha256());
		bio = r->inside;
	} else {
		keep_head(r, data, len);
		bio = r->digests;
	}
	if (bio == NULL || BIO_write(bio, data, (int)len) != (int)len)
		r->no_memory = true;
}

/* The content that is beside the CMS. 0, or the exit code after a message. */
static int
read_beside(struct reading *r)
{
	const struct cms_source *source = r->question->content;
	uint8_t buf[65536];
	ssize_t n;

	while ((n = source->read(source->arg, buf, sizeof(buf))) > 0) {
		if (BIO_write(r->digests, buf, (int)n) != (int)n)
			return openssl_complain(NULL);
		keep_head(r, buf, (size_t)n);
		r->answer->content_length += (uint64_t)n;
	}
	return n == 0 ? 0 : complain_errno(source->name);
}

/* Whether what is inside, if there is any, is the same as what is beside. */
static bool
is_same(const struct reading *r)
{
	unsigned char a[EVP_MAX_MD_SIZE], b[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx, *copy;
	BIO *bio = r->digests;
	unsigned len = 0;
	bool same;

	if (!r->parts.enclosed || r->question->content == NULL)
		return true;
	if (r->answer->content_length != r->parts.content_length)
		return false;
	if (r->inside == NULL)
		return true;
	do {
		bio = BIO_find_type(bio, BIO_TYPE_MD);
		BIO_get_md_ctx(bio, &ctx);
		bio = BIO_next(bio);
	} while (EVP_MD_get_type(EVP_MD_CTX_get0_md(ctx)) != NID_sha256);
	copy = EVP_MD_CTX_new();
	same = copy != NULL && EVP_MD_CTX_copy_ex(copy, ctx) == 1 &&
	    EVP_DigestFinal_ex(copy, a, &len) == 1 &&
	    BIO_gets(r->inside, (char *)b, sizeof(b)) == (int)len &&
	    memcmp(a, b, len) == 0;
	EVP_MD_CTX_free(copy);
	return same;
}

/* ---- What is no signature ---- */

/* An answer with one judgement that says why. */
static int
broken(struct reading *r, const char *code, const char *en, const char *ja)
{
	struct cms_answer *answer = r->answer;
	struct judgement *j = judgement_new();

	answer->signers = calloc(1, sizeof(*answer->signers));
	if (j == NULL || answer->signers == NULL) {
		judgement_free(&j);
		return complain_code(NULL, JPKI_ERR_MEMORY);
	}
	judgement_add(j, JUDGE_WRONG, code, "%s", "%s", pick(en, ja));
	answer->broken = true;
	answer->n = 1;
	answer->signers->judgement = j;
	return 0;
}

static int
malformed(struct reading *r)
{
	return broken(r, "malformed", "the signature is damaged: it is not as "
	    "CMS has to be", "署名が壊れています（CMS の形式に合いません）");
}

static int
no_cms(const struct reading *r, bool other)
{
	const char *name = r->question->cms->name;

	if (other)
		complain("%s: a CMS, but not one of signed data",
		    "%s: CMS ですが、署名ではありません", name);
	else
		complain("%s: not a signature (CMS, PKCS #7; DER or PEM)",
		    "%s: 署名（CMS、PKCS #7 の DER か PEM）ではありません",
		    name);
	return EX_DATAERR;
}

/* How the taking apart ended, where that was not well. */
static int
explain(struct reading *r, enum cms_split_end end)
{
	switch (end) {
	case CMS_SPLIT_NO_CMS:
	case CMS_SPLIT_OTHER:
		return no_cms(r, end == CMS_SPLIT_OTHER);
	case CMS_SPLIT_TRUNCATED:
		if (r->bytes.bad_text)
			return broken(r, "bad-pem", "the signature is "
			    "damaged: its text cannot be decoded",
			    "署名が壊れています（PEM を復号できません）");
		return broken(r, "truncated",
		    "the signature is cut off: its end is missing",
		    "署名が途中で切れています");
	case CMS_SPLIT_TOO_LARGE:
		return broken(r, "too-large",
		    "the signature is too large, even without its content",
		    "署名が（内容を除いても）大きすぎます");
	case CMS_SPLIT_FAILED:
		errno = r->bytes.failed;
		return complain_errno(r->question->cms->name);
	case CMS_SPLIT_MEMORY:
		return complain_code(NULL, JPKI_ERR_MEMORY);
	case CMS_SPLIT_MALFORMED:
	case CMS_SPLIT_DONE:
		break;
	}
	return malformed(r);
}

/* ---- All of it ---- */

/* What all signers have in common. */
static void
add_common(struct reading *r, bool trailing, bool same)
{
	struct judgement *j;
	size_t i;

	for (i = 0; i < r->answer->n; i++) {
		j = r->answer->signers[i].judgement;
		if (trailing)
			judgement_add(j, JUDGE_WRONG, "trailing-bytes",
			    "there is something behind the signature",
			    "署名の後ろに余分なデータがあります");
		else if (r->padding && !r->question->der_only)
			judgement_add(j, JUDGE_NOTE, "padding",
			    "there are zeroes behind the signature, as in a "
			    "PDF",
			    "署名の後ろにゼロが続いています（PDF から取り出した"
			    "もののようです）");
		if (!same)
			judgement_add(j, JUDGE_WRONG, "content-differs",
			    "the content inside the signature is another one",
			    "署名の中の内容は、指定された内容と異なります");
		if (r->parts.odd)
			judgement_add(j, JUDGE_UNKNOWN, "content-form",
			    "the content: it is enclosed in an old form that "
			    "is not known here",
			    "内容（古い形式で埋め込まれています）");
	}
}

static int
judge_signers(struct reading *r, const struct cms_whole *whole)
{
	STACK_OF(CMS_SignerInfo) *signers =
	    CMS_get0_SignerInfos(whole->cms);
	struct cms_answer *answer = r->answer;
	int code = 0, i, n = sk_CMS_SignerInfo_num(signers);

	if (n <= 0) {
		answer->is_unsigned = true;
		return broken(r, "no-signer", "nobody has signed: there is "
		    "no signer in it", "署名者がいません");
	}
	if (n > CMS_SIGNERS_MAX ||
	    sk_X509_num(whole->certs) > CMS_CERTS_MAX)
		return broken(r, "too-many",
		    "it has more signers or certificates than any document",
		    "署名者か証明書の数が多すぎます");
	answer->signers = calloc((size_t)n, sizeof(*answer->signers));
	if (answer->signers == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	for (i = 0; code == 0 && i < n; i++) {
		code = cms_signer_judge(whole, sk_CMS_SignerInfo_value(
		    signers, i), &answer->signers[i]);
		answer->n += code == 0;
	}
	return code;
}

static int
judge_parsed(struct reading *r, CMS_ContentInfo *cms)
{
	bool has_content = r->question->content != NULL ||
	    (r->parts.enclosed && !r->parts.odd);
	struct cms_whole whole = {
		.judge = r->judge,
		.cms = cms,
		.certs = CMS_get1_certs(cms),
		.digests = r->digests,
		.have_content = has_content,
		.attributes_inside = is_attributes(r),
		.has_claimed = r->question->has_claimed,
		.claimed = r->question->claimed
	};
	int code = judge_signers(r, &whole);

	sk_X509_pop_free(whole.certs, X509_free);
	return code;
}

/* Whether something follows the CMS that must not. */
static bool
has_trailing(struct reading *r)
{
	uint8_t buf[4096];
	size_t i, n;

	while ((n = cms_bytes_get(&r->bytes, buf, sizeof(buf))) > 0) {
		r->padding = true;
		for (i = 0; i < n; i++)
			if (buf[i] != 0 || !r->question->padded)
				return true;
	}
	return false;
}

static int
parse(struct reading *r)
{
	const unsigned char *at = r->parts.rest;
	CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(r->judge->libctx, NULL);
	int code;

	if (cms == NULL)
		return openssl_complain(NULL);
	if (d2i_CMS_ContentInfo(&cms, &at, (long)r->parts.len) == NULL ||
	    at != r->parts.rest + r->parts.len) {
		CMS_ContentInfo_free(cms);
		return malformed(r);
	}
	code = judge_parsed(r, cms);
	CMS_ContentInfo_free(cms);
	return code;
}

static int
read_all(struct reading *r)
{
	enum cms_split_end end;
	bool trailing;
	int code = 0;

	cms_bytes_open(&r->bytes, r->question->cms, r->question->der_only);
	end = cms_split(&r->bytes, &r->parts);
	r->answer->enclosed = r->parts.enclosed;
	r->answer->length = r->parts.length;
	if (end != CMS_SPLIT_DONE)
		return explain(r, end);
	if (r->no_memory)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	trailing = has_trailing(r);
	if (r->bytes.bad_text)
		return explain(r, CMS_SPLIT_TRUNCATED);
	if (r->question->content != NULL)
		code = read_beside(r);
	else
		r->answer->content_length = r->parts.content_length;
	if (code == 0)
		code = parse(r);
	if (code == 0)
		add_common(r, trailing, is_same(r));
	return code;
}

int
cms_read(const struct judge *judge, const struct cms_question *question,
    struct cms_answer *answer)
{
	struct reading r = {
		.judge = judge,
		.question = question,
		.answer = answer,
		.parts = { .begin = begin_digests, .content = digest_content }
	};
	OSSL_LIB_CTX *before = judge_enter(judge);
	int code;

	memset(answer, 0, sizeof(*answer));
	r.parts.arg = &r;
	code = read_all(&r);
	free(r.parts.rest);
	BIO_free_all(r.digests);
	BIO_free_all(r.inside);
	judge_leave(before);
	return code;
}

void
cms_answer_free(struct cms_answer *answer)
{
	size_t i;

	for (i = 0; i < answer->n; i++) {
		judgement_free(&answer->signers[i].judgement);
		X509_free(answer->signers[i].cert);
	}
	free(answer->signers);
	memset(answer, 0, sizeof(*answer));
}

int
cms_answer_exit(const struct cms_answer *answer)
{
	int code = JUDGE_FINE;
	size_t i;

	for (i = 0; i < answer->n; i++)
		code = judge_worst(code,
		    judgement_exit(answer->signers[i].judgement));
	return code;
}
