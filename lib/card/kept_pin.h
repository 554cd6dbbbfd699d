/* SPDX-License-Identifier: Apache-2.0 */
/* A PIN that its owner keeps, for one card. All but what is atomic is guarded
 * by the mutex of the shared card that it is used with. */
#ifndef JPKIP_KEPT_PIN_H
#define JPKIP_KEPT_PIN_H

#include <jpki/pin.h>
#include <jpki/secret.h>
#include <jpki/framework/shared.h>

#include <stdatomic.h>
#include <sys/types.h>

/*
 * What became of a kept PIN, in memory that forked processes share. Written in
 * a run, which excludes the other processes: of all that keep this PIN, one
 * spends a try.
 */
struct jpkip_kept_fate {
	atomic_int doubt;	/* 0: nothing that would forbid to send it */
	atomic_bool accepted;	/* by the card, once */
};

struct jpki_kept {
	atomic_int refs;
	enum jpki_pin pin;
	unsigned epoch;
	pid_t pid;		/* who was given it */
	int uses;		/* signatures left; 0: no limit */
	atomic_int state;	/* enum jpki_kept_state */
	struct jpki_secret *secret;	/* NULL when it ended */
	char *source;		/* as messages may name it, or NULL */
	struct jpkip_kept_fate *fate;
};

/* It is being sent, or was sent, and no answer came that tells; the card
 * refused it. */
enum { JPKIP_KEPT_SENT = 1, JPKIP_KEPT_WRONG };

/*
 * The PIN that the card of an epoch refused last. Who is asked again may give
 * the same answer, and a program reads the same file: that would spend one try
 * after the other, also where workers learn of it and the master of a server
 * loads the key anew. So it is in memory that forked processes share; locked,
 * and left out of core dumps. (Where the epochs of two processes meet, a PIN
 * can be refused that was refused by another card.)
 */
struct jpkip_refused {
	atomic_uint epoch;		/* 0: none */
	atomic_uint count;		/* changes with each one */
	uint8_t salt[16], digest[32];	/* of salt and PIN */
};

/* One for each PIN; NULL without memory. A process that frees them leaves them
 * to the others. */
struct jpkip_refused *jpkip_refused_new(void);
void	jpkip_refused_free(struct jpkip_refused *);

/* The one for a PIN that is kept. */
struct jpkip_refused *jpkip_refused_of(struct jpkip_refused *,
	    const struct jpki_kept *);

/* After a failure r of its: says where it came from, behind the rest. */
int	jpkip_kept_blame(struct jpki_ctx *, const struct jpki_kept *, int r);

/* May it be sent? Says why not. Only alone with the card, in a run, does it
 * hear of what another process did. */
int	jpkip_kept_check(struct jpki_ctx *, struct jpki_kept *, bool alone)
	    JPKI_CHECK;

/* Whether it is the one that was refused; no card. What another process has
 * refused since then, the count tells, alone with the card. */
int	jpkip_refused_is(struct jpki_ctx *, const struct jpkip_refused *,
	    const struct jpki_kept *, bool *is) JPKI_CHECK;

/*
 * Sends it, in a run on the card of its epoch and after that check. Whatever
 * is not a yes refuses it for good, unless it was not sent: a loop over a key
 * spends one try, not all. One that was refused before (again) is not sent,
 * unless the counter is full: then it was changed since, or the right one was
 * given. *left is set as by jpki_pin_verify().
 */
int	jpkip_kept_send(struct jpki_card *, struct jpki_kept *, bool again,
	    int min_tries, int *left) JPKI_CHECK;

/* In that run, so that the next process hears of it before it sends anything:
 * r is what jpkip_kept_send() returned. Wipes a PIN that was refused, and takes
 * down which one it was. */
void	jpkip_kept_settle(struct jpki_ctx *, struct jpki_kept *, int r,
	    struct jpkip_refused *);

/* Wipes it. */
void	jpkip_kept_end(struct jpki_kept *, enum jpki_kept_state);

#endif
