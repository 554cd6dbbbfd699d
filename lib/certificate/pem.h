/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_PEM_H
#define JPKIP_PEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

/*
 * The first PEM block with one of the labels (NULL ends their list) goes to
 * memory of its own, to be freed with jpkip_freezero(); *out is NULL where
 * there is none. found gets the first label of any kind, or "".
 */
int	jpkip_pem(struct jpki_ctx *, const uint8_t *data, size_t len,
	    const char *const *labels, char found[64], uint8_t **out,
	    size_t *out_len) JPKI_CHECK;

#endif
