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

/* Adds those in a file; on failure some may be added already. pass_over: a
 * damaged one does not end it. */
int	jpkip_certs_read(struct jpki_ctx *, const char *path, bool pass_over,
	    struct jpkip_certs *) JPKI_CHECK;

#endif
