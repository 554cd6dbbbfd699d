/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Error codes. The class says what a caller can do about an error; a code is
 * never renumbered.
 */
#ifndef JPKI_ERR_H
#define JPKI_ERR_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Functions return these as int. */
enum jpki_err {
	JPKI_OK = 0,

	/* JPKI_CLASS_USAGE: the program is wrong; fix it. */
	JPKI_ERR_USAGE = -101,	/* impossible argument */
	JPKI_ERR_NO_RUN = -102,	/* needs jpki_card_begin() first */

	/* JPKI_CLASS_SYSTEM: memory, operating system, libcrypto. */
	JPKI_ERR_MEMORY = -201,
	JPKI_ERR_SYSTEM = -202,
	JPKI_ERR_CRYPTO = -203,
	JPKI_ERR_INTERNAL = -204,

	/* JPKI_CLASS_TRANSPORT: reader or card gone or busy; later or again. */
	JPKI_ERR_NO_READER = -301,
	JPKI_ERR_NO_CARD = -302,
	JPKI_ERR_REMOVED = -303,	/* the card went away */
	JPKI_ERR_CHANGED = -304,	/* another card answers now */
	JPKI_ERR_BUSY = -305,	/* somebody else keeps the card */
	JPKI_ERR_TIMEOUT = -306,
	JPKI_ERR_IO = -307,	/* the link failed */
	JPKI_ERR_DOOR = -308,	/* could not log out of the card */
	JPKI_ERR_NO_SERVICE = -309,	/* pcscd does not run or answer */
	JPKI_ERR_NOT_ALLOWED = -310,	/* pcscd refuses this user */
	JPKI_ERR_MUTE = -311,	/* a card that does not answer */
	JPKI_ERR_AMBIGUOUS = -312,	/* several cards answer */
	JPKI_ERR_CANCELLED = -313,	/* waiting was given up */
	JPKI_ERR_NO_VPCD = -314,	/* no virtual reader to serve */

	/* JPKI_CLASS_CARD: the card said no. */
	JPKI_ERR_NOT_JPKI = -401,	/* not a My Number Card */
	JPKI_ERR_OLD_CARD = -402,	/* 住民基本台帳カード */
	JPKI_ERR_CARD_SW = -403,	/* unexpected status word */
	JPKI_ERR_NOT_ON_CARD = -404,	/* no such certificate or PIN here */
	JPKI_ERR_NEEDS_PIN = -405,	/* this needs a PIN first */
	JPKI_ERR_NO_PSS = -406,	/* the card makes PKCS#1 v1.5 only */
	JPKI_ERR_SIGNATURE = -407,	/* the card's signature is wrong */

	/* JPKI_CLASS_PIN: ask the holder, or stop. */
	JPKI_ERR_PIN_FORMAT = -501,	/* wrong shape; nothing was sent */
	JPKI_ERR_PIN_WRONG = -502,	/* one try was spent */
	JPKI_ERR_PIN_BLOCKED = -503,
	JPKI_ERR_PIN_LAST_TRY = -504,	/* too few tries left; nothing sent */
	JPKI_ERR_PIN_NO_COUNT = -505,	/* tries unknown; nothing was sent */
	JPKI_ERR_PIN_SOURCE = -506,	/* the PIN could not be read */
	JPKI_ERR_PIN_CANCELLED = -507,
	JPKI_ERR_PIN_WEAK = -508,	/* too easy to guess; nothing sent */
	JPKI_ERR_PIN_NOT_CHANGED = -509, /* the card refused the new PIN */
	JPKI_ERR_PIN_IN_DOUBT = -510,	/* which PIN is set is unknown */
	JPKI_ERR_PIN_UNTRIED = -511,	/* JPKI_TRIES_UNATTENDED; not sent */

	/* JPKI_CLASS_DATA: bytes or files that are not as specified. */
	JPKI_ERR_DATA = -601,	/* malformed answer or certificate */
	JPKI_ERR_SPACE = -602,	/* the caller's buffer is too small */
	JPKI_ERR_DIGEST = -603,	/* digest name or length not allowed */
	JPKI_ERR_DAMAGED = -604,	/* software card folder is damaged */
	JPKI_ERR_EXISTS = -605,	/* would overwrite something */
	JPKI_ERR_VALUE = -606,	/* bad value of an option */
	JPKI_ERR_NOT_CERT = -607,	/* a file without a certificate */
	JPKI_ERR_NOT_COVERED = -608,	/* CRL or OCSP answer on others */
	JPKI_ERR_NOT_SIGNED = -609,	/* ... not signed by the issuer */
	JPKI_ERR_URI = -610,	/* malformed jpki: URI */
	JPKI_ERR_SETTING = -611	/* bad configuration */
};

enum jpki_class {
	JPKI_CLASS_NONE = 0,
	JPKI_CLASS_USAGE,
	JPKI_CLASS_SYSTEM,
	JPKI_CLASS_TRANSPORT,
	JPKI_CLASS_CARD,
	JPKI_CLASS_PIN,
	JPKI_CLASS_DATA
};

/* The bare cause, for people: "the PIN is wrong". No capital and no full stop
 * in English, none in Japanese. Static; never NULL. */
JPKI_API const char *jpki_strerror(int err, enum jpki_lang lang);

/* What the holder can generally do about it, one sentence or several; "" where
 * there is nothing to say. jpki_ctx_errhint() fits the case at hand. Static;
 * never NULL. */
JPKI_API const char *jpki_strhint(int err, enum jpki_lang lang);

/* What strerror() says, in the language that is asked for, whatever the
 * locale: whole sentences need that. Static; never NULL. */
JPKI_API const char *jpki_strerrno(int errnum, enum jpki_lang lang);

/* "JPKI_ERR_PIN_WRONG"; static; never NULL. */
JPKI_API const char *jpki_errname(int err);

/* The class of an error code; JPKI_CLASS_NONE for 0 and unknown codes. */
JPKI_API enum jpki_class jpki_errclass(int err);

#ifdef __cplusplus
}
#endif

#endif
