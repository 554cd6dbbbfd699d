/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a signature in, findings and the answer out. */
#include <stdlib.h>

#include "base/ctx.h"
#include "base/record.h"
#include "certificate/cert_record.h"
#include "certificate/check.h"
#include "certificate/review_chain.h"
#include "certificate/stood.h"

/* Clocks of signers, verifiers and time stamps may differ by this much. */
#define CLOCKS	600

static void
add_tested(struct jpki_review *review, enum jpki_tested tested,
    enum jpki_finding wrong, enum jpki_finding unknown)
{
	if (tested == JPKI_TESTED_WRONG)
		jpkip_found(&review->found, wrong);
	else if (tested != JPKI_TESTED_RIGHT)
		jpkip_found(&review->found, unknown);
}

/* ---- Times ---- */

static void
set_moment(struct jpki_review *review)
{
	const struct jpki_review_facts *f = &review->facts;

	if (f->has_stamp && f->stamp == JPKI_TESTED_RIGHT) {
		review->moment = JPKI_MOMENT_STAMPED;
		review->at = f->stamped;
	} else if (f->has_claimed) {
		review->moment = JPKI_MOMENT_CLAIMED;
		review->at = f->claimed;
	} else
		review->at = f->now;
}

/* Whether a comes after b, whatever the clocks were. Times further apart than
 * one number can say are callers' too. */
static bool
is_after(int64_t a, int64_t b)
{
	return a > b && (uint64_t)a - (uint64_t)b > CLOCKS;
}

static void
look_at_times(struct jpki_review *review)
{
	const struct jpki_review_facts *f = &review->facts;

	if (f->has_stamp)
		add_tested(review, f->stamp, JPKI_FINDING_STAMP_WRONG,
		    JPKI_FINDING_STAMP_UNCHECKED);
	if (f->has_claimed && is_after(f->claimed, f->now))
		jpkip_found(&review->found, JPKI_FINDING_TIME_FUTURE);
	switch (review->moment) {
	case JPKI_MOMENT_STAMPED:
		if (f->has_claimed && is_after(f->claimed, f->stamped))
			jpkip_found(&review->found, JPKI_FINDING_TIME_STAMP);
		break;
	case JPKI_MOMENT_CLAIMED:
		jpkip_found(&review->found, JPKI_FINDING_TIME_CLAIMED);
		break;
	case JPKI_MOMENT_NOW:
		jpkip_found(&review->found, JPKI_FINDING_TIME_NONE);
		break;
	}
}

static void
look_at_period(struct jpki_review *review, const struct jpki_check *check)
{
	if (check->period == JPKI_PERIOD_BEFORE)
		jpkip_found(&review->found, JPKI_FINDING_NOT_YET);
	/* It may have been signed while the certificate was in its period. */
	if (check->period == JPKI_PERIOD_AFTER)
		jpkip_found(&review->found, review->moment == JPKI_MOMENT_NOW ?
		    JPKI_FINDING_TIME_UNKNOWN : JPKI_FINDING_EXPIRED);
}

/* ---- The certificate ---- */

/* Of the service's it is the kind; of others what RFC 5280 and RFC 5652 want,
 * and no extended usage but those for documents. */
static void
look_at_usage(struct jpki_review *review, const struct jpki_cert *cert)
{
	const unsigned signing = JPKIP_KU_DIGITAL_SIGNATURE |
	    JPKIP_KU_NON_REPUDIATION;

	if (cert->info.slot == JPKI_SLOT_SIGN)
		return;
	if (cert->info.slot == JPKI_SLOT_AUTH) {
		jpkip_found(&review->found, JPKI_FINDING_USAGE_AUTH);
		return;
	}
	if ((cert->twice & (1u << JPKIP_EXT_KEY_USAGE |
	    1u << JPKIP_EXT_EKU)) != 0 ||
	    ((cert->present & 1u << JPKIP_EXT_KEY_USAGE) != 0 &&
	    (cert->key_usage & signing) == 0) ||
	    ((cert->present & 1u << JPKIP_EXT_EKU) != 0 &&
	    !cert->document_signing))
		jpkip_found(&review->found, JPKI_FINDING_USAGE);
}

/* It ended after the moment. Only a stamp proves that the signature is from
 * before; what is said to be on hold may be so for that moment, too. */
static void
look_at_revoked(struct jpki_review *review, bool hold)
{
	if (review->moment == JPKI_MOMENT_STAMPED)
		jpkip_found(&review->found, JPKI_FINDING_REVOKED_LATER);
	else
		jpkip_found(&review->found, hold ? JPKI_FINDING_ON_HOLD :
		    JPKI_FINDING_REVOKED_SINCE);
}

static void
look_at_revocation(struct jpki_review *review, const struct jpki_check *check)
{
	enum jpki_revocation_state last = check->revocation.state;

	switch (jpkip_stood_then(check)) {
	case JPKI_REVOCATION_GOOD:
		if (last == JPKI_REVOCATION_REVOKED ||
		    last == JPKI_REVOCATION_ON_HOLD)
			look_at_revoked(review,
			    last == JPKI_REVOCATION_ON_HOLD);
		break;
	case JPKI_REVOCATION_REVOKED:
		jpkip_found(&review->found, JPKI_FINDING_REVOKED);
		break;
	case JPKI_REVOCATION_ON_HOLD:
		jpkip_found(&review->found, JPKI_FINDING_ON_HOLD);
		break;
	case JPKI_REVOCATION_UNKNOWN:
		jpkip_found(&review->found, JPKI_FINDING_REVOCATION_UNKNOWN);
		break;
	case JPKI_REVOCATION_NOT_CHECKED:
		jpkip_found(&review->found, JPKI_FINDING_REVOCATION_UNCHECKED);
		break;
	}
	if (check->claimed.state != JPKI_REVOCATION_NOT_CHECKED)
		jpkip_found(&review->found, JPKI_FINDING_REVOKED_CLAIM);
}

/* Everything anew: what a list says can change what was found. */
static void
find(struct jpki_review *review)
{
	const struct jpki_review_facts *f = &review->facts;

	review->found.n = 0;
	add_tested(review, f->content, JPKI_FINDING_CONTENT_CHANGED,
	    JPKI_FINDING_CONTENT_UNCHECKED);
	add_tested(review, f->signature, JPKI_FINDING_SIGNATURE_WRONG,
	    JPKI_FINDING_SIGNATURE_UNCHECKED);
	if (f->weak)
		jpkip_found(&review->found, JPKI_FINDING_WEAK_DIGEST);
	if (review->n_checks == 0) {
		jpkip_found(&review->found, JPKI_FINDING_SIGNER_MISSING);
		jpkip_found(&review->found, JPKI_FINDING_REVOCATION_UNCHECKED);
	} else {
		look_at_usage(review, review->checks[0]->cert);
		look_at_period(review, review->checks[0]);
		jpkip_review_chain(review);
		look_at_revocation(review, review->checks[0]);
	}
	look_at_times(review);
}

int
jpki_review_new(struct jpki_ctx *ctx, const struct jpki_review_facts *facts,
    struct jpki_review **out)
{
	struct jpki_review_facts own;
	struct jpki_review *review;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || !jpkip_record_get(&own, sizeof(own), facts) ||
	    own.reserved || (own.trusted == NULL && own.trusted_count > 0) ||
	    (own.others == NULL && own.other_count > 0))
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((review = calloc(1, sizeof(*review))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	review->facts = own;
	review->facts.signer = NULL;
	review->facts.trusted = review->facts.others = NULL;
	set_moment(review);
	if ((r = jpkip_review_walk(ctx, review, &own)) != 0) {
		jpki_review_free(&review);
		return r;
	}
	find(review);
	*out = review;
	return 0;
}

void
jpki_review_free(struct jpki_review **review)
{
	size_t i;

	if (review == NULL || *review == NULL)
		return;
	for (i = 0; i < (*review)->n_checks; i++)
		jpki_check_free(&(*review)->checks[i]);
	free(*review);
	*review = NULL;
}

/* The check to ask about an answer; NULL, and *r says why not. */
static struct jpki_check *
to_ask(struct jpki_ctx *ctx, struct jpki_review *review, int *r)
{
	*r = JPKI_ERR_USAGE;
	if (ctx == NULL || review == NULL)
		return NULL;
	if (review->n_checks > 0)
		return review->checks[0];
	jpkip_ctx_clear(ctx);
	*r = jpkip_fail(ctx, JPKI_ERR_NOT_COVERED, NULL, NULL);
	return NULL;
}

int
jpki_review_crl(struct jpki_ctx *ctx, struct jpki_review *review,
    const uint8_t *crl, size_t len)
{
	struct jpki_check *check;
	int r;

	if ((check = to_ask(ctx, review, &r)) == NULL)
		return r;
	r = jpki_check_crl(ctx, check, crl, len);
	find(review);
	return r;
}

int
jpki_review_ocsp(struct jpki_ctx *ctx, struct jpki_review *review,
    const uint8_t *answer, size_t len)
{
	struct jpki_check *check;
	int r;

	if ((check = to_ask(ctx, review, &r)) == NULL)
		return r;
	r = jpki_check_ocsp(ctx, check, answer, len);
	find(review);
	return r;
}

/* ---- What was found ---- */

enum jpki_answer
jpki_review_answer(const struct jpki_review *review)
{
	switch (jpki_finding_weight(jpki_review_at(review, 0))) {
	case JPKI_WEIGHT_WRONG:
		return JPKI_ANSWER_WRONG;
	case JPKI_WEIGHT_OPEN:
		return JPKI_ANSWER_OPEN;
	case JPKI_WEIGHT_UNCHECKED:
	case JPKI_WEIGHT_NOTE:
		break;
	}
	return review != NULL ? JPKI_ANSWER_FITS : JPKI_ANSWER_OPEN;
}

size_t
jpki_review_count(const struct jpki_review *review)
{
	return review != NULL ? review->found.n : 0;
}

enum jpki_finding
jpki_review_at(const struct jpki_review *review, size_t i)
{
	return i < jpki_review_count(review) ? review->found.at[i] : 0;
}

enum jpki_tested
jpki_review_content(const struct jpki_review *review)
{
	return review != NULL ? review->facts.content : JPKI_TESTED_NOT;
}

enum jpki_tested
jpki_review_signature(const struct jpki_review *review)
{
	return review != NULL ? review->facts.signature : JPKI_TESTED_NOT;
}

enum jpki_tested
jpki_review_stamp(const struct jpki_review *review)
{
	return review != NULL && review->facts.has_stamp ?
	    review->facts.stamp : JPKI_TESTED_NOT;
}

int64_t
jpki_review_time(const struct jpki_review *review)
{
	return review != NULL ? review->at : 0;
}

enum jpki_moment
jpki_review_moment(const struct jpki_review *review)
{
	return review != NULL ? review->moment : JPKI_MOMENT_NOW;
}

enum jpki_chain
jpki_review_chain(const struct jpki_review *review)
{
	return review != NULL ? review->chain : JPKI_CHAIN_OPEN;
}

const struct jpki_check *
jpki_review_check(const struct jpki_review *review, size_t i)
{
	return review != NULL && i < review->n_checks ? review->checks[i] :
	    NULL;
}
