/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists (RFC 5280, 5). The service's are partitioned by
 * municipality: the list of another town proves nothing. How its lists say so
 * is not published; the issuing distribution point is what the standard has.
 */
#include <jpki/check.h>

#include <string.h>

#include "base/ctx.h"
#include "certificate/cert_record.h"
#include "certificate/check.h"
#include "certificate/revocation.h"
#include "crypto/signature.h"

struct crl {
	struct jpkip_part tbs;		/* with header */
	struct jpkip_part algorithm, parameters, signature;
	struct jpkip_part issuer;	/* with header */
	struct jpkip_part revoked;	/* the list's content */
	struct jpkip_part extensions;
	int64_t this_update, next_update;
};

/* Extensions of the list, 2.5.29.x: the last two may be passed over. */
static const uint8_t known[] = { 28, 27, 20, 35 };
enum { ISSUING_POINT, DELTA, NUMBER, AUTHORITY, KNOWN };

static bool
read_tbs(struct crl *crl)
{
	struct jpkip_part all = crl->tbs, tbs, version, oid, parameters;
	struct jpkip_part wrapped;

	memset(&crl->extensions, 0, sizeof(crl->extensions));
	crl->next_update = 0;
	if (!jpkip_der_take(&all, JPKIP_TAG_SEQUENCE, &tbs) ||
	    !jpkip_der_optional(&tbs, JPKIP_TAG_INTEGER, &version) ||
	    !jpkip_der_algorithm(&tbs, &oid, &parameters) ||
	    !jpkip_part_equal(oid, crl->algorithm) ||
	    !jpkip_der_whole(&tbs, JPKIP_TAG_SEQUENCE, &crl->issuer) ||
	    !jpkip_der_time(&tbs, &crl->this_update, NULL))
		return false;
	if ((jpkip_der_next_is(&tbs, JPKIP_TAG_UTCTIME) ||
	    jpkip_der_next_is(&tbs, JPKIP_TAG_GENTIME)) &&
	    !jpkip_der_time(&tbs, &crl->next_update, NULL))
		return false;
	if (!jpkip_der_optional(&tbs, JPKIP_TAG_SEQUENCE, &crl->revoked) ||
	    !jpkip_der_optional(&tbs, JPKIP_TAG_CONTEXT(0), &wrapped) ||
	    tbs.len != 0)
		return false;
	return wrapped.at == NULL ||
	    (jpkip_der_take(&wrapped, JPKIP_TAG_SEQUENCE, &crl->extensions) &&
	    wrapped.len == 0);
}

static bool
read_crl(struct jpkip_part der, struct crl *crl)
{
	struct jpkip_part body;

	return jpkip_der_take(&der, JPKIP_TAG_SEQUENCE, &body) &&
	    jpkip_der_whole(&body, JPKIP_TAG_SEQUENCE, &crl->tbs) &&
	    jpkip_der_algorithm(&body, &crl->algorithm, &crl->parameters) &&
	    jpkip_der_bits(&body, &crl->signature) && body.len == 0 &&
	    read_tbs(crl);
}

/* Whether one of the names is in the other list of names. */
static bool
share_name(struct jpkip_part a, struct jpkip_part b)
{
	struct jpkip_part rest, value, one, other;
	uint32_t tag;

	while (a.len > 0) {
		one.at = a.at;
		if (!jpkip_der_any(&a, &tag, &value))
			return false;
		one.len = (size_t)(a.at - one.at);
		for (rest = b; rest.len > 0;) {
			other.at = rest.at;
			if (!jpkip_der_any(&rest, &tag, &value))
				return false;
			other.len = (size_t)(rest.at - other.at);
			if (jpkip_part_equal(one, other))
				return true;
		}
	}
	return false;
}

/* Whether the list is for one of the certificate's distribution points. */
static bool
has_point(const struct jpki_cert *cert, struct jpkip_part names)
{
	struct jpkip_part value = cert->crl_points, list, point, name, full;

	if (value.at == NULL ||
	    !jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list))
		return false;
	while (list.len > 0) {
		if (!jpkip_der_take(&list, JPKIP_TAG_SEQUENCE, &point) ||
		    !jpkip_der_optional(&point, JPKIP_TAG_CONTEXT(0), &name) ||
		    !jpkip_der_optional(&name, JPKIP_TAG_CONTEXT(0), &full))
			return false;
		if (share_name(names, full))
			return true;
	}
	return false;
}

static bool
flag(struct jpkip_part *list, unsigned n, bool *value)
{
	struct jpkip_part content;

	if (!jpkip_der_optional(list, JPKIP_TAG_IMPLICIT(n), &content))
		return false;
	*value = content.len == 1 && content.at[0] != 0;
	return true;
}

/* RFC 5280, 5.2.5: whether it covers the certificate. *some: not for all
 * reasons. */
static int
check_scope(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    struct jpkip_part value, bool *some)
{
	struct jpkip_part list, name, names, reasons;
	bool holders, cas, indirect, attributes;

	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0 ||
	    !jpkip_der_optional(&list, JPKIP_TAG_CONTEXT(0), &name) ||
	    !flag(&list, 1, &holders) || !flag(&list, 2, &cas) ||
	    !jpkip_der_optional(&list, JPKIP_TAG_IMPLICIT(3), &reasons) ||
	    !flag(&list, 4, &indirect) || !flag(&list, 5, &attributes) ||
	    list.len != 0)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "its scope cannot be read",
		    "対象の範囲を読み取れません");
	*some = reasons.at != NULL;
	if (indirect || attributes)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list of another kind",
		    "別の種類の失効リストです");
	if (cert->info.is_ca ? holders : cas)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list of other certificates",
		    "ほかの証明書の失効リストです");
	if (name.at != NULL &&
	    (!jpkip_der_take(&name, JPKIP_TAG_CONTEXT(0), &names) ||
	    !has_point(cert, names)))
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "the list of another distribution point",
		    "別の配布点の失効リストです");
	return 0;
}

/* The certificate's entry. False: malformed. */
static bool
find_entry(const struct jpki_cert *cert, struct jpkip_part list,
    struct jpki_revocation *found)
{
	static const uint8_t reason_code[] = { 21 };
	struct jpkip_part entry, serial, extensions, value, content;
	bool critical;

	while (list.len > 0) {
		if (!jpkip_der_take(&list, JPKIP_TAG_SEQUENCE, &entry) ||
		    !jpkip_der_take(&entry, JPKIP_TAG_INTEGER, &serial))
			return false;
		if (!jpkip_part_equal(serial, cert->serial))
			continue;
		found->state = JPKI_REVOCATION_REVOKED;
		if (!jpkip_der_time(&entry, &found->time, NULL) ||
		    !jpkip_der_optional(&entry, JPKIP_TAG_SEQUENCE,
		    &extensions) || entry.len != 0 ||
		    !jpkip_answer_extensions(extensions, reason_code, &value,
		    1, &critical))
			return false;
		if (value.at != NULL &&
		    (!jpkip_der_take(&value, JPKIP_TAG_ENUMERATED, &content) ||
		    !jpkip_answer_reason(content, found)))
			return false;
		return true;
	}
	return true;
}

static int
check_signature(struct jpki_ctx *ctx, const struct crl *crl,
    const struct jpki_cert *issuer)
{
	bool supported, right;
	int r;

	if ((issuer->key_usage & JPKIP_KU_CRL_SIGN) == 0)
		return jpkip_fail(ctx, JPKI_ERR_NOT_SIGNED,
		    "the issuer may not sign lists",
		    "発行者の証明書が、失効リストへの署名には使えないものです");
	if ((r = jpkip_signed_by(ctx, &issuer->key, crl->algorithm,
	    crl->parameters, crl->tbs, crl->signature, &supported,
	    &right)) != 0)
		return r;
	return right ? 0 : jpkip_fail(ctx, JPKI_ERR_NOT_SIGNED, NULL, NULL);
}

static int
malformed(struct jpki_ctx *ctx)
{
	return jpkip_hint(ctx,
	    jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("CRL")),
	    "This is no revocation list, or a damaged one; get it again.",
	    "失効リストではないか、壊れています。もう一度入手してください。");
}

/* The list as a whole, signature first: nothing else in it counts before. */
static int
check_list(struct jpki_ctx *ctx, const struct jpki_check *check,
    struct jpkip_part der, struct crl *crl, bool *some)
{
	struct jpkip_part values[KNOWN];
	bool critical;
	int r;

	*some = false;
	if (!read_crl(der, crl) || !jpkip_answer_extensions(crl->extensions,
	    known, values, KNOWN, &critical))
		return malformed(ctx);
	if (!jpkip_part_equal(crl->issuer, check->issuer->subject))
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "of another issuer", "別の発行者のものです");
	if ((r = check_signature(ctx, crl, check->issuer)) != 0)
		return r;
	if (critical || values[DELTA].at != NULL)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list of another kind", "別の種類の失効リストです");
	if (values[ISSUING_POINT].at == NULL)
		return 0;
	return check_scope(ctx, check->cert, values[ISSUING_POINT], some);
}

static int
look_up(struct jpki_ctx *ctx, struct jpki_check *check, struct jpkip_part der)
{
	struct jpki_revocation found = { 0 };
	struct crl crl;
	bool some;
	int r;

	if ((r = check_list(ctx, check, der, &crl, &some)) != 0)
		return r;
	found.state = JPKI_REVOCATION_GOOD;
	found.reason = -1;
	found.this_update = crl.this_update;
	found.next_update = crl.next_update;
	if (!find_entry(check->cert, crl.revoked, &found))
		return malformed(ctx);
	if (found.state == JPKI_REVOCATION_GOOD && some)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list for some reasons only",
		    "一部の失効理由だけの失効リストです");
	if ((r = jpkip_answer_current(ctx, check, &found)) == 0)
		jpkip_answer_merge(check, &found);
	return r;
}

int
jpki_check_crl(struct jpki_ctx *ctx, struct jpki_check *check,
    const uint8_t *crl, size_t len)
{
	struct jpkip_answer answer;
	int r;

	if ((r = jpkip_answer_open(ctx, check, crl, len, "X509 CRL",
	    &answer)) != 0)
		return r;
	r = look_up(ctx, check, answer.der);
	jpkip_answer_close(&answer);
	return r;
}
