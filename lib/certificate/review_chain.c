/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of a review: from the signer's certificate to a CA that counts. */
#include "certificate/review_chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "certificate/cert_record.h"
#include "certificate/check.h"

static bool
has(const struct jpki_cert *cert, enum jpkip_extension extension)
{
	return (cert->present & 1u << extension) != 0;
}

static bool
is_same(const struct jpki_cert *a, const struct jpki_cert *b)
{
	return a->der_len == b->der_len &&
	    memcmp(a->der, b->der, a->der_len) == 0;
}

static bool
is_among(const struct jpki_cert *cert, struct jpki_cert *const *certs,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (certs[i] != NULL && is_same(cert, certs[i]))
			return true;
	return false;
}

/* RFC 5280, 6.1.4: a CA may leave out its key usage. Which bit it has to be
 * where there is one, and how many CAs may follow it. */
static bool
may_issue(const struct jpki_cert *ca, size_t below)
{
	const unsigned twice = 1u << JPKIP_EXT_KEY_USAGE |
	    1u << JPKIP_EXT_BASIC;

	return ca->basic_ca && (ca->twice & twice) == 0 &&
	    (!has(ca, JPKIP_EXT_KEY_USAGE) ||
	    (ca->key_usage & JPKIP_KU_CERT_SIGN) != 0) &&
	    (ca->path_len < 0 || below <= (size_t)ca->path_len);
}

/* Where the issuer stands: at the end of the chain, and how it counts. */
static bool
is_end(struct jpki_review *review, const struct jpki_review_facts *facts,
    const struct jpki_check *check)
{
	if (is_among(check->issuer, facts->trusted, facts->trusted_count))
		review->chain = JPKI_CHAIN_TRUSTED;
	if (jpki_check_ca(check)->proven)
		review->chain = JPKI_CHAIN_SERVICE;
	return review->chain != JPKI_CHAIN_OPEN ||
	    is_same(check->issuer, check->cert);
}

static int
walk(struct jpki_ctx *ctx, struct jpki_review *review,
    const struct jpki_review_facts *facts, struct jpki_cert *const *cas,
    size_t count)
{
	struct jpki_cert *cert = facts->signer;
	struct jpki_check *check;
	int r;

	while (review->n_checks < JPKIP_CHAIN) {
		if ((r = jpki_check_new(ctx, cert, cas, count, review->at,
		    &check)) != 0)
			return r;
		review->checks[review->n_checks++] = check;
		if (check->issuer == NULL || is_end(review, facts, check))
			break;
		cert = check->issuer;
	}
	review->anchored = facts->signer->info.self_issued &&
	    is_among(facts->signer, facts->trusted, facts->trusted_count);
	return 0;
}

int
jpkip_review_walk(struct jpki_ctx *ctx, struct jpki_review *review,
    const struct jpki_review_facts *facts)
{
	struct jpki_cert **cas;
	size_t count;
	int r;

	if (facts->signer == NULL)
		return 0;
	count = facts->trusted_count + facts->other_count;
	if ((cas = calloc(count + 1, sizeof(*cas))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	/* Those that are trusted come first: a chain that ends soon. */
	if (facts->trusted_count > 0)
		memcpy(cas, facts->trusted,
		    facts->trusted_count * sizeof(*cas));
	if (facts->other_count > 0)
		memcpy(cas + facts->trusted_count, facts->others,
		    facts->other_count * sizeof(*cas));
	r = walk(ctx, review, facts, cas, count);
	free(cas);
	return r;
}

/* ---- What it gives for findings ---- */

static void
look_at_end(struct jpki_review *review, const struct jpki_check *check)
{
	if (check->issuer != NULL) {
		if (review->chain == JPKI_CHAIN_OPEN)
			jpkip_found(&review->found, JPKI_FINDING_CA_UNKNOWN);
		return;
	}
	switch (check->issuer_state) {
	case JPKI_ISSUER_NOT_FOUND:
		jpkip_found(&review->found, JPKI_FINDING_ISSUER_MISSING);
		break;
	case JPKI_ISSUER_NOT_SIGNED:
		jpkip_found(&review->found, JPKI_FINDING_ISSUER_WRONG);
		break;
	case JPKI_ISSUER_UNSUPPORTED:
		jpkip_found(&review->found, JPKI_FINDING_ISSUER_ALGORITHM);
		break;
	case JPKI_ISSUER_SIGNED:
		break;
	}
}

/* The kinds of CA and of certificate, where both are the service's. */
static bool
purpose_fits(const struct jpki_check *check)
{
	return check->purpose_fits || check->issuer->info.slot == 0 ||
	    (check->cert->info.slot == 0 && !jpki_check_ca(check)->proven);
}

static void
look_at_issuer(struct jpki_review *review, size_t i)
{
	const struct jpki_check *check = review->checks[i];
	const struct jpki_ca *ca;

	if (check->issuer == NULL || (i == 0 && review->anchored))
		return;
	if (!may_issue(check->issuer, i))
		jpkip_found(&review->found, JPKI_FINDING_ISSUER_NO_CA);
	else if (!purpose_fits(check))
		jpkip_found(&review->found, JPKI_FINDING_ISSUER_PURPOSE);
	if (check->ca_period == JPKI_PERIOD_BEFORE)
		jpkip_found(&review->found, JPKI_FINDING_CA_NOT_YET);
	/* Of an own certificate and no time, time_unknown tells. */
	if (check->ca_period == JPKI_PERIOD_AFTER)
		jpkip_found(&review->found, review->moment == JPKI_MOMENT_NOW ?
		    JPKI_FINDING_TIME_UNKNOWN : JPKI_FINDING_CA_EXPIRED);
	ca = jpki_check_ca(check);
	if (ca->kind == JPKI_CA_TEST || ca->kind == JPKI_CA_SOFTCARD)
		jpkip_found(&review->found, JPKI_FINDING_CA_TEST);
}

static void
look_at_cert(struct jpki_review *review, const struct jpki_cert *cert)
{
	if (cert->unclear)
		jpkip_found(&review->found, JPKI_FINDING_CRITICAL);
	if (cert->weak_key)
		jpkip_found(&review->found, JPKI_FINDING_WEAK_KEY);
}

void
jpkip_review_chain(struct jpki_review *review)
{
	size_t i;

	for (i = 0; i < review->n_checks; i++) {
		look_at_cert(review, review->checks[i]->cert);
		look_at_issuer(review, i);
	}
	if (review->n_checks > 0)
		look_at_end(review, review->checks[review->n_checks - 1]);
	if (review->n_checks > 1)
		jpkip_found(&review->found,
		    JPKI_FINDING_CA_REVOCATION_UNCHECKED);
	if (review->chain == JPKI_CHAIN_TRUSTED)
		jpkip_found(&review->found, JPKI_FINDING_CA_GIVEN);
}
