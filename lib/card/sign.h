/* SPDX-License-Identifier: Apache-2.0 */
/* COMPUTE DIGITAL SIGNATURE. */
#ifndef JPKIP_CARD_SIGN_H
#define JPKIP_CARD_SIGN_H

#include "card/card.h"

#define JPKIP_RSA2048_LEN 256	/* bytes of a card's signature, at least */

/* What is wrong with the arguments of a signature, before a PIN is sent. */
int	jpkip_sign_check(struct jpki_ctx *, enum jpki_key, enum jpki_padding,
	    enum jpki_md, const uint8_t *digest, size_t digest_len) JPKI_CHECK;

#endif
