/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys and certificates of a card, as they were read and found to belong
 * together: kept over power cycles for as long as what is in their files is
 * the same, because reading them takes longer than signing.
 */
#ifndef JPKIP_SOFT_STOCK_H
#define JPKIP_SOFT_STOCK_H

#include <jpki/types.h>

#include <openssl/evp.h>

#include "base/ctx.h"
#include "softcard/store.h"

#define JPKIP_SOFT_STOCK_FILES 3	/* certificate, its CA's, key */

struct jpkip_soft_stock {
	/* SHA-256 of what was in the files. */
	uint8_t digests[JPKIP_SOFT_STOCK_FILES][32];
	EVP_PKEY *key;			/* NULL: nothing was read */
	uint8_t *cert, *ca;		/* DER */
	size_t cert_len, ca_len;
};

/* Makes the stock of a key what is in the directory, which is taken: at least
 * the bytes of the files are read. After a failure there is nothing in it. */
int	jpkip_soft_stock_fill(struct jpki_ctx *,
	    const struct jpkip_soft_dir *, enum jpki_key,
	    struct jpkip_soft_stock *) JPKI_CHECK;

void	jpkip_soft_stock_free(struct jpkip_soft_stock *);

#endif
