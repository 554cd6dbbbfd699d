/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a software card answers, command by command. A row is a command and
 * the whole answer in hex; "*" stands for any bytes, "." for any digit. Rows
 * that begin with "@" do something else: "@power" takes and gives the power,
 * "@SWITCH VALUE" sets a switch and does the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jpki.h>

#include "certificate/cert.h"
#include "row.h"
#include "softcard/softcard.h"
#include "tempcard.h"

#define ANSWER_MAX 66000

#define SELECT_JPKI	"00A4040C0AD392F000260100000001"
#define SELECT_TEXT	"00A4040C0AD3921000310001010408"
#define SELECT_COMMON	"00A4040C0AD3921000310001010100"
#define SELECT_ISD	"00A4040C07A0000001510000"
#define AUTH_RIGHT	"002000980431323334"
#define AUTH_WRONG	"002000980430303030"
#define SIGN_RIGHT	"0020009B06414243313233"
#define DIGEST		"000102030405060708090A0B0C0D0E0F" \
			"101112131415161718191A1B1C1D1E1F"
#define DIGEST_INFO	"3031300D060960864801650304020105000420" DIGEST

struct exchange {
	const char *command;
	const char *answer;
};

struct card {
	struct jpki_ctx *ctx;
	struct jpki_softcard *soft;
	char path[TEMPCARD_MAX];
};

static struct card card;

static void
card_begin(const char *name)
{
	tempcard_make(name, card.path);
	assert_non_null(card.ctx = jpki_ctx_new());
	assert_code(jpki_softcard_open(card.ctx, card.path, &card.soft),
	    0);
}

static void
card_end(void)
{
	jpki_softcard_free(&card.soft);
	jpki_ctx_free(&card.ctx);
	tempcard_remove(card.path);
}

/* Changes a line of the state, for kinds of cards that are not made at build
 * time. */
static void
become(const char *setting, const char *value)
{
	char path[TEMPCARD_MAX + 16], text[8192], start[32], *line, *end;
	size_t len;
	FILE *file;

	jpki_softcard_free(&card.soft);
	snprintf(path, sizeof(path), "%s/state", card.path);
	assert_non_null(file = fopen(path, "r"));
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	snprintf(start, sizeof(start), "\n%s ", setting);
	assert_non_null(line = strstr(text, start));
	assert_non_null(end = strchr(line + 1, '\n'));
	assert_non_null(file = fopen(path, "w"));
	fprintf(file, "%.*s%s%s%s", (int)(line - text), text, start, value,
	    end);
	fclose(file);
	assert_code(jpki_softcard_open(card.ctx, card.path, &card.soft),
	    0);
}

static size_t
from_hex(const char *hex, uint8_t *out)
{
	unsigned byte;
	size_t n = 0;
	char pair[3] = "";

	for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
		memcpy(pair, hex, 2);
		byte = (unsigned)strtoul(pair, NULL, 16);
		out[n++] = (uint8_t)byte;
	}
	return n;
}

static bool
matches(const char *pattern, const char *text)
{
	for (; *pattern != '\0'; pattern++, text++) {
		if (*pattern == '*') {
			size_t rest = strlen(pattern + 1);

			return strlen(text) >= rest && matches(pattern + 1,
			    text + strlen(text) - rest);
		}
		if (*text == '\0' || (*pattern != '.' && *pattern != *text))
			return false;
	}
	return *text == '\0';
}

static const char *
transmit(const char *command)
{
	static char text[2 * ANSWER_MAX + 1];
	static uint8_t answer[ANSWER_MAX];
	uint8_t bytes[2048];
	size_t len = 0, i;

	assert_code(jpkip_softcard_transmit(card.soft, bytes,
	    from_hex(command, bytes), answer, sizeof(answer), &len), 0);
	text[0] = '\0';
	for (i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02X", answer[i]);
	return text;
}

static void
run_rows(const struct exchange *rows, size_t n)
{
	char name[32];
	const char *answer;
	size_t i;

	for (i = 0; i < n; i++) {
		row("%zu: %s", i, rows[i].command);
		if (rows[i].command[0] == '@') {
			if (rows[i].answer != NULL) {
				snprintf(name, sizeof(name), "%s",
				    rows[i].command + 1);
				assert_code(jpki_softcard_set(card.soft,
				    name, rows[i].answer), 0);
			}
			assert_code(jpkip_softcard_power_cycle(card.soft),
			    0);
			continue;
		}
		answer = transmit(rows[i].command);
		if (!matches(rows[i].answer, answer))
			fail_msg("answer %.80s, not %s", answer,
			    rows[i].answer);
	}
}

#define RUN(rows) run_rows(rows, sizeof(rows) / sizeof((rows)[0]))

/* card.md section 9, in its order. */
static void
reference_exchanges(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "00A4020C020006", "9000" },
		{ "00B0000020", "4A504B494150494343544F4B454E32"
		    "20202020202020202020202020202020209000" },
		{ "00A4020C02000A", "9000" },
		{ "00B0000004", "3082....9000" },
		{ "00B0000000", "3082*9000" },
		{ "00B0010000", "*9000" },
		{ "00B07F0000", "6B00" },
		{ "00A4020C020001", "9000" },
		{ "00B0000004", "6982" },
		{ "00A4020C020018", "9000" },
		{ "00200080", "63C3" },
		{ "0020008000", "6700" },
		{ "002000800430303030", "63C2" },
		{ "002000800430303030", "63C1" },
		{ "002000800430303030", "63C0" },
		{ "002000800430303030", "6984" },
		{ "002000800431323334", "6984" },
		{ "00200080", "63C0" }
	};
	static const struct exchange after_unlock[] = {
		{ "002000800431323334", "9000" },
		{ "00200080", "63C3" },
		{ "00A4020C020017", "9000" },
		{ "802A000033" DIGEST_INFO "00", "6A86" },
		{ "802A008033" DIGEST_INFO "00", "*9000" },
		{ "@power", NULL },
		{ SELECT_JPKI, "9000" },
		{ "00A4020C020017", "9000" },
		{ "802A008033" DIGEST_INFO "00", "6982" },
		{ "00A4020C020018", "9000" },
		{ "00240180" "0434333231", "6982" },
		{ "002000800431323334", "9000" },
		{ "00240180" "0434333231", "9000" },
		{ "002000800431323334", "63C2" },
		{ "002000800434333231", "9000" },
		{ "00A4020C0200FF", "6A82" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	assert_code(jpki_softcard_unlock(card.soft), 0);
	RUN(after_unlock);
	card_end();
}

static void
select_variants(void **state)
{
	static const struct exchange rows[] = {
		/* Nothing is selected. */
		{ "00A40000", "6A86" },
		{ "00A4000C", "6A86" },
		{ "00A4020C020006", "6986" },
		{ "00B0000000", "6986" },
		{ "00B0860020", "6986" },
		{ "00200080", "6986" },
		{ "00200098", "6986" },
		{ "00A4000C023F00", "6A82" },
		/* With and without answer, and by a part of the name. */
		{ "00A404000AD392F00026010000000100", "9000" },
		{ "00A404000AD392F000260100000001", "9000" },
		{ "00A4040C0AD392F00026010000000100", "9000" },
		{ "00A40000", "9000" },
		{ "00A4040C03D392F0", "9000" },
		{ "00B0860004", "4A504B499000" },
		{ "00A4040C08D392100031000101", "9000" },
		{ "00B0850004", "FF4082009000" },
		{ "00A4040C0BD392F00026010000000100", "6A82" },
		{ "00A4040C05D392F00027", "6A82" },
		/* What failed changed nothing. */
		{ "00B0850004", "FF4082009000" },
		{ SELECT_ISD, "9000" },
		{ "00B0850004", "6986" },
		{ SELECT_COMMON, "9000" },
		{ SELECT_JPKI, "9000" },
		/* Malformed. */
		{ "00A4040C", "6700" },
		{ "00A4020C", "6700" },
		{ "00A4020C0106", "6700" },
		{ "00A4020C03000600", "6700" },
		{ "00A4030C020006", "6A86" },
		{ "00A40204020006", "6A86" },
		{ "00A4020002000600", "9000" },
		{ "00B0000004", "4A504B499000" },
		{ "00A4020C0200FF", "6A82" },
		{ "00B0000004", "4A504B499000" },
		/* Selecting the application again ends the selection. */
		{ SELECT_JPKI, "9000" },
		{ "00B0000004", "6986" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
read_variants(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "00B0880000", "8F8F009000" },
		{ "00B0000100", "8F009000" },
		{ "00B0000201", "009000" },
		{ "00B0000300", "6B00" },
		{ "00B0880300", "6B00" },
		{ "00B0860000", "4A504B49*9000" },
		{ "00B0869000", "39393939393939393939393939393939"
		    "9000" },
		{ "00B086A000", "6B00" },
		{ "00B08A0004", "3082....9000" },
		{ "00B0810004", "6982" },
		{ "00B0820004", "3082....9000" },
		{ "00B08B0004", "3082....9000" },
		/* Other kinds of files, and none. */
		{ "00B0970004", "6981" },
		{ "00B0980004", "6981" },
		{ "00B09E0004", "6A82" },
		{ "00B09F0004", "6A86" },
		{ "00B0800004", "6A86" },
		{ "00B0A00004", "6A86" },
		{ "00A4020C02001A", "9000" },
		{ "00B0000004", "6981" },
		{ "00B00000", "6700" },
		{ "00B000000100", "6700" },
		{ "00B20104", "6700" },
		{ "00B2010400", "6981" },
		{ "00B2014400", "6981" },
		{ "00B2014C00", "6A82" },
		{ SELECT_COMMON, "9000" },
		{ "00B2010C00", "011C39*9000" },
		{ "00B2010400", "011C39*9000" },
		{ "00B201041E", "011C39*9000" },
		{ "00B2010402", "011C9000" },
		{ "00B2020400", "6A83" },
		{ "00B2000400", "6A83" },
		{ "00B2010500", "6A81" },
		{ "00B2010000", "6A86" },
		{ "00B0810000", "6981" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
short_ids(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "00200098", "63C3" },
		{ "0020009B", "63C5" },
		{ "00200097", "6981" },
		{ "00200091", "6A82" },
		{ "00200000", "6A86" },
		{ "00200018", "6A86" },
		{ "00200180", "6A86" },
		{ AUTH_RIGHT, "9000" },
		{ "802A009733" DIGEST_INFO "00", "*9000" },
		{ "802A009A33" DIGEST_INFO "00", "6982" },
		{ SIGN_RIGHT, "9000" },
		/* Both logins hold side by side. */
		{ "802A009A33" DIGEST_INFO "00", "*9000" },
		{ "802A009733" DIGEST_INFO "00", "*9000" },
		{ "00B0810004", "3082....9000" },
		{ "802A009833" DIGEST_INFO "00", "6981" },
		{ "802A009D33" DIGEST_INFO "00", "6A82" },
		/* Named files become the current one. */
		{ "00200098", "63C3" },
		{ "00200080", "63C3" },
		{ "@sfi", "off" },
		{ SELECT_JPKI, "9000" },
		{ "00200098", "6A86" },
		{ AUTH_RIGHT, "6A86" },
		{ "00B0860020", "6A86" },
		{ "802A009733" DIGEST_INFO "00", "6A86" },
		{ "00A4020C020018", "9000" },
		{ "002000800431323334", "9000" },
		{ "00A4020C020017", "9000" },
		{ "802A008033" DIGEST_INFO "00", "*9000" },
		{ SELECT_COMMON, "9000" },
		{ "00B2010C00", "6A86" },
		{ "00A4020C020001", "9000" },
		{ "00B2010400", "011C*9000" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
verify_rules(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "00200080", "6986" },
		/* Lengths: none of these costs a try. */
		{ "0020009800", "6700" },
		{ "00200098043030303000", "6700" },
		{ "002000981130303030303030303030303030303030303030", "6700" },
		{ "00200098053030", "6700" },
		{ "00200098", "63C3" },
		/* Any other content does. */
		{ "0020009803313233", "63C2" },
		{ "00200098053132333435", "63C1" },
		{ AUTH_RIGHT, "9000" },
		{ "00200098", "63C3" },
		/* No case folding; a miss closes what a hit opened. */
		{ SIGN_RIGHT, "9000" },
		{ "00B0810004", "3082....9000" },
		{ "0020009B06616263313233", "63C4" },
		{ "00B0810004", "6982" },
		{ "0020009B", "63C4" },
		/* ... and of this PIN alone. */
		{ "802A009733" DIGEST_INFO "00", "*9000" },
		{ SIGN_RIGHT, "9000" },
		{ "0020009B", "63C5" },
		/* Whoever is blocked stays so. */
		{ AUTH_WRONG, "63C2" },
		{ AUTH_WRONG, "63C1" },
		{ AUTH_WRONG, "63C0" },
		{ AUTH_RIGHT, "6984" },
		{ "@power", NULL },
		{ SELECT_JPKI, "9000" },
		{ "00200098", "63C0" },
		{ AUTH_RIGHT, "6984" },
		{ "@blocked-sw", "6983" },
		{ SELECT_JPKI, "9000" },
		{ AUTH_RIGHT, "6983" },
		{ "00200098", "63C0" },
		{ "802A009733" DIGEST_INFO "00", "6982" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
change_rules(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "002401980439393939", "6982" },
		{ AUTH_RIGHT, "9000" },
		{ "00240098083132333439393939", "6A86" },
		{ "00240198", "6700" },
		{ "0024019800", "6700" },
		{ "002401971130303030303030303030303030303030303030", "6700" },
		{ "002401970439393939", "6981" },
		{ "0024019B06414243343536", "6982" },
		{ "002401980439393939", "9000" },
		{ "@power", NULL },
		{ SELECT_JPKI, "9000" },
		{ AUTH_RIGHT, "63C2" },
		{ "002000980439393939", "9000" },
		/* A card does not look at the shape, not even at letters. */
		{ "0024019802000A", "9000" },
		{ "@power", NULL },
		{ SELECT_JPKI, "9000" },
		{ "0020009802000A", "9000" },
		{ SIGN_RIGHT, "9000" },
		{ "0024019B06414243343536", "9000" },
		{ "0020009B06414243343536", "9000" },
		{ SIGN_RIGHT, "63C4" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
sign_rules(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "802A008033" DIGEST_INFO "00", "6986" },
		{ AUTH_RIGHT, "9000" },
		{ "802A00970100" "00", "*9000" },
		{ "802A01970100" "00", "*9000" },
		{ "802A029720" DIGEST "00", "*9000" },
		{ "802A03970100" "00", "*9000" },
		{ "802A049720" DIGEST "00", "*9000" },
		{ "802A05970100" "00", "*9000" },
		{ "802A069720" DIGEST "00", "6A86" },
		{ "802AFF9720" DIGEST "00", "6A86" },
		{ "802A02970100" "00", "6700" },
		{ "802A04970100" "00", "6700" },
		{ "802A0097", "6700" },
		{ "802A009700", "6700" },
		/* The answer must fit. */
		{ "802A029720" DIGEST, "6700" },
		{ "802A029720" DIGEST "FF", "6700" },
		{ "802A009720" DIGEST "00", "*9000" },
		{ "802A001720" DIGEST "00", "6A86" },
		{ "002A009720" DIGEST "00", "6D00" },
		{ "@pss", "off" },
		{ SELECT_JPKI, "9000" },
		{ AUTH_RIGHT, "9000" },
		{ "802A049720" DIGEST "00", "6A86" },
		{ "802A05970100" "00", "6A86" },
		{ "802A029720" DIGEST "00", "*9000" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

/* An input of n bytes under P1=00: up to 245. */
static void
sign_limits(void **state)
{
	char command[600];
	int n;

	(void)state;
	card_begin("card");
	assert_string_equal(transmit(SELECT_JPKI), "9000");
	assert_string_equal(transmit(AUTH_RIGHT), "9000");
	for (n = 244; n <= 255; n++) {
		row("%d bytes", n);
		snprintf(command, sizeof(command), "802A0097%02X%0*d00", n,
		    2 * n, 0);
		assert_true(matches(n <= 245 ? "*9000" : "6700",
		    transmit(command)));
		command[4] = '0';
		command[5] = '1';
		assert_true(matches("*9000", transmit(command)));
	}
	card_end();
}

static void
check_signature(const char *command, enum jpki_padding padding,
    const struct jpki_cert *cert)
{
	uint8_t digest[32], sig[512];
	const char *answer = transmit(command);

	assert_int_equal(strlen(answer), 2 * 256 + 4);
	from_hex(answer, sig);
	from_hex(DIGEST, digest);
	assert_code(jpkip_cert_verify(card.ctx, cert, padding,
	    JPKI_MD_SHA256, digest, sizeof(digest), sig, 256), 0);
}

/* The signatures are those of the certificates on the card. */
static void
signatures_verify(void **state)
{
	static const struct {
		const char *key, *cert, *verify;
	} rows[] = {
		{ "97", "8A", AUTH_RIGHT }, { "9A", "81", SIGN_RIGHT }
	};
	struct jpki_cert *cert;
	uint8_t der[4096];
	char command[512];
	size_t i, n, offset;

	(void)state;
	card_begin("card");
	assert_string_equal(transmit(SELECT_JPKI), "9000");
	for (i = 0; i < 2; i++) {
		row("key %s", rows[i].key);
		assert_string_equal(transmit(rows[i].verify), "9000");
		snprintf(command, sizeof(command), "00B0%s0000",
		    rows[i].cert);
		for (offset = 0, n = 256; n == 256; offset += n) {
			n = from_hex(transmit(command), der + offset) - 2;
			snprintf(command, sizeof(command), "00B0%04zX00",
			    offset + n);
		}
		assert_int_equal(jpki_cert_parse(card.ctx, der, offset, &cert),
		    0);
		snprintf(command, sizeof(command), "802A00%s33" DIGEST_INFO
		    "00", rows[i].key);
		check_signature(command, JPKI_PADDING_PKCS1, cert);
		snprintf(command, sizeof(command), "802A02%s20" DIGEST "00",
		    rows[i].key);
		check_signature(command, JPKI_PADDING_PKCS1, cert);
		snprintf(command, sizeof(command), "802A04%s20" DIGEST "00",
		    rows[i].key);
		check_signature(command, JPKI_PADDING_PSS, cert);
		jpki_cert_free(&cert);
	}
	card_end();
}

static void
security_state(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ AUTH_RIGHT, "9000" },
		{ SIGN_RIGHT, "9000" },
		/* The same application again keeps the logins ... */
		{ SELECT_JPKI, "9000" },
		{ "802A029720" DIGEST "00", "*9000" },
		{ "00B0810004", "3082....9000" },
		/* ... another one, or the power, does not. */
		{ SELECT_COMMON, "9000" },
		{ SELECT_JPKI, "9000" },
		{ "802A029720" DIGEST "00", "6982" },
		{ "00B0810004", "6982" },
		{ AUTH_RIGHT, "9000" },
		{ SELECT_ISD, "9000" },
		{ SELECT_JPKI, "9000" },
		{ "802A029720" DIGEST "00", "6982" },
		{ AUTH_RIGHT, "9000" },
		{ "@power", NULL },
		{ SELECT_JPKI, "9000" },
		{ "802A029720" DIGEST "00", "6982" },
		/* A SELECT that fails leaves everything as it was. */
		{ AUTH_RIGHT, "9000" },
		{ "00A4040C05A000000003", "6A82" },
		{ "802A029720" DIGEST "00", "*9000" },
		{ "@reselect", "clear" },
		{ SELECT_JPKI, "9000" },
		{ AUTH_RIGHT, "9000" },
		{ SELECT_JPKI, "9000" },
		{ "802A029720" DIGEST "00", "6982" },
		/* What 入力補助 opened is closed too. */
		{ SELECT_TEXT, "9000" },
		{ "002000910435363738", "9000" },
		{ "00B0810003", "FF100C9000" },
		{ SELECT_JPKI, "9000" },
		{ SELECT_TEXT, "9000" },
		{ "00B0810003", "6982" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
text_application(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_TEXT, "9000" },
		{ "00B0810000", "6982" },
		{ "00B0820000", "6982" },
		{ "00B0830000", "6982" },
		{ "00200091", "63C3" },
		{ "002000910435363737", "63C2" },
		{ "002000910435363738", "9000" },
		{ "00B0810000", "FF100C313233343536373839303132FFFF9000" },
		/* FF20 { DF21, name, address, birth, sex } */
		{ "00B0820000", "FF205F" "DF2108000E00200053005E"
		    "DF220FE5B1B1E794B0E38080E5A4AAE9838E"
		    "DF2330*DF24083139393030323137DF2501319000" },
		{ "00B0830000", "FF3082014BDF3120*9000" },
		{ "00A4020C020003", "9000" },
		{ "00B0014F00", "..9000" },
		{ "00B0015000", "6B00" },
		{ "00B0850000", "FF4082009EDF4104*9000" },
		{ "00A4020C020011", "9000" },
		{ "002401800431313131", "9000" },
		{ "002000800435363738", "63C2" },
		{ "802A000020" DIGEST "00", "6A86" },
		{ "80AE0000", "6982" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

/* Long attributes: two bytes of length outside, one or two inside. */
static void
long_attributes(void **state)
{
	static const struct exchange one[] = {
		{ SELECT_TEXT, "9000" },
		{ "002000910435363738", "9000" },
		{ "00B0820026", "FF208200B4DF21080010002200AA00B5"
		    "DF220FE5B1B1E794B0E38080E5A4AAE9838EDF2381849000" },
		{ "00B000AA00", "DF24083139393030323137DF2501319000" }
	};
	static const struct exchange two[] = {
		{ SELECT_TEXT, "9000" },
		{ "002000910435363738", "9000" },
		{ "00B0820027", "FF20820286DF210800100022027C0287"
		    "DF220FE5B1B1E794B0E38080E5A4AAE9838EDF238202559000" },
		{ "00B0027C00", "DF24083139393030323137DF2501319000" }
	};
	char address[700];
	size_t len;

	(void)state;
	card_begin("card");
	for (len = 0; len < 44 * 3; len += 3)
		memcpy(address + len, "あ", 4);
	become("address", address);
	RUN(one);
	for (len = 0; len < 199 * 3; len += 3)
		memcpy(address + len, "も", 4);
	become("address", address);
	RUN(two);
	card_end();
}

/* The forms of the outer length; the longest name and address fit. */
static void
length_forms(void **state)
{
	static const struct exchange short_81[] = {
		{ SELECT_TEXT, "9000" },
		{ "002000910435363738", "9000" },
		{ "00B0820011", "FF20815FDF2108000F00210054005FDF229000" },
	}, short_82[] = {
		{ SELECT_TEXT, "9000" },
		{ "002000910435363738", "9000" },
		{ "00B0820012", "FF2082005FDF21080010002200550060DF229000" },
	}, longest[] = {
		{ SELECT_TEXT, "9000" },
		{ "002000910435363738", "9000" },
		{ "00B0820010", "FF208204D4DF2108001001A504CA04D59000" },
		{ "00B004CA00", "DF24083139393030323030DF2501399000" },
	};
	char name[401], address[801];
	size_t i;

	(void)state;
	card_begin("card");
	become("text-length", "81");
	RUN(short_81);
	become("text-length", "82");
	RUN(short_82);
	for (i = 0; i < 200; i++)
		memcpy(address + 4 * i, "\xf0\xa0\xae\xb7", 4); /* 𠮷 */
	address[800] = '\0';
	memcpy(name, address, 400);
	name[400] = '\0';
	assert_code(jpki_softcard_set(card.soft, "name", name), 0);
	assert_code(jpki_softcard_set(card.soft, "address", address), 0);
	assert_code(jpki_softcard_set(card.soft, "birth", "1990-02-00"),
	    0);
	assert_code(jpki_softcard_set(card.soft, "sex", "9"), 0);
	/* In force from the next power-up. */
	RUN(short_82);
	assert_code(jpkip_softcard_power_cycle(card.soft), 0);
	become("text-length", "81");
	RUN(longest);
	card_end();
}

static void
other_commands(void **state)
{
	static const struct exchange rows[] = {
		{ "0084000008", "................9000" },
		{ "0084000000", "*9000" },
		{ "00840001" "08", "6A86" },
		{ "00840000", "6700" },
		{ "008400000100", "6700" },
		{ "00CA004200", "6A88" },
		{ SELECT_JPKI, "9000" },
		{ "0084000001", "..9000" },
		/* Administration and what is not known. */
		{ "8006000000", "6982" },
		{ "8032008004" "31323334", "6982" },
		{ "8050000000", "6982" },
		{ "8052000000", "6982" },
		{ "8054000000", "6982" },
		{ "808A000000", "6982" },
		{ "80A2000000", "6A86" },
		{ "80A206C100", "6700" },
		{ "80A200C100", "6700" },
		{ "80AE0000", "6982" },
		{ "80FC0000", "6700" },
		{ "80200098", "6D00" },
		{ "80A4040C0AD392F000260100000001", "6D00" },
		{ "00D6000001" "00", "6D00" },
		{ "002C0098", "6D00" },
		{ "00E2000000", "6D00" },
		{ "00C0000000", "6D00" },
		{ "0088009904" "00000000" "00", "6D00" },
		/* Channels, secure messaging, other classes. */
		{ "01A4040C0AD392F000260100000001", "6881" },
		{ "03200098", "6881" },
		{ "40200098", "6881" },
		{ "08A4040C0AD392F000260100000001", "6882" },
		{ "0CA4040C0AD392F000260100000001", "6882" },
		{ "0C200098", "69FC" },
		{ "0CB0860000", "69FC" },
		{ "10200098", "6E00" },
		{ "90200098", "6E00" },
		{ "FFCA000000", "6E00" },
		/* Not a command. */
		{ "", "6700" },
		{ "00", "6700" },
		{ "002000", "6700" },
		{ "00A4040C0AD392F0", "6700" },
		{ "00A4040C01D392F0", "6700" },
		{ "0020009804313233343536", "6700" },
		{ SELECT_COMMON, "9000" },
		{ "80AE0000", "66F1" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
first_command(void **state)
{
	static const struct exchange rows[] = {
		{ "@first-6f00", "on" },
		{ SELECT_JPKI, "6F00" },
		{ SELECT_JPKI, "9000" },
		{ "@power", NULL },
		{ "0084000008", "6F00" },
		{ "0084000008", "*9000" }
	};

	(void)state;
	card_begin("card");
	RUN(rows);
	card_end();
}

static void
extended_length(void **state)
{
	static const struct exchange off[] = {
		{ SELECT_JPKI, "9000" },
		{ "00B08A00000000", "6700" },
		{ "00B08A00000004", "6700" },
		{ "00200098000004" "31323334", "6700" }
	};
	static const struct exchange on[] = {
		{ "@extended", "on" },
		{ SELECT_JPKI, "9000" },
		{ "00B08A00000000", "3082*FFFF9000" },
		{ "00B08A00000004", "3082....9000" },
		{ "00B08800000100", "8F8F009000" },
		{ "00B07F00000000", "6B00" },
		{ "00200098000004" "31323334", "9000" },
		{ "802A0297000020" DIGEST "0100", "*9000" },
		{ "802A0297000020" DIGEST "0000", "*9000" },
		{ "802A0297000020" DIGEST "00FF", "6700" },
		{ "802A029720" DIGEST "00", "*9000" },
		{ "00840000000008", "6985" },
		{ "00200098000000", "6700" },
		{ "0020009800000431", "6700" },
		{ "00200098000004313233343500", "6700" },
		{ "002000980000", "6700" },
		{ "00200098", "63C3" }
	};
	uint8_t atr[JPKIP_ATR_MAX];

	(void)state;
	card_begin("card");
	RUN(off);
	assert_int_equal(jpkip_softcard_atr(card.soft, atr), 13);
	assert_memory_equal(atr + 8, "\x73\xc6\x01\x00", 4);
	RUN(on);
	assert_int_equal(jpkip_softcard_atr(card.soft, atr), 19);
	assert_memory_equal(atr + 14, "\x73\xc6\x01\xc0", 4);
	card_end();
}

/* The last byte of an answer to reset makes the rest's exclusive-or 0, where
 * there is one (T=1). */
static void
atr_check_byte(void **state)
{
	static const char *const values[] = { "off", "on" };
	uint8_t atr[JPKIP_ATR_MAX], sum;
	size_t i, k, n;

	(void)state;
	card_begin("card");
	for (i = 0; i < 2; i++) {
		row("extended %s", values[i]);
		assert_code(jpki_softcard_set(card.soft, "extended",
		    values[i]), 0);
		assert_code(jpkip_softcard_power_cycle(card.soft), 0);
		n = jpkip_softcard_atr(card.soft, atr);
		for (k = 1, sum = 0; k < n; k++)
			sum ^= atr[k];
		assert_int_equal(sum, 0);
	}
	card_end();
}

static void
filler(void **state)
{
	static const struct exchange rows[] = {
		{ "@filler", "0" },
		{ "@extended", "on" },
		{ SELECT_JPKI, "9000" }
	};
	size_t bare;

	(void)state;
	card_begin("card");
	RUN(rows);
	bare = strlen(transmit("00B08A00000000"));
	assert_code(jpki_softcard_set(card.soft, "filler", "300"), 0);
	/* From the next power-up on. */
	assert_int_equal(strlen(transmit("00B08A00000000")), bare);
	assert_code(jpkip_softcard_power_cycle(card.soft), 0);
	transmit(SELECT_JPKI);
	assert_int_equal(strlen(transmit("00B08A00000000")), bare + 600);
	assert_true(matches("3082*FFFFFFFF9000",
	    transmit("00B08A00000000")));
	assert_code(jpki_softcard_set(card.soft, "filler", "20000"), 0);
	assert_code(jpkip_softcard_power_cycle(card.soft), 0);
	transmit(SELECT_JPKI);
	assert_int_equal(strlen(transmit("00B08A00000000")), bare + 40000);
	card_end();
}

static void
child_profile(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "00B0880000", "008F009000" },
		{ "00B0810000", "6A82" },
		{ "00B0820000", "6A82" },
		{ "00A4020C020001", "6A82" },
		{ "00A4020C02001A", "6A82" },
		{ "0020009B", "6A82" },
		{ SIGN_RIGHT, "6A82" },
		{ AUTH_RIGHT, "9000" },
		{ "802A029720" DIGEST "00", "*9000" },
		{ "802A029A20" DIGEST "00", "6A82" },
		{ SELECT_TEXT, "9000" },
		{ "00200091", "63C3" }
	};
	int left;

	(void)state;
	card_begin("child");
	RUN(rows);
	assert_code(jpki_softcard_tries(card.soft, JPKI_PIN_SIGN, &left),
	    0);
	assert_int_equal(left, -1);
	assert_code(jpki_softcard_set(card.soft, "sign-not-after",
	    "2030-01-01"), JPKI_ERR_VALUE);
	card_end();
}

static void
android_profile(void **state)
{
	static const struct exchange rows[] = {
		{ SELECT_JPKI, "9000" },
		{ "00B086000F", "4A504B49415047505345544F4B454E9000" },
		{ "00B08A0004", "6982" },
		{ "00B08B0004", "3082....9000" },
		{ AUTH_RIGHT, "9000" },
		{ "00B08A0004", "3082....9000" },
		{ "802A029720" DIGEST "00", "*9000" },
		/* No other application: a login cannot be ended so. */
		{ SELECT_TEXT, "6A82" },
		{ SELECT_COMMON, "6A82" },
		{ "00B08A0004", "3082....9000" },
		{ "@power", NULL },
		{ SELECT_JPKI, "9000" },
		{ "00B08A0004", "6982" }
	};
	int left;

	(void)state;
	card_begin("android");
	RUN(rows);
	assert_code(jpki_softcard_tries(card.soft, JPKI_PIN_TEXT, &left),
	    0);
	assert_int_equal(left, -1);
	card_end();
}

static void
other_profiles(void **state)
{
	static const struct exchange iphone[] = {
		{ SELECT_JPKI, "9000" },
		{ "00B086000F", "4A504B494150494F53544F4B454E209000" },
		{ "80FC0000", "9000" },
		{ SELECT_TEXT, "6A82" }
	};
	static const struct exchange juki[] = {
		{ SELECT_JPKI, "9000" },
		{ "00B0860010", "4A504B494150494343544F4B454E20209000" },
		{ SELECT_TEXT, "6A82" }
	};

	(void)state;
	card_begin("card");
	become("profile", "iphone");
	RUN(iphone);
	become("profile", "juki");
	RUN(juki);
	card_end();
}

/* The answer has to fit into what the caller has, before it is written. */
static void
small_buffers(void **state)
{
	const uint8_t challenge[] = { 0x00, 0x84, 0x00, 0x00, 0x10 };
	uint8_t answer[32];
	size_t len = 77, size;

	(void)state;
	card_begin("card");
	for (size = 0; size < 18; size++) {
		row("room for %zu bytes", size);
		memset(answer, 0xaa, sizeof(answer));
		assert_code(jpkip_softcard_transmit(card.soft, challenge,
		    sizeof(challenge), answer, size, &len), JPKI_ERR_SPACE);
		assert_int_equal(answer[size], 0xaa);
		assert_int_equal(len, 77);
	}
	assert_code(jpkip_softcard_transmit(card.soft, challenge,
	    sizeof(challenge), answer, 18, &len), 0);
	assert_int_equal(len, 18);
	card_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(reference_exchanges),
		ROW_TEST(select_variants),
		ROW_TEST(read_variants),
		ROW_TEST(short_ids),
		ROW_TEST(verify_rules),
		ROW_TEST(change_rules),
		ROW_TEST(sign_rules),
		ROW_TEST(sign_limits),
		ROW_TEST(signatures_verify),
		ROW_TEST(security_state),
		ROW_TEST(text_application),
		ROW_TEST(long_attributes),
		ROW_TEST(length_forms),
		ROW_TEST(other_commands),
		ROW_TEST(first_command),
		ROW_TEST(extended_length),
		ROW_TEST(atr_check_byte),
		ROW_TEST(filler),
		ROW_TEST(child_profile),
		ROW_TEST(android_profile),
		ROW_TEST(other_profiles),
		ROW_TEST(small_buffers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
