/* SPDX-License-Identifier: Apache-2.0 */
/* Shared cards: threads, forked processes, swapped and re-inserted cards. */
#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/shared.h>

#include "base/mutex.h"
#include "card/kept_pin.h"
#include "row.h"
#include "tempcard.h"

#define AUTH_PIN "1234"
#define SIGN_PIN "ABC123"

/* One shared card, and what the log says of the commands that it was sent. */
struct fixture {
	char path[TEMPCARD_MAX], reader[TEMPCARD_MAX + 8];
	struct jpki_ctx *ctx;
	struct jpki_cards *cards;
	struct jpki_shared *shared;	/* theirs */
	unsigned epoch;
	atomic_int all, verify;
};

static void
count(void *arg, enum jpki_log_level level, const char *line)
{
	struct fixture *f = arg;

	if (level != JPKI_LOG_TRACE)
		return;
	atomic_fetch_add(&f->all, 1);
	/* The query of the counter has no PIN. */
	if (strncmp(line, "> 0020", 6) == 0 && strstr(line, "[PIN]") != NULL)
		atomic_fetch_add(&f->verify, 1);
}

static void
start(struct fixture *f, const char *profile)
{
	memset(f, 0, sizeof(*f));
	tempcard_make(profile, f->path);
	snprintf(f->reader, sizeof(f->reader), "soft:%s", f->path);
	assert_non_null(f->ctx = jpki_ctx_new());
	jpki_ctx_set_log(f->ctx, count, f);
	assert_int_equal(jpki_cards_new(f->ctx, &f->cards), 0);
	assert_int_equal(jpki_cards_get(f->ctx, f->cards, f->reader, NULL,
	    &f->shared), 0);
	assert_int_equal(jpki_shared_open(f->ctx, f->shared, &f->epoch), 0);
}

static void
finish(struct fixture *f)
{
	jpki_cards_free(&f->cards);
	jpki_ctx_free(&f->ctx);
	tempcard_remove(f->path);
}

static struct jpki_kept *
keep(struct fixture *f, enum jpki_pin pin, const char *text, int uses)
{
	struct jpki_kept *kept;

	assert_int_equal(jpki_kept_new(f->ctx, pin, text, strlen(text),
	    f->epoch, uses, &kept), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_UNTRIED);
	return kept;
}

/* The tries left on the card, asked behind the shared card's back. */
static int
tries(const struct fixture *f, enum jpki_pin pin)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *card;
	int left = -1;

	assert_int_equal(jpki_card_open(ctx, f->reader, &card), 0);
	assert_int_equal(jpki_pin_tries(card, pin, &left), 0);
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
	return left;
}

/* Signs, with a certificate that the signature must fit, or NULL. */
static int
sign_for(struct jpki_ctx *ctx, struct fixture *f, enum jpki_key key,
    struct jpki_kept *kept, const struct jpki_cert *cert)
{
	static const uint8_t digest[32] = { 7 }, nothing[256];
	struct jpki_signing what = {
		.size = sizeof(what), .key = key,
		.padding = JPKI_PADDING_PKCS1, .md = JPKI_MD_SHA256,
		.digest = digest, .digest_len = sizeof(digest), .cert = cert
	};
	uint8_t sig[256];
	size_t len = 0;
	int r;

	memset(sig, 1, sizeof(sig));
	r = jpki_shared_sign(ctx, f->shared, &what, kept, JPKI_TRIES_DEFAULT,
	    sig, sizeof(sig), &len);
	if (r != 0 && r != JPKI_ERR_USAGE)
		assert_memory_equal(sig, nothing, sizeof(sig));
	return r;
}

static int
sign_on(struct jpki_ctx *ctx, struct fixture *f, enum jpki_key key,
    struct jpki_kept *kept)
{
	return sign_for(ctx, f, key, kept, NULL);
}

static int
sign(struct fixture *f, struct jpki_kept *kept)
{
	return sign_on(f->ctx, f, JPKI_KEY_AUTH, kept);
}

/* What a signature in a forked process, which ends with it, comes to. */
static void
sign_in_child(struct fixture *f, enum jpki_key key, struct jpki_kept *kept,
    int want)
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		_exit(sign_on(f->ctx, f, key, kept) == want ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A certificate is read once; a right PIN serves many signatures. */
static void
uses(void **state)
{
	struct jpki_cert *cert, *again;
	struct jpki_kept *kept;
	struct fixture f;
	bool present = false;
	int left;

	(void)state;
	start(&f, "card");
	f.all = 0;
	assert_int_equal(jpki_shared_ready(f.ctx, f.shared, JPKI_PIN_AUTH, 2,
	    &left), 0);
	assert_int_equal(left, 3);
	/* Nobody is asked for one: the guard stands before VERIFY. */
	assert_int_equal(jpki_shared_ready(f.ctx, f.shared, JPKI_PIN_SIGN, 2,
	    NULL), 0);
	assert_int_equal(jpki_shared_ready(f.ctx, f.shared, (enum jpki_pin)9,
	    2, NULL), JPKI_ERR_USAGE);
	assert_int_equal(jpki_shared_ready(f.ctx, f.shared, JPKI_PIN_AUTH, 0,
	    NULL), JPKI_ERR_USAGE);
	assert_int_equal(f.all, 0);
	assert_int_equal(jpki_shared_present(f.ctx, f.shared, JPKI_SLOT_SIGN,
	    &present), 0);
	assert_true(present);
	assert_true(jpki_shared_is_rsa2048(f.shared));
	assert_true(jpki_shared_needs_pin(f.shared, JPKI_SLOT_SIGN));
	assert_false(jpki_shared_needs_pin(f.shared, JPKI_SLOT_AUTH));
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_SIGN, NULL, 2, &cert), JPKI_ERR_NEEDS_PIN);
	assert_null(cert);

	kept = keep(&f, JPKI_PIN_SIGN, "abc123", 2);
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_SIGN, kept, 2, &cert), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_RIGHT);
	assert_false(jpki_shared_needs_pin(f.shared, JPKI_SLOT_SIGN));
	f.all = 0;
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_SIGN, NULL, 2, &again), 0);
	assert_int_equal(f.all, 0);
	jpki_cert_free(&cert);
	assert_non_null(jpki_cert_der(again, NULL));
	jpki_cert_free(&again);

	/* A key that the PIN is not for. */
	assert_int_equal(sign(&f, kept), JPKI_ERR_USAGE);
	assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept), 0);
	assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_ENDED);
	f.all = 0;
	assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
	    JPKI_ERR_NEEDS_PIN);
	assert_int_equal(f.all, 0);
	assert_int_equal(sign(&f, NULL), JPKI_ERR_NEEDS_PIN);
	jpki_kept_free(&kept);
	finish(&f);
}

/* A wrong PIN is sent once, here and in forked processes; what was said is on
 * the caller's context. A PIN of the wrong shape is not even kept. */
static void
wrong(void **state)
{
	struct jpki_kept *kept;
	struct fixture f;
	int i;

	(void)state;
	start(&f, "card");
	assert_int_equal(jpki_kept_new(f.ctx, JPKI_PIN_AUTH, "12345", 5,
	    f.epoch, 0, &kept), JPKI_ERR_PIN_FORMAT);
	assert_null(kept);
	kept = keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(sign(&f, kept), JPKI_ERR_PIN_WRONG);
	assert_int_equal(jpki_ctx_err(f.ctx), JPKI_ERR_PIN_WRONG);
	assert_int_equal(jpki_ctx_err_sw(f.ctx), 0x63c2);
	assert_non_null(strstr(jpki_ctx_errmsg(f.ctx), "2 tries left"));
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_REFUSED);
	for (i = 0; i < 3; i++) {
		assert_int_equal(sign(&f, kept), JPKI_ERR_PIN_WRONG);
		sign_in_child(&f, JPKI_KEY_AUTH, kept, JPKI_ERR_PIN_WRONG);
	}
	assert_int_equal(f.verify, 1);
	assert_int_equal(tries(&f, JPKI_PIN_AUTH), 2);
	jpki_kept_free(&kept);

	/* With too few tries left nothing is sent, and the PIN stays. */
	kept = keep(&f, JPKI_PIN_AUTH, "9998", 0);
	assert_int_equal(sign(&f, kept), JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	kept = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	assert_int_equal(sign(&f, kept), JPKI_ERR_PIN_LAST_TRY);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_UNTRIED);
	assert_int_equal(f.verify, 2);
	assert_int_equal(tries(&f, JPKI_PIN_AUTH), 1);
	jpki_kept_free(&kept);
	finish(&f);
}

/* Who is asked again and gives the same answer spends no second try, and one
 * secret says nothing of the other; until the right PIN filled the counter. */
static void
wrong_again(void **state)
{
	static const char *const same[] = { "wrong1", "WRONG1", "ｗrong1" };
	struct jpki_kept *kept, *right;
	struct fixture f;
	size_t i;

	(void)state;
	start(&f, "card");
	for (i = 0; i < 3; i++) {
		kept = keep(&f, JPKI_PIN_SIGN, same[i], 0);
		assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
		    JPKI_ERR_PIN_WRONG);
		assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_REFUSED);
		assert_non_null(strstr(jpki_ctx_errmsg(f.ctx),
		    "4 tries left"));
		jpki_kept_free(&kept);
	}
	assert_int_equal(f.verify, 1);
	kept = keep(&f, JPKI_PIN_SIGN, "wrong2", 0);
	assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
	    JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	assert_int_equal(tries(&f, JPKI_PIN_SIGN), 3);

	right = keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
	assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, right), 0);
	kept = keep(&f, JPKI_PIN_SIGN, "wrong2", 0);
	assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
	    JPKI_ERR_PIN_WRONG);
	assert_int_equal(tries(&f, JPKI_PIN_SIGN), 4);
	jpki_kept_free(&kept);
	jpki_kept_free(&right);
	finish(&f);
}

/* The auth PIN goes on in a forked process, the sign password does not; the
 * parent's session is left alone. */
static void
forked(void **state)
{
	struct jpki_kept *auth, *seal;
	struct fixture f;

	(void)state;
	start(&f, "card");
	auth = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	seal = keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
	sign_in_child(&f, JPKI_KEY_AUTH, auth, 0);
	assert_int_equal(sign(&f, auth), 0);
	sign_in_child(&f, JPKI_KEY_AUTH, auth, 0);
	sign_in_child(&f, JPKI_KEY_SIGN, seal, JPKI_ERR_NEEDS_PIN);
	assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, seal), 0);
	assert_int_equal(tries(&f, JPKI_PIN_AUTH), 3);
	assert_int_equal(tries(&f, JPKI_PIN_SIGN), 5);
	jpki_kept_free(&auth);
	jpki_kept_free(&seal);
	finish(&f);
}

/* Processes that start at the same moment with a PIN that nobody has tried:
 * the first one to find out spends the try of all. */
static void
one_try_for_all(void **state)
{
	struct jpki_kept *kept;
	struct fixture f;
	int i, status, gate[2];
	pid_t pid[4];
	char byte;

	(void)state;
	start(&f, "card");
	kept = keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < 4; i++) {
		assert_true((pid[i] = fork()) >= 0);
		if (pid[i] == 0) {
			alarm(600);
			close(gate[1]);
			_exit(read(gate[0], &byte, 1) == 0 &&
			    sign(&f, kept) == JPKI_ERR_PIN_WRONG ? 0 : 1);
		}
	}
	close(gate[1]);
	assert_int_equal(sign(&f, kept), JPKI_ERR_PIN_WRONG);
	for (i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	close(gate[0]);
	assert_int_equal(tries(&f, JPKI_PIN_AUTH), 2);
	jpki_kept_free(&kept);
	finish(&f);
}

/* Two keys with the same wrong PIN, and a process that has copies of both and
 * did not see either refused. */
static void
same_in_a_child(void **state)
{
	struct jpki_kept *one, *two;
	struct fixture f;
	int status = -1, gate[2];
	pid_t pid;
	char byte;

	(void)state;
	start(&f, "card");
	one = keep(&f, JPKI_PIN_AUTH, "9999", 0);
	two = keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(pipe(gate), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		close(gate[1]);
		_exit(read(gate[0], &byte, 1) == 0 &&
		    sign(&f, two) == JPKI_ERR_PIN_WRONG ? 0 : 1);
	}
	assert_int_equal(sign(&f, one), JPKI_ERR_PIN_WRONG);
	assert_int_equal(sign(&f, two), JPKI_ERR_PIN_WRONG);
	close(gate[0]);
	close(gate[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(tries(&f, JPKI_PIN_AUTH), 2);
	jpki_kept_free(&one);
	jpki_kept_free(&two);
	finish(&f);
}

/* Workers that were each given the same wrong PIN, and wait for the card all
 * at once: the first one's answer is the others'. */
static void
same_at_once(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *other;
	struct jpki_kept *kept;
	struct fixture f;
	pid_t pid[4];
	int i, status;

	(void)state;
	start(&f, "card");
	assert_int_equal(jpki_card_open(ctx, f.reader, &other), 0);
	assert_int_equal(jpki_card_begin(other), 0);
	for (i = 0; i < 4; i++) {
		assert_true((pid[i] = fork()) >= 0);
		if (pid[i] == 0) {
			alarm(60);
			kept = keep(&f, JPKI_PIN_AUTH, "9999", 0);
			_exit(sign(&f, kept) == JPKI_ERR_PIN_WRONG ? 0 : 1);
		}
	}
	(void)usleep(300000);
	assert_int_equal(jpki_card_end(other), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(tries(&f, JPKI_PIN_AUTH), 2);
	jpki_card_close(&other);
	jpki_ctx_free(&ctx);
	finish(&f);
}

/* A worker learns that a PIN is wrong; then the key is loaded anew, by its
 * parent and by another worker. */
static void
same_after_a_child(void **state)
{
	struct jpki_kept *kept;
	struct fixture f;

	(void)state;
	start(&f, "card");
	kept = keep(&f, JPKI_PIN_AUTH, "9999", 0);
	sign_in_child(&f, JPKI_KEY_AUTH, kept, JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	kept = keep(&f, JPKI_PIN_AUTH, "9999", 0);
	sign_in_child(&f, JPKI_KEY_AUTH, kept, JPKI_ERR_PIN_WRONG);
	assert_int_equal(sign(&f, kept), JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	assert_int_equal(tries(&f, JPKI_PIN_AUTH), 2);
	finish(&f);
}

/* A phone, whose auth certificate needs its PIN: it is not asked for it each
 * time. */
static void
no_vain_reads(void **state)
{
	struct jpki_kept *kept;
	struct fixture f;
	int i;

	(void)state;
	start(&f, "android");
	kept = keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
	for (i = 0; i < 3; i++) {
		f.all = 0;
		assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept), 0);
		/* The first one reads the certificate, as the label does not
		 * tell the kind of key. */
		assert_true(i == 0 || f.all == 5);
	}
	jpki_kept_free(&kept);
	finish(&f);
}

/* A process that is just sending the same PIN is waited for. */
static void
sent_elsewhere(void **state)
{
	struct jpki_kept *kept;
	struct jpki_card *card;
	struct fixture f;
	int gate[2], status = -1;
	pid_t pid;
	char byte = 0;

	(void)state;
	start(&f, "card");
	kept = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	assert_int_equal(pipe(gate), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		if (jpki_card_open(f.ctx, f.reader, &card) != 0 ||
		    jpki_card_begin(card) != 0)
			_exit(1);
		atomic_store(&kept->fate->doubt, true);
		if (write(gate[1], &byte, 1) != 1)
			_exit(1);
		(void)usleep(100000);
		atomic_store(&kept->fate->doubt, false);
		_exit(jpki_card_end(card) != 0);
	}
	assert_int_equal(read(gate[0], &byte, 1), 1);
	assert_int_equal(sign(&f, kept), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(gate[0]);
	close(gate[1]);
	jpki_kept_free(&kept);
	finish(&f);
}

/* What proves that it is the same card after it was put back: its certificate,
 * or an earlier signature. Without either, or on another card, nothing is
 * sent. */
static void
put_back(void **state)
{
	enum { NOTHING, SIGNATURE, CERTIFICATE };
	static const struct {
		int known;
		const char *card;
		bool child;
		int want;
	} table[] = {
		{ NOTHING, "card", false, JPKI_ERR_CHANGED },
		{ SIGNATURE, "card", false, 0 },
		{ SIGNATURE, "card", true, 0 },
		{ SIGNATURE, "child", false, JPKI_ERR_CHANGED },
		{ SIGNATURE, "child", true, JPKI_ERR_CHANGED },
		{ CERTIFICATE, "card", false, 0 },
		{ CERTIFICATE, "card", true, 0 },
		{ CERTIFICATE, "child", false, JPKI_ERR_CHANGED },
		{ CERTIFICATE, "child", true, JPKI_ERR_CHANGED },
	};
	struct jpki_kept *kept;
	struct jpki_cert *cert;
	struct fixture f;
	unsigned epoch;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		start(&f, "card");
		kept = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
		if (table[i].known == SIGNATURE)
			assert_int_equal(sign(&f, kept), 0);
		if (table[i].known == CERTIFICATE) {
			assert_int_equal(jpki_shared_cert(f.ctx, f.shared,
			    f.epoch, JPKI_SLOT_AUTH, NULL, 2, &cert), 0);
			jpki_cert_free(&cert);
		}
		tempcard_insert(f.path, table[i].card);
		f.verify = 0;
		if (table[i].child) {
			sign_in_child(&f, JPKI_KEY_AUTH, kept, table[i].want);
		} else {
			assert_int_equal(sign(&f, kept), table[i].want);
			assert_int_equal(f.verify, table[i].want == 0);
			assert_int_equal(strstr(jpki_ctx_errmsg(f.ctx),
			    "nothing was read before") != NULL,
			    table[i].known == NOTHING);
		}
		assert_int_equal(jpki_shared_open(f.ctx, f.shared, &epoch), 0);
		assert_int_equal(epoch != f.epoch, table[i].want != 0);
		assert_int_equal(tries(&f, JPKI_PIN_AUTH), 3);
		jpki_kept_free(&kept);
		finish(&f);
	}
}

/* A card that was away while another one was in the reader: its PIN serves
 * again, and the other card never hears of it. */
static void
comes_back(void **state)
{
	static const char *const cards[] = {
		"child", "card", "android", "child", "card"
	};
	struct jpki_kept *kept;
	struct fixture f;
	unsigned epoch, child = 0;
	size_t i;

	(void)state;
	start(&f, "card");
	kept = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	assert_int_equal(sign(&f, kept), 0);
	for (i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		bool back = strcmp(cards[i], "card") == 0;

		tempcard_insert(f.path, cards[i]);
		f.verify = 0;
		assert_int_equal(sign(&f, kept), back ? 0 : JPKI_ERR_CHANGED);
		assert_int_equal(f.verify, back);
		/* With the card still there, too. */
		assert_int_equal(sign(&f, kept), back ? 0 : JPKI_ERR_CHANGED);
		assert_int_equal(f.verify, 2 * back);
		assert_int_equal(jpki_shared_open(f.ctx, f.shared, &epoch), 0);
		assert_int_equal(epoch == f.epoch, back);
		if (strcmp(cards[i], "child") == 0) {
			assert_true(child == 0 || child == epoch);
			child = epoch;
		}
		sign_in_child(&f, JPKI_KEY_AUTH, kept,
		    back ? 0 : JPKI_ERR_CHANGED);
	}
	jpki_kept_free(&kept);
	finish(&f);
}

/* The sign key is known again, too: one READ more with its certificate, or
 * with its first signature. */
static void
sign_comes_back(void **state)
{
	struct jpki_kept *kept;
	struct jpki_cert *cert = NULL;
	struct fixture f;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		start(&f, "card");
		kept = keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
		if (i == 0)
			assert_int_equal(jpki_shared_cert(f.ctx, f.shared,
			    f.epoch, JPKI_SLOT_SIGN, kept, 2, &cert), 0);
		else
			assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN,
			    kept), 0);
		tempcard_insert(f.path, "child");
		assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
		    JPKI_ERR_CHANGED);
		tempcard_insert(f.path, "card");
		assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept), 0);
		f.all = 0;
		assert_int_equal(sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept), 0);
		assert_int_equal(f.all, 5);
		jpki_cert_free(&cert);
		jpki_kept_free(&kept);
		finish(&f);
	}
}

/* Nothing of an earlier card is given out, and a PIN that was given for one
 * shared card is not sent by another. */
static void
epochs(void **state)
{
	struct fixture f, other;
	struct jpki_kept *kept;
	struct jpki_cert *cert;
	unsigned epoch;

	(void)state;
	start(&f, "card");
	start(&other, "child");
	kept = keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(sign(&other, kept), JPKI_ERR_CHANGED);
	assert_int_equal(other.verify, 0);
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_AUTH, NULL, 2, &cert), 0);
	jpki_cert_free(&cert);
	tempcard_insert(f.path, "child");
	assert_int_equal(jpki_shared_open(f.ctx, f.shared, &epoch), 0);
	assert_int_not_equal(epoch, f.epoch);
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_AUTH, NULL, 2, &cert), JPKI_ERR_CHANGED);
	assert_null(cert);
	jpki_kept_free(&kept);
	finish(&other);
	finish(&f);
}

/* A signature that does not fit the certificate stays here: the caller's, or
 * the one that was read. */
static void
misfits(void **state)
{
	struct fixture f, other;
	struct jpki_kept *kept;
	struct jpki_cert *right, *wrong_one;

	(void)state;
	start(&f, "card");
	start(&other, "child");
	kept = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_AUTH, NULL, 2, &right), 0);
	assert_int_equal(jpki_shared_cert(other.ctx, other.shared, other.epoch,
	    JPKI_SLOT_AUTH, NULL, 2, &wrong_one), 0);
	assert_int_equal(sign_for(f.ctx, &f, JPKI_KEY_AUTH, kept, right), 0);
	assert_int_equal(sign_for(f.ctx, &f, JPKI_KEY_AUTH, kept, wrong_one),
	    JPKI_ERR_SIGNATURE);
	assert_int_equal(jpki_ctx_err(f.ctx), JPKI_ERR_SIGNATURE);
	assert_int_equal(sign(&f, kept), 0);
	jpki_cert_free(&right);
	jpki_cert_free(&wrong_one);
	jpki_kept_free(&kept);
	finish(&other);
	finish(&f);
}

/* No signature leaves that the card's own certificate does not confirm, whether
 * that was read, given, or only its first bytes are known. */
static void
liars(void **state)
{
	enum { NOTHING, READ, GIVEN, N_KNOWN };
	static const struct {
		const char *signature;
		enum jpki_padding padding;
		int want;
	} table[] = {
		{ "right", JPKI_PADDING_PKCS1, 0 },
		{ "right", JPKI_PADDING_PSS, 0 },
		{ "zeros", JPKI_PADDING_PKCS1, JPKI_ERR_SIGNATURE },
		{ "zeros", JPKI_PADDING_PSS, JPKI_ERR_SIGNATURE },
		{ "other", JPKI_PADDING_PKCS1, JPKI_ERR_SIGNATURE },
		{ "other", JPKI_PADDING_PSS, JPKI_ERR_SIGNATURE },
		{ "flipped", JPKI_PADDING_PKCS1, JPKI_ERR_SIGNATURE },
		{ "salt-0", JPKI_PADDING_PSS, JPKI_ERR_SIGNATURE },
		{ "salt-20", JPKI_PADDING_PSS, JPKI_ERR_SIGNATURE },
		{ "salt-64", JPKI_PADDING_PSS, JPKI_ERR_SIGNATURE },
		{ "salt-0", JPKI_PADDING_PKCS1, 0 },
	};
	static const uint8_t digest[32] = { 7 }, nothing[256];
	struct jpki_cert *cert = NULL, *sealed = NULL;
	struct jpki_signing what = { .size = sizeof(what),
		.md = JPKI_MD_SHA256, .digest = digest,
		.digest_len = sizeof(digest) };
	struct jpki_kept *auth, *seal;
	struct jpki_softcard *soft;
	struct fixture f;
	uint8_t sig[256];
	size_t i, len;
	int known;

	(void)state;
	for (i = 0; i < N_KNOWN * sizeof(table) / sizeof(table[0]); i++) {
		known = (int)(i % N_KNOWN);
		start(&f, "card");
		auth = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
		seal = keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
		if (known != NOTHING) {
			assert_int_equal(jpki_shared_cert(f.ctx, f.shared,
			    f.epoch, JPKI_SLOT_AUTH, NULL, 2, &cert), 0);
			assert_int_equal(jpki_shared_cert(f.ctx, f.shared,
			    f.epoch, JPKI_SLOT_SIGN, seal, 2, &sealed), 0);
		}
		row("%s, %d, known %d", table[i / N_KNOWN].signature,
		    (int)table[i / N_KNOWN].padding, known);
		assert_int_equal(jpki_softcard_open(f.ctx, f.path, &soft), 0);
		assert_int_equal(jpki_softcard_set(soft, "signature",
		    table[i / N_KNOWN].signature), 0);
		jpki_softcard_free(&soft);
		/* Its power goes: then it is so. */
		assert_int_equal(jpki_shared_try(f.ctx, f.shared, auth, 2,
		    NULL), 0);
		what.padding = table[i / N_KNOWN].padding;
		for (what.key = JPKI_KEY_AUTH; what.key <= JPKI_KEY_SIGN;
		    what.key++) {
			memset(sig, 1, sizeof(sig));
			what.cert = known != GIVEN ? NULL :
			    what.key == JPKI_KEY_AUTH ? cert : sealed;
			assert_int_equal(jpki_shared_sign(f.ctx, f.shared,
			    &what, what.key == JPKI_KEY_AUTH ? auth : seal, 2,
			    sig, sizeof(sig), &len),
			    table[i / N_KNOWN].want);
			if (table[i / N_KNOWN].want != 0)
				assert_memory_equal(sig, nothing, sizeof(sig));
			/* It was not the PIN's fault. */
			assert_int_equal(jpki_kept_state(auth),
			    JPKI_KEPT_RIGHT);
		}
		jpki_cert_free(&cert);
		jpki_cert_free(&sealed);
		jpki_kept_free(&auth);
		jpki_kept_free(&seal);
		finish(&f);
	}
}

/* The run that opens the card is the first that works: what is asked of a card
 * that was not opened yet, and what that costs. */
static void
opening_runs(void **state)
{
	enum { CERT, READY_AUTH, READY_SIGN };
	static const struct {
		const char *card;
		int call, want, commands;
	} table[] = {
		{ "card", CERT, 0, 3 + 7 },
		{ "card", READY_AUTH, 0, 3 },
		{ "card", READY_SIGN, 0, 4 },
		/* No such counter: it does not tell about short ids. */
		{ "child", READY_SIGN, JPKI_ERR_NOT_ON_CARD, 7 },
		{ "android", CERT, JPKI_ERR_NEEDS_PIN, 3 },
		{ "android", READY_SIGN, 0, 4 },
	};
	struct jpki_shared *fresh;
	struct jpki_cards *cards;
	struct jpki_cert *cert = NULL;
	struct fixture f;
	unsigned epoch;
	size_t i;
	int left, r;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("row %zu, %s", i, table[i].card);
		start(&f, table[i].card);
		assert_int_equal(jpki_cards_new(f.ctx, &cards), 0);
		assert_int_equal(jpki_cards_get(f.ctx, cards, f.reader, NULL,
		    &fresh), 0);
		f.all = 0;
		r = table[i].call == CERT ? jpki_shared_cert(f.ctx, fresh, 0,
		    JPKI_SLOT_AUTH, NULL, 2, &cert) :
		    jpki_shared_ready(f.ctx, fresh,
		    table[i].call == READY_AUTH ? JPKI_PIN_AUTH :
		    JPKI_PIN_SIGN, 2, &left);
		assert_int_equal(r, table[i].want);
		assert_true(f.all <= table[i].commands);
		jpki_cert_free(&cert);
		/* The epoch, and the certificate again, cost nothing more. */
		f.all = 0;
		assert_int_equal(jpki_shared_open(f.ctx, fresh, &epoch), 0);
		if (table[i].call == CERT && r == 0)
			assert_int_equal(jpki_shared_cert(f.ctx, fresh, epoch,
			    JPKI_SLOT_AUTH, NULL, 2, &cert), 0);
		assert_int_equal(f.all, 0);
		jpki_cert_free(&cert);
		jpki_cards_free(&cards);
		finish(&f);
	}
}

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
	struct fixture f;
	uint8_t sig[256];
	size_t i, len;

	(void)state;
	start(&f, "card");
	kept = keep(&f, JPKI_PIN_AUTH, "9999", 0);
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
	finish(&f);
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
	struct fixture f;
	uint8_t *theirs, sig[256];
	size_t i, len;

	(void)state;
	start(&f, "card");
	kept = keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
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
	finish(&f);
}

/* A card with a serial number is waited for, not any card. */
static void
serial(void **state)
{
	struct jpki_shared *shared;
	char text[JPKI_INFO_MAX], reader[JPKI_INFO_MAX];
	struct jpki_card *card;
	struct fixture f;
	unsigned epoch;

	(void)state;
	start(&f, "card");
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
	finish(&f);
}

#define N_THREADS 8

struct worker {
	struct fixture *f;
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

	jpki_ctx_set_log(ctx, count, worker->f);
	for (i = 0; i < 4; i++)
		if (sign_on(ctx, worker->f, JPKI_KEY_AUTH, worker->kept) !=
		    worker->want || jpki_ctx_err(ctx) != worker->want)
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
	struct fixture f;
	size_t i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		atomic_int surprises = 0;
		struct worker worker = { &f, NULL, table[i].want, &surprises };

		start(&f, "card");
		worker.kept = keep(&f, JPKI_PIN_AUTH, table[i].pin, 0);
		for (j = 0; j < N_THREADS; j++)
			assert_int_equal(pthread_create(&ids[j], NULL, work,
			    &worker), 0);
		for (j = 0; j < N_THREADS; j++)
			assert_int_equal(pthread_join(ids[j], NULL), 0);
		assert_int_equal(surprises, 0);
		assert_int_equal(f.verify, table[i].verify);
		assert_int_equal(tries(&f, JPKI_PIN_AUTH), table[i].left);
		jpki_kept_free(&worker.kept);
		finish(&f);
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
		cmocka_unit_test(uses),
		cmocka_unit_test(wrong),
		cmocka_unit_test(wrong_again),
		cmocka_unit_test(forked),
		cmocka_unit_test(one_try_for_all),
		cmocka_unit_test(same_in_a_child),
		cmocka_unit_test(same_at_once),
		cmocka_unit_test(same_after_a_child),
		cmocka_unit_test(no_vain_reads),
		cmocka_unit_test(sent_elsewhere),
		cmocka_unit_test(put_back),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(sign_comes_back),
		cmocka_unit_test(epochs),
		cmocka_unit_test(misfits),
		ROW_TEST(liars),
		ROW_TEST(opening_runs),
		ROW_TEST(careless),
		ROW_TEST(signing_grows),
		cmocka_unit_test(serial),
		cmocka_unit_test(threads),
		cmocka_unit_test(mutexes),
		cmocka_unit_test(arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
