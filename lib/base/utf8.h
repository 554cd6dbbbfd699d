/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, one character at a time (RFC 3629: shortest form, no surrogates). */
#ifndef JPKIP_UTF8_H
#define JPKIP_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Stands for what cannot be read or shown. */
#define JPKIP_UTF8_REPLACEMENT 0xfffdu

/* The character at *at, which moves on; false: the end, or not UTF-8. */
bool	jpkip_utf8_next(const uint8_t **at, const uint8_t *end, uint32_t *c);

void	jpkip_utf8_put(struct jpkip_buf *, uint32_t c);

#endif
