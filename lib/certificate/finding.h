/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of findings, by their weight. */
#ifndef JPKIP_FINDING_H
#define JPKIP_FINDING_H

#include <jpki/review.h>

#define JPKIP_FINDINGS	48	/* more than there are kinds */

struct jpkip_findings {
	enum jpki_finding at[JPKIP_FINDINGS];
	size_t n;
};

/* Adds a finding, once: behind those of its weight or more. */
void	jpkip_found(struct jpkip_findings *, enum jpki_finding);

#endif
