/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL's errors; see openssl.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "openssl.h"

/* The error that counts, and its data, which is "" if it has none. */
static unsigned long
take_error(char *data, size_t size, bool *ours)
{
	unsigned long e, cause = 0;
	const char *lib, *text;
	int flags;

	*data = '\0';
	*ours = false;
	while (!*ours &&
	    (e = ERR_get_error_all(NULL, NULL, NULL, &text, &flags)) != 0) {
		lib = ERR_lib_error_string(e);
		*ours = lib != NULL && strcmp(lib, "jpki") == 0;
		if (cause != 0 && !*ours)
			continue;
		cause = e;
		snprintf(data, size, "%s",
		    (flags & ERR_TXT_STRING) != 0 ? text : "");
	}
	ERR_clear_error();
	return cause;
}

/* Where in the provider's data the general hint for the code begins: the
 * provider goes by the locale, which can be of another language than we are.
 * NULL: it has another hint. */
static const char *
find_hint(const char *data, int err)
{
	const char *en = jpki_strhint(err, JPKI_LANG_EN);
	const char *ja = jpki_strhint(err, JPKI_LANG_JA);
	const char *at = *en != '\0' ? strstr(data, en) : NULL;

	return at != NULL || *ja == '\0' ? at : strstr(data, ja);
}

/* Takes the provider's data apart: "DETAIL. HINT REMEDY". A hint that only
 * fits this case is not known here: then all of it is detail. */
static void
split_data(struct openssl_failure *failure, const char *data)
{
	const char *at = find_hint(data, failure->err);
	size_t len = at != NULL ? (size_t)(at - data) : strlen(data);

	while (len > 0 && data[len - 1] == ' ')
		len--;
	snprintf(failure->detail, sizeof(failure->detail), "%.*s", (int)len,
	    data);
	if (at != NULL)
		snprintf(failure->hint, sizeof(failure->hint), "%s",
		    jpki_strhint(failure->err, text_lang()));
}

void
openssl_failure(struct openssl_failure *failure)
{
	char data[1024];
	const char *cause = NULL;
	unsigned long e;
	bool ours;

	memset(failure, 0, sizeof(*failure));
	e = take_error(data, sizeof(data), &ours);
	if (ours && jpki_errclass(-ERR_GET_REASON(e)) != JPKI_CLASS_NONE)
		failure->err = -ERR_GET_REASON(e);
	if (failure->err != 0)
		cause = jpki_strerror(failure->err, text_lang());
	else if (e != 0)
		cause = ERR_reason_error_string(e);
	snprintf(failure->cause, sizeof(failure->cause), "%s", cause != NULL ?
	    cause : pick("OpenSSL gave no reason", "OpenSSL が理由を示して"
	    "いません"));
	split_data(failure, data);
}

int
openssl_complain(const struct advice *advice)
{
	struct openssl_failure failure;
	char what[sizeof(failure.cause) + sizeof(failure.detail) + 4];

	openssl_failure(&failure);
	snprintf(what, sizeof(what), "%s%s%s", failure.cause,
	    *failure.detail == '\0' ? "" : pick(": ", "："), failure.detail);
	return complain_failure(failure.err, what, failure.hint, advice);
}

void
openssl_follow_lang(void)
{
	if (jpki_lang_from_locale() != text_lang())
		setenv("LC_ALL", text_lang() == JPKI_LANG_JA ? "ja_JP.UTF-8" :
		    "C.UTF-8", 1);
}
