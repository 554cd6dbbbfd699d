/* SPDX-License-Identifier: Apache-2.0 */
/* Wiping that the compiler keeps. */
#ifndef JPKIP_WIPE_H
#define JPKIP_WIPE_H

#include <stdlib.h>
#include <string.h>

static inline void
jpkip_wipe(void *p, size_t len)
{
	if (len > 0)
		explicit_bzero(p, len);
}

/* Wipes len bytes, then frees; NULL is fine. */
static inline void
jpkip_freezero(void *p, size_t len)
{
	if (p == NULL)
		return;
	jpkip_wipe(p, len);
	free(p);
}

#endif
