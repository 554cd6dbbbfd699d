/* SPDX-License-Identifier: Apache-2.0 */
/* A shared card from the inside. Its mutex is held wherever one is handed on
 * here. */
#ifndef JPKIP_SHARED_H
#define JPKIP_SHARED_H

#include <jpki/framework/shared.h>

#include <sys/types.h>
#include <time.h>

#include "base/ctx.h"
#include "base/mutex.h"
#include "card/card.h"
#include "card/kept_pin.h"
#include "card/known_cards.h"

struct jpki_shared {
	struct jpki_shared *next;	/* in a list of cards */
	char *reader, *serial;		/* may be NULL */
	struct jpkip_refused *refused;	/* see jpkip_refused_of() */

	struct jpkip_mutex mutex;	/* guards what follows */
	struct jpki_ctx *caller;	/* of the call that goes on */
	pid_t pid;			/* whose handle it is */
	struct jpki_ctx *ctx;		/* the handle's */
	struct jpki_card *card;		/* NULL: not open */
	char seen_in[JPKI_INFO_MAX];	/* the last reader */
	struct jpkip_seen seen;
	unsigned epoch;			/* 0: never opened; of this epoch: */
	enum jpki_carrier carrier;
	uint64_t insertion;
	bool tried_head;
	struct jpki_cert *certs[JPKIP_N_SLOTS];	/* by jpkip_slot_index() */

	/* A mutex of its own: nobody waits for the card to look here. */
	struct jpkip_mutex grace;	/* guards what follows */
	struct jpki_kept *kept;		/* see jpki_shared_keep() */
	struct timespec kept_until;
};

/* The card in a reader (NULL: as for jpki_card_open()), with a serial number
 * (NULL: any). */
int	jpkip_shared_new(struct jpki_ctx *, const char *reader,
	    const char *serial, struct jpki_shared **out) JPKI_CHECK;

/* Whether it was made with these. */
bool	jpkip_shared_is(const struct jpki_shared *, const char *reader,
	    const char *serial);

/* No other thread may be using it. A handle that a parent process opened is
 * left alone: it is still the parent's. */
void	jpkip_shared_free(struct jpki_shared *);

#endif
