/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates: what is read out of them, and that the issued ones follow the
 * service's profile to the byte. With JPKI_TEST_JLIS_CA naming a directory of
 * the service's CA certificates (signca-2023.der ...), they are compared with
 * ours as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <jpki.h>

#include "base/tlv.h"
#include "certificate/cert.h"
#include "certs.h"

/* O=JPKI-SOFTCARD, otherwise the CA's name as measured. */
#define SIGN_NAME "308189310B3009060355040613024A503116301406035504" \
    "0A0C0D4A504B492D534F4654434152443123302106" \
    "0355040B0C1A4A504B4920666F72206469676974616C207369676E617475" \
    "7265313D303B060355040B0C344A6170616E204167656E637920666F7220" \
    "4C6F63616C20417574686F7269747920496E666F726D6174696F6E205379" \
    "7374656D73"
#define AUTH_NAME "30818B310B3009060355040613024A503116301406035504" \
    "0A0C0D4A504B492D534F46544341524431253023" \
    "060355040B0C1C4A504B4920666F7220757365722061757468656E746963" \
    "6174696F6E313D303B060355040B0C344A6170616E204167656E63792066" \
    "6F72204C6F63616C20417574686F7269747920496E666F726D6174696F6E" \
    "2053797374656D73"
/* The second name: the organisation's 30 bytes are 33 of our own. */
#define SIGN_NAME_JA "3081A6A481A33081A0310B3009060355040613024A50" \
    "312A3028060355040A0C21" \
    "E382BDE38395E38388E382ABE383BCE38389EFBC88E8A9A6E9A893E794A8EFBC89" \
    "3130302E060355040B0C27E585ACE79A84E5808BE4BABAE8AA8DE8A8BCE382B5" \
    "E383BCE38393E382B9E7BDB2E5908DE794A831333031060355040B0C2AE59CB0" \
    "E696B9E585ACE585B1E59BA3E4BD93E68385E5A0B1E382B7E382B9E38386E383" \
    "A0E6A99FE6A78B"
#define AUTH_NAME_JA "3081AFA481AC3081A9310B3009060355040613024A50" \
    "312A3028060355040A0C21" \
    "E382BDE38395E38388E382ABE383BCE38389EFBC88E8A9A6E9A893E794A8EFBC89" \
    "31393037060355040B0C30E585ACE79A84E5808BE4BABAE8AA8DE8A8BCE382B5" \
    "E383BCE38393E382B9E588A9E794A8E88085E8A8BCE6988EE794A83133303106" \
    "0355040B0C2AE59CB0E696B9E585ACE585B1E59BA3E4BD93E68385E5A0B1E382" \
    "B7E382B9E38386E383A0E6A99FE6A78B"

/* certificates.md 2.5: C, O, OU, OU, OU, CN; no URI. */
#define CRL_SIGN \
    "3081A83081A5A081A2A0819FA4819C308199310B3009060355040613024A" \
    "5031163014060355040A0C0D4A504B492D534F4654434152443123302106" \
    "0355040B0C1A4A504B4920666F72206469676974616C207369676E617475" \
    "72653120301E060355040B0C1743524C20446973747269627574696F6E20" \
    "506F696E74733111300F060355040B0C08546F6B796F2D746F3118301606" \
    "035504030C0F4D69686F6E2D7368692043524C4450"
#define CRL_AUTH \
    "3081AA3081A7A081A4A081A1A4819E30819B310B3009060355040613024A" \
    "5031163014060355040A0C0D4A504B492D534F4654434152443125302306" \
    "0355040B0C1C4A504B4920666F7220757365722061757468656E74696361" \
    "74696F6E3120301E060355040B0C1743524C20446973747269627574696F" \
    "6E20506F696E74733111300F060355040B0C08546F6B796F2D746F311830" \
    "1606035504030C0F4D69686F6E2D7368692043524C4450"

static struct certs fixture;

static int
set_up(void **state)
{
	(void)state;
	certs_make(&fixture);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	certs_free(&fixture);
	return 0;
}

/* Hex digits of bytes, in upper case; freed by the caller. */
static char *
to_hex(const uint8_t *data, size_t len)
{
	char *out = malloc(2 * len + 1);
	size_t i;

	assert_non_null(out);
	out[0] = '\0';
	for (i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02X", data[i]);
	return out;
}

struct extension {
	const char *oid;
	int critical;
	const char *hex;	/* NULL: looked at elsewhere */
};

static void
check_extensions(const X509 *cert, const struct extension *expected, int n)
{
	const ASN1_OCTET_STRING *value;
	X509_EXTENSION *extension;
	char oid[64], *hex;
	int i;

	assert_int_equal(X509_get_ext_count(cert), n);
	for (i = 0; i < n; i++) {
		extension = sk_X509_EXTENSION_value(
		    X509_get0_extensions(cert), i);
		OBJ_obj2txt(oid, sizeof(oid), X509_EXTENSION_get_object(
		    extension), 1);
		assert_string_equal(oid, expected[i].oid);
		assert_int_equal(X509_EXTENSION_get_critical(extension),
		    expected[i].critical);
		if (expected[i].hex == NULL)
			continue;
		value = X509_EXTENSION_get_data(extension);
		hex = to_hex(ASN1_STRING_get0_data(value),
		    (size_t)ASN1_STRING_length(value));
		assert_string_equal(hex, expected[i].hex);
		free(hex);
	}
}

static void
check_name(const X509_NAME *name, const char *expected)
{
	const unsigned char *der;
	size_t len;
	char *hex;

	assert_int_equal(X509_NAME_get0_der(name, &der, &len), 1);
	hex = to_hex(der, len);
	assert_string_equal(hex, expected);
	free(hex);
}

static void
check_time(const ASN1_TIME *time, const char *expected)
{
	assert_int_equal(ASN1_STRING_type(time), V_ASN1_UTCTIME);
	assert_int_equal(ASN1_STRING_length(time), (int)strlen(expected));
	assert_memory_equal(ASN1_STRING_get0_data(time), expected,
	    strlen(expected));
}

static void
check_value(const X509 *cert, int i, const char *expected)
{
	const ASN1_OCTET_STRING *value =
	    X509_EXTENSION_get_data(sk_X509_EXTENSION_value(
	    X509_get0_extensions(cert), i));
	char *hex = to_hex(ASN1_STRING_get0_data(value),
	    (size_t)ASN1_STRING_length(value));

	assert_string_equal(hex, expected);
	free(hex);
}

/* RFC 5280, 4.2.1.2, method 1, in upper case hex. */
static void
key_id(const X509 *cert, char out[41])
{
	const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr(cert);
	uint8_t hash[20];
	size_t len;
	char *hex;

	assert_int_equal(EVP_Q_digest(NULL, "SHA1", NULL,
	    ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key), hash,
	    &len), 1);
	hex = to_hex(hash, len);
	snprintf(out, 41, "%s", hex);
	free(hex);
}

/* The last two extensions: the issuer's key id with "before" and "after"
 * around it (certificates.md 2.6), and one's own. */
static void
check_key_ids(const X509 *cert, const X509 *ca, const char *before,
    const char *after)
{
	char id[41], expected[512];
	int n = X509_get_ext_count(cert);

	key_id(ca, id);
	snprintf(expected, sizeof(expected), "%s%s%s", before, id, after);
	check_value(cert, n - 2, expected);
	key_id(cert, id);
	snprintf(expected, sizeof(expected), "0414%s", id);
	check_value(cert, n - 1, expected);
}

/* certificates.md 1.2 and 1.3. */
static void
ca_profile(void **state)
{
	static const struct extension sign[] = {
		{ "2.5.29.15", 1, "03020106" },
		{ "2.5.29.17", 0, SIGN_NAME_JA },
		{ "2.5.29.19", 1, "30030101FF" },
		{ "2.5.29.31", 0, "308198308195A08192A0818FA4818C" SIGN_NAME },
		{ "2.5.29.14", 0, NULL }
	};
	static const struct extension auth[] = {
		{ "2.5.29.15", 1, "03020106" },
		{ "2.5.29.17", 0, AUTH_NAME_JA },
		{ "2.5.29.19", 1, "30030101FF" },
		{ "2.5.29.31", 0, "30819A308197A08194A08191A4818E" AUTH_NAME },
		{ "2.5.29.14", 0, NULL }
	};
	const X509 *ca;

	(void)state;
	ca = fixture.ca[JPKI_KEY_SIGN - 1];
	check_extensions(ca, sign, 5);
	check_name(X509_get_subject_name(ca), SIGN_NAME);
	check_name(X509_get_issuer_name(ca), SIGN_NAME);
	check_time(X509_get0_notBefore(ca), "230716005027Z");
	check_time(X509_get0_notAfter(ca), "330715145959Z");
	ca = fixture.ca[JPKI_KEY_AUTH - 1];
	check_extensions(ca, auth, 5);
	check_name(X509_get_subject_name(ca), AUTH_NAME);
	check_time(X509_get0_notBefore(ca), "230716010104Z");
	assert_int_equal(X509_get_version(ca), 2);
	assert_int_equal(X509_get_signature_nid(ca),
	    NID_sha256WithRSAEncryption);
}

/* certificates.md 1.1: three windows, one name, other serials. */
static void
ca_generations(void **state)
{
	static const struct {
		enum jpki_key key;
		const char *begin, *end;
	} rows[] = {
		{ JPKI_KEY_SIGN, "151020024028Z", "251019145959Z" },
		{ JPKI_KEY_SIGN, "190914234156Z", "290914145959Z" },
		{ JPKI_KEY_SIGN, "230716005027Z", "330715145959Z" },
		{ JPKI_KEY_AUTH, "151020030813Z", "251019145959Z" },
		{ JPKI_KEY_AUTH, "190914234159Z", "290914145959Z" },
		{ JPKI_KEY_AUTH, "230716010104Z", "330715145959Z" }
	};
	uint64_t serial, before = 0;
	X509 *ca;
	int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		assert_int_equal(jpkip_issue_ca(fixture.ctx, rows[i].key,
		    i % 3 + 1, fixture.ca_key, &ca), 0);
		check_time(X509_get0_notBefore(ca), rows[i].begin);
		check_time(X509_get0_notAfter(ca), rows[i].end);
		check_name(X509_get_subject_name(ca),
		    rows[i].key == JPKI_KEY_SIGN ? SIGN_NAME : AUTH_NAME);
		assert_int_equal(ASN1_INTEGER_get_uint64(&serial,
		    X509_get0_serialNumber(ca)), 1);
		if (i % 3 == 0)
			assert_int_equal(serial, 1);
		else
			assert_true(serial > before);
		before = serial;
		X509_free(ca);
	}
	assert_int_equal(jpkip_profile_generation_on(
	    (struct jpki_date){ 2015, 10, 20 }), 0);
	assert_int_equal(jpkip_profile_generation_on(
	    (struct jpki_date){ 2015, 10, 21 }), 1);
	assert_int_equal(jpkip_profile_generation_on(
	    (struct jpki_date){ 2019, 9, 15 }), 1);
	assert_int_equal(jpkip_profile_generation_on(
	    (struct jpki_date){ 2023, 7, 17 }), 3);
}

/* certificates.md 2.2 to 2.6. */
static void
sign_profile(void **state)
{
	static const struct extension expected[] = {
		{ "2.5.29.15", 1, "030206C0" },
		{ "2.5.29.17", 0, "3081AE"
		    "A01F060A2A83088C9B5508050501A0110C0FE5B1B1E794B0E38080"
		    "E5A4AAE9838E"
		    "A019060A2A83088C9B5508050504A00B0C09343139393030323137"
		    "A011060A2A83088C9B5508050503A0030C0131"
		    "A02B060A2A83088C9B5508050505A01D0C1B"
		    "E69DB1E4BAACE983BDE8A68BE69CACE5B882EFBC91EFBC8DEFBC92"
		    "A015060A2A83088C9B5508050502A0070C053030303030"
		    "A019060A2A83088C9B5508050506A00B0C09303030303030303030" },
		{ "2.5.29.32", 1, "303D303B060B2A83088C9B550805010114302C30"
		    "2A06082B06010505070201161E687474703A2F2F7777772E6A706B69"
		    "2E676F2E6A702F6370732E68746D6C" },
		{ "2.5.29.18", 0, SIGN_NAME_JA },
		{ "2.5.29.31", 0, NULL },
		{ "2.5.29.35", 0, NULL },
		{ "2.5.29.14", 0, NULL }
	};
	const X509 *cert = fixture.cert[JPKI_KEY_SIGN - 1];

	(void)state;
	check_extensions(cert, expected, 7);
	check_name(X509_get_issuer_name(cert), SIGN_NAME);
	check_name(X509_get_subject_name(cert),
	    "305B310B3009060355040613024A503111300F06035504070C08546F6B79"
	    "6F2D746F3112301006035504070C094D69686F6E2D736869312530230603"
	    "5504030C1C32303236313032323039333233343032393339313339393930"
	    "303341");
	check_time(X509_get0_notBefore(cert), "261022170706Z");
	check_time(X509_get0_notAfter(cert), "310217145959Z");
	check_key_ids(cert, fixture.ca[JPKI_KEY_SIGN - 1], "3081AE8014",
	    "A1818FA4818C" SIGN_NAME "82040650C003");
	check_value(cert, 4, CRL_SIGN);
}

/* certificates.md 3. */
static void
auth_profile(void **state)
{
	static const struct extension expected[] = {
		{ "2.5.29.15", 1, "03020780" },
		{ "2.5.29.37", 0, "300A06082B06010505070302" },
		{ "2.5.29.32", 1, "303D303B060B2A83088C9B55080501031E302C30"
		    "2A06082B06010505070201161E687474703A2F2F7777772E6A706B69"
		    "2E676F2E6A702F6370732E68746D6C" },
		{ "2.5.29.18", 0, AUTH_NAME_JA },
		{ "2.5.29.31", 0, CRL_AUTH },
		{ "1.3.6.1.5.5.7.1.1", 0, "302C302A06082B06010505073001861E"
		    "687474703A2F2F6F637370617574686E6F726D2E6A706B692E676F2E"
		    "6A70" },
		{ "2.5.29.35", 0, NULL },
		{ "2.5.29.14", 0, NULL }
	};
	const X509 *cert = fixture.cert[JPKI_KEY_AUTH - 1];

	(void)state;
	check_extensions(cert, expected, 8);
	check_name(X509_get_issuer_name(cert), AUTH_NAME);
	check_name(X509_get_subject_name(cert),
	    "302F310B3009060355040613024A503120301E06035504030C1737343939"
	    "39374551373241304834313339393930303341");
	check_time(X509_get0_notAfter(cert), "310217145959Z");
	check_key_ids(cert, fixture.ca[JPKI_KEY_AUTH - 1], "3081B08014",
	    "A18191A4818E" AUTH_NAME "82040651A003");
}

/*
 * The tree of tags of DER, also inside OCTET STRINGs that hold DER: "30(30(02
 * 30(06 05)))". Names and keys differ, shapes must not.
 */
static void
shape(const uint8_t *data, size_t len, int depth, char *out, size_t size)
{
	struct jpkip_tlv tlv;
	size_t at;

	while (len > 0) {
		assert_true(jpkip_tlv_header(data, len, &tlv));
		assert_true(tlv.value_len <= len - tlv.header_len);
		at = strlen(out);
		snprintf(out + at, size - at, "%02X", (unsigned)tlv.tag);
		data += tlv.header_len;
		/* A key id is no DER. */
		if ((tlv.tag & 0x20) != 0 ||
		    (tlv.tag == 0x04 && tlv.value_len != 20)) {
			assert_true(depth < 32);
			at = strlen(out);
			snprintf(out + at, size - at, "(");
			shape(data, tlv.value_len, depth + 1, out, size);
			at = strlen(out);
			snprintf(out + at, size - at, ")");
		}
		data += tlv.value_len;
		len -= tlv.header_len + tlv.value_len;
	}
}

static void
ca_like_the_services(void **state)
{
	const char *dir = getenv("JPKI_TEST_JLIS_CA");
	char path[4096], ours[4096] = "", theirs[4096] = "";
	uint8_t buf[4096], *der;
	struct jpki_cert *cert;
	int64_t begin, end;
	struct jpkip_generation g;
	size_t len;
	FILE *file;

	(void)state;
	if (dir == NULL)
		skip();
	snprintf(path, sizeof(path), "%s/signca-2023.der", dir);
	assert_non_null(file = fopen(path, "rb"));
	len = fread(buf, 1, sizeof(buf), file);
	fclose(file);
	shape(buf, len, 0, theirs, sizeof(theirs));
	assert_int_equal(jpki_cert_parse(fixture.ctx, buf, len, &cert), 0);
	jpki_cert_validity(cert, &begin, &end);
	g = jpkip_profile_generation(JPKI_KEY_SIGN, 3);
	assert_int_equal(begin, g.not_before);
	assert_int_equal(end, g.not_after);
	jpki_cert_free(&cert);
	der = certs_der(fixture.ca[JPKI_KEY_SIGN - 1], &len);
	shape(der, len, 0, ours, sizeof(ours));
	OPENSSL_free(der);
	assert_string_equal(ours, theirs);
}

static void
eras(void **state)
{
	static const struct {
		struct jpki_date birth;
		char digit;
	} rows[] = {
		{ { 1868, 1, 24 }, 0 }, { { 1868, 1, 25 }, '1' },
		{ { 1912, 7, 29 }, '1' }, { { 1912, 7, 30 }, '2' },
		{ { 1926, 12, 24 }, '2' }, { { 1926, 12, 25 }, '3' },
		{ { 1989, 1, 7 }, '3' }, { { 1989, 1, 8 }, '4' },
		{ { 2019, 4, 30 }, '4' }, { { 2019, 5, 1 }, '5' }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(jpkip_profile_era(rows[i].birth),
		    rows[i].digit);
}

static void
parse_reads(void **state)
{
	uint8_t file[4096], *der;
	struct jpki_cert *cert, *other;
	int64_t begin, end;
	size_t len, got;

	(void)state;
	der = certs_der(fixture.cert[0], &len);
	memset(file, 0xff, sizeof(file));
	memcpy(file, der, len);
	assert_int_equal(jpki_cert_parse(fixture.ctx, file, sizeof(file),
	    &cert), 0);
	assert_memory_equal(jpki_cert_der(cert, &got), der, len);
	assert_int_equal(got, len);
	jpki_cert_validity(cert, &begin, &end);
	assert_int_equal(begin, 1792688826);
	assert_int_equal(end, 1929106799);
	assert_int_equal(jpkip_cert_modulus_len(cert), 256);
	other = jpki_cert_ref(cert);
	jpki_cert_free(&cert);
	assert_null(cert);
	assert_memory_equal(jpki_cert_der(other, NULL), der, len);
	jpki_cert_free(&other);
	jpki_cert_free(&other);
	OPENSSL_free(der);
}

/* Cut off anywhere, and any byte changed: refused or parsed, never more. */
static void
parse_survives(void **state)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };
	struct jpki_cert *cert;
	uint8_t *der, *copy;
	size_t len, i, k;
	int r;

	(void)state;
	der = certs_der(fixture.cert[1], &len);
	for (i = 0; i < len; i++) {
		/* A copy of just that size, for the sanitizer. */
		assert_non_null(copy = malloc(i + 1));
		memcpy(copy, der, i);
		assert_int_equal(jpki_cert_parse(fixture.ctx, copy, i, &cert),
		    JPKI_ERR_DATA);
		assert_null(cert);
		free(copy);
	}
	for (i = 0; i < len; i++)
		for (k = 0; k < sizeof(changes); k++) {
			der[i] ^= changes[k];
			r = jpki_cert_parse(fixture.ctx, der, len, &cert);
			assert_true(r == 0 || r == JPKI_ERR_DATA);
			jpki_cert_free(&cert);
			der[i] ^= changes[k];
		}
	OPENSSL_free(der);
	assert_int_equal(jpki_cert_parse(fixture.ctx, NULL, 0, &cert),
	    JPKI_ERR_DATA);
	assert_int_equal(jpki_cert_parse(fixture.ctx, NULL, 1, &cert),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_cert_parse(NULL, (const uint8_t *)"", 0, &cert),
	    JPKI_ERR_USAGE);
}

/* The card of the future may hold another kind of key. */
static void
parse_other_algorithm(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	X509 *x509 = X509_dup(fixture.cert[0]);
	struct jpki_cert *cert;
	uint8_t digest[32] = { 1 }, sig[256] = { 2 };

	(void)state;
	assert_non_null(key);
	assert_int_equal(X509_set_pubkey(x509, key), 1);
	assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
	cert = certs_parse(&fixture, x509);
	assert_int_equal(jpkip_cert_modulus_len(cert), 0);
	assert_int_equal(jpkip_cert_verify(fixture.ctx, cert,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, sizeof(digest), sig,
	    sizeof(sig)), JPKI_ERR_DATA);
	jpki_cert_free(&cert);
	X509_free(x509);
	EVP_PKEY_free(key);
}

/* Signs a digest of zeroes; -1 for the salt: PKCS#1 v1.5. */
static void
sign(const EVP_MD *md, int salt, uint8_t sig[256])
{
	uint8_t digest[EVP_MAX_MD_SIZE] = { 0 };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(fixture.key, NULL);
	size_t len = 256;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_true(EVP_PKEY_CTX_set_rsa_padding(ctx, salt < 0 ?
	    RSA_PKCS1_PADDING : RSA_PKCS1_PSS_PADDING) > 0);
	assert_true(EVP_PKEY_CTX_set_signature_md(ctx, md) > 0);
	if (salt >= 0)
		assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) > 0);
	assert_int_equal(EVP_PKEY_sign(ctx, sig, &len, digest,
	    (size_t)EVP_MD_get_size(md)), 1);
	EVP_PKEY_CTX_free(ctx);
}

static void
verify(void **state)
{
	static const struct {
		int salt;
		enum jpki_md md;
	} rows[] = {
		{ -1, JPKI_MD_SHA256 }, { -1, JPKI_MD_SHA384 },
		{ -1, JPKI_MD_SHA512 }, { 32, JPKI_MD_SHA256 },
		{ 0, JPKI_MD_SHA256 }, { 20, JPKI_MD_SHA256 },
		{ 222, JPKI_MD_SHA256 }
	};
	const EVP_MD *mds[] = { EVP_sha256(), EVP_sha384(), EVP_sha512() };
	struct jpki_cert *cert = certs_parse(&fixture, fixture.cert[0]);
	uint8_t digest[64], sig[256];
	enum jpki_padding right, wrong;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(digest, 0, sizeof(digest));
		len = (size_t)EVP_MD_get_size(mds[rows[i].md - 1]);
		right = rows[i].salt < 0 ? JPKI_PADDING_PKCS1 :
		    JPKI_PADDING_PSS;
		wrong = rows[i].salt < 0 ? JPKI_PADDING_PSS :
		    JPKI_PADDING_PKCS1;
		sign(mds[rows[i].md - 1], rows[i].salt, sig);
		assert_int_equal(jpkip_cert_verify(fixture.ctx, cert, right,
		    rows[i].md, digest, len, sig, 256), 0);
		assert_int_equal(jpkip_cert_verify(fixture.ctx, cert, wrong,
		    rows[i].md, digest, len, sig, 256), JPKI_ERR_SIGNATURE);
		assert_int_equal(jpkip_cert_verify(fixture.ctx, cert, right,
		    rows[i].md, digest, len, sig, 255), JPKI_ERR_SIGNATURE);
		assert_int_equal(jpkip_cert_verify(fixture.ctx, cert, right,
		    rows[i].md, digest, len - 1, sig, 256), JPKI_ERR_DIGEST);
		digest[len - 1] = 1;
		assert_int_equal(jpkip_cert_verify(fixture.ctx, cert, right,
		    rows[i].md, digest, len, sig, 256), JPKI_ERR_SIGNATURE);
		digest[len - 1] = 0;
		sig[0] = 0xff;
		assert_int_equal(jpkip_cert_verify(fixture.ctx, cert, right,
		    rows[i].md, digest, len, sig, 256), JPKI_ERR_SIGNATURE);
	}
	jpki_cert_free(&cert);
}

/* What others left in libcrypto's error queue stays there, nothing is added. */
static void
error_queue(void **state)
{
	struct jpki_cert *cert = certs_parse(&fixture, fixture.cert[0]);
	uint8_t digest[32] = { 0 }, sig[256] = { 0 };

	(void)state;
	ERR_clear_error();
	ERR_raise(ERR_LIB_USER, 7);
	assert_int_equal(jpkip_cert_verify(fixture.ctx, cert,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, 256),
	    JPKI_ERR_SIGNATURE);
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 7);
	assert_int_equal(ERR_get_error(), 0);
	jpki_cert_free(&cert);
}

/* The AlgorithmIdentifiers are those that OpenSSL puts into certificates. */
static void
algorithms(void **state)
{
	static const struct {
		enum jpki_padding padding;
		enum jpki_md md;
	} table[] = {
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA256 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA384 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA512 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA1 },
		{ JPKI_PADDING_PSS, JPKI_MD_SHA256 },
	};
	EVP_PKEY *key = EVP_RSA_gen(2048);
	size_t i, len;

	(void)state;
	assert_non_null(key);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint8_t want[128];
		OSSL_PARAM params[] = {
			OSSL_PARAM_octet_string("algorithm-id", want,
			    sizeof(want)),
			OSSL_PARAM_END
		};
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();
		EVP_PKEY_CTX *pctx;

		assert_int_equal(EVP_DigestSignInit_ex(ctx, &pctx,
		    jpki_md_name(table[i].md), NULL, NULL, key, NULL), 1);
		if (table[i].padding == JPKI_PADDING_PSS) {
			assert_true(EVP_PKEY_CTX_set_rsa_padding(pctx,
			    RSA_PKCS1_PSS_PADDING) > 0);
			assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx,
			    32) > 0);
		}
		assert_int_equal(EVP_PKEY_CTX_get_params(pctx, params), 1);
		assert_non_null(jpki_signature_algorithm(table[i].padding,
		    table[i].md, &len));
		assert_int_equal(len, params[0].return_size);
		assert_memory_equal(jpki_signature_algorithm(table[i].padding,
		    table[i].md, &len), want, len);
		EVP_MD_CTX_free(ctx);
	}
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ca_profile),
		cmocka_unit_test(ca_generations),
		cmocka_unit_test(ca_like_the_services),
		cmocka_unit_test(sign_profile),
		cmocka_unit_test(auth_profile),
		cmocka_unit_test(eras),
		cmocka_unit_test(parse_reads),
		cmocka_unit_test(parse_survives),
		cmocka_unit_test(parse_other_algorithm),
		cmocka_unit_test(verify),
		cmocka_unit_test(error_queue),
		cmocka_unit_test(algorithms),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
