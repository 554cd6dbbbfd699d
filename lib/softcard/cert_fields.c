/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/cert_fields.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>

#include "certificate/soft_ca.h"

#define AGENCY		"Japan Agency for Local Authority Information Systems"
/* Where the service's certificates say 公的個人認証サービス. */
#define ORGANISATION_JA	"ソフトカード（試験用）"
#define UNIT_JA_SIGN	"公的個人認証サービス署名用"
#define UNIT_JA_AUTH	"公的個人認証サービス利用者証明用"
#define AGENCY_JA	"地方公共団体情報システム機構"

#define OID_ATTRIBUTE	"1.2.392.200149.8.5.5."

/*
 * Extension values that never change, byte for byte as measured: the key
 * usages, EKU clientAuth, the policies 1.2.392.200149.8.5.1.1.20 (sign) and
 * .3.30 (auth) with the CPS at http://www.jpki.go.jp/cps.html, and OCSP at
 * http://ocspauthnorm.jpki.go.jp.
 */
static const uint8_t ku_ca[] = { 0x03, 0x02, 0x01, 0x06 };
static const uint8_t ku_sign[] = { 0x03, 0x02, 0x06, 0xc0 };
static const uint8_t ku_auth[] = { 0x03, 0x02, 0x07, 0x80 };
static const uint8_t basic_ca[] = { 0x30, 0x03, 0x01, 0x01, 0xff };
static const uint8_t eku_auth[] = {
	0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02
};
static const uint8_t policy_sign[] = {
	0x30, 0x3d, 0x30, 0x3b, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55,
	0x08, 0x05, 0x01, 0x01, 0x14, 0x30, 0x2c, 0x30, 0x2a, 0x06, 0x08, 0x2b,
	0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01, 0x16, 0x1e, 0x68, 0x74, 0x74,
	0x70, 0x3a, 0x2f, 0x2f, 0x77, 0x77, 0x77, 0x2e, 0x6a, 0x70, 0x6b, 0x69,
	0x2e, 0x67, 0x6f, 0x2e, 0x6a, 0x70, 0x2f, 0x63, 0x70, 0x73, 0x2e, 0x68,
	0x74, 0x6d, 0x6c
};
static const uint8_t policy_auth[] = {
	0x30, 0x3d, 0x30, 0x3b, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55,
	0x08, 0x05, 0x01, 0x03, 0x1e, 0x30, 0x2c, 0x30, 0x2a, 0x06, 0x08, 0x2b,
	0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01, 0x16, 0x1e, 0x68, 0x74, 0x74,
	0x70, 0x3a, 0x2f, 0x2f, 0x77, 0x77, 0x77, 0x2e, 0x6a, 0x70, 0x6b, 0x69,
	0x2e, 0x67, 0x6f, 0x2e, 0x6a, 0x70, 0x2f, 0x63, 0x70, 0x73, 0x2e, 0x68,
	0x74, 0x6d, 0x6c
};
static const uint8_t aia_auth[] = {
	0x30, 0x2c, 0x30, 0x2a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07,
	0x30, 0x01, 0x86, 0x1e, 0x68, 0x74, 0x74, 0x70, 0x3a, 0x2f, 0x2f, 0x6f,
	0x63, 0x73, 0x70, 0x61, 0x75, 0x74, 0x68, 0x6e, 0x6f, 0x72, 0x6d, 0x2e,
	0x6a, 0x70, 0x6b, 0x69, 0x2e, 0x67, 0x6f, 0x2e, 0x6a, 0x70
};

char
jpkip_soft_era(struct jpki_date birth)
{
	static const struct {
		struct jpki_date begin;
		char digit;
	} eras[] = {
		{ { 2019, 5, 1 }, '5' },	/* 令和 */
		{ { 1989, 1, 8 }, '4' },	/* 平成 */
		{ { 1926, 12, 25 }, '3' },	/* 昭和 */
		{ { 1912, 7, 30 }, '2' },	/* 大正 */
		{ { 1868, 1, 25 }, '1' }	/* 明治 */
	};
	size_t i;

	for (i = 0; i < sizeof(eras) / sizeof(eras[0]); i++)
		if (jpki_date_cmp(birth, eras[i].begin) >= 0)
			return eras[i].digit;
	return 0;
}

/* One attribute in an RDN of its own; the country alone is Printable. */
static bool
name_add(X509_NAME *name, int nid, const char *text)
{
	int type = nid == NID_countryName ? V_ASN1_PRINTABLESTRING :
	    V_ASN1_UTF8STRING;

	return X509_NAME_add_entry_by_NID(name, nid, type,
	    (const unsigned char *)text, (int)strlen(text), -1, 0) == 1;
}

/* C=JP and O. */
static X509_NAME *
name_new(const char *organisation)
{
	X509_NAME *name;

	if ((name = X509_NAME_new()) != NULL &&
	    name_add(name, NID_countryName, "JP") &&
	    (organisation == NULL ||
	    name_add(name, NID_organizationName, organisation)))
		return name;
	X509_NAME_free(name);
	return NULL;
}

static const char *
unit(enum jpki_key key)
{
	return key == JPKI_KEY_SIGN ? "JPKI for digital signature" :
	    "JPKI for user authentication";
}

X509_NAME *
jpkip_soft_ca_name(enum jpki_key key)
{
	X509_NAME *name;

	if ((name = name_new(JPKIP_SOFTCARD_ORGANISATION)) != NULL &&
	    name_add(name, NID_organizationalUnitName, unit(key)) &&
	    name_add(name, NID_organizationalUnitName, AGENCY))
		return name;
	X509_NAME_free(name);
	return NULL;
}

/* The CA's name in Japanese: its own and its certificates' second name. */
static X509_NAME *
ca_name_ja(enum jpki_key key)
{
	X509_NAME *name;

	if ((name = name_new(ORGANISATION_JA)) != NULL &&
	    name_add(name, NID_organizationalUnitName,
	    key == JPKI_KEY_SIGN ? UNIT_JA_SIGN : UNIT_JA_AUTH) &&
	    name_add(name, NID_organizationalUnitName, AGENCY_JA))
		return name;
	X509_NAME_free(name);
	return NULL;
}

X509_NAME *
jpkip_soft_subject(enum jpki_key key, const struct jpkip_holder *holder)
{
	bool sign = key == JPKI_KEY_SIGN;
	X509_NAME *name;

	if ((name = name_new(NULL)) != NULL &&
	    (!sign || name_add(name, NID_localityName, holder->prefecture)) &&
	    (!sign || name_add(name, NID_localityName, holder->municipality)) &&
	    name_add(name, NID_commonName, holder->cn))
		return name;
	X509_NAME_free(name);
	return NULL;
}

/* CRLs are partitioned by municipality. */
static X509_NAME *
crl_name(enum jpki_key key, const struct jpkip_holder *holder)
{
	char cn[128];
	X509_NAME *name;

	snprintf(cn, sizeof(cn), "%s CRLDP", holder->municipality);
	if ((name = name_new(JPKIP_SOFTCARD_ORGANISATION)) != NULL &&
	    name_add(name, NID_organizationalUnitName, unit(key)) &&
	    name_add(name, NID_organizationalUnitName,
	    "CRL Distribution Points") &&
	    name_add(name, NID_organizationalUnitName, holder->prefecture) &&
	    name_add(name, NID_commonName, cn))
		return name;
	X509_NAME_free(name);
	return NULL;
}

static bool
add_bytes(X509 *cert, int nid, bool critical, const uint8_t *value, size_t len)
{
	ASN1_OCTET_STRING *octets;
	X509_EXTENSION *extension = NULL;
	bool ok;

	ok = (octets = ASN1_OCTET_STRING_new()) != NULL &&
	    ASN1_OCTET_STRING_set(octets, value, (int)len) == 1 &&
	    (extension = X509_EXTENSION_create_by_NID(NULL, nid, critical,
	    octets)) != NULL &&
	    X509_add_ext(cert, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(octets);
	return ok;
}

/* One directoryName; takes the name over, also when it fails. */
static GENERAL_NAMES *
directory(X509_NAME *name)
{
	GENERAL_NAMES *list;
	GENERAL_NAME *entry;

	if (name == NULL)
		return NULL;
	list = GENERAL_NAMES_new();
	entry = GENERAL_NAME_new();
	if (list == NULL || entry == NULL) {
		X509_NAME_free(name);
		goto fail;
	}
	GENERAL_NAME_set0_value(entry, GEN_DIRNAME, name);
	if (sk_GENERAL_NAME_push(list, entry) > 0)
		return list;
fail:
	GENERAL_NAME_free(entry);
	GENERAL_NAMES_free(list);
	return NULL;
}

/* A second name (SAN of a CA, IAN of what it issues). */
static bool
add_directory(X509 *cert, int nid, X509_NAME *name)
{
	GENERAL_NAMES *list;
	bool ok;

	ok = (list = directory(name)) != NULL &&
	    X509_add1_ext_i2d(cert, nid, list, 0, X509V3_ADD_APPEND) == 1;
	GENERAL_NAMES_free(list);
	return ok;
}

/* One point, a directory name and no URI. */
static bool
add_crl_point(X509 *cert, X509_NAME *name)
{
	CRL_DIST_POINTS *points = CRL_DIST_POINTS_new();
	DIST_POINT *point = DIST_POINT_new();
	GENERAL_NAMES *list = directory(name);
	bool ok = false;

	if (points == NULL || point == NULL || list == NULL ||
	    (point->distpoint = DIST_POINT_NAME_new()) == NULL)
		goto out;
	point->distpoint->type = 0;	/* fullName */
	point->distpoint->name.fullname = list;
	list = NULL;	/* transferred */
	if (sk_DIST_POINT_push(points, point) <= 0)
		goto out;
	point = NULL;	/* transferred */
	ok = X509_add1_ext_i2d(cert, NID_crl_distribution_points, points, 0,
	    X509V3_ADD_APPEND) == 1;
out:
	GENERAL_NAMES_free(list);
	DIST_POINT_free(point);
	CRL_DIST_POINTS_free(points);
	return ok;
}

/* RFC 5280, 4.2.1.2, method 1. */
static ASN1_OCTET_STRING *
key_id(OSSL_LIB_CTX *lib, const X509 *cert)
{
	const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr(cert);
	unsigned char hash[20];
	ASN1_OCTET_STRING *id;
	size_t len = 0;

	if (key == NULL || EVP_Q_digest(lib, "SHA1", NULL,
	    ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key), hash,
	    &len) != 1)
		return NULL;
	if ((id = ASN1_OCTET_STRING_new()) != NULL &&
	    ASN1_OCTET_STRING_set(id, hash, (int)len) == 1)
		return id;
	ASN1_OCTET_STRING_free(id);
	return NULL;
}

static bool
add_key_id(OSSL_LIB_CTX *lib, X509 *cert)
{
	ASN1_OCTET_STRING *id;
	bool ok;

	ok = (id = key_id(lib, cert)) != NULL &&
	    X509_add1_ext_i2d(cert, NID_subject_key_identifier, id, 0,
	    X509V3_ADD_APPEND) == 1;
	ASN1_OCTET_STRING_free(id);
	return ok;
}

/* Key id, name and serial: any one of the last two alone would not do, as
 * all generations have the same name. */
static bool
add_authority(OSSL_LIB_CTX *lib, X509 *cert, const X509 *ca)
{
	AUTHORITY_KEYID *aki;
	bool ok;

	ok = (aki = AUTHORITY_KEYID_new()) != NULL &&
	    (aki->keyid = key_id(lib, ca)) != NULL &&
	    (aki->issuer = directory(X509_NAME_dup(
	    X509_get_issuer_name(ca)))) != NULL &&
	    (aki->serial = ASN1_INTEGER_dup(
	    X509_get0_serialNumber(ca))) != NULL &&
	    X509_add1_ext_i2d(cert, NID_authority_key_identifier, aki, 0,
	    X509V3_ADD_APPEND) == 1;
	AUTHORITY_KEYID_free(aki);
	return ok;
}

/* [0] { OID 1.2.392.200149.8.5.5.x, [0] UTF8String }. */
static bool
add_attribute(GENERAL_NAMES *list, char x, const char *text)
{
	char oid[] = OID_ATTRIBUTE "?";
	GENERAL_NAME *entry = NULL;
	ASN1_OBJECT *object;
	ASN1_TYPE *value;

	oid[sizeof(oid) - 2] = x;
	object = OBJ_txt2obj(oid, 1);
	value = ASN1_TYPE_new();
	if (object == NULL || value == NULL)
		goto fail;
	ASN1_TYPE_set(value, V_ASN1_UTF8STRING, ASN1_UTF8STRING_new());
	if (value->value.utf8string == NULL ||
	    ASN1_STRING_set(value->value.utf8string, text, -1) != 1 ||
	    (entry = GENERAL_NAME_new()) == NULL ||
	    GENERAL_NAME_set0_othername(entry, object, value) != 1)
		goto fail;
	object = NULL;	/* transferred */
	value = NULL;
	if (sk_GENERAL_NAME_push(list, entry) > 0)
		return true;
fail:
	GENERAL_NAME_free(entry);
	ASN1_TYPE_free(value);
	ASN1_OBJECT_free(object);
	return false;
}

/* Substitute-character flags: one '0' for each character of the text, where
 * nothing else is said. */
static bool
add_flags(GENERAL_NAMES *list, char x, const char *text, const char *said)
{
	char flags[256];
	size_t n = 0;

	if (said != NULL && *said != '\0')
		return add_attribute(list, x, said);
	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80 &&
		    n < sizeof(flags) - 1)
			flags[n++] = '0';
	flags[n] = '\0';
	return add_attribute(list, x, flags);
}

static bool
add_holder(X509 *cert, const struct jpkip_holder *holder)
{
	char birth[32], sex[2] = { holder->sex, '\0' };
	GENERAL_NAMES *list;
	bool ok;

	snprintf(birth, sizeof(birth), "%c%04d%02d%02d",
	    jpkip_soft_era(holder->birth), holder->birth.year,
	    holder->birth.month, holder->birth.day);
	ok = (list = GENERAL_NAMES_new()) != NULL &&
	    add_attribute(list, '1', holder->name) &&
	    add_attribute(list, '4', birth) &&
	    add_attribute(list, '3', sex) &&
	    add_attribute(list, '5', holder->address) &&
	    add_flags(list, '2', holder->name, holder->name_flags) &&
	    add_flags(list, '6', holder->address,
	    holder->address_flags) &&
	    X509_add1_ext_i2d(cert, NID_subject_alt_name, list, 0,
	    X509V3_ADD_APPEND) == 1;
	GENERAL_NAMES_free(list);
	return ok;
}

bool
jpkip_soft_ca_extensions(OSSL_LIB_CTX *lib, X509 *cert, enum jpki_key key)
{
	return add_bytes(cert, NID_key_usage, true, ku_ca, sizeof(ku_ca)) &&
	    add_directory(cert, NID_subject_alt_name, ca_name_ja(key)) &&
	    add_bytes(cert, NID_basic_constraints, true, basic_ca,
	    sizeof(basic_ca)) &&
	    add_crl_point(cert, jpkip_soft_ca_name(key)) &&
	    add_key_id(lib, cert);
}

bool
jpkip_soft_ee_extensions(OSSL_LIB_CTX *lib, X509 *cert, const X509 *ca,
    enum jpki_key key, const struct jpkip_holder *holder)
{
	bool ok;

	if (key == JPKI_KEY_SIGN)
		ok = add_bytes(cert, NID_key_usage, true, ku_sign,
		    sizeof(ku_sign)) &&
		    add_holder(cert, holder) &&
		    add_bytes(cert, NID_certificate_policies, true,
		    policy_sign, sizeof(policy_sign));
	else
		ok = add_bytes(cert, NID_key_usage, true, ku_auth,
		    sizeof(ku_auth)) &&
		    add_bytes(cert, NID_ext_key_usage, false, eku_auth,
		    sizeof(eku_auth)) &&
		    add_bytes(cert, NID_certificate_policies, true,
		    policy_auth, sizeof(policy_auth));
	return ok &&
	    add_directory(cert, NID_issuer_alt_name, ca_name_ja(key)) &&
	    add_crl_point(cert, crl_name(key, holder)) &&
	    (key == JPKI_KEY_SIGN || add_bytes(cert, NID_info_access, false,
	    aia_auth, sizeof(aia_auth))) &&
	    add_authority(lib, cert, ca) &&
	    add_key_id(lib, cert);
}
