/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists (RFC 5280, 5). The service's are partitioned by
 * municipality: the list of another town proves nothing. How its lists say so
 * is not published; the issuing distribution point is what the standard has.
 */
#include <jpki/check.h>

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "certificate/cert_record.h"
#include "certificate/check.h"
#include "certificate/revocation.h"
#include "crypto/digest.h"
#include "crypto/signature.h"

/* Extensions of the list, 2.5.29.x: the last two may be passed over. */
enum { ISSUING_POINT, DELTA, NUMBER, AUTHORITY, KNOWN };

struct crl {
	struct jpkip_part tbs;		/* with header */
	struct jpkip_part algorithm, parameters, signature;
	struct jpkip_part issuer;	/* with header */
	struct jpkip_part revoked;	/* the list's content */
	struct jpkip_part extensions;
	struct jpkip_part values[KNOWN];	/* of extensions */
	bool critical;			/* there is one that is not known */
	int64_t this_update, next_update;
};

static const uint8_t known[] = { 28, 27, 20, 35 };

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

/* *proven: the issuer signed it; false where that cannot be checked. */
static int
check_signature(struct jpki_ctx *ctx, const struct crl *crl,
    const struct jpki_cert *issuer, bool *proven)
{
	bool supported;
	int r;

	*proven = false;
	if (issuer == NULL)
		return 0;

	/* RFC 5280, 6.3.3 (f): one without a key usage may sign all. */
	if ((issuer->present & 1u << JPKIP_EXT_KEY_USAGE) != 0 &&
	    (issuer->key_usage & JPKIP_KU_CRL_SIGN) == 0)
		return jpkip_fail(ctx, JPKI_ERR_NOT_SIGNED,
		    "the issuer may not sign lists",
		    "発行者の証明書が、失効リストへの署名には使えないものです");
	if ((r = jpkip_signed_by(ctx, &issuer->key, crl->algorithm,
	    crl->parameters, crl->tbs, crl->signature, &supported,
	    proven)) != 0)
		return r;
	return *proven || !supported ? 0 :
	    jpkip_fail(ctx, JPKI_ERR_NOT_SIGNED, NULL, NULL);
}

static int
malformed(struct jpki_ctx *ctx)
{
	return jpkip_hint(ctx,
	    jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("CRL")),
	    "This is no revocation list, or a damaged one; get it again.",
	    "失効リストではないか、壊れています。もう一度入手してください。");
}

/* A number without its sign's byte; false: none that is allowed. */
static bool
read_number(struct jpkip_part value, uint8_t out[JPKIP_LIST_NUMBER])
{
	struct jpkip_part number;

	memset(out, 0, JPKIP_LIST_NUMBER);
	if (value.at == NULL ||
	    !jpkip_der_take(&value, JPKIP_TAG_INTEGER, &number) ||
	    value.len != 0 || number.len == 0 || (number.at[0] & 0x80) != 0)
		return false;
	while (number.len > 1 && number.at[0] == 0) {
		number.at++;
		number.len--;
	}
	if (number.len > JPKIP_LIST_NUMBER)
		return false;
	memcpy(out + JPKIP_LIST_NUMBER - number.len, number.at, number.len);
	return true;
}

/* Whether the list names another key than the CA's: another generation. */
static bool
is_of_other_key(const struct jpki_check *check, struct jpkip_part value)
{
	struct jpkip_part list, id, own = check->issuer != NULL ?
	    check->issuer->subject_key : check->cert->authority_key;

	return value.at != NULL && own.len > 0 &&
	    jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) &&
	    jpkip_der_optional(&list, JPKIP_TAG_IMPLICIT(0), &id) &&
	    id.len > 0 && !jpkip_part_equal(id, own);
}

/* What can be said before the signature was looked at. */
static int
check_issuer(struct jpki_ctx *ctx, const struct jpki_check *check,
    const struct crl *crl)
{
	if (!jpkip_part_equal(crl->issuer, check->cert->issuer))
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "of another issuer", "別の発行者のものです");
	if (is_of_other_key(check, crl->values[AUTHORITY]))
		return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "of another generation of the CA",
		    "認証局の別の世代のものです"),
		    "Get the list that the certificate's own CA signed.",
		    "その証明書を発行した世代の認証局の失効リストを入手して"
		    "ください。");
	return 0;
}

/* ---- Lists and what changes them ---- */

/* Remembers a list that has a number. */
static int
remember(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct jpkip_list *list)
{
	struct jpkip_list *more;

	more = realloc(check->lists, (check->n_lists + 1) * sizeof(*more));
	if (more == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	check->lists = more;
	more[check->n_lists++] = *list;
	return 0;
}

/* RFC 5280, 5.2.4: the same scope, the base not before what the delta counts
 * from and not after the delta itself. */
static bool
fit(const struct jpkip_list *base, const struct jpkip_list *delta)
{
	return memcmp(base->scope, delta->scope, sizeof(base->scope)) == 0 &&
	    memcmp(base->number, delta->base, sizeof(base->number)) >= 0 &&
	    memcmp(base->number, delta->number, sizeof(base->number)) <= 0;
}

/* Both together. What the delta lists, it says alone. */
static struct jpkip_answer
both(const struct jpkip_list *base, const struct jpkip_list *delta)
{
	struct jpkip_answer answer = { .released = delta->removed };

	answer.found = delta->removed ||
	    delta->found.state != JPKI_REVOCATION_GOOD ?
	    delta->found : base->found;
	answer.found.this_update = delta->found.this_update;
	answer.found.next_update = delta->found.next_update;
	return answer;
}

/* With each list of the other sort that fits. *counts: one does. */
static int
combine(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct jpkip_list *list, bool *counts)
{
	const struct jpkip_list *other, *base, *delta;
	struct jpkip_answer answer;
	size_t i;
	int r;

	*counts = false;
	for (i = 0; i < check->n_lists; i++) {
		other = &check->lists[i];
		base = list->delta ? other : list;
		delta = list->delta ? list : other;
		if (base->delta || !delta->delta || !fit(base, delta))
			continue;
		answer = both(base, delta);
		if ((r = jpkip_answer_keep(ctx, check, &answer)) != 0)
			return r;
		*counts |= jpkip_answer_counts(check, &answer.found);
	}
	return 0;
}

/* The number, the base and the scope; false in *numbered: it stands alone. */
static int
describe(struct jpki_ctx *ctx, const struct crl *crl, struct jpkip_list *list,
    bool *numbered)
{
	struct jpkip_part scope = crl->values[ISSUING_POINT];
	size_t len;

	list->delta = crl->values[DELTA].at != NULL;
	*numbered = read_number(crl->values[NUMBER], list->number);
	if (list->delta && !read_number(crl->values[DELTA], list->base))
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list of another kind", "別の種類の失効リストです");
	memset(list->scope, 0, sizeof(list->scope));
	if (*numbered && scope.at != NULL &&
	    !jpkip_digest(ctx, "SHA256", scope, list->scope, &len))
		return jpki_ctx_err(ctx);
	return 0;
}

/* ---- The look-up ---- */

/* *some: it is not for all reasons. */
static int
check_list(struct jpki_ctx *ctx, const struct jpki_check *check,
    const struct crl *crl, bool *some)
{
	*some = false;
	if (crl->critical)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list of another kind", "別の種類の失効リストです");
	if (crl->values[ISSUING_POINT].at == NULL)
		return 0;
	return check_scope(ctx, check->cert, crl->values[ISSUING_POINT],
	    some);
}

/* What the list itself says. False: malformed. */
static bool
read_found(const struct jpki_check *check, const struct crl *crl,
    struct jpkip_list *list)
{
	struct jpki_revocation *found = &list->found;

	memset(list, 0, sizeof(*list));
	found->state = JPKI_REVOCATION_GOOD;
	found->reason = -1;
	found->this_update = crl->this_update;
	found->next_update = crl->next_update;
	if (!find_entry(check->cert, crl->revoked, found))
		return false;
	list->removed = found->reason == JPKIP_REASON_REMOVED;
	if (list->removed) {
		found->state = JPKI_REVOCATION_GOOD;
		found->reason = -1;
		found->time = 0;
	}
	return true;
}

/* A delta that does not list the certificate, or ends a hold of it. */
static int
take_change(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct jpkip_list *list, bool counts)
{
	const struct jpkip_answer end = {
		.found = list->found, .released = true, .change = true
	};
	int r;

	if (list->removed && (r = jpkip_answer_keep(ctx, check, &end)) != 0)
		return r;
	return counts ? 0 : jpkip_hint(ctx, jpkip_fail(ctx,
	    JPKI_ERR_NOT_COVERED,
	    "only the changes of a list that is not here",
	    "差分の失効リストで、元の失効リストがありません"),
	    "Add the complete list that it is based on.",
	    "元になる完全な失効リストも必要です。");
}

static int
count_list(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct crl *crl, struct jpkip_list *list)
{
	bool some, numbered, counts = false;
	int r;

	if ((r = check_list(ctx, check, crl, &some)) != 0 ||
	    (r = describe(ctx, crl, list, &numbered)) != 0)
		return r;
	/* RFC 5280, 5.3.1: neither revoked nor good nor on hold can be read
	 * out of that. */
	if (list->removed && !list->delta)
		return jpkip_answer_removed(ctx);
	if (list->found.state == JPKI_REVOCATION_GOOD && some)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "a list for some reasons only",
		    "一部の失効理由だけの失効リストです");
	if (numbered && !some &&
	    ((r = combine(ctx, check, list, &counts)) != 0 ||
	    (r = remember(ctx, check, list)) != 0))
		return r;
	if (list->delta && list->found.state == JPKI_REVOCATION_GOOD)
		return take_change(ctx, check, list, counts);
	r = jpkip_answer_take(ctx, check, &list->found);
	if (!counts || r == JPKI_ERR_MEMORY)
		return r;
	jpkip_ctx_clear(ctx);
	return 0;
}

static int
look_up(struct jpki_ctx *ctx, struct jpki_check *check, struct jpkip_part der)
{
	struct jpkip_list list;
	struct crl crl;
	bool proven;
	int r;

	if (!read_crl(der, &crl) || !jpkip_answer_extensions(crl.extensions,
	    known, crl.values, KNOWN, &crl.critical))
		return malformed(ctx);
	if ((r = check_issuer(ctx, check, &crl)) != 0)
		return r;
	if (!read_found(check, &crl, &list))
		return malformed(ctx);
	/* Signature first: nothing else in the list counts before. */
	if ((r = check_signature(ctx, &crl, check->issuer, &proven)) != 0)
		return r;
	return proven ? count_list(ctx, check, &crl, &list) :
	    jpkip_answer_claim(ctx, check, &list.found, crl.algorithm);
}

int
jpki_check_crl(struct jpki_ctx *ctx, struct jpki_check *check,
    const uint8_t *crl, size_t len)
{
	return jpkip_answer_look(ctx, check, crl, len, "X509 CRL", look_up);
}
