/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pcscd that shows what a real one cannot be made to show. Linked into a
 * test, it takes the place of libpcsclite: two readers, software cards in
 * them, and one fault at a time.
 */
#ifndef FAKE_WINSCARD_H
#define FAKE_WINSCARD_H

#include <stdbool.h>

#include <winscard.h>

#include <jpki/softcard.h>

#define FAKE_READERS 2

struct fake_reader {
	const char *name;		/* NULL: there is no such reader */
	struct jpki_softcard *card;	/* NULL: empty */
	bool mute;
	DWORD count;			/* insertions and removals */
};

/* Which call fails, and how. */
enum fake_call {
	FAKE_NONE, FAKE_ESTABLISH, FAKE_LIST, FAKE_CONNECT, FAKE_BEGIN,
	FAKE_RECONNECT, FAKE_TRANSMIT, FAKE_END, FAKE_STATUS
};

struct fake {
	struct fake_reader readers[FAKE_READERS];
	enum fake_call call;
	LONG rv;		/* what it returns; 1: it hangs until let go */
	unsigned skip;		/* so many go well before */
	unsigned times;		/* so many fail then */
	bool dies;		/* FAKE_TRANSMIT: the daemon, and with it what
				 * was open; the next context is to a new one */
	unsigned answer_len;	/* FAKE_TRANSMIT with rv 0: bytes of rubbish */
	/* Who answers for the software cards; NULL: they do. */
	int (*transmit)(struct jpki_softcard *, const uint8_t *cmd,
	    size_t cmd_len, uint8_t *rsp, size_t rsp_size, size_t *rsp_len);

	/* Seen. */
	unsigned verifies;	/* VERIFY with a PIN that reached a card */
	unsigned transmits;
	unsigned unpowers;	/* by end or disconnect */
	unsigned contexts, handles, transactions;	/* open now */
};

extern struct fake fake;

void	fake_reset(void);
void	fake_let_go(void);	/* whoever hangs goes on, without success */
void	fake_wait_idle(void);	/* until nothing is open any more */

#endif
