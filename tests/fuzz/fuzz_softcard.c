/* SPDX-License-Identifier: Apache-2.0 */
/* The software card: any commands, in any order. */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "fuzz.h"
#include "softcard/softcard.h"
#include "tempcard.h"

static char dir[TEMPCARD_MAX];

static void
remove_card(void)
{
	tempcard_remove(dir);
}

static struct jpki_softcard *
fresh_card(struct jpki_ctx *ctx)
{
	struct jpki_softcard *soft;

	tempcard_make("card", dir);
	if (atexit(remove_card) != 0 ||
	    jpki_softcard_open(ctx, dir, &soft) != 0)
		abort();
	return soft;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	static struct jpki_softcard *soft;
	uint8_t cmd[300], rsp[2050];
	size_t n, len;

	if (ctx == NULL) {
		if ((ctx = jpki_ctx_new()) == NULL)
			abort();
		soft = fresh_card(ctx);
	}
	while (size > 1) {
		n = data[0] < 128 ? data[0] % 12 : data[0];
		data++;
		size--;
		if (n > size)
			n = size;
		memcpy(cmd, data, n);
		data += n;
		size -= n;
		/* Plausible headers reach further than noise. */
		if (n > 1 && cmd[0] < 4)
			cmd[1] = (uint8_t[]){ 0xa4, 0xb0, 0x20, 0x2a, 0x24,
			    0x84, 0xb2, 0xca }[cmd[1] & 7];
		len = 0;
		if (jpkip_softcard_transmit(soft, cmd, n, rsp, sizeof(rsp),
		    &len) != 0 || len < 2 || len > sizeof(rsp))
			abort();
	}
	return 0;
}
