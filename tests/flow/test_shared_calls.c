/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of shared cards: arguments, forms of another time, many threads. */
#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mutex.h"
#include "row.h"
#include "share.h"

/* What is wrong with the arguments is said before the card hears of it. */
static void
careless(void **state)
{
	static const uint8_t digest[48] = { 7 };
	static const struct {
		struct jpki_signing what;
		size_t size;
		int want;
	} table[] = {
#define WHAT(key, padding, md, digest, len, reserved) \
	{ sizeof(struct jpki_signing), digest, len, NULL, key, padding, md, \
	  reserved }
#define AUTH JPKI_KEY_AUTH
#define PKCS1 JPKI_PADDING_PKCS1
#define SHA256 JPKI_MD_SHA256
		{ WHAT(0, PKCS1, SHA256, digest, 32, 0), 256, JPKI_ERR_USAGE },
		{ WHAT(AUTH, 9, SHA256, digest, 32, 0), 256, JPKI_ERR_USAGE },
		{ WHAT(AUTH, PKCS1, SHA256, NULL, 32, 0), 256,
		    JPKI_ERR_USAGE },
		{ WHAT(AUTH, PKCS1, SHA256, digest, 32, 1), 256,
		    JPKI_ERR_USAGE },
		/* A slot, a PIN and an object are no keys. */
		{ WHAT((enum jpki_key)JPKI_SLOT_AUTH, PKCS1, SHA256, digest, 32,
		    0), 256, JPKI_ERR_USAGE },
		{ WHAT((enum jpki_key)JPKI_PIN_AUTH, PKCS1, SHA256, digest, 32,
		    0), 256, JPKI_ERR_USAGE },
		{ WHAT(AUTH, PKCS1, 0, digest, 32, 0), 256, JPKI_ERR_DIGEST },
		{ WHAT(AUTH, PKCS1, SHA256, digest, 31, 0), 256,
		    JPKI_ERR_DIGEST },
		{ WHAT(AUTH, JPKI_PADDING_PSS, JPKI_MD_SHA384, digest, 48, 0),
		    256, JPKI_ERR_DIGEST },
		{ WHAT(AUTH, PKCS1, SHA256, digest, 32, 0), 100,
		    JPKI_ERR_SPACE },
	};
	struct jpki_kept *kept;
	struct jpki_cert *cert;
	struct share f;
	uint8_t sig[256];
	size_t i, len;

	(void)state;
	share_start(&f, "card");
	kept = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	f.all = 0;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%zu", i);
		assert_ctx_code(f.ctx, jpki_shared_sign(f.ctx, f.shared,
		    &table[i].what, kept, 2, sig, table[i].size, &len),
		    table[i].want);
	}
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_SIGN, kept, 2, &cert), JPKI_ERR_USAGE);
	assert_int_equal(f.all, 0);
	jpki_kept_free(&kept);
	share_finish(&f);
}

/* What is to be signed, from programs that were built with an older or a newer
 * header; in memory of its size, so that a sanitizer sees the end. */
static void
signing_grows(void **state)
{
	static const struct {
		const char *name;
		size_t bytes, size;	/* what there is, what it says */
		int tail;		/* the last byte, if it is newer */
		int want;
	} table[] = {
#define SIGNING sizeof(struct jpki_signing)
#define UP_TO(f) offsetof(struct jpki_signing, f)
		{ "as it is now", SIGNING, SIGNING, 0, 0 },
		{ "older", UP_TO(reserved), UP_TO(reserved), 0, 0 },
		{ "older, without a digest", UP_TO(md), UP_TO(md), 0,
		    JPKI_ERR_DIGEST },
		{ "newer", SIGNING + 24, SIGNING + 24, 0, 0 },
		{ "newer, says something", SIGNING + 24, SIGNING + 24, 1,
		    JPKI_ERR_USAGE },
		{ "no size", SIGNING, 0, 0, JPKI_ERR_USAGE },
		{ "less than a size", SIGNING, 4, 0, JPKI_ERR_USAGE },
	};
	static const uint8_t digest[32] = { 7 };
	const struct jpki_signing what = {
		.digest = digest, .digest_len = 32, .key = JPKI_KEY_AUTH,
		.padding = JPKI_PADDING_PKCS1, .md = JPKI_MD_SHA256
	};
	struct jpki_kept *kept;
	struct share f;
	uint8_t *theirs, sig[256];
	size_t i, len;

	(void)state;
	share_start(&f, "card");
	kept = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%s", table[i].name);
		assert_non_null(theirs = calloc(1, table[i].bytes));
		memcpy(theirs, &what, table[i].bytes < SIGNING ?
		    table[i].bytes : SIGNING);
		memcpy(theirs, &table[i].size, sizeof(table[i].size));
		if (table[i].bytes > SIGNING)
			theirs[table[i].bytes - 1] = (uint8_t)table[i].tail;
		f.verify = 0;
		assert_ctx_code(f.ctx, jpki_shared_sign(f.ctx, f.shared,
		    (void *)theirs, kept, 2, sig, sizeof(sig), &len),
		    table[i].want);
		assert_int_equal(f.verify, table[i].want == 0);
		free(theirs);
	}
	jpki_kept_free(&kept);
	share_finish(&f);
}

/* A card with a serial number is waited for, not any card. */
static void
serial(void **state)
{
	struct jpki_shared *shared;
	char text[JPKI_INFO_MAX], reader[JPKI_INFO_MAX];
	struct jpki_card *card;
	struct share f;
	unsigned epoch;

	(void)state;
	share_start(&f, "card");
	assert_int_equal(jpki_card_open(f.ctx, f.reader, &card), 0);
	assert_int_equal(jpki_card_info(card, JPKI_INFO_SERIAL, text,
	    sizeof(text)), 0);
	jpki_card_close(&card);
	assert_int_equal(jpki_cards_get(f.ctx, f.cards, f.reader, text,
	    &shared), 0);
	assert_ptr_not_equal(shared, f.shared);
	jpki_shared_reader(shared, reader, sizeof(reader));
	assert_string_equal(reader, "");
	assert_int_equal(jpki_shared_open(f.ctx, shared, &epoch), 0);
	jpki_shared_reader(shared, reader, sizeof(reader));
	assert_string_equal(reader, f.reader);
	text[0] ^= 1;
	assert_int_equal(jpki_cards_get(f.ctx, f.cards, f.reader, text,
	    &shared), 0);
	assert_int_equal(jpki_shared_open(f.ctx, shared, &epoch),
	    JPKI_ERR_CHANGED);
	assert_int_equal(jpki_ctx_err(f.ctx), JPKI_ERR_CHANGED);
	assert_non_null(strstr(jpki_ctx_errdetail(f.ctx), "serial number"));
	share_finish(&f);
}

#define N_THREADS 8

struct worker {
	struct share *f;
	struct jpki_kept *kept;
	int want;
	atomic_int *surprises;
};

/* Each with its own context, and so its own error. */
static void *
work(void *arg)
{
	struct worker *worker = arg;
	struct jpki_ctx *ctx = jpki_ctx_new();
	int i;

	jpki_ctx_set_log(ctx, share_count, worker->f);
	for (i = 0; i < 4; i++)
		if (share_sign_on(ctx, worker->f, JPKI_KEY_AUTH,
		    worker->kept) != worker->want ||
		    jpki_ctx_err(ctx) != worker->want)
			atomic_fetch_add(worker->surprises, 1);
	jpki_ctx_free(&ctx);
	return NULL;
}

static void
threads(void **state)
{
	static const struct {
		const char *pin;
		int want, verify, left;
	} table[] = {
		{ AUTH_PIN, 0, 4 * N_THREADS, 3 },
		{ "9999", JPKI_ERR_PIN_WRONG, 1, 2 },
	};
	pthread_t ids[N_THREADS];
	struct share f;
	size_t i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		atomic_int surprises = 0;
		struct worker worker = { &f, NULL, table[i].want, &surprises };

		share_start(&f, "card");
		worker.kept = share_keep(&f, JPKI_PIN_AUTH, table[i].pin, 0);
		for (j = 0; j < N_THREADS; j++)
			assert_int_equal(pthread_create(&ids[j], NULL, work,
			    &worker), 0);
		for (j = 0; j < N_THREADS; j++)
			assert_int_equal(pthread_join(ids[j], NULL), 0);
		assert_int_equal(surprises, 0);
		assert_int_equal(f.verify, table[i].verify);
		assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), table[i].left);
		jpki_kept_free(&worker.kept);
		share_finish(&f);
	}
}

/* A forked process takes a mutex that its parent held; a thread waits. */
static void *
hold(void *arg)
{
	jpkip_mutex_lock(arg);
	jpkip_mutex_unlock(arg);
	return NULL;
}

static void
mutexes(void **state)
{
	struct jpkip_mutex mutex = { 0 };
	pthread_t id;
	int status = -1;
	pid_t pid;

	(void)state;
	jpkip_mutex_lock(&mutex);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		jpkip_mutex_lock(&mutex);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(pthread_create(&id, NULL, hold, &mutex), 0);
	jpkip_mutex_unlock(&mutex);
	assert_int_equal(pthread_join(id, NULL), 0);
	jpkip_mutex_lock(&mutex);
}

static void
arguments(void **state)
{
	struct jpki_shared *shared;
	struct jpki_cards *cards;
	struct jpki_kept *kept = NULL;
	struct jpki_cert *cert;
	struct jpki_ctx *ctx = jpki_ctx_new();
	unsigned epoch;
	int left = 7;

	(void)state;
	assert_int_equal(jpki_cards_new(NULL, &cards), JPKI_ERR_USAGE);
	assert_null(cards);
	assert_int_equal(jpki_cards_new(ctx, NULL), JPKI_ERR_USAGE);
	assert_int_equal(jpki_cards_new(ctx, &cards), 0);
	assert_int_equal(jpki_cards_get(NULL, cards, NULL, NULL, &shared),
	    JPKI_ERR_USAGE);
	assert_null(shared);
	assert_int_equal(jpki_cards_get(ctx, NULL, NULL, NULL, &shared),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_cards_get(ctx, cards, NULL, NULL, NULL),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_shared_open(ctx, NULL, &epoch), JPKI_ERR_USAGE);
	assert_int_equal(jpki_cards_get(ctx, cards, "soft:/nowhere", NULL,
	    &shared), 0);
	assert_int_equal(jpki_shared_open(ctx, shared, NULL), JPKI_ERR_USAGE);
	assert_int_not_equal(jpki_shared_open(ctx, shared, &epoch), 0);
	assert_int_not_equal(jpki_ctx_err(ctx), 0);
	assert_int_equal(jpki_shared_cert(ctx, shared, 1,
	    (enum jpki_slot)9, NULL, 2, &cert), JPKI_ERR_USAGE);
	assert_int_equal(jpki_shared_sign(ctx, shared, NULL, NULL, 2, NULL, 0,
	    NULL), JPKI_ERR_USAGE);
	assert_false(jpki_shared_needs_pin(NULL, JPKI_SLOT_SIGN));
	assert_false(jpki_shared_is_rsa2048(shared));
	assert_int_equal(jpki_kept_state(NULL), JPKI_KEPT_ENDED);
	assert_null(jpki_kept_ref(NULL));
	assert_int_equal(jpki_kept_epoch(NULL), 0);
	assert_int_equal(jpki_shared_try(NULL, shared, NULL, 2, &left),
	    JPKI_ERR_USAGE);
	assert_int_equal(left, -1);
	assert_int_equal(jpki_shared_try(ctx, shared, NULL, 2, NULL),
	    JPKI_ERR_USAGE);
	jpki_shared_keep(NULL, NULL, 60);
	jpki_shared_keep(shared, NULL, 60);
	assert_null(jpki_shared_kept(NULL, JPKI_PIN_AUTH, 1));
	assert_null(jpki_shared_kept(shared, JPKI_PIN_AUTH, 0));
	jpki_kept_free(&kept);
	jpki_cards_free(&cards);
	assert_null(cards);
	jpki_cards_free(&cards);
	jpki_cards_free(NULL);
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(careless),
		ROW_TEST(signing_grows),
		cmocka_unit_test(serial),
		cmocka_unit_test(threads),
		cmocka_unit_test(mutexes),
		cmocka_unit_test(arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
