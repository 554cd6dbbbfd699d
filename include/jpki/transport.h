/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a link to a card owes the library. Programs need this only when they
 * bring their own link; see jpki_card_open_with().
 */
#ifndef JPKI_TRANSPORT_H
#define JPKI_TRANSPORT_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What happened to the card since the last run, told by begin. */
enum jpki_link_event {
	JPKI_LINK_SAME = 0,	/* the card never left */
	JPKI_LINK_RECONNECTED,	/* maybe another card: the library checks */
	JPKI_LINK_CHANGED	/* it is another card */
};

/* How to leave the card when a run ends. */
enum jpki_link_end {
	JPKI_LINK_LEAVE = 1,	/* as it is */
	JPKI_LINK_POWER_OFF	/* without power: every login is forgotten */
};

/*
 * All functions return 0 or a negative JPKI_ERR_* of JPKI_CLASS_TRANSPORT or
 * JPKI_CLASS_SYSTEM. The structure is copied; a pointer that "may be NULL"
 * stands for a link that cannot do this.
 */
struct jpki_transport_ops {
	size_t size;		/* sizeof(struct jpki_transport_ops) */

	/* Starts an exclusive run: until end nobody else reaches the card.
	 * Waits for others, but not for ever (JPKI_ERR_BUSY). */
	int (*begin)(void *arg, enum jpki_link_event *event);

	/* One command, one answer ending in SW1 SW2. rsp_size is at least
	 * 258, and 2050 when the ATR announces extended length. Must never
	 * send the command twice. */
	int (*transmit)(void *arg, const uint8_t *cmd, size_t cmd_len,
	    uint8_t *rsp, size_t rsp_size, size_t *rsp_len);

	/* Ends the run. POWER_OFF that does not take the card's power must
	 * return JPKI_ERR_DOOR. */
	int (*end)(void *arg, enum jpki_link_end how);

	/* The answer to reset, at most 33 bytes; may be NULL. */
	int (*atr)(void *arg, uint8_t *atr, size_t atr_size, size_t *atr_len);

	/* A number for this stay of the card in its reader: while it is the
	 * same in two links to the same reader, of whichever process, they
	 * reach the same card. 0: unknown. May be NULL. */
	uint64_t (*insertion)(void *arg);

	/* Frees arg. No run is open. May be NULL. */
	void (*close)(void *arg);
};

#ifdef __cplusplus
}
#endif

#endif
