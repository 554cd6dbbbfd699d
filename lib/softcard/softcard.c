/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/softcard.h"

#include <string.h>

#include "base/buf.h"
#include "softcard/card.h"
#include "softcard/dispatch.h"

/* Two answers to reset from the field (card.md 5): with and without extended
 * length among the historical bytes' capabilities. */
static const uint8_t atr_extended[] = {
	0x3b, 0xda, 0x13, 0xff, 0x81, 0x31, 0xfb, 0x46, 0x80, 0x12, 0x39, 0x2f,
	0x31, 0xc1, 0x73, 0xc6, 0x01, 0xc0, 0x3b
};
static const uint8_t atr_short[] = {
	0x3b, 0xc5, 0xff, 0x81, 0x31, 0xfb, 0x45, 0x80, 0x73, 0xc6, 0x01, 0x00,
	0x00
};

int
jpkip_softcard_begin(struct jpki_softcard *soft, bool *replaced)
{
	int r;

	*replaced = false;
	if (soft->taken)
		return jpkip_fail(soft->ctx, JPKI_ERR_INTERNAL, NULL, NULL);
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	soft->taken = true;
	*replaced = strcmp(soft->state.id, soft->opened_id) != 0;
	return 0;
}

void
jpkip_softcard_end(struct jpki_softcard *soft)
{
	soft->taken = false;
	jpkip_soft_release(soft);
}

int
jpkip_softcard_transmit(struct jpki_softcard *soft, const uint8_t *cmd,
    size_t cmd_len, uint8_t *rsp, size_t rsp_size, size_t *rsp_len)
{
	struct jpkip_buf reply;
	int r, sw;

	if (rsp_size < 2)
		return jpkip_fail(soft->ctx, JPKI_ERR_SPACE, NULL, NULL);
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	reply.data = rsp;
	reply.len = 0;
	reply.max = rsp_size - 2;
	reply.overflow = false;
	jpkip_soft_sleep(soft->on.delay_ms);
	sw = jpkip_soft_command(soft, cmd, cmd_len, &reply);
	jpkip_soft_release(soft);
	if (sw < 0)
		return sw;
	if (reply.overflow)
		return jpkip_fail(soft->ctx, JPKI_ERR_SPACE, NULL, NULL);
	reply.max = rsp_size;
	jpkip_buf_u16(&reply, (uint16_t)sw);
	*rsp_len = reply.len;
	return 0;
}

void
jpkip_softcard_power_off(struct jpki_softcard *soft)
{
	jpkip_soft_power_off(soft);
}

int
jpkip_softcard_power_cycle(struct jpki_softcard *soft)
{
	int r;

	jpkip_softcard_power_off(soft);
	/* Without power, taking the card gives it. */
	if (soft->taken) {
		if ((r = jpkip_soft_load(soft)) != 0)
			return r;
		return jpkip_soft_power_on(soft);
	}
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	jpkip_soft_release(soft);
	return 0;
}

/* FNV-1a of the random id. */
uint64_t
jpkip_softcard_insertion(const struct jpki_softcard *soft)
{
	uint64_t h = 0xcbf29ce484222325u;
	const char *c;

	for (c = soft->opened_id; *c != '\0'; c++)
		h = (h ^ (uint8_t)*c) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

size_t
jpkip_softcard_atr(const struct jpki_softcard *soft,
    uint8_t atr[JPKIP_ATR_MAX])
{
	if (soft->on.extended) {
		memcpy(atr, atr_extended, sizeof(atr_extended));
		return sizeof(atr_extended);
	}
	memcpy(atr, atr_short, sizeof(atr_short));
	return sizeof(atr_short);
}
