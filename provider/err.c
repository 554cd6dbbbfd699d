/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "prov.h"

#include <jpki.h>

#include <openssl/core.h>
#include <openssl/err.h>

#include <stdarg.h>
#include <stdio.h>

/*
 * Some applications print the reason alone, without the data: so the remedy
 * belongs here.
 */
static const OSSL_ITEM reasons[] = {
#define R(reason, text) { PROV_R_##reason, (void *)(uintptr_t)(text) }
R(URI_SYNTAX, "malformed jpki URI, see jpki-provider(7)"),
R(URI_ATTRIBUTE, "bad attribute in a jpki URI, see jpki-provider(7)"),
R(AMBIGUOUS_KEY, "a card has two keys, name one: jpki://auth or jpki://sign"),
R(NO_KEY_HERE, "the private key of a CA certificate is not on the card"),
R(NO_SERVICE, "pcscd does not answer, install or start it"),
R(NOT_ALLOWED, "no permission for the card reader, ask for a polkit rule"),
R(NO_READER, "no such card reader, set reader= in the URI or JPKI_READER"),
R(NO_CARD, "no card, put it in and try again"),
R(AMBIGUOUS, "several cards answer, set reader= in the URI or JPKI_READER"),
R(MUTE, "the card does not answer, is it the right way up?"),
R(NOT_JPKI, "not a My Number Card"),
R(OLD_CARD, "a Juki card, its certificates have ended"),
R(REMOVED, "the card went away, put it back and try again"),
R(CHANGED, "another card is in the reader, nothing was sent to it"),
R(BUSY, "another program keeps the card busy, wait or close it"),
R(IO, "the link to the card failed, put it in again and try again"),
R(TIMEOUT, "the card did not answer in time, put it in again and try again"),
R(DOOR, "could not log out of the card, take it out now"),
R(CARD_SW, "the card refused a command"),
R(DAMAGED, "the software card is damaged, make a new one"),
R(NOT_ON_CARD, "this certificate was not issued to the card's holder"),
R(DATA, "the card's certificate cannot be used"),
R(NEEDS_PIN, "PIN required, give pin-source= in the URI or -passin"),
R(PIN_CANCELLED, "no PIN was entered, give pin-source= in the URI or -passin"),
R(PIN_FORMAT, "PIN of the wrong shape, nothing was sent to the card"),
R(PIN_WRONG, "wrong PIN, make sure which one is meant before trying again"),
R(PIN_LAST_TRY, "too few PIN tries left, insist with min-tries=1 in the URI"),
R(PIN_NO_COUNT, "PIN tries unknown, insist with min-tries=1 in the URI"),
R(PIN_BLOCKED, "the PIN is locked, a municipal office resets it"),
R(PIN_SOURCE, "the PIN cannot be read from the pin-source of the URI"),
R(PUBLIC_ONLY, "this object is a public key, it cannot sign"),
R(IMPORT_PRIVATE, "private keys cannot be put into a card, "
    "load the default provider before jpki"),
R(NO_PSS, "this card makes PKCS#1 v1.5 signatures only, for TLS set "
    "ClientSignatureAlgorithms = RSA+SHA256:RSA+SHA384:RSA+SHA512 and "
    "MaxProtocol = TLSv1.2"),
R(PSS_PARAMETERS, "the card makes PSS with SHA-256, MGF1-SHA-256 and "
    "salt length 32 only"),
R(PADDING_UNSUPPORTED, "unsupported padding, use pkcs1 or pss"),
R(DIGEST, "unsupported digest, use SHA-256, SHA-384 or SHA-512"),
R(RAW_REFUSED, "only a digest is signed: name it, or hand in its DigestInfo"),
R(LENGTH, "the input is not as long as the digest"),
R(SPACE, "the buffer is too small for the signature"),
R(SIGNATURE, "the card's signature does not fit its certificate, "
    "it was thrown away"),
R(MEMORY, "not enough memory"),
R(SYSTEM, "the operating system refused, check files and permissions"),
R(CRYPTO, "libcrypto failed"),
R(INTERNAL, "internal error"),
#undef R
{ 0, NULL }
};

int
prov_fail(struct prov_fail *fail, int err, const char *text)
{
	if (err == 0)
		err = JPKI_ERR_INTERNAL;
	if (text == NULL)
		text = jpki_strerror(err, jpki_lang_from_locale());
	fail->err = err;
	snprintf(fail->text, sizeof(fail->text), "%s", text);
	return err;
}

void
prov_raise_at(const struct prov *prov, const char *file, int line,
    const char *func, enum prov_reason reason, const char *fmt, ...)
{
	va_list ap;

	prov->new_error(prov->handle);
	prov->set_error_debug(prov->handle, file, line, func);
	va_start(ap, fmt);
	prov->vset_error(prov->handle, reason, fmt, ap);
	va_end(ap);
}

void
prov_raise_fail_at(const struct prov *prov, const char *file, int line,
    const char *func, const struct prov_fail *fail)
{
	prov_raise_at(prov, file, line, func, (enum prov_reason)-fail->err,
	    "%s", fail->text);
}

const OSSL_ITEM *
prov_reason_strings(void *provctx)
{
	(void)provctx;
	return reasons;
}
