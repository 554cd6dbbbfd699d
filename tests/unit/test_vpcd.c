/* SPDX-License-Identifier: Apache-2.0 */
/* The connection to vpcd: addresses of all forms, and a socket that passes
 * only parts, is interrupted, or fails. */
#include <netinet/in.h>
#include <sys/socket.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <jpki.h>

#include "row.h"
#include "softcard/vpcd.h"
#include "tempcard.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* What goes wrong, in turn, each once; WELL: nothing; 0: no more. */
#define WELL (-1)
static int troubles[4];
static size_t trouble;
static bool no_socket;
static char asked[300];		/* for the address of this host */

int	__wrap_getaddrinfo(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **);
int	__real_getaddrinfo(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **);
int	__wrap_socket(int, int, int);
int	__real_socket(int, int, int);
int	__wrap_poll(struct pollfd *, nfds_t, int);
int	__real_poll(struct pollfd *, nfds_t, int);
ssize_t	__wrap_recv(int, void *, size_t, int);
ssize_t	__real_recv(int, void *, size_t, int);
ssize_t	__wrap_send(int, const void *, size_t, int);
ssize_t	__real_send(int, const void *, size_t, int);

static bool
goes_wrong(void)
{
	if (trouble == N(troubles) || troubles[trouble] == 0)
		return false;
	errno = troubles[trouble++];
	return errno != WELL;
}

/* Nobody else is asked for names. */
int
__wrap_getaddrinfo(const char *host, const char *port,
    const struct addrinfo *hints, struct addrinfo **out)
{
	struct addrinfo numeric = *hints;

	snprintf(asked, sizeof(asked), "%s", host);
	if (strcmp(host, "here") == 0)
		host = "127.0.0.1";
	numeric.ai_flags |= AI_NUMERICHOST;
	return __real_getaddrinfo(host, port, &numeric, out);
}

int
__wrap_socket(int domain, int type, int protocol)
{
	if (!no_socket)
		return __real_socket(domain, type, protocol);
	errno = EMFILE;
	return -1;
}

int
__wrap_poll(struct pollfd *fds, nfds_t n, int limit)
{
	return goes_wrong() ? -1 : __real_poll(fds, n, limit);
}

/* A byte at a time. */
ssize_t
__wrap_recv(int fd, void *data, size_t len, int flags)
{
	return goes_wrong() ? -1 : __real_recv(fd, data, len > 0, flags);
}

ssize_t
__wrap_send(int fd, const void *data, size_t len, int flags)
{
	return goes_wrong() ? -1 : __real_send(fd, data, len > 0, flags);
}

static void
addresses(void **state)
{
	static const struct {
		const char *where, *host;	/* NULL: nobody is asked */
		int want;
	} rows[] = {
		{ "here", NULL, JPKI_ERR_VALUE },
		{ ":35963", NULL, JPKI_ERR_VALUE },
		{ "[]:35963", NULL, JPKI_ERR_VALUE },
		{ "here:", NULL, JPKI_ERR_VALUE },
		{ "here:0", NULL, JPKI_ERR_VALUE },
		{ "here:035", NULL, JPKI_ERR_VALUE },
		{ "here:123456", NULL, JPKI_ERR_VALUE },
		{ "here:12a4", NULL, JPKI_ERR_VALUE },
		{ "here:http", NULL, JPKI_ERR_VALUE },
		{ "here:PORT", "here", 0 },
		{ "[127.0.0.1]:PORT", "127.0.0.1", 0 },
		{ "127.0.0.1:PORT", "127.0.0.1", 0 },
		{ "[::1:PORT", "[::1", JPKI_ERR_NO_VPCD },
		{ "nowhere.invalid:PORT", "nowhere.invalid",
		  JPKI_ERR_NO_VPCD },
		/* Where nobody listens. */
		{ "127.0.0.1:1", "127.0.0.1", JPKI_ERR_NO_VPCD },
	};
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct jpki_ctx *ctx = jpki_ctx_new();
	socklen_t at_len = sizeof(at);
	struct jpki_softcard *soft;
	char dir[TEMPCARD_MAX], where[400], *port;
	int fd, server;
	size_t i;

	(void)state;
	tempcard_make("card", dir);
	assert_ctx_code(ctx, jpki_softcard_open(ctx, dir, &soft), 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server = __real_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server, (struct sockaddr *)&at, at_len), 0);
	assert_int_equal(listen(server, 10), 0);
	assert_int_equal(getsockname(server, (struct sockaddr *)&at, &at_len),
	    0);
	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i].where);
		snprintf(where, sizeof(where), "%s", rows[i].where);
		if ((port = strstr(where, "PORT")) != NULL)
			snprintf(port, 6, "%d", ntohs(at.sin_port));
		asked[0] = '\0';
		assert_ctx_code(ctx, jpki_softcard_connect(soft, where, &fd),
		    rows[i].want);
		assert_string_equal(asked, rows[i].host != NULL ?
		    rows[i].host : "");
		assert_int_equal(fd >= 0, rows[i].want == 0);
		if (fd >= 0)
			close(fd);
	}
	/* No name of a host is that long. */
	memset(where, 'x', sizeof(where));
	memcpy(where + sizeof(where) - 6, ":1234", 6);
	assert_ctx_code(ctx, jpki_softcard_connect(soft, where, &fd),
	    JPKI_ERR_VALUE);
	no_socket = true;
	assert_ctx_code(ctx, jpki_softcard_connect(soft, "here:1234", &fd),
	    JPKI_ERR_NO_VPCD);
	no_socket = false;
	assert_code(jpki_softcard_connect(NULL, NULL, &fd), JPKI_ERR_USAGE);
	assert_int_equal(fd, -1);
	assert_code(jpki_softcard_connect(soft, NULL, NULL), JPKI_ERR_USAGE);
	close(server);
	jpki_softcard_free(&soft);
	tempcard_remove(dir);
	jpki_ctx_free(&ctx);
}

/* There and back: whole messages after what passes, a failure after what does
 * not. */
static void
messages(void **state)
{
	static const struct {
		int troubles[4];
		bool passes, closed;
	} rows[] = {
		{ { 0 }, true, false },
		{ { EINTR, WELL, EAGAIN, EINTR }, true, false },
		{ { EINTR }, true, false },
		{ { ECONNRESET }, false, true },
		{ { EPIPE }, false, true },
		{ { EIO }, false, false },
		{ { EINTR, EIO }, false, false },
	};
	static struct jpkip_vpcd vpcd;
	static const uint8_t message[] = { 0, 5, 1, 2, 3, 4, 5 };
	uint8_t got[sizeof(message)];
	int ends[2], r, sends;
	size_t i;

	(void)state;
	assert_non_null(vpcd.ctx = jpki_ctx_new());
	vpcd.stop = -1;
	for (i = 0; i < 2 * N(rows); i++) {
		sends = i % 2 == 1;
		row("row %zu, %s", i / 2, sends ? "sending" : "receiving");
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM |
		    SOCK_CLOEXEC, 0, ends), 0);
		vpcd.fd = ends[0];
		if (!sends)
			assert_int_equal(write(ends[1], message,
			    sizeof(message)), sizeof(message));
		memset(vpcd.data, 0, sizeof(message));
		if (sends)
			memcpy(vpcd.data, message, sizeof(message));
		vpcd.len = sends ? 5 : 0;
		memcpy(troubles, rows[i / 2].troubles, sizeof(troubles));
		trouble = 0;
		r = sends ? jpkip_vpcd_send(&vpcd) : jpkip_vpcd_receive(&vpcd);
		memset(troubles, 0, sizeof(troubles));
		assert_ctx_code(vpcd.ctx, r, rows[i / 2].passes ? 0 :
		    JPKI_ERR_NO_VPCD);
		if (r != 0)
			assert_int_equal(strstr(jpki_ctx_errmsg(vpcd.ctx),
			    "closed the connection") != NULL,
			    rows[i / 2].closed);
		else if (sends) {
			assert_int_equal(read(ends[1], got, sizeof(got)),
			    sizeof(got));
			assert_memory_equal(got, message, sizeof(message));
		} else {
			assert_int_equal(vpcd.len, 5);
			assert_memory_equal(jpkip_vpcd_message(&vpcd),
			    message + 2, 5);
		}
		close(ends[0]);
		close(ends[1]);
	}
	jpki_ctx_free(&vpcd.ctx);
}

/* Told to stop while it waits: that is no failure. */
static void
stops(void **state)
{
	static struct jpkip_vpcd vpcd;
	int ends[2], stop[2], i;

	(void)state;
	assert_non_null(vpcd.ctx = jpki_ctx_new());
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(pipe(stop), 0);
	assert_int_equal(write(stop[1], "", 1), 1);
	vpcd.fd = ends[0];
	vpcd.stop = stop[0];
	for (i = 0; i < 3; i++) {
		row("call %d", i);
		vpcd.stopped = false;
		vpcd.len = 1;
		troubles[0] = i == 1 ? EAGAIN : 0;
		trouble = 0;
		assert_ctx_code(vpcd.ctx, i == 0 ? jpkip_vpcd_receive(&vpcd) :
		    i == 1 ? jpkip_vpcd_send(&vpcd) : jpkip_vpcd_idle(&vpcd),
		    0);
		assert_true(vpcd.stopped);
	}
	memset(troubles, 0, sizeof(troubles));
	/* Else the end of the other side is waited for. */
	vpcd.stop = -1;
	vpcd.stopped = false;
	close(ends[1]);
	assert_ctx_code(vpcd.ctx, jpkip_vpcd_idle(&vpcd), JPKI_ERR_NO_VPCD);
	assert_false(vpcd.stopped);
	close(ends[0]);
	close(stop[0]);
	close(stop[1]);
	jpki_ctx_free(&vpcd.ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(addresses),
		ROW_TEST(messages),
		ROW_TEST(stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
