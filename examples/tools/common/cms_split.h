/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes a SignedData apart while it is read: its content goes piece by piece to
 * whoever digests it, all else is kept. Takes BER as RFC 5652 allows it,
 * indefinite lengths and strings in pieces.
 */
#ifndef TOOLS_CMS_SPLIT_H
#define TOOLS_CMS_SPLIT_H

#include "cms_text.h"

enum cms_split_end {
	CMS_SPLIT_DONE = 0,
	CMS_SPLIT_NO_CMS,	/* something else */
	CMS_SPLIT_OTHER,	/* a CMS, but not of signed data */
	CMS_SPLIT_TRUNCATED,
	CMS_SPLIT_MALFORMED,
	CMS_SPLIT_TOO_LARGE,	/* beside its content */
	CMS_SPLIT_FAILED,	/* the source: bytes->failed */
	CMS_SPLIT_MEMORY
};

struct cms_parts {
	/* The same CMS without its content; to be freed. */
	uint8_t *rest;
	size_t len, size;
	bool enclosed;		/* there was content */
	bool odd;		/* of another type than OCTET STRING, and not
				 * given to anybody */
	uint64_t length, content_length;

	/* Before the content: the SET of digest algorithms. */
	void (*begin)(void *arg, const uint8_t *algorithms, size_t len);
	void (*content)(void *arg, const uint8_t *data, size_t len);
	void *arg;
};

enum cms_split_end cms_split(struct cms_bytes *bytes,
    struct cms_parts *parts);

#endif
