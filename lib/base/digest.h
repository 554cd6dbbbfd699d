/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_DIGEST_H
#define JPKIP_DIGEST_H

#include <jpki/digest.h>

#include "base/buf.h"

#define JPKIP_DIGEST_MAX	64
#define JPKIP_DIGEST_INFO_MAX	(19 + JPKIP_DIGEST_MAX)

/* A DigestInfo around jpki_md_len() bytes. */
void	jpkip_digest_info(struct jpkip_buf *, enum jpki_md,
	    const uint8_t *digest);

#endif
