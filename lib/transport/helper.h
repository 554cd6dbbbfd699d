/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that may block for ever, made bearable: a helper thread makes them,
 * and the caller waits no longer than a limit.
 */
#ifndef JPKIP_HELPER_H
#define JPKIP_HELPER_H

#include <stdbool.h>

struct jpkip_helper;

/*
 * A helper that works on arg, which belongs to the helper from now on. In the
 * end, also when a job was given up and comes back late, the helper thread
 * calls release(arg). NULL: no thread or memory (arg stays the caller's).
 */
struct jpkip_helper *jpkip_helper_new(void (*release)(void *arg), void *arg);

/*
 * Lets the helper do job(arg) and waits. False: it took longer than limit_ms.
 * Then, and in a forked child, the helper is lost: arg must not be touched
 * any more, and every later call fails at once.
 */
bool	jpkip_helper_run(struct jpkip_helper *, void (*job)(void *arg),
	    unsigned limit_ms);

/* Whether arg may be touched. */
bool	jpkip_helper_alive(const struct jpkip_helper *);

/* Lets the helper release arg, and waits some seconds for that if it is not
 * lost. In a forked child nothing is touched but memory. */
void	jpkip_helper_free(struct jpkip_helper *);

#endif
