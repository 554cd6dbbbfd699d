/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ctx.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpki/framework/settings.h>

#include "base/shown.h"

#define DETAIL_MAX 512
#define ERRMSG_MAX (DETAIL_MAX + 160)	/* the cause goes before it */
#define COMMAND_MS 30000
#define OTHERS_MS 60000

struct jpki_ctx {
	enum jpki_lang lang;
	jpki_log_fn *log;
	void *log_arg;
	bool trace;
	uint32_t command_us;	/* of the command that is traced */
	char *reader;
	struct jpkip_limits limits;
	void *attached;
	void (*attached_free)(void *);
	/* The record has a fixed size, so that it survives lack of memory. */
	int err;
	uint16_t sw;
	char detail[DETAIL_MAX];
	char errmsg[ERRMSG_MAX];
	const char *hint;	/* static */
	bool fresh;		/* the last jpkip_fail() made it */
};

static void
log_to_stderr(void *arg, enum jpki_log_level level, const char *line)
{
	(void)arg;
	if (level == JPKI_LOG_TRACE)
		fprintf(stderr, "%s\n", line);
	else
		fprintf(stderr, "jpki: %s\n", line);
}

struct jpki_ctx *
jpki_ctx_new(void)
{
	int debug = jpki_debug_parse(secure_getenv("JPKI_DEBUG"));
	const char *reader = secure_getenv("JPKI_READER");
	struct jpki_ctx *ctx;

	if ((ctx = calloc(1, sizeof(*ctx))) == NULL)
		return NULL;
	if (reader != NULL && *reader != '\0' &&
	    (ctx->reader = strdup(reader)) == NULL) {
		free(ctx);
		return NULL;
	}
	ctx->lang = JPKI_LANG_EN;
	ctx->limits.command_ms = COMMAND_MS;
	ctx->limits.others_ms = OTHERS_MS;
	ctx->log = log_to_stderr;
	ctx->trace = debug > 0 && (debug & JPKI_DEBUG_APDU) != 0;
	return ctx;
}

void
jpki_ctx_free(struct jpki_ctx **ctx)
{
	if (ctx == NULL || *ctx == NULL)
		return;
	if ((*ctx)->attached != NULL)
		(*ctx)->attached_free((*ctx)->attached);
	free((*ctx)->reader);
	free(*ctx);
	*ctx = NULL;
}

void
jpki_ctx_set_log(struct jpki_ctx *ctx, jpki_log_fn *fn, void *arg)
{
	if (ctx == NULL)
		return;
	ctx->log = fn != NULL ? fn : log_to_stderr;
	ctx->log_arg = fn != NULL ? arg : NULL;
}

void
jpki_ctx_set_lang(struct jpki_ctx *ctx, enum jpki_lang lang)
{
	if (ctx != NULL)
		ctx->lang = lang == JPKI_LANG_JA ? JPKI_LANG_JA : JPKI_LANG_EN;
}

enum jpki_lang
jpki_ctx_lang(const struct jpki_ctx *ctx)
{
	return ctx != NULL ? ctx->lang : JPKI_LANG_EN;
}

void
jpki_ctx_set_limits(struct jpki_ctx *ctx, unsigned command_ms,
    unsigned others_ms)
{
	if (ctx == NULL)
		return;
	if (command_ms > 0)
		ctx->limits.command_ms = command_ms;
	if (others_ms > 0)
		ctx->limits.others_ms = others_ms;
}

struct jpkip_limits
jpkip_ctx_limits(const struct jpki_ctx *ctx)
{
	return ctx->limits;
}

static bool
names_utf8(const char *locale)
{
	return strcasestr(locale, "UTF-8") != NULL ||
	    strcasestr(locale, "utf8") != NULL;
}

/* Ours is UTF-8: where Japanese is written otherwise, nobody could read it. */
static enum jpki_lang
lang_of(const char *locale)
{
	return strncmp(locale, "ja", 2) == 0 &&
	    (strchr(locale, '.') == NULL || names_utf8(locale)) ?
	    JPKI_LANG_JA : JPKI_LANG_EN;
}

enum jpki_lang
jpki_lang_from_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return lang_of(value);
	}
	return JPKI_LANG_EN;
}

bool
jpki_locale_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return names_utf8(value) || strcmp(value, "ja") == 0;
	}
	return false;
}

const char *
jpki_ctx_errmsg(const struct jpki_ctx *ctx)
{
	return ctx != NULL ? ctx->errmsg : "";
}

const char *
jpki_ctx_errdetail(const struct jpki_ctx *ctx)
{
	return ctx != NULL ? ctx->detail : "";
}

const char *
jpki_ctx_errhint(const struct jpki_ctx *ctx)
{
	return ctx != NULL && ctx->hint != NULL ? ctx->hint : "";
}

int
jpki_ctx_err(const struct jpki_ctx *ctx)
{
	return ctx != NULL ? ctx->err : 0;
}

uint16_t
jpki_ctx_err_sw(const struct jpki_ctx *ctx)
{
	return ctx != NULL ? ctx->sw : 0;
}

const char *
jpki_version(void)
{
	return JPKIP_VERSION;
}

const char *
jpkip_pick(const struct jpki_ctx *ctx, const char *en, const char *ja)
{
	return jpki_ctx_lang(ctx) == JPKI_LANG_JA ? ja : en;
}

static void format(char *, size_t, const char *, va_list)
    JPKIP_PRINTF(3, 0);
static void record(struct jpki_ctx *, int, unsigned, const char *, va_list)
    JPKIP_PRINTF(4, 0);

/* At most DETAIL_MAX bytes, as a terminal may get them. */
static void
format(char *out, size_t size, const char *fmt, va_list ap)
{
	/* A character that is cut off at the end of this is beyond out's. */
	char raw[DETAIL_MAX + 4];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	jpkip_shown(out, size, raw);
}

/* The message is the cause, and the detail if there is one. */
static void
join(struct jpki_ctx *ctx)
{
	const char *what = jpki_strerror(ctx->err, ctx->lang);

	if (ctx->detail[0] == '\0')
		snprintf(ctx->errmsg, sizeof(ctx->errmsg), "%s", what);
	else
		snprintf(ctx->errmsg, sizeof(ctx->errmsg), "%s%s%s", what,
		    jpkip_pick(ctx, ": ", "："), ctx->detail);
}

static void
record(struct jpki_ctx *ctx, int code, unsigned sw, const char *detail,
    va_list ap)
{
	ctx->fresh = ctx->err == 0;
	if (!ctx->fresh)
		return;
	ctx->err = code;
	ctx->sw = (uint16_t)sw;
	ctx->hint = jpki_strhint(code, ctx->lang);
	if (detail != NULL)
		format(ctx->detail, sizeof(ctx->detail), detail, ap);
	join(ctx);
}

int
jpkip_fail(struct jpki_ctx *ctx, int code, const char *en, const char *ja, ...)
{
	va_list ap;

	if (ctx != NULL) {
		va_start(ap, ja);
		record(ctx, code, 0, jpkip_pick(ctx, en, ja), ap);
		va_end(ap);
	}
	return code;
}

int
jpkip_fail_sw(struct jpki_ctx *ctx, int code, unsigned sw, const char *en,
    const char *ja, ...)
{
	va_list ap;

	if (ctx != NULL) {
		va_start(ap, ja);
		record(ctx, code, sw, jpkip_pick(ctx, en, ja), ap);
		va_end(ap);
	}
	return code;
}

int
jpkip_fail_errno(struct jpki_ctx *ctx, const char *what)
{
	return jpkip_fail(ctx, JPKI_ERR_SYSTEM, JPKIP_SAME("%s: %s"), what,
	    jpkip_errno_text(ctx));
}

const char *
jpkip_errno_text(const struct jpki_ctx *ctx)
{
	return jpki_strerrno(errno, jpki_ctx_lang(ctx));
}

int
jpkip_hint(struct jpki_ctx *ctx, int code, const char *en, const char *ja)
{
	if (ctx != NULL && ctx->fresh && ctx->err == code)
		ctx->hint = jpkip_pick(ctx, en, ja);
	return code;
}

int
jpkip_detail(struct jpki_ctx *ctx, int code, const char *en, const char *ja,
    ...)
{
	size_t len;
	va_list ap;

	if (ctx == NULL || ctx->err != code)
		return code;
	len = strlen(ctx->detail);
	va_start(ap, ja);
	format(ctx->detail + len, sizeof(ctx->detail) - len,
	    jpkip_pick(ctx, en, ja), ap);
	va_end(ap);
	join(ctx);
	return code;
}

void
jpkip_ctx_clear(struct jpki_ctx *ctx)
{
	ctx->err = 0;
	ctx->sw = 0;
	ctx->detail[0] = ctx->errmsg[0] = '\0';
	ctx->hint = NULL;
	ctx->fresh = false;
}

void
jpkip_ctx_follow(struct jpki_ctx *ctx, const struct jpki_ctx *other)
{
	ctx->lang = other->lang;
	ctx->log = other->log;
	ctx->log_arg = other->log_arg;
	ctx->trace = other->trace;
	ctx->limits = other->limits;
}

void
jpkip_ctx_take(struct jpki_ctx *ctx, const struct jpki_ctx *other, int code)
{
	jpkip_ctx_clear(ctx);
	if (other == NULL || other->err != code) {
		jpkip_ignore(jpkip_fail(ctx, code, NULL, NULL));
		return;
	}
	ctx->err = other->err;
	ctx->sw = other->sw;
	ctx->hint = other->hint;
	memcpy(ctx->detail, other->detail, sizeof(ctx->detail));
	memcpy(ctx->errmsg, other->errmsg, sizeof(ctx->errmsg));
}

void
jpkip_warn(struct jpki_ctx *ctx, const char *en, const char *ja, ...)
{
	char line[DETAIL_MAX];
	va_list ap;

	va_start(ap, ja);
	format(line, sizeof(line), jpkip_pick(ctx, en, ja), ap);
	va_end(ap);
	ctx->log(ctx->log_arg, JPKI_LOG_WARNING, line);
}

bool
jpkip_tracing(const struct jpki_ctx *ctx)
{
	/* Whoever installs a log function gets the trace as well. */
	return ctx->trace || ctx->log != log_to_stderr;
}

void
jpkip_trace(struct jpki_ctx *ctx, const char *line, uint32_t us)
{
	ctx->command_us = us;
	ctx->log(ctx->log_arg, JPKI_LOG_TRACE, line);
}

uint32_t
jpki_ctx_command_us(const struct jpki_ctx *ctx)
{
	return ctx != NULL ? ctx->command_us : 0;
}

const char *
jpkip_ctx_reader(const struct jpki_ctx *ctx)
{
	return ctx->reader;
}

void *
jpkip_ctx_attached(const struct jpki_ctx *ctx)
{
	return ctx->attached;
}

void
jpkip_ctx_attach(struct jpki_ctx *ctx, void *thing, void (*thing_free)(void *))
{
	ctx->attached = thing;
	ctx->attached_free = thing_free;
}
