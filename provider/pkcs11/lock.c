/* SPDX-License-Identifier: Apache-2.0 */
#include "p11.h"

#include <unistd.h>

static bool
use_theirs(void)
{
	return p11.args.CreateMutex != NULL;
}

CK_RV
p11_lock_new(struct p11_lock *lock)
{
	lock->theirs = NULL;
	lock->holder = 0;
	return use_theirs() ? p11.args.CreateMutex(&lock->theirs) : CKR_OK;
}

void
p11_lock_free(struct p11_lock *lock)
{
	if (lock->theirs != NULL)
		(void)p11.args.DestroyMutex(lock->theirs);
	lock->theirs = NULL;
}

/*
 * A mutex of the system's that is locked at fork() stays locked in the child
 * for ever; this one names its process, so the child sees that it is stale.
 * What it guards takes either no time or as long as a card, so waiting may be
 * coarse.
 */
void
p11_lock(struct p11_lock *lock)
{
	static const struct timespec moment = { 0, 500000 };
	int self = getpid(), holder = 0;

	if (lock->theirs != NULL) {
		(void)p11.args.LockMutex(lock->theirs);
		return;
	}
	while (!__atomic_compare_exchange_n(&lock->holder, &holder, self,
	    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		if (holder == self) {
			(void)nanosleep(&moment, NULL);
			holder = 0;
		}
		/* else the parent's: taken over, unless we lose the race */
	}
}

void
p11_unlock(struct p11_lock *lock)
{
	if (lock->theirs != NULL)
		(void)p11.args.UnlockMutex(lock->theirs);
	else
		__atomic_store_n(&lock->holder, 0, __ATOMIC_SEQ_CST);
}
