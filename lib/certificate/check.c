/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/check.h"

#include <stdlib.h>

#include "base/ctx.h"
#include "certificate/cert_record.h"
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
try_issuer(struct jpki_ctx *ctx, struct jpki_check *check,
    struct jpki_cert *ca)
{
	const struct jpki_cert *cert = check->cert;
	enum jpki_issuer state;
	bool supported, right;
	int r;

	if (ca == NULL || check->issuer != NULL || !may_have_issued(ca, cert))
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
	check->issuer = jpki_cert_ref(ca);
	check->ca_period = period(ca, check->at);
	check->purpose_fits = purpose_fits(ca, cert);
	return 0;
}

static struct jpki_check *
check_new(struct jpki_cert *cert, int64_t at)
{
	struct jpki_check *check;

	if ((check = calloc(1, sizeof(*check))) == NULL)
		return NULL;
	check->cert = jpki_cert_ref(cert);
	check->at = at;
	check->period = period(cert, at);
	check->revocation.reason = check->claimed.reason = -1;
	return check;
}

int
jpki_check_new(struct jpki_ctx *ctx, struct jpki_cert *cert,
    struct jpki_cert *const *cas, size_t ca_count, int64_t at,
    struct jpki_check **out)
{
	struct jpki_check *check;
	size_t i;
	int r = 0;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || cert == NULL || (cas == NULL && ca_count > 0))
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((check = check_new(cert, at)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	for (i = 0; i < ca_count && r == 0; i++)
		r = try_issuer(ctx, check, cas[i]);
	if (r == 0 && cert->info.self_issued)
		r = try_issuer(ctx, check, cert);
	if (r != 0)
		jpki_check_free(&check);
	*out = check;
	return r;
}

void
jpki_check_free(struct jpki_check **check)
{
	if (check == NULL || *check == NULL)
		return;
	jpki_cert_free(&(*check)->cert);
	jpki_cert_free(&(*check)->issuer);
	free((*check)->lists);
	free((*check)->answers);
	free(*check);
	*check = NULL;
}

const struct jpki_cert *
jpki_check_cert(const struct jpki_check *check)
{
	return check != NULL ? check->cert : NULL;
}

int64_t
jpki_check_at(const struct jpki_check *check)
{
	return check != NULL ? check->at : 0;
}

enum jpki_period
jpki_check_period(const struct jpki_check *check)
{
	return check != NULL ? check->period : 0;
}

enum jpki_issuer
jpki_check_issuer_state(const struct jpki_check *check)
{
	return check != NULL ? check->issuer_state : JPKI_ISSUER_NOT_FOUND;
}

const struct jpki_cert *
jpki_check_issuer(const struct jpki_check *check)
{
	return check != NULL ? check->issuer : NULL;
}

const struct jpki_ca *
jpki_check_ca(const struct jpki_check *check)
{
	static const struct jpki_ca unknown;

	/* What is no CA only claims one. */
	if (check == NULL || check->issuer == NULL ||
	    !check->issuer->info.is_ca)
		return &unknown;
	return check->issuer->info.ca;
}

enum jpki_period
jpki_check_ca_period(const struct jpki_check *check)
{
	return check != NULL ? check->ca_period : 0;
}

bool
jpki_check_purpose_fits(const struct jpki_check *check)
{
	return check != NULL && check->purpose_fits;
}

static const struct jpki_revocation nothing = { .reason = -1 };

const struct jpki_revocation *
jpki_check_claimed(const struct jpki_check *check)
{
	return check != NULL ? &check->claimed : &nothing;
}

const struct jpki_revocation *
jpki_check_revocation(const struct jpki_check *check)
{
	return check != NULL ? &check->revocation : &nothing;
}
