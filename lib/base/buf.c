/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <string.h>

static uint8_t *
claim(struct jpkip_buf *buf, size_t n)
{
	uint8_t *at;

	if (buf->overflow || n > buf->max - buf->len) {
		buf->overflow = true;
		return NULL;
	}
	at = buf->data + buf->len;
	buf->len += n;
	return at;
}

void
jpkip_buf_put(struct jpkip_buf *buf, const void *data, size_t n)
{
	uint8_t *at;

	if (n > 0 && (at = claim(buf, n)) != NULL)
		memcpy(at, data, n);
}

void
jpkip_buf_fill(struct jpkip_buf *buf, uint8_t byte, size_t n)
{
	uint8_t *at;

	if (n > 0 && (at = claim(buf, n)) != NULL)
		memset(at, byte, n);
}

void
jpkip_buf_u8(struct jpkip_buf *buf, uint8_t value)
{
	jpkip_buf_put(buf, &value, 1);
}

void
jpkip_buf_u16(struct jpkip_buf *buf, uint16_t value)
{
	jpkip_buf_u8(buf, (uint8_t)(value >> 8));
	jpkip_buf_u8(buf, (uint8_t)value);
}

void
jpkip_buf_u32(struct jpkip_buf *buf, uint32_t value)
{
	jpkip_buf_u16(buf, (uint16_t)(value >> 16));
	jpkip_buf_u16(buf, (uint16_t)value);
}
