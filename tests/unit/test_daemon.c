/* SPDX-License-Identifier: Apache-2.0 */
/* Why pcscd does not serve, and what helps: on a system that the test makes
 * up, call by call. */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/ctx.h"
#include "row.h"
#include "transport/daemon.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* What the system says: an error of connect(), files that are there, what is
 * in those that are read (NULL: not there). */
static int refusal;
static const char *marks[2];
static const char *pid_file, *stat_file;

int	__wrap_connect(int, const struct sockaddr *, socklen_t);
int	__real_connect(int, const struct sockaddr *, socklen_t);
int	__wrap_access(const char *, int);
FILE	*__wrap_fopen64(const char *, const char *);

int
__wrap_connect(int fd, const struct sockaddr *to, socklen_t len)
{
	if (refusal == 0)
		return __real_connect(fd, to, len);
	errno = refusal;
	return -1;
}

int
__wrap_access(const char *path, int mode)
{
	size_t i;

	(void)mode;
	for (i = 0; i < N(marks); i++)
		if (marks[i] != NULL && strcmp(marks[i], path) == 0)
			return 0;
	errno = ENOENT;
	return -1;
}

FILE *
__wrap_fopen64(const char *path, const char *mode)
{
	const char *name = strrchr(path, '/') + 1;
	const char *text = strcmp(name, "pcscd.pid") == 0 ? pid_file :
	    strcmp(path, "/proc/77/stat") == 0 ? stat_file : NULL;

	(void)mode;
	return text != NULL ? fmemopen((void *)(uintptr_t)text, strlen(text),
	    "r") : NULL;
}

/* ---- Which run it is ---- */

static void
runs(void **state)
{
#define FIELDS " S 1 77 77 0 -1 4194560 900 0 0 0 1 2 0 0 20 0 3 0 "
	static const struct {
		const char *pid, *stat;
		uint64_t run;
	} rows[] = {
		{ "77\n", "77 (pcscd)" FIELDS "4242 1000\n",
		  (uint64_t)77 << 40 ^ 4242 },
		{ "77", "77 (pcscd)" FIELDS "4243 1000\n",
		  (uint64_t)77 << 40 ^ 4243 },
		{ NULL, "77 (pcscd)" FIELDS "4242 1000\n", 0 },
		{ "x\n", "77 (pcscd)" FIELDS "4242 1000\n", 0 },
		{ "0\n", "77 (pcscd)" FIELDS "4242 1000\n", 0 },
		/* It ended; its number is another program's. */
		{ "77\n", NULL, 0 },
		{ "77\n", "77 (bash)" FIELDS "4242 1000\n", 0 },
		{ "77\n", "77 (pcscd) S 1 77\n", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("row %zu", i);
		unsetenv("PCSCLITE_CSOCK_NAME");
		pid_file = rows[i].pid;
		stat_file = rows[i].stat;
		assert_true(jpkip_daemon_run() == rows[i].run);
		/* Another daemon's: nobody knows which run that is. */
		setenv("PCSCLITE_CSOCK_NAME", "/elsewhere", 1);
		assert_true(jpkip_daemon_run() == 0);
	}
}

/* ---- What it answers ---- */

static void
refusals(void **state)
{
	static const struct {
		int refusal;
		enum jpkip_daemon_state want;
	} rows[] = {
		{ ENOENT, JPKIP_DAEMON_ABSENT },
		{ ENOTDIR, JPKIP_DAEMON_ABSENT },
		{ EACCES, JPKIP_DAEMON_CLOSED },
		{ EPERM, JPKIP_DAEMON_CLOSED },
		{ EAGAIN, JPKIP_DAEMON_SILENT },
		{ ECONNREFUSED, JPKIP_DAEMON_DEAD },
		{ EPROTOTYPE, JPKIP_DAEMON_DEAD },
	};
	char name[200];
	size_t i;

	(void)state;
	setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1);
	for (i = 0; i < N(rows); i++) {
		row("%s", strerror(rows[i].refusal));
		refusal = rows[i].refusal;
		assert_int_equal(jpkip_daemon_ask().state, rows[i].want);
	}
	refusal = 0;
	/* Longer than the name of a socket can be. */
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	setenv("PCSCLITE_CSOCK_NAME", name, 1);
	assert_int_equal(jpkip_daemon_ask().state, JPKIP_DAEMON_ABSENT);
}

struct server {
	int fd;
	size_t reads;	/* so much of the question is read */
	size_t parts[2];	/* of the answer */
};

static void *
serve(void *arg)
{
	static const uint32_t answer[3] = { 4, 5, 0 };
	const struct server *server = arg;
	const char *at = (const char *)answer;
	char question[20];
	size_t i;
	int fd = accept(server->fd, NULL, NULL);

	if (server->reads > 0)
		(void)recv(fd, question, server->reads, MSG_WAITALL);
	for (i = 0; i < 2; i++)
		if (server->parts[i] > 0)
			at += send(fd, at, server->parts[i], MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

static void
answers(void **state)
{
	static const struct {
		size_t reads, parts[2];
		enum jpkip_daemon_state want;
	} rows[] = {
		{ 20, { 12, 0 }, JPKIP_DAEMON_ANSWERS },
		{ 20, { 5, 7 }, JPKIP_DAEMON_ANSWERS },
		{ 20, { 0, 0 }, JPKIP_DAEMON_HANGS_UP },
		{ 20, { 8, 3 }, JPKIP_DAEMON_HANGS_UP },
		/* Without having read: the kernel says "reset". */
		{ 0, { 0, 0 }, JPKIP_DAEMON_HANGS_UP },
	};
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char folder[] = "/tmp/jpki-daemon.XXXXXX";
	struct jpkip_daemon daemon;
	struct server server;
	pthread_t thread;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/comm", folder);
	setenv("PCSCLITE_CSOCK_NAME", at.sun_path, 1);
	server.fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(server.fd, (struct sockaddr *)&at, sizeof(at)),
	    0);
	/* Nobody listens yet. */
	assert_int_equal(jpkip_daemon_ask().state, JPKIP_DAEMON_DEAD);
	assert_int_equal(listen(server.fd, 5), 0);
	for (i = 0; i < N(rows); i++) {
		row("row %zu", i);
		server.reads = rows[i].reads;
		memcpy(server.parts, rows[i].parts, sizeof(server.parts));
		assert_int_equal(pthread_create(&thread, NULL, serve,
		    &server), 0);
		daemon = jpkip_daemon_ask();
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_int_equal(daemon.state, rows[i].want);
		if (daemon.state == JPKIP_DAEMON_ANSWERS)
			assert_int_equal(daemon.major * 10 + daemon.minor, 45);
	}
	/* Nobody accepts. */
	assert_int_equal(jpkip_daemon_ask().state, JPKIP_DAEMON_SILENT);
	close(server.fd);
	unlink(at.sun_path);
	rmdir(folder);
}

/* ---- What helps ---- */

static void
advice(void **state)
{
	static const struct {
		enum jpkip_daemon_state state;
		const char *engine, *marks[2];
		int want;
		const char *says, *helps;
	} rows[] = {
		{ JPKIP_DAEMON_ABSENT, NULL, { NULL, NULL },
		  JPKI_ERR_NO_SERVICE, "not installed", "apt-get install" },
		{ JPKIP_DAEMON_ABSENT, "", { "/.dockerenv", NULL },
		  JPKI_ERR_NO_SERVICE, "not installed", "apt-get install" },
		{ JPKIP_DAEMON_ABSENT, NULL, { "/usr/sbin/pcscd", NULL },
		  JPKI_ERR_NO_SERVICE, "not started", "systemctl start" },
		{ JPKIP_DAEMON_ABSENT, NULL, { "/usr/bin/pcscd", NULL },
		  JPKI_ERR_NO_SERVICE, "not started", "systemctl start" },
		{ JPKIP_DAEMON_ABSENT, NULL, { "/usr/local/sbin/pcscd", NULL },
		  JPKI_ERR_NO_SERVICE, "not started", "systemctl start" },
		{ JPKIP_DAEMON_ABSENT, "podman", { NULL, NULL },
		  JPKI_ERR_NO_SERVICE, "container", "Mount" },
		{ JPKIP_DAEMON_ABSENT, NULL,
		  { "/run/.containerenv", "/usr/sbin/pcscd" },
		  JPKI_ERR_NO_SERVICE, "container", "Mount" },
		{ JPKIP_DAEMON_ABSENT, NULL, { "/.flatpak-info", NULL },
		  JPKI_ERR_NO_SERVICE, "container", "flatpak" },
		{ JPKIP_DAEMON_CLOSED, NULL, { NULL, NULL },
		  JPKI_ERR_NOT_ALLOWED, "closed to this user", "group" },
		{ JPKIP_DAEMON_HANGS_UP, NULL, { NULL, NULL },
		  JPKI_ERR_NOT_ALLOWED, "refuses this user", "polkit" },
		{ JPKIP_DAEMON_DEAD, NULL, { NULL, NULL },
		  JPKI_ERR_NO_SERVICE, "nobody listens", "Restart it: " },
		{ JPKIP_DAEMON_SILENT, NULL, { NULL, NULL },
		  JPKI_ERR_NO_SERVICE, "says nothing", "Restart it: " },
		{ JPKIP_DAEMON_DEAD, "docker", { NULL, NULL },
		  JPKI_ERR_NO_SERVICE, "nobody listens", "on the host" },
		{ JPKIP_DAEMON_ANSWERS, NULL, { NULL, NULL },
		  JPKI_ERR_NO_SERVICE, "protocol 4:5", "one release" },
		{ JPKIP_DAEMON_ANSWERS, NULL,
		  { "/run/systemd/container", NULL },
		  JPKI_ERR_NO_SERVICE, "protocol 4:5", "same release" },
	};
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpkip_daemon daemon = { JPKIP_DAEMON_ABSENT, 4, 5 };
	const char *c;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("row %zu", i);
		daemon.state = rows[i].state;
		memcpy(marks, rows[i].marks, sizeof(marks));
		if (rows[i].engine != NULL)
			setenv("container", rows[i].engine, 1);
		else
			unsetenv("container");
		jpki_ctx_set_lang(ctx, JPKI_LANG_EN);
		jpkip_ctx_clear(ctx);
		assert_code(jpkip_daemon_blame(ctx, &daemon), rows[i].want);
		assert_non_null(strstr(jpki_ctx_errmsg(ctx), rows[i].says));
		assert_non_null(strstr(jpki_ctx_errhint(ctx), rows[i].helps));
		/* Nothing is installed where that cannot help. */
		assert_true(i <= 1 || rows[i].want == JPKI_ERR_NOT_ALLOWED ||
		    strstr(jpki_ctx_errhint(ctx), "install") == NULL);
		jpki_ctx_set_lang(ctx, JPKI_LANG_JA);
		jpkip_ctx_clear(ctx);
		assert_code(jpkip_daemon_blame(ctx, &daemon), rows[i].want);
		assert_null(strstr(jpki_ctx_errmsg(ctx), rows[i].says));
		for (c = jpki_ctx_errhint(ctx); *c != '\0' && (*c & 0x80) == 0;)
			c++;
		assert_true(*c != '\0');
	}
	memset(marks, 0, sizeof(marks));
	unsetenv("container");
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(runs),
		ROW_TEST(refusals),
		ROW_TEST(answers),
		ROW_TEST(advice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
