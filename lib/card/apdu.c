/* SPDX-License-Identifier: Apache-2.0 */
#include "card/apdu.h"

#include "base/buf.h"

#define INS_READ_BINARY 0xb0

void
jpkip_apdu_set(struct jpkip_apdu *apdu, uint8_t cla, uint8_t ins, uint8_t p1,
    uint8_t p2, const uint8_t *data, size_t data_len, size_t le)
{
	struct jpkip_buf buf = JPKIP_BUF(apdu->bytes);

	jpkip_buf_u8(&buf, cla);
	jpkip_buf_u8(&buf, ins);
	jpkip_buf_u8(&buf, p1);
	jpkip_buf_u8(&buf, p2);
	if (data_len > 0) {
		jpkip_buf_u8(&buf, (uint8_t)data_len);
		jpkip_buf_put(&buf, data, data_len);
	}
	if (le > 0)
		jpkip_buf_u8(&buf, (uint8_t)le);	/* 256 is 00 */
	apdu->len = buf.len;
	apdu->le = le > 0;
	apdu->repeatable = false;
}

void
jpkip_apdu_read(struct jpkip_apdu *apdu, uint8_t p1, uint8_t p2, size_t le)
{
	struct jpkip_buf buf = JPKIP_BUF(apdu->bytes);

	if (le <= JPKIP_LE_SHORT) {
		jpkip_apdu_set(apdu, 0x00, INS_READ_BINARY, p1, p2, NULL, 0,
		    le);
		apdu->repeatable = true;
		return;
	}
	jpkip_buf_u8(&buf, 0x00);
	jpkip_buf_u8(&buf, INS_READ_BINARY);
	jpkip_buf_u8(&buf, p1);
	jpkip_buf_u8(&buf, p2);
	jpkip_buf_u8(&buf, 0x00);
	jpkip_buf_u16(&buf, (uint16_t)le);
	apdu->len = buf.len;
	apdu->le = false;
	apdu->repeatable = true;
}

enum jpkip_pin_state
jpkip_sw_pin(uint16_t sw, int *left)
{
	if (sw == 0x63c0 || sw == 0x6983 || sw == 0x6984)
		return JPKIP_PIN_STATE_BLOCKED;
	if ((sw & 0xfff0) == 0x63c0) {
		*left = sw & 0x0f;
		return JPKIP_PIN_STATE_COUNT;
	}
	if (sw == 0x9000 || sw == 0x6300)
		return JPKIP_PIN_STATE_NO_COUNT;
	return JPKIP_PIN_STATE_OTHER;
}
