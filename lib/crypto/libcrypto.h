/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A libcrypto of our own: a library context with only the default provider,
 * made at first need, one for the process. The application's library context,
 * its configuration and its error queue are left alone.
 */
#ifndef JPKIP_LIBCRYPTO_H
#define JPKIP_LIBCRYPTO_H

#include <openssl/types.h>

#include <stdbool.h>

#include "base/ctx.h"

/* NULL after recording the failure. */
OSSL_LIB_CTX *jpkip_crypto(struct jpki_ctx *);

/* The same library context for what outlives the jpki_ctx; any thread may use
 * it. NULL after recording the failure. */
struct jpkip_crypto;
struct jpkip_crypto *jpkip_crypto_ref(struct jpki_ctx *);
void	jpkip_crypto_unref(struct jpkip_crypto *);
OSSL_LIB_CTX *jpkip_crypto_lib(const struct jpkip_crypto *);

/* False in a child of fork(): then it is the parent's, one of whose threads
 * may have held a lock of it, and it must not be used nor freed. */
bool	jpkip_crypto_is_own(const struct jpkip_crypto *);

/*
 * Around every use of libcrypto that may fail: what the use leaves in the
 * error queue is dropped at the end, and nothing else is.
 */
void	jpkip_crypto_enter(void);
void	jpkip_crypto_leave(void);

#endif
