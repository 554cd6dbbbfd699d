/* SPDX-License-Identifier: Apache-2.0 */
/* What a shared card does on the card of one epoch. Its mutex is held. */
#ifndef JPKIP_EPOCH_H
#define JPKIP_EPOCH_H

#include "card/shared.h"

/* Hands on what the handle just failed with: its context has the failure, the
 * caller's is to have it. Returns r. */
int	jpkip_shared_told(struct jpki_shared *, int r);

/* Has a handle of this process, and knows which card it is. */
int	jpkip_shared_handle(struct jpki_shared *) JPKI_CHECK;

/* The same, but if the card has to be opened for it, which asks for the counter
 * of a PIN, the run that does so goes on: *begun, and the caller ends it. */
int	jpkip_shared_handle_begin(struct jpki_shared *, enum jpki_pin,
	    bool *begun) JPKI_CHECK;

/* Ends the use of a handle; _dead() does if r says that its link failed, so
 * that the next caller starts anew, and returns r. */
void	jpkip_shared_close(struct jpki_shared *);
int	jpkip_shared_dead(struct jpki_shared *, int r) JPKI_CHECK;

/* Keeps a certificate of the card of this epoch, or forgets all of them. */
void	jpkip_shared_keep(struct jpki_shared *, enum jpki_slot,
	    struct jpki_cert *);
void	jpkip_shared_forget(struct jpki_shared *);

/* Begins a run on the card of an epoch (0, without a VERIFY: on whichever is
 * there), with a VERIFY or without; and ends it after r, which it returns if
 * nothing worse happens. left may be NULL. */
int	jpkip_shared_begin(struct jpki_shared *, unsigned epoch) JPKI_CHECK;
int	jpkip_shared_begin_with(struct jpki_shared *, unsigned epoch,
	    struct jpki_kept *, int min_tries, int *left) JPKI_CHECK;
int	jpkip_shared_end(struct jpki_shared *, int r) JPKI_CHECK;

#endif
