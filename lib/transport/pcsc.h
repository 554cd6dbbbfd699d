/* SPDX-License-Identifier: Apache-2.0 */
/* Cards behind pcscd. */
#ifndef JPKIP_PCSC_H
#define JPKIP_PCSC_H

#include "transport/transport.h"

#define JPKIP_PCSC_NAME_MAX 128	/* a reader name, as in pcsclite */
#define JPKIP_PCSC_READERS_MAX 16	/* what pcsclite can have */

/* What a reader says of its card. */
enum jpkip_reader_state {
	JPKIP_READER_EMPTY,
	JPKIP_READER_CARD,
	JPKIP_READER_MUTE,	/* a card that does not answer */
	JPKIP_READER_GONE
};

struct jpkip_reader {
	char name[JPKIP_PCSC_NAME_MAX];
	enum jpkip_reader_state state;
};

struct jpkip_readers {
	struct jpkip_reader list[JPKIP_PCSC_READERS_MAX];
	size_t n;
};

/* The readers that pcscd has, and their states. None is no failure. */
int	jpkip_pcsc_list(struct jpki_ctx *, struct jpkip_readers *) JPKI_CHECK;

/* Opens the card in the reader of that exact name, in shared mode. patient:
 * waits for others who keep the card, instead of JPKI_ERR_BUSY soon. */
int	jpkip_pcsc_open(struct jpki_ctx *, const char *reader, bool patient,
	    struct jpkip_link *) JPKI_CHECK;

#endif
