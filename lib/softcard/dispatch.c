/* SPDX-License-Identifier: Apache-2.0 */
/* Which command it is, and the answers to those that this card refuses. */
#include "softcard/dispatch.h"

#include "softcard/apdu.h"
#include "softcard/read.h"
#include "softcard/select.h"
#include "softcard/sign.h"
#include "softcard/verify.h"

#define CLA_ISO			0x00
#define CLA_OWN			0x80
#define CLA_CHANNEL		0x03	/* bits of the logical channel */
#define CLA_SM			0x0c	/* bits of secure messaging */

#define INS_VERIFY		0x20
#define INS_CHANGE		0x24
#define INS_PSO			0x2a
#define INS_CHALLENGE		0x84
#define INS_SELECT		0xa4
#define INS_READ_BINARY		0xb0
#define INS_READ_RECORD		0xb2
#define INS_GET_DATA		0xca

/* Under CLA 80. */
#define INS_TERMINAL_CERT	0xa2
#define INS_SESSION_KEY		0xae
#define INS_LAST_COMMAND	0xfc

/* card.md 3.7: secure messaging exists for 入力補助 only, and not here. */
static int
with_sm(const struct jpkip_soft_apdu *apdu)
{
	switch (apdu->ins) {
	case INS_SELECT:
		return SW_NO_SM;
	case INS_VERIFY:
	case INS_READ_BINARY:
		return SW_SM_OBJECTS;
	default:
		return SW_INS;
	}
}

static int
own_command(struct jpki_softcard *soft, const struct jpkip_soft_apdu *apdu,
    struct jpkip_buf *reply)
{
	unsigned p1p2 = (unsigned)apdu->p1 << 8 | apdu->p2;

	switch (apdu->ins) {
	case INS_PSO:
		return jpkip_soft_sign(soft, apdu, reply);
	/* JICSAP's administration, which may change a card for good. */
	case 0x06:
	case 0x32:
	case 0x50:
	case 0x52:
	case 0x54:
	case 0x8a:
		return SW_SECURITY;
	case INS_TERMINAL_CERT:
		return p1p2 == 0x06c1 || p1p2 == 0x00c1 ? SW_LENGTH : SW_P1P2;
	case INS_SESSION_KEY:
		return soft->app->kind == JPKIP_SOFT_APP_COMMON ?
		    SW_NO_SM_HERE : SW_SECURITY;
	case INS_LAST_COMMAND:
		return soft->state.profile == JPKIP_SOFT_IPHONE ? SW_OK :
		    SW_LENGTH;
	default:
		return SW_INS;
	}
}

static int
iso_command(struct jpki_softcard *soft, const struct jpkip_soft_apdu *apdu,
    struct jpkip_buf *reply)
{
	switch (apdu->ins) {
	case INS_SELECT:
		return jpkip_soft_select(soft, apdu);
	case INS_READ_BINARY:
		return jpkip_soft_read_binary(soft, apdu, reply);
	case INS_READ_RECORD:
		return jpkip_soft_read_record(soft, apdu, reply);
	case INS_VERIFY:
		return jpkip_soft_verify(soft, apdu);
	case INS_CHANGE:
		return jpkip_soft_change(soft, apdu);
	case INS_CHALLENGE:
		return jpkip_soft_challenge(soft, apdu, reply);
	case INS_GET_DATA:
		return SW_NO_OBJECT;
	default:
		return SW_INS;
	}
}

int
jpkip_soft_command(struct jpki_softcard *soft, const uint8_t *cmd, size_t len,
    struct jpkip_buf *reply)
{
	struct jpkip_soft_apdu apdu;
	unsigned sw;

	if (soft->first) {
		soft->first = false;
		if (soft->on.first_6f00)
			return SW_FIRST;
	}
	sw = jpkip_soft_apdu_parse(cmd, len, soft->on.extended, &apdu);
	if (sw != 0)
		return (int)sw;
	switch (apdu.cla) {
	case CLA_ISO:
		return iso_command(soft, &apdu, reply);
	case CLA_OWN:
		return own_command(soft, &apdu, reply);
	case 0x08:
	case CLA_SM:
		return with_sm(&apdu);
	default:
		/* Inter-industry and more than channel 0. */
		if (apdu.cla < 0x80 && ((apdu.cla & CLA_CHANNEL) != 0 ||
		    apdu.cla >= 0x40))
			return SW_CHANNEL;
		return SW_CLA;
	}
}
