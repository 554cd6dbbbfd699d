/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes' file of 券面事項入力補助: as it is in the field, and as
 * nobody should have made it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "card/attributes.h"
#include "script.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define NAME_HEX "E5B1B1E794B0E38080E5A4AAE9838E"	/* 山田　太郎 */
#define OFFSETS "DF2108 000E0020002A0035"
#define NAME_OBJECT "DF220F" NAME_HEX
#define ADDRESS_OBJECT "DF2306 E69DB1E4BAAC"		/* 東京 */
#define BIRTH_OBJECT "DF2408 3139393030323137"
#define SEX_OBJECT "DF2501 31"
/* 11 + 18 + 9 + 11 + 4 bytes. */
#define OBJECTS OFFSETS NAME_OBJECT ADDRESS_OBJECT BIRTH_OBJECT SEX_OBJECT
#define FILE_SHORT "FF2035" OBJECTS

static size_t
unhex(const char *hex, uint8_t *out, size_t size)
{
	char pair[3] = "";
	size_t n = 0;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		assert_true(n < size);
		memcpy(pair, hex++, 2);
		out[n++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

/* From a copy of the exact size, so that a sanitizer sees the end of it. */
static int
parse(const uint8_t *data, size_t len, struct jpki_attributes **out)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, data, len);
	jpki_ctx_set_lang(script_ctx, JPKI_LANG_EN);
	r = jpkip_attributes_parse(script_ctx, copy, len, out);
	free(copy);
	return r;
}

static void
is_yamada(const struct jpki_attributes *a)
{
	assert_string_equal(jpki_attributes_item(a, JPKI_ITEM_NAME),
	    "山田　太郎");
	assert_string_equal(jpki_attributes_item(a, JPKI_ITEM_ADDRESS),
	    "東京");
	assert_string_equal(jpki_attributes_item(a, JPKI_ITEM_BIRTH),
	    "19900217");
	assert_string_equal(jpki_attributes_item(a, JPKI_ITEM_SEX), "1");
	assert_null(jpki_attributes_flags(a, JPKI_ITEM_NAME));
	assert_null(jpki_attributes_flags(a, JPKI_ITEM_ADDRESS));
	assert_int_equal(jpki_attributes_birth_date(a).year, 1990);
}

static void
forms(void **state)
{
	static const char *const files[] = {
		FILE_SHORT,
		"FF208135" OBJECTS,
		"FF20820035" OBJECTS,
		"FF2083000035" OBJECTS,
		/* Filler behind, objects out of order and unknown ones, no
		 * offsets or senseless ones. */
		FILE_SHORT "FFFFFFFF",
		"FF2035" SEX_OBJECT BIRTH_OBJECT OFFSETS ADDRESS_OBJECT
		    NAME_OBJECT,
		"FF202A" NAME_OBJECT ADDRESS_OBJECT BIRTH_OBJECT SEX_OBJECT,
		"FF2035 DF2108 FFFFFFFFFFFFFFFF" NAME_OBJECT ADDRESS_OBJECT
		    BIRTH_OBJECT SEX_OBJECT,
		"FF2042" "DF2603 414243" "0400" OBJECTS "DF7F81 0141",
		"FF2036" "DF210841414141414141 41" NAME_OBJECT
		    "DF238106 E69DB1E4BAAC" BIRTH_OBJECT SEX_OBJECT,
	};
	struct jpki_attributes *a;
	uint8_t data[256];
	size_t i;

	(void)state;
	for (i = 0; i < N(files); i++) {
		if (parse(data, unhex(files[i], data, sizeof(data)), &a) != 0)
			fail_msg("%s: %s", files[i],
			    jpki_ctx_errmsg(script_ctx));
		is_yamada(a);
		jpki_attributes_free(&a);
		assert_null(a);
	}
}

static void
malformed(void **state)
{
	static const char *const files[] = {
		"", "FF", "FF20", "FF2000", "FF2001", "30023100",
		"FF3035" OBJECTS,			/* EF 0003's tag */
		"FF10 0C 313233343536373839303132",	/* the number's */
		"FF2036" OBJECTS,			/* longer than it is */
		"FF20820135" OBJECTS,
		"FF2080" OBJECTS "0000",		/* indefinite */
		"FF208400000035" OBJECTS,
		"FF2034" OBJECTS,		/* cuts the last object */
		"FF2031" OFFSETS NAME_OBJECT ADDRESS_OBJECT BIRTH_OBJECT,
		"FF2023" OFFSETS ADDRESS_OBJECT BIRTH_OBJECT SEX_OBJECT,
		"FF2039" OBJECTS SEX_OBJECT,		/* twice */
		"FF2047" OBJECTS NAME_OBJECT,
		"FF2037" OBJECTS "DF26",		/* no length */
		"FF2038" OBJECTS "DF2601",		/* no value */
		"FF2036" OBJECTS "FF",			/* filler inside */
		"FF2037" OBJECTS "FFFF",
		/* Name: FF FE; an overlong slash; half a character. */
		"FF2028" OFFSETS "DF2202FFFE" ADDRESS_OBJECT BIRTH_OBJECT
		    SEX_OBJECT,
		"FF2028" OFFSETS "DF2202C0AF" ADDRESS_OBJECT BIRTH_OBJECT
		    SEX_OBJECT,
		"FF2028" OFFSETS "DF2202E5B1" ADDRESS_OBJECT BIRTH_OBJECT
		    SEX_OBJECT,
	};
	struct jpki_attributes *a;
	uint8_t data[256];
	size_t i;

	(void)state;
	for (i = 0; i < N(files); i++) {
		jpki_ctx_set_lang(script_ctx, JPKI_LANG_EN);
		a = NULL;
		if (parse(data, unhex(files[i], data, sizeof(data)), &a) !=
		    JPKI_ERR_DATA)
			fail_msg("%s is accepted", files[i]);
		assert_null(a);
		assert_null(strstr(jpki_ctx_errmsg(script_ctx), "山田"));
	}
}

/* Texts that are odd, but theirs: shown without harm. */
static void
odd_texts(void **state)
{
	static const struct {
		const char *name, *birth, *sex;	/* objects */
		int year, month, day;
	} table[] = {
		{ "DF2203 1B5B4A", BIRTH_OBJECT, SEX_OBJECT, 1990, 2, 17 },
		{ "DF2203 410042", BIRTH_OBJECT, SEX_OBJECT, 1990, 2, 17 },
		{ "DF2200", "DF2400", "DF2500", 0, 0, 0 },
		{ NAME_OBJECT, "DF2408 3139393030323030", "DF250139",
		    1990, 2, 0 },
		{ NAME_OBJECT, "DF2408 3139393030303030", "DF250130",
		    1990, 0, 0 },
		{ NAME_OBJECT, "DF2408 3030303030303030", "DF250133", 0, 0,
		    0 },
		{ NAME_OBJECT, "DF2408 3139393031333332", "DF250141", 0, 0,
		    0 },
		{ NAME_OBJECT, "DF2403 414243", "DF250431323334", 0, 0, 0 },
	};
	char birth[JPKI_BIRTH_TEXT], hex[512];
	struct jpki_attributes *a;
	struct jpki_date date;
	const char *name;
	uint8_t data[256], body[256];
	size_t i, len;

	(void)state;
	for (i = 0; i < N(table); i++) {
		snprintf(hex, sizeof(hex), OFFSETS "%s" ADDRESS_OBJECT "%s%s",
		    table[i].name, table[i].birth, table[i].sex);
		len = unhex(hex, body, sizeof(body));
		memcpy(data, "\xff\x20", 2);
		data[2] = (uint8_t)len;
		memcpy(data + 3, body, len);
		assert_int_equal(parse(data, len + 3, &a), 0);
		name = jpki_attributes_item(a, JPKI_ITEM_NAME);
		assert_non_null(name);
		assert_null(strchr(name, '\x1b'));
		date = jpki_attributes_birth_date(a);
		assert_int_equal(date.year, table[i].year);
		assert_int_equal(date.month, table[i].month);
		assert_int_equal(date.day, table[i].day);
		jpki_attributes_birth(a, JPKI_LANG_JA, birth);
		assert_true(strlen(jpki_attributes_sex(a, JPKI_LANG_EN)) > 0);
		jpki_attributes_free(&a);
	}
}

/* Items that were padded to a fixed size, as no source says but none rules
 * out: the filler is no part of them. */
static void
padded_items(void **state)
{
	static const char *const files[] = {
		"FF203E" OFFSETS "DF2212" NAME_HEX "000000"
		    "DF2308 E69DB1E4BAAC FFFF" "DF240A 3139393030323137 0000"
		    "DF2503 310000",
		"FF2036" OFFSETS "DF2210" NAME_HEX "FF"
		    ADDRESS_OBJECT BIRTH_OBJECT SEX_OBJECT,
	}, empty[] = "FF202A" OFFSETS "DF2204 FFFFFFFF" ADDRESS_OBJECT
	    BIRTH_OBJECT SEX_OBJECT;
	struct jpki_attributes *a;
	uint8_t data[256];
	size_t i;

	(void)state;
	for (i = 0; i < N(files); i++) {
		assert_int_equal(parse(data, unhex(files[i], data,
		    sizeof(data)), &a), 0);
		is_yamada(a);
		jpki_attributes_free(&a);
	}
	assert_int_equal(parse(data, unhex(empty, data, sizeof(data)), &a), 0);
	assert_string_equal(jpki_attributes_item(a, JPKI_ITEM_NAME), "");
	jpki_attributes_free(&a);
}

/* An address of 200 characters fits; one that no town could write does not. */
static void
lengths(void **state)
{
	static uint8_t data[40000], objects[256];
	static const size_t sizes[] = { 0, 127, 128, 255, 256, 600, 800, 2048,
	    2049, 30000 };
	struct jpki_attributes *a;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < N(sizes); i++) {
		len = unhex(NAME_OBJECT BIRTH_OBJECT SEX_OBJECT, objects,
		    sizeof(objects));
		n = unhex("FF20820000", data, sizeof(data));
		memcpy(data + n, objects, len);
		n += len;
		memcpy(data + n, "\xdf\x23\x82", 3);
		data[n + 3] = (uint8_t)(sizes[i] >> 8);
		data[n + 4] = (uint8_t)sizes[i];
		memset(data + n + 5, 'A', sizes[i]);
		n += 5 + sizes[i];
		data[3] = (uint8_t)((n - 5) >> 8);
		data[4] = (uint8_t)(n - 5);
		a = NULL;
		assert_int_equal(parse(data, n, &a),
		    sizes[i] <= 2048 ? 0 : JPKI_ERR_DATA);
		if (a != NULL)
			assert_int_equal(strlen(jpki_attributes_item(a,
			    JPKI_ITEM_ADDRESS)), sizes[i]);
		jpki_attributes_free(&a);
	}
}

/* Every value of every byte, and every end of the file. */
static void
every_byte_bent(void **state)
{
	static const char *const files[] = {
		FILE_SHORT, "FF20820035" OBJECTS,
		"FF2035" SEX_OBJECT BIRTH_OBJECT OFFSETS ADDRESS_OBJECT
		    NAME_OBJECT
	};
	char birth[JPKI_BIRTH_TEXT];
	struct jpki_attributes *a;
	uint8_t data[256], was;
	size_t i, k, len;
	unsigned fine = 0, value;
	int r;

	(void)state;
	for (i = 0; i < N(files); i++) {
		len = unhex(files[i], data, sizeof(data));
		for (k = 0; k < len; k++)
			assert_int_equal(parse(data, k, &a), JPKI_ERR_DATA);
		for (k = 0; k < len; k++) {
			was = data[k];
			for (value = 0; value < 256; value++) {
				data[k] = (uint8_t)value;
				r = parse(data, len, &a);
				if (r == 0) {
					fine++;
					jpki_attributes_birth(a, JPKI_LANG_JA,
					    birth);
					jpki_attributes_free(&a);
				} else {
					assert_int_equal(r, JPKI_ERR_DATA);
					assert_null(a);
				}
			}
			data[k] = was;
		}
	}
	assert_true(fine > 1000);
}

#define SCRIPT_SELECT_TEXT "00A4040C 0A D3921000310001010408"
#define TEXT_VERIFIED \
	SCRIPT_OPEN, \
	{ "begin", "same", 0 }, \
	{ SCRIPT_SELECT_TEXT, "9000", 0 }, \
	{ "00200091", "63C3", 0 }, \
	{ "00200091 04 35363738", "9000", 0 }
#define TEXT_END \
	{ SCRIPT_DOOR, "9000", 0 }, \
	{ "off", "", 0 }

static struct jpki_card *
verified(struct script *script)
{
	struct jpki_card *card = script_begun(script);

	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_TEXT, "5678", 4,
	    JPKI_TRIES_DEFAULT, NULL), 0);
	return card;
}

/* What is sent: EF 0002, and never EF 0001. */
static void
commands(void **state)
{
	static const struct script_step steps[] = {
		TEXT_VERIFIED,
		{ "00B08200 00", FILE_SHORT "9000", 0 },
		{ "00B08200 00", FILE_SHORT "FFFF 9000", 0 },
		TEXT_END,
	}, plain[] = {
		SCRIPT_OPEN_PLAIN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT_TEXT, "9000", 0 },
		{ "00A4020C 02 0011", "9000", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 35363738", "9000", 0 },
		{ "00A4020C 02 0002", "9000", 0 },
		{ "00B00000 00", "FF20", 0 },
		{ "00A4020C 02 0002", "9000", 0 },
		{ "00B00000 00", "FF20", 0 },
		TEXT_END,
	}, pieces[] = {
		TEXT_VERIFIED,
		{ "00B08200 00", "FF20820035 DF2108 9000", 0 },
		{ "00B00008 32", "000E0020002A0035" NAME_OBJECT "9000", 0 },
		{ "00B00022 18", ADDRESS_OBJECT BIRTH_OBJECT SEX_OBJECT
		    "9000", 0 },
		TEXT_END,
	};
	struct script script = SCRIPT(steps), without = SCRIPT(plain),
	    slow = SCRIPT(pieces);
	struct jpki_attributes *a;
	struct jpki_card *card;
	int i;

	(void)state;
	card = verified(&script);
	for (i = 0; i < 2; i++) {
		assert_int_equal(jpki_card_attributes(card, &a), 0);
		is_yamada(a);
		jpki_attributes_free(&a);
	}
	script_ended(&script, card);
	card = verified(&slow);
	assert_int_equal(jpki_card_attributes(card, &a), 0);
	is_yamada(a);
	jpki_attributes_free(&a);
	script_ended(&slow, card);
	/* A status word that is no yes. */
	card = verified(&without);
	assert_int_equal(jpki_card_attributes(card, &a), JPKI_ERR_CARD_SW);
	assert_null(a);
	script_ended(&without, card);
}

static void
refusals(void **state)
{
	static const struct {
		const char *answer;
		int err, want;
	} table[] = {
		{ "6982", 0, JPKI_ERR_NEEDS_PIN },
		{ "FF 9000", 0, JPKI_ERR_NOT_ON_CARD },
		{ "FFFFFFFF 9000", 0, JPKI_ERR_NOT_ON_CARD },
		{ "00000000 9000", 0, JPKI_ERR_NOT_ON_CARD },
		{ "FF2002 DF26 9000", 0, JPKI_ERR_DATA },
		{ "FF2080 9000", 0, JPKI_ERR_DATA },
		{ "FF2082FFFF00 9000", 0, JPKI_ERR_DATA },
		{ "30020500 9000", 0, JPKI_ERR_DATA },
		{ NULL, JPKI_ERR_REMOVED, JPKI_ERR_REMOVED },
	};
	struct script_step steps[] = {
		TEXT_VERIFIED,
		{ "00B08200 00", NULL, 0 },
		TEXT_END,
	};
	struct jpki_attributes *a;
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script script = SCRIPT(steps);

		steps[N(steps) - 3].answer = table[i].answer;
		steps[N(steps) - 3].err = table[i].err;
		row("%s", table[i].answer != NULL ? table[i].answer : "none");
		card = verified(&script);
		assert_ctx_code(script_ctx, jpki_card_attributes(card, &a),
		    table[i].want);
		assert_null(a);
		/* A certificate can be declined; this is something else. */
		if (table[i].want == JPKI_ERR_NOT_ON_CARD) {
			assert_string_equal(jpki_ctx_errdetail(script_ctx),
			    "holder's attributes (券面事項入力補助)");
			assert_non_null(strstr(jpki_ctx_errhint(script_ctx),
			    "Your town can find out"));
		}
		script_ended(&script, card);
	}
}

/* An empty answer is asked for again: then it is so. */
static void
empty_file(void **state)
{
	static const struct script_step steps[] = {
		TEXT_VERIFIED,
		{ "00B08200 00", "9000", 0 },
		{ "00A4020C 02 0002", "9000", 0 },
		{ "00B00000 00", "9000", 0 },
		TEXT_END,
	};
	struct script script = SCRIPT(steps);
	struct jpki_attributes *a;
	struct jpki_card *card;

	(void)state;
	card = verified(&script);
	assert_ctx_code(script_ctx, jpki_card_attributes(card, &a),
	    JPKI_ERR_NOT_ON_CARD);
	assert_null(a);
	script_ended(&script, card);
}

/* Without the text PIN in this run nothing is sent at all. */
static void
needs_the_text_pin(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT_TEXT, "9000", 0 },
		{ "00200091", "63C3", 0 },
		{ "00200091 04 35363738", "9000", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		TEXT_END,
		{ "begin", "same", 0 },
		{ "leave", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_attributes *a;
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_card_attributes(card, &a), JPKI_ERR_NEEDS_PIN);
	assert_int_equal(jpki_card_attributes(card, NULL), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_attributes(NULL, &a), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_card_attributes(card, &a), JPKI_ERR_NEEDS_PIN);
	assert_non_null(strstr(jpki_ctx_errmsg(script_ctx), "text PIN"));
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_TEXT, "5678", 4, 2,
	    NULL), 0);
	/* Another application ends it. */
	assert_int_equal(script_verify(card), 0);
	assert_int_equal(jpki_card_attributes(card, &a), JPKI_ERR_NEEDS_PIN);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_card_attributes(card, &a), JPKI_ERR_NEEDS_PIN);
	script_ended(&script, card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(forms),
		SCRIPT_TEST(malformed),
		SCRIPT_TEST(odd_texts),
		SCRIPT_TEST(padded_items),
		SCRIPT_TEST(lengths),
		SCRIPT_TEST(every_byte_bent),
		SCRIPT_TEST(commands),
		SCRIPT_TEST(refusals),
		SCRIPT_TEST(empty_file),
		SCRIPT_TEST(needs_the_text_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
