/* SPDX-License-Identifier: Apache-2.0 */
/* Cards behind pcscd. */
#ifndef JPKIP_PCSC_H
#define JPKIP_PCSC_H

#include "transport/readers.h"
#include "transport/transport.h"

/* The readers that pcscd has, and their states. None is no failure. */
int	jpkip_pcsc_list(struct jpki_ctx *, struct jpkip_readers *) JPKI_CHECK;

/* Opens the card in the reader of that exact name, in shared mode. patient:
 * waits for others who keep the card, instead of JPKI_ERR_BUSY soon. */
int	jpkip_pcsc_open(struct jpki_ctx *, const char *reader, bool patient,
	    struct jpkip_link *) JPKI_CHECK;

#endif
