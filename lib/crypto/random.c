/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/random.h"

#include <openssl/rand.h>

#include "crypto/libcrypto.h"

int
jpkip_random(struct jpki_ctx *ctx, uint8_t *out, size_t len)
{
	OSSL_LIB_CTX *lib;
	int ok;

	if ((lib = jpkip_crypto(ctx)) == NULL)
		return jpki_ctx_err(ctx);
	jpkip_crypto_enter();
	ok = RAND_bytes_ex(lib, out, len, 0) == 1;
	jpkip_crypto_leave();
	return ok ? 0 : jpkip_fail(ctx, JPKI_ERR_CRYPTO, JPKIP_SAME("RAND"));
}
