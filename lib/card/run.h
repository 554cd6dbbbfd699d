/* SPDX-License-Identifier: Apache-2.0 */
/* Runs: from begin to end nobody else reaches the card. */
#ifndef JPKIP_RUN_H
#define JPKIP_RUN_H

#include "card/card.h"

/* Runs from the inside: as the public ones, but the error record stays. */
int	jpkip_run_begin(struct jpki_card *) JPKI_CHECK;
int	jpkip_run_end(struct jpki_card *) JPKI_CHECK;

/* Ends a run that an operation began for itself; the operation's own failure
 * r comes first, but for a door that stays open. */
int	jpkip_run_finish(struct jpki_card *, int r) JPKI_CHECK;

#endif
