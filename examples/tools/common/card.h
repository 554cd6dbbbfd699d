/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card: waiting for it, and one run on it.
 */
#ifndef TOOLS_CARD_H
#define TOOLS_CARD_H

#include <jpki.h>

#include "message.h"

/* Opens the card. On a terminal there is somebody to put it in: they are asked
 * to, and it is waited for. A JPKI_ERR_*, of which nothing was said yet. */
int card_open(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **card);

/* The same, and the run goes on: for card_go_on(). */
int card_open_begin(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **card);

/*
 * Between jpki_card_begin() and jpki_card_end(): steps() with its arg. Nothing
 * in there waits for anything but the card. steps() returns 0, a JPKI_ERR_*,
 * or the exit code (above 0) of what it has told itself. Failures are told
 * here, with the advice (may be NULL); returns the exit code.
 */
int card_run(struct jpki_ctx *ctx, struct jpki_card *card,
    int (*steps)(struct jpki_card *card, void *arg), void *arg,
    const struct advice *advice);

/* The same in a run that began already. */
int card_go_on(struct jpki_ctx *ctx, struct jpki_card *card,
    int (*steps)(struct jpki_card *card, void *arg), void *arg,
    const struct advice *advice);

/* The card signs with the key of an expired certificate, and of one that is not
 * valid yet, too; others mind. Warns, by the times of the certificate. */
void card_warn_validity(int64_t not_before, int64_t not_after);

#endif
