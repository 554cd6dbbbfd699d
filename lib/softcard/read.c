/* SPDX-License-Identifier: Apache-2.0 */
/* READ BINARY, READ RECORD, GET CHALLENGE (card.md 3.3, 3.7). */
#include "softcard/read.h"

#include "crypto/random.h"
#include "softcard/pins.h"
#include "softcard/select.h"

#define P1_SFI		0x80	/* P1: 100sssss, P2: offset */
#define P1_SFI_MASK	0xe0

/* What stands in the way of reading from a file of a type; SW_OK: nothing. */
static unsigned
barrier(const struct jpki_softcard *soft, const struct jpkip_soft_ef *ef,
    enum jpkip_soft_ef_type type)
{
	if (ef->type != type)
		return SW_WRONG_TYPE;
	if (ef->needs != 0 && !soft->login[jpkip_soft_pin_index(ef->needs)])
		return SW_SECURITY;
	return SW_OK;
}

int
jpkip_soft_read_binary(struct jpki_softcard *soft,
    const struct jpkip_soft_apdu *apdu, struct jpkip_buf *reply)
{
	struct jpkip_soft_ef *ef = soft->ef;
	size_t offset, n;
	unsigned sw;

	if (apdu->lc != 0 || apdu->le == 0)
		return SW_LENGTH;
	if (apdu->p1 & P1_SFI) {
		if ((apdu->p1 & P1_SFI_MASK) != P1_SFI || apdu->p1 == P1_SFI)
			return SW_P1P2;
		if ((ef = jpkip_soft_named(soft, apdu->p1, &sw)) == NULL)
			return (int)sw;
		offset = apdu->p2;
	} else
		offset = (size_t)apdu->p1 << 8 | apdu->p2;
	if (ef == NULL)
		return SW_NO_EF;
	if ((sw = barrier(soft, ef, JPKIP_SOFT_EF_DATA)) != SW_OK)
		return (int)sw;
	if (offset >= ef->len)
		return SW_OFFSET;
	n = ef->len - offset;
	jpkip_buf_put(reply, ef->data + offset, n < apdu->le ? n : apdu->le);
	return SW_OK;
}

int
jpkip_soft_read_record(struct jpki_softcard *soft,
    const struct jpkip_soft_apdu *apdu, struct jpkip_buf *reply)
{
	struct jpkip_soft_ef *ef;
	unsigned sw;

	if (apdu->lc != 0 || apdu->le == 0)
		return SW_LENGTH;
	if ((apdu->p2 & 0x07) != 0x04)
		return (apdu->p2 & 0x07) > 0x04 ? SW_FUNCTION : SW_P1P2;
	ef = jpkip_soft_named(soft, (uint8_t)(0x80 | apdu->p2 >> 3), &sw);
	if (ef == NULL)
		return (int)sw;
	if ((sw = barrier(soft, ef, JPKIP_SOFT_EF_RECORD)) != SW_OK)
		return (int)sw;
	if (apdu->p1 != 1)
		return SW_NO_RECORD;
	jpkip_buf_put(reply, ef->data, ef->len < apdu->le ? ef->len : apdu->le);
	return SW_OK;
}

/* Answered in every application, and before one is selected. */
int
jpkip_soft_challenge(struct jpki_softcard *soft,
    const struct jpkip_soft_apdu *apdu, struct jpkip_buf *reply)
{
	uint8_t random[256];
	int r;

	if (apdu->p1 != 0 || apdu->p2 != 0)
		return SW_P1P2;
	if (apdu->lc != 0 || apdu->le == 0)
		return SW_LENGTH;
	if (apdu->extended)
		return SW_CONDITIONS;
	if ((r = jpkip_random(soft->ctx, random, apdu->le)) != 0)
		return r;
	jpkip_buf_put(reply, random, apdu->le);
	return SW_OK;
}
