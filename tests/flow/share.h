/* SPDX-License-Identifier: Apache-2.0 */
/* A shared card to sign with, for tests of such cards. */
#ifndef SHARE_H
#define SHARE_H

#include <stdatomic.h>

#include <jpki.h>
#include <jpki/framework/shared.h>

#include "tempcard.h"

#define AUTH_PIN "1234"
#define SIGN_PIN "ABC123"

/* One shared card, and what the log says of the commands that it was sent. */
struct share {
	char path[TEMPCARD_MAX], reader[TEMPCARD_MAX + 8];
	struct jpki_ctx *ctx;
	struct jpki_cards *cards;
	struct jpki_shared *shared;	/* theirs */
	unsigned epoch;
	atomic_int all, verify;
};

void	share_start(struct share *, const char *profile);
void	share_finish(struct share *);

/* The log that counts, for another context that uses the card. */
void	share_count(void *share, enum jpki_log_level, const char *line);

/* A PIN that was typed, for so many signatures. */
struct jpki_kept *share_keep(struct share *, enum jpki_pin, const char *text,
	    int uses);

/* The tries left on the card, asked behind the shared card's back. */
int	share_tries(const struct share *, enum jpki_pin);

/* Signs: with the auth key; or in another context, with any; or with a
 * certificate, too, that the signature must fit. */
int	share_sign(struct share *, struct jpki_kept *);
int	share_sign_on(struct jpki_ctx *, struct share *, enum jpki_key,
	    struct jpki_kept *);
int	share_sign_for(struct jpki_ctx *, struct share *, enum jpki_key,
	    struct jpki_kept *, const struct jpki_cert *);

/* What a signature in a forked process, which ends with it, comes to. */
void	share_sign_in_child(struct share *, enum jpki_key, struct jpki_kept *,
	    int want);

#endif
