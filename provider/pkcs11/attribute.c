/* SPDX-License-Identifier: Apache-2.0 */
/* What the objects of a token say of themselves. */
#include "p11.h"

#include <string.h>

enum source {
	FLAG, NUMBER, TEXT_LABEL, ID, CLOSED, MECHANISMS, SECRET,
	SIZE,		/* needs the certificate on some cards */
	FIRST_OF_CERT,	/* these need it: */
	DER = FIRST_OF_CERT, SUBJECT, ISSUER, SERIAL, FROM, UNTIL, SPKI,
	MODULUS, EXPONENT
};

#define CERT (1u << P11_CERT)
#define CA (1u << P11_CA)
#define PUBLIC (1u << P11_PUBLIC)
#define PRIVATE (1u << P11_PRIVATE)
#define CERTS (CERT | CA)
#define KEYS (PUBLIC | PRIVATE)

static const struct row {
	CK_ATTRIBUTE_TYPE type;
	unsigned objects;
	enum source source;
	CK_ULONG value;
} rows[] = {
	{ CKA_CLASS, CERTS, NUMBER, CKO_CERTIFICATE },
	{ CKA_CLASS, PUBLIC, NUMBER, CKO_PUBLIC_KEY },
	{ CKA_CLASS, PRIVATE, NUMBER, CKO_PRIVATE_KEY },
	{ CKA_TOKEN, CERTS | KEYS, FLAG, CK_TRUE },
	{ CKA_PRIVATE, CERT | PUBLIC, CLOSED, 0 },
	{ CKA_PRIVATE, CA, FLAG, CK_FALSE },
	{ CKA_PRIVATE, PRIVATE, FLAG, CK_TRUE },
	{ CKA_MODIFIABLE, CERTS | KEYS, FLAG, CK_FALSE },
	{ CKA_COPYABLE, CERTS | KEYS, FLAG, CK_FALSE },
	{ CKA_DESTROYABLE, CERTS | KEYS, FLAG, CK_FALSE },
	{ CKA_LABEL, CERTS | KEYS, TEXT_LABEL, 0 },
	{ CKA_ID, CERTS | KEYS, ID, 0 },
	{ CKA_SUBJECT, CERTS | KEYS, SUBJECT, 0 },

	{ CKA_CERTIFICATE_TYPE, CERTS, NUMBER, CKC_X_509 },
	{ CKA_CERTIFICATE_CATEGORY, CERT, NUMBER, 1 },	/* a user's */
	{ CKA_CERTIFICATE_CATEGORY, CA, NUMBER, 2 },	/* a CA's */
	/* Data, not trust: the holder has not said so. */
	{ CKA_TRUSTED, CERTS | PUBLIC, FLAG, CK_FALSE },
	{ CKA_START_DATE, CERTS, FROM, 0 },
	{ CKA_END_DATE, CERTS, UNTIL, 0 },
	{ CKA_ISSUER, CERTS, ISSUER, 0 },
	{ CKA_SERIAL_NUMBER, CERTS, SERIAL, 0 },
	{ CKA_VALUE, CERTS, DER, 0 },
	{ CKA_PUBLIC_KEY_INFO, CERTS | KEYS, SPKI, 0 },

	{ CKA_KEY_TYPE, KEYS, NUMBER, CKK_RSA },
	{ CKA_DERIVE, KEYS, FLAG, CK_FALSE },
	{ CKA_LOCAL, KEYS, FLAG, CK_FALSE },
	{ CKA_KEY_GEN_MECHANISM, KEYS, NUMBER, CK_UNAVAILABLE_INFORMATION },
	{ CKA_ALLOWED_MECHANISMS, PRIVATE, MECHANISMS, 0 },
	{ CKA_MODULUS, KEYS, MODULUS, 0 },
	/* Some programs ask a private key, too. */
	{ CKA_MODULUS_BITS, KEYS, SIZE, 0 },
	{ CKA_PUBLIC_EXPONENT, KEYS, EXPONENT, 0 },

	/* The card signs. With a public key programs do all themselves. */
	{ CKA_ENCRYPT, PUBLIC, FLAG, CK_FALSE },
	{ CKA_VERIFY, PUBLIC, FLAG, CK_TRUE },
	{ CKA_VERIFY_RECOVER, PUBLIC, FLAG, CK_FALSE },
	{ CKA_WRAP, PUBLIC, FLAG, CK_FALSE },

	{ CKA_SIGN, PRIVATE, FLAG, CK_TRUE },
	{ CKA_SIGN_RECOVER, PRIVATE, FLAG, CK_FALSE },
	{ CKA_DECRYPT, PRIVATE, FLAG, CK_FALSE },
	{ CKA_UNWRAP, PRIVATE, FLAG, CK_FALSE },
	{ CKA_SENSITIVE, PRIVATE, FLAG, CK_TRUE },
	{ CKA_ALWAYS_SENSITIVE, PRIVATE, FLAG, CK_TRUE },
	{ CKA_EXTRACTABLE, PRIVATE, FLAG, CK_FALSE },
	{ CKA_NEVER_EXTRACTABLE, PRIVATE, FLAG, CK_TRUE },
	{ CKA_WRAP_WITH_TRUSTED, PRIVATE, FLAG, CK_FALSE },
	/* The PIN is kept, and sent with each signature. */
	{ CKA_ALWAYS_AUTHENTICATE, PRIVATE, FLAG, CK_FALSE },
	{ CKA_PRIVATE_EXPONENT, PRIVATE, SECRET, 0 },
	{ CKA_PRIME_1, PRIVATE, SECRET, 0 },
	{ CKA_PRIME_2, PRIVATE, SECRET, 0 },
	{ CKA_EXPONENT_1, PRIVATE, SECRET, 0 },
	{ CKA_EXPONENT_2, PRIVATE, SECRET, 0 },
	{ CKA_COEFFICIENT, PRIVATE, SECRET, 0 },
};

static const struct row *
row_of(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
	size_t i;

	for (i = 0; i < N(rows); i++)
		if (rows[i].type == type && object <= P11_N_OBJECTS &&
		    (rows[i].objects & 1u << object) != 0)
			return &rows[i];
	return NULL;
}

/* DER: of a certificate that was parsed before, so it is as it should be. */

/* Steps into the element at *p, which ends where *end points to afterwards. */
static bool
into(const uint8_t **p, const uint8_t **end)
{
	size_t n, len;

	if (*end - *p < 2)
		return false;
	len = (*p)[1];
	*p += 2;
	if (len >= 0x80) {
		for (n = len & 0x7f, len = 0; n > 0 && *p < *end; n--)
			len = len << 8 | *(*p)++;
	}
	if (len > (size_t)(*end - *p))
		return false;
	*end = *p + len;
	return true;
}

/* Steps over the element at *p. */
static bool
over(const uint8_t **p, const uint8_t *end)
{
	if (!into(p, &end))
		return false;
	*p = end;
	return true;
}

/* The serial number, as the INTEGER that it is. */
static bool
find_serial(const struct jpki_cert *cert, struct p11_value *out)
{
	const uint8_t *p, *end, *serial;
	size_t len;

	p = jpki_cert_der(cert, &len);
	end = p + len;
	if (!into(&p, &end) || !into(&p, &end) ||
	    (*p == 0xa0 && !over(&p, end)))	/* the version */
		return false;
	serial = p;
	if (!over(&p, end))
		return false;
	out->data = serial;
	out->len = (size_t)(p - serial);
	return true;
}

/* Modulus or exponent, without the zero that makes an INTEGER positive. */
static bool
find_number(const struct jpki_cert *cert, bool exponent, struct p11_value *out)
{
	const uint8_t *p, *end;
	size_t len;

	if (jpki_cert_info(cert)->key_type != JPKI_KEY_TYPE_RSA)
		return false;
	p = jpki_cert_key(cert, &len);
	end = p + len;
	/* The algorithm, then a BIT STRING without unused bits. */
	if (!into(&p, &end) || !over(&p, end) || !into(&p, &end) ||
	    p == end || ++p == end || !into(&p, &end) ||
	    (exponent && !over(&p, end)) || !into(&p, &end))
		return false;
	while (p < end && *p == 0)
		p++;
	out->data = p;
	out->len = (size_t)(end - p);
	return true;
}

static void
set_date(struct jpki_date day, struct p11_value *out)
{
	char text[JPKI_DATE_TEXT];

	/* "YYYY-MM-DD" */
	jpki_date_format(day, text);
	memcpy(out->room.date.year, text, 4);
	memcpy(out->room.date.month, text + 5, 2);
	memcpy(out->room.date.day, text + 8, 2);
	out->data = &out->room.date;
	out->len = sizeof(out->room.date);
}

static bool
find_in_cert(enum source source, struct p11_value *out)
{
	const struct jpki_cert *cert = out->cert;

	switch (source) {
	case DER:
		out->data = jpki_cert_der(cert, &out->len);
		return true;
	case SUBJECT:
		out->data = jpki_cert_subject(cert, &out->len);
		return true;
	case ISSUER:
		out->data = jpki_cert_issuer(cert, &out->len);
		return true;
	case SPKI:
		out->data = jpki_cert_key(cert, &out->len);
		return true;
	case SERIAL:
		return find_serial(cert, out);
	case FROM:
	case UNTIL:
		set_date(source == FROM ? jpki_cert_info(cert)->first_day :
		    jpki_cert_info(cert)->last_day, out);
		return true;
	case SIZE:
		out->room.number = jpki_cert_info(cert)->key_bits;
		out->data = &out->room.number;
		out->len = sizeof(out->room.number);
		return out->room.number != 0;
	default:
		return find_number(cert, source == EXPONENT, out);
	}
}

/* Reads it, where that was not done yet. */
static CK_RV
load(struct p11_slot *slot, CK_OBJECT_HANDLE object, struct jpki_cert **cert)
{
	enum jpki_slot which = object != P11_CA ? jpki_key_slot(slot->key) :
	    slot->key == JPKI_KEY_SIGN ? JPKI_SLOT_SIGN_CA :
	    JPKI_SLOT_AUTH_CA;
	bool closed = jpki_shared_needs_pin(slot->card, which);
	struct jpki_ctx *ctx = p11_ctx_new();
	int r;

	r = jpki_shared_cert(ctx, slot->card, slot->epoch, which,
	    closed ? slot->pin : NULL, p11.settings->min_tries, cert);
	if (closed)
		p11_token_set_tries(slot, r == 0 ? p11_max_tries(slot) : -1);
	return p11_token_done(slot, ctx, r);
}

/* The others. */
static void
find_plain(struct p11_slot *slot, CK_OBJECT_HANDLE object,
    const struct row *row, struct p11_value *out)
{
	static const char *const labels[] = {
		"auth", "sign", "auth-ca", "sign-ca"
	};
	size_t i = (slot->key == JPKI_KEY_SIGN) + (object == P11_CA ? 2u : 0u);

	switch (row->source) {
	case TEXT_LABEL:
		out->data = labels[i];
		out->len = strlen(labels[i]);
		break;
	/* As OpenSC numbers them. */
	case ID:
		out->room.bytes[0] = (uint8_t)(i + 1);
		out->data = out->room.bytes;
		out->len = 1;
		break;
	case MECHANISMS:
		out->data = out->room.list;
		out->len = p11_mechanisms(slot, true, out->room.list) *
		    sizeof(out->room.list[0]);
		break;
	case NUMBER:
	case SIZE:
		out->room.number = row->source == SIZE ? 2048 : row->value;
		out->data = &out->room.number;
		out->len = sizeof(out->room.number);
		break;
	default:
		/* The sign certificate is behind the password; a phone's auth
		 * certificate is behind its PIN, too. */
		out->room.flag = row->source == FLAG ? row->value != 0 :
		    slot->key == JPKI_KEY_SIGN || jpki_shared_needs_pin(
		    slot->card, jpki_key_slot(slot->key));
		out->data = &out->room.flag;
		out->len = sizeof(out->room.flag);
	}
}

CK_RV
p11_attribute(struct p11_slot *slot, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, bool cheap, struct p11_value *out)
{
	const struct row *row = row_of(object, type);
	CK_RV rv;

	out->cert = NULL;
	if (row == NULL)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (row->source == SECRET)
		return CKR_ATTRIBUTE_SENSITIVE;
	if (row->source < SIZE || (row->source == SIZE &&
	    jpki_shared_is_rsa2048(slot->card))) {
		find_plain(slot, object, row, out);
		return CKR_OK;
	}
	if (cheap)
		return CKR_CANCEL;
	if ((rv = load(slot, object, &out->cert)) != CKR_OK)
		return rv;
	if (find_in_cert(row->source, out))
		return CKR_OK;
	p11_value_free(out);
	return CKR_ATTRIBUTE_TYPE_INVALID;
}

void
p11_value_free(struct p11_value *value)
{
	jpki_cert_free(&value->cert);
}
