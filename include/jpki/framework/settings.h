/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings by name, for whoever uses cards on behalf of programs that know
 * nothing of them, such as the OpenSSL provider: from a file, or one by one
 * from elsewhere. No PIN is among them.
 *
 * For frameworks: may change with each 0.MINOR.
 */
#ifndef JPKI_FRAMEWORK_SETTINGS_H
#define JPKI_FRAMEWORK_SETTINGS_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JPKI_SETTINGS_MAX 65536	/* bytes of the largest file */

#define JPKI_DEBUG_APDU		1	/* "apdu" */
#define JPKI_DEBUG_PROVIDER	2	/* "provider"; both are "all" */

#define JPKI_TOKENS_AUTH	1	/* "auth" */
#define JPKI_TOKENS_SIGN	2	/* "sign"; both are "both" */

/* Texts are NULL where they are not set. Lent, for reading: made by the
 * library, which may append to it. */
struct jpki_settings {
	const char *reader;		/* reader */
	const char *cert_sign;		/* cert.sign: a path, without file: */
	const char *anchors;		/* anchors: a directory */
	int debug;			/* debug: JPKI_DEBUG_* (none) */
	int min_tries;			/* min-tries: 1 to 5 (2) */
	int sign_pin_uses;		/* sign-pin-uses: 0 (no limit) on (0) */
	int pin_grace;			/* pin-grace: seconds, 0 to 3600 (60) */
	int allow_sha1;			/* allow-sha1: 1 on, 0 off (off) */
	int pss;			/* pss (on) */
	int tokens;			/* tokens: JPKI_TOKENS_* (auth) */
};

/* Settings with their defaults. The caller frees them. */
JPKI_API int jpki_settings_new(struct jpki_ctx *ctx,
    struct jpki_settings **out) JPKI_CHECK;

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_settings_free(struct jpki_settings **settings);

/* What pin-source.auth and pin-source.sign say: file:PATH or fd:NUMBER; NULL:
 * nothing. Borrowed. */
JPKI_API const char *jpki_settings_pin_source(
    const struct jpki_settings *settings, enum jpki_pin pin);

/* What "debug", or JPKI_DEBUG in the environment, says; 0 for nothing (NULL or
 * ""), -1: it is none of the words. */
JPKI_API int jpki_debug_parse(const char *text);

/* The i-th name, from 0 on; NULL past the last. Static. */
JPKI_API const char *jpki_settings_name(size_t i);

/* Whether the i-th was set. */
JPKI_API bool jpki_settings_is_set(const struct jpki_settings *settings,
    size_t i);

/* The same by name; false also for what is no name. */
JPKI_API bool jpki_settings_has(const struct jpki_settings *settings,
    const char *name);

/*
 * Sets one; the value is copied. JPKI_ERR_SETTING: an unknown name, a value
 * that it cannot have, or it was set before; the message begins with where
 * and never has the value, which may be a PIN in the wrong place.
 */
JPKI_API int jpki_settings_set(struct jpki_ctx *ctx,
    struct jpki_settings *settings, const char *name, const char *value,
    const char *where) JPKI_CHECK;

/*
 * Sets those in a file of lines "name = value"; blank lines and those that
 * begin with # mean nothing, and a value is taken as it is, also with $, # or
 * \ in it. what names the file in messages, which tell the line.
 * JPKI_ERR_SYSTEM: it cannot be read; JPKI_ERR_SETTING.
 */
JPKI_API int jpki_settings_read(struct jpki_ctx *ctx,
    struct jpki_settings *settings, const char *path, const char *what)
    JPKI_CHECK;

/*
 * Sets those in the usual file, for what is started from a menu and has
 * neither an environment of its own nor arguments: the file that JPKI_CONF in
 * the environment names; else jpki/jpki.conf in the user's folder
 * (XDG_CONFIG_HOME, else ~/.config); else /etc/jpki/jpki.conf; where there is
 * none of the last two, nothing is set. Only the last one for a set-user-ID
 * program. What was set before stays as it is, and JPKI_READER goes before
 * what the file says: reader stays NULL then, which means it.
 *
 * *path (may be NULL) is the file that was read, or NULL; it is lent by the
 * settings, and set also if the file is wrong. Errors as jpki_settings_read().
 */
JPKI_API int jpki_settings_load(struct jpki_ctx *ctx,
    struct jpki_settings *settings, const char **path) JPKI_CHECK;

#ifdef __cplusplus
}
#endif

#endif
