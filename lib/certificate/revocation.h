/* SPDX-License-Identifier: Apache-2.0 */
/* What CRLs and OCSP answers have in common. */
#ifndef JPKIP_REVOCATION_H
#define JPKIP_REVOCATION_H

#include <jpki/check.h>

#include "base/der.h"

/* Reads one answer, as DER, for a check whose issuer may be missing. */
typedef int jpkip_look(struct jpki_ctx *, struct jpki_check *,
	    struct jpkip_part der);

/* Looks at what the caller gave: all PEM blocks with the label, or DER; it is
 * enough that one counts. Checks the arguments, too. */
int	jpkip_answer_look(struct jpki_ctx *, struct jpki_check *,
	    const uint8_t *data, size_t len, const char *label,
	    jpkip_look *) JPKI_CHECK;

/* Whether it still says something at the check's moment. A revocation always
 * does: it is for ever. */
bool	jpkip_answer_counts(const struct jpki_check *,
	    const struct jpki_revocation *);

/* Takes it in if it counts: the latest, but none undoes a revocation. */
int	jpkip_answer_take(struct jpki_ctx *, struct jpki_check *,
	    const struct jpki_revocation *) JPKI_CHECK;

/* Without the issuer nothing is proved, but what is claimed is kept. Returns
 * the failure. */
int	jpkip_answer_claim(struct jpki_ctx *, struct jpki_check *,
	    const struct jpki_revocation *);

/* The content of a list of extensions. False: malformed. A critical one
 * sets *critical unless it is one of 2.5.29.x that are known. */
bool	jpkip_answer_extensions(struct jpkip_part list, const uint8_t *known,
	    struct jpkip_part *values, size_t count, bool *critical);

/* A CRLReason, as the content of an ENUMERATED. */
bool	jpkip_answer_reason(struct jpkip_part, struct jpki_revocation *);

#endif
