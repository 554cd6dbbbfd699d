/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates are walked with the project's own TLV reader. libcrypto sees
 * only public keys: its X509 objects keep copies of name and address that
 * nobody could wipe.
 */
#include "certificate/cert.h"

#include <string.h>

#include "base/date.h"
#include "base/tlv.h"
#include "base/wipe.h"
#include "certificate/ca.h"
#include "certificate/cert_record.h"
#include "certificate/extensions.h"
#include "certificate/kind.h"
#include "certificate/note.h"
#include "crypto/digest.h"
#include "crypto/signature.h"

#define SERIAL_MAX	20	/* RFC 5280, 4.1.2.2 */
#define RSA_BITS_MIN	2048
#define EC_BITS_MIN	256
#define JST_DAY		86400
#define JST_OFFSET	(9 * 3600)

/* Texts take at most three bytes for one of the certificate, twice for the
 * one-line names; hex and dotted numbers less. A certificate whose texts need
 * more is refused. */
#define ARENA_SIZE(len) (8 * (len) + 1024)

static bool
read_version(struct jpki_cert *cert, struct jpkip_part *tbs)
{
	struct jpkip_part wrapped, version;

	if (!jpkip_der_optional(tbs, JPKIP_TAG_CONTEXT(0), &wrapped))
		return false;
	if (!jpkip_der_take(&wrapped, JPKIP_TAG_INTEGER, &version) ||
	    version.len != 1 || version.at[0] != 2)
		jpkip_note(cert, JPKI_NOTE_VERSION, "");
	return true;
}

static bool
read_serial(struct jpki_cert *cert, struct jpkip_part *tbs)
{
	struct jpkip_part serial;
	size_t i, zeroes = 0;

	if (!jpkip_der_take(tbs, JPKIP_TAG_INTEGER, &serial) ||
	    serial.len == 0)
		return false;
	cert->serial = serial;
	for (i = 0; i < serial.len; i++)
		zeroes += serial.at[i] == 0;
	if ((serial.at[0] & 0x80) != 0 || zeroes == serial.len ||
	    serial.len > SERIAL_MAX)
		jpkip_note(cert, JPKI_NOTE_SERIAL, "");
	if (serial.len > 1 && serial.at[0] == 0) {
		serial.at++;
		serial.len--;
	}
	cert->info.serial = jpkip_text_hex(&cert->arena, serial);
	return cert->info.serial != NULL;
}

static bool
read_period(struct jpki_cert *cert, struct jpkip_part *tbs)
{
	struct jpki_cert_info *info = &cert->info;
	struct jpkip_part validity;
	bool odd = false;

	if (!jpkip_der_take(tbs, JPKIP_TAG_SEQUENCE, &validity) ||
	    !jpkip_der_time(&validity, &info->not_before, &odd) ||
	    !jpkip_der_time(&validity, &info->not_after, &odd) ||
	    validity.len != 0)
		return false;
	info->first_day = jpki_date_from_time(info->not_before);
	info->last_day = jpki_date_from_time(info->not_after);
	/* The middle "+ JST_DAY" keeps years before 1970 positive. */
	info->whole_last_day = ((info->not_after + JST_OFFSET) % JST_DAY +
	    JST_DAY) % JST_DAY == JST_DAY - 1;
	if (odd)
		jpkip_note(cert, JPKI_NOTE_TIME_TYPE, "");
	if (info->not_after < info->not_before)
		jpkip_note(cert, JPKI_NOTE_PERIOD, "");
	return true;
}

static bool
read_name(struct jpki_cert *cert, struct jpkip_part *tbs,
    struct jpkip_part *whole, struct jpkip_name *name)
{
	struct jpkip_part inside, content;

	if (!jpkip_der_whole(tbs, JPKIP_TAG_SEQUENCE, whole))
		return false;
	inside = *whole;
	return jpkip_der_take(&inside, JPKIP_TAG_SEQUENCE, &content) &&
	    jpkip_name_read(cert, content, name);
}

static bool
read_key(struct jpki_cert *cert, struct jpkip_part *tbs)
{
	struct jpki_cert_info *info = &cert->info;

	if (!jpkip_public_key_read(tbs, &cert->key))
		return false;
	cert->key.cache = &cert->decoded;
	info->key_type = cert->key.type;
	info->key_bits = cert->key.size;
	info->key_name = cert->key.name;
	if (info->key_name == NULL)
		info->key_name = jpkip_text_oid(&cert->arena, cert->key.oid);
	cert->weak_key = info->key_bits != 0 && info->key_bits <
	    (info->key_type == JPKI_KEY_TYPE_RSA ? RSA_BITS_MIN : EC_BITS_MIN);
	if (info->key_bits == 0)
		jpkip_note(cert, JPKI_NOTE_KEY, "");
	if (cert->weak_key)
		jpkip_note(cert, JPKI_NOTE_KEY_SIZE, "");
	return info->key_name != NULL;
}

/* RFC 5280, 4.1.2.8 and 4.1.2.9. */
static bool
read_rest(struct jpki_cert *cert, struct jpkip_part *tbs)
{
	struct jpkip_part unused, wrapped, list;

	if (!jpkip_der_optional(tbs, JPKIP_TAG_IMPLICIT(1), &unused) ||
	    !jpkip_der_optional(tbs, JPKIP_TAG_IMPLICIT(2), &unused) ||
	    !jpkip_der_optional(tbs, JPKIP_TAG_CONTEXT(3), &wrapped) ||
	    tbs->len != 0)
		return false;
	if (wrapped.at == NULL)
		return true;
	return jpkip_der_take(&wrapped, JPKIP_TAG_SEQUENCE, &list) &&
	    wrapped.len == 0 && jpkip_extensions_read(cert, list);
}

static bool
read_tbs(struct jpki_cert *cert)
{
	struct jpkip_part all = cert->tbs, tbs, oid, parameters;

	if (!jpkip_der_take(&all, JPKIP_TAG_SEQUENCE, &tbs) ||
	    !read_version(cert, &tbs) || !read_serial(cert, &tbs) ||
	    !jpkip_der_algorithm(&tbs, &oid, &parameters) ||
	    !read_name(cert, &tbs, &cert->issuer, &cert->issuer_name) ||
	    !read_period(cert, &tbs) ||
	    !read_name(cert, &tbs, &cert->subject, &cert->subject_name) ||
	    !read_key(cert, &tbs))
		return false;
	if (!jpkip_part_equal(oid, cert->algorithm) ||
	    !jpkip_part_equal(parameters, cert->parameters))
		jpkip_note(cert, JPKI_NOTE_ALGORITHMS, "");
	return read_rest(cert, &tbs);
}

/* RFC 5280, 4.1. */
static bool
read_all(struct jpki_cert *cert)
{
	struct jpki_cert_info *info = &cert->info;
	struct jpkip_part all = { cert->der, cert->der_len }, body;

	if (!jpkip_der_take(&all, JPKIP_TAG_SEQUENCE, &body) ||
	    !jpkip_der_whole(&body, JPKIP_TAG_SEQUENCE, &cert->tbs) ||
	    !jpkip_der_algorithm(&body, &cert->algorithm,
	    &cert->parameters) ||
	    !jpkip_der_bits(&body, &cert->signature) || body.len != 0)
		return false;
	info->signature = jpkip_algorithm_name(cert->algorithm);
	if (info->signature == NULL &&
	    (info->signature = jpkip_text_oid(&cert->arena,
	    cert->algorithm)) == NULL)
		return false;
	return read_tbs(cert) && jpkip_kind_read(cert);
}

static struct jpki_cert *
cert_new(const uint8_t *der, size_t len)
{
	struct jpki_cert *cert;

	if ((cert = calloc(1, sizeof(*cert))) == NULL)
		return NULL;
	atomic_init(&cert->refs, 1);
	atomic_init(&cert->decoded.decoded, NULL);
	cert->path_len = -1;
	cert->info.ca = &cert->ca;
	cert->info.issuer = &cert->issuer_name.name;
	cert->info.subject = &cert->subject_name.name;
	cert->der_len = len;
	cert->arena.max = ARENA_SIZE(len);
	cert->der = malloc(len);
	cert->arena.data = malloc(cert->arena.max);
	if (cert->der == NULL || cert->arena.data == NULL) {
		jpki_cert_free(&cert);
		return NULL;
	}
	memcpy(cert->der, der, len);
	return cert;
}

/* SHA-256, upper-case hex in the arena. */
static int
take_fingerprint(struct jpki_ctx *ctx, struct jpki_cert *cert)
{
	struct jpkip_part all = { cert->der, cert->der_len }, hash;
	uint8_t sha256[JPKIP_DIGEST_MAX];

	hash.at = sha256;
	if (!jpkip_digest(ctx, "SHA256", all, sha256, &hash.len))
		return jpki_ctx_err(ctx);
	cert->info.fingerprint = jpkip_text_hex(&cert->arena, hash);
	return cert->info.fingerprint != NULL ? 0 :
	    jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("X.509"));
}

int
jpkip_cert_parse(struct jpki_ctx *ctx, const uint8_t *der, size_t len,
    struct jpki_cert **out)
{
	struct jpkip_tlv tlv;
	struct jpki_cert *cert;
	int r;

	if (!jpkip_tlv_header(der, len, &tlv) ||
	    tlv.tag != JPKIP_TAG_SEQUENCE ||
	    tlv.value_len > len - tlv.header_len ||
	    tlv.header_len + tlv.value_len > JPKI_CERT_MAX)
		return jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("X.509"));
	cert = cert_new(der, tlv.header_len + tlv.value_len);
	if (cert == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	r = read_all(cert) ? take_fingerprint(ctx, cert) :
	    jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("X.509"));
	if (r != 0) {
		jpki_cert_free(&cert);
		return r;
	}
	jpkip_ca_read(cert);
	*out = cert;
	return 0;
}

int
jpki_cert_parse(struct jpki_ctx *ctx, const uint8_t *der, size_t len,
    struct jpki_cert **out)
{
	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || (der == NULL && len > 0))
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	return jpkip_cert_parse(ctx, der, len, out);
}

static const uint8_t *
borrow(const struct jpkip_part *part, size_t *len)
{
	if (len != NULL)
		*len = part != NULL ? part->len : 0;
	return part != NULL ? part->at : NULL;
}

const uint8_t *
jpki_cert_der(const struct jpki_cert *cert, size_t *len)
{
	if (len != NULL)
		*len = cert != NULL ? cert->der_len : 0;
	return cert != NULL ? cert->der : NULL;
}

const uint8_t *
jpki_cert_issuer(const struct jpki_cert *cert, size_t *len)
{
	return borrow(cert != NULL ? &cert->issuer : NULL, len);
}

const uint8_t *
jpki_cert_subject(const struct jpki_cert *cert, size_t *len)
{
	return borrow(cert != NULL ? &cert->subject : NULL, len);
}

const uint8_t *
jpki_cert_key(const struct jpki_cert *cert, size_t *len)
{
	return borrow(cert != NULL ? &cert->key.spki : NULL, len);
}

void
jpki_cert_validity(const struct jpki_cert *cert, int64_t *not_before,
    int64_t *not_after)
{
	if (cert == NULL)
		return;
	if (not_before != NULL)
		*not_before = cert->info.not_before;
	if (not_after != NULL)
		*not_after = cert->info.not_after;
}

const struct jpki_cert_info *
jpki_cert_info(const struct jpki_cert *cert)
{
	return cert != NULL ? &cert->info : NULL;
}

void
jpki_cert_free(struct jpki_cert **cert)
{
	if (cert == NULL || *cert == NULL)
		return;
	if (atomic_fetch_sub(&(*cert)->refs, 1) == 1) {
		jpkip_key_cache_empty(&(*cert)->decoded);
		jpkip_freezero((*cert)->der, (*cert)->der_len);
		jpkip_freezero((*cert)->arena.data, (*cert)->arena.max);
		jpkip_freezero(*cert, sizeof(**cert));
	}
	*cert = NULL;
}

struct jpki_cert *
jpki_cert_ref(struct jpki_cert *cert)
{
	if (cert != NULL)
		atomic_fetch_add(&cert->refs, 1);
	return cert;
}

const struct jpkip_public_key *
jpkip_cert_public_key(const struct jpki_cert *cert)
{
	return &cert->key;
}

size_t
jpkip_cert_modulus_len(const struct jpki_cert *cert)
{
	return cert->key.modulus_len;
}

int
jpkip_cert_verify(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    enum jpki_padding padding, enum jpki_md md, const uint8_t *digest,
    size_t digest_len, const uint8_t *sig, size_t sig_len)
{
	return jpkip_signature_check(ctx, &cert->key, padding, md, digest,
	    digest_len, sig, sig_len);
}
