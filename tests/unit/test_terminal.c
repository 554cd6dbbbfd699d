/* SPDX-License-Identifier: Apache-2.0 */
/* A PIN that is typed: on a terminal of the test's own, whose other end is a
 * thread that types when it sees the prompt. */
#include <sys/mman.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include <jpki.h>

#include "base/secret.h"
#include "row.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int keyboard;		/* the end of whoever types */
static const char *terminal;	/* what /dev/tty is; NULL: there is none */
static bool no_quiet, no_wipe, no_map;
static int interrupted;		/* so many calls are */
static bool echo_at_signals;	/* when signals were let through again */

int	__wrap_open64(const char *, int, ...);
int	__real_open64(const char *, int, ...);
int	__wrap_tcsetattr(int, int, const struct termios *);
int	__real_tcsetattr(int, int, const struct termios *);
int	__wrap_pthread_sigmask(int, const sigset_t *, sigset_t *);
int	__real_pthread_sigmask(int, const sigset_t *, sigset_t *);
int	__wrap_madvise(void *, size_t, int);
int	__real_madvise(void *, size_t, int);
void	*__wrap_mmap64(void *, size_t, int, int, int, off_t);
void	*__real_mmap64(void *, size_t, int, int, int, off_t);
ssize_t	__wrap_read(int, void *, size_t);
ssize_t	__real_read(int, void *, size_t);
ssize_t	__wrap_write(int, const void *, size_t);
ssize_t	__real_write(int, const void *, size_t);

int
__wrap_open64(const char *path, int flags, ...)
{
	if (strcmp(path, "/dev/tty") == 0) {
		errno = ENXIO;
		return terminal != NULL ? __real_open64(terminal, flags) : -1;
	}
	return __real_open64(path, flags);
}

int
__wrap_tcsetattr(int fd, int when, const struct termios *what)
{
	if (!no_quiet)
		return __real_tcsetattr(fd, when, what);
	errno = EIO;
	return -1;
}

/* A signal that was held is taken when it is let through, not died of. */
int
__wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	struct termios now;
	sigset_t came;

	(void)sigpending(&came);
	if (how == SIG_SETMASK && sigismember(&came, SIGTERM) == 1) {
		assert_int_equal(tcgetattr(keyboard, &now), 0);
		echo_at_signals = (now.c_lflag & ECHO) != 0;
		(void)sigemptyset(&came);
		(void)sigaddset(&came, SIGTERM);
		(void)sigtimedwait(&came, NULL, &(struct timespec){ 0, 0 });
	}
	return __real_pthread_sigmask(how, set, old);
}

int
__wrap_madvise(void *at, size_t len, int advice)
{
	if (!no_wipe || advice != MADV_WIPEONFORK)
		return __real_madvise(at, len, advice);
	errno = EINVAL;
	return -1;
}

void *
__wrap_mmap64(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	if (!no_map)
		return __real_mmap64(at, len, prot, flags, fd, offset);
	errno = ENOMEM;
	return MAP_FAILED;
}

static bool
is_interrupted(void)
{
	if (interrupted == 0)
		return false;
	interrupted--;
	errno = EINTR;
	return true;
}

ssize_t
__wrap_read(int fd, void *data, size_t len)
{
	return is_interrupted() ? -1 : __real_read(fd, data, len);
}

/* A terminal takes what it has room for. */
ssize_t
__wrap_write(int fd, const void *data, size_t len)
{
	return is_interrupted() ? -1 : __real_write(fd, data,
	    len > 3 ? 3 : len);
}

static char seen[256];		/* on the terminal */
static size_t seen_len;

/* Types when the prompt is there; "\1": the signal that ends programs. */
static void *
type(void *arg)
{
	const char *keys = arg;

	while (seen_len < sizeof(seen) - 1 && strstr(seen, ": ") == NULL &&
	    __real_read(keyboard, seen + seen_len, 1) == 1)
		/* The line before has been ended. */
		if (seen_len > 0 || (*seen != '\r' && *seen != '\n'))
			seen_len++;
	if (*keys == '\1')
		(void)kill(getpid(), SIGTERM);
	else if (*keys != '\0')
		assert_true(__real_write(keyboard, keys, strlen(keys)) > 0);
	return NULL;
}

static int
set_up(void **state)
{
	keyboard = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(keyboard >= 0);
	assert_int_equal(grantpt(keyboard), 0);
	assert_int_equal(unlockpt(keyboard), 0);
	terminal = ptsname(keyboard);
	no_quiet = no_wipe = no_map = false;
	interrupted = 0;
	return row_setup(state);
}

static int
tear_down(void **state)
{
	close(keyboard);
	return row_teardown(state);
}

/* Asks, and has keys typed. */
static int
ask(struct jpki_ctx *ctx, const char *keys, const char *prompt,
    struct jpki_secret **secret)
{
	/* Open, so that what is set stays when the asking is over. */
	int r, other = __real_open64(terminal, O_RDWR | O_NOCTTY);
	struct termios before, after;
	pthread_t thread;
	sigset_t all, saved;

	assert_true(other >= 0);
	assert_int_equal(tcgetattr(other, &before), 0);
	memset(seen, 0, sizeof(seen));
	seen_len = 0;
	/* Signals are for the one who asks. */
	(void)sigfillset(&all);
	(void)__real_pthread_sigmask(SIG_BLOCK, &all, &saved);
	assert_int_equal(pthread_create(&thread, NULL, type,
	    (void *)(uintptr_t)keys), 0);
	(void)__real_pthread_sigmask(SIG_SETMASK, &saved, NULL);
	r = jpki_secret_read(ctx, "tty", prompt, secret);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(tcgetattr(other, &after), 0);
	assert_int_equal(before.c_lflag, after.c_lflag);
	close(other);
	return r;
}

static void
typed(void **state)
{
	static const struct {
		const char *keys, *pin;	/* NULL: given up */
	} rows[] = {
		{ "1234\n", "1234" },
		{ "1234\r", "1234" },
		{ "12x\b34\n", "1234" },
		{ "12x\17734\n", "1234" },
		{ "\b\b1234\n", "1234" },
		{ "999\0251234\n", "1234" },
		/* A whole character goes at once. */
		{ "12\343\201\202\b34\n", "1234" },
		/* The end of input within a line is none. */
		{ "12\00434\n", "1234" },
		{ "\004", NULL },
		{ "12\003", NULL },
		{ "\n", NULL },
		{ "12\025\n", NULL },
		{ "\1", NULL },
	};
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *secret;
	const char *data;
	size_t i, len;
	int r;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("row %zu", i);
		echo_at_signals = false;
		interrupted = i % 2 == 0 ? 2 : 0;
		r = ask(ctx, rows[i].keys, i % 2 == 0 ? "Card: " : NULL,
		    &secret);
		assert_ctx_code(ctx, r, rows[i].pin != NULL ? 0 :
		    JPKI_ERR_PIN_CANCELLED);
		assert_string_equal(seen, i % 2 == 0 ? "Card: " : "PIN: ");
		assert_int_equal(echo_at_signals, rows[i].keys[0] == '\1');
		if (rows[i].pin == NULL) {
			assert_null(secret);
			continue;
		}
		data = jpki_secret_data(secret, &len);
		assert_int_equal(len, strlen(rows[i].pin));
		assert_memory_equal(data, rows[i].pin, len);
		jpki_secret_free(&secret);
	}
	jpki_ctx_free(&ctx);
}

/* What is too long is kept as far as it goes: too long for every PIN. */
static void
too_long(void **state)
{
	char keys[JPKI_SECRET_MAX + 10];
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *secret;
	size_t len;

	(void)state;
	memset(keys, '1', sizeof(keys));
	keys[sizeof(keys) - 2] = '\n';
	keys[sizeof(keys) - 1] = '\0';
	assert_ctx_code(ctx, ask(ctx, keys, NULL, &secret), 0);
	(void)jpki_secret_data(secret, &len);
	assert_int_equal(len, JPKI_SECRET_MAX);
	jpki_secret_free(&secret);
	jpki_ctx_free(&ctx);
}

static void
no_terminal(void **state)
{
	static const char *const rows[] = { NULL, "/dev/null", "quiet" };
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *secret;
	const char *own = terminal;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("row %zu", i);
		no_quiet = i == 2;
		terminal = no_quiet ? own : rows[i];
		assert_ctx_code(ctx, jpki_secret_read(ctx, NULL, NULL,
		    &secret), JPKI_ERR_PIN_SOURCE);
		assert_null(secret);
		assert_non_null(strstr(jpki_ctx_errmsg(ctx), no_quiet ?
		    "echo" : "no terminal"));
		assert_non_null(strstr(jpki_ctx_errhint(ctx), "file:PATH"));
	}
	jpki_ctx_free(&ctx);
}

static void
no_memory(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *secret = NULL;

	(void)state;
	no_map = true;
	assert_ctx_code(ctx, jpkip_secret_new(ctx, "1234", 4, 0, &secret),
	    JPKI_ERR_MEMORY);
	assert_null(secret);
	assert_ctx_code(ctx, jpki_secret_read(ctx, "fd:0", NULL, &secret),
	    JPKI_ERR_MEMORY);
	no_map = false;
	/* What would stay in a child is not taken at all. */
	no_wipe = true;
	assert_ctx_code(ctx, jpkip_secret_new(ctx, "1234", 4,
	    JPKIP_SECRET_WIPE_ON_FORK, &secret), JPKI_ERR_SYSTEM);
	assert_null(secret);
	assert_ctx_code(ctx, jpkip_secret_new(ctx, "1234", 4, 0, &secret), 0);
	jpki_secret_free(&secret);
	assert_ctx_code(ctx, jpkip_secret_new(ctx, "", JPKI_SECRET_MAX + 1, 0,
	    &secret), JPKI_ERR_USAGE);
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(typed),
		T(too_long),
		T(no_terminal),
		T(no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
