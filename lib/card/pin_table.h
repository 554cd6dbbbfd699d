/* SPDX-License-Identifier: Apache-2.0 */
/* What PINs there are, and their checks; no card. */
#ifndef JPKIP_PIN_TABLE_H
#define JPKIP_PIN_TABLE_H

#include <jpki/pin.h>

#include "base/ctx.h"
#include "card/file.h"
#include "rules/pin.h"

struct jpkip_pin_info {
	enum jpki_pin pin;
	const struct jpkip_app *app;
	uint16_t ef;
	const struct jpkip_pin_rules *rules;
};

/* A PIN as the card wants it: half-width, upper case. */
struct jpkip_pin_text {
	uint8_t text[JPKI_PIN_MAX];
	size_t len;
};

#define JPKIP_N_PINS 3

/* NULL: no such PIN on the card. */
const struct jpkip_pin_info *jpkip_pin_info(enum jpki_pin);

/* The place of one in arrays of JPKIP_N_PINS. */
size_t	jpkip_pin_index(const struct jpkip_pin_info *);

const char *jpkip_pin_name(struct jpki_ctx *, const struct jpkip_pin_info *);

/*
 * The checks, the one place where a PIN is folded and judged: of a PIN for
 * use, of one that is to be set, and that the two differ. Whatever they fail
 * with, out is wiped then; after success its owner wipes it.
 */
int	jpkip_pin_check(struct jpki_ctx *, const struct jpkip_pin_info *,
	    const char *text, size_t len, struct jpkip_pin_text *out)
	    JPKI_CHECK;
int	jpkip_pin_check_new(struct jpki_ctx *, const struct jpkip_pin_info *,
	    const char *text, size_t len, unsigned flags,
	    struct jpkip_pin_text *out) JPKI_CHECK;
int	jpkip_pin_check_differs(struct jpki_ctx *,
	    const struct jpkip_pin_text *cur,
	    const struct jpkip_pin_text *next) JPKI_CHECK;

#endif
