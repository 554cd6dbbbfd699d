/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is held while a card is waited for: the PINs, in locked memory and
 * nowhere else, which a forked process finds empty; and the signals that would
 * end the program with the card open. The link looks for all, at each of its
 * calls.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/shared.h>

#include "base/secret.h"
#include "row.h"
#include "script.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* As no other test has it; the bytes are never whole in this program. */
#define MIX 0x55
static const char mixed_old[] = { 'Q' ^ MIX, '7' ^ MIX, 'W' ^ MIX, '2' ^ MIX,
	'Z' ^ MIX, '9' ^ MIX, 'X' ^ MIX };
static const char mixed_new[] = { 'K' ^ MIX, '4' ^ MIX, 'V' ^ MIX, '8' ^ MIX,
	'J' ^ MIX, '3' ^ MIX, 'P' ^ MIX };
#define PIN_LEN sizeof(mixed_old)

struct watch {
	unsigned begins, commands, pins, ends;
	unsigned copies;	/* of a PIN, in memory that is not locked */
	char where[256];
	unsigned inherited;	/* by forked processes, in any memory */
	unsigned open_signals;	/* that were not held */
	int signal;
};

__attribute__((no_sanitize("address", "undefined"))) static bool
is_at(const volatile char *at, const char *mixed)
{
	size_t i;

	for (i = 0; i < PIN_LEN; i++)
		if ((at[i] ^ MIX) != mixed[i])
			return false;
	return true;
}

/* Only secrets are left out of core dumps; the limit on locked memory may be
 * zero. */
static bool
is_locked(const char *flags)
{
	return strstr(flags, " lo") != NULL || strstr(flags, " dd") != NULL;
}

struct area {
	uintptr_t from, to;
	char name[80];
};

static void
look_in(struct watch *w, const struct area *area)
{
	const volatile char *at = (const volatile char *)area->from;
	const volatile char *end = (const volatile char *)area->to - PIN_LEN;

	for (; at <= end; at++)
		if (is_at(at, mixed_old) || is_at(at, mixed_new)) {
			w->copies++;
			snprintf(w->where, sizeof(w->where), "call %u, %s, "
			    "%zu bytes before the end", w->begins +
			    w->commands + w->ends, area->name,
			    (size_t)(end - at));
		}
}

/* What is locked is small: not the shadow of a sanitizer. */
#define LOCKED_MAX 65536

/* All memory that can be written and is not locked, heap and stacks; or that,
 * too. */
static void
look_at(struct watch *w, bool locked)
{
	static struct area areas[512];
	static char line[512];
	FILE *maps = fopen("/proc/self/smaps", "re");
	char how[5] = "", name[80] = "";
	unsigned long from, to;
	size_t n = 0, i;

	assert_non_null(maps);
	while (n < N(areas) && fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %79s", &from, &to,
		    how, name) >= 3) {
			areas[n].from = from;
			areas[n].to = to;
			snprintf(areas[n].name, sizeof(name), "%s", name);
			*name = '\0';
		} else if (strncmp(line, "VmFlags:", 8) == 0 &&
		    strncmp(how, "rw", 2) == 0 &&
		    (!is_locked(line) || (locked &&
		    areas[n].to - areas[n].from <= LOCKED_MAX))) {
			n++;
		}
	}
	fclose(maps);
	memset(line, 0, sizeof(line));
	for (i = 0; i < n; i++)
		look_in(w, &areas[i]);
}

static void
look(struct watch *w)
{
	look_at(w, false);
}

/* In a process that another thread forks at this moment. */
static void
look_in_child(struct watch *w)
{
	struct watch child = { 0 };
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		look_at(&child, true);
		_exit(child.copies > 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	w->inherited += status != 0;
}

/* In a run: whatever ends or stops a process by default. */
static void
look_at_signals(struct watch *w)
{
	static const int ends[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGUSR1, SIGUSR2, SIGPIPE,
		SIGALRM, SIGTERM, SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM,
		SIGPROF, SIGIO, SIGPWR, SIGTSTP, SIGTTIN, SIGTTOU
	};
	sigset_t now;
	size_t i;

	pthread_sigmask(SIG_BLOCK, NULL, &now);
	for (i = 0; i < N(ends); i++)
		if (!sigismember(&now, ends[i])) {
			w->open_signals++;
			w->signal = ends[i];
		}
	for (i = (size_t)SIGRTMIN; i <= (size_t)SIGRTMAX; i++)
		w->open_signals += !sigismember(&now, (int)i);
	/* By which a program fails: never. */
	w->open_signals += (unsigned)sigismember(&now, SIGSEGV) * 100;
}

static int
watch_begin(void *arg, enum jpki_link_event *event)
{
	struct watch *w = arg;

	w->begins++;
	*event = JPKI_LINK_SAME;
	look(w);
	return 0;
}

static int
watch_transmit(void *arg, const uint8_t *cmd, size_t len, uint8_t *rsp,
    size_t size, size_t *rsp_len)
{
	struct watch *w = arg;
	static const uint8_t count[] = { 0x63, 0xc5 };

	(void)size;
	w->commands++;
	look(w);
	look_at_signals(w);
	memcpy(rsp, "\x90\x00", 2);
	*rsp_len = 2;
	if (cmd[1] == 0x20 && len == 4)
		memcpy(rsp, count, 2);
	else if (len > 5 && (cmd[1] == 0x20 || cmd[1] == 0x24))
		w->pins++;
	if (w->pins > 0)
		look_in_child(w);
	return 0;
}

static int
watch_end(void *arg, enum jpki_link_end how)
{
	struct watch *w = arg;

	(void)how;
	w->ends++;
	look(w);
	look_at_signals(w);
	return 0;
}

static struct jpki_card *
watched(struct watch *w)
{
	static const struct jpki_transport_ops ops = {
		sizeof(ops), watch_begin, watch_transmit, watch_end, NULL,
		NULL, NULL
	};
	struct jpki_card *card;

	assert_ctx_code(script_ctx, jpki_card_open_with(script_ctx, &ops, w,
	    &card), 0);
	return card;
}

/* As a program should hold the sign password. */
static struct jpki_secret *
secret(const char *mixed)
{
	struct jpki_secret *new;
	char *text;
	size_t i, len;

	assert_ctx_code(script_ctx, jpkip_secret_new(script_ctx, mixed,
	    PIN_LEN, JPKIP_SECRET_WIPE_ON_FORK, &new), 0);
	text = (char *)(uintptr_t)jpki_secret_data(new, &len);
	for (i = 0; i < len; i++)
		text[i] ^= MIX;
	return new;
}

static void
nothing_seen(const struct watch *w, unsigned pins)
{
	assert_int_equal(w->pins, pins);
	if (w->copies > 0)
		fail_msg("%u copies of a PIN: %s", w->copies, w->where);
	if (w->inherited > 0)
		fail_msg("%u forked processes have one", w->inherited);
	if (w->open_signals > 0)
		fail_msg("%u signals not held, as %d", w->open_signals,
		    w->signal);
}

static void
pin_of_a_verify(void **state)
{
	struct watch w = { 0 };
	struct jpki_card *card = watched(&w);
	struct jpki_secret *old = secret(mixed_old);

	(void)state;
	assert_ctx_code(script_ctx, jpki_card_begin(card), 0);
	assert_ctx_code(script_ctx, jpki_pin_verify(card, JPKI_PIN_SIGN,
	    jpki_secret_data(old, NULL), PIN_LEN, 2, NULL), 0);
	assert_ctx_code(script_ctx, jpki_card_end(card), 0);
	nothing_seen(&w, 1);
	jpki_secret_free(&old);
	jpki_card_close(&card);
}

static void
pins_of_a_change(void **state)
{
	struct watch w = { 0 };
	struct jpki_card *card = watched(&w);
	struct jpki_secret *old = secret(mixed_old), *new = secret(mixed_new);

	(void)state;
	assert_ctx_code(script_ctx, jpki_pin_change(card, JPKI_PIN_SIGN,
	    jpki_secret_data(old, NULL), PIN_LEN, jpki_secret_data(new, NULL),
	    PIN_LEN, 2, 0, NULL), 0);
	nothing_seen(&w, 2);
	jpki_secret_free(&old);
	jpki_secret_free(&new);
	jpki_card_close(&card);
}

/* One copy outside is seen: else the tests above tell nothing. */
static void
a_copy_is_seen(void **state)
{
	struct watch w = { 0 };
	struct jpki_secret *old = secret(mixed_old);
	char *copy = malloc(64);

	(void)state;
	assert_non_null(copy);
	memcpy(copy + 9, jpki_secret_data(old, NULL), PIN_LEN);
	look(&w);
	assert_true(w.copies > 0);
	explicit_bzero(copy, 64);
	free(copy);
	jpki_secret_free(&old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(pin_of_a_verify),
		SCRIPT_TEST(pins_of_a_change),
		SCRIPT_TEST(a_copy_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
