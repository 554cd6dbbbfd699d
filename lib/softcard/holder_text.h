/* SPDX-License-Identifier: Apache-2.0 */
/* Names and addresses as they stand in certificates. */
#ifndef JPKIP_SOFT_HOLDER_TEXT_H
#define JPKIP_SOFT_HOLDER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Copies valid UTF-8 of 1..max_chars characters without control characters
 * or spaces at the ends; a space becomes U+3000. "wide" makes every other
 * ASCII character full-width as well. False: not so. */
bool	jpkip_soft_text(const char *in, size_t max_chars, bool wide, char *out,
	    size_t size);

/* The number (1..47, JIS X 0401) of the prefecture an address begins with,
 * and its name; Tokyo when it begins with none. */
int	jpkip_soft_prefecture(const char *address, const char **roman);

#endif
