/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_SOFT_DISPATCH_H
#define JPKIP_SOFT_DISPATCH_H

#include "base/buf.h"
#include "softcard/card.h"

/* One command. A status word, or a negative error code when the card cannot
 * answer at all; so do all the commands return. */
int	jpkip_soft_command(struct jpki_softcard *, const uint8_t *, size_t,
	    struct jpkip_buf *reply);

#endif
