/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/vpcd.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "softcard/card.h"

#define DEFAULT_WHERE	"127.0.0.1:35963"
#define HOST_MAX	256

/* vpcd sends a message's length and its rest apart: without these each
 * command would wait for a delayed acknowledgement. Not every socket that one
 * may hand us is TCP. */
static void
hurry(int fd, int option)
{
	int on = 1, kept = errno;

	if (setsockopt(fd, IPPROTO_TCP, option, &on, sizeof(on)) != 0)
		errno = kept;
}

/* "HOST:PORT" or "[HOST]:PORT". Port 0 and names of ports are refused. */
static bool
split(const char *where, char host[HOST_MAX], const char **port)
{
	const char *colon = strrchr(where, ':');
	size_t len;

	if (colon == NULL || colon == where)
		return false;
	len = (size_t)(colon - where);
	if (*where == '[' && colon[-1] == ']') {
		where++;
		len -= 2;
	}
	if (len == 0 || len >= HOST_MAX)
		return false;
	memcpy(host, where, len);
	host[len] = '\0';
	*port = colon + 1;
	len = strlen(*port);
	return len >= 1 && len <= 5 && **port != '0' &&
	    strspn(*port, "0123456789") == len;
}

/* One after the other; -1: none answered, and errno says why the last did
 * not. */
static int
connect_any(const struct addrinfo *list)
{
	const struct addrinfo *a;
	int fd, kept;

	for (a = list; a != NULL; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC,
		    a->ai_protocol);
		if (fd < 0)
			continue;
		if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
			return fd;
		kept = errno;
		close(fd);
		errno = kept;
	}
	return -1;
}

int
jpki_softcard_connect(struct jpki_softcard *soft, const char *where, int *fd)
{
	struct addrinfo hints, *list = NULL;
	char host[HOST_MAX];
	const char *port;
	int r;

	if (fd != NULL)
		*fd = -1;
	if (soft == NULL || fd == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(soft->ctx);
	if (where == NULL)
		where = DEFAULT_WHERE;
	if (!split(where, host, &port))
		return jpkip_fail(soft->ctx, JPKI_ERR_VALUE,
		    "the address of vpcd is HOST:PORT",
		    "vpcd のアドレスは HOST:PORT の形です");
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_NUMERICSERV;
	if ((r = getaddrinfo(host, port, &hints, &list)) != 0)
		return jpkip_fail(soft->ctx, JPKI_ERR_NO_VPCD,
		    "%s: no address found for this host (%d)",
		    "%s: このホストのアドレスが見つかりません（%d）", where, r);
	*fd = connect_any(list);
	freeaddrinfo(list);
	if (*fd < 0)
		return jpkip_fail(soft->ctx, JPKI_ERR_NO_VPCD,
		    JPKIP_SAME("%s: %s"), where, jpkip_errno_text(soft->ctx));
	hurry(*fd, TCP_NODELAY);
	return 0;
}

/* What the card met with before is not why. */
static int
lost(struct jpkip_vpcd *vpcd, ssize_t n)
{
	jpkip_ctx_clear(vpcd->ctx);
	if (n == 0 || errno == ECONNRESET || errno == EPIPE)
		return jpkip_fail(vpcd->ctx, JPKI_ERR_NO_VPCD,
		    "it closed the connection", "相手側が接続を閉じました");
	return jpkip_fail(vpcd->ctx, JPKI_ERR_NO_VPCD, JPKIP_SAME("%s"),
	    jpkip_errno_text(vpcd->ctx));
}

/* Until the events happen, or "stopped". */
static int
wait_for(struct jpkip_vpcd *vpcd, short events)
{
	struct pollfd fds[2];

	fds[0].fd = vpcd->stop;
	fds[0].events = POLLIN;
	fds[1].fd = vpcd->fd;
	fds[1].events = events;
	for (;;) {
		fds[0].revents = fds[1].revents = 0;
		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return lost(vpcd, -1);
		}
		if (fds[0].revents != 0)
			vpcd->stopped = true;
		if (fds[0].revents != 0 || fds[1].revents != 0)
			return 0;
	}
}

static bool
passing(ssize_t n)
{
	return n < 0 && (errno == EINTR || errno == EAGAIN ||
	    errno == EWOULDBLOCK);
}

static int
receive(struct jpkip_vpcd *vpcd, uint8_t *data, size_t len)
{
	ssize_t n;
	int r;

	while (len > 0) {
		hurry(vpcd->fd, TCP_QUICKACK);	/* it does not last */
		if ((r = wait_for(vpcd, POLLIN)) != 0 || vpcd->stopped)
			return r;
		n = recv(vpcd->fd, data, len, MSG_DONTWAIT);
		if (passing(n))
			continue;
		if (n <= 0)
			return lost(vpcd, n);
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int
jpkip_vpcd_receive(struct jpkip_vpcd *vpcd)
{
	int r;

	if ((r = receive(vpcd, vpcd->data, 2)) != 0 || vpcd->stopped)
		return r;
	vpcd->len = (size_t)vpcd->data[0] << 8 | vpcd->data[1];
	return receive(vpcd, jpkip_vpcd_message(vpcd), vpcd->len);
}

int
jpkip_vpcd_send(struct jpkip_vpcd *vpcd)
{
	const uint8_t *data = vpcd->data;
	size_t len = vpcd->len + 2;
	ssize_t n;
	int r;

	vpcd->data[0] = (uint8_t)(vpcd->len >> 8);
	vpcd->data[1] = (uint8_t)vpcd->len;
	while (len > 0) {
		n = send(vpcd->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (passing(n)) {
			if ((r = wait_for(vpcd, POLLOUT)) != 0 ||
			    vpcd->stopped)
				return r;
			continue;
		}
		if (n <= 0)
			return lost(vpcd, n);
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int
jpkip_vpcd_idle(struct jpkip_vpcd *vpcd)
{
	int r;

	if ((r = wait_for(vpcd, POLLRDHUP)) != 0 || vpcd->stopped)
		return r;
	return lost(vpcd, 0);
}
