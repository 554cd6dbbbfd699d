/* SPDX-License-Identifier: Apache-2.0 */
/* The digests that the card's keys sign. */
#ifndef JPKI_DIGEST_H
#define JPKI_DIGEST_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "SHA256", as OpenSSL calls it; static. NULL: no such digest. */
JPKI_API const char *jpki_md_name(enum jpki_md md);

/* Bytes of the digest; 0: no such digest. */
JPKI_API size_t jpki_md_len(enum jpki_md md);

#ifdef __cplusplus
}
#endif

#endif
