/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/helper.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define RELEASE_MS 10000

struct jpkip_helper {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	pid_t pid;			/* threads do not survive fork */
	void (*release)(void *);
	void *arg;

	/* Under the lock. */
	void (*job)(void *);		/* NULL: idle */
	bool lost;			/* the caller gave up waiting */
	bool quit;			/* the caller is gone */
	bool over;			/* the thread is done with everything */
};

static void
destroy(struct jpkip_helper *helper)
{
	(void)pthread_cond_destroy(&helper->changed);
	(void)pthread_mutex_destroy(&helper->lock);
	free(helper);
}

static void *
work(void *p)
{
	struct jpkip_helper *helper = p;
	void (*job)(void *);
	bool last;

	pthread_mutex_lock(&helper->lock);
	while (!helper->lost && !helper->quit) {
		if ((job = helper->job) == NULL) {
			pthread_cond_wait(&helper->changed, &helper->lock);
			continue;
		}
		pthread_mutex_unlock(&helper->lock);
		job(helper->arg);
		pthread_mutex_lock(&helper->lock);
		helper->job = NULL;
		pthread_cond_broadcast(&helper->changed);
	}
	pthread_mutex_unlock(&helper->lock);
	helper->release(helper->arg);
	pthread_mutex_lock(&helper->lock);
	helper->over = true;
	pthread_cond_broadcast(&helper->changed);
	last = helper->lost && helper->quit;
	pthread_mutex_unlock(&helper->lock);
	/* Of a lost helper and its caller, whoever comes last frees it. */
	if (last)
		destroy(helper);
	return NULL;
}

static bool
start(struct jpkip_helper *helper)
{
	sigset_t all, saved;
	bool ok;

	/* The application's signals are for its own threads. */
	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &saved) != 0)
		return false;
	ok = pthread_create(&helper->thread, NULL, work, helper) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
	return ok;
}

struct jpkip_helper *
jpkip_helper_new(void (*release)(void *), void *arg)
{
	struct jpkip_helper *helper;
	pthread_condattr_t attr;

	if ((helper = calloc(1, sizeof(*helper))) == NULL)
		return NULL;
	helper->pid = getpid();
	helper->release = release;
	helper->arg = arg;
	if (pthread_condattr_init(&attr) != 0 ||
	    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
	    pthread_mutex_init(&helper->lock, NULL) != 0) {
		free(helper);
		return NULL;
	}
	if (pthread_cond_init(&helper->changed, &attr) != 0 ||
	    !start(helper)) {
		destroy(helper);
		helper = NULL;
	}
	(void)pthread_condattr_destroy(&attr);
	return helper;
}

static struct timespec
from_now(unsigned ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)(ms / 1000);
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

bool
jpkip_helper_alive(const struct jpkip_helper *helper)
{
	/* lost is written by the caller's side only. */
	return helper->pid == getpid() && !helper->lost;
}

bool
jpkip_helper_run(struct jpkip_helper *helper, void (*job)(void *),
    unsigned limit_ms)
{
	struct timespec limit = from_now(limit_ms);
	int r = 0;

	if (!jpkip_helper_alive(helper))
		return false;
	pthread_mutex_lock(&helper->lock);
	helper->job = job;
	pthread_cond_broadcast(&helper->changed);
	while (helper->job != NULL && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&helper->changed, &helper->lock,
		    &limit);
	if (helper->job != NULL)
		helper->lost = true;
	pthread_mutex_unlock(&helper->lock);
	if (helper->lost)
		(void)pthread_detach(helper->thread);
	return !helper->lost;
}

void
jpkip_helper_free(struct jpkip_helper *helper)
{
	struct timespec limit = from_now(RELEASE_MS);
	bool over, was_lost;
	int r = 0;

	if (helper == NULL)
		return;
	if (helper->pid != getpid()) {
		/* The lock may be held by a thread that is not here. */
		free(helper);
		return;
	}
	pthread_mutex_lock(&helper->lock);
	was_lost = helper->lost;
	helper->quit = true;
	pthread_cond_broadcast(&helper->changed);
	/* Releasing may block as any job may. */
	while (!was_lost && !helper->over && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&helper->changed, &helper->lock,
		    &limit);
	over = helper->over;
	helper->lost |= !over;
	pthread_mutex_unlock(&helper->lock);
	if (!was_lost && over)
		(void)pthread_join(helper->thread, NULL);
	else if (!was_lost)
		(void)pthread_detach(helper->thread);
	if (over)
		destroy(helper);
}
