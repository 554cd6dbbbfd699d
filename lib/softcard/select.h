/* SPDX-License-Identifier: Apache-2.0 */
/* SELECT, and the names of files in other commands. */
#ifndef JPKIP_SOFT_SELECT_H
#define JPKIP_SOFT_SELECT_H

#include "softcard/apdu.h"
#include "softcard/card.h"

/* How P2 names an EF: 80 the current one, 80+sfi another one, which becomes
 * the current one. NULL: *sw says why not. */
struct jpkip_soft_ef *jpkip_soft_named(struct jpki_softcard *, uint8_t p2,
	    unsigned *sw);

int	jpkip_soft_select(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *);

#endif
