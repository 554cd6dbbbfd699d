/* SPDX-License-Identifier: Apache-2.0 */
/* READ BINARY, READ RECORD, GET CHALLENGE. */
#ifndef JPKIP_SOFT_READ_H
#define JPKIP_SOFT_READ_H

#include "base/buf.h"
#include "softcard/apdu.h"
#include "softcard/card.h"

int	jpkip_soft_read_binary(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);
int	jpkip_soft_read_record(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);
int	jpkip_soft_challenge(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);

#endif
