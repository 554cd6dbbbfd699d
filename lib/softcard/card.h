/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a software card, for the files that make up its behaviour.
 *
 * What the card does is written from the facts about real cards alone, apart
 * from the session's code, so that the two readings check each other.
 */
#ifndef JPKIP_SOFT_CARD_H
#define JPKIP_SOFT_CARD_H

#include <jpki/softcard.h>

#include <openssl/evp.h>

#include "softcard/ef.h"
#include "softcard/state.h"
#include "softcard/stock.h"
#include "softcard/store.h"

struct jpki_softcard {
	struct jpki_ctx *ctx;
	char *path;			/* as given */
	char *absolute;
	struct jpkip_soft_dir dir;
	bool taken;			/* between begin and end */
	char opened_id[JPKIP_SOFT_ID];
	struct jpkip_soft_state state;	/* as read when it was taken */

	/* Read at power-up. */
	char powered_id[JPKIP_SOFT_ID];
	struct jpkip_soft_switches on;
	struct jpkip_soft_app apps[JPKIP_SOFT_APPS];
	size_t n_apps;
	EVP_PKEY *keys[2];		/* see files.h; the stock's */

	/* What keys[] and the certificates' files are made of: it stays when
	 * the power goes, and is compared with the directory when it comes. */
	struct jpkip_soft_stock stock[2];

	/* RAM: lost with the power. */
	bool first;			/* no command since power-up */
	bool login[JPKIP_SOFT_PINS];	/* see pins.h */
	struct jpkip_soft_app *app;	/* NULL without power */
	struct jpkip_soft_ef *ef;
};

/*
 * Takes the directory for one act and sees what is in it now (within begin
 * and end it is taken already); releases it.
 */
int	jpkip_soft_take(struct jpki_softcard *) JPKI_CHECK;
void	jpkip_soft_release(struct jpki_softcard *);

/* Writes the state as it is in memory now, or reads it again. */
int	jpkip_soft_save(struct jpki_softcard *) JPKI_CHECK;
int	jpkip_soft_load(struct jpki_softcard *) JPKI_CHECK;

/* Gives the power, with the directory taken and the state read; takes it:
 * logins, selection and pending first-command answer are lost. */
int	jpkip_soft_power_on(struct jpki_softcard *) JPKI_CHECK;
void	jpkip_soft_power_off(struct jpki_softcard *);

void	jpkip_soft_sleep(uint32_t ms);

#endif
