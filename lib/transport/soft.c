/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/soft.h"

#include <stdio.h>

#include "softcard/softcard.h"

static int
soft_begin(void *arg, enum jpki_link_event *event)
{
	bool replaced = false;
	int r = jpkip_softcard_begin(arg, &replaced);

	if (r == 0)
		*event = replaced ? JPKI_LINK_CHANGED : JPKI_LINK_SAME;
	return r;
}

static int
soft_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	return jpkip_softcard_transmit(arg, cmd, cmd_len, rsp, rsp_size,
	    rsp_len);
}

static int
soft_end(void *arg, enum jpki_link_end how)
{
	int r = 0;

	if (how == JPKI_LINK_POWER_OFF && jpkip_softcard_power_cycle(arg) != 0)
		r = JPKI_ERR_DOOR;
	jpkip_softcard_end(arg);
	return r;
}

static int
soft_atr(void *arg, uint8_t *atr, size_t atr_size, size_t *atr_len)
{
	if (atr_size < JPKIP_ATR_MAX)
		return JPKI_ERR_SPACE;
	*atr_len = jpkip_softcard_atr(arg, atr);
	return 0;
}

static uint64_t
soft_insertion(void *arg)
{
	return jpkip_softcard_insertion(arg);
}

static void
soft_close(void *arg)
{
	struct jpki_softcard *soft = arg;

	jpki_softcard_free(&soft);
}

static const struct jpki_transport_ops ops = {
	sizeof(ops), soft_begin, soft_transmit, soft_end, soft_atr,
	soft_insertion, soft_close
};

int
jpkip_soft_open(struct jpki_ctx *ctx, const char *dir, struct jpkip_link *link)
{
	struct jpki_softcard *soft;
	int r;

	if ((r = jpki_softcard_open(ctx, dir, &soft)) != 0)
		return r;
	if ((r = jpkip_link_init(link, ctx, &ops, soft)) != 0)
		jpki_softcard_free(&soft);
	else
		snprintf(link->reader, sizeof(link->reader), "%s%s",
		    JPKIP_SOFT_PREFIX, dir);
	return r;
}
