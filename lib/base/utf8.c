/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

bool
jpkip_utf8_next(const uint8_t **at, const uint8_t *end, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = *at;
	uint32_t value;
	int i, n;

	if (p >= end)
		return false;
	if (*p < 0x80)
		n = 0;
	else if ((*p & 0xe0) == 0xc0)
		n = 1;
	else if ((*p & 0xf0) == 0xe0)
		n = 2;
	else if ((*p & 0xf8) == 0xf0)
		n = 3;
	else
		return false;
	if (n >= end - p)
		return false;
	value = n == 0 ? *p : *p & (0x3fu >> n);
	for (i = 1; i <= n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return false;
		value = value << 6 | (p[i] & 0x3fu);
	}
	if (value < least[n] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return false;
	*at = p + n + 1;
	*c = value;
	return true;
}

void
jpkip_utf8_put(struct jpkip_buf *buf, uint32_t c)
{
	if (c < 0x80) {
		jpkip_buf_u8(buf, (uint8_t)c);
		return;
	}
	if (c < 0x800)
		jpkip_buf_u8(buf, (uint8_t)(0xc0 | c >> 6));
	else {
		if (c < 0x10000)
			jpkip_buf_u8(buf, (uint8_t)(0xe0 | c >> 12));
		else {
			jpkip_buf_u8(buf, (uint8_t)(0xf0 | c >> 18));
			jpkip_buf_u8(buf, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		}
		jpkip_buf_u8(buf, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
	}
	jpkip_buf_u8(buf, (uint8_t)(0x80 | (c & 0x3f)));
}
