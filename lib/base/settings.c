/* SPDX-License-Identifier: Apache-2.0 */
#include "base/settings.h"

#include <jpki/pin.h>
#include <jpki/secret.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/printable.h"
#include "base/usual.h"

enum type { TEXT, FILE_PATH, SOURCE, NUMBER, SWITCH, DEBUG, TOKENS };

#define FIELD(field) offsetof(struct jpki_settings, field)
static const struct setting {
	const char *name;
	enum type type;		/* the last four are ints, others texts */
	size_t field;		/* none for a source */
	int min, max;		/* of a number */
} table[] = {
	{ "reader", TEXT, FIELD(reader), 0, 0 },
	{ "pin-source.auth", SOURCE, 0, 0, 0 },
	{ "pin-source.sign", SOURCE, 0, 0, 0 },
	{ "cert.sign", FILE_PATH, FIELD(cert_sign), 0, 0 },
	{ "anchors", TEXT, FIELD(anchors), 0, 0 },
	{ "debug", DEBUG, FIELD(debug), 0, 0 },
	{ "min-tries", NUMBER, FIELD(min_tries), 1, 5 },
	{ "sign-pin-uses", NUMBER, FIELD(sign_pin_uses), 0, 1000000 },
	{ "pin-grace", NUMBER, FIELD(pin_grace), 0, 3600 },
	{ "allow-sha1", SWITCH, FIELD(allow_sha1), 0, 0 },
	{ "pss", SWITCH, FIELD(pss), 0, 0 },
	{ "tokens", TOKENS, FIELD(tokens), 0, 0 },
};
#define N_SETTINGS (sizeof(table) / sizeof(table[0]))

struct owned {
	struct jpki_settings settings;	/* first: what the caller sees */
	char *values[N_SETTINGS];	/* NULL: not set */
	char *path;			/* the usual file; NULL: none */
};

/* N_SETTINGS: there is none of that name. */
static size_t
find(const char *name)
{
	size_t i = 0;

	while (i < N_SETTINGS && strcmp(table[i].name, name) != 0)
		i++;
	return i;
}

int
jpki_settings_new(struct jpki_ctx *ctx, struct jpki_settings **out)
{
	struct owned *owned;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((owned = calloc(1, sizeof(*owned))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	owned->settings.min_tries = JPKI_TRIES_DEFAULT;
	owned->settings.pin_grace = 60;
	owned->settings.pss = 1;
	owned->settings.tokens = JPKI_TOKENS_AUTH;
	*out = &owned->settings;
	return 0;
}

void
jpki_settings_free(struct jpki_settings **settings)
{
	struct owned *owned;
	size_t i;

	if (settings == NULL || *settings == NULL)
		return;
	owned = (struct owned *)*settings;
	for (i = 0; i < N_SETTINGS; i++)
		free(owned->values[i]);
	free(owned->path);
	free(owned);
	*settings = NULL;
}

const char *
jpki_settings_name(size_t i)
{
	return i < N_SETTINGS ? table[i].name : NULL;
}

bool
jpki_settings_is_set(const struct jpki_settings *settings, size_t i)
{
	return settings != NULL && i < N_SETTINGS &&
	    ((const struct owned *)settings)->values[i] != NULL;
}

bool
jpki_settings_has(const struct jpki_settings *settings, const char *name)
{
	return name != NULL && jpki_settings_is_set(settings, find(name));
}

const char *
jpki_settings_pin_source(const struct jpki_settings *settings,
    enum jpki_pin pin)
{
	const struct owned *owned = (const struct owned *)settings;

	if (settings == NULL)
		return NULL;
	switch (pin) {
	case JPKI_PIN_AUTH:
		return owned->values[find("pin-source.auth")];
	case JPKI_PIN_SIGN:
		return owned->values[find("pin-source.sign")];
	case JPKI_PIN_TEXT:
	case JPKI_PIN_CARD:
		break;
	}
	return NULL;
}

/* -1: it is no number, or none of these. */
static int
number(const char *text, int min, int max)
{
	size_t digits = strspn(text, "0123456789");
	long n = digits <= 9 ? strtol(text, NULL, 10) : -1;

	return digits > 0 && text[digits] == '\0' && n >= min && n <= max ?
	    (int)n : -1;
}

/* 0: it is none of the words. */
static int
tokens(const char *text)
{
	if (strcmp(text, "auth") == 0)
		return JPKI_TOKENS_AUTH;
	if (strcmp(text, "sign") == 0)
		return JPKI_TOKENS_SIGN;
	return strcmp(text, "both") == 0 ?
	    JPKI_TOKENS_AUTH | JPKI_TOKENS_SIGN : 0;
}

bool
jpkip_is_file(const char *value)
{
	return strncmp(value, "file:", 5) == 0 && value[5] != '\0';
}

bool
jpkip_is_fd(const char *value)
{
	return strncmp(value, "fd:", 3) == 0 &&
	    number(value + 3, 0, INT_MAX) >= 0;
}

static bool
fits(const struct setting *setting, const char *value)
{
	switch (setting->type) {
	case NUMBER:
		return number(value, setting->min, setting->max) >= 0;
	case SWITCH:
		return strcmp(value, "on") == 0 || strcmp(value, "off") == 0;
	case FILE_PATH:
		return jpkip_is_file(value);
	case SOURCE:
		return jpkip_is_file(value) || jpkip_is_fd(value);
	case DEBUG:
		return jpki_debug_parse(value) >= 0;
	case TOKENS:
		return tokens(value) != 0;
	default:
		return true;
	}
}

/* What a value must be. */
static int
misfit(struct jpki_ctx *ctx, const char *where, const struct setting *setting)
{
	switch (setting->type) {
	case NUMBER:
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: %s is a number from %d to %d",
		    "%s: %s は %d から %d までの数です", where, setting->name,
		    setting->min, setting->max);
	case SWITCH:
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: %s is on or off", "%s: %s は on か off です", where,
		    setting->name);
	case FILE_PATH:
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: %s is file:PATH", "%s: %s は file:PATH です", where,
		    setting->name);
	case SOURCE:
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: %s is file:PATH or fd:NUMBER",
		    "%s: %s は file:PATH か fd:NUMBER です", where,
		    setting->name);
	case DEBUG:
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: %s is apdu, provider or all",
		    "%s: %s は apdu、provider、all のどれかです", where,
		    setting->name);
	case TOKENS:
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: %s is auth, sign or both",
		    "%s: %s は auth、sign、both のどれかです", where,
		    setting->name);
	case TEXT:	/* fits always */
		break;
	}
	return JPKI_ERR_SETTING;
}

static void
assign(const struct setting *setting, const char *value,
    struct jpki_settings *settings)
{
	char *field = (char *)settings + setting->field;

	if (setting->type == SOURCE)
		return;		/* jpki_settings_pin_source() finds it */
	if (setting->type == NUMBER)
		*(int *)field = number(value, setting->min, setting->max);
	else if (setting->type == SWITCH)
		*(int *)field = strcmp(value, "on") == 0;
	else if (setting->type == DEBUG)
		*(int *)field = jpki_debug_parse(value);
	else if (setting->type == TOKENS)
		*(int *)field = tokens(value);
	else
		*(const char **)field = setting->type == FILE_PATH ?
		    value + strlen("file:") : value;
}

/* The value is in no message: it may be a PIN in the wrong place, and so may
 * what is no name. */
int
jpki_settings_set(struct jpki_ctx *ctx, struct jpki_settings *settings,
    const char *name, const char *value, const char *where)
{
	struct owned *owned = (struct owned *)settings;
	size_t i;

	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (settings == NULL || name == NULL || value == NULL || where == NULL)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((i = find(name)) == N_SETTINGS)
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: unknown key \"%s\"",
		    "%s: \"%s\" という項目はありません", where,
		    jpkip_printable_word(ctx, name));
	if (owned->values[i] != NULL)
		return jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s: %s is given twice", "%s: %s が二重に指定されています",
		    where, name);
	if (*value == '\0')
		return jpkip_fail(ctx, JPKI_ERR_SETTING, "%s: %s is empty",
		    "%s: %s が空です", where, name);
	if (!fits(&table[i], value))
		return misfit(ctx, where, &table[i]);
	if ((owned->values[i] = strdup(value)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	assign(&table[i], owned->values[i], settings);
	return 0;
}

static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = '\0';
	return text;
}

int
jpkip_settings_parse(struct jpki_ctx *ctx, struct jpki_settings *settings,
    char *text, const char *what)
{
	char *name, *value, *next = text, where[96];
	unsigned line = 0;
	int r = 0;

	if (strncmp(next, JPKI_BYTE_ORDER_MARK,
	    strlen(JPKI_BYTE_ORDER_MARK)) == 0)
		next += strlen(JPKI_BYTE_ORDER_MARK);
	while (r == 0 && (value = strsep(&next, "\n")) != NULL) {
		snprintf(where, sizeof(where), jpkip_pick(ctx,
		    "%.40s, line %u", "%.40s の %u 行目"), what, ++line);
		value = trim(value);
		if (*value == '\0' || *value == '#')
			continue;
		name = trim(strsep(&value, "="));
		r = value != NULL ? jpki_settings_set(ctx, settings, name,
		    trim(value), where) : jpkip_fail(ctx, JPKI_ERR_SETTING,
		    "%s is not \"name = value\"",
		    "%sは \"name = value\" の形ではありません", where);
	}
	return r;
}

/* Up to size bytes of a file; /dev/null is an empty one. A FIFO without a
 * writer would keep us for ever. -1: see errno, which is 0 if it is something
 * else. */
static ssize_t
read_file(const char *path, char *out, size_t size)
{
	/* O_NONBLOCK: opening does not wait either. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int failure;
	struct stat st;
	ssize_t got = -1, n = 0;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0) {
		errno = 0;
		while ((S_ISREG(st.st_mode) || S_ISCHR(st.st_mode)) &&
		    (got = read(fd, out + n, size - (size_t)n)) > 0)
			n += got;
	}
	failure = errno;
	close(fd);
	errno = failure;
	return got == 0 ? n : -1;
}

int
jpki_settings_read(struct jpki_ctx *ctx, struct jpki_settings *settings,
    const char *path, const char *what)
{
	char *text;
	ssize_t n;
	int r;

	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (settings == NULL || path == NULL || what == NULL)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((text = calloc(1, JPKI_SETTINGS_MAX + 1)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	n = read_file(path, text, JPKI_SETTINGS_MAX);
	if (n < 0 && errno == 0)
		r = jpkip_fail(ctx, JPKI_ERR_SETTING, "%s %s is not a file",
		    "%s %s はファイルではありません", what, path);
	else if (n < 0)
		r = jpkip_fail(ctx, JPKI_ERR_SYSTEM, JPKIP_SAME("%s %s: %s"),
		    what, path, jpkip_errno_text(ctx));
	else if (n == JPKI_SETTINGS_MAX || strlen(text) != (size_t)n)
		r = jpkip_fail(ctx, JPKI_ERR_SETTING, "%s %s is no text",
		    "%s %s はテキストではありません", what, path);
	else
		r = jpkip_settings_parse(ctx, settings, text, what);
	free(text);
	return r;
}

/* From a file's settings those that were not set before. */
static int
fill(struct jpki_ctx *ctx, struct jpki_settings *settings,
    const struct owned *file, const char *what)
{
	bool reader_said = jpkip_ctx_reader(ctx) != NULL;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < N_SETTINGS; i++) {
		if (file->values[i] == NULL ||
		    jpki_settings_is_set(settings, i) ||
		    (reader_said && strcmp(table[i].name, "reader") == 0))
			continue;
		r = jpki_settings_set(ctx, settings, table[i].name,
		    file->values[i], what);
	}
	return r;
}

int
jpkip_settings_load(struct jpki_ctx *ctx, struct jpki_settings *settings,
    const char *system, const char **path)
{
	struct owned *owned = (struct owned *)settings;
	struct jpki_settings *file = NULL;
	const char *what;
	int r;

	if (path != NULL)
		*path = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (settings == NULL)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	free(owned->path);
	if ((r = jpkip_usual_path(ctx, system, &owned->path, &what)) != 0 ||
	    owned->path == NULL)
		return r;
	if (path != NULL)
		*path = owned->path;
	if ((r = jpki_settings_new(ctx, &file)) == 0 &&
	    (r = jpki_settings_read(ctx, file, owned->path, what)) == 0)
		r = fill(ctx, settings, (struct owned *)file, what);
	jpki_settings_free(&file);
	return r;
}

int
jpki_settings_load(struct jpki_ctx *ctx, struct jpki_settings *settings,
    const char **path)
{
	return jpkip_settings_load(ctx, settings, "/etc/jpki/jpki.conf", path);
}
