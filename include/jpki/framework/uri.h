/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki: URIs, which name what is on a card for the OpenSSL provider, and the
 * small file that stands for a key in programs that read key files only.
 *
 *   "jpki:" ["//"] [object] *(";" attribute) ["?" query *("&" query)]
 *   object    = auth | sign | auth-ca | sign-ca | anchors	(none: all)
 *   attribute = type=(cert|public|private)
 *   query     = reader=R | card=SERIAL | cert=file:PATH |
 *               pin-source=(file:PATH|fd:N) | pin-value=PIN | min-tries=N
 *
 * Values may be percent-encoded. What is unknown or said twice is an error:
 * a mistyped pin-source must not end in a prompt on a server.
 *
 * For frameworks: may change with each 0.MINOR.
 */
#ifndef JPKI_FRAMEWORK_URI_H
#define JPKI_FRAMEWORK_URI_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JPKI_URI_MAX 1024	/* bytes of the longest URI */

/* What a URI names. */
enum jpki_object {
	JPKI_OBJECT_ALL = 0,	/* no object was named */
	JPKI_OBJECT_AUTH = 31,
	JPKI_OBJECT_SIGN,
	JPKI_OBJECT_AUTH_CA,
	JPKI_OBJECT_SIGN_CA,
	JPKI_OBJECT_ANCHORS	/* J-LIS's CA certificates, from files */
};

enum jpki_uri_type {
	JPKI_URI_ANY = 0,	/* no type was named */
	JPKI_URI_CERT,
	JPKI_URI_PUBLIC,
	JPKI_URI_PRIVATE
};

/* The place on the card that an object is in; 0: it is in none. And the object
 * in a place; JPKI_OBJECT_ALL: no such slot. */
JPKI_API enum jpki_slot jpki_object_slot(enum jpki_object object);
JPKI_API enum jpki_object jpki_slot_object(enum jpki_slot slot);

/* A URI taken apart; lent, for reading. Texts are NULL where not given, and
 * without their percent-encoding. */
struct jpki_uri {
	enum jpki_object object;
	enum jpki_uri_type type;
	int min_tries;		/* 1 to 5; 0: not given */
	const char *reader;
	const char *card;	/* the card's serial number */
	const char *cert;	/* PATH */
	const char *pin_source;	/* file:PATH or fd:N, see jpki/secret.h */
	const char *pin_value;
};

/* Takes a URI apart; the caller frees it. JPKI_ERR_URI says in its message
 * what is wrong, and never repeats a value, which may be a PIN. */
JPKI_API int jpki_uri_parse(struct jpki_ctx *ctx, const char *text,
    struct jpki_uri **out) JPKI_CHECK;

/* Wipes (there may be a PIN) and frees; NULL and a pointer to NULL are fine. */
JPKI_API void jpki_uri_free(struct jpki_uri **uri);

/* Writes the URI of an object, in a reader unless that is NULL.
 * JPKI_ERR_SPACE; JPKI_ERR_USAGE: no such object. */
JPKI_API int jpki_uri_print(struct jpki_ctx *ctx, enum jpki_object object,
    const char *reader, char *out, size_t size) JPKI_CHECK;

/* "auth", "sign-ca" ...; static; "" for JPKI_OBJECT_ALL, never NULL. */
JPKI_API const char *jpki_object_name(enum jpki_object object);

/* What it is, in a line for people ("CA certificate of auth"). Static; "" for
 * JPKI_OBJECT_ALL. */
JPKI_API const char *jpki_object_text(enum jpki_object object,
    enum jpki_lang lang);

/* The file's PEM label; its body is DER,
 * SEQUENCE { UTF8String "jpki-key-uri-1", UTF8String URI }. */
#define JPKI_WRAP_LABEL "JPKI KEY URI"
#define JPKI_WRAP_MAX (JPKI_URI_MAX + 32)	/* bytes of the longest DER */

/* Makes the DER for the URI of a private key. JPKI_ERR_URI: a bad one, or one
 * that names no key, or holds a PIN, which has no place in a file. */
JPKI_API int jpki_uri_wrap(struct jpki_ctx *ctx, const char *text,
    uint8_t *out, size_t size, size_t *len) JPKI_CHECK;

/* Gives the URI in the DER, with its NUL. JPKI_ERR_DATA: this is something
 * else. JPKI_ERR_URI: as above. */
JPKI_API int jpki_uri_unwrap(struct jpki_ctx *ctx, const uint8_t *der,
    size_t len, char *out, size_t size) JPKI_CHECK;

#ifdef __cplusplus
}
#endif

#endif
