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

static const struct {
	const char *name;
	const char *tries_name;
} pins[JPKIP_SOFT_PINS] = {
	{ "auth-pin", "auth-tries" },
	{ "sign-pin", "sign-tries" },
	{ "text-pin", "text-tries" }
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
put_pin(struct jpkip_buf *buf, int i, const struct jpkip_soft_pin *pin)
{
	static const char hex[] = "0123456789ABCDEF";
	char tries[16];
	size_t k;

	put(buf, pins[i].name);
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
	put_line(buf, pins[i].tries_name, tries);
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
		if (jpkip_soft_has_pin(state, (enum jpki_pin)(i + 1)))
			put_pin(&buf, i, &state->pins[i]);
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
	{ "address-flags", "none" }
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
	int i;

	if (strcmp(name, "id") == 0)
		return parse_id(state->id, value) ? SEEN_ID : 0;
	for (i = 0; i < JPKIP_SOFT_PINS; i++) {
		if (strcmp(name, pins[i].name) == 0)
			return parse_pin(&state->pins[i], value) ?
			    SEEN_PIN(i) : 0;
		if (strcmp(name, pins[i].tries_name) == 0) {
			if (*value < '0' || *value > '0' +
			    jpkip_soft_max_tries((enum jpki_pin)(i + 1)) ||
			    value[1] != '\0')
				return 0;
			state->pins[i].tries = *value - '0';
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
		if (!jpkip_soft_has_pin(state, (enum jpki_pin)(i + 1)))
			continue;
		if ((seen & SEEN_PIN(i)) == 0)
			return pins[i].name;
		if ((seen & SEEN_TRIES(i)) == 0)
			return pins[i].tries_name;
	}
	return NULL;
}

/* Splits off a line and takes it in. NULL: go on, "": the end, otherwise what
 * is wrong with it. */
static const char *
parse_line(struct jpkip_soft_state *state, int n, char *line, size_t len,
    uint64_t *seen)
{
	uint64_t bit;
	char *value;

	if (strlen(line) != len)
		return "NUL";
	if (n == 1)
		return strcmp(line, VERSION_LINE) == 0 ? NULL :
		    "not \"" VERSION_LINE "\"";
	if (strcmp(line, END_LINE) == 0)
		return "";
	if ((value = strchr(line, ' ')) == NULL)
		return "not \"name value\"";
	*value++ = '\0';
	if ((bit = parse_setting(state, line, value)) == 0)
		return "unknown name or bad value";
	if (*seen & bit)
		return "said twice";
	*seen |= bit;
	return NULL;
}

bool
jpkip_soft_state_parse(char *text, size_t len, struct jpkip_soft_state *state,
    char *why, size_t why_size)
{
	char *at = text, *end;
	const char *wrong = NULL;
	uint64_t seen = 0;
	int n;

	memset(state, 0, sizeof(*state));
	set_newer(state);
	for (n = 1; wrong == NULL; n++, at = end + 1) {
		end = memchr(at, '\n', len - (size_t)(at - text));
		if (end == NULL) {
			snprintf(why, why_size, "cut off after line %d", n - 1);
			return false;
		}
		*end = '\0';
		wrong = parse_line(state, n, at, (size_t)(end - at), &seen);
	}
	if (*wrong == '\0' && at != text + len)
		wrong = "more after the end";
	if (*wrong != '\0') {
		snprintf(why, why_size, "line %d: %s", n - 1, wrong);
		return false;
	}
	if ((wrong = missing(state, seen)) != NULL) {
		snprintf(why, why_size, "no line \"%s\"", wrong);
		return false;
	}
	return true;
}
