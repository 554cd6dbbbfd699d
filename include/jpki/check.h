/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said about a certificate at a moment, one thing at a time. There
 * is no "valid": a certificate can be in its period, be signed by a CA that is
 * the service's, and still be revoked. Pure: no clock, no card, no network.
 */
#ifndef JPKI_CHECK_H
#define JPKI_CHECK_H

#include <jpki/cert.h>
#include <jpki/rules.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a moment is, seen from a period. */
enum jpki_period {
	JPKI_PERIOD_BEFORE = 1,	/* not yet begun */
	JPKI_PERIOD_WITHIN,
	JPKI_PERIOD_AFTER	/* expired */
};

/* What became of the search for the issuer. */
enum jpki_issuer {
	JPKI_ISSUER_NOT_FOUND = 0, /* no candidate has its name and key id */
	JPKI_ISSUER_NOT_SIGNED,	/* one has, but the signature is not its */
	JPKI_ISSUER_UNSUPPORTED, /* one has, an algorithm is not known here */
	JPKI_ISSUER_SIGNED	/* one has, and the signature is right */
};

/* What a CRL or an OCSP answer says; lent by a check. Times are seconds since
 * 1970-01-01 UTC; 0: not there. */
struct jpki_revocation {
	enum jpki_revocation_state state;
	int reason;		/* RFC 5280's CRLReason, see
				 * jpki_revocation_text(); -1: not said */
	int64_t time;		/* of revocation or hold; of UNKNOWN: the
				 * hold that may be over or not */
	int64_t this_update;	/* when that was known */
	int64_t next_update;
	bool ocsp;		/* from an OCSP answer, else from a CRL */
};

struct jpki_check;

/*
 * Looks for the certificate's issuer among candidates (all generations have
 * one name: key id and signature decide) and says what holds at a moment, in
 * seconds since 1970-01-01 UTC. Returns 0 also when nothing good can be said;
 * the check tells. It keeps a reference to the certificate and to the issuer;
 * the caller frees it. Errors: JPKI_ERR_USAGE, JPKI_ERR_MEMORY,
 * JPKI_ERR_CRYPTO.
 */
JPKI_API int jpki_check_new(struct jpki_ctx *ctx, struct jpki_cert *cert,
    struct jpki_cert *const *cas, size_t ca_count, int64_t at,
    struct jpki_check **out) JPKI_CHECK;

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_check_free(struct jpki_check **check);

/* The certificate and the moment that it was made for. */
JPKI_API const struct jpki_cert *jpki_check_cert(
    const struct jpki_check *check);
JPKI_API int64_t jpki_check_at(const struct jpki_check *check);

/* The certificate's own period. */
JPKI_API enum jpki_period jpki_check_period(const struct jpki_check *check);

/* What became of the search for its issuer. */
JPKI_API enum jpki_issuer jpki_check_issuer_state(
    const struct jpki_check *check);

/* The issuer: one of the candidates, or the certificate itself where it is
 * self-signed. Borrowed; NULL unless the state is JPKI_ISSUER_SIGNED. */
JPKI_API const struct jpki_cert *jpki_check_issuer(
    const struct jpki_check *check);

/* Whose CA that is; without an issuer of kind JPKI_CA_UNKNOWN and not proven.
 * Borrowed, never NULL. */
JPKI_API const struct jpki_ca *jpki_check_ca(const struct jpki_check *check);

/* The issuer's period; 0 without an issuer. */
JPKI_API enum jpki_period jpki_check_ca_period(
    const struct jpki_check *check);

/* The issuer is a CA (basic constraints, key usage) and issues this kind. */
JPKI_API bool jpki_check_purpose_fits(const struct jpki_check *check);

/* What lists and answers said, at first "not checked". Borrowed, never
 * NULL. */
JPKI_API const struct jpki_revocation *jpki_check_revocation(
    const struct jpki_check *check);

/*
 * What such data claims of a certificate whose issuer was not found, or with a
 * kind of signature that is not accepted here (SHA-1, RSASSA-PSS): revoked or
 * on hold, else "not checked". Nobody can tell then whether it is genuine, so
 * it is no part of jpki_check_revocation(). Borrowed, never NULL.
 */
JPKI_API const struct jpki_revocation *jpki_check_claimed(
    const struct jpki_check *check);

/*
 * Fill the revocation of a check whose issuer was found, from CRLs or OCSP
 * answers (any number of them, in DER or PEM) that the caller got. Signed by
 * the issuer itself or, OCSP only, by a responder that it certified for that.
 * A revocation is for ever, whatever the age of what says it; all else must
 * still be current at the check's moment. A later one will do as well, and
 * then "time" tells whether the revocation came after the moment. A list of
 * changes (delta) counts on top of the complete list that it is based on,
 * given before or after it, also where that alone is too old. "Removed from
 * the list" (RFC 5280, 5.3.1) ends a hold where a delta says it; in a complete
 * list and in an OCSP answer it says neither good nor revoked, and such an
 * entry counts for nothing.
 *
 * JPKI_ERR_NOT_COVERED: it says nothing about this certificate at this moment
 * (too old, another issuer or another generation of it, another certificate,
 * the list of another town, a responder that refused);
 * JPKI_ERR_NOT_SIGNED: the signature is not the issuer's; JPKI_ERR_DATA:
 * malformed. The next one may well count. Of several answers, in whatever
 * order, the latest counts; none undoes a revocation, and of the same day the
 * worse one counts. What is too old says no more how the certificate stands,
 * but that a hold began or ended then is remembered: where it contradicts
 * what still counts and is later, the state is UNKNOWN.
 */
JPKI_API int jpki_check_crl(struct jpki_ctx *ctx, struct jpki_check *check,
    const uint8_t *crl, size_t len) JPKI_CHECK;
JPKI_API int jpki_check_ocsp(struct jpki_ctx *ctx, struct jpki_check *check,
    const uint8_t *answer, size_t len) JPKI_CHECK;

/*
 * Sets what a check knows in the facts for jpki_rules_cert(): key, period,
 * revocation and its reason, as they were at the check's moment. What a list
 * or an answer says counts from the earlier of the revocation's date and the
 * list's own date, and not before; a hold to the date of the last answer that
 * knows of it. Between that and a later "good" the hold ended some day, and
 * the state is UNKNOWN. All else in the facts (carrier, partner,
 * card, PIN ...) stays as the caller set it; facts->size must be set. The key
 * is 0 where the certificate is neither of a holder's two: the rules are not
 * about it, the rest holds all the same. JPKI_ERR_USAGE.
 */
JPKI_API int jpki_check_facts(const struct jpki_check *check,
    struct jpki_cert_facts *facts) JPKI_CHECK;

#ifdef __cplusplus
}
#endif

#endif
