/* SPDX-License-Identifier: Apache-2.0 */
/* COMPUTE DIGITAL SIGNATURE. */
#ifndef JPKIP_CARD_SIGN_H
#define JPKIP_CARD_SIGN_H

#include <jpki/framework/shared.h>

#include "card/card.h"

#define JPKIP_RSA2048_LEN 256	/* bytes of a card's signature, at least */

/* What is wrong with the arguments of a signature, before a PIN is sent. */
int	jpkip_sign_check(struct jpki_ctx *, enum jpki_key, enum jpki_padding,
	    enum jpki_md, const uint8_t *digest, size_t digest_len) JPKI_CHECK;

/* jpki_card_sign(), checked with the key of what->cert if that is given. */
int	jpkip_card_sign(struct jpki_card *, const struct jpki_signing *what,
	    uint8_t *sig, size_t sig_size, size_t *sig_len) JPKI_CHECK;

#endif
