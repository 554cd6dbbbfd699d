/* SPDX-License-Identifier: Apache-2.0 */
/* The session on the software card: what works, and what is told when not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "card/card.h"
#include "tempcard.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AUTH_PIN "1234", 4
#define SIGN_PIN "ABC123", 6

struct fixture {
	struct jpki_ctx *ctx;
	char dir[TEMPCARD_MAX];
	char reader[TEMPCARD_MAX + 8];
	unsigned commands, verifies;
};

static void
count(void *arg, enum jpki_log_level level, const char *line)
{
	struct fixture *f = arg;

	if (level != JPKI_LOG_TRACE)
		return;
	f->commands++;
	/* VERIFY with data: "> 002000xx [PIN] : ..." */
	if (strncmp(line, "> 002000", 8) == 0 && strstr(line, "[PIN]"))
		f->verifies++;
}

static int
setup_as(void **state, const char *name)
{
	struct fixture *f = calloc(1, sizeof(*f));

	tempcard_make(name, f->dir);
	snprintf(f->reader, sizeof(f->reader), "soft:%s", f->dir);
	f->ctx = jpki_ctx_new();
	jpki_ctx_set_log(f->ctx, count, f);
	*state = f;
	return 0;
}

static int
setup(void **state)
{
	return setup_as(state, "card");
}

static int
setup_child(void **state)
{
	return setup_as(state, "child");
}

static int
setup_android(void **state)
{
	return setup_as(state, "android");
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	jpki_ctx_free(&f->ctx);
	tempcard_remove(f->dir);
	free(f);
	return 0;
}

static void
set(struct fixture *f, const char *name, const char *value)
{
	struct jpki_softcard *soft;

	assert_int_equal(jpki_softcard_open(f->ctx, f->dir, &soft), 0);
	assert_int_equal(jpki_softcard_set(soft, name, value), 0);
	jpki_softcard_free(&soft);
}

static int
tries(struct fixture *f, enum jpki_pin pin)
{
	struct jpki_softcard *soft;
	int left = -2;

	assert_int_equal(jpki_softcard_open(f->ctx, f->dir, &soft), 0);
	assert_int_equal(jpki_softcard_tries(soft, pin, &left), 0);
	jpki_softcard_free(&soft);
	return left;
}

/* The public key of a certificate, by OpenSSL alone. */
static EVP_PKEY *
public_key(const struct jpki_cert *cert)
{
	const unsigned char *der;
	EVP_PKEY *key;
	size_t len;
	X509 *x;

	der = jpki_cert_der(cert, &len);
	assert_non_null(x = d2i_X509(NULL, &der, (long)len));
	assert_non_null(key = X509_get_pubkey(x));
	X509_free(x);
	return key;
}

static int
verified(EVP_PKEY *key, enum jpki_padding padding, const EVP_MD *md,
    const uint8_t *digest, size_t digest_len, const uint8_t *sig, size_t len)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
	int ok;

	assert_int_equal(EVP_PKEY_verify_init(c), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(c,
	    padding == JPKI_PADDING_PSS ? RSA_PKCS1_PSS_PADDING :
	    RSA_PKCS1_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(c, md), 1);
	if (padding == JPKI_PADDING_PSS)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(c,
		    RSA_PSS_SALTLEN_DIGEST), 1);
	ok = EVP_PKEY_verify(c, sig, len, digest, digest_len);
	EVP_PKEY_CTX_free(c);
	return ok;
}

static void
all_signatures(struct fixture *f, bool know_cert)
{
	static const struct {
		enum jpki_padding padding;
		enum jpki_md md;
		size_t len;
	} kinds[] = {
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA256, 32 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA384, 48 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA512, 64 },
		{ JPKI_PADDING_PSS, JPKI_MD_SHA256, 32 },
	};
	static const uint8_t digest[64] = { 1, 2, 3 };
	static const enum jpki_key keys[] = { JPKI_KEY_AUTH, JPKI_KEY_SIGN };
	const EVP_MD *mds[] = { NULL, EVP_sha256(), EVP_sha384(),
	    EVP_sha512() };
	struct jpki_card *card;
	struct jpki_cert *cert;
	EVP_PKEY *pub;
	uint8_t sig[N(kinds)][512];
	size_t i, k, len;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	for (k = 0; k < N(keys); k++) {
		assert_int_equal(jpki_card_begin(card), 0);
		assert_int_equal(keys[k] == JPKI_KEY_AUTH ?
		    jpki_pin_verify(card, JPKI_PIN_AUTH, AUTH_PIN, 2, NULL) :
		    jpki_pin_verify(card, JPKI_PIN_SIGN, SIGN_PIN, 2, NULL),
		    0);
		if (know_cert)
			assert_int_equal(jpki_card_cert(card,
			    jpki_key_slot(keys[k]), &cert), 0);
		for (i = 0; i < N(kinds); i++) {
			assert_int_equal(jpki_card_sign(card, keys[k],
			    kinds[i].padding, kinds[i].md, digest,
			    kinds[i].len, sig[i], sizeof(sig[i]), &len), 0);
			assert_int_equal(len, 256);
		}
		if (!know_cert)
			assert_int_equal(jpki_card_cert(card,
			    jpki_key_slot(keys[k]), &cert), 0);
		assert_int_equal(jpki_card_end(card), 0);
		pub = public_key(cert);
		for (i = 0; i < N(kinds); i++)
			assert_int_equal(verified(pub, kinds[i].padding,
			    mds[kinds[i].md], digest, kinds[i].len, sig[i],
			    256), 1);
		EVP_PKEY_free(pub);
		jpki_cert_free(&cert);
	}
	jpki_card_close(&card);
	assert_int_equal(tries(f, JPKI_PIN_AUTH), 3);
	assert_int_equal(tries(f, JPKI_PIN_SIGN), 5);
}

static void
signatures_verify(void **state)
{
	all_signatures(*state, true);
	all_signatures(*state, false);
}

/* The same on cards that differ. */
static void
signatures_on_other_cards(void **state)
{
	static const char *const switches[][2] = {
		{ "sfi", "off" }, { "sfi", "on" }, { "extended", "on" },
		{ "filler", "700" }, { "extended", "off" },
		{ "first-6f00", "on" }, { "reselect", "clear" },
		{ "filler", "0" }, { "blocked-sw", "6983" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < N(switches); i++) {
		set(f, switches[i][0], switches[i][1]);
		all_signatures(f, true);
	}
}

/* Round trips are counted. */
static void
command_budget(void **state)
{
	static const uint8_t digest[32];
	struct fixture *f = *state;
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len;
	int i;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(f->commands, 3);
	f->commands = 0;
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_SIGN, SIGN_PIN, 2,
	    NULL), 0);
	for (i = 0; i < 100; i++)
		assert_int_equal(jpki_card_sign(card, JPKI_KEY_SIGN,
		    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig,
		    sizeof(sig), &len), 0);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(f->commands, 3 + 3 + 100 + 1);
	assert_int_equal(f->verifies, 1);
	jpki_card_close(&card);
}

static void
certificate_reads(void **state)
{
	struct fixture *f = *state;
	struct jpki_cert *cert;
	struct jpki_card *card;
	int64_t from, until;
	size_t len;
	int slot;

	set(f, "filler", "300");
	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	for (slot = JPKI_SLOT_AUTH; slot <= JPKI_SLOT_SIGN_CA; slot++) {
		int want = slot == JPKI_SLOT_SIGN ? JPKI_ERR_NEEDS_PIN : 0;

		f->commands = 0;
		assert_int_equal(jpki_card_cert(card, (enum jpki_slot)slot,
		    &cert), want);
		if (want != 0)
			continue;
		(void)jpki_cert_der(cert, &len);
		assert_true(len > 1200 && len < 2000);
		/* SELECT, then 256 bytes each: the filler is not read. */
		assert_int_equal(f->commands, 1 + (len + 255) / 256);
		jpki_cert_validity(cert, &from, &until);
		assert_true(from < until);
		/* 14:59:59Z: the whole last day in Japan. */
		assert_int_equal(until % 86400, 14 * 3600 + 59 * 60 + 59);
		jpki_cert_free(&cert);
	}
	jpki_card_close(&card);
	set(f, "extended", "on");
	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	f->commands = 0;
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert), 0);
	assert_int_equal(f->commands, 2);
	jpki_cert_free(&cert);
	jpki_card_close(&card);
}

static int
verify_once(struct fixture *f, enum jpki_pin pin, const char *text,
    int min_tries)
{
	struct jpki_card *card;
	int r;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	r = jpki_pin_verify(card, pin, text, strlen(text), min_tries, NULL);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	return r;
}

static void
tries_are_guarded(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(verify_once(f, JPKI_PIN_AUTH, "0000", 2),
	    JPKI_ERR_PIN_WRONG);
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), "2 tries left"));
	assert_int_equal(verify_once(f, JPKI_PIN_AUTH, "0000", 2),
	    JPKI_ERR_PIN_WRONG);
	assert_int_equal(tries(f, JPKI_PIN_AUTH), 1);
	assert_int_equal(verify_once(f, JPKI_PIN_AUTH, "1234", 2),
	    JPKI_ERR_PIN_LAST_TRY);
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), "1 try left"));
	assert_int_equal(tries(f, JPKI_PIN_AUTH), 1);
	assert_int_equal(verify_once(f, JPKI_PIN_AUTH, "1234", 1), 0);
	assert_int_equal(tries(f, JPKI_PIN_AUTH), 3);
	/* All the way down, by insisting. */
	assert_int_equal(verify_once(f, JPKI_PIN_TEXT, "0000", 2),
	    JPKI_ERR_PIN_WRONG);
	assert_int_equal(verify_once(f, JPKI_PIN_TEXT, "0000", 2),
	    JPKI_ERR_PIN_WRONG);
	assert_int_equal(verify_once(f, JPKI_PIN_TEXT, "0000", 1),
	    JPKI_ERR_PIN_BLOCKED);
	f->verifies = 0;
	assert_int_equal(verify_once(f, JPKI_PIN_TEXT, "5678", 1),
	    JPKI_ERR_PIN_BLOCKED);
	assert_int_equal(f->verifies, 0);
	assert_int_equal(tries(f, JPKI_PIN_TEXT), 0);
	/* The town hall. */
	{
		struct jpki_softcard *soft;

		assert_int_equal(jpki_softcard_open(f->ctx, f->dir, &soft), 0);
		assert_int_equal(jpki_softcard_unlock(soft), 0);
		jpki_softcard_free(&soft);
	}
	assert_int_equal(verify_once(f, JPKI_PIN_TEXT, "5678", 2), 0);
}

static void
passwords_are_raised(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(verify_once(f, JPKI_PIN_SIGN, "abc123", 2), 0);
	assert_int_equal(verify_once(f, JPKI_PIN_SIGN, "ａＢＣ１２３", 2), 0);
	assert_int_equal(verify_once(f, JPKI_PIN_SIGN, "ABC12", 2),
	    JPKI_ERR_PIN_FORMAT);
	assert_int_equal(tries(f, JPKI_PIN_SIGN), 5);
}

static void
pins_change(void **state)
{
	struct fixture *f = *state;
	struct jpki_card *card;
	int left;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_SIGN, SIGN_PIN,
	    "new4567890", 10, 2, 0, &left), 0);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_TEXT, "5678", 4,
	    "0937", 4, 2, 0, &left), 0);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_AUTH, "9999", 4,
	    "0937", 4, 2, 0, &left), JPKI_ERR_PIN_WRONG);
	assert_int_equal(left, 2);
	jpki_card_close(&card);
	assert_int_equal(verify_once(f, JPKI_PIN_SIGN, "NEW4567890", 2), 0);
	assert_int_equal(verify_once(f, JPKI_PIN_TEXT, "0937", 2), 0);
	assert_int_equal(verify_once(f, JPKI_PIN_AUTH, "1234", 2), 0);
}

static void
child_without_sign(void **state)
{
	struct fixture *f = *state;
	struct jpki_card *card;
	struct jpki_cert *cert;
	bool present;
	int left;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(jpki_card_present(card, JPKI_SLOT_SIGN, &present), 0);
	assert_false(present);
	assert_int_equal(jpki_card_present(card, JPKI_SLOT_AUTH, &present), 0);
	assert_true(present);
	assert_int_equal(jpki_pin_tries(card, JPKI_PIN_SIGN, &left),
	    JPKI_ERR_NOT_ON_CARD);
	jpki_ctx_set_lang(f->ctx, JPKI_LANG_JA);
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_SIGN, &cert),
	    JPKI_ERR_NOT_ON_CARD);
	assert_string_equal(jpki_ctx_errmsg(f->ctx),
	    "このカードにはありません：署名用電子証明書");
	assert_string_equal(jpki_ctx_errhint(f->ctx),
	    jpki_strhint(JPKI_ERR_NOT_ON_CARD, JPKI_LANG_JA));
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert), 0);
	jpki_cert_free(&cert);
	jpki_card_close(&card);
}

static void
android_guards_its_certificate(void **state)
{
	static const uint8_t digest[32];
	struct fixture *f = *state;
	struct jpki_card *card;
	struct jpki_cert *cert;
	uint8_t sig[256];
	size_t len;
	int left;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(jpki_card_carrier(card), JPKI_CARRIER_ANDROID);
	/* No text application, and advice that fits that. */
	assert_int_equal(jpki_pin_tries(card, JPKI_PIN_TEXT, &left),
	    JPKI_ERR_NOT_ON_CARD);
	assert_non_null(strstr(jpki_ctx_errhint(f->ctx), "Phones"));
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_NEEDS_PIN);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, AUTH_PIN, 2,
	    NULL), 0);
	/* RSA-2048 is not taken for granted here: the certificate is read. */
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), 0);
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert), 0);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_cert_free(&cert);
	jpki_card_close(&card);
}

static void
no_pss(void **state)
{
	static const uint8_t digest[32];
	struct fixture *f = *state;
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len;

	set(f, "pss", "off");
	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, AUTH_PIN, 2,
	    NULL), 0);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH, JPKI_PADDING_PSS,
	    JPKI_MD_SHA256, digest, 32, sig, sizeof(sig), &len),
	    JPKI_ERR_NO_PSS);
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), "PKCS#1 v1.5"));
	assert_non_null(strstr(jpki_ctx_errhint(f->ctx), "version 1.2"));
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), 0);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
}

/* The folder holds another card now: noticed before a PIN is sent. */
static void
swapped(void **state)
{
	struct fixture *f = *state;
	char other[TEMPCARD_MAX], aside[TEMPCARD_MAX + 8];
	struct jpki_card *card;
	uint64_t insertion;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	tempcard_make("child", other);
	snprintf(aside, sizeof(aside), "%s.aside", f->dir);
	assert_int_equal(rename(f->dir, aside), 0);
	assert_int_equal(rename(other, f->dir), 0);
	f->commands = 0;
	assert_int_equal(jpki_card_begin(card), JPKI_ERR_CHANGED);
	assert_int_equal(f->commands, 0);
	insertion = jpkip_link_insertion(&card->link);
	assert_true(insertion != 0);
	jpki_card_close(&card);
	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_true(jpkip_link_insertion(&card->link) != insertion);
	jpki_card_close(&card);
	tempcard_remove(aside);
}

static void
no_card(void **state)
{
	struct fixture *f = *state;
	struct jpki_card *card;

	assert_int_equal(jpki_card_open(f->ctx, "soft:/nowhere/card", &card),
	    JPKI_ERR_NO_CARD);
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), "/nowhere/card"));
	assert_int_equal(jpki_card_open(f->ctx, "soft:", &card),
	    JPKI_ERR_NO_CARD);
}

static void
reader_from_environment(void **state)
{
	struct fixture *f = *state;
	struct jpki_ctx *ctx;
	struct jpki_card *card;

	setenv("JPKI_READER", f->reader, 1);
	ctx = jpki_ctx_new();
	unsetenv("JPKI_READER");
	assert_int_equal(jpki_card_open(ctx, NULL, &card), 0);
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(signatures_verify),
		T(signatures_on_other_cards),
		T(command_budget),
		T(certificate_reads),
		T(tries_are_guarded),
		T(passwords_are_raised),
		T(pins_change),
		cmocka_unit_test_setup_teardown(child_without_sign,
		    setup_child, teardown),
		cmocka_unit_test_setup_teardown(android_guards_its_certificate,
		    setup_android, teardown),
		T(no_pss),
		T(swapped),
		T(no_card),
		T(reader_from_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
