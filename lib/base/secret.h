/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_SECRET_H
#define JPKIP_SECRET_H

#include <jpki/secret.h>

/* As jpki_secret_new(), from the inside: the error record stays. */
int	jpkip_secret_new(struct jpki_ctx *, const void *data, size_t len,
	    unsigned flags, struct jpki_secret **out) JPKI_CHECK;

#endif
