/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes' file of 券面事項入力補助, card.md 7.1. */
#ifndef JPKIP_CARD_ATTRIBUTES_H
#define JPKIP_CARD_ATTRIBUTES_H

#include <jpki/attributes.h>

#include "base/ctx.h"

/*
 * Reads FF20 { DF22 name, DF23 address, DF24 birth, DF25 sex } in any order,
 * each once; other objects are passed over. What follows the outer object is
 * filler. JPKI_ERR_DATA: malformed, or one of the four is missing. The caller
 * frees the set.
 */
int	jpkip_attributes_parse(struct jpki_ctx *, const uint8_t *, size_t len,
	    struct jpki_attributes **out) JPKI_CHECK;

#endif
