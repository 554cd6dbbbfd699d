/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate as an immutable record of what it says; whether that is true
 * is for jpki/check.h.
 *
 * The structs here are lent by the certificate, for reading; later versions
 * may append to them. Any thread may read them.
 */
#ifndef JPKI_CERT_H
#define JPKI_CERT_H

#include <jpki/attributes.h>
#include <jpki/date.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JPKI_CERT_MAX 0x7fff	/* bytes of the largest certificate read */

/* Parses DER; bytes after the certificate are ignored, as the card's files
 * have filler there. The caller frees it. JPKI_ERR_DATA: not a certificate. */
JPKI_API int jpki_cert_parse(struct jpki_ctx *ctx, const uint8_t *der,
    size_t len, struct jpki_cert **out) JPKI_CHECK;

/*
 * Reads a file, "-": standard input. PEM (the first certificate, of the
 * labels CERTIFICATE, X509 CERTIFICATE and TRUSTED CERTIFICATE) or DER. The
 * caller frees the certificate. JPKI_ERR_SYSTEM: the file cannot be read;
 * JPKI_ERR_NOT_CERT: there is no certificate in it, and the message says what
 * else seems to be; JPKI_ERR_DATA: a broken one.
 */
JPKI_API int jpki_cert_read(struct jpki_ctx *ctx, const char *path,
    struct jpki_cert **out) JPKI_CHECK;

/*
 * The same, and all certificates of the file in their order, in DER those that
 * follow one another, with NULL after the last of the *n: at least one. The
 * caller frees them with jpki_certs_free(), and may take some out with
 * jpki_cert_ref(). Broken ones among them are JPKI_ERR_DATA, whose message
 * says which, and hide none of the others, which are in *out all the same
 * (NULL: there are none).
 */
JPKI_API int jpki_cert_read_all(struct jpki_ctx *ctx, const char *path,
    struct jpki_cert ***out, size_t *n) JPKI_CHECK;

/*
 * The certificates in the files of a directory, in the order of the files'
 * names, each once, and NULL after the last of the *n: those of CAs that a
 * user collected, say. Of each regular file as jpki_cert_read_all() has it;
 * what is no certificate or a broken one is passed over. The caller frees them
 * with jpki_certs_free(), and may take some out with jpki_cert_ref().
 * JPKI_ERR_SYSTEM: the directory cannot be read.
 */
JPKI_API int jpki_cert_read_dir(struct jpki_ctx *ctx, const char *dir,
    struct jpki_cert ***out, size_t *n) JPKI_CHECK;

/* Frees the array and all in it; NULL and a pointer to NULL are fine. */
JPKI_API void jpki_certs_free(struct jpki_cert ***certs);

/* The certificate's bytes without filler; borrowed. */
JPKI_API const uint8_t *jpki_cert_der(const struct jpki_cert *cert,
    size_t *len);

/* First and last second of the validity, in seconds since 1970-01-01 UTC. */
JPKI_API void jpki_cert_validity(const struct jpki_cert *cert,
    int64_t *not_before, int64_t *not_after);

/* The DER of its SubjectPublicKeyInfo; borrowed. */
JPKI_API const uint8_t *jpki_cert_key(const struct jpki_cert *cert,
    size_t *len);

/* The DER of its issuer's and of its subject's name; borrowed. */
JPKI_API const uint8_t *jpki_cert_issuer(const struct jpki_cert *cert,
    size_t *len);
JPKI_API const uint8_t *jpki_cert_subject(const struct jpki_cert *cert,
    size_t *len);

/* Another reference to the same certificate, which jpki_cert_free() gives
 * back: it is immutable, so threads and contexts may share it. NULL for
 * NULL. */
JPKI_API struct jpki_cert *jpki_cert_ref(struct jpki_cert *cert);

/* With the last reference, wipes (the sign certificate holds name and address)
 * and frees; NULL and a pointer to NULL are fine. */
JPKI_API void jpki_cert_free(struct jpki_cert **cert);

/* One attribute of a name. */
struct jpki_name_part {
	const char *type;	/* "C", "O", "OU", "CN" ..., else the OID */
	const char *value;	/* UTF-8 */
};

/* A name, all attributes in their order: some types come more than once. */
struct jpki_name {
	const char *text;	/* "C=JP, O=JPKI, ..."; "": no attribute */
	size_t count;
	const struct jpki_name_part *const *parts;
};

/* Whose CA. O=JPKI in a name proves nothing and is UNKNOWN. */
enum jpki_ca_kind {
	JPKI_CA_UNKNOWN = 0,
	JPKI_CA_JLIS,		/* the service's, run by J-LIS */
	JPKI_CA_TEST,		/* J-LIS's test cards: O=JPKI-TEST */
	JPKI_CA_SOFTCARD	/* a software card's: O=JPKI-SOFTCARD */
};

/*
 * A CA. All generations of one purpose have the same name; they differ in
 * key, serial and years. Only the service's can be proven: the SHA-256 of the
 * CA certificate is one of the six that are known. Everything else is what
 * names, key ids and serials claim.
 */
struct jpki_ca {
	enum jpki_ca_kind kind;
	enum jpki_key purpose;	/* what its certificates are for; 0: unknown */
	int generation;		/* 1, 2, 3; 0: unknown */
	int year;		/* it began in: 2015, 2019, 2023; 0: unknown */
	bool proven;
};

enum jpki_key_type {
	JPKI_KEY_TYPE_OTHER = 0,
	JPKI_KEY_TYPE_RSA,
	JPKI_KEY_TYPE_EC
};

/*
 * What is odd. A note does not say that a certificate is bad: whoever relies
 * on it decides.
 */
enum jpki_note {
	JPKI_NOTE_VERSION = 1,	/* not X.509 version 3 */
	JPKI_NOTE_SERIAL,	/* not positive, or longer than 20 bytes */
	JPKI_NOTE_TIME_TYPE,	/* UTCTime and GeneralizedTime misused */
	JPKI_NOTE_PERIOD,	/* ends before it begins */
	JPKI_NOTE_LAST_SECOND,	/* ends at another time than 23:59:59 JST */
	JPKI_NOTE_ALGORITHMS,	/* names two signature algorithms */
	JPKI_NOTE_KEY,		/* a kind of key that is not known here */
	JPKI_NOTE_KEY_SIZE,	/* RSA under 2048, EC under 256 bits */
	JPKI_NOTE_NAME,		/* subject not as the service makes it */
	JPKI_NOTE_STRING_TYPE,	/* another string type than UTF8String */
	JPKI_NOTE_TEXT,		/* wrong UTF-8 or control characters */
	JPKI_NOTE_EXTENSION_TWICE,	/* detail: its OID, as below */
	JPKI_NOTE_EXTENSION_CRITICAL,	/* critical and not known here */
	JPKI_NOTE_EXTENSION_BROKEN,	/* unreadable content */
	JPKI_NOTE_POLICY_TEST,	/* of J-LIS's test cards */
	JPKI_NOTE_POLICY_PHONE,	/* said to be a phone's, by one source */
	JPKI_NOTE_POLICY_UNKNOWN, /* the service's arc, meaning not known */
	JPKI_NOTE_KEY_USAGE,	/* does not fit the policy */
	JPKI_NOTE_EXTENDED_KEY_USAGE, /* does not fit the policy */
	JPKI_NOTE_HOLDER_IS_CA,	/* a holder's policy in a CA's certificate */
	JPKI_NOTE_AUTHORITY,	/* no key id of the CA, or not its serial */
	JPKI_NOTE_ATTRIBUTE_MISSING,	/* detail: which item, as below */
	JPKI_NOTE_ATTRIBUTE_TWICE,
	JPKI_NOTE_ATTRIBUTE_UNKNOWN,	/* detail: its OID */
	JPKI_NOTE_ATTRIBUTE_LENGTH,	/* longer than the service allows */
	JPKI_NOTE_FLAGS,	/* substitute flags do not fit the text */
	JPKI_NOTE_BIRTH,	/* not an era digit and eight digits */
	JPKI_NOTE_ERA,		/* the era does not fit the date of birth */
	JPKI_NOTE_SEX,		/* a code whose meaning is in doubt */
	JPKI_NOTE_MORE		/* more of something than is kept here */
};

/* Something odd about a certificate. */
struct jpki_cert_note {
	enum jpki_note code;
	const char *detail;	/* an OID or a field; never holder's data */
};

/* What a certificate says. Strings are borrowed, NUL-terminated UTF-8 without
 * control characters; NULL: not there. */
struct jpki_cert_info {
	/* One of the service's kinds, 0: none of them. A holder's by policy,
	 * key usage and extended key usage; a CA's by basic constraints, key
	 * usage and name. */
	enum jpki_slot slot;
	/* By policy. A certificate on a phone does not say on which kind. */
	enum jpki_carrier carrier;
	bool test;		/* of J-LIS's test cards */
	bool is_ca;		/* by basic constraints and key usage */
	bool self_issued;	/* issuer and subject are equal */
	/* A CA's certificate: this CA. Any other: the issuer it claims, by
	 * authority key id or serial. */
	const struct jpki_ca *ca;

	const char *serial;	/* upper-case hex, whole bytes */
	const struct jpki_name *issuer;
	const struct jpki_name *subject;
	const char *policy;	/* OID; the service's, else the first one's */

	/* In the subject. The holder's name is in the attributes. */
	const char *cn;
	const char *prefecture;	/* sign: first L, "Tokyo-to" */
	const char *municipality; /* sign: second L, "Shibuya-ku" */
	/* Parts of a CN of the known shapes. */
	const char *cn_request;	/* sign: YYYYMMDDhhmmss of the request */
	const char *cn_sequence; /* sign: 5 digits */
	const char *cn_window;	/* town code and 4 more */
	const char *cn_town;	/* 5-digit code of the municipality */

	/* Seconds since 1970-01-01 UTC, and the days in Japan. */
	int64_t not_before;
	int64_t not_after;
	struct jpki_date first_day;
	struct jpki_date last_day;
	bool whole_last_day;	/* ends at 23:59:59 in Japan */

	enum jpki_key_type key_type;
	unsigned key_bits;	/* of RSA modulus or EC field; 0: unknown */
	const char *key_name;	/* "RSA", curve ("P-384"), else an OID */
	const char *signature;	/* "sha256WithRSAEncryption", else an OID */

	/* Upper-case hex. */
	const char *subject_key;	/* subjectKeyIdentifier */
	const char *authority_key;	/* authorityKeyIdentifier: key id, */
	const char *authority_serial;	/* ... and serial of the CA */
	const char *fingerprint;	/* SHA-256 of the certificate */

	const char *ocsp;		/* URI */
	size_t crl_count;		/* distribution points: */
	const char *const *crls;	/* names as above, or URIs */

	/* What the 署名用 certificate says about the holder; NULL: nothing.
	 * Borrowed from the certificate. */
	const struct jpki_attributes *attributes;

	size_t note_count;
	const struct jpki_cert_note *const *notes;
};

/* Borrowed from the certificate; NULL for NULL. */
JPKI_API const struct jpki_cert_info *jpki_cert_info(
    const struct jpki_cert *cert);

/* A sentence about a note; static, never NULL. */
JPKI_API const char *jpki_cert_note_text(enum jpki_note note,
    enum jpki_lang lang);

/* "JPKI_NOTE_VERSION"; static, never NULL. */
JPKI_API const char *jpki_cert_note_name(enum jpki_note note);

#ifdef __cplusplus
}
#endif

#endif
