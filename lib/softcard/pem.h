/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and certificates in a card's directory. */
#ifndef JPKIP_SOFT_PEM_H
#define JPKIP_SOFT_PEM_H

#include <openssl/x509.h>

#include "softcard/store.h"

int	jpkip_soft_read_cert(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, X509 **out) JPKI_CHECK;
int	jpkip_soft_read_key(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, EVP_PKEY **out) JPKI_CHECK;

/* "replace": of a card in use; otherwise the file is new. */
int	jpkip_soft_write_cert(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, X509 *cert, bool replace) JPKI_CHECK;
int	jpkip_soft_write_key(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, EVP_PKEY *key) JPKI_CHECK;

#endif
