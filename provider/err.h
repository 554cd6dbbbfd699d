/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors, as an application sees them in OpenSSL's queue: a reason that says
 * what to do, and the library's own message about this case as data.
 */
#ifndef PROV_ERR_H
#define PROV_ERR_H

#include <jpki/err.h>

#include <openssl/core_dispatch.h>

struct prov;

/* Reasons below 1000 are libjpki's codes without their sign, so that a
 * program can tell them by jpki/err.h; the others are our own. */
#define PROV_JPKI(code) PROV_R_##code = -JPKI_ERR_##code
enum prov_reason {
	PROV_JPKI(MEMORY),
	PROV_JPKI(SYSTEM),
	PROV_JPKI(CRYPTO),
	PROV_JPKI(INTERNAL),
	PROV_JPKI(NO_SERVICE),
	PROV_JPKI(NOT_ALLOWED),
	PROV_JPKI(NO_READER),
	PROV_JPKI(NO_CARD),
	PROV_JPKI(AMBIGUOUS),
	PROV_JPKI(MUTE),
	PROV_JPKI(REMOVED),
	PROV_JPKI(CHANGED),
	PROV_JPKI(BUSY),
	PROV_JPKI(TIMEOUT),
	PROV_JPKI(IO),
	PROV_JPKI(DOOR),
	PROV_JPKI(NOT_JPKI),
	PROV_JPKI(OLD_CARD),
	PROV_JPKI(CARD_SW),
	PROV_JPKI(NOT_ON_CARD),
	PROV_JPKI(NEEDS_PIN),
	PROV_JPKI(NO_PSS),
	PROV_JPKI(SIGNATURE),
	PROV_JPKI(PIN_FORMAT),
	PROV_JPKI(PIN_WRONG),
	PROV_JPKI(PIN_BLOCKED),
	PROV_JPKI(PIN_LAST_TRY),
	PROV_JPKI(PIN_NO_COUNT),
	PROV_JPKI(PIN_SOURCE),
	PROV_JPKI(PIN_CANCELLED),
	PROV_JPKI(DATA),
	PROV_JPKI(SPACE),
	PROV_JPKI(DIGEST),
	PROV_JPKI(DAMAGED),
	PROV_R_URI_SYNTAX = 1000,
	PROV_R_URI_ATTRIBUTE,
	PROV_R_AMBIGUOUS_KEY,
	PROV_R_NO_KEY_HERE,
	PROV_R_PUBLIC_ONLY,
	PROV_R_IMPORT_PRIVATE,
	PROV_R_PSS_PARAMETERS,
	PROV_R_PADDING_UNSUPPORTED,
	PROV_R_RAW_REFUSED,
	PROV_R_LENGTH
};

/* What failed in libjpki, noted under the card's lock and raised after it. */
struct prov_fail {
	int err;		/* JPKI_ERR_* */
	char text[512];
};

/* Notes an error with a text of our own, or the library's for err if NULL.
 * Returns err, which is never 0. */
int	prov_fail(struct prov_fail *, int err, const char *text);

/* One more error in the queue. */
void	prov_raise_at(const struct prov *, const char *file, int line,
	    const char *func, enum prov_reason, const char *fmt, ...)
	    __attribute__((format(printf, 6, 7)));
void	prov_raise_fail_at(const struct prov *, const char *file, int line,
	    const char *func, const struct prov_fail *);

#define prov_raise(prov, reason, ...) \
	prov_raise_at(prov, OPENSSL_FILE, OPENSSL_LINE, OPENSSL_FUNC, \
	    reason, __VA_ARGS__)
#define prov_raise_fail(prov, fail) \
	prov_raise_fail_at(prov, OPENSSL_FILE, OPENSSL_LINE, OPENSSL_FUNC, \
	    fail)

OSSL_FUNC_provider_get_reason_strings_fn prov_reason_strings;

#endif
