/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A detached CMS signature made an enclosed one, without a content in memory:
 * its length is enough.
 */
#ifndef TOOLS_CMS_ENCLOSE_H
#define TOOLS_CMS_ENCLOSE_H

#include <stddef.h>
#include <stdint.h>

/* What stands before the content and behind it. */
struct enclosure {
	uint8_t head[256];
	size_t head_len;
	const uint8_t *tail;	/* in the detached signature */
	size_t tail_len;
};

/* Of a detached SignedData in DER, for a content of so many bytes. 0, or -1:
 * it is something else. */
int enclose(const uint8_t *der, size_t len, uint64_t content,
    struct enclosure *out);

#endif
