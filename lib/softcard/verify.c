/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VERIFY and CHANGE REFERENCE DATA (card.md 3.4, 3.5). A counter is on disk
 * before the answer is given: whoever kills the card in between cannot learn
 * whether a PIN was right without paying for it.
 */
#include "softcard/verify.h"

#include <string.h>

#include "base/wipe.h"
#include "softcard/pins.h"
#include "softcard/select.h"

/* The PIN reference that P2 names. */
static struct jpkip_soft_ef *
reference(struct jpki_softcard *soft, uint8_t p2, unsigned *sw)
{
	struct jpkip_soft_ef *ef;

	if ((ef = jpkip_soft_named(soft, p2, sw)) == NULL)
		return NULL;
	if (ef->type != JPKIP_SOFT_EF_PIN) {
		*sw = SW_WRONG_TYPE;
		return NULL;
	}
	return ef;
}

/* Takes the same time wherever the two differ. */
static bool
matches(const struct jpkip_soft_pin *pin, const uint8_t *data, size_t len)
{
	uint8_t diff = pin->len != len;
	size_t i;

	for (i = 0; i < len && i < sizeof(pin->value); i++)
		diff |= (uint8_t)(pin->value[i] ^ data[i]);
	return diff == 0;
}

static int
set_tries(struct jpki_softcard *soft, struct jpkip_soft_pin *pin, int tries)
{
	int before = pin->tries, r;

	if (tries == before)
		return 0;
	pin->tries = tries;
	if ((r = jpkip_soft_save(soft)) != 0)
		pin->tries = before;
	return r;
}

static int
check(struct jpki_softcard *soft, enum jpki_pin which,
    const struct jpkip_soft_apdu *apdu)
{
	struct jpkip_soft_pin *pin = jpkip_soft_pin(&soft->state, which);
	bool *login = &soft->login[jpkip_soft_pin_index(which)];
	int r;

	/* No source says whether a miss closes what an earlier hit opened;
	 * this card closes it. */
	*login = false;
	if (pin->tries == 0)
		return soft->on.blocked_sw;
	if (!matches(pin, apdu->data, apdu->lc)) {
		if ((r = set_tries(soft, pin, pin->tries - 1)) != 0)
			return r;
		return SW_TRIES(pin->tries);
	}
	if ((r = set_tries(soft, pin, jpkip_soft_max_tries(which))) != 0)
		return r;
	*login = true;
	return SW_OK;
}

int
jpkip_soft_verify(struct jpki_softcard *soft,
    const struct jpkip_soft_apdu *apdu)
{
	struct jpkip_soft_ef *ef;
	unsigned sw;

	if (apdu->p1 != 0)
		return SW_P1P2;
	/* Also for the counter query with a fifth byte. */
	if (apdu->le != 0 || apdu->lc > JPKIP_SOFT_PIN_MAX)
		return SW_LENGTH;
	if ((ef = reference(soft, apdu->p2, &sw)) == NULL)
		return (int)sw;
	/* The query never says 9000, and 63C0 of a blocked PIN. */
	if (apdu->lc == 0)
		return SW_TRIES(jpkip_soft_pin(&soft->state, ef->pin)->tries);
	return check(soft, ef->pin, apdu);
}

/* P1=01: the data is the new PIN alone; the old one was verified before. A
 * card takes any: the shape of a PIN is the software's business. */
int
jpkip_soft_change(struct jpki_softcard *soft,
    const struct jpkip_soft_apdu *apdu)
{
	struct jpkip_soft_pin *pin, before;
	struct jpkip_soft_ef *ef;
	unsigned sw;
	int r;

	if (apdu->p1 != 1)
		return SW_P1P2;
	if (apdu->le != 0 || apdu->lc == 0 || apdu->lc > JPKIP_SOFT_PIN_MAX)
		return SW_LENGTH;
	if ((ef = reference(soft, apdu->p2, &sw)) == NULL)
		return (int)sw;
	if (!soft->login[jpkip_soft_pin_index(ef->pin)])
		return SW_SECURITY;
	pin = jpkip_soft_pin(&soft->state, ef->pin);
	before = *pin;
	memcpy(pin->value, apdu->data, apdu->lc);
	pin->len = apdu->lc;
	if ((r = jpkip_soft_save(soft)) != 0)
		*pin = before;
	jpkip_wipe(&before, sizeof(before));
	return r != 0 ? r : SW_OK;
}
