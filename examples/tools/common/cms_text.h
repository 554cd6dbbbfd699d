/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a CMS, one after the other, whether they come as they are or in
 * PEM (RFC 7468; the labels of OpenSSL and of GnuPG).
 */
#ifndef TOOLS_CMS_TEXT_H
#define TOOLS_CMS_TEXT_H

#include "cms_read.h"

struct cms_bytes {
	const struct cms_source *source;
	uint8_t raw[16384];
	size_t at, len;
	bool pem;
	bool ended;		/* of PEM: the last line was seen */
	bool no_cms;		/* neither bytes of a CMS nor PEM of one */
	bool bad_text;		/* PEM that is damaged or cut off */
	int failed;		/* errno of the source; 0: it has not */
	uint32_t bits;		/* of base64, not yet given */
	unsigned n_bits;
};

/* Looks at the beginning. der_only: it cannot be PEM. */
void cms_bytes_open(struct cms_bytes *bytes, const struct cms_source *source,
    bool der_only);

/* Up to n bytes; fewer: there are no more, or what the members say. */
size_t cms_bytes_get(struct cms_bytes *bytes, uint8_t *out, size_t n);

#endif
