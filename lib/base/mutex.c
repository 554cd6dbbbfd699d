/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mutex.h"

#include <stdbool.h>
#include <time.h>
#include <unistd.h>

/*
 * A mutex of the system's that is locked at fork() stays locked in the child
 * for ever; this one names its process, so the child sees that it is stale.
 * What it guards takes either no time or as long as a card, so waiting may be
 * coarse. No pthread_atfork(): it would outlive a module that is unloaded.
 */
void
jpkip_mutex_lock(struct jpkip_mutex *mutex)
{
	static const struct timespec moment = { 0, 500000 };
	int self = getpid(), holder = 0;

	while (!__atomic_compare_exchange_n(&mutex->holder, &holder, self,
	    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		if (holder == self) {
			(void)nanosleep(&moment, NULL);
			holder = 0;
		}
		/* else the parent's: taken over, unless we lose the race */
	}
}

void
jpkip_mutex_unlock(struct jpkip_mutex *mutex)
{
	__atomic_store_n(&mutex->holder, 0, __ATOMIC_SEQ_CST);
}
