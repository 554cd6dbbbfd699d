/* SPDX-License-Identifier: Apache-2.0 */
/* VERIFY and CHANGE REFERENCE DATA. */
#ifndef JPKIP_CARD_PIN_H
#define JPKIP_CARD_PIN_H

#include "card/card.h"

/* The counter of a PIN, in the run; -1: no number, 0: blocked. alone: whatever
 * it is, no VERIFY follows. */
int	jpkip_pin_query(struct jpki_card *, enum jpki_pin, bool alone, int *left)
	    JPKI_CHECK;

#endif
