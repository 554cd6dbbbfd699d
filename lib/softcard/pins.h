/* SPDX-License-Identifier: Apache-2.0 */
/* The PINs that a software card has. */
#ifndef JPKIP_SOFT_PINS_H
#define JPKIP_SOFT_PINS_H

#include "softcard/state.h"

/* All that there are, in their order in arrays; and where in it one is. */
extern const enum jpki_pin jpkip_soft_pins[JPKIP_SOFT_PINS];
size_t	jpkip_soft_pin_index(enum jpki_pin);

/* Whether this kind of card has such a PIN, and its tries. */
bool	jpkip_soft_has_pin(const struct jpkip_soft_state *, enum jpki_pin);
int	jpkip_soft_max_tries(enum jpki_pin);
struct jpkip_soft_pin *jpkip_soft_pin(struct jpkip_soft_state *,
	    enum jpki_pin);

/* All tries back to their maximum. */
void	jpkip_soft_fill_tries(struct jpkip_soft_state *);

#endif
