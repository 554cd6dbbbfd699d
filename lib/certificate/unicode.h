/* SPDX-License-Identifier: Apache-2.0 */
/* What the Unicode standard says of characters. */
#ifndef JPKIP_UNICODE_H
#define JPKIP_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JPKIP_DECOMPOSED 4	/* more make none of them */

/* The canonical decomposition, which may be the character itself; how many
 * there are. */
size_t	jpkip_unicode_decompose(uint32_t c, uint32_t out[JPKIP_DECOMPOSED]);

/* The canonical combining class of a mark; 0: it stands alone. */
unsigned jpkip_unicode_order(uint32_t c);

/* Whether two are forms of the same character that people in Japan write for
 * each other, such as U+9AD8 and U+9AD9. */
bool	jpkip_unicode_variants(uint32_t a, uint32_t b);

#endif
