/* SPDX-License-Identifier: Apache-2.0 */
/* Shared cards that are swapped, put back, or lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "row.h"
#include "share.h"

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
	struct share f;
	unsigned epoch;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		share_start(&f, "card");
		kept = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
		if (table[i].known == SIGNATURE)
			assert_int_equal(share_sign(&f, kept), 0);
		if (table[i].known == CERTIFICATE) {
			assert_int_equal(jpki_shared_cert(f.ctx, f.shared,
			    f.epoch, JPKI_SLOT_AUTH, NULL, 2, &cert), 0);
			jpki_cert_free(&cert);
		}
		tempcard_insert(f.path, table[i].card);
		f.verify = 0;
		if (table[i].child) {
			share_sign_in_child(&f, JPKI_KEY_AUTH, kept,
			    table[i].want);
		} else {
			assert_int_equal(share_sign(&f, kept), table[i].want);
			assert_int_equal(f.verify, table[i].want == 0);
			assert_int_equal(strstr(jpki_ctx_errmsg(f.ctx),
			    "nothing was read before") != NULL,
			    table[i].known == NOTHING);
		}
		assert_int_equal(jpki_shared_open(f.ctx, f.shared, &epoch), 0);
		assert_int_equal(epoch != f.epoch, table[i].want != 0);
		assert_int_equal(share_tries(&f, JPKI_PIN_AUTH), 3);
		jpki_kept_free(&kept);
		share_finish(&f);
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
	struct share f;
	unsigned epoch, child = 0;
	size_t i;

	(void)state;
	share_start(&f, "card");
	kept = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	assert_int_equal(share_sign(&f, kept), 0);
	for (i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		bool back = strcmp(cards[i], "card") == 0;

		tempcard_insert(f.path, cards[i]);
		f.verify = 0;
		assert_int_equal(share_sign(&f, kept), back ? 0 :
		    JPKI_ERR_CHANGED);
		assert_int_equal(f.verify, back);
		/* With the card still there, too. */
		assert_int_equal(share_sign(&f, kept), back ? 0 :
		    JPKI_ERR_CHANGED);
		assert_int_equal(f.verify, 2 * back);
		assert_int_equal(jpki_shared_open(f.ctx, f.shared, &epoch), 0);
		assert_int_equal(epoch == f.epoch, back);
		if (strcmp(cards[i], "child") == 0) {
			assert_true(child == 0 || child == epoch);
			child = epoch;
		}
		share_sign_in_child(&f, JPKI_KEY_AUTH, kept,
		    back ? 0 : JPKI_ERR_CHANGED);
	}
	jpki_kept_free(&kept);
	share_finish(&f);
}

/* The sign key is known again, too: one READ more with its certificate, or
 * with its first signature. */
static void
sign_comes_back(void **state)
{
	struct jpki_kept *kept;
	struct jpki_cert *cert = NULL;
	struct share f;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		share_start(&f, "card");
		kept = share_keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
		if (i == 0)
			assert_int_equal(jpki_shared_cert(f.ctx, f.shared,
			    f.epoch, JPKI_SLOT_SIGN, kept, 2, &cert), 0);
		else
			assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN,
			    kept), 0);
		tempcard_insert(f.path, "child");
		assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN, kept),
		    JPKI_ERR_CHANGED);
		tempcard_insert(f.path, "card");
		assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN,
		    kept), 0);
		f.all = 0;
		assert_int_equal(share_sign_on(f.ctx, &f, JPKI_KEY_SIGN,
		    kept), 0);
		assert_int_equal(f.all, 5);
		jpki_cert_free(&cert);
		jpki_kept_free(&kept);
		share_finish(&f);
	}
}

/* Nothing of an earlier card is given out, and a PIN that was given for one
 * shared card is not sent by another. */
static void
epochs(void **state)
{
	struct share f, other;
	struct jpki_kept *kept;
	struct jpki_cert *cert;
	unsigned epoch;

	(void)state;
	share_start(&f, "card");
	share_start(&other, "child");
	kept = share_keep(&f, JPKI_PIN_AUTH, "9999", 0);
	assert_int_equal(share_sign(&other, kept), JPKI_ERR_CHANGED);
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
	share_finish(&other);
	share_finish(&f);
}

/* A signature that does not fit the certificate stays here: the caller's, or
 * the one that was read. */
static void
misfits(void **state)
{
	struct share f, other;
	struct jpki_kept *kept;
	struct jpki_cert *right, *wrong_one;

	(void)state;
	share_start(&f, "card");
	share_start(&other, "child");
	kept = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
	assert_int_equal(jpki_shared_cert(f.ctx, f.shared, f.epoch,
	    JPKI_SLOT_AUTH, NULL, 2, &right), 0);
	assert_int_equal(jpki_shared_cert(other.ctx, other.shared, other.epoch,
	    JPKI_SLOT_AUTH, NULL, 2, &wrong_one), 0);
	assert_int_equal(share_sign_for(f.ctx, &f, JPKI_KEY_AUTH, kept,
	    right), 0);
	assert_int_equal(share_sign_for(f.ctx, &f, JPKI_KEY_AUTH, kept,
	    wrong_one), JPKI_ERR_SIGNATURE);
	assert_int_equal(jpki_ctx_err(f.ctx), JPKI_ERR_SIGNATURE);
	assert_int_equal(share_sign(&f, kept), 0);
	jpki_cert_free(&right);
	jpki_cert_free(&wrong_one);
	jpki_kept_free(&kept);
	share_finish(&other);
	share_finish(&f);
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
	struct share f;
	uint8_t sig[256];
	size_t i, len;
	int known;

	(void)state;
	for (i = 0; i < N_KNOWN * sizeof(table) / sizeof(table[0]); i++) {
		known = (int)(i % N_KNOWN);
		share_start(&f, "card");
		auth = share_keep(&f, JPKI_PIN_AUTH, AUTH_PIN, 0);
		seal = share_keep(&f, JPKI_PIN_SIGN, SIGN_PIN, 0);
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
		share_finish(&f);
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
	struct share f;
	unsigned epoch;
	size_t i;
	int left, r;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("row %zu, %s", i, table[i].card);
		share_start(&f, table[i].card);
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
		share_finish(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_back),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(sign_comes_back),
		cmocka_unit_test(epochs),
		cmocka_unit_test(misfits),
		ROW_TEST(liars),
		ROW_TEST(opening_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
