/* SPDX-License-Identifier: Apache-2.0 */
/* The list of cards, and the PIN that one keeps for a while; by threads and
 * forked processes. */
#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/shared.h>

#include "card/kept_pin.h"
#include "row.h"
#include "tempcard.h"

#define AUTH_PIN "1234"
#define SIGN_PIN "ABC123"
#define N_THREADS 8
#define N_NAMES 16

static struct jpki_shared *
get(struct jpki_ctx *ctx, struct jpki_cards *cards, const char *reader,
    const char *serial)
{
	struct jpki_shared *shared;

	assert_ctx_code(ctx, jpki_cards_get(ctx, cards, reader, serial,
	    &shared), 0);
	assert_non_null(shared);
	return shared;
}

/* By reader and serial number, whatever becomes of the caller's texts. */
static void
found_again(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_shared *one, *any, *numbered;
	char reader[] = "soft:/nowhere/1", seen[JPKI_INFO_MAX] = "?";
	struct jpki_cards *cards, *others;

	(void)state;
	assert_code(jpki_cards_new(ctx, &cards), 0);
	assert_code(jpki_cards_new(ctx, &others), 0);
	one = get(ctx, cards, reader, NULL);
	any = get(ctx, cards, NULL, NULL);
	numbered = get(ctx, cards, reader, "SERIAL");
	assert_ptr_not_equal(one, any);
	assert_ptr_not_equal(one, numbered);
	assert_ptr_not_equal(one, get(ctx, others, reader, NULL));
	reader[sizeof(reader) - 2] = '2';
	assert_ptr_not_equal(one, get(ctx, cards, reader, NULL));
	assert_ptr_equal(one, get(ctx, cards, "soft:/nowhere/1", NULL));
	assert_ptr_equal(any, get(ctx, cards, NULL, NULL));
	assert_ptr_equal(numbered, get(ctx, cards, "soft:/nowhere/1",
	    "SERIAL"));
	/* No card access. */
	jpki_shared_reader(one, seen, sizeof(seen));
	assert_string_equal(seen, "");
	jpki_cards_free(&cards);
	jpki_cards_free(&others);
	jpki_ctx_free(&ctx);
}

struct user {
	struct jpki_cards *cards;
	struct jpki_shared *got[N_NAMES];
	atomic_bool *stop;
};

/* Asks for every name again and again, always the other way round. */
static void *
use(void *arg)
{
	struct user *user = arg;
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_shared *shared;
	char reader[32];
	int i, n, k;

	for (n = 0; n < 50 || (user->stop != NULL && !*user->stop); n++) {
		for (i = 0; i < N_NAMES; i++) {
			k = n % 2 ? i : N_NAMES - 1 - i;
			snprintf(reader, sizeof(reader), "soft:/nowhere/%d", k);
			if (jpki_cards_get(ctx, user->cards, reader, NULL,
			    &shared) != 0 || (user->got[k] != NULL &&
			    user->got[k] != shared))
				goto out;
			user->got[k] = shared;
			jpki_shared_keep(shared, NULL, 0);
			jpki_kept_free(&(struct jpki_kept *){
			    jpki_shared_kept(shared, JPKI_PIN_AUTH, 1) });
		}
	}
	jpki_ctx_free(&ctx);
	return user;
out:
	jpki_ctx_free(&ctx);
	return NULL;
}

/* However many ask for the first time at once: one card each. */
static void
threads(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct user users[N_THREADS];
	struct jpki_cards *cards;
	pthread_t ids[N_THREADS];
	void *ended;
	int i, k;

	(void)state;
	assert_code(jpki_cards_new(ctx, &cards), 0);
	for (i = 0; i < N_THREADS; i++) {
		users[i] = (struct user){ .cards = cards };
		assert_int_equal(pthread_create(&ids[i], NULL, use, &users[i]),
		    0);
	}
	for (i = 0; i < N_THREADS; i++) {
		assert_int_equal(pthread_join(ids[i], &ended), 0);
		assert_ptr_equal(ended, &users[i]);
		for (k = 0; k < N_NAMES; k++)
			assert_ptr_equal(users[i].got[k], users[0].got[k]);
	}
	jpki_cards_free(&cards);
	jpki_ctx_free(&ctx);
}

/* A process that is forked while threads are in the middle of it. */
static void
forks(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct user users[2], child;
	atomic_bool stop = false;
	struct jpki_cards *cards;
	pthread_t ids[2];
	const int n = OTHER_THREADS(2);
	int i, status;
	void *ended;
	pid_t pid;

	(void)state;
	assert_code(jpki_cards_new(ctx, &cards), 0);
	for (i = 0; i < n; i++) {
		users[i] = (struct user){ .cards = cards, .stop = &stop };
		assert_int_equal(pthread_create(&ids[i], NULL, use, &users[i]),
		    0);
	}
	for (i = 0; i < 40; i++) {
		row("fork %d", i);
		assert_true((pid = fork()) >= 0);
		if (pid == 0) {
			alarm(600);
			child = (struct user){ .cards = cards };
			_exit(use(&child) == &child ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	stop = true;
	for (i = 0; i < n; i++) {
		assert_int_equal(pthread_join(ids[i], &ended), 0);
		assert_ptr_equal(ended, &users[i]);
	}
	jpki_cards_free(&cards);
	jpki_ctx_free(&ctx);
}

struct fixture {
	char path[TEMPCARD_MAX], reader[TEMPCARD_MAX + 8];
	struct jpki_ctx *ctx;
	struct jpki_cards *cards;
	struct jpki_shared *shared;
	unsigned epoch;
};

static void
start(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	tempcard_make("card", f->path);
	snprintf(f->reader, sizeof(f->reader), "soft:%s", f->path);
	assert_non_null(f->ctx = jpki_ctx_new());
	assert_code(jpki_cards_new(f->ctx, &f->cards), 0);
	f->shared = get(f->ctx, f->cards, f->reader, NULL);
	assert_ctx_code(f->ctx, jpki_shared_open(f->ctx, f->shared,
	    &f->epoch), 0);
}

static void
finish(struct fixture *f)
{
	jpki_cards_free(&f->cards);
	jpki_ctx_free(&f->ctx);
	tempcard_remove(f->path);
}

/* A PIN, tried or not. */
static struct jpki_kept *
keep(struct fixture *f, enum jpki_pin pin, const char *text, bool tried)
{
	struct jpki_kept *kept;
	int r;

	assert_ctx_code(f->ctx, jpki_kept_new(f->ctx, pin, text, strlen(text),
	    f->epoch, 0, &kept), 0);
	if (tried) {
		r = jpki_shared_try(f->ctx, f->shared, kept, 2, NULL);
		assert_int_equal(jpki_kept_state(kept), r == 0 ?
		    JPKI_KEPT_RIGHT : JPKI_KEPT_REFUSED);
	}
	return kept;
}

static bool
is_kept(struct fixture *f, enum jpki_pin pin, unsigned epoch,
    const struct jpki_kept *want)
{
	struct jpki_kept *kept = jpki_shared_kept(f->shared, pin, epoch);
	bool is = kept == want;

	jpki_kept_free(&kept);
	return is;
}

static int
refs(struct jpki_kept *kept)
{
	return atomic_load(&kept->refs);
}

/* What is kept, for whom, and what takes its place. */
static void
kept_for_a_while(void **state)
{
	struct jpki_kept *auth, *seal, *untried, *wrong;
	struct fixture f;

	(void)state;
	start(&f);
	auth = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, true);
	seal = keep(&f, JPKI_PIN_SIGN, SIGN_PIN, true);
	untried = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, false);
	wrong = keep(&f, JPKI_PIN_AUTH, "9999", true);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, NULL));

	jpki_shared_keep(f.shared, auth, 3600);
	assert_int_equal(refs(auth), 2);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, auth));
	assert_true(is_kept(&f, JPKI_PIN_SIGN, f.epoch, NULL));
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch + 1, NULL));
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, auth));
	/* In the place of the last one. */
	jpki_shared_keep(f.shared, seal, 3600);
	assert_int_equal(refs(auth), 1);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, NULL));
	assert_true(is_kept(&f, JPKI_PIN_SIGN, f.epoch, seal));
	/* One that nobody sent yet, asked for without an epoch, too. */
	jpki_shared_keep(f.shared, untried, 3600);
	assert_int_equal(refs(untried), 2);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, untried));
	assert_true(is_kept(&f, JPKI_PIN_AUTH, 0, untried));
	assert_true(is_kept(&f, JPKI_PIN_SIGN, 0, NULL));
	/* What was refused, and no time at all. */
	jpki_shared_keep(f.shared, wrong, 3600);
	assert_int_equal(refs(untried), 1);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, NULL));
	assert_int_equal(refs(wrong), 1);
	jpki_shared_keep(f.shared, auth, 3600);
	jpki_shared_keep(f.shared, auth, 0);
	assert_int_equal(refs(auth), 1);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, NULL));
	/* With the cards. */
	jpki_shared_keep(f.shared, auth, 3600);
	finish(&f);
	assert_int_equal(refs(auth), 1);
	jpki_kept_free(&auth);
	jpki_kept_free(&seal);
	jpki_kept_free(&untried);
	jpki_kept_free(&wrong);
}

/* When its time is over it is let go of at the next use of the card, whatever
 * that is; as is one that is not right any more. */
static void
let_go(void **state)
{
	struct jpki_kept *auth;
	struct fixture f;
	unsigned epoch;

	(void)state;
	start(&f);
	auth = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, true);
	jpki_shared_keep(f.shared, auth, 1);
	(void)usleep(1100000);
	assert_int_equal(refs(auth), 2);
	assert_ctx_code(f.ctx, jpki_shared_open(f.ctx, f.shared, &epoch), 0);
	assert_int_equal(refs(auth), 1);
	assert_int_equal(jpki_kept_state(auth), JPKI_KEPT_RIGHT);

	jpki_shared_keep(f.shared, auth, 1);
	(void)usleep(1100000);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, NULL));
	assert_int_equal(refs(auth), 1);

	jpki_shared_keep(f.shared, auth, 3600);
	atomic_store(&auth->state, JPKI_KEPT_REFUSED);
	assert_true(is_kept(&f, JPKI_PIN_AUTH, f.epoch, NULL));
	assert_int_equal(refs(auth), 1);
	jpki_kept_free(&auth);
	finish(&f);
}

/* A forked process finds an auth PIN, but no sign password. */
static void
kept_in_a_child(void **state)
{
	static const struct {
		enum jpki_pin pin;
		const char *text;
		bool found;
	} table[] = {
		{ JPKI_PIN_AUTH, AUTH_PIN, true },
		{ JPKI_PIN_SIGN, SIGN_PIN, false },
	};
	struct jpki_kept *kept;
	struct fixture f;
	int i, status;
	pid_t pid;

	(void)state;
	for (i = 0; i < 2; i++) {
		row("%s", table[i].text);
		start(&f);
		kept = keep(&f, table[i].pin, table[i].text, true);
		jpki_shared_keep(f.shared, kept, 3600);
		fflush(NULL);
		assert_true((pid = fork()) >= 0);
		if (pid == 0) {
			alarm(600);
			_exit(!is_kept(&f, table[i].pin, f.epoch,
			    table[i].found ? kept : NULL));
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		assert_true(is_kept(&f, table[i].pin, f.epoch, kept));
		jpki_kept_free(&kept);
		finish(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(found_again),
		ROW_TEST(threads),
		ROW_TEST(forks),
		ROW_TEST(kept_for_a_while),
		ROW_TEST(let_go),
		ROW_TEST(kept_in_a_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
