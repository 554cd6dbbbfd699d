/* SPDX-License-Identifier: Apache-2.0 */
/* A judgement from the inside: for judge*.c. */
#ifndef TOOLS_JUDGEMENT_H
#define TOOLS_JUDGEMENT_H

#include "judge.h"

/* What only the format knows. */
struct judged_thing {
	enum judge_weight weight;
	const char *code;
	char *text;
};

struct judgement {
	struct jpki_review *review;
	struct jpki_cert *signer;	/* NULL: not there */
	const char *digest, *algorithm;
	bool weak;
	bool has_claimed, has_stamp;
	int64_t claimed;
	int64_t stamped;		/* 0: the stamp says no time */
	char *stamper;			/* whose stamp it says it is; NULL */
	struct judged_thing *things;
	size_t n_things;
	bool short_of_memory;		/* not all could be kept */
};

/* What is wrong, not checked, worth knowing: the library's findings and the
 * format's in one order. i counts from 0; false: past the last. */
struct judged {
	enum judge_weight weight;
	const char *code, *text;
};
bool judgement_at(const struct judgement *judgement, size_t i,
    struct judged *out);

/* Makes our library context the thread's default; returns what was. */
OSSL_LIB_CTX *judge_enter(const struct judge *judge);
void judge_leave(OSSL_LIB_CTX *before);

/* A time of ASN.1 in seconds since 1970 UTC; false: it is none. No time_t: a
 * machine's may be too short. */
bool judge_time(const ASN1_TIME *time, int64_t *out);

/* judge_stamp.c: looks at the time stamp, if there is one. 0, or an exit code
 * after a message. */
int judge_stamp(const struct judge *judge, const struct judge_facts *facts,
    struct judgement *judgement, struct jpki_review_facts *review);

/* The link of the chain at which it ends; NULL: there is none. */
const struct jpki_check *judgement_last(const struct judgement *judgement);

/* judge_issuer.c: whether the certificate at which the chain breaks off is as
 * its CA signed it, as far as the CAs at hand can tell. */
void judge_issuer(const struct judge *judge, const struct judge_facts *facts,
    struct judgement *judgement, struct jpki_cert *const *others, size_t n);

#endif
