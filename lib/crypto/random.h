/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_RANDOM_H
#define JPKIP_RANDOM_H

#include "base/ctx.h"

/* Random bytes that nobody can guess. */
int	jpkip_random(struct jpki_ctx *, uint8_t *, size_t) JPKI_CHECK;

#endif
