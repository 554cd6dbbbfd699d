/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files; see file.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "file.h"

#define PIECE 65536	/* bytes read at a time, at first */

/* Closes without forgetting what went wrong before. */
static void
close_quietly(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

int
file_open(const char *path)
{
	struct stat st;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	if (fstat(fd, &st) == 0) {
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

/* tmp is path with .XXXXXX behind it. */
static int
write_beside(char *tmp, const char *path, const void *data, size_t len)
{
	mode_t mask = umask(0);
	int fd, saved, r = -1;

	umask(mask);
	if ((fd = mkstemp(tmp)) == -1)
		return -1;
	if (write_all(fd, data, len) == 0 &&
	    fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0)
		r = 0;
	saved = errno;
	if (close(fd) != 0 && r == 0) {
		saved = errno;
		r = -1;
	}
	if (r == 0 && rename(tmp, path) != 0) {
		saved = errno;
		r = -1;
	}
	if (r != 0)
		unlink(tmp);
	errno = saved;
	return r;
}

/* Signals that end us wait; undone with SIG_SETMASK. */
static void
hold_signals(sigset_t *before)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, before);
}

int
file_write(const char *path, const void *data, size_t len)
{
	sigset_t before;
	char *tmp = NULL;
	int r, saved;

	if (asprintf(&tmp, "%s.XXXXXX", path) == -1)
		return -1;
	hold_signals(&before);
	r = write_beside(tmp, path, data, len);
	saved = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(tmp);
	errno = saved;
	return r;
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
