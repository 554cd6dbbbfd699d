/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files; see file.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "file.h"
#include "message.h"

#define MOMENT_MS 700	/* who writes to a pipe at once needs no message */
#define PIECE 65536	/* bytes read at a time, at first */

static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
#define N_ENDS (sizeof(ends) / sizeof(ends[0]))

/* Closes without forgetting what went wrong before. */
static void
close_quietly(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

/* Until somebody writes to a pipe. */
static void
wait_for_writer(const char *path, int fd)
{
	struct pollfd what = { .fd = fd, .events = POLLIN };

	if (poll(&what, 1, MOMENT_MS) != 0)
		return;
	if (isatty(STDERR_FILENO))
		complain("%s: waiting for what is written to this pipe; "
		    "Ctrl-C stops", "%s: このパイプに書き込まれるデータを待って"
		    "います（Ctrl-C で中止）", path);
	while (poll(&what, 1, -1) == -1 && errno == EINTR)
		;
}

/* A pipe is opened without waiting for a writer: that is done where something
 * can be said. */
int
file_open(const char *path)
{
	struct stat st;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return -1;
	if (fstat(fd, &st) == 0 && fcntl(fd, F_SETFL, 0) == 0) {
		if (S_ISFIFO(st.st_mode))
			wait_for_writer(path, fd);
		if (!S_ISDIR(st.st_mode))
			return fd;
		errno = EISDIR;
	}
	close_quietly(fd);
	return -1;
}

/* Reads to the end; *data grows, and is the caller's in any case. */
static int
read_all(int fd, size_t max, uint8_t **data, size_t *len)
{
	size_t size = 0;
	uint8_t *more;
	ssize_t n;

	do {
		if (*len == size) {
			size = size * 2 + PIECE;
			if ((more = realloc(*data, size)) == NULL)
				return -1;
			*data = more;
		}
		n = read(fd, *data + *len, size - *len);
		if (n > 0)
			*len += (size_t)n;
		if (*len > max) {
			errno = EFBIG;
			return -1;
		}
	} while (n > 0 || (n == -1 && errno == EINTR));
	return n == 0 ? 0 : -1;
}

int
file_read(const char *path, size_t max, uint8_t **data, size_t *len)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd, r;

	*data = NULL;
	*len = 0;
	if ((fd = is_stdin ? STDIN_FILENO : file_open(path)) == -1)
		return -1;
	if ((r = read_all(fd, max, data, len)) != 0) {
		free(*data);
		*data = NULL;
	}
	if (!is_stdin)
		close_quietly(fd);
	return r;
}

static int
write_all(int fd, const uint8_t *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, data, len)) == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* Signals that end us wait; undone with SIG_SETMASK. */
static void
hold_signals(sigset_t *before)
{
	sigset_t held;
	size_t i;

	sigemptyset(&held);
	for (i = 0; i < N_ENDS; i++)
		sigaddset(&held, ends[i]);
	sigprocmask(SIG_BLOCK, &held, before);
}

bool
file_interrupted(void)
{
	struct sigaction action;
	sigset_t pending;
	size_t i;

	if (sigpending(&pending) != 0)
		return false;
	/* One that is ignored, as under nohup, waits too, but ends nobody. */
	for (i = 0; i < N_ENDS; i++)
		if (sigismember(&pending, ends[i]) &&
		    sigaction(ends[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN)
			return true;
	return false;
}

int
file_begin(struct file_output *out, const char *path)
{
	int saved;

	if (asprintf(&out->tmp, "%s.XXXXXX", path) == -1)
		return -1;
	hold_signals(&out->before);
	if ((out->fd = mkstemp(out->tmp)) != -1)
		return 0;
	saved = errno;
	sigprocmask(SIG_SETMASK, &out->before, NULL);
	free(out->tmp);
	errno = saved;
	return -1;
}

int
file_put(struct file_output *out, const void *data, size_t len)
{
	if (file_interrupted()) {
		errno = ECANCELED;
		return -1;
	}
	return write_all(out->fd, data, len);
}

/* Removes what is beside unless it is in its place, and lets signals through:
 * one that waits may end us here. */
static void
finish(struct file_output *out, bool placed)
{
	int saved = errno;

	if (out->fd != -1)
		close(out->fd);
	if (!placed)
		unlink(out->tmp);
	free(out->tmp);
	sigprocmask(SIG_SETMASK, &out->before, NULL);
	errno = saved;
}

void
file_abandon(struct file_output *out)
{
	finish(out, false);
}

int
file_end(struct file_output *out, const char *path, mode_t mode)
{
	mode_t mask = umask(0);
	int r = -1;

	umask(mask);
	if (fchmod(out->fd, mode & ~mask) == 0 && fsync(out->fd) == 0) {
		r = close(out->fd);
		out->fd = -1;
	}
	if (r == 0)
		r = rename(out->tmp, path);
	finish(out, r == 0);
	return r;
}

int
file_write(const char *path, const void *data, size_t len)
{
	struct file_output out;

	if (file_begin(&out, path) != 0)
		return -1;
	if (write_all(out.fd, data, len) == 0)
		return file_end(&out, path, 0666);
	file_abandon(&out);
	return -1;
}

/* Whether the folder of a file is the system's own: descriptors, devices. */
static bool
in_devices(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder, *real;
	bool yes;

	folder = slash == NULL ? strdup(".") : strndup(path,
	    (size_t)(slash - path) + 1);
	real = folder != NULL ? realpath(folder, NULL) : NULL;
	yes = real != NULL && (strcmp(real, "/dev") == 0 ||
	    strcmp(real, "/proc") == 0 || strncmp(real, "/proc/", 6) == 0);
	free(folder);
	free(real);
	return yes;
}

int
file_check_place(const char *path)
{
	sigset_t before;
	struct stat st;
	char *tmp;
	int fd, saved;

	if (in_devices(path)) {
		errno = ENXIO;
		return -1;
	}
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	if (asprintf(&tmp, "%s.XXXXXX", path) == -1)
		return -1;
	hold_signals(&before);
	if ((fd = mkstemp(tmp)) != -1) {
		close(fd);
		unlink(tmp);
	}
	saved = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(tmp);
	errno = saved;
	return fd != -1 ? 0 : -1;
}
