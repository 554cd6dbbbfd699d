/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors, as an application sees them in OpenSSL's queue: a reason that says
 * what to do, and what libjpki or we know about this case as data. Some
 * applications print the reason alone: so the remedy belongs there.
 *
 * Reasons below 1000 are libjpki's codes without their sign, so that a program
 * can tell them by jpki/err.h; the others are our own.
 */
#ifndef PROV_ERR_H
#define PROV_ERR_H

#include <jpki/err.h>

#include <openssl/core_dispatch.h>

struct prov;

#define PROV_REASONS(OURS, JPKI) \
OURS(CONFIG, 1001, "bad configuration of the jpki provider, " \
    "see jpki-provider(7)") \
OURS(AMBIGUOUS_KEY, 1002, "a card has two keys, name one: " \
    "jpki://auth or jpki://sign") \
OURS(NO_KEY_HERE, 1003, "the private key of a CA certificate is not on the " \
    "card") \
OURS(PUBLIC_ONLY, 1004, "this object is a public key, it cannot sign") \
OURS(IMPORT_PRIVATE, 1005, "private keys cannot be put into a card, " \
    "load the default provider before jpki") \
OURS(PSS_PARAMETERS, 1006, "the card makes PSS with SHA-256, MGF1-SHA-256 " \
    "and salt length 32 only") \
OURS(PADDING_UNSUPPORTED, 1007, "unsupported padding, use pkcs1 or pss") \
OURS(RAW_REFUSED, 1008, "only a digest is signed: name it, or hand in its " \
    "DigestInfo") \
OURS(LENGTH, 1009, "the input is not as long as the digest") \
OURS(NO_ANCHORS, 1010, "no CA certificates, put J-LIS's into the directory " \
    "that anchors = names in the configuration") \
JPKI(NO_SERVICE, "pcscd does not answer, install or start it") \
JPKI(NOT_ALLOWED, "no permission for the card reader, ask for a polkit rule") \
JPKI(NO_READER, "no such card reader, set reader= in the URI or JPKI_READER") \
JPKI(NO_CARD, "no card, put it in and try again") \
JPKI(AMBIGUOUS, "several cards answer, set reader= in the URI or " \
    "JPKI_READER") \
JPKI(MUTE, "the card does not answer, is it the right way up?") \
JPKI(NOT_JPKI, "not a My Number Card") \
JPKI(OLD_CARD, "a Juki card, its certificates have ended") \
JPKI(REMOVED, "the card went away, put it back and try again") \
JPKI(CHANGED, "another card is in the reader, nothing was sent to it") \
JPKI(BUSY, "another program keeps the card busy, wait or close it") \
JPKI(IO, "the link to the card failed, put it in again and try again") \
JPKI(TIMEOUT, "the card did not answer in time, put it in again and try " \
    "again") \
JPKI(DOOR, "could not log out of the card, take it out now") \
JPKI(CARD_SW, "the card refused a command") \
JPKI(DAMAGED, "the software card is damaged, make a new one") \
JPKI(NOT_ON_CARD, "this certificate was not issued to the card's holder") \
JPKI(URI, "bad jpki: URI, see jpki-provider(7)") \
JPKI(NOT_CERT, "there is no certificate in this file") \
JPKI(DATA, "the certificate cannot be used") \
JPKI(NEEDS_PIN, "PIN required, give pin-source= in the URI or -passin") \
JPKI(PIN_CANCELLED, "no PIN was entered, give pin-source= in the URI or " \
    "-passin") \
JPKI(PIN_FORMAT, "PIN of the wrong shape, nothing was sent to the card") \
JPKI(PIN_WRONG, "wrong PIN, make sure which one is meant before trying " \
    "again") \
JPKI(PIN_LAST_TRY, "too few PIN tries left, insist with min-tries=1 in the " \
    "URI") \
JPKI(PIN_NO_COUNT, "PIN tries unknown, insist with min-tries=1 in the URI") \
JPKI(PIN_BLOCKED, "the PIN is locked, a municipal office resets it") \
JPKI(PIN_SOURCE, "the PIN cannot be read from its pin-source") \
JPKI(NO_PSS, "this card makes PKCS#1 v1.5 signatures only, for TLS set " \
    "ClientSignatureAlgorithms = RSA+SHA256:RSA+SHA384:RSA+SHA512 and " \
    "MaxProtocol = TLSv1.2") \
JPKI(DIGEST, "unsupported digest, use SHA-256, SHA-384 or SHA-512") \
JPKI(SPACE, "the buffer is too small for the signature") \
JPKI(SIGNATURE, "the card's signature does not fit its certificate, " \
    "it was thrown away") \
JPKI(MEMORY, "not enough memory") \
JPKI(SYSTEM, "the operating system refused, check files and permissions") \
JPKI(CRYPTO, "libcrypto failed") \
JPKI(INTERNAL, "internal error")

#define PROV_OURS(name, number, text) PROV_R_##name = (number),
#define PROV_JPKI(name, text) PROV_R_##name = -JPKI_ERR_##name,
enum prov_reason { PROV_REASONS(PROV_OURS, PROV_JPKI) };
#undef PROV_OURS
#undef PROV_JPKI

/* One more error in the queue, and in the debug log. */
#define prov_raise(prov, reason, ...) \
	prov_raise_at(prov, OPENSSL_FILE, OPENSSL_LINE, OPENSSL_FUNC, \
	    reason, __VA_ARGS__)
void	prov_raise_at(struct prov *, const char *file, int line,
	    const char *func, enum prov_reason, const char *fmt, ...)
	    __attribute__((format(printf, 6, 7)));

OSSL_FUNC_provider_get_reason_strings_fn prov_reason_strings;

#endif
