/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context: the last error, the log, the trace, the language.
 */
#ifndef JPKI_CTX_H
#define JPKI_CTX_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum jpki_log_level {
	JPKI_LOG_WARNING = 1,	/* the holder should see this */
	JPKI_LOG_TRACE		/* one redacted card command, "> ..." */
};

/*
 * Receives one line without its line end. Lines never hold a PIN, an
 * attribute, a certificate or a signature.
 */
typedef void jpki_log_fn(void *arg, enum jpki_log_level level,
    const char *line);

/*
 * A new context, or NULL when memory is short.
 *
 * Two environment variables are honoured, neither in a set-user-ID program:
 * JPKI_DEBUG=apdu makes the default log print every card command to standard
 * error, redacted, one line each, beginning "> "; JPKI_READER names the
 * reader for jpki_card_open() with NULL.
 */
JPKI_API struct jpki_ctx *jpki_ctx_new(void) JPKI_CHECK;

/* Frees; NULL and a pointer to NULL are fine. Free what was made from the
 * context first. */
JPKI_API void jpki_ctx_free(struct jpki_ctx **ctx);

/* Sends log lines to fn instead of standard error, the trace always among
 * them: by its level fn can tell what it wants. NULL: back to the default,
 * warnings, and the trace when JPKI_DEBUG asks for it. */
JPKI_API void jpki_ctx_set_log(struct jpki_ctx *ctx, jpki_log_fn *fn,
    void *arg);

/*
 * Bounds of waiting, in milliseconds, for cards opened from now on: for the
 * answer to one command (at first 30000), and for other programs that keep
 * the card (60000). 0 leaves a bound as it is. A real signature takes up to
 * a few seconds: a command_ms under 10000 is for tests.
 */
JPKI_API void jpki_ctx_set_limits(struct jpki_ctx *ctx, unsigned command_ms,
    unsigned others_ms);

/* Language of messages made from now on; the default is English. */
JPKI_API void jpki_ctx_set_lang(struct jpki_ctx *ctx, enum jpki_lang lang);
JPKI_API enum jpki_lang jpki_ctx_lang(const struct jpki_ctx *ctx);

/* What the locale variables (LC_ALL, LC_MESSAGES, LANG) ask for: English, too,
 * where they name Japanese in another charset than UTF-8, such as
 * ja_JP.EUC-JP. */
JPKI_API enum jpki_lang jpki_lang_from_locale(void);

/* Whether they (LC_ALL, LC_CTYPE, LANG) say that Japanese can be shown as
 * UTF-8. Not nl_langinfo(): few programs that use a library call
 * setlocale(). */
JPKI_API bool jpki_locale_is_utf8(void);

/*
 * The last failure on this context, for people, in the language of the
 * context: "" when nothing failed. Borrowed, good until the next call on the
 * context; never NULL, also for a NULL context.
 *
 *  errmsg     what happened: the bare cause (jpki_strerror()) and the detail,
 *             with the tries that are left where a PIN was sent
 *  errdetail  what the cause alone does not say ("/etc/jpki.conf, line 3");
 *             "" where there is no more
 *  errhint    what the holder can do; set with the failure, so that it fits
 *             what failed, where jpki_strhint() is general
 *
 * None names an option or a command of a program: whoever shows them adds its
 * own. Names of files and readers are in them as a terminal may get them, with
 * \x1b and \n instead of such characters.
 */
JPKI_API const char *jpki_ctx_errmsg(const struct jpki_ctx *ctx);
JPKI_API const char *jpki_ctx_errdetail(const struct jpki_ctx *ctx);
JPKI_API const char *jpki_ctx_errhint(const struct jpki_ctx *ctx);

/* The code of the last failure, or 0. */
JPKI_API int jpki_ctx_err(const struct jpki_ctx *ctx);

/* The card's status word (SW1 SW2) that led to the last failure; 0: none. */
JPKI_API uint16_t jpki_ctx_err_sw(const struct jpki_ctx *ctx);

/*
 * How long the card took for the last command that was traced, from the
 * sending to its answer, in microseconds; for a log function, about the line
 * that it is given. 0: none was. Other programs' use of the card is not in it,
 * nor are the commands of a shared card, which has a context of its own.
 */
JPKI_API uint32_t jpki_ctx_command_us(const struct jpki_ctx *ctx);

/* The library's version, "MAJOR.MINOR.PATCH". */
JPKI_API const char *jpki_version(void);

#ifdef __cplusplus
}
#endif

#endif
