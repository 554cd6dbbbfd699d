/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to standard error, which a desktop keeps in its journal. Never a
 * PIN, or anything of a certificate. */
#include "p11.h"

#include <stdio.h>
#include <unistd.h>

const char *
p11_pick(const char *en, const char *ja)
{
	return jpki_lang_from_locale() == JPKI_LANG_JA ? ja : en;
}

/* Not if it was closed when we were loaded, since its number is somebody's file
 * by now. */
void
p11_say(const char *text)
{
	if (!p11.mute)
		fprintf(stderr, "jpki: %s\n", text);
}

static void
log_line(void *arg, enum jpki_log_level level, const char *line)
{
	(void)arg;
	if (level != JPKI_LOG_TRACE)
		p11_say(line);
	else if ((p11.debug & JPKI_DEBUG_APDU) != 0 && !p11.mute)
		fprintf(stderr, "%s\n", line);
}

struct jpki_ctx *
p11_ctx_new(void)
{
	struct jpki_ctx *ctx = jpki_ctx_new();

	jpki_ctx_set_lang(ctx, jpki_lang_from_locale());
	jpki_ctx_set_log(ctx, log_line, NULL);
	return ctx;
}

static CK_RV
rv_of(int err)
{
	switch (err) {
	case JPKI_OK:
		return CKR_OK;
	case JPKI_ERR_MEMORY:
		return CKR_HOST_MEMORY;
	case JPKI_ERR_NO_READER:
	case JPKI_ERR_NO_CARD:
	case JPKI_ERR_MUTE:
	case JPKI_ERR_NO_SERVICE:
	case JPKI_ERR_NOT_ALLOWED:
		return CKR_TOKEN_NOT_PRESENT;
	case JPKI_ERR_NOT_JPKI:
	case JPKI_ERR_OLD_CARD:
	case JPKI_ERR_NOT_ON_CARD:
	case JPKI_ERR_DAMAGED:
		return CKR_TOKEN_NOT_RECOGNIZED;
	case JPKI_ERR_REMOVED:
	case JPKI_ERR_CHANGED:
		return CKR_DEVICE_REMOVED;
	case JPKI_ERR_NEEDS_PIN:
		return CKR_USER_NOT_LOGGED_IN;
	case JPKI_ERR_NO_PSS:
		return CKR_MECHANISM_INVALID;
	case JPKI_ERR_DIGEST:
		return CKR_DATA_INVALID;
	case JPKI_ERR_PIN_WRONG:
	/* Nothing was sent, and nobody need know the difference: programs ask
	 * again after this answer, and after no other. */
	case JPKI_ERR_PIN_FORMAT:
		return CKR_PIN_INCORRECT;
	/* Programs stop here. */
	case JPKI_ERR_PIN_BLOCKED:
	case JPKI_ERR_PIN_LAST_TRY:
	case JPKI_ERR_PIN_NO_COUNT:
		return CKR_PIN_LOCKED;
	case JPKI_ERR_SETTING:
	case JPKI_ERR_SYSTEM:
		return CKR_GENERAL_ERROR;
	default:
		return CKR_DEVICE_ERROR;
	}
}

/* How to send a PIN all the same: behind the hint of the library, which knows
 * no settings. */
static const char *
advice(int err)
{
	if (err != JPKI_ERR_PIN_LAST_TRY && err != JPKI_ERR_PIN_NO_COUNT)
		return "";
	return p11_pick(
	    " \"jpki-pin try --last-try\" sends it once, and so does this "
	    "program with min-tries = 1 in jpki.conf.",
	    "jpki-pin try --last-try で 1 回だけ送れます。jpki.conf に "
	    "min-tries = 1 と書けば、このプログラムからも送れます。");
}

static CK_RV
done(struct jpki_ctx *ctx, int r, bool loud)
{
	const char *what = jpki_ctx_errmsg(ctx), *hint = jpki_ctx_errhint(ctx);
	char text[2048];

	if (ctx == NULL)
		return CKR_HOST_MEMORY;
	if (r != 0 && (loud || (p11.debug & JPKI_DEBUG_PROVIDER) != 0)) {
		if (*what == '\0')
			what = jpki_strerror(r, jpki_lang_from_locale());
		snprintf(text, sizeof(text), p11_pick("%s. %s%s", "%s。%s%s"),
		    what, hint, advice(r));
		p11_say(text);
	}
	jpki_ctx_free(&ctx);
	return rv_of(r);
}

CK_RV
p11_done(struct jpki_ctx *ctx, int r)
{
	return done(ctx, r, true);
}

CK_RV
p11_done_quietly(struct jpki_ctx *ctx, int r)
{
	return done(ctx, r, false);
}

CK_RV
p11_return(const char *function, CK_RV rv)
{
	if ((p11.debug & JPKI_DEBUG_PROVIDER) != 0 && !p11.mute)
		fprintf(stderr, "jpki[%ld]: %s: 0x%lx\n", (long)getpid(),
		    function, rv);
	return rv;
}
