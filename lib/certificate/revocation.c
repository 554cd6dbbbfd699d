/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/revocation.h"

#include <string.h>

#include "base/ctx.h"
#include "base/wipe.h"
#include "certificate/pem.h"

/* An answer that names no end is believed for a day: the service makes new
 * ones at least daily. */
#define UNNAMED_LIFE	86400

#define REASON_HOLD	6

int
jpkip_answer_open(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    const uint8_t *data, size_t len, const char *label,
    const struct jpki_check *check, struct jpkip_answer *out)
{
	const char *const labels[] = { label, NULL };
	char found[64];
	int r;

	memset(out, 0, sizeof(*out));
	if (ctx == NULL || cert == NULL || data == NULL || check == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (check->issuer_state != JPKI_ISSUER_SIGNED)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "the certificate's issuer was not found");
	if ((r = jpkip_pem(ctx, data, len, labels, found, &out->own,
	    &out->own_len)) != 0)
		return r;
	out->der.at = out->own != NULL ? out->own : data;
	out->der.len = out->own != NULL ? out->own_len : len;
	return 0;
}

void
jpkip_answer_close(struct jpkip_answer *answer)
{
	jpkip_freezero(answer->own, answer->own_len);
}

int
jpkip_answer_current(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    const struct jpki_check *check, const struct jpki_revocation *found)
{
	int64_t end = found->next_update != 0 ? found->next_update :
	    found->this_update + UNNAMED_LIFE;

	if (end < check->at)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED, "too old");
	/* Expired certificates are dropped from lists, and responders forget
	 * them: that one is not revoked now does not mean that it never was. */
	if (found->state == JPKI_REVOCATION_GOOD &&
	    found->this_update > cert->info.not_after)
		return jpkip_fail(ctx, JPKI_ERR_NOT_COVERED,
		    "made after the certificate expired");
	return 0;
}

void
jpkip_answer_merge(struct jpki_check *check,
    const struct jpki_revocation *found)
{
	const struct jpki_revocation *old = &check->revocation;

	if (old->state == JPKI_REVOCATION_REVOKED &&
	    found->state != JPKI_REVOCATION_REVOKED)
		return;
	if (old->state != JPKI_REVOCATION_NOT_CHECKED &&
	    found->state != JPKI_REVOCATION_REVOKED &&
	    (found->state == JPKI_REVOCATION_UNKNOWN ||
	    found->this_update < old->this_update))
		return;
	check->revocation = *found;
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
