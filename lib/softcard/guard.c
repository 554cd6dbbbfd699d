/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/guard.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Whether the folder is where it was made: a complete card is elsewhere. */
static bool
unpublished(const struct jpkip_soft_dir *dir)
{
	struct stat opened, found;

	return fstat(dir->fd, &opened) == 0 && lstat(dir->path, &found) == 0 &&
	    opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

/* Nothing of the maker's is kept open but what is needed. */
static void
close_others(int a, int b)
{
	long fd, max = sysconf(_SC_OPEN_MAX);

	if (max < 0 || max > 65536)
		max = 65536;
	for (fd = 0; fd < max; fd++)
		if (fd != a && fd != b)
			(void)close((int)fd);
}

/* Waits for a byte, or for the end of whoever could write one. */
static void
watch(int from, const struct jpkip_soft_dir *dir,
    void (*remove)(const struct jpkip_soft_dir *))
{
	ssize_t n;
	char c;

	/* What ends the maker's group is not for us. */
	(void)setsid();
	close_others(from, dir->fd);
	do {
		n = read(from, &c, 1);
	} while (n == -1 && errno == EINTR);
	if (n == 0 && unpublished(dir))
		remove(dir);
	_exit(0);
}

int
jpkip_soft_guard_start(const struct jpkip_soft_dir *dir,
    void (*remove)(const struct jpkip_soft_dir *))
{
	sigset_t all, saved;
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &saved);
	/* Twice: it is nobody's child that somebody would wait for. */
	if ((pid = fork()) == 0) {
		if (fork() == 0)
			watch(ends[0], dir, remove);
		_exit(0);
	}
	(void)close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
	if (pid > 0)
		return ends[1];
	(void)close(ends[1]);
	return -1;
}

void
jpkip_soft_guard_end(int guard)
{
	sigset_t set, saved, before;

	if (guard == -1)
		return;
	/* One that was killed itself does not end us. */
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	(void)sigpending(&before);
	(void)pthread_sigmask(SIG_BLOCK, &set, &saved);
	if (write(guard, "", 1) == -1 && errno == EPIPE &&
	    !sigismember(&before, SIGPIPE))
		(void)sigtimedwait(&set, NULL, &(struct timespec){ 0, 0 });
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
	(void)close(guard);
}
