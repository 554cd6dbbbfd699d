/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/pins.h"

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
	return &state->pins[pin - 1];
}
