/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of readers, as pcscd has them. */
#ifndef JPKIP_READERS_H
#define JPKIP_READERS_H

#include <stddef.h>

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

#endif
