/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/public_key.h"

#include <string.h>

#define RSA_BYTES_MIN 128	/* less, and anybody could have made it */
#define RSA_BITS_MAX 16384	/* of what libcrypto checks */

/* 1.2.840.113549.1.1.1 and 1.2.840.10045.2.1 */
static const uint8_t oid_rsa[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01
};
static const uint8_t oid_ec[] = {
	0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01
};

/* 1.2.840.10045.3.1.7, 1.3.132.0.34, 1.3.132.0.35 */
static const struct {
	uint8_t oid[8];
	uint8_t len;
	uint16_t bits;
	const char *name;
} curves[] = {
	{ { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 }, 8, 256,
	    "P-256" },
	{ { 0x2b, 0x81, 0x04, 0x00, 0x22 }, 5, 384, "P-384" },
	{ { 0x2b, 0x81, 0x04, 0x00, 0x23 }, 5, 521, "P-521" }
};

static unsigned
bits_of(struct jpkip_part number)
{
	unsigned n = (unsigned)number.len * 8;
	uint8_t first = number.at[0];

	for (; n > 0 && (first & 0x80) == 0; first = (uint8_t)(first << 1))
		n--;
	return n;
}

/* RFC 8017, A.1.1; its modulus must be sane, as signatures have its length. */
static bool
read_rsa(struct jpkip_public_key *key)
{
	struct jpkip_part bits = key->bits, numbers, modulus;

	if (!jpkip_der_take(&bits, JPKIP_TAG_SEQUENCE, &numbers) ||
	    bits.len != 0 ||
	    !jpkip_der_take(&numbers, JPKIP_TAG_INTEGER, &modulus) ||
	    !jpkip_der_skip(&numbers, JPKIP_TAG_INTEGER))
		return false;
	if (modulus.len > 0 && modulus.at[0] == 0) {
		modulus.at++;
		modulus.len--;
	}
	if (modulus.len == 0 || modulus.at[0] == 0)
		return false;
	key->modulus_len = modulus.len;
	key->type = JPKI_KEY_TYPE_RSA;
	key->size = bits_of(modulus);
	key->name = "RSA";
	return true;
}

/* RFC 5480: the curve is named in the parameters. */
static void
read_ec(struct jpkip_public_key *key, struct jpkip_part parameters)
{
	struct jpkip_part curve;
	size_t i;

	key->type = JPKI_KEY_TYPE_EC;
	if (!jpkip_der_take(&parameters, JPKIP_TAG_OID, &curve)) {
		key->name = "EC";
		return;
	}
	key->oid = curve;
	for (i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (curve.len == curves[i].len &&
		    memcmp(curve.at, curves[i].oid, curve.len) == 0) {
			key->size = curves[i].bits;
			key->name = curves[i].name;
		}
}

bool
jpkip_public_key_read(struct jpkip_part *from, struct jpkip_public_key *key)
{
	struct jpkip_part inside, spki, parameters;

	memset(key, 0, sizeof(*key));
	if (!jpkip_der_whole(from, JPKIP_TAG_SEQUENCE, &key->spki))
		return false;
	inside = key->spki;
	if (!jpkip_der_take(&inside, JPKIP_TAG_SEQUENCE, &spki) ||
	    !jpkip_der_algorithm(&spki, &key->oid, &parameters) ||
	    !jpkip_der_bits(&spki, &key->bits) || spki.len != 0)
		return false;
	if (JPKIP_PART_IS(key->oid, oid_rsa))
		return read_rsa(key);
	if (JPKIP_PART_IS(key->oid, oid_ec))
		read_ec(key, parameters);
	return true;
}

/* Positive, odd, more than 1, and of so many bytes at least: what every modulus
 * and exponent is. */
static bool
odd_number(struct jpkip_part number, size_t bytes)
{
	if (number.len > 0 && (number.at[0] & 0x80) != 0)
		return false;
	while (number.len > 0 && number.at[0] == 0) {
		number.at++;
		number.len--;
	}
	return number.len >= bytes && (number.at[number.len - 1] & 1) != 0 &&
	    (number.len > 1 || number.at[0] > 1);
}

bool
jpkip_rsa_numbers(const struct jpkip_public_key *key,
    struct jpkip_part *modulus, struct jpkip_part *exponent)
{
	struct jpkip_part bits = key->bits, numbers;

	return key->modulus_len != 0 && key->size <= RSA_BITS_MAX &&
	    jpkip_der_take(&bits, JPKIP_TAG_SEQUENCE, &numbers) &&
	    jpkip_der_take(&numbers, JPKIP_TAG_INTEGER, modulus) &&
	    jpkip_der_take(&numbers, JPKIP_TAG_INTEGER, exponent) &&
	    numbers.len == 0 && odd_number(*modulus, RSA_BYTES_MIN) &&
	    odd_number(*exponent, 1);
}
