/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules say about each PIN: names, shapes, tries (rows E and F). */
#ifndef JPKIP_RULES_PIN_H
#define JPKIP_RULES_PIN_H

#include <jpki/rules.h>

struct jpkip_pin_rules {
	const char *en, *ja;	/* the name that cannot be confused */
	const char *shape_en, *shape_ja;
	int tries;		/* right after the right PIN */
	uint8_t min, max;	/* characters */
	bool letters;		/* A-Z besides the digits */
};

extern const struct jpkip_pin_rules jpkip_auth_pin, jpkip_sign_pin,
    jpkip_text_pin, jpkip_card_pin;

/* The state of a PIN with that many tries left; -1: unknown. */
enum jpki_pin_state jpkip_pin_state_of(int left);

#endif
