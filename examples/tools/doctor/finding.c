/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: what was found, and what to do about it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/message.h"
#include "common/openssl.h"
#include "doctor.h"

/* Where memory is short, a report has less in it. */
static void
append(char **text, const char *between, const char *what)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s", *text != NULL ? *text : "",
	    *text != NULL ? between : "", what) == -1)
		return;
	free(*text);
	*text = longer;
}

void
tell(struct doctor *d, enum state state, const char *what)
{
	append(&d->now->text, pick("; ", "。"), what);
	if (state > d->now->state)
		d->now->state = state;
}

void
note(struct doctor *d, enum state state, const char *en, const char *ja, ...)
{
	char *what;
	va_list ap;

	va_start(ap, ja);
	if (vasprintf(&what, pick(en, ja), ap) == -1)
		what = NULL;
	va_end(ap);
	tell(d, state, what != NULL ? what : "?");
	free(what);
}

void
advise(struct doctor *d, const char *todo)
{
	const char *before = d->now->todo;
	size_t len = before != NULL ? strlen(before) : 0;
	size_t stop = strlen("。");

	if (*todo == '\0' || (before != NULL && strstr(before, todo) != NULL))
		return;
	append(&d->now->todo, len >= stop &&
	    strcmp(before + len - stop, "。") == 0 ? "" : " ", todo);
}

/* A message has details, the bare cause has none; nor has a hint. */
void
blame(struct doctor *d, enum state state, int err)
{
	const char *text = jpki_ctx_errmsg(d->ctx);
	const char *hint = jpki_ctx_errhint(d->ctx);
	unsigned sw = jpki_ctx_err_sw(d->ctx);

	if (*text == '\0')
		hint = jpki_strhint(err, text_lang());
	if (!d->redact && *text != '\0')
		tell(d, state, text);
	else if (sw != 0 && *text != '\0')
		note(d, state, "%s (status %04X)", "%s（ステータスワード "
		    "%04X）", jpki_strerror(err, text_lang()), sw);
	else
		tell(d, state, jpki_strerror(err, text_lang()));
	advise(d, hint);
	advise(d, common_advice(err));
	if (err == JPKI_ERR_TIMEOUT)
		d->hangs = true;
}

int
blame_openssl(struct doctor *d, const char *text)
{
	struct openssl_failure failure;

	openssl_failure(&failure);
	if (d->redact || *failure.detail == '\0')
		note(d, BROKEN, "%s: %s", "%s：%s", text, failure.cause);
	else
		note(d, BROKEN, "%s: %s: %s", "%s：%s：%s", text,
		    failure.cause, failure.detail);
	advise(d, failure.hint);
	return failure.err;
}

const char *
hide(const struct doctor *d, const char *path)
{
	bool ours = strncmp(path, "/usr/lib/", 9) == 0 ||
	    strncmp(path, "/usr/lib64/", 11) == 0 ||
	    strncmp(path, "/usr/local/lib/", 15) == 0;

	if (!d->redact || (ours && strstr(path, "..") == NULL))
		return path;
	return pick("a directory", "フォルダー");
}
