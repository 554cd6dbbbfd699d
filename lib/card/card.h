/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session's inside: what is known of the card, and the state of the run.
 *
 * Two kinds of knowledge are kept apart. What the card is (carrier, short EF
 * ids, certificates) stays for as long as the card is open. What the card is
 * doing (selected application, current file, logins) is forgotten at the end
 * of every run: somebody else may use the card in between.
 */
#ifndef JPKIP_CARD_H
#define JPKIP_CARD_H

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <jpki/card.h>
#include <jpki/cert.h>
#include <jpki/pin.h>

#include "base/ctx.h"
#include "transport/transport.h"

struct jpkip_app;
struct jpkip_head;

/* Whether the card knows short EF ids. Only YES lets them be used. */
enum jpkip_sfi { JPKIP_SFI_UNKNOWN, JPKIP_SFI_YES, JPKIP_SFI_NO };

#define JPKIP_N_SLOTS 4		/* see jpkip_slot_index() */
#define JPKIP_N_KEYS 2

#define JPKIP_EF_TOKEN_INFO 0x0006
#define JPKIP_TOKEN_LEN 160	/* CK_TOKEN_INFO, serialised */

struct jpki_card {
	struct jpki_ctx *ctx;
	struct jpkip_link link;

	/* What the card is. */
	enum jpki_carrier carrier;
	enum jpkip_sfi sfi;
	enum jpki_pin first_pin;	/* asked about when it was opened: */
	int first_tries;		/* -1: no number */
	struct timespec told_at;	/* when it was */
	bool presence_known;		/* EF 0008 was read */
	bool has_auth, has_sign;	/* a certificate, as it says */
	uint8_t token[JPKIP_TOKEN_LEN];	/* EF 0006 */
	size_t token_len;		/* 0: not read yet */
	struct jpki_cert *known[JPKIP_N_SLOTS];	/* read once */
	struct jpkip_head *heads[JPKIP_N_KEYS];	/* see head.h */
	bool opened;			/* identified, once */
	bool untouched;			/* and no run, or no PIN, since */
	bool changed;			/* another card is there: over */

	/* The run. */
	pthread_t owner;		/* the thread that began it */
	sigset_t signals;		/* its, as they were before */
	unsigned depth;
	const struct jpkip_app *app;	/* selected; NULL: unknown */
	bool fresh;			/* nothing since SELECT of app */
	uint16_t ef;			/* current file; 0: unknown */
	unsigned verified;		/* 1 << enum jpki_pin */
	bool pin_sent;			/* the door must be closed */
	int broken;			/* the link failed with this */
};

/* jpki_card_open_begin() and jpki_card_open_with() that ask for the counter of
 * another PIN: of the service's application, auth or sign; or of none, where
 * the card's label is enough. */
#define JPKIP_PIN_NONE ((enum jpki_pin)0)
int	jpkip_card_open_begin(struct jpki_ctx *, const char *reader,
	    enum jpki_pin, struct jpki_card **out) JPKI_CHECK;
int	jpkip_card_open_with(struct jpki_ctx *,
	    const struct jpki_transport_ops *, void *arg, enum jpki_pin,
	    struct jpki_card **out) JPKI_CHECK;

#endif
