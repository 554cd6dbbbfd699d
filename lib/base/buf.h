/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded writer over the caller's array. Overflow is sticky: write on, and
 * look at "overflow" once at the end.
 */
#ifndef JPKIP_BUF_H
#define JPKIP_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jpkip_buf {
	uint8_t *data;
	size_t len;
	size_t max;
	bool overflow;
};

#define JPKIP_BUF(array) { (array), 0, sizeof(array), false }

void	jpkip_buf_u8(struct jpkip_buf *, uint8_t);
void	jpkip_buf_u16(struct jpkip_buf *, uint16_t);	/* big-endian */
void	jpkip_buf_u32(struct jpkip_buf *, uint32_t);	/* big-endian */
void	jpkip_buf_put(struct jpkip_buf *, const void *, size_t);
void	jpkip_buf_fill(struct jpkip_buf *, uint8_t byte, size_t n);

#endif
