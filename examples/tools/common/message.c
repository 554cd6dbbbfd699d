/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages and exit codes; see message.h.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jpki/framework/settings.h>

#include "layout.h"
#include "message.h"

#define INDENT 2	/* of a message's further lines */

static const char *program = "jpki";

void
message_start(const char *name)
{
	program = name;
	/* A message is written at once, not its beginning before its rest. */
	setvbuf(stderr, NULL, _IOLBF, 0);
	/* What libc says about characters is to fit the texts, too. */
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	text_set_lang(jpki_lang_from_locale());
}

const char *
message_program(void)
{
	return program;
}

/* What the options of our programs do about a failure of the library, whose own
 * texts name none: they stand behind its hint. */
static const struct advice for_all[] = {
	{ JPKI_ERR_NO_READER, {
	    "--reader or JPKI_READER names it.",
	    "--reader か JPKI_READER で指定できます。" } },
	{ JPKI_ERR_NO_CARD, {
	    "jpki-softcard new makes a software card.",
	    "jpki-softcard new でソフトウェアカードを作れます。" } },
	{ JPKI_ERR_AMBIGUOUS, {
	    "--reader or JPKI_READER names it.",
	    "--reader か JPKI_READER で指定できます。" } },
	{ JPKI_ERR_NEEDS_PIN, {
	    "--pin-source names it.",
	    "--pin-source で指定できます。" } },
	{ JPKI_ERR_PIN_LAST_TRY, {
	    "--last-try insists.",
	    "そのときは --last-try を付けてください。" } },
	{ JPKI_ERR_PIN_UNTRIED, {
	    "jpki-pin try asks for it; --min-tries N sends this one with N "
	    "tries left.",
	    "jpki-pin try で入力できます。--min-tries N を付けると、残り N 回"
	    "でも送ります。" } },
	{ JPKI_ERR_PIN_NO_COUNT, {
	    "--last-try insists.",
	    "そのときは --last-try を付けてください。" } },
	{ JPKI_ERR_DAMAGED, {
	    "jpki-softcard new makes one.",
	    "jpki-softcard new で作れます。" } },
	{ 0, { NULL, NULL } }
};

static const char *
find_advice(const struct advice *advice, int err)
{
	for (; advice != NULL && advice->err != 0; advice++)
		if (advice->err == err)
			return text_of(advice->text);
	return NULL;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* What stands between two sentences: a full stop if the first has none; a
 * full-width one needs no space. */
static const char *
between(const char *before, const char *after)
{
	if (*after == '\0' || *before == '\0')
		return "";
	if (ends_with(before, "。") || ends_with(before, "？"))
		return "";
	if (ends_with(before, ".") || ends_with(before, "?"))
		return " ";
	return pick(". ", "。");
}

void
message_put(FILE *out, const char *text)
{
	struct layout layout = layout_of(out);

	fflush(stdout);
	fprintf(out, "%s: ", program);
	layout_text(&layout, INDENT, (int)strlen(program) + 2, text);
}

/* What, how to help, and more help; free() it. */
static char *
compose(const char *what, const char *hint, const char *more)
{
	char *text;

	if (asprintf(&text, "%s%s%s%s%s", what, between(what, hint), hint,
	    between(*hint != '\0' ? hint : what, more), more) == -1)
		return NULL;
	return text;
}

/* The message is finished here. */
static void
put_message(const char *what, const char *hint, const char *more)
{
	char *text = compose(what, hint, more);

	message_put(stderr, text != NULL ? text : what);
	free(text);
}

__attribute__((format(printf, 2, 0))) static void
put_format(const char *before, const char *format, va_list ap,
    const char *hint)
{
	char *what = NULL, *text = NULL;

	if (vasprintf(&what, format, ap) == -1)
		what = NULL;
	if (what != NULL && asprintf(&text, "%s%s", before, what) == -1)
		text = NULL;
	put_message(text != NULL ? text : jpki_strerror(JPKI_ERR_MEMORY,
	    text_lang()), hint, "");
	free(what);
	free(text);
}

void
message_signed(const char *path, const char *out)
{
	struct layout layout = layout_of(stdout);

	if (isatty(STDOUT_FILENO))
		layout_pairf(&layout, 0, INDENT, path, "is signed: %s",
		    "に署名しました：%s", out);
}

void
complain(const char *en, const char *ja, ...)
{
	va_list ap;

	va_start(ap, ja);
	put_format("", pick(en, ja), ap, "");
	va_end(ap);
}

void
complain_mildly(const char *en, const char *ja, ...)
{
	va_list ap;

	va_start(ap, ja);
	put_format(pick("warning: ", "警告: "), pick(en, ja), ap, "");
	va_end(ap);
}

int
usage_error(const char *en, const char *ja, ...)
{
	char hint[96];
	va_list ap;

	snprintf(hint, sizeof(hint), pick("See %s --help.",
	    "%s --help を見てください。"), program);
	va_start(ap, ja);
	put_format("", pick(en, ja), ap, hint);
	va_end(ap);
	return EX_USAGE;
}

int
complain_errno(const char *name)
{
	const char *why = jpki_strerrno(errno, text_lang());

	complain("%s: %s", "%s: %s", name, why);
	return EXIT_FAILURE;
}

int
complain_place(const char *name)
{
	if (errno != ENXIO)
		return complain_errno(name);
	complain("%s: no file can be kept there; name another place, or save "
	    "what comes through a pipe to a file first",
	    "%s: ここにはファイルを残せません。別の場所を指定するか、パイプ"
	    "などのデータは先にファイルに保存してください", name);
	return EXIT_FAILURE;
}

int
complain_code(const char *name, int err)
{
	const char *why = jpki_strerror(err, text_lang());
	char *what = NULL;

	if (name != NULL && asprintf(&what, "%s: %s", name, why) == -1)
		what = NULL;
	put_message(what != NULL ? what : why, jpki_strhint(err, text_lang()),
	    "");
	free(what);
	return exit_code(err);
}

const char *
common_advice(int err)
{
	const char *text = find_advice(for_all, err);

	return text != NULL ? text : "";
}

static const char *
more_advice(int err, const struct advice *advice)
{
	const char *more = find_advice(advice, err);

	return more != NULL ? more : common_advice(err);
}

int
complain_failure(int err, const char *what, const char *hint,
    const struct advice *advice)
{
	put_message(what, hint, more_advice(err, advice));
	return exit_code(err);
}

/* Not every failure leaves a record, as when memory is short. */
static const char *
failure_of(const struct jpki_ctx *ctx, int err, const char **hint)
{
	const char *what = jpki_ctx_errmsg(ctx);

	*hint = *what != '\0' ? jpki_ctx_errhint(ctx) :
	    jpki_strhint(err, text_lang());
	return *what != '\0' ? what : jpki_strerror(err, text_lang());
}

char *
message_text(const struct jpki_ctx *ctx, int err, const struct advice *advice)
{
	const char *hint, *what = failure_of(ctx, err, &hint);

	return compose(what, hint, more_advice(err, advice));
}

int
complain_about(const char *name, const struct jpki_ctx *ctx, int err,
    const struct advice *advice)
{
	const char *hint, *what = failure_of(ctx, err, &hint);
	char *named = NULL;

	if (name != NULL && asprintf(&named, "%s: %s", name, what) == -1)
		named = NULL;
	complain_failure(err, named != NULL ? named : what, hint, advice);
	free(named);
	return exit_code(err);
}

int
complain_ctx(const struct jpki_ctx *ctx, int err, const struct advice *advice)
{
	return complain_about(NULL, ctx, err, advice);
}

/* Warnings become messages. The trace of commands, for who asked for it, stays
 * as it is: no line of it holds a name. */
void
message_log(void *arg, enum jpki_log_level level, const char *line)
{
	int debug = jpki_debug_parse(getenv("JPKI_DEBUG"));

	(void)arg;
	if (level == JPKI_LOG_WARNING)
		complain_mildly("%s", "%s", line);
	else if (debug > 0 && (debug & JPKI_DEBUG_APDU) != 0)
		fprintf(stderr, "%s\n", line);
}

struct jpki_ctx *
message_ctx(void)
{
	struct jpki_ctx *ctx = jpki_ctx_new();

	if (ctx == NULL) {
		complain("%s", "%s", jpki_strerror(JPKI_ERR_MEMORY,
		    text_lang()));
		return NULL;
	}
	jpki_ctx_set_lang(ctx, text_lang());
	jpki_ctx_set_log(ctx, message_log, NULL);
	return ctx;
}

int
message_finish(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	return complain_errno("stdout");
}

int
exit_code(int err)
{
	if (jpki_errclass(err) == JPKI_CLASS_DATA)
		return EX_DATAERR;
	/* No reader or card to speak of; an open door is a failure. */
	if (jpki_errclass(err) == JPKI_CLASS_TRANSPORT && err != JPKI_ERR_DOOR)
		return EX_UNAVAILABLE;
	return EXIT_FAILURE;
}
