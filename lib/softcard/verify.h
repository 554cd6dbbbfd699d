/* SPDX-License-Identifier: Apache-2.0 */
/* VERIFY and CHANGE REFERENCE DATA. */
#ifndef JPKIP_SOFT_VERIFY_H
#define JPKIP_SOFT_VERIFY_H

#include "softcard/apdu.h"
#include "softcard/card.h"

int	jpkip_soft_verify(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *);
int	jpkip_soft_change(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *);

#endif
