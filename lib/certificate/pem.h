/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_PEM_H
#define JPKIP_PEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"
#include "base/der.h"

/*
 * The next PEM block with one of the labels (NULL ends their list) goes to
 * memory of its own, to be freed with jpkip_freezero(), and *data is left with
 * what follows it; *out is NULL where there is none. found, "" at first, gets
 * the first label of any kind. A block that is damaged is passed, too: the
 * caller may go on after JPKI_ERR_DATA.
 */
int	jpkip_pem_next(struct jpki_ctx *, struct jpkip_part *data,
	    const char *const *labels, char found[64], uint8_t **out,
	    size_t *out_len) JPKI_CHECK;

/* Whether there is such a block. */
bool	jpkip_pem_has(struct jpkip_part data, const char *const *labels);

#endif
