/* SPDX-License-Identifier: Apache-2.0 */
/* Law 6: no signature leaves unchecked, and none is asked for that could not
 * be checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "certificate/cert_head.h"
#include "script.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define SIGN_PSS "802A0497 20" SCRIPT_ZERO32 "00"

/* Where the parts of the script's certificate begin, and its key's end. */
enum { SUBJECT = 208, KEY = 257, KEY_END = 551, HEAD = 768 };

static size_t
unhex(const char *hex, uint8_t *out)
{
	size_t n = 0;
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1 && hex[0] != ' '; hex += 2)
		out[n++] = (uint8_t)byte;
	return n;
}

/* The first bytes of the script's certificate. */
static void
script_head(uint8_t head[HEAD])
{
	size_t n = unhex(SCRIPT_HEAD_1, head);

	n += unhex(SCRIPT_HEAD_2, head + n);
	n += unhex(SCRIPT_HEAD_3, head + n);
	assert_int_equal(n, HEAD);
}

/* Building certificates */

struct der {
	uint8_t data[4096];
	size_t len;
};

static void
put(struct der *der, const void *data, size_t len)
{
	assert_true(len <= sizeof(der->data) - der->len);
	memcpy(der->data + der->len, data, len);
	der->len += len;
}

/* Puts a header before what stands there from "from" on. */
static void
wrap(struct der *der, size_t from, uint8_t tag)
{
	size_t len = der->len - from;
	uint8_t header[4] = { tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len };

	put(der, header, sizeof(header));
	memmove(der->data + from + 4, der->data + from, len);
	memcpy(der->data + from, header, 4);
}

/* The script's certificate with another key, or its own (NULL); with a subject
 * of so many bytes more; and with so many bytes after the key. */
static void
build(struct der *der, const uint8_t *key, size_t key_len, size_t longer,
    size_t after)
{
	static const uint8_t zeros[2048];
	uint8_t head[HEAD];

	script_head(head);
	der->len = 0;
	put(der, head + 8, SUBJECT - 8);
	put(der, zeros, longer);
	wrap(der, SUBJECT - 8, 0x30);
	if (key != NULL)
		put(der, key, key_len);
	else
		put(der, head + KEY, KEY_END - KEY);
	put(der, zeros, after);
	wrap(der, 0, 0x30);
	wrap(der, 0, 0x30);
}

/* The script of a run up to the head, and what the card answers to the READs
 * of a file with these bytes, as far as "reads" go. */
static struct script *
start(char hex[][600], const struct der *der, size_t reads)
{
	static char commands[16][32];
	struct script *script = script_new();
	size_t i, at, len;

	script_add_run(script);
	script_add(script, "00200098", "63C3");
	script_add(script, "00200098 04 31323334", "9000");
	for (i = 0; i < reads; i++) {
		at = 256 * i;
		assert_true(at < der->len);
		len = der->len - at < 256 ? der->len - at : 256;
		if (i == 0)
			snprintf(commands[i], sizeof(commands[i]),
			    "00B08A0000");
		else
			snprintf(commands[i], sizeof(commands[i]),
			    "00B0%04zX%02zX", at, len & 0xff);
		hex[i][0] = '\0';
		for (len += at; at < len; at++)
			snprintf(hex[i] + strlen(hex[i]), 3, "%02X",
			    der->data[at]);
		strcat(hex[i], "9000");
		script_add(script, commands[i], hex[i]);
	}
	return script;
}

/* VERIFY and sign; then the door. What a failure leaves in sig is nothing. */
static int
sign(struct script *script, enum jpki_padding padding)
{
	static const uint8_t digest[32];
	uint8_t sig[300], before[300];
	struct jpki_card *card;
	size_t len = 7;
	int r;

	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	memset(before, 0x5a, sizeof(before));
	memcpy(sig, before, sizeof(sig));
	card = script_begun(script);
	assert_ctx_code(script_ctx, script_verify(card), 0);
	r = jpki_card_sign(card, JPKI_KEY_AUTH, padding, JPKI_MD_SHA256,
	    digest, sizeof(digest), sig, sizeof(sig), &len);
	if (r != 0)
		assert_memory_equal(sig, before, sizeof(sig));
	assert_int_equal(len, r == 0 ? 256 : 7);
	script_ended(script, card);
	return r;
}

/* What cards might answer instead of a signature. */
static void
wrong_signatures(void **state)
{
	static const char zeros[] = SCRIPT_ZERO32 SCRIPT_ZERO32 SCRIPT_ZERO32
	    SCRIPT_ZERO32 SCRIPT_ZERO32 SCRIPT_ZERO32 SCRIPT_ZERO32
	    SCRIPT_ZERO32 "9000";
	static const struct {
		const char *name;
		enum jpki_padding padding;
		const char *answer;
		int want;
	} table[] = {
		{ "right", JPKI_PADDING_PKCS1, SCRIPT_SIG, 0 },
		{ "right PSS", JPKI_PADDING_PSS, SCRIPT_PSS_32, 0 },
		{ "zeros", JPKI_PADDING_PKCS1, zeros, JPKI_ERR_SIGNATURE },
		{ "zeros", JPKI_PADDING_PSS, zeros, JPKI_ERR_SIGNATURE },
		{ "over something else", JPKI_PADDING_PKCS1, SCRIPT_SIG_384,
		  JPKI_ERR_SIGNATURE },
		{ "PSS for PKCS#1", JPKI_PADDING_PKCS1, SCRIPT_PSS_32,
		  JPKI_ERR_SIGNATURE },
		{ "PKCS#1 for PSS", JPKI_PADDING_PSS, SCRIPT_SIG,
		  JPKI_ERR_SIGNATURE },
		{ "salt 0", JPKI_PADDING_PSS, SCRIPT_PSS_0,
		  JPKI_ERR_SIGNATURE },
		{ "salt 20", JPKI_PADDING_PSS, SCRIPT_PSS_20,
		  JPKI_ERR_SIGNATURE },
		{ "salt 64", JPKI_PADDING_PSS, SCRIPT_PSS_64,
		  JPKI_ERR_SIGNATURE },
		{ "nothing", JPKI_PADDING_PKCS1, "9000", JPKI_ERR_DATA },
		{ "too short", JPKI_PADDING_PKCS1, SCRIPT_ZERO32 "9000",
		  JPKI_ERR_DATA },
		{ "refused", JPKI_PADDING_PKCS1, "6F00", JPKI_ERR_CARD_SW },
	};
	struct script *script;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].name);
		script = script_new();
		script_add_run(script);
		script_add(script, "00200098", "63C3");
		script_add(script, "00200098 04 31323334", "9000");
		script_add_head(script);
		script_add(script, table[i].padding == JPKI_PADDING_PSS ?
		    SIGN_PSS : SCRIPT_SIGN_AUTH, table[i].answer);
		assert_code(sign(script, table[i].padding), table[i].want);
	}
}

/* Each bit of it counts. */
static void
flipped_bits(void **state)
{
	struct script *script;
	char answer[600];
	size_t i;

	(void)state;
	for (i = 0; i < 512; i += 13) {
		row("digit %zu", i);
		snprintf(answer, sizeof(answer), "%s", SCRIPT_SIG);
		answer[i] = answer[i] == '0' ? '1' : '0';
		script = script_new();
		script_add_run(script);
		script_add(script, "00200098", "63C3");
		script_add(script, "00200098 04 31323334", "9000");
		script_add_head(script);
		script_add(script, SCRIPT_SIGN_AUTH, answer);
		assert_code(sign(script, JPKI_PADDING_PKCS1),
		    JPKI_ERR_SIGNATURE);
	}
}

/* READ on until the key is whole, and no further. */
static void
long_heads(void **state)
{
	static const struct {
		size_t longer, after, reads;
	} table[] = {
		/* It ends with the second READ, or one byte later. */
		{ 6, 1000, 2 }, { 7, 1000, 3 },
		/* Where the certificate ends with it. */
		{ 0, 0, 2 }, { 7, 0, 3 }, { 1200, 0, 7 },
		{ 262, 1000, 3 }, { 379, 1000, 4 }, { 1000, 600, 6 },
	};
	static char hex[16][600];
	struct script *script;
	struct der der;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		build(&der, NULL, 0, table[i].longer, table[i].after);
		row("row %zu, %zu bytes", i, der.len);
		script = start(hex, &der, table[i].reads);
		script_add(script, SCRIPT_SIGN_AUTH, SCRIPT_SIG);
		assert_code(sign(script, JPKI_PADDING_PKCS1), 0);
	}
}

/* A key that could not check a signature: none is asked for. */
static void
useless_keys(void **state)
{
	/* Whatever the point. */
	static const uint8_t p384[] = {
		0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce,
		0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22,
		0x03, 0x62, 0x00, 0x04, [119] = 1
	};
	enum { MODULUS = 33, EXPONENT = 294 - 3 };
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
	} changes[] = {
		{ "even modulus", MODULUS + 255, 0 },
		{ "exponent 65536", EXPONENT + 2, 0 },
		{ "negative length", EXPONENT - 1, 0x80 },
		{ "no integer", MODULUS - 5, 0x03 },
		{ "other algorithm", 16, 0x09 },
		{ "no bit string", 19, 0x04 },
		{ "unused bits", 23, 0x03 },
	};
	static char hex[16][600];
	uint8_t head[HEAD], key[KEY_END - KEY];
	struct script *script;
	struct der der;
	size_t i;

	(void)state;
	row("P-384");
	build(&der, p384, sizeof(p384), 0, 1000);
	script = start(hex, &der, 2);
	assert_code(sign(script, JPKI_PADDING_PKCS1), JPKI_ERR_DATA);
	script_head(head);
	for (i = 0; i < N(changes); i++) {
		row("%s", changes[i].name);
		memcpy(key, head + KEY, sizeof(key));
		key[changes[i].at] = changes[i].value;
		build(&der, key, sizeof(key), 0, 1000);
		script = start(hex, &der, 2);
		assert_code(sign(script, JPKI_PADDING_PKCS1), JPKI_ERR_DATA);
	}
	row("exponent 1");
	memcpy(key, head + KEY, sizeof(key));
	memcpy(key + EXPONENT, "\x00\x00\x01", 3);
	build(&der, key, sizeof(key), 0, 1000);
	script = start(hex, &der, 2);
	assert_code(sign(script, JPKI_PADDING_PKCS1), JPKI_ERR_DATA);
}

/* What is in the file instead of a certificate. */
static void
no_certificate(void **state)
{
	static const struct {
		const char *name;
		const char *answer;
		int want;
	} table[] = {
		{ "filler", "FFFFFFFFFFFFFFFF 9000", JPKI_ERR_NOT_ON_CARD },
		{ "zeros", "0000000000000000 9000", JPKI_ERR_NOT_ON_CARD },
		{ "empty", "9000", JPKI_ERR_NOT_ON_CARD },
		{ "no SEQUENCE", "04023000 9000", JPKI_ERR_DATA },
		{ "a text", "68656C6C6F 9000", JPKI_ERR_DATA },
		{ "an empty one", "3000 9000", JPKI_ERR_DATA },
		{ "nothing in it", "30023000 9000", JPKI_ERR_DATA },
		{ "indefinite", "30803080 9000", JPKI_ERR_DATA },
		{ "too long", "3083FFFFFF 9000", JPKI_ERR_DATA },
		{ "a part that is longer than all", "3082010030820200 9000",
		  JPKI_ERR_DATA },
	};
	struct script *script;
	size_t i;

	(void)state;
	for (i = 0; i <= N(table); i++) {
		script = script_new();
		script_add_run(script);
		script_add(script, "00200098", "63C3");
		script_add(script, "00200098 04 31323334", "9000");
		row("%s", i < N(table) ? table[i].name : "no such file");
		script_add(script, "00B08A00 00", i < N(table) ?
		    table[i].answer : "6A82");
		if (i == N(table))
			script_add(script, "00A4020C 02 000A", "6A82");
		else if (strcmp(table[i].answer, "9000") == 0) {
			/* Empty is asked twice. */
			script_add(script, "00A4020C 02 000A", "9000");
			script_add(script, "00B00000 00", "9000");
		}
		assert_code(sign(script, JPKI_PADDING_PKCS1),
		    i < N(table) ? table[i].want : JPKI_ERR_NOT_ON_CARD);
	}
}

/* A head is known for as long as the card is there, and is no certificate: who
 * wants that reads it. A reconnection forgets it. */
static void
no_certificate_made_of_it(void **state)
{
	static const uint8_t digest[32];
	struct script *script = script_new();
	struct jpki_card *card;
	struct jpki_cert *cert;
	uint8_t sig[256];
	size_t len;

	(void)state;
	script_add_run(script);
	script_add(script, "00200098", "63C3");
	script_add(script, "00200098 04 31323334", "9000");
	script_add_head(script);
	script_add(script, SCRIPT_SIGN_AUTH, SCRIPT_SIG);
	script_add(script, SIGN_PSS, SCRIPT_PSS_32);
	script_add(script, "00B08A00 00", "6F00");
	script_add(script, "00B08A00 00", "6F00");
	script_add(script, "00A4020C 02 000A", "6A82");
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	/* The head alone does not tell that it is the same card. */
	script_add(script, "begin", "reconnected");
	script_add(script, "leave", "");
	card = script_begun(script);
	assert_code(script_verify(card), 0);
	assert_code(script_sign(card, JPKI_KEY_AUTH), 0);
	assert_code(jpki_card_sign(card, JPKI_KEY_AUTH, JPKI_PADDING_PSS,
	    JPKI_MD_SHA256, digest, 32, sig, sizeof(sig), &len), 0);
	assert_code(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_NOT_ON_CARD);
	assert_code(jpki_card_end(card), 0);
	assert_code(jpki_card_begin(card), JPKI_ERR_CHANGED);
	script_closed(script, card);
}

/* The parser: whatever was read, it says what all of it says. */
static void
prefixes(void **state)
{
	struct jpkip_cert_head head;
	uint8_t bytes[HEAD], *copy;
	size_t len;

	(void)state;
	script_head(bytes);
	for (len = 0; len <= HEAD; len++) {
		row("%zu bytes", len);
		/* In a place of its own, where reading on is noticed. */
		assert_non_null(copy = malloc(len + 1));
		memcpy(copy, bytes, len);
		assert_int_equal(jpkip_cert_head_read(copy, len, &head),
		    len < KEY_END ? JPKIP_HEAD_MORE : JPKIP_HEAD_WHOLE);
		if (len >= KEY_END) {
			assert_int_equal(head.key.modulus_len, 256);
			assert_ptr_equal(head.key.spki.at, copy + KEY);
			assert_int_equal(head.not_before, 1793207041);
			assert_int_equal(head.not_after, 1929106799);
		}
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(wrong_signatures),
		SCRIPT_TEST(flipped_bits),
		SCRIPT_TEST(long_heads),
		SCRIPT_TEST(useless_keys),
		SCRIPT_TEST(no_certificate),
		SCRIPT_TEST(no_certificate_made_of_it),
		SCRIPT_TEST(prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
