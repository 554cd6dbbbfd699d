/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a CMS is written: DER as it is, PEM in lines, both in pieces. Functions
 * return 0 or -1 with errno.
 */
#ifndef TOOLS_CMS_WRITE_H
#define TOOLS_CMS_WRITE_H

#include <openssl/types.h>

#include "common/file.h"

struct writer {
	struct file_output *out;
	EVP_ENCODE_CTX *pem;	/* NULL: DER */
};

/* writer_end() comes in any case, also after a failure. */
int writer_begin(struct writer *writer, struct file_output *out, bool pem);
int writer_put(struct writer *writer, const void *data, size_t len);
int writer_end(struct writer *writer);

#endif
