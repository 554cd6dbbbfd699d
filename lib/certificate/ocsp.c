/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP answers (RFC 6960). A nonce, if the caller sent one, is the caller's to
 * compare.
 */
#include <jpki/check.h>

#include <string.h>

#include "base/ctx.h"
#include "certificate/cert.h"
#include "certificate/cert_record.h"
#include "certificate/check.h"
#include "certificate/revocation.h"
#include "crypto/digest.h"
#include "crypto/signature.h"

#define RESPONDERS_MAX	8	/* certificates that are looked at */

/* 1.3.6.1.5.5.7.48.1.1 */
static const uint8_t oid_basic[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01
};

struct basic {
	struct jpkip_part tbs;		/* with header */
	struct jpkip_part algorithm, parameters, signature;
	struct jpkip_part certs;	/* the list's content */
	struct jpkip_part responses;
	int64_t produced;
};

static bool
read_tbs(struct basic *basic)
{
	struct jpkip_part all = basic->tbs, tbs, version, value, extensions;
	struct jpkip_part unused;
	bool critical;
	uint32_t tag;

	if (!jpkip_der_take(&all, JPKIP_TAG_SEQUENCE, &tbs) ||
	    !jpkip_der_optional(&tbs, JPKIP_TAG_CONTEXT(0), &version) ||
	    !jpkip_der_any(&tbs, &tag, &value) ||	/* responder */
	    !jpkip_der_time(&tbs, &basic->produced, NULL) ||
	    !jpkip_der_take(&tbs, JPKIP_TAG_SEQUENCE, &basic->responses) ||
	    !jpkip_der_optional(&tbs, JPKIP_TAG_CONTEXT(1), &value) ||
	    tbs.len != 0)
		return false;
	if (value.at == NULL)
		return true;
	return jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &extensions) &&
	    jpkip_answer_extensions(extensions, NULL, &unused, 0,
	    &critical) && !critical;
}

static bool
read_basic(struct jpkip_part der, struct basic *basic)
{
	struct jpkip_part body, wrapped;

	memset(&basic->certs, 0, sizeof(basic->certs));
	if (!jpkip_der_take(&der, JPKIP_TAG_SEQUENCE, &body) ||
	    !jpkip_der_whole(&body, JPKIP_TAG_SEQUENCE, &basic->tbs) ||
	    !jpkip_der_algorithm(&body, &basic->algorithm,
	    &basic->parameters) ||
	    !jpkip_der_bits(&body, &basic->signature) ||
	    !jpkip_der_optional(&body, JPKIP_TAG_CONTEXT(0), &wrapped) ||
	    body.len != 0)
		return false;
	if (wrapped.at != NULL &&
	    !jpkip_der_take(&wrapped, JPKIP_TAG_SEQUENCE, &basic->certs))
		return false;
	return read_tbs(basic);
}

static int
malformed(struct jpki_ctx *ctx)
{
	return jpkip_hint(ctx,
	    jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("OCSP")),
	    "This is no OCSP answer, or a damaged one; get it again.",
	    "OCSP の応答ではないか、壊れています。もう一度入手してください。");
}

/* An answer that is none (RFC 6960, 4.2.1): the responder's words. */
static int
refused(struct jpki_ctx *ctx, unsigned status)
{
	const char *en = NULL, *ja = NULL;

	switch (status) {
	case 1:
		en = "the responder did not understand the request";
		ja = "応答者が要求を理解できませんでした";
		break;
	case 2:
		en = "the responder had an error of its own";
		ja = "応答者の内部でエラーが起きました";
		break;
	case 3:
		en = "the responder says: try later";
		ja = "応答者が「後でもう一度」と答えました";
		break;
	case 5:
		en = "the responder wants a signed request";
		ja = "応答者が署名付きの要求を求めています";
		break;
	case 6:
		en = "the responder does not serve this client";
		ja = "応答者がこの利用者には答えません";
		break;
	}
	if (en != NULL)
		jpkip_fail(ctx, JPKI_ERR_NOT_COVERED, JPKIP_SAME("OCSP: %s"),
		    jpkip_pick(ctx, en, ja));
	else
		jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "OCSP: the responder refused with status %u",
		    "OCSP の応答者が拒否しました（状態 %u）", status);
	return jpkip_hint(ctx, JPKI_ERR_NOT_COVERED,
	    "There is nothing about the certificate in it. Ask again.",
	    "証明書についての内容はありません。"
	    "もう一度問い合わせてください。");
}

static int
read_answer(struct jpki_ctx *ctx, struct jpkip_part der, struct basic *basic)
{
	struct jpkip_part body, status, wrapped, bytes, oid, content;

	if (!jpkip_der_take(&der, JPKIP_TAG_SEQUENCE, &body) ||
	    !jpkip_der_take(&body, JPKIP_TAG_ENUMERATED, &status) ||
	    status.len != 1)
		return malformed(ctx);
	if (status.at[0] != 0)
		return refused(ctx, status.at[0]);
	if (!jpkip_der_take(&body, JPKIP_TAG_CONTEXT(0), &wrapped) ||
	    !jpkip_der_take(&wrapped, JPKIP_TAG_SEQUENCE, &bytes) ||
	    !jpkip_der_take(&bytes, JPKIP_TAG_OID, &oid) ||
	    !JPKIP_PART_IS(oid, oid_basic) ||
	    !jpkip_der_take(&bytes, JPKIP_TAG_OCTET_STRING, &content) ||
	    !read_basic(content, basic))
		return malformed(ctx);
	return 0;
}

static int
signed_by(struct jpki_ctx *ctx, const struct basic *basic,
    const struct jpki_cert *signer, bool *supported, bool *right)
{
	return jpkip_signed_by(ctx, &signer->key, basic->algorithm,
	    basic->parameters, basic->tbs, basic->signature, supported,
	    right);
}

/* RFC 6960, 4.2.2.2: certified by the issuer itself for just this, at the
 * time. */
static int
is_responder(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    const struct jpki_cert *issuer, int64_t at, bool *is)
{
	bool supported;

	*is = false;
	if (!jpkip_part_equal(cert->issuer, issuer->subject) ||
	    !cert->ocsp_signing || at < cert->info.not_before ||
	    at > cert->info.not_after ||
	    ((cert->present & 1u << JPKIP_EXT_KEY_USAGE) != 0 &&
	    (cert->key_usage & (JPKIP_KU_DIGITAL_SIGNATURE |
	    JPKIP_KU_NON_REPUDIATION)) == 0))
		return 0;
	return jpkip_signed_by(ctx, &issuer->key, cert->algorithm,
	    cert->parameters, cert->tbs, cert->signature, &supported, is);
}

/* One of the certificates in the answer. */
static int
try_responder(struct jpki_ctx *ctx, const struct basic *basic,
    struct jpkip_part der, const struct jpki_cert *issuer, bool *right)
{
	struct jpki_cert *cert;
	bool is, supported;
	int r;

	*right = false;
	r = jpkip_cert_parse(ctx, der.at, der.len, &cert);
	if (r == JPKI_ERR_DATA) {
		/* Not a certificate, so not the responder's. */
		jpkip_ctx_clear(ctx);
		return 0;
	}
	if (r != 0)
		return r;
	if ((r = is_responder(ctx, cert, issuer, basic->produced, &is)) == 0 &&
	    is)
		r = signed_by(ctx, basic, cert, &supported, right);
	jpki_cert_free(&cert);
	return r;
}

/* *proven: signed by the issuer, or for it; false where that cannot be
 * checked. */
static int
check_signature(struct jpki_ctx *ctx, const struct basic *basic,
    const struct jpki_cert *issuer, bool *proven)
{
	struct jpkip_part list = basic->certs, der;
	bool supported;
	int i, r;

	*proven = false;
	if (issuer == NULL)
		return 0;
	r = signed_by(ctx, basic, issuer, &supported, proven);
	for (i = 0; r == 0 && !*proven && list.len > 0 && i < RESPONDERS_MAX;
	    i++) {
		if (!jpkip_der_whole(&list, JPKIP_TAG_SEQUENCE, &der))
			break;
		r = try_responder(ctx, basic, der, issuer, proven);
	}
	if (r != 0 || *proven || !supported)
		return r;
	return jpkip_fail(ctx, JPKI_ERR_NOT_SIGNED, NULL, NULL);
}

/* The hash that an answer names certificates by; NULL: not known here. */
static const char *
md_of(struct jpkip_part oid)
{
	static const uint8_t sha1[] = { 0x2b, 0x0e, 0x03, 0x02, 0x1a };
	static const uint8_t sha2[] = {
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02
	};
	static const char *const mds[] = { "SHA256", "SHA384", "SHA512" };
	uint8_t last;

	if (JPKIP_PART_IS(oid, sha1))
		return "SHA1";
	if (oid.len != sizeof(sha2) + 1 ||
	    memcmp(oid.at, sha2, sizeof(sha2)) != 0)
		return NULL;
	last = oid.at[sizeof(sha2)];
	return last >= 1 && last <= 3 ? mds[last - 1] : NULL;
}

static int
hash_is(struct jpki_ctx *ctx, const char *md, struct jpkip_part data,
    struct jpkip_part expected, bool *is)
{
	struct jpkip_part hash;
	uint8_t out[64];

	hash.at = out;
	if (!jpkip_digest(ctx, md, data, out, &hash.len))
		return jpki_ctx_err(ctx);
	*is = jpkip_part_equal(hash, expected);
	return 0;
}

/* CertID. Without the issuer by its name, and by its key's SHA-1 where the
 * certificate tells that, too. */
static int
is_about(struct jpki_ctx *ctx, struct jpkip_part id,
    const struct jpki_check *check, bool *is)
{
	const struct jpki_cert *cert = check->cert, *issuer = check->issuer;
	struct jpkip_part oid, parameters, name, key, serial;
	const char *md;
	int r;

	*is = false;
	if (!jpkip_der_algorithm(&id, &oid, &parameters) ||
	    !jpkip_der_take(&id, JPKIP_TAG_OCTET_STRING, &name) ||
	    !jpkip_der_take(&id, JPKIP_TAG_OCTET_STRING, &key) ||
	    !jpkip_der_take(&id, JPKIP_TAG_INTEGER, &serial) || id.len != 0)
		return malformed(ctx);
	if ((md = md_of(oid)) == NULL ||
	    !jpkip_part_equal(serial, cert->serial))
		return 0;
	if ((r = hash_is(ctx, md, cert->issuer, name, is)) != 0 || !*is)
		return r;
	if (issuer != NULL)
		return hash_is(ctx, md, issuer->key.bits, key, is);
	*is = cert->authority_key.len != key.len ||
	    jpkip_part_equal(cert->authority_key, key);
	return 0;
}

static bool
read_status(struct jpkip_part *single, struct jpki_revocation *found)
{
	struct jpkip_part status, wrapped, reason;
	uint32_t tag;

	if (!jpkip_der_any(single, &tag, &status))
		return false;
	switch (tag) {
	case JPKIP_TAG_IMPLICIT(0):
		found->state = JPKI_REVOCATION_GOOD;
		return true;
	case JPKIP_TAG_IMPLICIT(2):
		found->state = JPKI_REVOCATION_UNKNOWN;
		return true;
	case JPKIP_TAG_CONTEXT(1):
		break;
	default:
		return false;
	}
	found->state = JPKI_REVOCATION_REVOKED;
	if (!jpkip_der_time(&status, &found->time, NULL) ||
	    !jpkip_der_optional(&status, JPKIP_TAG_CONTEXT(0), &wrapped) ||
	    status.len != 0)
		return false;
	return wrapped.at == NULL ||
	    (jpkip_der_take(&wrapped, JPKIP_TAG_ENUMERATED, &reason) &&
	    jpkip_answer_reason(reason, found));
}

/* What follows the CertID. False: malformed, or more than is known here. */
static bool
read_single(struct jpkip_part single, struct jpki_revocation *found)
{
	struct jpkip_part next, wrapped, extensions, unused;
	bool critical;

	memset(found, 0, sizeof(*found));
	found->ocsp = true;
	found->reason = -1;
	if (!read_status(&single, found) ||
	    !jpkip_der_time(&single, &found->this_update, NULL) ||
	    !jpkip_der_optional(&single, JPKIP_TAG_CONTEXT(0), &next) ||
	    (next.at != NULL &&
	    !jpkip_der_time(&next, &found->next_update, NULL)) ||
	    !jpkip_der_optional(&single, JPKIP_TAG_CONTEXT(1), &wrapped) ||
	    single.len != 0)
		return false;
	return wrapped.at == NULL ||
	    (jpkip_der_take(&wrapped, JPKIP_TAG_SEQUENCE, &extensions) &&
	    jpkip_answer_extensions(extensions, NULL, &unused, 0,
	    &critical) && !critical);
}

/* The next part about the certificate; *single is what follows its CertID,
 * NULL where there is none. */
static int
next_about(struct jpki_ctx *ctx, struct jpkip_part *responses,
    const struct jpki_check *check, struct jpkip_part *single)
{
	struct jpkip_part id;
	bool about;
	int r;

	while (responses->len > 0) {
		if (!jpkip_der_take(responses, JPKIP_TAG_SEQUENCE, single) ||
		    !jpkip_der_take(single, JPKIP_TAG_SEQUENCE, &id))
			return malformed(ctx);
		if ((r = is_about(ctx, id, check, &about)) != 0 || about)
			return r;
	}
	single->at = NULL;
	single->len = 0;
	return 0;
}

static int
take_single(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct basic *basic, bool proven, struct jpkip_part single)
{
	struct jpki_revocation found;

	if (!read_single(single, &found))
		return malformed(ctx);
	if (found.reason == JPKIP_REASON_REMOVED)
		return jpkip_answer_removed(ctx);
	return proven ? jpkip_answer_take(ctx, check, &found) :
	    jpkip_answer_claim(ctx, check, &found, basic->algorithm);
}

/* Each part about the certificate; it is enough that one counts. */
static int
take_all(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct basic *basic, bool proven)
{
	struct jpkip_part responses = basic->responses, single;
	bool counts = false;
	int r, last = 0;

	while ((r = next_about(ctx, &responses, check, &single)) == 0 &&
	    single.at != NULL) {
		jpkip_ctx_clear(ctx);
		last = take_single(ctx, check, basic, proven, single);
		counts |= last == 0;
	}
	if (!counts)
		return last != 0 ? last : r;
	jpkip_ctx_clear(ctx);
	return 0;
}

/* Whom it is about comes first: an answer about another certificate is not
 * the issuer's, and is not forged. */
static int
look_up(struct jpki_ctx *ctx, struct jpki_check *check, struct jpkip_part der)
{
	struct jpkip_part responses, single;
	struct basic basic;
	bool proven;
	int r;

	if ((r = read_answer(ctx, der, &basic)) != 0)
		return r;
	responses = basic.responses;
	if ((r = next_about(ctx, &responses, check, &single)) != 0)
		return r;
	if (single.at == NULL)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "about other certificates",
		    "ほかの証明書についての応答です");
	if ((r = check_signature(ctx, &basic, check->issuer, &proven)) != 0)
		return r;
	return take_all(ctx, check, &basic, proven);
}

int
jpki_check_ocsp(struct jpki_ctx *ctx, struct jpki_check *check,
    const uint8_t *answer, size_t len)
{
	return jpkip_answer_look(ctx, check, answer, len, "OCSP RESPONSE",
	    look_up);
}
