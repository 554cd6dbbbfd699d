/* SPDX-License-Identifier: Apache-2.0 */
/* Reading more than one certificate. */
#ifndef JPKIP_READ_H
#define JPKIP_READ_H

#include "certificate/cert.h"

/* A list that grows, and NULL after its last; jpki_certs_free(&at). */
struct jpkip_certs {
	struct jpki_cert **at;
	size_t n, max;
};

/* Takes the certificate in any case; false: no memory. */
bool	jpkip_certs_add(struct jpkip_certs *, struct jpki_cert *);

/* Adds those in a file; JPKI_ERR_DATA: all but the broken ones. On another
 * failure some may be added already. */
int	jpkip_certs_read(struct jpki_ctx *, const char *path,
	    struct jpkip_certs *) JPKI_CHECK;

#endif
