/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists (RFC 5280, 5). The service's are partitioned by
 * municipality: the list of another town proves nothing. How its lists say so
 * is not published; the issuing distribution point is what the standard has.
 */
#include <string.h>

#include "base/ctx.h"
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

/* RFC 5280, 5.2.5. *some: not for all reasons. NULL: it covers the
 * certificate, else why it does not. */
static const char *
not_covered(const struct jpki_cert *cert, struct jpkip_part value, bool *some)
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
		return "its scope cannot be read";
	*some = reasons.at != NULL;
	if (indirect || attributes)
		return "a list of another kind";
	if (cert->info.is_ca ? holders : cas)
		return "a list of other certificates";
	if (name.at != NULL &&
	    (!jpkip_der_take(&name, JPKIP_TAG_CONTEXT(0), &names) ||
	    !has_point(cert, names)))
		return "the list of another distribution point";
	return NULL;
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
		    "the issuer may not sign lists");
	if ((r = jpkip_signed_by(ctx, &issuer->key, crl->algorithm,
	    crl->parameters, crl->tbs, crl->signature, &supported,
	    &right)) != 0)
		return r;
	return right ? 0 : jpkip_fail(ctx, JPKI_ERR_NOT_SIGNED, NULL);
}

/* Signature first: nothing else in it counts before. */
static int
look_up(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    struct jpkip_part der, struct jpki_check *check)
{
	struct jpki_revocation found = { 0 };
	struct jpkip_part values[KNOWN];
	const char *why = NULL;
	struct crl crl;
	bool critical, some = false;
	int r;

	if (!read_crl(der, &crl) || !jpkip_answer_extensions(crl.extensions,
	    known, values, KNOWN, &critical))
		return jpkip_fail(ctx, JPKI_ERR_DATA, "CRL");
	if (!jpkip_part_equal(crl.issuer, check->issuer->subject))
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "of another issuer");
	if ((r = check_signature(ctx, &crl, check->issuer)) != 0)
		return r;
	if (critical || values[DELTA].at != NULL)
		why = "a list of another kind";
	else if (values[ISSUING_POINT].at != NULL)
		why = not_covered(cert, values[ISSUING_POINT], &some);
	if (why != NULL)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED, "%s", why);

	found.state = JPKI_REVOCATION_GOOD;
	found.reason = -1;
	found.this_update = crl.this_update;
	found.next_update = crl.next_update;
	if (!find_entry(cert, crl.revoked, &found))
		return jpkip_fail(ctx, JPKI_ERR_DATA, "CRL");
	if (found.state == JPKI_REVOCATION_GOOD && some)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list for some reasons only");
	if ((r = jpkip_answer_current(ctx, cert, check, &found)) == 0)
		jpkip_answer_merge(check, &found);
	return r;
}

int
jpki_cert_check_crl(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    const uint8_t *crl, size_t len, struct jpki_check *check)
{
	struct jpkip_answer answer;
	int r;

	if ((r = jpkip_answer_open(ctx, cert, crl, len, "X509 CRL", check,
	    &answer)) != 0)
		return r;
	r = look_up(ctx, cert, answer.der, check);
	jpkip_answer_close(&answer);
	return r;
}
