/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that all headers share.
 *
 * Conventions of the whole library:
 *  - A function that can fail returns int: 0, or a negative JPKI_ERR_* code.
 *    Pointer outputs are NULL after a failure; other outputs are untouched
 *    unless their comment says so.
 *  - "left" counts the tries of a PIN that are left; -1: the card did not say.
 *  - A context and everything made from it belong to one thread at a time,
 *    but for what is immutable: certificates, attributes, verdicts, and
 *    checks once their revocation is filled. Two contexts share nothing.
 *  - No function here keeps a PIN, writes to a terminal (jpki_secret_read with
 *    "tty" excepted) or installs a signal handler.
 *
 * How records grow without breaking a program that was built before:
 *  - What the library fills is its own object: functions give its fields, and
 *    jpki_X_free() takes a pointer to the pointer, which it clears.
 *  - What the caller fills has "size" as its first member, sizeof() of the
 *    struct as the caller knows it:
 *	struct jpki_card_facts f = { .size = sizeof(f) };
 *    A size of 0 is JPKI_ERR_USAGE; every further member that is zero means
 *    "not said", and members are only ever appended. A larger record than the
 *    library knows is JPKI_ERR_USAGE if anything is said in what it does not.
 *  - A record that is lent (const struct ... *, for reading) may be appended
 *    to: keep the pointer, never a copy.
 *  - struct jpki_date and the elements of arrays that callers make are frozen.
 */
#ifndef JPKI_TYPES_H
#define JPKI_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __GNUC__
#define JPKI_API __attribute__((visibility("default")))
#define JPKI_CHECK __attribute__((warn_unused_result))
#else
#define JPKI_API
#define JPKI_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct jpki_ctx;
struct jpki_card;
struct jpki_cert;
struct jpki_secret;
struct jpki_softcard;

/* The next four name things that belong together, and have no value in common:
 * one that is taken for another is JPKI_ERR_USAGE. jpki_key_pin() and its
 * sisters lead from one to the other. */

/* A secret that the card checks (暗証番号). */
enum jpki_pin {
	JPKI_PIN_AUTH = 1,	/* 利用者証明用: 4 digits, 3 tries */
	JPKI_PIN_SIGN,		/* 署名用: 6-16 of A-Z 0-9, 5 tries */
	JPKI_PIN_TEXT,		/* 券面事項入力補助用: 4 digits, 3 tries */
	/* 住民基本台帳用: for the counters of the towns. The rules know it
	 * (jpki_rules_pin()), no other function takes it. */
	JPKI_PIN_CARD = 9
};

/* A private key on the card. */
enum jpki_key {
	JPKI_KEY_AUTH = 11,	/* 利用者証明用: log in */
	JPKI_KEY_SIGN		/* 署名用: sign documents */
};

/* A place for a certificate on the card. */
enum jpki_slot {
	JPKI_SLOT_AUTH = 21,	/* 利用者証明用電子証明書 */
	JPKI_SLOT_SIGN,		/* 署名用電子証明書; needs the sign password */
	JPKI_SLOT_AUTH_CA,	/* its CA's certificate: data, not trust */
	JPKI_SLOT_SIGN_CA
};

/* The PIN that opens a key, the place of its certificate, and the key of a
 * certificate's place. 0: there is none, or no such key or slot. */
JPKI_API enum jpki_pin jpki_key_pin(enum jpki_key key);
JPKI_API enum jpki_slot jpki_key_slot(enum jpki_key key);
JPKI_API enum jpki_key jpki_slot_key(enum jpki_slot slot);

/* What holds the keys, by the label in EF 0006 or a certificate's policy. */
enum jpki_carrier {
	JPKI_CARRIER_UNKNOWN = 0, /* a label nobody has described yet */
	JPKI_CARRIER_CARD,	/* JPKIAPICCTOKEN2: 個人番号カード */
	JPKI_CARRIER_JUKI,	/* JPKIAPICCTOKEN: 住民基本台帳カード */
	JPKI_CARRIER_ANDROID,	/* JPKIAPGPSETOKEN */
	JPKI_CARRIER_IPHONE,	/* JPKIAPIOSTOKEN */
	JPKI_CARRIER_PHONE	/* a certificate for phones; of which kind,
				 * it does not say */
};

/* What jpki_card_info() tells. */
enum jpki_info {
	JPKI_INFO_READER = 1,	/* the reader's name, or soft:DIR */
	JPKI_INFO_ATR,		/* answer to reset in hex; "": none */
	JPKI_INFO_LABEL,	/* of the token, e.g. "JPKIAPICCTOKEN2" */
	JPKI_INFO_MANUFACTURER,
	JPKI_INFO_MODEL,
	JPKI_INFO_SERIAL	/* of the card: do not publish */
};

/* Digests a signature can be made over. */
enum jpki_md {
	JPKI_MD_SHA256 = 1,	/* 32 bytes */
	JPKI_MD_SHA384,		/* 48 bytes */
	JPKI_MD_SHA512,		/* 64 bytes */
	JPKI_MD_SHA1		/* 20 bytes; broken, for old verifiers only */
};

/* RSA signature schemes (RFC 8017). */
enum jpki_padding {
	JPKI_PADDING_PKCS1 = 1,	/* RSASSA-PKCS1-v1_5 */
	JPKI_PADDING_PSS	/* RSASSA-PSS, SHA-256, MGF1-SHA-256, salt 32 */
};

/* What a CRL or an OCSP answer said about a certificate. */
enum jpki_revocation_state {
	JPKI_REVOCATION_NOT_CHECKED = 0, /* none was seen */
	JPKI_REVOCATION_GOOD,	/* not revoked, says list or responder */
	JPKI_REVOCATION_REVOKED,
	JPKI_REVOCATION_ON_HOLD, /* suspended */
	JPKI_REVOCATION_UNKNOWN	/* the responder does not know it; or answers
				 * of several days leave it open */
};

/* Language of texts for people. */
enum jpki_lang {
	JPKI_LANG_EN = 1,
	JPKI_LANG_JA
};

#ifdef __cplusplus
}
#endif

#endif
