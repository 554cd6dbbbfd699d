/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates of software cards follow the service's profile to the byte.
 * With JPKI_TEST_JLIS_CA naming a directory of the service's CA certificates
 * (signca-2023.der ...), they are compared with ours as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <jpki.h>

#include "base/tlv.h"
#include "certs.h"
#include "crypto/libcrypto.h"
#include "row.h"
#include "torture.h"

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
	ca = certs.ca[certs_at(JPKI_KEY_SIGN)];
	check_extensions(ca, sign, 5);
	check_name(X509_get_subject_name(ca), SIGN_NAME);
	check_name(X509_get_issuer_name(ca), SIGN_NAME);
	check_time(X509_get0_notBefore(ca), "230716005027Z");
	check_time(X509_get0_notAfter(ca), "330715145959Z");
	ca = certs.ca[certs_at(JPKI_KEY_AUTH)];
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
		row("%s, generation %d", rows[i].begin, i % 3 + 1);

		assert_code(jpkip_issue_ca(certs.ctx, rows[i].key,
		    i % 3 + 1, certs.ca_key, &ca), 0);
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
	assert_int_equal(jpkip_soft_generation_on(
	    (struct jpki_date){ 2015, 10, 20 }), 0);
	assert_int_equal(jpkip_soft_generation_on(
	    (struct jpki_date){ 2015, 10, 21 }), 1);
	assert_int_equal(jpkip_soft_generation_on(
	    (struct jpki_date){ 2019, 9, 15 }), 1);
	assert_int_equal(jpkip_soft_generation_on(
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
	const X509 *cert = certs.cert[certs_at(JPKI_KEY_SIGN)];

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
	check_key_ids(cert, certs.ca[certs_at(JPKI_KEY_SIGN)], "3081AE8014",
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
	const X509 *cert = certs.cert[certs_at(JPKI_KEY_AUTH)];

	(void)state;
	check_extensions(cert, expected, 8);
	check_name(X509_get_issuer_name(cert), AUTH_NAME);
	check_name(X509_get_subject_name(cert),
	    "302F310B3009060355040613024A503120301E06035504030C1737343939"
	    "39374551373241304834313339393930303341");
	check_time(X509_get0_notAfter(cert), "310217145959Z");
	check_key_ids(cert, certs.ca[certs_at(JPKI_KEY_AUTH)], "3081B08014",
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
	assert_int_equal(jpki_cert_parse(certs.ctx, buf, len, &cert), 0);
	jpki_cert_validity(cert, &begin, &end);
	g = jpkip_soft_generation(JPKI_KEY_SIGN, 3);
	assert_int_equal(begin, g.not_before);
	assert_int_equal(end, g.not_after);
	jpki_cert_free(&cert);
	der = certs_der(certs.ca[certs_at(JPKI_KEY_SIGN)], &len);
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
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("%04d-%02d-%02d", rows[i].birth.year,
		    rows[i].birth.month, rows[i].birth.day);

		assert_int_equal(jpkip_soft_era(rows[i].birth),
		    rows[i].digit);
	}
}

/* ---- Without memory ---- */

/* The extensions of 0, 1: a CA's; 2, 3: a holder's certificate. */
static bool
extend(OSSL_LIB_CTX *lib, X509 *cert, int which)
{
	const enum jpki_key purpose = which % 2 == 0 ? JPKI_KEY_AUTH :
	    JPKI_KEY_SIGN;
	struct jpkip_holder holder = certs_holder;

	if (which < 2)
		return jpkip_soft_ca_extensions(lib, cert, purpose);
	holder.address_flags = "0000100000000000000000";
	return jpkip_soft_ee_extensions(lib, cert,
	    certs.ca[certs_at(purpose)], purpose, &holder);
}

/* One without any, and its name. */
static X509 *
bare(void)
{
	X509 *cert = X509_dup(certs.cert[0]);

	while (X509_get_ext_count(cert) > 0)
		X509_EXTENSION_free(X509_delete_ext(cert, 0));
	return cert;
}

static uint8_t *
fields(X509 *cert, size_t *len)
{
	uint8_t *der = NULL;
	int n = i2d_re_X509_tbs(cert, &der);

	assert_true(n > 0);
	*len = (size_t)n;
	return der;
}

/* Whichever allocation is refused: a failure, or all extensions; none is left
 * out in silence. libcrypto's own signing breaks then, so nothing is signed. */
static void
no_memory(void **state)
{
	OSSL_LIB_CTX *lib = jpkip_crypto(certs.ctx);
	uint8_t *whole, *der;
	size_t len, n_len;
	X509 *cert;
	int which, failures;
	bool ok, refused = true;
	long n;

	(void)state;
	for (which = 0; which < 4; which++) {
		cert = bare();
		assert_true(extend(lib, cert, which));
		whole = fields(cert, &len);
		X509_free(cert);
		for (n = 0, failures = 0, refused = true; refused; n++) {
			row("certificate %d, allocation %ld", which, n);
			cert = bare();
			torture_start(TORTURE_LIBCRYPTO, n);
			ok = extend(lib, cert, which);
			refused = torture_stop();
			ERR_clear_error();
			if (ok) {
				der = fields(cert, &n_len);
				assert_int_equal(n_len, len);
				assert_memory_equal(der, whole, len);
				OPENSSL_free(der);
			}
			failures += !ok;
			assert_true(ok || refused);
			X509_free(cert);
		}
		assert_true(failures > 50);
		OPENSSL_free(whole);
	}
}

/* The names likewise. */
static void
no_memory_for_names(void **state)
{
	X509_NAME *whole, *name;
	int which, failures;
	bool refused;
	long n;

	(void)state;
	for (which = 0; which < 4; which++) {
		const enum jpki_key purpose = which % 2 == 0 ?
		    JPKI_KEY_AUTH : JPKI_KEY_SIGN;
		struct jpkip_holder holder = certs_holder;

		holder.cn = "749997EQ72A0H413999003A";
		whole = which < 2 ? jpkip_soft_ca_name(purpose) :
		    jpkip_soft_subject(purpose, &holder);
		assert_non_null(whole);
		for (n = 0, failures = 0, refused = true; refused; n++) {
			row("name %d, allocation %ld", which, n);
			torture_start(TORTURE_LIBCRYPTO, n);
			name = which < 2 ? jpkip_soft_ca_name(purpose) :
			    jpkip_soft_subject(purpose, &holder);
			refused = torture_stop();
			ERR_clear_error();
			assert_true(name != NULL || refused);
			if (name != NULL)
				assert_int_equal(X509_NAME_cmp(name, whole),
				    0);
			failures += name == NULL;
			X509_NAME_free(name);
		}
		assert_true(failures > 10);
		X509_NAME_free(whole);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ca_profile),
		ROW_TEST(ca_generations),
		cmocka_unit_test(ca_like_the_services),
		cmocka_unit_test(sign_profile),
		cmocka_unit_test(auth_profile),
		ROW_TEST(eras),
		ROW_TEST(no_memory),
		ROW_TEST(no_memory_for_names),
	};

	torture_init();
	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
