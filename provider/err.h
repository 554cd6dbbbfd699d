/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors, as an application sees them in OpenSSL's queue: a reason that says
 * what to do, and the library's own message about this case as data.
 */
#ifndef PROV_ERR_H
#define PROV_ERR_H

#include <openssl/core_dispatch.h>

struct prov;

enum prov_reason {
	PROV_R_URI_SYNTAX = 1,
	PROV_R_URI_ATTRIBUTE,
	PROV_R_AMBIGUOUS_KEY,
	PROV_R_NO_KEY_HERE,
	PROV_R_NO_READER,
	PROV_R_NO_CARD,
	PROV_R_NOT_JPKI_CARD,
	PROV_R_OLD_CARD,
	PROV_R_CARD_REMOVED,
	PROV_R_CARD_CHANGED,
	PROV_R_CARD_BUSY,
	PROV_R_CARD_LINK,
	PROV_R_CARD_DOOR,
	PROV_R_CARD_COMMAND,
	PROV_R_CARD_DAMAGED,
	PROV_R_CERT_ABSENT,
	PROV_R_CERT_MALFORMED,
	PROV_R_PIN_REQUIRED,
	PROV_R_PIN_CANCELLED,
	PROV_R_PIN_FORMAT,
	PROV_R_PIN_WRONG,
	PROV_R_PIN_LAST_TRY,
	PROV_R_PIN_NO_COUNT,
	PROV_R_PIN_LOCKED,
	PROV_R_PIN_SOURCE,
	PROV_R_PUBLIC_ONLY,
	PROV_R_IMPORT_PRIVATE,
	PROV_R_PSS_UNSUPPORTED,
	PROV_R_PSS_PARAMETERS,
	PROV_R_PADDING_UNSUPPORTED,
	PROV_R_DIGEST_UNSUPPORTED,
	PROV_R_RAW_REFUSED,
	PROV_R_LENGTH,
	PROV_R_BUFFER,
	PROV_R_SIGNATURE_CHECK,
	PROV_R_MEMORY,
	PROV_R_INTERNAL
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
