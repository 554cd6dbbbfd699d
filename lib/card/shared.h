/* SPDX-License-Identifier: Apache-2.0 */
/* A shared card from the inside. Its mutex is held wherever one is handed on
 * here. */
#ifndef JPKIP_SHARED_H
#define JPKIP_SHARED_H

#include <jpki/framework/shared.h>

#include <sys/types.h>

#include "base/ctx.h"
#include "card/kept.h"
#include "card/seen.h"
#include "card/session.h"

#define JPKIP_N_SLOTS (JPKI_SLOT_SIGN_CA + 1)

struct jpki_shared {
	char *reader, *serial;		/* may be NULL */
	struct jpkip_refused *refused;	/* by enum jpki_pin */

	struct jpki_mutex mutex;	/* guards what follows */
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
	struct jpki_cert *certs[JPKIP_N_SLOTS];
};

/* Failures: the handle's context has them, the caller's is to have them. The
 * first hands on what the handle just failed with, the second is one of our
 * own, instead of what may have failed before it; detail may be NULL. */
int	jpkip_shared_told(struct jpki_shared *, int r);
int	jpkip_shared_fail(struct jpki_shared *, int r, const char *detail);

/* Has a handle of this process, and knows which card it is. */
int	jpkip_shared_handle(struct jpki_shared *) JPKI_CHECK;

/* Ends the use of a handle; _dead() does if r says that its link failed, so
 * that the next caller starts anew, and returns r. */
void	jpkip_shared_close(struct jpki_shared *);
int	jpkip_shared_dead(struct jpki_shared *, int r) JPKI_CHECK;

/* Keeps a certificate of the card of this epoch, or forgets all of them. */
void	jpkip_shared_keep(struct jpki_shared *, enum jpki_slot,
	    struct jpki_cert *);
void	jpkip_shared_forget(struct jpki_shared *);

/* Begins a run on the card of an epoch, with a VERIFY or without; and ends it
 * after r, which it returns if nothing worse happens. */
int	jpkip_shared_begin(struct jpki_shared *, unsigned epoch) JPKI_CHECK;
int	jpkip_shared_begin_with(struct jpki_shared *, unsigned epoch,
	    struct jpki_kept *, int min_tries) JPKI_CHECK;
int	jpkip_shared_end(struct jpki_shared *, int r) JPKI_CHECK;

#endif
