/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors, as an application sees them in OpenSSL's queue: a reason, and data
 * about this case.
 *
 * Reasons below PROV_R_FIRST are libjpki's codes without their sign, so that a
 * program can tell them by jpki/err.h, with its bare causes. Their data is what
 * libjpki or we know beside that, what the holder can do, and what OpenSSL's
 * user can do about it. The other reasons are ours, with the remedy in them,
 * since some applications print the reason alone. Reasons are in English; the
 * data is in the language of the locale, where that is Japanese with our
 * remedies, too.
 */
#ifndef PROV_ERR_H
#define PROV_ERR_H

#include "prov.h"

#define PROV_REASONS(X) \
X(AMBIGUOUS_KEY, 1002, "a card has two keys, name one: " \
    "jpki://auth or jpki://sign") \
X(NO_KEY_HERE, 1003, "no private key here: that of a CA certificate is not " \
    "on the card, and type= can rule one out") \
X(PUBLIC_ONLY, 1004, "this object is a public key, it cannot sign") \
X(PSS_PARAMETERS, 1006, "the card makes PSS with SHA-256, MGF1-SHA-256 " \
    "and salt length 32 only; for TLS, openssl-jpki.cnf has the setting " \
    "ClientSignatureAlgorithms") \
X(PADDING_UNSUPPORTED, 1007, "unsupported padding, use pkcs1 or pss") \
X(RAW_REFUSED, 1008, "only a digest is signed: name it, or hand in its " \
    "DigestInfo") \
X(LENGTH, 1009, "the input is not as long as the digest") \
X(NOT_EXPORTABLE, 1005, "the private key cannot leave the card, name it by " \
    "its URI or make a key file with jpki-wrap") \
X(NO_ANCHORS, 1010, "no CA certificates, put J-LIS's into the directory " \
    "that anchors = names in the configuration")

#define PROV_R_FIRST 1000
#define PROV_REASON(name, number, text) PROV_R_##name = (number),
enum prov_reason { PROV_REASONS(PROV_REASON) };
#undef PROV_REASON

/* One more error in the queue, and in the debug log. */
#define prov_raise(prov, reason, ...) \
	prov_raise_at(prov, OPENSSL_FILE, OPENSSL_LINE, OPENSSL_FUNC, \
	    reason, __VA_ARGS__)
void	prov_raise_at(struct prov *, const char *file, int line,
	    const char *func, int reason, const char *fmt, ...)
	    __attribute__((format(printf, 6, 7)));

/* The last failure on a context. */
void	prov_raise_ctx(struct prov *, const struct jpki_ctx *);

/* The last error of the queue, to standard error: for what a program that
 * knows nothing of the card would not show. */
void	prov_print_error(struct prov *);

/* A reason's text; OpenSSL's queue has it in English only. */
const char *prov_reason(int reason, enum jpki_lang);

OSSL_FUNC_provider_get_reason_strings_fn prov_reason_strings;

#endif
