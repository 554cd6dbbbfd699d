/* SPDX-License-Identifier: Apache-2.0 */
/* The served card without pcscd: we are vpcd. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>

#include "row.h"
#include "tempcard.h"

#define OFF	"\x00", 1
#define ON	"\x01", 1
#define RESET	"\x02", 1
#define ATR	"\x04", 1
#define SELECT	"\x00\xa4\x04\x0c\x0a" \
		"\xd3\x92\xf0\x00\x26\x01\x00\x00\x00\x01", 15
#define QUERY	"\x00\x20\x00\x98", 4
#define VERIFY	"\x00\x20\x00\x98\x04" "1234", 9
#define MISS	"\x00\x20\x00\x98\x04" "9999", 9
#define SIGN	"\x80\x2a\x00\x97\x01\x00\x00", 7

#define OPTIONS_MAX 4
#define ANSWER_MAX 65535

struct fixture {
	char dir[TEMPCARD_MAX];
	int vpcd, card;		/* the two ends */
	int stop[2];
	struct jpki_softcard_option options[OPTIONS_MAX];
	size_t n_options;
	pthread_t thread;
	int result;		/* of serving */
	char said[256];		/* about that */
	uint8_t answer[ANSWER_MAX];
	size_t len;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fds[2];

	tempcard_make("card", f->dir);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	f->vpcd = fds[0];
	f->card = fds[1];
	assert_int_equal(pipe(f->stop), 0);
	*state = f;
	return row_setup(state);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	close(f->vpcd);
	close(f->card);
	close(f->stop[0]);
	close(f->stop[1]);
	tempcard_remove(f->dir);
	free(f);
	return row_teardown(state);
}

static void *
serve(void *arg)
{
	struct fixture *f = arg;
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft = NULL;

	f->result = jpki_softcard_open(ctx, f->dir, &soft);
	if (f->result == 0)
		f->result = jpki_softcard_serve(soft, f->card, f->options,
		    f->n_options, f->stop[0]);
	snprintf(f->said, sizeof(f->said), "%s", jpki_ctx_errmsg(ctx));
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
	/* The program closes it: the card is out. */
	shutdown(f->card, SHUT_RDWR);
	return NULL;
}

static void
option(struct fixture *f, const char *name, const char *value)
{
	f->options[f->n_options].name = name;
	f->options[f->n_options++].value = value;
}

static void
start(struct fixture *f)
{
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
}

/* Waits for the end; what serving returned. */
static int
ended(struct fixture *f)
{
	assert_int_equal(pthread_join(f->thread, NULL), 0);
	return f->result;
}

static int
stop_serving(struct fixture *f)
{
	assert_int_equal(write(f->stop[1], "", 1), 1);
	return ended(f);
}

static void
put(struct fixture *f, const void *message, size_t len)
{
	uint8_t head[2] = { (uint8_t)(len >> 8), (uint8_t)len };

	assert_int_equal(send(f->vpcd, head, 2, MSG_NOSIGNAL), 2);
	assert_int_equal(send(f->vpcd, message, len, MSG_NOSIGNAL), len);
}

/* False: the card is out. */
static bool
get(struct fixture *f)
{
	uint8_t head[2];

	if (recv(f->vpcd, head, 2, MSG_WAITALL) != 2)
		return false;
	f->len = (size_t)head[0] << 8 | head[1];
	return recv(f->vpcd, f->answer, f->len, MSG_WAITALL) ==
	    (ssize_t)f->len;
}

/* The status word of the answer. */
static unsigned
say(struct fixture *f, const void *message, size_t len)
{
	put(f, message, len);
	assert_true(get(f));
	assert_true(f->len >= 2);
	return (unsigned)f->answer[f->len - 2] << 8 | f->answer[f->len - 1];
}

static int
tries(const char *dir)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	int left = -2;

	assert_code(jpki_softcard_open(ctx, dir, &soft), 0);
	assert_code(jpki_softcard_tries(soft, JPKI_PIN_AUTH, &left), 0);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
	return left;
}

static void
test_messages(void **state)
{
	struct fixture *f = *state;
	uint8_t byte, *big;
	size_t i;

	start(f);
	put(f, ON);
	put(f, ATR);
	assert_true(get(f));
	assert_int_equal(f->len, 13);
	assert_int_equal(f->answer[0], 0x3b);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(f->len, 2);
	assert_int_equal(say(f, QUERY), 0x63c3);
	/* Byte by byte, as TCP may. */
	for (i = 0; i < 6; i++) {
		byte = (uint8_t)"\x00\x04\x00\x20\x00\x98"[i];
		assert_int_equal(send(f->vpcd, &byte, 1, MSG_NOSIGNAL), 1);
	}
	assert_true(get(f));
	assert_memory_equal(f->answer, "\x63\xc3", 2);
	/* Two at once. */
	put(f, SELECT);
	put(f, QUERY);
	assert_true(get(f));
	assert_true(get(f));
	assert_memory_equal(f->answer, "\x63\xc3", 2);
	/* Nothing, something odd, and all that fits. */
	assert_int_equal(say(f, "", 0), 0x6700);
	put(f, "\x03", 1);
	assert_int_equal(say(f, "\x00\x20", 2), 0x6700);
	assert_non_null(big = calloc(1, ANSWER_MAX));
	assert_int_equal(say(f, big, ANSWER_MAX), 0x6700);
	free(big);
	assert_int_equal(say(f, QUERY), 0x63c3);
	assert_int_equal(stop_serving(f), 0);
	assert_false(get(f));
}

static void
test_power(void **state)
{
	struct fixture *f = *state;

	start(f);
	put(f, ON);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(say(f, SIGN), 0x6982);
	assert_int_equal(say(f, VERIFY), 0x9000);
	assert_int_equal(say(f, SIGN), 0x9000);
	assert_int_equal(f->len, 258);
	put(f, RESET);
	assert_int_equal(say(f, SIGN), 0x9000);
	put(f, ON);
	assert_int_equal(say(f, SIGN), 0x9000);
	put(f, OFF);
	put(f, ON);
	assert_int_equal(say(f, QUERY), 0x6986);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(say(f, SIGN), 0x6982);
	/* Twice off, and no power-on before the next command. */
	assert_int_equal(say(f, VERIFY), 0x9000);
	put(f, OFF);
	put(f, OFF);
	put(f, RESET);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(say(f, SIGN), 0x6982);
	assert_int_equal(stop_serving(f), 0);
}

/* Whoever goes on with the same object after serving finds a closed door. */
static void
test_door(void **state)
{
	static const struct jpki_softcard_option eject = { "eject-after", "2" };
	struct fixture *f = *state;
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;

	assert_code(jpki_softcard_open(ctx, f->dir, &soft), 0);
	put(f, SELECT);
	put(f, VERIFY);
	assert_code(jpki_softcard_serve(soft, f->card, &eject, 1, -1), 0);
	put(f, SELECT);
	put(f, SIGN);
	assert_code(jpki_softcard_serve(soft, f->card, &eject, 1, -1), 0);
	assert_true(get(f) && get(f) && get(f) && get(f));
	assert_memory_equal(f->answer, "\x69\x82", 2);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
}

/* A card that is served is not locked between its commands. */
static void
test_shared(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(say(f, MISS), 0x63c2);
	assert_int_equal(tries(f->dir), 2);
	assert_int_equal(say(f, VERIFY), 0x9000);
	assert_int_equal(tries(f->dir), 3);
	assert_int_equal(stop_serving(f), 0);
}

static void
test_stop(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(stop_serving(f), 0);
	/* It is the caller's to read. */
	assert_int_equal(read(f->stop[0], f->answer, 8), 1);
	assert_false(get(f));
}

static void
test_stop_amid(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(send(f->vpcd, "\x00\x20\x00", 3, MSG_NOSIGNAL), 3);
	assert_int_equal(stop_serving(f), 0);
}

static void
test_stop_mute(void **state)
{
	struct fixture *f = *state;

	option(f, "fault", "2:mute");
	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	put(f, QUERY);
	put(f, QUERY);
	assert_int_equal(stop_serving(f), 0);
	assert_false(get(f));
}

static void
test_lost(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(send(f->vpcd, "\x00\x20\x00", 3, MSG_NOSIGNAL), 3);
	shutdown(f->vpcd, SHUT_RDWR);
	assert_code(ended(f), JPKI_ERR_NO_VPCD);
}

/* It hangs up with an answer unread: the other end's doing, and not what the
 * card met with before, such as a PIN that was wrong. */
static void
test_hung_up(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(say(f, MISS), 0x63c2);
	put(f, SELECT);
	assert_int_equal(recv(f->vpcd, f->answer, 1, MSG_WAITALL), 1);
	close(f->vpcd);
	assert_code(ended(f), JPKI_ERR_NO_VPCD);
	assert_non_null(strstr(f->said, "closed the connection"));
	f->vpcd = dup(f->card);
}

static void
test_lost_mute(void **state)
{
	struct fixture *f = *state;

	option(f, "fault", "1:mute");
	start(f);
	put(f, SELECT);
	shutdown(f->vpcd, SHUT_RDWR);
	assert_code(ended(f), JPKI_ERR_NO_VPCD);
}

/* Nobody reads the answers. */
static void
test_lost_full(void **state)
{
	struct fixture *f = *state;
	int size = 1;

	assert_int_equal(setsockopt(f->card, SOL_SOCKET, SO_SNDBUF, &size,
	    sizeof(size)), 0);
	start(f);
	while (send(f->vpcd, "\x00\x01\x04\x00\x01\x04\x00\x01\x04", 9,
	    MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		continue;
	assert_int_equal(stop_serving(f), 0);
}

static void
test_faults(void **state)
{
	struct fixture *f = *state;

	option(f, "fault", "2:truncate");
	option(f, "fault", "3:garbage");
	option(f, "fault", "4:9000");
	option(f, "fault", "verify:6F00");
	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	put(f, QUERY);
	assert_true(get(f));
	assert_int_equal(f->len, 1);
	assert_int_equal(f->answer[0], 0x63);
	assert_int_equal(say(f, QUERY), 0xa5a5);
	assert_int_equal(f->len, 37);
	assert_int_equal(say(f, QUERY), 0x9000);
	assert_int_equal(say(f, QUERY), 0x63c3);
	assert_int_equal(say(f, MISS), 0x6f00);
	assert_int_equal(say(f, MISS), 0x63c1);
	assert_int_equal(stop_serving(f), 0);
}

static void
test_drop(void **state)
{
	struct fixture *f = *state;

	option(f, "fault", "sign:drop");
	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(say(f, VERIFY), 0x9000);
	put(f, SIGN);
	assert_code(ended(f), 0);
	assert_false(get(f));
}

static void
test_delay(void **state)
{
	struct fixture *f = *state;
	struct timespec before, after;

	option(f, "delay-ms", "30");
	option(f, "sign-ms", "0");
	start(f);
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(say(f, SELECT), 0x9000);
	put(f, OFF);
	assert_int_equal(say(f, SELECT), 0x9000);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true((after.tv_sec - before.tv_sec) * 1000 +
	    (after.tv_nsec - before.tv_nsec) / 1000000 >= 60);
	assert_int_equal(stop_serving(f), 0);
}

static void
test_options(void **state)
{
	static const struct {
		const char *name, *value;
		int result;
	} wrong[] = {
		{ "eject-after", "0", JPKI_ERR_VALUE },
		{ "eject-after", "", JPKI_ERR_VALUE },
		{ "eject-after", "3x", JPKI_ERR_VALUE },
		{ "eject-after", "99999999999999999999", JPKI_ERR_VALUE },
		{ "delay-ms", "-1", JPKI_ERR_VALUE },
		{ "sign-ms", "x", JPKI_ERR_VALUE },
		{ "fault", "", JPKI_ERR_VALUE },
		{ "fault", "1", JPKI_ERR_VALUE },
		{ "fault", "0:mute", JPKI_ERR_VALUE },
		{ "fault", "1:", JPKI_ERR_VALUE },
		{ "fault", "1:mutes", JPKI_ERR_VALUE },
		{ "fault", "1:900", JPKI_ERR_VALUE },
		{ "fault", "1:90000", JPKI_ERR_VALUE },
		{ "fault", "1:0x90", JPKI_ERR_VALUE },
		{ "fault", "verify", JPKI_ERR_VALUE },
		{ "fault", "read:mute", JPKI_ERR_VALUE },
		{ "filler", "0", JPKI_ERR_VALUE },
		{ "vpcd", "x", JPKI_ERR_VALUE },
		{ "", "", JPKI_ERR_VALUE },
		{ "fault", NULL, JPKI_ERR_USAGE },
		{ NULL, "1", JPKI_ERR_USAGE }
	};
	struct fixture *f = *state;
	struct jpki_softcard_option many[17];
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	size_t i;

	assert_code(jpki_softcard_open(ctx, f->dir, &soft), 0);
	assert_int_equal(write(f->stop[1], "", 1), 1);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct jpki_softcard_option o = {
			wrong[i].name, wrong[i].value
		};
		row("%s \"%s\"", wrong[i].name != NULL ? wrong[i].name :
		    "no name", wrong[i].value != NULL ? wrong[i].value :
		    "no value");

		assert_code(jpki_softcard_serve(soft, f->card, &o, 1,
		    f->stop[0]), wrong[i].result);
	}
	for (i = 0; i < 17; i++) {
		many[i].name = "fault";
		many[i].value = "1:mute";
	}
	assert_code(jpki_softcard_serve(soft, f->card, many, 16,
	    f->stop[0]), 0);
	assert_code(jpki_softcard_serve(soft, f->card, many, 17,
	    f->stop[0]), JPKI_ERR_VALUE);
	assert_code(jpki_softcard_serve(NULL, f->card, NULL, 0, -1),
	    JPKI_ERR_USAGE);
	assert_code(jpki_softcard_serve(soft, -1, NULL, 0, -1),
	    JPKI_ERR_USAGE);
	assert_code(jpki_softcard_serve(soft, f->card, NULL, 1, -1),
	    JPKI_ERR_USAGE);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
}

static void
test_connect(void **state)
{
	static const char *const wrong[] = {
		"", ":", "host", "host:", ":1", "127.0.0.1:0", "127.0.0.1:x",
		"127.0.0.1:012", "127.0.0.1:-1", "127.0.0.1:123456", "[]:1",
		"127.0.0.1:1 "
	};
	struct fixture *f = *state;
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd = 7;
	char where[64];
	size_t i;

	assert_code(jpki_softcard_open(ctx, f->dir, &soft), 0);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		row("\"%s\"", wrong[i]);
		assert_code(jpki_softcard_connect(soft, wrong[i], &fd),
		    JPKI_ERR_VALUE);
		assert_int_equal(fd, -1);
	}
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address,
	    &size), 0);
	snprintf(where, sizeof(where), "[127.0.0.1]:%u",
	    (unsigned)ntohs(address.sin_port));
	assert_code(jpki_softcard_connect(soft, where, &fd),
	    JPKI_ERR_NO_VPCD);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx), "Connection refused"));
	jpki_ctx_set_lang(ctx, JPKI_LANG_JA);
	assert_code(jpki_softcard_connect(soft, where, &fd),
	    JPKI_ERR_NO_VPCD);
	assert_non_null(strstr(jpki_ctx_errdetail(ctx),
	    ": 接続を拒否されました"));
	assert_code(jpki_softcard_connect(soft, "x", &fd), JPKI_ERR_VALUE);
	assert_string_equal(jpki_ctx_errdetail(ctx),
	    "vpcd のアドレスは HOST:PORT の形です");
	jpki_ctx_set_lang(ctx, JPKI_LANG_EN);
	assert_int_equal(listen(listener, 1), 0);
	assert_code(jpki_softcard_connect(soft, where, &fd), 0);
	assert_true(fd >= 0);
	close(fd);
	close(listener);
	assert_code(jpki_softcard_connect(NULL, where, &fd),
	    JPKI_ERR_USAGE);
	assert_code(jpki_softcard_connect(soft, where, NULL),
	    JPKI_ERR_USAGE);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
}

/* The directory goes, or another card takes its place. */
static void
test_gone(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	tempcard_remove(f->dir);
	put(f, SELECT);
	assert_code(ended(f), JPKI_ERR_REMOVED);
	assert_false(get(f));
}

static void
test_replaced(void **state)
{
	struct fixture *f = *state;
	char other[TEMPCARD_MAX];

	start(f);
	assert_int_equal(say(f, SELECT), 0x9000);
	assert_int_equal(say(f, VERIFY), 0x9000);
	tempcard_make("android", other);
	tempcard_remove(f->dir);
	assert_int_equal(rename(other, f->dir), 0);
	put(f, SIGN);
	assert_code(ended(f), JPKI_ERR_CHANGED);
	assert_false(get(f));
}

static void
nap(long ns)
{
	struct timespec t = { 0, ns };

	nanosleep(&t, NULL);
}

/*
 * Killed at any moment, the server neither gives a try back nor takes one
 * that it was not asked for.
 */
static void
test_killed(void **state)
{
	struct fixture *f = *state;
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	int i, fds[2], before, answered, after, status;
	uint8_t head[2], answer[2];
	pid_t pid;

	assert_code(jpki_softcard_open(ctx, f->dir, &soft), 0);
	srandom(1);
	for (i = 0; i < 60; i++) {
		if ((before = tries(f->dir)) == 0) {
			assert_code(jpki_softcard_unlock(soft), 0);
			before = 3;
		}
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		assert_true((pid = fork()) >= 0);
		if (pid == 0) {
			close(fds[0]);
			_exit(jpki_softcard_serve(soft, fds[1], NULL, 0, -1));
		}
		close(fds[1]);
		f->vpcd = (close(f->vpcd), fds[0]);
		assert_int_equal(say(f, SELECT), 0x9000);
		put(f, MISS);
		nap(random() % 1500000);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		answered = recv(f->vpcd, head, 2, MSG_WAITALL) == 2 &&
		    recv(f->vpcd, answer, 2, MSG_WAITALL) == 2;
		after = tries(f->dir);
		assert_true(after == before - 1 || after == before);
		if (answered)
			assert_int_equal(after, before - 1);
	}
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_messages), TEST(test_power), TEST(test_door),
		TEST(test_shared), TEST(test_stop), TEST(test_stop_amid),
		TEST(test_stop_mute), TEST(test_lost), TEST(test_lost_mute),
		TEST(test_lost_full), TEST(test_faults), TEST(test_drop),
		TEST(test_hung_up),
		TEST(test_delay), TEST(test_options), TEST(test_connect),
		TEST(test_gone), TEST(test_replaced), TEST(test_killed)
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
