/* SPDX-License-Identifier: Apache-2.0 */
/* The link to a software card: the one door between session and softcard. */
#ifndef JPKIP_SOFT_H
#define JPKIP_SOFT_H

#include <jpki/softcard.h>

#include "transport/transport.h"

/* "soft:DIR" */
#define JPKIP_SOFT_PREFIX "soft:"

/* Opens the card in a directory; the link owns it. */
int	jpkip_soft_open(struct jpki_ctx *, const char *dir,
	    struct jpkip_link *) JPKI_CHECK;

#endif
