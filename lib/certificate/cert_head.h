/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of a certificate: its first bytes, up to the end of its public key.
 * They are enough to check a signature, and much less to read from a card. A
 * head is no certificate: nothing proves what it says, and the CA's signature
 * is not in it.
 */
#ifndef JPKIP_CERT_HEAD_H
#define JPKIP_CERT_HEAD_H

#include "crypto/public_key.h"

struct jpkip_cert_head {
	int64_t not_before, not_after;	/* seconds since 1970-01-01 UTC */
	struct jpkip_public_key key;	/* parts of what was read */
};

enum jpkip_head_state {
	JPKIP_HEAD_BROKEN,	/* no more bytes would make it one */
	JPKIP_HEAD_MORE,	/* good so far, the key is not whole */
	JPKIP_HEAD_WHOLE
};

/*
 * Reads len bytes from the start of a certificate; bytes after its end are
 * ignored. Only the certificate and its first part (TBSCertificate) may reach
 * past what was read. Only after WHOLE is *out filled in.
 */
enum jpkip_head_state jpkip_cert_head_read(const uint8_t *der, size_t len,
	    struct jpkip_cert_head *out);

#endif
