/* SPDX-License-Identifier: Apache-2.0 */
/* A review from the inside, and its chain. */
#ifndef JPKIP_REVIEW_CHAIN_H
#define JPKIP_REVIEW_CHAIN_H

#include <jpki/review.h>

#include "certificate/finding.h"

#define JPKIP_CHAIN		8	/* certificates in the longest chain */

struct jpki_review {
	struct jpki_review_facts facts;	/* without its borrowed pointers */
	int64_t at;
	enum jpki_moment moment;

	struct jpki_check *checks[JPKIP_CHAIN];
	size_t n_checks;
	enum jpki_chain chain;
	bool anchored;		/* the signer's own certificate is trusted */

	struct jpkip_findings found;
};

/* Finds the chain, for a review whose moment is known. */
int	jpkip_review_walk(struct jpki_ctx *, struct jpki_review *,
	    const struct jpki_review_facts *) JPKI_CHECK;

/* What the chain and its certificates give for findings. */
void	jpkip_review_chain(struct jpki_review *);

#endif
