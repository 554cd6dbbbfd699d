/* SPDX-License-Identifier: Apache-2.0 */
/* A review from the inside. */
#ifndef JPKIP_REVIEW_H
#define JPKIP_REVIEW_H

#include <jpki/review.h>

#define JPKIP_CHAIN		8	/* certificates in the longest chain */
#define JPKIP_FINDINGS		48	/* more than there are kinds */

struct jpki_review {
	struct jpki_review_facts facts;	/* without its borrowed pointers */
	int64_t at;
	enum jpki_moment moment;

	struct jpki_check *checks[JPKIP_CHAIN];
	size_t n_checks;
	enum jpki_chain chain;
	bool anchored;		/* the signer's own certificate is trusted */

	enum jpki_finding findings[JPKIP_FINDINGS];
	size_t n_findings;
};

/* Finds the chain, for a review whose moment is known. */
int	jpkip_review_walk(struct jpki_ctx *, struct jpki_review *,
	    const struct jpki_review_facts *) JPKI_CHECK;

/* Adds a finding, once. */
void	jpkip_review_add(struct jpki_review *, enum jpki_finding);

/* What the chain and its certificates give for findings. */
void	jpkip_review_chain(struct jpki_review *);

#endif
