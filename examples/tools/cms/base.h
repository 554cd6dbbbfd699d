/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature that is there and gets something more: a signer, a time stamp.
 */
#ifndef TOOLS_CMS_BASE_H
#define TOOLS_CMS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "write.h"

struct base {
	const char *path;	/* borrowed */
	uint8_t *cms;		/* DER or BER, without its content */
	size_t len;
	bool pem;		/* the file is */
	bool enclosed;		/* there is content, */
	uint64_t content_length; /* so much */
};

/* Reads DER, BER or PEM. 0, or an exit code after a message. base_free() in
 * either case. */
int base_read(const char *path, struct base *base);
void base_free(struct base *base);

/* Copies the content. 0, or -1 with errno. */
int base_copy_content(const struct base *base, struct writer *writer);

#endif
