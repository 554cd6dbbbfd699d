/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mutex that a fork does not leave locked: a child can take it although
 * another thread of its parent held it at that moment, and what it guards may
 * be half changed then. All zeros at first; there is nothing to destroy.
 * Waiting is coarse; no thread may lock it twice.
 */
#ifndef JPKIP_MUTEX_H
#define JPKIP_MUTEX_H

struct jpkip_mutex {
	int holder;		/* a process, or 0 */
};

void	jpkip_mutex_lock(struct jpkip_mutex *);
void	jpkip_mutex_unlock(struct jpkip_mutex *);

#endif
