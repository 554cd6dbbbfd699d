/* SPDX-License-Identifier: Apache-2.0 */
/* A check from the inside. */
#ifndef JPKIP_CHECK_H
#define JPKIP_CHECK_H

#include <jpki/check.h>

#include "crypto/digest.h"

#define JPKIP_LIST_NUMBER	20	/* bytes; RFC 5280, 5.2.3 */

/*
 * A revocation list that is the issuer's and for such certificates: a list of
 * changes (delta) counts on top of one that it is based on, whichever of the
 * two comes first.
 */
struct jpkip_list {
	bool delta;
	bool removed;		/* from the list, by the delta */
	uint8_t number[JPKIP_LIST_NUMBER];
	uint8_t base[JPKIP_LIST_NUMBER];	/* the least, of a delta */
	uint8_t scope[JPKIP_DIGEST_MAX]; /* digest of what says it */
	struct jpki_revocation found;	/* GOOD: it is not on it */
};

/* A proved answer, current or not: what is too old to say how the certificate
 * stands can still tell that a hold began or ended. */
struct jpkip_answer {
	struct jpki_revocation found;
	bool released;	/* GOOD, and on hold at some time before */
	bool change;	/* ends a hold, and says nothing else: a list of
			 * changes without what it is based on */
};

struct jpki_check {
	struct jpki_cert *cert;
	struct jpki_cert *issuer;	/* NULL: not found */
	int64_t at;
	enum jpki_period period, ca_period;
	enum jpki_issuer issuer_state;
	bool purpose_fits;
	struct jpki_revocation revocation;
	struct jpki_revocation claimed;	/* where nothing proves it */
	struct jpkip_list *lists;
	size_t n_lists;
	struct jpkip_answer *answers;
	size_t n_answers;
};

#endif
