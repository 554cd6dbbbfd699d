/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mutex that a forked child can take although another thread of its parent
 * held it at that moment.
 */
#ifndef PROV_LOCK_H
#define PROV_LOCK_H

#include <pthread.h>
#include <stdatomic.h>

struct prov_lock {
	atomic_int pid;		/* whose mutex it is; 0: being made anew */
	pthread_mutex_t mutex;
};

int	prov_lock_init(struct prov_lock *);	/* 1 or 0 */
void	prov_lock_destroy(struct prov_lock *);
void	prov_lock(struct prov_lock *);
void	prov_unlock(struct prov_lock *);

#endif
