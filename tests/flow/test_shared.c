/* SPDX-License-Identifier: Apache-2.0 */
/* PINs of shared cards: how often they are sent, by threads and processes. */
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "card/kept_pin.h"
#include "share.h"

/* A certificate is read once; a right PIN serves many signatures. */
static void
uses(void **state)
{
	struct jpki_cert *cert, *again;
	struct jpki_kept *kept;
	struct share f;
	bool present = false;
	int left;

	(void)state;
	share_start(&f, "card");
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

	kept = share_keep(&f, JPKI_PIN_SIGN, "abc123", 2);
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
	assert_int_equal(share_sign(&f, kept), JPKI_ERR_USAGE);
	assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept), 0);
	assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_ENDED);
	f.all = 0;
	assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
	    JPKI_ERR_NEEDS_PIN);
	assert_int_equal(f.all, 0);
	assert_int_equal(share_sign(&f, NULL), JPKI_ERR_NEEDS_PIN);
	jpki_kept_free(&kept);
	share_finish(&f);
}

/* A wrong PIN is sent once, here and in forked processes; what was said is on
 * the caller's context. A PIN of the wrong shape is not even kept. */
static void
wrong(void **state)
{
	struct jpki_kept *kept;
	struct share f;
	int i;

	(void)state;
	share_start(&f, "card");
	assert_int_equal(jpki_kept_new(f.ctx, JPKI_PIN_AUTH, "12345", 5,
	    f.epoch, 0, &kept), JPKI_ERR_PIN_FORMAT);
	assert_null(kept);
	kept = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(share_sign(&f, kept), JPKI_ERR_PIN_WRONG);
	assert_int_equal(jpki_ctx_err(f.ctx), JPKI_ERR_PIN_WRONG);
	assert_int_equal(jpki_ctx_err_sw(f.ctx), 0x63c2);
	assert_non_null(strstr(jpki_ctx_errmsg(f.ctx), "2 tries left"));
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_REFUSED);
	for (i = 0; i < 3; i++) {
		assert_int_equal(share_sign(&f, kept), JPKI_ERR_PIN_WRONG);
		share_sign_in_child(&f, JPKI_KEY_AUTH, kept,
		    JPKI_ERR_PIN_WRONG);
	}
	assert_int_equal(f.verify, 1);
	assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 2);
	jpki_kept_free(&kept);

	/* With too few tries left nothing is sent, and the PIN stays. */
	kept = share_keep(&f, JPKI_PIN_AUTH, "9998", 0);
	assert_int_equal(share_sign(&f, kept), JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	kept = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	assert_int_equal(share_sign(&f, kept), JPKI_ERR_PIN_LAST_TRY);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_UNTRIED);
	assert_int_equal(f.verify, 2);
	assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 1);
	jpki_kept_free(&kept);
	share_finish(&f);
}

/* Who is asked again and gives the same answer spends no second try, and one
 * secret says nothing of the other; until the right PIN filled the counter. */
static void
wrong_again(void **state)
{
	static const char *const same[] = { "wrong1", "WRONG1", "ｗrong1" };
	struct jpki_kept *kept, *right;
	struct share f;
	size_t i;

	(void)state;
	share_start(&f, "card");
	for (i = 0; i < 3; i++) {
		kept = share_keep(&f, JPKI_PIN_SIGN, same[i], 0);
		assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
		    JPKI_ERR_PIN_WRONG);
		assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_REFUSED);
		assert_non_null(strstr(jpki_ctx_errmsg(f.ctx),
		    "4 tries left"));
		jpki_kept_free(&kept);
	}
	assert_int_equal(f.verify, 1);
	kept = share_keep(&f, JPKI_PIN_SIGN, "wrong2", 0);
	assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
	    JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	assert_int_equal(share_tries(&f, JPKI_PIN_SIGN), 3);

	right = share_keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
	assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, right), 0);
	kept = share_keep(&f, JPKI_PIN_SIGN, "wrong2", 0);
	assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
	    JPKI_ERR_PIN_WRONG);
	assert_int_equal(share_tries(&f, JPKI_PIN_SIGN), 4);
	jpki_kept_free(&kept);
	jpki_kept_free(&right);
	share_finish(&f);
}

/* The auth PIN goes on in a forked process, the sign password does not; the
 * parent's session is left alone. */
static void
forked(void **state)
{
	struct jpki_kept *auth, *seal;
	struct share f;

	(void)state;
	share_start(&f, "card");
	auth = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	seal = share_keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
	share_sign_in_child(&f, JPKI_KEY_AUTH, auth, 0);
	assert_int_equal(share_sign(&f, auth), 0);
	share_sign_in_child(&f, JPKI_KEY_AUTH, auth, 0);
	share_sign_in_child(&f, JPKI_KEY_SIGN, seal, JPKI_ERR_NEEDS_PIN);
	assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, seal), 0);
	assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 3);
	assert_int_equal(share_tries(&f, JPKI_PIN_SIGN), 5);
	jpki_kept_free(&auth);
	jpki_kept_free(&seal);
	share_finish(&f);
}

/* Processes that start at the same moment with a PIN that nobody has tried:
 * the first one to find out spends the try of all. */
static void
one_try_for_all(void **state)
{
	struct jpki_kept *kept;
	struct share f;
	int i, status, gate[2];
	pid_t pid[4];
	char byte;

	(void)state;
	share_start(&f, "card");
	kept = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < 4; i++) {
		assert_true((pid[i] = fork()) >= 0);
		if (pid[i] == 0) {
			alarm(600);
			close(gate[1]);
			_exit(read(gate[0], &byte, 1) == 0 &&
			    share_sign(&f, kept) == JPKI_ERR_PIN_WRONG ? 0 : 1);
		}
	}
	close(gate[1]);
	assert_int_equal(share_sign(&f, kept), JPKI_ERR_PIN_WRONG);
	for (i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	close(gate[0]);
	assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 2);
	jpki_kept_free(&kept);
	share_finish(&f);
}

/* Two keys with the same wrong PIN, and a process that has copies of both and
 * did not see either refused. */
static void
same_in_a_child(void **state)
{
	struct jpki_kept *one, *two;
	struct share f;
	int status = -1, gate[2];
	pid_t pid;
	char byte;

	(void)state;
	share_start(&f, "card");
	one = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	two = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(pipe(gate), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		close(gate[1]);
		_exit(read(gate[0], &byte, 1) == 0 &&
		    share_sign(&f, two) == JPKI_ERR_PIN_WRONG ? 0 : 1);
	}
	assert_int_equal(share_sign(&f, one), JPKI_ERR_PIN_WRONG);
	assert_int_equal(share_sign(&f, two), JPKI_ERR_PIN_WRONG);
	close(gate[0]);
	close(gate[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 2);
	jpki_kept_free(&one);
	jpki_kept_free(&two);
	share_finish(&f);
}

/* Workers that were each given the same wrong PIN, and wait for the card all
 * at once: the first one's answer is the others'. */
static void
same_at_once(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *other;
	struct jpki_kept *kept;
	struct share f;
	pid_t pid[4];
	int i, status;

	(void)state;
	share_start(&f, "card");
	assert_int_equal(jpki_card_open(ctx, f.reader, &other), 0);
	assert_int_equal(jpki_card_begin(other), 0);
	for (i = 0; i < 4; i++) {
		assert_true((pid[i] = fork()) >= 0);
		if (pid[i] == 0) {
			alarm(600);
			kept = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
			_exit(share_sign(&f, kept) ==
			    JPKI_ERR_PIN_WRONG ? 0 : 1);
		}
	}
	(void)usleep(300000);
	assert_int_equal(jpki_card_end(other), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 2);
	jpki_card_close(&other);
	jpki_ctx_free(&ctx);
	share_finish(&f);
}

/* A worker learns that a PIN is wrong; then the key is loaded anew, by its
 * parent and by another worker. */
static void
same_after_a_child(void **state)
{
	struct jpki_kept *kept;
	struct share f;

	(void)state;
	share_start(&f, "card");
	kept = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	share_sign_in_child(&f, JPKI_KEY_AUTH, kept, JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	kept = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	share_sign_in_child(&f, JPKI_KEY_AUTH, kept, JPKI_ERR_PIN_WRONG);
	assert_int_equal(share_sign(&f, kept), JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 2);
	share_finish(&f);
}

/* A phone, whose auth certificate needs its PIN: it is not asked for it each
 * time. */
static void
no_vain_reads(void **state)
{
	struct jpki_kept *kept;
	struct share f;
	int i;

	(void)state;
	share_start(&f, "android");
	kept = share_keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
	for (i = 0; i < 3; i++) {
		f.all = 0;
		assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN,
		    kept), 0);
		/* The first one reads the certificate, as the label does not
		 * tell the kind of key. */
		assert_true(i == 0 || f.all == 5);
	}
	jpki_kept_free(&kept);
	share_finish(&f);
}

/* A process that is just sending the same PIN is waited for. */
static void
sent_elsewhere(void **state)
{
	struct jpki_kept *kept;
	struct jpki_card *card;
	struct share f;
	int gate[2], status = -1;
	pid_t pid;
	char byte = 0;

	(void)state;
	share_start(&f, "card");
	kept = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
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
	assert_int_equal(share_sign(&f, kept), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(gate[0]);
	close(gate[1]);
	jpki_kept_free(&kept);
	share_finish(&f);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
