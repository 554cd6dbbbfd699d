/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's socket: for its user alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent.h"
#include "common/message.h"

#define FIRST_FD 3	/* of those that systemd hands over */

/* The socket of a unit that systemd started (sd_listen_fds(3)): -1: there is
 * none. What this process starts is not to take it for its own. */
static int
handed_over(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	bool ours = pid != NULL && fds != NULL &&
	    strtol(pid, NULL, 10) == (long)getpid() && strcmp(fds, "1") == 0;

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (!ours || fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(FIRST_FD, F_SETFL, O_NONBLOCK) != 0)
		return -1;
	return FIRST_FD;
}

static bool
is_stale(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;
	bool stale = fd >= 0 && lstat(address->sun_path, &st) == 0 &&
	    S_ISSOCK(st.st_mode) && st.st_uid == geteuid() &&
	    connect(fd, (const struct sockaddr *)address,
	    sizeof(*address)) != 0 && errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return stale;
}

/* Binds with permissions for the user alone from the first moment on. One that
 * nobody listens to any more is replaced. */
static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	mode_t mask = umask(0177);
	int r;

	memcpy(address.sun_path, path, strlen(path) + 1);
	r = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&address,
	    sizeof(address));
	if (r != 0 && fd >= 0 && errno == EADDRINUSE && is_stale(&address) &&
	    unlink(path) == 0)
		r = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (r == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	r = errno;
	if (fd >= 0)
		close(fd);
	errno = r;
	return -1;
}

/* A folder of its own, in TMPDIR or /tmp. */
static bool
make_folder(struct place *place)
{
	const char *tmp = getenv("TMPDIR");
	int n;

	n = snprintf(place->dir, sizeof(place->dir), "%s/jpki-XXXXXX",
	    tmp != NULL && *tmp == '/' ? tmp : "/tmp");
	if (n < 0 || (size_t)n >= sizeof(place->dir) - 20) {
		place->dir[0] = '\0';
		errno = ENAMETOOLONG;
		return false;
	}
	if (mkdtemp(place->dir) == NULL) {
		place->dir[0] = '\0';
		return false;
	}
	n = snprintf(place->path, sizeof(place->path), "%.80s/agent.%ld",
	    place->dir, (long)getpid());
	return n > 0;
}

int
place_make(struct place *place, const char *path)
{
	int code;

	memset(place, 0, sizeof(*place));
	if ((place->fd = handed_over()) >= 0)
		return 0;
	if (path != NULL && *path == '\0')
		return usage_error("-a takes the path of a socket.",
		    "-a にはソケットのパスを指定してください。");
	if (path != NULL && strlen(path) >= sizeof(place->path)) {
		errno = ENAMETOOLONG;
		return complain_errno(path);
	}
	if (path != NULL)
		snprintf(place->path, sizeof(place->path), "%s", path);
	else if (!make_folder(place))
		return complain_errno("TMPDIR");
	if ((place->fd = listen_at(place->path)) >= 0)
		return 0;
	code = complain_errno(place->path);
	place->path[0] = '\0';
	place_remove(place);
	return code;
}

void
place_remove(struct place *place)
{
	if (place->fd >= 0)
		(void)close(place->fd);
	if (place->path[0] != '\0')
		(void)unlink(place->path);
	if (place->dir[0] != '\0')
		(void)rmdir(place->dir);
}
