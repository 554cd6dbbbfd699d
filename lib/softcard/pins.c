/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/pins.h"

const enum jpki_pin jpkip_soft_pins[JPKIP_SOFT_PINS] = {
	JPKI_PIN_AUTH, JPKI_PIN_SIGN, JPKI_PIN_TEXT
};

size_t
jpkip_soft_pin_index(enum jpki_pin pin)
{
	size_t i = 0;

	while (i < JPKIP_SOFT_PINS - 1 && jpkip_soft_pins[i] != pin)
		i++;
	return i;
}

bool
jpkip_soft_has_pin(const struct jpkip_soft_state *state, enum jpki_pin pin)
{
	switch (pin) {
	case JPKI_PIN_AUTH:
		return true;
	case JPKI_PIN_SIGN:
		return state->profile != JPKIP_SOFT_CHILD;
	case JPKI_PIN_TEXT:
		return state->profile == JPKIP_SOFT_CARD ||
		    state->profile == JPKIP_SOFT_CHILD;
	case JPKI_PIN_CARD:	/* for the counters of the towns: on no
				 * software card */
		break;
	}
	return false;
}

int
jpkip_soft_max_tries(enum jpki_pin pin)
{
	return pin == JPKI_PIN_SIGN ? 5 : 3;
}

struct jpkip_soft_pin *
jpkip_soft_pin(struct jpkip_soft_state *state, enum jpki_pin pin)
{
	return &state->pins[jpkip_soft_pin_index(pin)];
}

void
jpkip_soft_fill_tries(struct jpkip_soft_state *state)
{
	size_t i;

	for (i = 0; i < JPKIP_SOFT_PINS; i++)
		state->pins[i].tries =
		    jpkip_soft_max_tries(jpkip_soft_pins[i]);
}
