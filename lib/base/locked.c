/* SPDX-License-Identifier: Apache-2.0 */
#include "base/locked.h"

#include <sys/mman.h>

#include "base/wipe.h"

void *
jpkip_locked_new(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Best effort: the limit on locked memory may be zero. */
	(void)mlock(p, size);
	(void)madvise(p, size, MADV_DONTDUMP);
	return p;
}

void *
jpkip_locked_own(size_t size)
{
	void *p = jpkip_locked_new(size);

	if (p != NULL)
		(void)madvise(p, size, MADV_WIPEONFORK);
	return p;
}

void
jpkip_locked_free(void *p, size_t size)
{
	if (p == NULL)
		return;
	jpkip_wipe(p, size);
	(void)munmap(p, size);
}
