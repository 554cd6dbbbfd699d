/* SPDX-License-Identifier: Apache-2.0 */
#include "lock.h"

#include <time.h>
#include <unistd.h>

int
prov_lock_init(struct prov_lock *lock)
{
	atomic_init(&lock->pid, getpid());
	return pthread_mutex_init(&lock->mutex, NULL) == 0;
}

void
prov_lock_destroy(struct prov_lock *lock)
{
	if (atomic_load(&lock->pid) == getpid())
		pthread_mutex_destroy(&lock->mutex);
}

/*
 * A mutex that is locked at fork() stays locked in the child for ever, so the
 * first one in the child makes a new one. No pthread_atfork(): it would
 * outlive the module.
 */
void
prov_lock(struct prov_lock *lock)
{
	static const struct timespec moment = { 0, 1000 };
	int pid = getpid(), seen;

	while ((seen = atomic_load(&lock->pid)) != pid) {
		if (seen != 0 &&
		    atomic_compare_exchange_strong(&lock->pid, &seen, 0)) {
			pthread_mutex_init(&lock->mutex, NULL);
			atomic_store(&lock->pid, pid);
		} else {
			nanosleep(&moment, NULL);
		}
	}
	pthread_mutex_lock(&lock->mutex);
}

void
prov_unlock(struct prov_lock *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}
