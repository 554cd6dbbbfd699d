/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file is text that a person can read and, while nobody uses the card,
 * edit: a version line, one "name value" line each, and "end". A file that
 * was cut off lacks the "end".
 */
#include "softcard/state.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "softcard/options.h"
#include "softcard/pins.h"

#define VERSION_LINE "jpki-softcard 1"
#define END_LINE "end"

static const struct pin_lines {
	enum jpki_pin pin;
	const char *name;
	const char *tries_name;
} pins[JPKIP_SOFT_PINS] = {
	{ JPKI_PIN_AUTH, "auth-pin", "auth-tries" },
	{ JPKI_PIN_SIGN, "sign-pin", "sign-tries" },
	{ JPKI_PIN_TEXT, "text-pin", "text-tries" }
};

static void
put(struct jpkip_buf *buf, const char *text)
{
	jpkip_buf_put(buf, text, strlen(text));
}

static void
put_line(struct jpkip_buf *buf, const char *name, const char *value)
{
	put(buf, name);
	put(buf, " ");
	put(buf, value);
	put(buf, "\n");
}

/* A card takes any bytes for a PIN; what is not a letter or digit is %XX. */
static void
put_pin(struct jpkip_buf *buf, const struct pin_lines *lines,
    const struct jpkip_soft_pin *pin)
{
	static const char hex[] = "0123456789ABCDEF";
	char tries[16];
	size_t k;

	put(buf, lines->name);
	put(buf, " ");
	for (k = 0; k < pin->len; k++) {
		uint8_t c = pin->value[k];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z'))
			jpkip_buf_u8(buf, c);
		else {
			jpkip_buf_u8(buf, '%');
			jpkip_buf_u8(buf, (uint8_t)hex[c >> 4]);
			jpkip_buf_u8(buf, (uint8_t)hex[c & 15]);
		}
	}
	put(buf, "\n");
	snprintf(tries, sizeof(tries), "%d", pin->tries);
	put_line(buf, lines->tries_name, tries);
}

bool
jpkip_soft_state_print(const struct jpkip_soft_state *state, char *text,
    size_t size, size_t *len)
{
	struct jpkip_buf buf = { (uint8_t *)text, 0, size, false };
	const struct jpkip_soft_option *option;
	char value[JPKIP_SOFT_VALUE_MAX];
	int i;

	put(&buf, VERSION_LINE "\n");
	put_line(&buf, "id", state->id);
	for (i = 0; i < JPKIP_SOFT_PINS; i++)
		if (jpkip_soft_has_pin(state, pins[i].pin))
			put_pin(&buf, &pins[i],
			    &state->pins[jpkip_soft_pin_index(pins[i].pin)]);
	for (option = jpkip_soft_options; option->name != NULL; option++) {
		if (option->print == NULL)
			continue;
		option->print(state, value, sizeof(value));
		put_line(&buf, option->name, value);
	}
	put(&buf, END_LINE "\n");
	*len = buf.len;
	jpkip_buf_u8(&buf, '\0');
	return !buf.overflow;
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static bool
parse_pin(struct jpkip_soft_pin *pin, const char *value)
{
	size_t n;

	for (n = 0; *value != '\0'; n++) {
		if (n == sizeof(pin->value))
			return false;
		if (*value != '%') {
			pin->value[n] = (uint8_t)*value++;
			continue;
		}
		if (hex_digit(value[1]) < 0 || hex_digit(value[2]) < 0)
			return false;
		pin->value[n] = (uint8_t)(hex_digit(value[1]) << 4 |
		    hex_digit(value[2]));
		value += 3;
	}
	pin->len = n;
	return n > 0;
}

static bool
parse_id(char *id, const char *value)
{
	if (strlen(value) != JPKIP_SOFT_ID - 1 ||
	    strspn(value, "0123456789abcdef") != JPKIP_SOFT_ID - 1)
		return false;
	memcpy(id, value, JPKIP_SOFT_ID);
	return true;
}

/*
 * Settings that came after the first version, and what a card does that was
 * made before them. Every other line is in every file.
 */
static const struct {
	const char *name, *value;
} newer[] = {
	{ "text-length", "short" },
	{ "name-flags", "none" },
	{ "address-flags", "none" },
	{ "signature", "right" }
};

#define NEWER (sizeof(newer) / sizeof(newer[0]))

/* Bits of what a file has said already: options, then these. */
#define SEEN_OPTION(o)	(UINT64_C(1) << ((o) - jpkip_soft_options))
#define SEEN_ID		(UINT64_C(1) << 48)
#define SEEN_PIN(i)	(UINT64_C(1) << (49 + (i)))
#define SEEN_TRIES(i)	(UINT64_C(1) << (56 + (i)))

/* One "name value". 0: unknown name or bad value; otherwise its bit. */
static uint64_t
parse_setting(struct jpkip_soft_state *state, const char *name,
    const char *value)
{
	const struct jpkip_soft_option *option;
	struct jpkip_soft_pin *pin;
	int i;

	if (strcmp(name, "id") == 0)
		return parse_id(state->id, value) ? SEEN_ID : 0;
	for (i = 0; i < JPKIP_SOFT_PINS; i++) {
		pin = jpkip_soft_pin(state, pins[i].pin);
		if (strcmp(name, pins[i].name) == 0)
			return parse_pin(pin, value) ? SEEN_PIN(i) : 0;
		if (strcmp(name, pins[i].tries_name) == 0) {
			if (*value < '0' || *value > '0' +
			    jpkip_soft_max_tries(pins[i].pin) ||
			    value[1] != '\0')
				return 0;
			pin->tries = *value - '0';
			return SEEN_TRIES(i);
		}
	}
	if ((option = jpkip_soft_option(name)) == NULL ||
	    option->print == NULL || !option->parse(state, value))
		return 0;
	return SEEN_OPTION(option);
}

static void
set_newer(struct jpkip_soft_state *state)
{
	size_t i;

	for (i = 0; i < NEWER; i++)
		(void)jpkip_soft_option(newer[i].name)->parse(state,
		    newer[i].value);
}

static bool
is_newer(const char *name)
{
	size_t i;

	for (i = 0; i < NEWER; i++)
		if (strcmp(newer[i].name, name) == 0)
			return true;
	return false;
}

/* The name of something that should be there and is not; NULL: all there. */
static const char *
missing(const struct jpkip_soft_state *state, uint64_t seen)
{
	const struct jpkip_soft_option *option;
	int i;

	for (option = jpkip_soft_options; option->name != NULL; option++)
		if (option->print != NULL && !is_newer(option->name) &&
		    (seen & SEEN_OPTION(option)) == 0)
			return option->name;
	if ((seen & SEEN_ID) == 0)
		return "id";
	for (i = 0; i < JPKIP_SOFT_PINS; i++) {
		if (!jpkip_soft_has_pin(state, pins[i].pin))
			continue;
		if ((seen & SEEN_PIN(i)) == 0)
			return pins[i].name;
		if ((seen & SEEN_TRIES(i)) == 0)
			return pins[i].tries_name;
	}
	return NULL;
}

static bool
wrong_is(struct jpkip_soft_wrong *wrong, const char *en, const char *ja)
{
	wrong->en = en;
	wrong->ja = ja;
	return false;
}

/* Takes in the n-th line. False: *wrong says why not. */
static bool
parse_line(struct jpkip_soft_state *state, int n, char *line, size_t len,
    uint64_t *seen, struct jpkip_soft_wrong *wrong)
{
	uint64_t bit;
	char *value;

	if (strlen(line) != len)
		return wrong_is(wrong, "a NUL byte", "NUL バイトがあります");
	if (n == 1)
		return strcmp(line, VERSION_LINE) == 0 ||
		    wrong_is(wrong, "not \"" VERSION_LINE "\"",
		    "\"" VERSION_LINE "\" ではありません");
	if ((value = strchr(line, ' ')) == NULL)
		return wrong_is(wrong, "not \"name value\"",
		    "\"name value\" の形ではありません");
	*value++ = '\0';
	if ((bit = parse_setting(state, line, value)) == 0)
		return wrong_is(wrong, "unknown name or bad value",
		    "知らない名前か、正しくない値です");
	if (*seen & bit)
		return wrong_is(wrong, "said twice", "二重に書かれています");
	*seen |= bit;
	return true;
}

/* All lines, and what follows the last. */
static bool
parse_lines(struct jpkip_soft_state *state, char *text, size_t len,
    uint64_t *seen, struct jpkip_soft_wrong *wrong)
{
	char *at = text, *end;
	bool over = false;

	while (!over) {
		end = memchr(at, '\n', len - (size_t)(at - text));
		if (end == NULL)
			return wrong->line == 0 ?
			    wrong_is(wrong, "not a whole line is in it",
			    "完全な行が 1 つもありません") :
			    wrong_is(wrong, "it is cut off after this line",
			    "この行の後が切れています");
		*end = '\0';
		wrong->line++;
		over = wrong->line > 1 && strcmp(at, END_LINE) == 0 &&
		    strlen(at) == (size_t)(end - at);
		if (!over && !parse_line(state, wrong->line, at,
		    (size_t)(end - at), seen, wrong))
			return false;
		at = end + 1;
	}
	return at == text + len || wrong_is(wrong, "more after the end",
	    "終わりの後に続きがあります");
}

bool
jpkip_soft_state_parse(char *text, size_t len, struct jpkip_soft_state *state,
    struct jpkip_soft_wrong *wrong)
{
	uint64_t seen = 0;

	memset(state, 0, sizeof(*state));
	memset(wrong, 0, sizeof(*wrong));
	set_newer(state);
	if (!parse_lines(state, text, len, &seen, wrong))
		return false;
	wrong->missing = missing(state, seen);
	return wrong->missing == NULL;
}
