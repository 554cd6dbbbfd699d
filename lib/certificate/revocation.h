/* SPDX-License-Identifier: Apache-2.0 */
/* What CRLs and OCSP answers have in common. */
#ifndef JPKIP_REVOCATION_H
#define JPKIP_REVOCATION_H

#include <jpki/check.h>

#include "base/der.h"

/* What the caller gave, as DER; the rest of the fields belongs to it. */
struct jpkip_answer {
	struct jpkip_part der;
	uint8_t *own;		/* decoded from PEM; NULL: the caller's */
	size_t own_len;
};

/* Checks the arguments and the check's state, too. */
int	jpkip_answer_open(struct jpki_ctx *, const struct jpki_check *,
	    const uint8_t *data, size_t len, const char *label,
	    struct jpkip_answer *) JPKI_CHECK;
void	jpkip_answer_close(struct jpkip_answer *);

/* Whether it still counts at the check's moment. */
int	jpkip_answer_current(struct jpki_ctx *, const struct jpki_check *,
	    const struct jpki_revocation *) JPKI_CHECK;

/* The latest counts, but none undoes a revocation. */
void	jpkip_answer_merge(struct jpki_check *,
	    const struct jpki_revocation *);

/* The content of a list of extensions. False: malformed. A critical one
 * sets *critical unless it is one of 2.5.29.x that are known. */
bool	jpkip_answer_extensions(struct jpkip_part list, const uint8_t *known,
	    struct jpkip_part *values, size_t count, bool *critical);

/* A CRLReason, as the content of an ENUMERATED. */
bool	jpkip_answer_reason(struct jpkip_part, struct jpki_revocation *);

#endif
