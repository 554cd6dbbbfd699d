/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate/soft_ca.h"
#include "softcard/cert_fields.h"
#include "softcard/holder_text.h"
#include "softcard/pins.h"

#define FILLER_MAX	20000	/* the file stays below 7FFF */
#define DELAY_MAX	60000
/* A certificate made in 2050 or later would not be in UTCTime. */
#define YEAR_MAX	2049

static const char *const profiles[] = {
	"card", "child", "android", "iphone", "juki"
};

static bool
parse_profile(struct jpkip_soft_state *state, const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (strcmp(value, profiles[i]) == 0) {
			state->profile = (enum jpkip_soft_profile)i;
			return true;
		}
	return false;
}

static void
print_profile(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%s", profiles[state->profile]);
}

static bool
parse_name(struct jpkip_soft_state *state, const char *value)
{
	return jpkip_soft_text(value, JPKIP_SOFT_NAME_CHARS, false,
	    state->name, sizeof(state->name));
}

static void
print_name(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%s", state->name);
}

static bool
parse_address(struct jpkip_soft_state *state, const char *value)
{
	return jpkip_soft_text(value, JPKIP_SOFT_ADDRESS_CHARS, true,
	    state->address, sizeof(state->address));
}

static void
print_address(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%s", state->address);
}

static bool
parse_flags(char *flags, size_t size, const char *value)
{
	size_t len = strlen(value);

	if (strcmp(value, "none") == 0)
		len = 0;
	else if (len == 0 || len >= size || strspn(value, "01") != len)
		return false;
	memcpy(flags, value, len);
	flags[len] = '\0';
	return true;
}

static void
print_flags(const char *flags, char *text, size_t size)
{
	snprintf(text, size, "%s", *flags != '\0' ? flags : "none");
}

static bool
parse_name_flags(struct jpkip_soft_state *state, const char *value)
{
	return parse_flags(state->name_flags, sizeof(state->name_flags),
	    value);
}

static void
print_name_flags(const struct jpkip_soft_state *state, char *text, size_t size)
{
	print_flags(state->name_flags, text, size);
}

static bool
parse_address_flags(struct jpkip_soft_state *state, const char *value)
{
	return parse_flags(state->address_flags, sizeof(state->address_flags),
	    value);
}

static void
print_address_flags(const struct jpkip_soft_state *state, char *text,
    size_t size)
{
	print_flags(state->address_flags, text, size);
}

/* 00 for a day, or a month and its day, that nobody knows. */
static bool
parse_birth(struct jpkip_soft_state *state, const char *value)
{
	char date[JPKI_DATE_TEXT];
	bool no_month, no_day;

	if (strlen(value) != sizeof(date) - 1)
		return false;
	memcpy(date, value, sizeof(date));
	no_day = strcmp(date + 8, "00") == 0;
	no_month = no_day && strncmp(date + 5, "00", 2) == 0;
	if (no_day)
		date[9] = '1';
	if (no_month)
		date[6] = '1';
	if (!jpki_date_parse(date, &state->birth))
		return false;
	if (no_day)
		state->birth.day = 0;
	if (no_month)
		state->birth.month = 0;
	return jpkip_soft_era(state->birth) != 0;
}

static void
print_birth(const struct jpkip_soft_state *state, char *text, size_t size)
{
	if (size >= JPKI_DATE_TEXT)
		jpki_date_format(state->birth, text);
}

static bool
parse_sex(struct jpkip_soft_state *state, const char *value)
{
	if (strlen(value) != 1 || strchr("01239", *value) == NULL)
		return false;
	state->sex = *value;
	return true;
}

static void
print_sex(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%c", state->sex);
}

static bool
parse_generation(struct jpkip_soft_state *state, const char *value)
{
	if (*value < '1' || *value > '0' + JPKIP_GENERATIONS ||
	    value[1] != '\0')
		return false;
	state->generation = *value - '0';
	return true;
}

static void
print_generation(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%d", state->generation);
}

static bool
parse_day(struct jpki_date *day, const char *value)
{
	return jpki_date_parse(value, day) && day->year <= YEAR_MAX;
}

static bool
parse_issued(struct jpkip_soft_state *state, const char *value)
{
	return parse_day(&state->issued, value);
}

static void
print_issued(const struct jpkip_soft_state *state, char *text, size_t size)
{
	if (size >= JPKI_DATE_TEXT)
		jpki_date_format(state->issued, text);
}

static bool
parse_not_after(struct jpkip_soft_state *state, const char *value)
{
	return parse_day(&state->not_after, value);
}

static bool
parse_auth_not_after(struct jpkip_soft_state *state, const char *value)
{
	return parse_day(&state->auth_not_after, value);
}

static bool
parse_sign_not_after(struct jpkip_soft_state *state, const char *value)
{
	return parse_day(&state->sign_not_after, value);
}

static bool
parse_digits(struct jpkip_soft_pin *pin, const char *value)
{
	if (strlen(value) != 4 || strspn(value, "0123456789") != 4)
		return false;
	memcpy(pin->value, value, 4);
	pin->len = 4;
	return true;
}

static bool
parse_auth_pin(struct jpkip_soft_state *state, const char *value)
{
	return parse_digits(jpkip_soft_pin(state, JPKI_PIN_AUTH), value);
}

static bool
parse_text_pin(struct jpkip_soft_state *state, const char *value)
{
	return parse_digits(jpkip_soft_pin(state, JPKI_PIN_TEXT), value);
}

/* As the town hall takes it: letters and digits, at least one of each,
 * registered in upper case. */
static bool
parse_sign_pin(struct jpkip_soft_state *state, const char *value)
{
	struct jpkip_soft_pin *pin = jpkip_soft_pin(state, JPKI_PIN_SIGN);
	size_t i, len = strlen(value), letters = 0, digits = 0;

	if (len < 6 || len > 16)
		return false;
	for (i = 0; i < len; i++) {
		char c = value[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		letters += c >= 'A' && c <= 'Z';
		digits += c >= '0' && c <= '9';
		pin->value[i] = (uint8_t)c;
	}
	pin->len = len;
	return letters > 0 && digits > 0 && letters + digits == len;
}

static bool
parse_on_off(bool *on, const char *value)
{
	*on = strcmp(value, "on") == 0;
	return *on || strcmp(value, "off") == 0;
}

static bool
parse_number(uint32_t *number, const char *value, uint32_t max)
{
	unsigned long n;
	size_t len = strlen(value);

	if (len < 1 || len > 6 || strspn(value, "0123456789") != len)
		return false;
	n = strtoul(value, NULL, 10);
	*number = (uint32_t)n;
	return n <= max;
}

#define ON_OFF(member)							\
static bool								\
parse_##member(struct jpkip_soft_state *state, const char *value)	\
{									\
	return parse_on_off(&state->sw.member, value);			\
}									\
static void								\
print_##member(const struct jpkip_soft_state *state, char *text,	\
    size_t size)							\
{									\
	snprintf(text, size, "%s", state->sw.member ? "on" : "off");	\
}

#define NUMBER(member, max)						\
static bool								\
parse_##member(struct jpkip_soft_state *state, const char *value)	\
{									\
	return parse_number(&state->sw.member, value, max);		\
}									\
static void								\
print_##member(const struct jpkip_soft_state *state, char *text,	\
    size_t size)							\
{									\
	snprintf(text, size, "%u", (unsigned)state->sw.member);		\
}

ON_OFF(sfi)
ON_OFF(pss)
ON_OFF(extended)
ON_OFF(first_6f00)
NUMBER(filler, FILLER_MAX)
NUMBER(delay_ms, DELAY_MAX)
NUMBER(sign_ms, DELAY_MAX)

static bool
parse_reselect(struct jpkip_soft_state *state, const char *value)
{
	state->sw.reselect_clear = strcmp(value, "clear") == 0;
	return state->sw.reselect_clear || strcmp(value, "keep") == 0;
}

static void
print_reselect(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%s", state->sw.reselect_clear ? "clear" : "keep");
}

static bool
parse_blocked(struct jpkip_soft_state *state, const char *value)
{
	state->sw.blocked_sw = strcmp(value, "6983") == 0 ? 0x6983 : 0x6984;
	return state->sw.blocked_sw == 0x6983 || strcmp(value, "6984") == 0;
}

static void
print_blocked(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%04X", (unsigned)state->sw.blocked_sw);
}

static bool
parse_text_length(struct jpkip_soft_state *state, const char *value)
{
	state->sw.text_length = strcmp(value, "81") == 0 ? 0x81 :
	    strcmp(value, "82") == 0 ? 0x82 : 0;
	return state->sw.text_length != 0 || strcmp(value, "short") == 0;
}

static void
print_text_length(const struct jpkip_soft_state *state, char *text,
    size_t size)
{
	if (state->sw.text_length == 0)
		snprintf(text, size, "short");
	else
		snprintf(text, size, "%02X", state->sw.text_length);
}

static const char *const signatures[] = {
	"right", "zeros", "other", "flipped", "salt-0", "salt-20", "salt-64"
};

static bool
parse_signature(struct jpkip_soft_state *state, const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		if (strcmp(value, signatures[i]) == 0) {
			state->sw.signature = (enum jpkip_soft_signature)i;
			return true;
		}
	return false;
}

static void
print_signature(const struct jpkip_soft_state *state, char *text, size_t size)
{
	snprintf(text, size, "%s", signatures[state->sw.signature]);
}

/* What values must be. In two steps: the numbers themselves, not their names,
 * are to be in the texts. */
#define CHARACTERS(max) CHARACTERS_TO(max)
#define CHARACTERS_TO(max) "1 to " #max " characters, with no space at an " \
	"end or beside another", "1 から " #max " 文字です。前後の空白と" \
	"連続する空白は使えません"
#define FLAGS(max) FLAGS_TO(max)
#define FLAGS_TO(max) "none, or 1 to " #max " digits, each 0 or 1", \
	"none か、0 と 1 を 1 から " #max " 個並べたものです"
#define FROM_0(max) FROM_0_TO(max)
#define FROM_0_TO(max) "a number from 0 to " #max, \
	"0 から " #max " までの数です"
#define DAY "a day until 2049, YYYY-MM-DD", \
	"2049 年までの日付（YYYY-MM-DD）です"
#define DIGITS_4 "4 digits", "数字 4 桁です"
#define SWITCH "on or off", "on か off です"

const struct jpkip_soft_option jpkip_soft_options[] = {
	{ "profile", JPKIP_SOFT_FIXED, "card, child, android, iphone or juki",
	    "card、child、android、iphone、juki のどれかです", parse_profile,
	    print_profile },
	{ "name", JPKIP_SOFT_HOLDER, CHARACTERS(JPKIP_SOFT_NAME_CHARS),
	    parse_name, print_name },
	{ "address", JPKIP_SOFT_HOLDER, CHARACTERS(JPKIP_SOFT_ADDRESS_CHARS),
	    parse_address, print_address },
	{ "name-flags", JPKIP_SOFT_HOLDER, FLAGS(JPKIP_SOFT_NAME_CHARS),
	    parse_name_flags, print_name_flags },
	{ "address-flags", JPKIP_SOFT_HOLDER, FLAGS(JPKIP_SOFT_ADDRESS_CHARS),
	    parse_address_flags, print_address_flags },
	{ "birth", JPKIP_SOFT_HOLDER,
	    "a day from 1868-01-25 on, YYYY-MM-DD, with 00 for what is not "
	    "known",
	    "1868-01-25 以降の日付（YYYY-MM-DD）です。わからない部分は 00 と"
	    "します", parse_birth, print_birth },
	{ "sex", JPKIP_SOFT_HOLDER, "0, 1, 2, 3 or 9",
	    "0、1、2、3、9 のどれかです", parse_sex, print_sex },
	{ "generation", JPKIP_SOFT_FIXED, "1, 2 or 3",
	    "1、2、3 のどれかです", parse_generation, print_generation },
	{ "issued", JPKIP_SOFT_FIXED, DAY, parse_issued, print_issued },
	{ "not-after", JPKIP_SOFT_FIXED, DAY, parse_not_after, NULL },
	{ "auth-pin", JPKIP_SOFT_SECRET, DIGITS_4, parse_auth_pin, NULL },
	{ "sign-pin", JPKIP_SOFT_SECRET,
	    "6 to 16 letters (A to Z) and digits, with one of each at least",
	    "英字（A から Z）と数字の両方を使った 6 から 16 文字です",
	    parse_sign_pin, NULL },
	{ "text-pin", JPKIP_SOFT_SECRET, DIGITS_4, parse_text_pin, NULL },
	{ "auth-not-after", JPKIP_SOFT_REISSUE, DAY, parse_auth_not_after,
	    NULL },
	{ "sign-not-after", JPKIP_SOFT_REISSUE, DAY, parse_sign_not_after,
	    NULL },
	{ "sfi", JPKIP_SOFT_SWITCH, SWITCH, parse_sfi, print_sfi },
	{ "pss", JPKIP_SOFT_SWITCH, SWITCH, parse_pss, print_pss },
	{ "extended", JPKIP_SOFT_SWITCH, SWITCH, parse_extended,
	    print_extended },
	{ "first-6f00", JPKIP_SOFT_SWITCH, SWITCH, parse_first_6f00,
	    print_first_6f00 },
	{ "blocked-sw", JPKIP_SOFT_SWITCH, "6983 or 6984",
	    "6983 か 6984 です", parse_blocked, print_blocked },
	{ "text-length", JPKIP_SOFT_SWITCH, "short, 81 or 82",
	    "short、81、82 のどれかです", parse_text_length,
	    print_text_length },
	{ "filler", JPKIP_SOFT_SWITCH, FROM_0(FILLER_MAX), parse_filler,
	    print_filler },
	{ "reselect", JPKIP_SOFT_SWITCH, "keep or clear",
	    "keep か clear です", parse_reselect, print_reselect },
	{ "delay-ms", JPKIP_SOFT_SWITCH, FROM_0(DELAY_MAX), parse_delay_ms,
	    print_delay_ms },
	{ "sign-ms", JPKIP_SOFT_SWITCH, FROM_0(DELAY_MAX), parse_sign_ms,
	    print_sign_ms },
	{ "signature", JPKIP_SOFT_SWITCH,
	    "right, zeros, other, flipped, salt-0, salt-20 or salt-64",
	    "right、zeros、other、flipped、salt-0、salt-20、salt-64 の"
	    "どれかです", parse_signature, print_signature },
	{ NULL, JPKIP_SOFT_FIXED, NULL, NULL, NULL, NULL }
};

const struct jpkip_soft_option *
jpkip_soft_option(const char *name)
{
	const struct jpkip_soft_option *option;

	for (option = jpkip_soft_options; option->name != NULL; option++)
		if (strcmp(option->name, name) == 0)
			return option;
	return NULL;
}

int
jpkip_soft_option_set(struct jpki_ctx *ctx, struct jpkip_soft_state *state,
    const char *name, const char *value)
{
	const struct jpkip_soft_option *option;

	if (name == NULL || value == NULL)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((option = jpkip_soft_option(name)) == NULL)
		return jpkip_soft_no_setting(ctx, name);
	if (!option->parse(state, value))
		return jpkip_fail(ctx, JPKI_ERR_VALUE, "%s is %s",
		    "%s の値は、%s",
		    option->name, jpkip_pick(ctx, option->en, option->ja));
	return 0;
}

int
jpkip_soft_no_setting(struct jpki_ctx *ctx, const char *name)
{
	return jpkip_fail(ctx, JPKI_ERR_VALUE,
	    "\"%.40s\" is no setting of a software card",
	    "\"%.40s\" というソフトウェアカードの設定はありません", name);
}

int
jpkip_soft_no_sign(struct jpki_ctx *ctx, const char *option)
{
	return jpkip_fail(ctx, JPKI_ERR_VALUE,
	    "%s is not for the profile child, without a sign certificate",
	    "%s は、署名用電子証明書のない profile child には使えません",
	    option);
}
