/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/ctx.h"
#include "certificate/record.h"
#include "crypto/signature.h"

static enum jpki_period
period(const struct jpki_cert *cert, int64_t at)
{
	if (at < cert->info.not_before)
		return JPKI_PERIOD_BEFORE;
	return at > cert->info.not_after ? JPKI_PERIOD_AFTER :
	    JPKI_PERIOD_WITHIN;
}

/* Name and, where both say one, key id. */
static bool
may_have_issued(const struct jpki_cert *ca, const struct jpki_cert *cert)
{
	return jpkip_part_equal(ca->subject, cert->issuer) &&
	    (ca->subject_key.len == 0 || cert->authority_key.len == 0 ||
	    jpkip_part_equal(ca->subject_key, cert->authority_key));
}

static bool
purpose_fits(const struct jpki_cert *ca, const struct jpki_cert *cert)
{
	enum jpki_slot from = ca->info.slot;

	if (!ca->info.is_ca)
		return false;
	switch (cert->info.slot) {
	case JPKI_SLOT_AUTH:
	case JPKI_SLOT_AUTH_CA:
		return from == JPKI_SLOT_AUTH_CA;
	case JPKI_SLOT_SIGN:
	case JPKI_SLOT_SIGN_CA:
		return from == JPKI_SLOT_SIGN_CA;
	}
	return false;
}

/* Looks at one candidate; the best state that any gave stays. */
static int
try_issuer(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    const struct jpki_cert *ca, struct jpki_check *check)
{
	enum jpki_issuer state;
	bool supported, right;
	int r;

	if (ca == NULL || check->issuer_state == JPKI_ISSUER_SIGNED ||
	    !may_have_issued(ca, cert))
		return 0;
	if ((r = jpkip_signed_by(ctx, &ca->key, cert->algorithm,
	    cert->parameters, cert->tbs, cert->signature, &supported,
	    &right)) != 0)
		return r;
	state = right ? JPKI_ISSUER_SIGNED : supported ?
	    JPKI_ISSUER_NOT_SIGNED : JPKI_ISSUER_UNSUPPORTED;
	if (state > check->issuer_state)
		check->issuer_state = state;
	if (!right)
		return 0;
	check->issuer = ca;
	/* What is no CA only claims one. */
	if (ca->info.is_ca)
		check->ca = ca->info.ca;
	check->ca_period = period(ca, check->at);
	check->purpose_fits = purpose_fits(ca, cert);
	return 0;
}

int
jpki_cert_check(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    const struct jpki_cert *const *cas, size_t ca_count, int64_t at,
    struct jpki_check *out)
{
	struct jpki_check check = { 0 };
	size_t i;
	int r = 0;

	if (ctx == NULL || cert == NULL || out == NULL ||
	    (cas == NULL && ca_count > 0))
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	check.at = at;
	check.period = period(cert, at);
	check.revocation.reason = -1;
	for (i = 0; i < ca_count && r == 0; i++)
		r = try_issuer(ctx, cert, cas[i], &check);
	if (r == 0 && cert->info.self_issued)
		r = try_issuer(ctx, cert, cert, &check);
	if (r == 0)
		*out = check;
	return r;
}
