/* SPDX-License-Identifier: Apache-2.0 */
/* The guard of a card that is being made: what is left when its maker ends,
 * and what happens to the maker when there is no guard. */
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "row.h"
#include "softcard/guard.h"

static bool no_pipe, no_fork;
static char folder[64], made[96], published[96];
static struct jpkip_soft_dir dir;

int	__wrap_pipe2(int *, int);
int	__real_pipe2(int *, int);
pid_t	__wrap_fork(void);
pid_t	__real_fork(void);
void	__wrap__exit(int) __attribute__((noreturn));
void	__real__exit(int) __attribute__((noreturn));
/* Of gcc's coverage: a process that ends by _exit() does not write it. */
void	__gcov_dump(void) __attribute__((weak));

int
__wrap_pipe2(int *ends, int flags)
{
	if (!no_pipe)
		return __real_pipe2(ends, flags);
	errno = EMFILE;
	return -1;
}

pid_t
__wrap_fork(void)
{
	if (!no_fork)
		return __real_fork();
	errno = EAGAIN;
	return -1;
}

void
__wrap__exit(int status)
{
	if (__gcov_dump != NULL)
		__gcov_dump();
	__real__exit(status);
}

/* What the guard does; not by the path, which may be another card's. */
static void
remove_key(const struct jpkip_soft_dir *from)
{
	(void)unlinkat(from->fd, "key", 0);
	(void)rmdir(from->path);
}

static void
fill(void)
{
	int fd;

	snprintf(folder, sizeof(folder), "/tmp/jpki-guard.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(made, sizeof(made), "%s/made", folder);
	snprintf(published, sizeof(published), "%s/card", folder);
	assert_int_equal(mkdir(made, 0700), 0);
	dir.path = made;
	dir.fd = open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir.fd >= 0);
	fd = openat(dir.fd, "key", O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void
empty(void)
{
	char command[160];

	close(dir.fd);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
}

static int
set_up(void **state)
{
	fill();
	return row_setup(state);
}

static int
tear_down(void **state)
{
	no_pipe = no_fork = false;
	empty();
	return row_teardown(state);
}

static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* A maker that ends as is told, and whether its files are still there. */
static void
makers(void **state)
{
	static const struct {
		const char *name;
		bool publishes, ends, killed, left;
	} rows[] = {
		{ "just ends", false, false, false, false },
		{ "is killed", false, false, true, false },
		{ "has published", true, false, true, true },
		{ "says that all is well", false, true, false, true },
	};
	int guard;
	size_t i;
	pid_t pid;

	(void)state;
	/* Whose parents end is ours, so that its end is seen. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("a maker that %s", rows[i].name);
		if (i > 0) {
			empty();
			fill();
		}
		assert_true((pid = __real_fork()) >= 0);
		if (pid == 0) {
			guard = jpkip_soft_guard_start(&dir, remove_key);
			if (guard < 0 || (rows[i].publishes &&
			    rename(made, published) != 0))
				__real__exit(1);
			if (rows[i].ends)
				jpkip_soft_guard_end(guard);
			if (rows[i].killed)
				raise(SIGKILL);
			__wrap__exit(0);
		}
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		while (waitpid(-1, NULL, 0) > 0)
			;
		assert_int_equal(is_there(rows[i].publishes ? published :
		    made), rows[i].left);
	}
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

/* It is somebody else's child, so that who waits for his own does not meet
 * it, and it is not in the maker's group. */
static void
nobody_s_child(void **state)
{
	int guard = jpkip_soft_guard_start(&dir, remove_key);

	(void)state;
	assert_true(guard >= 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	jpkip_soft_guard_end(guard);
	assert_true(is_there(made));
}

static void
no_guard(void **state)
{
	sigset_t before, after;
	int sig;

	(void)state;
	(void)pthread_sigmask(SIG_BLOCK, NULL, &before);
	no_pipe = true;
	assert_int_equal(jpkip_soft_guard_start(&dir, remove_key), -1);
	no_pipe = false;
	no_fork = true;
	assert_int_equal(jpkip_soft_guard_start(&dir, remove_key), -1);
	(void)pthread_sigmask(SIG_BLOCK, NULL, &after);
	for (sig = 1; sig < NSIG; sig++)
		assert_int_equal(sigismember(&before, sig),
		    sigismember(&after, sig));
	jpkip_soft_guard_end(-1);
	assert_true(is_there(made));
}

/* A guard that was killed: SIGPIPE does not end the maker, and one that was
 * waiting for him already is still his. */
static void
killed_guard(void **state)
{
	sigset_t pipe_signal, saved, pending;
	int ends[2], waiting;

	(void)state;
	(void)sigemptyset(&pipe_signal);
	(void)sigaddset(&pipe_signal, SIGPIPE);
	for (waiting = 0; waiting < 2; waiting++) {
		row("SIGPIPE waiting: %d", waiting);
		assert_int_equal(__real_pipe2(ends, O_CLOEXEC), 0);
		close(ends[0]);
		if (waiting) {
			(void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &saved);
			raise(SIGPIPE);
		}
		jpkip_soft_guard_end(ends[1]);
		assert_int_equal(fcntl(ends[1], F_GETFD), -1);
		(void)sigpending(&pending);
		assert_int_equal(sigismember(&pending, SIGPIPE), waiting);
	}
	(void)sigtimedwait(&pipe_signal, NULL, &(struct timespec){ 0, 0 });
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(makers),
		T(nobody_s_child),
		T(no_guard),
		T(killed_guard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
