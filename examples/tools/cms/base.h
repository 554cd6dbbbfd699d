/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature that is there and gets something more: a signer, a time stamp.
 */
#ifndef TOOLS_CMS_BASE_H
#define TOOLS_CMS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct base {
	uint8_t *der;		/* or BER; malloc()ed */
	size_t len;
	bool pem;		/* the file is */
};

/* Reads DER, BER or PEM. 0, or an exit code after a message. base_free() in
 * either case. */
int base_read(const char *path, struct base *base);
void base_free(struct base *base);

#endif
