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

/* By enum jpki_pin, and JPKI_PIN_CARD; 0 is none. */
#define JPKIP_PINS (JPKI_PIN_CARD + 1)
extern const struct jpkip_pin_rules jpkip_pin_rules[JPKIP_PINS];

#endif
