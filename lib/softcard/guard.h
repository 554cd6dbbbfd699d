/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that outlives the maker of a card for as long as it takes to
 * remove what the maker was killed over: keys are not left lying about.
 */
#ifndef JPKIP_SOFT_GUARD_H
#define JPKIP_SOFT_GUARD_H

#include "softcard/store.h"

/* Removes the files of dir, should this process end before
 * jpkip_soft_guard_end(): with functions alone that may follow a fork. Returns
 * what that takes, -1 where no guard can be had. */
int	jpkip_soft_guard_start(const struct jpkip_soft_dir *dir,
	    void (*remove)(const struct jpkip_soft_dir *));

/* All is well; -1 is fine. */
void	jpkip_soft_guard_end(int guard);

#endif
