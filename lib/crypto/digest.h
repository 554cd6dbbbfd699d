/* SPDX-License-Identifier: Apache-2.0 */
/* Digests, and the DER around them. */
#ifndef JPKIP_DIGEST_H
#define JPKIP_DIGEST_H

#include <jpki/digest.h>
#include <jpki/framework/digestinfo.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/der.h"

#define JPKIP_DIGEST_MAX	64
#define JPKIP_DIGEST_INFO_MAX	(19 + JPKIP_DIGEST_MAX)

/* A DigestInfo around jpki_md_len() bytes. */
void	jpkip_digest_info(struct jpkip_buf *, enum jpki_md,
	    const uint8_t *digest);

/* A digest of libcrypto's by name; false: not available. */
bool	jpkip_digest(struct jpki_ctx *, const char *md, struct jpkip_part,
	    uint8_t out[JPKIP_DIGEST_MAX], size_t *len);

#endif
