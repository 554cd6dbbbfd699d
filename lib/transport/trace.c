/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/trace.h"

#include <stdarg.h>
#include <stdio.h>

#define INS_VERIFY 0x20
#define INS_CHANGE 0x24
#define INS_SELECT 0xa4
#define SELECT_DATA_MAX 16	/* an AID */

struct line {
	char text[160];
	size_t len;
};

static void add(struct line *, const char *, ...) JPKIP_PRINTF(2, 3);

static void
add(struct line *line, const char *fmt, ...)
{
	size_t room = sizeof(line->text) - line->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line->text + line->len, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		line->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void
add_hex(struct line *line, const uint8_t *data, size_t len)
{
	for (; len > 0; len--, data++)
		add(line, "%02X", *data);
}

static void
add_command(struct line *line, const uint8_t *cmd, size_t len)
{
	size_t lc = len > 5 ? cmd[4] : 0;

	add_hex(line, cmd, len < 4 ? len : 4);
	if (len <= 4)
		return;
	if (len == 5 || (len == 7 && lc == 0)) { /* Le, short or extended */
		add(line, " ");
		add_hex(line, cmd + 4, len - 4);
	} else if (cmd[1] == INS_SELECT && lc <= SELECT_DATA_MAX &&
	    lc <= len - 5) {
		add(line, " %02zX ", lc);
		add_hex(line, cmd + 5, lc);
	} else if (cmd[1] == INS_VERIFY || cmd[1] == INS_CHANGE) {
		add(line, " [PIN]");	/* its length is a secret, too */
	} else {
		add(line, " %02zX [%zu bytes]", lc, len - 5);
	}
}

void
jpkip_trace_command(struct jpki_ctx *ctx, const uint8_t *cmd, size_t cmd_len,
    int r, const uint8_t *rsp, size_t rsp_len, uint32_t us)
{
	struct line line = { "", 0 };

	if (!jpkip_tracing(ctx))
		return;
	add(&line, "> ");
	add_command(&line, cmd, cmd_len);
	if (r != 0)
		add(&line, " : %s", jpki_errname(r));
	else if (rsp_len > 2)
		add(&line, " : [%zu bytes] %02X%02X", rsp_len - 2,
		    rsp[rsp_len - 2], rsp[rsp_len - 1]);
	else
		add(&line, " : %02X%02X", rsp[0], rsp[1]);
	jpkip_trace(ctx, line.text, us);
}
