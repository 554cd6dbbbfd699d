/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/revocation.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/wipe.h"
#include "certificate/cert_record.h"
#include "certificate/check.h"
#include "certificate/pem.h"
#include "certificate/stood.h"
#include "crypto/signature.h"

#define REASON_HOLD	6

/* All blocks; 0: one of them counts, else what the last one failed with. */
static int
look_at_blocks(struct jpki_ctx *ctx, struct jpki_check *check,
    struct jpkip_part rest, const char *const *labels, jpkip_look *look)
{
	bool counts = false;
	struct jpkip_part der;
	char found[64] = "";
	uint8_t *own;
	int r = 0;

	while (jpkip_pem_has(rest, labels)) {
		jpkip_ctx_clear(ctx);
		r = jpkip_pem_next(ctx, &rest, labels, found, &own, &der.len);
		if (r == 0) {
			der.at = own;
			r = look(ctx, check, der);
			jpkip_freezero(own, der.len);
		}
		if (r != 0 && jpki_errclass(r) != JPKI_CLASS_DATA)
			return r;
		counts |= r == 0;
	}
	if (counts)
		jpkip_ctx_clear(ctx);
	return counts ? 0 : r;
}

/* The same of DER, one piece behind the other; what is none ends it. */
static int
look_at_pieces(struct jpki_ctx *ctx, struct jpki_check *check,
    struct jpkip_part rest, jpkip_look *look)
{
	struct jpkip_part der;
	bool counts = false;
	int r;

	do {
		if (!jpkip_der_whole(&rest, JPKIP_TAG_SEQUENCE, &der)) {
			der = rest;
			rest.len = 0;
		}
		jpkip_ctx_clear(ctx);
		r = look(ctx, check, der);
		if (r != 0 && jpki_errclass(r) != JPKI_CLASS_DATA)
			return r;
		counts |= r == 0;
	} while (jpkip_der_next_is(&rest, JPKIP_TAG_SEQUENCE));
	if (counts)
		jpkip_ctx_clear(ctx);
	return counts ? 0 : r;
}

int
jpkip_answer_look(struct jpki_ctx *ctx, struct jpki_check *check,
    const uint8_t *data, size_t len, const char *label, jpkip_look *look)
{
	const char *const labels[] = { label, NULL };
	struct jpkip_part all = { data, len };
	int r;

	if (ctx == NULL || check == NULL || data == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	r = jpkip_pem_has(all, labels) ?
	    look_at_blocks(ctx, check, all, labels, look) :
	    look_at_pieces(ctx, check, all, look);
	/* Also after a failure: what is too old may have told of a hold. */
	jpkip_stood_settle(check);
	return r;
}

/* Expired certificates are dropped from lists, and responders forget them:
 * that one is not revoked now does not mean that it never was. */
static bool
is_forgotten(const struct jpki_check *check,
    const struct jpki_revocation *found)
{
	return found->state == JPKI_REVOCATION_GOOD &&
	    found->this_update > check->cert->info.not_after;
}

bool
jpkip_answer_counts(const struct jpki_check *check,
    const struct jpki_revocation *found)
{
	return jpkip_stood_counts(check, found) &&
	    !is_forgotten(check, found);
}

int
jpkip_answer_keep(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct jpkip_answer *answer)
{
	struct jpkip_answer *more;

	if (is_forgotten(check, &answer->found))
		return 0;
	more = realloc(check->answers,
	    (check->n_answers + 1) * sizeof(*more));
	if (more == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	check->answers = more;
	more[check->n_answers++] = *answer;
	return 0;
}

int
jpkip_answer_take(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct jpki_revocation *found)
{
	const struct jpkip_answer answer = { .found = *found };
	int r;

	if ((r = jpkip_answer_keep(ctx, check, &answer)) != 0)
		return r;
	if (jpkip_answer_counts(check, found))
		return 0;
	if (!jpkip_stood_counts(check, found))
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED, "too old",
		    "古すぎます");
	return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
	    "made after the certificate expired",
	    "証明書の有効期間が過ぎた後に作られたものです"),
	    "Expired certificates are dropped from such data; use some "
	    "that was made before.",
	    "期限の切れた証明書は失効情報から外されます。"
	    "期限内に作られたものを使ってください。");
}

int
jpkip_answer_removed(struct jpki_ctx *ctx)
{
	return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
	    "it says \"removed\" of the certificate, which only a list of "
	    "changes can say",
	    "差分の失効リストにしか書けない「一覧から削除」が、この証明書に"
	    "付いています"),
	    "Whether the certificate is revoked cannot be read from that; "
	    "get newer data.",
	    "これでは失効しているか判断できません。新しい失効情報を入手して"
	    "ください。");
}

/* Why nobody can tell whether it is genuine. */
static int
refuse_unproven(struct jpki_ctx *ctx, const struct jpki_check *check,
    bool claims, struct jpkip_part algorithm)
{
	const char *name = jpkip_algorithm_name(algorithm);

	if (check->issuer == NULL)
		return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    claims ? "it claims a revocation, but the certificate's "
		    "issuer was not found, so that it could not be checked" :
		    "the certificate's issuer was not found",
		    claims ? "失効か停止とされていますが、証明書の発行者が"
		    "見つかっていないため確認できません" :
		    "証明書の発行者が見つかっていません"),
		    "Add the certificate of the CA that issued it: that tells "
		    "whether revocation data is genuine.",
		    "失効情報が本物か確かめるには、発行者（認証局）の証明書も"
		    "必要です。");
	return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
	    claims ? "it claims a revocation, but its kind of signature (%s) "
	    "is not accepted here, so that it could not be checked" :
	    "its kind of signature (%s) is not accepted here",
	    claims ? "失効か停止とされていますが、署名の種類（%s）に対応して"
	    "いないため確認できません" :
	    "署名の種類（%s）に対応していません", name != NULL ? name : "?"),
	    "Get data that is signed with SHA-2 (PKCS #1 v1.5 or ECDSA).",
	    "SHA-2（PKCS #1 v1.5 か ECDSA）で署名された失効情報を入手して"
	    "ください。");
}

int
jpkip_answer_claim(struct jpki_ctx *ctx, struct jpki_check *check,
    const struct jpki_revocation *found, struct jpkip_part algorithm)
{
	bool claims = found->state == JPKI_REVOCATION_REVOKED ||
	    found->state == JPKI_REVOCATION_ON_HOLD;

	if (claims && check->claimed.state != JPKI_REVOCATION_REVOKED)
		check->claimed = *found;
	return refuse_unproven(ctx, check, claims, algorithm);
}

bool
jpkip_answer_extensions(struct jpkip_part list, const uint8_t *known,
    struct jpkip_part *values, size_t count, bool *critical)
{
	struct jpkip_part extension, oid, value;
	bool must;
	size_t i;

	*critical = false;
	memset(values, 0, count * sizeof(*values));
	while (list.len > 0) {
		if (!jpkip_der_take(&list, JPKIP_TAG_SEQUENCE, &extension) ||
		    !jpkip_der_take(&extension, JPKIP_TAG_OID, &oid) ||
		    !jpkip_der_boolean(&extension, &must) ||
		    !jpkip_der_take(&extension, JPKIP_TAG_OCTET_STRING,
		    &value) || extension.len != 0)
			return false;
		for (i = 0; i < count; i++)
			if (oid.len == 3 && oid.at[0] == 0x55 &&
			    oid.at[1] == 0x1d && oid.at[2] == known[i])
				break;
		if (i == count)
			*critical |= must;
		else if (values[i].at != NULL)
			return false;	/* twice */
		else
			values[i] = value;
	}
	return true;
}

bool
jpkip_answer_reason(struct jpkip_part content, struct jpki_revocation *out)
{
	if (content.len != 1 || content.at[0] > 10)
		return false;
	out->reason = content.at[0];
	if (out->reason == REASON_HOLD)
		out->state = JPKI_REVOCATION_ON_HOLD;
	return true;
}
