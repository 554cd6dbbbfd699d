/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/transport.h"

#include <string.h>
#include <time.h>

#include "base/record.h"
#include "transport/trace.h"

bool
jpkip_atr_extended(const uint8_t *atr, size_t len)
{
	size_t at = 2, n_hist, end;
	uint8_t y;

	if (len < 2)
		return false;
	/* Skip TA TB TC TD, as the indicator bits say. */
	n_hist = atr[1] & 0x0f;
	y = atr[1] >> 4;
	while (y != 0) {
		size_t td = at + (y & 1) + (y >> 1 & 1) + (y >> 2 & 1);

		if (!(y & 8)) {
			at = td;
			break;
		}
		if (td >= len)
			return false;
		y = atr[td] >> 4;
		at = td + 1;
	}
	if (at >= len || n_hist == 0 || n_hist > len - at || atr[at] != 0x80)
		return false;
	/* Category 80: compact-TLV objects; tag 7 is card capabilities. */
	for (end = at + n_hist, at++; at < end;) {
		size_t size = atr[at] & 0x0f;
		uint8_t tag = atr[at] >> 4;

		if (size > end - at - 1)
			return false;
		if (tag == 7)
			return size == 3 && (atr[at + 3] & 0x40) != 0;
		at += 1 + size;
	}
	return false;
}

int
jpkip_link_init(struct jpkip_link *link, struct jpki_ctx *ctx,
    const struct jpki_transport_ops *ops, void *arg)
{
	struct jpki_transport_ops own;

	if (!jpkip_record_get(&own, sizeof(own), ops) || own.begin == NULL ||
	    own.transmit == NULL || own.end == NULL)
		return jpkip_fail(ctx, JPKI_ERR_USAGE,
		    "an incomplete transport, or one for a later libjpki",
		    "トランスポートの関数が足りないか、新しい libjpki 用の"
		    "ものです");
	link->ctx = ctx;
	link->ops = own;
	link->arg = arg;
	/* No ATR is no reason to give up: short commands always work. */
	link->atr_len = 0;
	if (own.atr == NULL || own.atr(arg, link->atr, sizeof(link->atr),
	    &link->atr_len) != 0 || link->atr_len > sizeof(link->atr))
		link->atr_len = 0;
	link->extended = jpkip_atr_extended(link->atr, link->atr_len);
	link->reader[0] = '\0';
	return 0;
}

void
jpkip_link_close(struct jpkip_link *link)
{
	if (link->ops.close != NULL)
		link->ops.close(link->arg);
}

/* What a vtable may return. */
static int
check_code(struct jpkip_link *link, int r)
{
	if (r == 0)
		return 0;
	if (jpki_errclass(r) == JPKI_CLASS_NONE)
		r = JPKI_ERR_IO;
	return jpkip_fail(link->ctx, r, NULL, NULL);
}

int
jpkip_link_begin(struct jpkip_link *link, enum jpki_link_event *event)
{
	*event = JPKI_LINK_SAME;
	return check_code(link, link->ops.begin(link->arg, event));
}

int
jpkip_link_end(struct jpkip_link *link, enum jpki_link_end how)
{
	return check_code(link, link->ops.end(link->arg, how));
}

uint64_t
jpkip_link_insertion(const struct jpkip_link *link)
{
	return link->ops.insertion != NULL ?
	    link->ops.insertion(link->arg) : 0;
}

static uint32_t
us_since(const struct timespec *start)
{
	struct timespec now;
	int64_t us;

	clock_gettime(CLOCK_MONOTONIC, &now);
	us = (int64_t)(now.tv_sec - start->tv_sec) * 1000000 +
	    (now.tv_nsec - start->tv_nsec) / 1000;
	return us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

int
jpkip_link_transmit(struct jpkip_link *link, const uint8_t *cmd,
    size_t cmd_len, uint8_t rsp[JPKIP_RSP_MAX], size_t *rsp_len)
{
	struct timespec start;
	size_t n = 0;
	int r;

	clock_gettime(CLOCK_MONOTONIC, &start);
	r = check_code(link, link->ops.transmit(link->arg, cmd, cmd_len, rsp,
	    JPKIP_RSP_MAX, &n));
	if (r == 0 && (n < 2 || n > JPKIP_RSP_MAX))
		r = jpkip_fail(link->ctx, JPKI_ERR_IO,
		    "an answer of %zu bytes", "応答が %zu バイトです", n);
	jpkip_trace_command(link->ctx, cmd, cmd_len, r, rsp, n,
	    us_since(&start));
	if (r == 0)
		*rsp_len = n;
	return r;
}
