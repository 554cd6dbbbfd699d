/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs together among PINs, keys and places for certificates. */
#include <jpki/types.h>

enum jpki_pin
jpki_key_pin(enum jpki_key key)
{
	switch (key) {
	case JPKI_KEY_AUTH:
		return JPKI_PIN_AUTH;
	case JPKI_KEY_SIGN:
		return JPKI_PIN_SIGN;
	}
	return 0;
}

enum jpki_slot
jpki_key_slot(enum jpki_key key)
{
	switch (key) {
	case JPKI_KEY_AUTH:
		return JPKI_SLOT_AUTH;
	case JPKI_KEY_SIGN:
		return JPKI_SLOT_SIGN;
	}
	return 0;
}

enum jpki_key
jpki_slot_key(enum jpki_slot slot)
{
	switch (slot) {
	case JPKI_SLOT_AUTH:
		return JPKI_KEY_AUTH;
	case JPKI_SLOT_SIGN:
		return JPKI_KEY_SIGN;
	case JPKI_SLOT_AUTH_CA:
	case JPKI_SLOT_SIGN_CA:
		break;
	}
	return 0;
}
