/* SPDX-License-Identifier: Apache-2.0 */
/* How a certificate stood, by all answers together: their order is nothing. */
#ifndef JPKIP_STOOD_H
#define JPKIP_STOOD_H

#include <jpki/check.h>

/* When the next answer was due. */
int64_t	jpkip_stood_end(const struct jpki_revocation *);

/* Whether it still says something at the check's moment. A revocation always
 * does: it is for ever. */
bool	jpkip_stood_counts(const struct jpki_check *,
	    const struct jpki_revocation *);

/* Fills the check's revocation: what is known last. */
void	jpkip_stood_settle(struct jpki_check *);

/* At the check's moment, which may lie before what is known last. */
enum jpki_revocation_state jpkip_stood_then(const struct jpki_check *);

#endif
