/* SPDX-License-Identifier: Apache-2.0 */
/* What CRLs and OCSP answers have in common. */
#ifndef JPKIP_REVOCATION_H
#define JPKIP_REVOCATION_H

#include <jpki/check.h>

#include "base/der.h"
#include "certificate/check.h"

/* Reads one answer, as DER, for a check whose issuer may be missing. */
typedef int jpkip_look(struct jpki_ctx *, struct jpki_check *,
	    struct jpkip_part der);

/* Looks at what the caller gave: all PEM blocks with the label, or DER; it is
 * enough that one counts. Checks the arguments, too. */
int	jpkip_answer_look(struct jpki_ctx *, struct jpki_check *,
	    const uint8_t *data, size_t len, const char *label,
	    jpkip_look *) JPKI_CHECK;

/* Whether it says something of the check's moment. */
bool	jpkip_answer_counts(const struct jpki_check *,
	    const struct jpki_revocation *);

/* Keeps a proved answer; what it makes of the check, the look settles. */
int	jpkip_answer_keep(struct jpki_ctx *, struct jpki_check *,
	    const struct jpkip_answer *) JPKI_CHECK;

/* Keeps it, and fails where it does not count. */
int	jpkip_answer_take(struct jpki_ctx *, struct jpki_check *,
	    const struct jpki_revocation *) JPKI_CHECK;

/* Fails: "removed" stands where it says nothing. */
int	jpkip_answer_removed(struct jpki_ctx *);

/* Without the issuer, or with a kind of signature that is not accepted here,
 * nothing is proved, but what is claimed is kept. Returns the failure. */
int	jpkip_answer_claim(struct jpki_ctx *, struct jpki_check *,
	    const struct jpki_revocation *, struct jpkip_part algorithm);

/* The content of a list of extensions. False: malformed. A critical one
 * sets *critical unless it is one of 2.5.29.x that are known. */
bool	jpkip_answer_extensions(struct jpkip_part list, const uint8_t *known,
	    struct jpkip_part *values, size_t count, bool *critical);

/* "Remove from the list": only a list of changes can say that. */
#define JPKIP_REASON_REMOVED	8

/* A CRLReason, as the content of an ENUMERATED. */
bool	jpkip_answer_reason(struct jpkip_part, struct jpki_revocation *);

#endif
