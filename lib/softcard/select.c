/* SPDX-License-Identifier: Apache-2.0 */
/* SELECT, and the names of files in other commands (card.md 3.1, 3.2). */
#include "softcard/select.h"

#include <string.h>

#include "softcard/ef.h"

#define P1_BY_ID	0x00
#define P1_EF		0x02	/* below the current application */
#define P1_BY_NAME	0x04
#define P2_WITH_FCI	0x00	/* asked for; this card gives none */
#define P2_NO_DATA	0x0c

#define SFI_FLAG	0x80
#define SFI_MAX		0x1e

struct jpkip_soft_ef *
jpkip_soft_named(struct jpki_softcard *soft, uint8_t p2, unsigned *sw)
{
	unsigned sfi = p2 & ~(unsigned)SFI_FLAG;
	struct jpkip_soft_ef *ef;

	*sw = SW_OK;
	if ((p2 & SFI_FLAG) == 0 || sfi > SFI_MAX ||
	    (sfi != 0 && !soft->on.sfi)) {
		*sw = SW_P1P2;
		return NULL;
	}
	if (sfi == 0 || soft->app->kind == JPKIP_SOFT_APP_ISD) {
		if (soft->ef == NULL)
			*sw = SW_NO_EF;
		return soft->ef;
	}
	if ((ef = jpkip_soft_find_ef(soft->app, sfi)) == NULL)
		*sw = SW_NOT_FOUND;
	else
		soft->ef = ef;
	return ef;
}

/* A part of the name, from its beginning, will do; the first that fits. */
static unsigned
by_name(struct jpki_softcard *soft, const struct jpkip_soft_apdu *apdu)
{
	struct jpkip_soft_app *app = NULL;
	size_t i;

	if (apdu->lc == 0)
		return SW_LENGTH;
	for (i = 0; i < soft->n_apps && app == NULL; i++)
		if (apdu->lc <= soft->apps[i].aid_len &&
		    memcmp(apdu->data, soft->apps[i].aid, apdu->lc) == 0)
			app = &soft->apps[i];
	if (app == NULL)
		return SW_NOT_FOUND;
	/* Leaving an application closes what was opened in it; whether
	 * selecting it again does, the sources contradict each other. */
	if (app != soft->app || soft->on.reselect_clear)
		memset(soft->login, 0, sizeof(soft->login));
	soft->app = app;
	soft->ef = NULL;
	return SW_OK;
}

static unsigned
by_id(struct jpki_softcard *soft, const struct jpkip_soft_apdu *apdu)
{
	struct jpkip_soft_ef *ef;

	if (apdu->lc != 2)
		return SW_LENGTH;
	if (soft->app->kind == JPKIP_SOFT_APP_ISD)
		return SW_NO_EF;
	ef = jpkip_soft_find_ef(soft->app,
	    (unsigned)apdu->data[0] << 8 | apdu->data[1]);
	if (ef == NULL)
		return SW_NOT_FOUND;
	soft->ef = ef;
	return SW_OK;
}

int
jpkip_soft_select(struct jpki_softcard *soft,
    const struct jpkip_soft_apdu *apdu)
{
	/* There is no master file: without data nothing happens. */
	if (apdu->p1 == P1_BY_ID && apdu->lc == 0)
		return soft->app->kind == JPKIP_SOFT_APP_ISD ? SW_P1P2 : SW_OK;
	if (apdu->p2 != P2_NO_DATA && apdu->p2 != P2_WITH_FCI)
		return SW_P1P2;
	switch (apdu->p1) {
	case P1_BY_NAME:
		return (int)by_name(soft, apdu);
	case P1_EF:
		return (int)by_id(soft, apdu);
	case P1_BY_ID:
		return SW_NOT_FOUND;
	default:
		return SW_P1P2;
	}
}
