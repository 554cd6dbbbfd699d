/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said about a signature on a document, one thing at a time, and
 * the overall answer. There is no "valid": the content can be unchanged, the
 * signature fit its certificate, that chain to a CA of the service, and still
 * nobody have asked whether it was revoked.
 *
 * The caller knows the document's format: it digests the content, checks the
 * signature with the certificate's key and reads the times. Chain, periods,
 * usage, revocation and the answer are found here. Pure: no clock, no card, no
 * network. Checking other people's signatures as a business is regulated
 * (公的個人認証法, article 17).
 */
#ifndef JPKI_REVIEW_H
#define JPKI_REVIEW_H

#include <jpki/check.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a test. */
enum jpki_tested {
	JPKI_TESTED_NOT = 0,	/* not made, or could not be made */
	JPKI_TESTED_RIGHT,
	JPKI_TESTED_WRONG
};

/* What the caller found out. Pointers are borrowed for the call. */
struct jpki_review_facts {
	size_t size;
	enum jpki_tested content;	/* is it what was signed? */
	enum jpki_tested signature;	/* does it fit the signer's key? */
	struct jpki_cert *signer;	/* NULL: its certificate is missing */

	/* CAs that whoever asks trusts besides the service's, and what else is
	 * at hand: those that came with the signature, say. */
	struct jpki_cert *const *trusted;
	size_t trusted_count;
	struct jpki_cert *const *others;
	size_t other_count;

	/* Seconds since 1970-01-01 UTC. */
	int64_t now;
	int64_t claimed;		/* when it was signed, by its maker */
	int64_t stamped;		/* by a time stamp that was checked */
	bool has_claimed;
	bool has_stamp;			/* there is one, checked or not */
	bool weak;			/* a broken digest, such as SHA-1 */
	bool reserved;			/* false */
	enum jpki_tested stamp;		/* is it of this signature, and its
					 * maker's trusted? */
};

/* The overall answer, and what a program that checks should end with. */
enum jpki_answer {
	/* Content unchanged, the signature fits, the certificate chains to a
	 * CA of the service or a trusted one, both were in their periods; the
	 * revocation may be unchecked, see jpki_review_check(). */
	JPKI_ANSWER_FITS = 0,
	JPKI_ANSWER_WRONG,	/* something is wrong */
	JPKI_ANSWER_OPEN	/* nothing is wrong, but not all of that could
				 * be checked */
};

/* How a finding counts. */
enum jpki_weight {
	JPKI_WEIGHT_NOTE = 1,	/* worth knowing */
	JPKI_WEIGHT_UNCHECKED,	/* was not checked, and the answer says so */
	JPKI_WEIGHT_OPEN,	/* ... JPKI_ANSWER_OPEN */
	JPKI_WEIGHT_WRONG	/* ... JPKI_ANSWER_WRONG */
};

/* One thing that is wrong, open or worth knowing. */
enum jpki_finding {
	/* Wrong. */
	JPKI_FINDING_CONTENT_CHANGED = 101,
	JPKI_FINDING_SIGNATURE_WRONG,
	JPKI_FINDING_USAGE_AUTH,	/* the certificate for logging in */
	JPKI_FINDING_USAGE,		/* not for signatures on documents */
	JPKI_FINDING_ISSUER_WRONG,	/* the CA it names did not sign it */
	JPKI_FINDING_ISSUER_NO_CA,	/* no CA, or none for such a chain */
	JPKI_FINDING_ISSUER_PURPOSE,	/* a CA for other certificates */
	JPKI_FINDING_NOT_YET,		/* before the certificate's period */
	JPKI_FINDING_EXPIRED,		/* after it */
	JPKI_FINDING_CA_NOT_YET,
	JPKI_FINDING_CA_EXPIRED,
	JPKI_FINDING_REVOKED,
	JPKI_FINDING_REVOKED_SINCE,	/* after a time that nobody proves */
	JPKI_FINDING_ON_HOLD,
	JPKI_FINDING_STAMP_WRONG,	/* of another signature, or broken */
	JPKI_FINDING_TIME_FUTURE,	/* claims a time that is yet to come */
	JPKI_FINDING_TIME_STAMP,	/* claims a time after its stamp */

	/* Open. */
	JPKI_FINDING_CONTENT_UNCHECKED = 201,
	JPKI_FINDING_SIGNATURE_UNCHECKED,
	JPKI_FINDING_WEAK_DIGEST,
	JPKI_FINDING_WEAK_KEY,
	JPKI_FINDING_SIGNER_MISSING,
	JPKI_FINDING_ISSUER_MISSING,	/* its CA's certificate is not there */
	JPKI_FINDING_ISSUER_ALGORITHM,	/* of its CA's signature: unknown */
	JPKI_FINDING_CA_UNKNOWN,	/* neither the service's nor
					 * trusted */
	JPKI_FINDING_CRITICAL,		/* a critical extension is unknown */
	JPKI_FINDING_TIME_UNKNOWN,	/* expired, and no time is claimed */
	JPKI_FINDING_REVOKED_CLAIM,	/* a list says so, unproved */

	/* Not checked. */
	JPKI_FINDING_REVOCATION_UNCHECKED = 301,
	JPKI_FINDING_REVOCATION_UNKNOWN,	/* what was given leaves it
					 * open */
	JPKI_FINDING_CA_REVOCATION_UNCHECKED,	/* of CAs between */
	JPKI_FINDING_STAMP_UNCHECKED,

	/* Notes. */
	JPKI_FINDING_REVOKED_LATER = 401, /* after the stamped time */
	JPKI_FINDING_TIME_CLAIMED,	/* only its maker says when */
	JPKI_FINDING_TIME_NONE,		/* nobody does: judged as of now */
	JPKI_FINDING_CA_TEST,		/* a test or software card */
	JPKI_FINDING_CA_GIVEN		/* trusted because it was given */
};

/* Which moment the periods were held against. */
enum jpki_moment {
	JPKI_MOMENT_NOW = 0,
	JPKI_MOMENT_CLAIMED,
	JPKI_MOMENT_STAMPED
};

/* Where the chain ends. */
enum jpki_chain {
	JPKI_CHAIN_OPEN = 0,	/* the findings tell why */
	JPKI_CHAIN_SERVICE,	/* at a CA of the service, proven */
	JPKI_CHAIN_TRUSTED	/* at one that the caller trusts */
};

struct jpki_review;

/*
 * Reviews one signature. Returns 0 whatever there is to say; the caller frees
 * the review, which keeps references to the certificates that it needs.
 * JPKI_ERR_USAGE, JPKI_ERR_MEMORY, JPKI_ERR_CRYPTO.
 */
JPKI_API int jpki_review_new(struct jpki_ctx *ctx,
    const struct jpki_review_facts *facts, struct jpki_review **out)
    JPKI_CHECK;

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_review_free(struct jpki_review **review);

/* jpki_check_crl() and jpki_check_ocsp() for the signer's certificate, and
 * what follows for the findings. JPKI_ERR_NOT_COVERED without a signer. */
JPKI_API int jpki_review_crl(struct jpki_ctx *ctx,
    struct jpki_review *review, const uint8_t *crl, size_t len) JPKI_CHECK;
JPKI_API int jpki_review_ocsp(struct jpki_ctx *ctx,
    struct jpki_review *review, const uint8_t *answer, size_t len) JPKI_CHECK;

/*
 * What was found. A review that is NULL says nothing: JPKI_ANSWER_OPEN, no
 * finding, not tested. Any thread may read a review that nobody fills.
 */
JPKI_API enum jpki_answer jpki_review_answer(
    const struct jpki_review *review);

/* The findings, what is wrong first, each once; 0 past the last. */
JPKI_API size_t jpki_review_count(const struct jpki_review *review);
JPKI_API enum jpki_finding jpki_review_at(const struct jpki_review *review,
    size_t i);

/* As the caller said; a stamp that is not there was not tested. */
JPKI_API enum jpki_tested jpki_review_content(
    const struct jpki_review *review);
JPKI_API enum jpki_tested jpki_review_signature(
    const struct jpki_review *review);
JPKI_API enum jpki_tested jpki_review_stamp(const struct jpki_review *review);

/* The moment that counted: stamped, else claimed, else now; and which. */
JPKI_API int64_t jpki_review_time(const struct jpki_review *review);
JPKI_API enum jpki_moment jpki_review_moment(
    const struct jpki_review *review);

/* Where the chain ends, and its links from the signer's certificate on, each
 * with its issuer, periods and (the first one) revocation: NULL past the last.
 * Borrowed. The last one with an issuer has the CA at which it ends. */
JPKI_API enum jpki_chain jpki_review_chain(const struct jpki_review *review);
JPKI_API const struct jpki_check *jpki_review_check(
    const struct jpki_review *review, size_t i);

/* How a finding counts; 0: there is no such finding. */
JPKI_API enum jpki_weight jpki_finding_weight(enum jpki_finding finding);

/* For programs: "content-changed"; and for people, a sentence without its
 * full stop. Static, never NULL. */
JPKI_API const char *jpki_finding_name(enum jpki_finding finding);
JPKI_API const char *jpki_finding_text(enum jpki_finding finding,
    enum jpki_lang lang);

#ifdef __cplusplus
}
#endif

#endif
