/* SPDX-License-Identifier: Apache-2.0 */
/* COMPUTE DIGITAL SIGNATURE. */
#ifndef JPKIP_SOFT_SIGN_H
#define JPKIP_SOFT_SIGN_H

#include "base/buf.h"
#include "softcard/apdu.h"
#include "softcard/card.h"

int	jpkip_soft_sign(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);

#endif
