/* SPDX-License-Identifier: Apache-2.0 */
#include "certs.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "row.h"

const struct jpkip_holder certs_holder = {
	.cn = "202610220932340293913999003A",
	.prefecture = "Tokyo-to",
	.municipality = "Mihon-shi",
	.name = "山田　太郎",
	.address = "東京都見本市１－２",
	.birth = { 1990, 2, 17 },
	.sex = '1',
};

struct certs certs;

size_t
certs_at(enum jpki_key key)
{
	return key == JPKI_KEY_SIGN;
}

X509 *
certs_issue(struct certs *c, enum jpki_key purpose,
    const struct jpkip_holder *holder)
{
	struct jpkip_request request = {
		.purpose = purpose,
		.key = c->key,
		.ca = c->ca[certs_at(purpose)],
		.ca_key = c->ca_key,
		.serial = CERTS_SERIAL,
		.not_before = 1792688826,	/* 2026-10-22 17:07:06Z */
		.not_after = jpkip_date_end(
		    (struct jpki_date){ 2031, 2, 17 }),
		.holder = holder != NULL ? *holder : certs_holder,
	};
	X509 *cert;

	if (purpose == JPKI_KEY_AUTH && holder == NULL)
		request.holder.cn = "749997EQ72A0H413999003A";
	assert_int_equal(jpkip_issue(c->ctx, &request, &cert), 0);
	return cert;
}

void
certs_make(struct certs *c)
{
	enum jpki_key p;
	size_t i;

	c->ctx = jpki_ctx_new();
	assert_non_null(c->ctx);
	assert_int_equal(jpkip_issue_key(c->ctx, &c->ca_key), 0);
	assert_int_equal(jpkip_issue_key(c->ctx, &c->key), 0);
	for (p = JPKI_KEY_AUTH; p <= JPKI_KEY_SIGN; p++) {
		i = certs_at(p);
		assert_int_equal(jpkip_issue_ca(c->ctx, p, 3, c->ca_key,
		    &c->ca[i]), 0);
		c->cert[i] = certs_issue(c, p, NULL);
		c->issuer[i] = certs_parse(c, c->ca[i]);
		c->leaf[i] = certs_parse(c, c->cert[i]);
	}
}

void
certs_free(struct certs *c)
{
	int i;

	for (i = 0; i < 2; i++) {
		X509_free(c->ca[i]);
		X509_free(c->cert[i]);
		jpki_cert_free(&c->issuer[i]);
		jpki_cert_free(&c->leaf[i]);
	}
	EVP_PKEY_free(c->ca_key);
	EVP_PKEY_free(c->key);
	jpki_ctx_free(&c->ctx);
}

int
certs_set_up(void **state)
{
	(void)state;
	certs_make(&certs);
	return 0;
}

int
certs_tear_down(void **state)
{
	(void)state;
	certs_free(&certs);
	return 0;
}

uint8_t *
certs_der(const X509 *cert, size_t *len)
{
	uint8_t *der = NULL;
	int n = i2d_X509(cert, &der);

	assert_true(n > 0);
	*len = (size_t)n;
	return der;
}

struct jpki_cert *
certs_parse(struct certs *c, const X509 *x509)
{
	struct jpki_cert *cert;
	size_t len;
	uint8_t *der = certs_der(x509, &len);

	assert_int_equal(jpki_cert_parse(c->ctx, der, len, &cert), 0);
	OPENSSL_free(der);
	return cert;
}

void
certs_replace(X509 *cert, int nid, bool critical, const uint8_t *value,
    size_t len)
{
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;
	int at = X509_get_ext_by_NID(cert, nid, -1);

	if (at >= 0)
		X509_EXTENSION_free(X509_delete_ext(cert, at));
	if (value != NULL) {
		assert_int_equal(ASN1_OCTET_STRING_set(octets, value,
		    (int)len), 1);
		extension = X509_EXTENSION_create_by_NID(NULL, nid, critical,
		    octets);
		assert_int_equal(X509_add_ext(cert, extension, at), 1);
		X509_EXTENSION_free(extension);
	}
	ASN1_OCTET_STRING_free(octets);
}

void
certs_extend(X509 *cert, const char *oid, bool critical, const void *value,
    size_t len)
{
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	X509_EXTENSION *extension;

	assert_int_equal(ASN1_OCTET_STRING_set(octets, value, (int)len), 1);
	extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical,
	    octets);
	assert_int_equal(X509_add_ext(cert, extension, -1), 1);
	X509_EXTENSION_free(extension);
	ASN1_OBJECT_free(object);
	ASN1_OCTET_STRING_free(octets);
}

void
certs_sign(X509 *cert, EVP_PKEY *key)
{
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
}

struct jpki_check *
certs_check(struct certs *c, struct jpki_cert *cert,
    struct jpki_cert *issuer, int64_t at)
{
	struct jpki_check *check;

	assert_ctx_code(c->ctx, jpki_check_new(c->ctx, cert, &issuer, 1, at,
	    &check), 0);
	assert_ptr_equal(jpki_check_cert(check), cert);
	assert_int_equal(jpki_check_at(check), at);
	assert_int_equal(jpki_check_revocation(check)->state,
	    JPKI_REVOCATION_NOT_CHECKED);
	assert_int_equal(jpki_check_revocation(check)->reason, -1);
	return check;
}

static void
no_english(const char *text, const char *name)
{
	const char *at = text;

	for (; *at != '\0'; at++) {
		if (name != NULL && strncmp(at, name, strlen(name)) == 0)
			at += strlen(name);
		if (islower((unsigned char)at[0]) &&
		    islower((unsigned char)at[1]))
			fail_msg("English in Japanese: %s", text);
	}
}

void
certs_japanese(struct jpki_ctx *ctx, const char *name)
{
	assert_int_equal(jpki_ctx_lang(ctx), JPKI_LANG_JA);
	assert_string_not_equal(jpki_ctx_errhint(ctx), "");
	no_english(jpki_ctx_errmsg(ctx), name);
	no_english(jpki_ctx_errhint(ctx), NULL);
}

static DIST_POINT_NAME *
point_name(struct certs *c, const char *what)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(c->cert[1],
	    NID_crl_distribution_points, NULL, NULL);
	DIST_POINT_NAME *name = sk_DIST_POINT_value(points, 0)->distpoint;
	GENERAL_NAME *one = sk_GENERAL_NAME_value(name->name.fullname, 0);

	sk_DIST_POINT_value(points, 0)->distpoint = NULL;
	CRL_DIST_POINTS_free(points);
	if (strcmp(what, "own") != 0)
		X509_NAME_add_entry_by_NID(one->d.directoryName,
		    NID_commonName, MBSTRING_ASC,
		    (const uint8_t *)what, -1, -1, 0);
	return name;
}

static void
add_point(struct certs *c, X509_CRL *crl, const struct certs_list *list)
{
	ISSUING_DIST_POINT *point = ISSUING_DIST_POINT_new();

	if (list->point != NULL)
		point->distpoint = point_name(c, list->point);
	point->onlyuser = list->kind == 'u' ? 0xff : 0;
	point->onlyCA = list->kind == 'c' ? 0xff : 0;
	point->indirectCRL = list->kind == 'i' ? 0xff : 0;
	point->onlyattr = list->kind == 'a' ? 0xff : 0;
	if (list->kind == 'r') {
		point->onlysomereasons = ASN1_BIT_STRING_new();
		ASN1_BIT_STRING_set_bit(point->onlysomereasons, 1, 1);
	}
	assert_int_equal(X509_CRL_add1_ext_i2d(crl,
	    NID_issuing_distribution_point, point, 1, 0), 1);
	ISSUING_DIST_POINT_free(point);
}

static X509_REVOKED *
entry(uint32_t number, int64_t when, int reason)
{
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)when);

	ASN1_INTEGER_set_uint64(serial, number);
	X509_REVOKED_set_serialNumber(revoked, serial);
	X509_REVOKED_set_revocationDate(revoked, time);
	ASN1_ENUMERATED_set(code, reason);
	if (reason >= 0)
		X509_REVOKED_add1_ext_i2d(revoked, NID_crl_reason, code, 0, 0);
	ASN1_ENUMERATED_free(code);
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(time);
	return revoked;
}

static void
add_number(X509_CRL *crl, int nid, bool critical, long number)
{
	ASN1_INTEGER *value = ASN1_INTEGER_new();

	ASN1_INTEGER_set(value, number);
	assert_int_equal(X509_CRL_add1_ext_i2d(crl, nid, value, critical, 0),
	    1);
	ASN1_INTEGER_free(value);
}

static void
add_key(X509_CRL *crl, const X509 *ca)
{
	AUTHORITY_KEYID *id = AUTHORITY_KEYID_new();

	id->keyid = ASN1_OCTET_STRING_dup(
	    X509_get0_subject_key_id((X509 *)(uintptr_t)ca));
	assert_int_equal(X509_CRL_add1_ext_i2d(crl,
	    NID_authority_key_identifier, id, 0, 0), 1);
	AUTHORITY_KEYID_free(id);
}

uint8_t *
certs_list(struct certs *c, const struct certs_list *list, size_t *len)
{
	const X509 *issuer = list->issuer != NULL ? list->issuer : c->ca[1];
	ASN1_TIME *time = ASN1_TIME_set(NULL,
	    (time_t)(CERTS_NOW + list->this_update));
	X509_CRL *crl = X509_CRL_new();
	uint8_t *der = NULL;
	int n;

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer));
	X509_CRL_set1_lastUpdate(crl, time);
	ASN1_TIME_set(time, (time_t)(CERTS_NOW + list->next_update));
	if (list->next_update != 0)
		X509_CRL_set1_nextUpdate(crl, time);
	ASN1_TIME_free(time);
	X509_CRL_add0_revoked(crl, entry(0x11111111,
	    CERTS_NOW + CERTS_REVOKED, 1));
	if (list->reason != -1)
		X509_CRL_add0_revoked(crl, entry(CERTS_SERIAL, CERTS_NOW +
		    (list->revoked != 0 ? list->revoked : CERTS_REVOKED),
		    list->reason));
	if (list->point != NULL || list->kind != 0)
		add_point(c, crl, list);
	if (list->number != 0)
		add_number(crl, NID_crl_number, false, list->number);
	if (list->base != 0)
		add_number(crl, NID_delta_crl, true, list->base);
	if (list->of_key != NULL)
		add_key(crl, list->of_key);
	if (list->critical != NULL) {
		ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
		ASN1_OBJECT *oid = OBJ_txt2obj(list->critical, 1);
		X509_EXTENSION *e = X509_EXTENSION_create_by_OBJ(NULL, oid, 1,
		    value);

		X509_CRL_add_ext(crl, e, -1);
		X509_EXTENSION_free(e);
		ASN1_OBJECT_free(oid);
		ASN1_OCTET_STRING_free(value);
	}
	assert_true(X509_CRL_sign(crl, list->key != NULL ? list->key :
	    c->ca_key, EVP_sha256()) > 0);
	assert_true((n = i2d_X509_CRL(crl, &der)) > 0);
	*len = (size_t)n;
	X509_CRL_free(crl);
	return der;
}

int
certs_look_at_list(struct certs *c, struct jpki_check *check,
    const struct certs_list *list)
{
	uint8_t *der;
	size_t len;
	int r;

	der = certs_list(c, list, &len);
	r = jpki_check_crl(c->ctx, check, der, len);
	OPENSSL_free(der);
	return r;
}

uint8_t *
certs_answer(struct certs *c, const struct certs_answer *a, size_t *len)
{
	ASN1_TIME *this = ASN1_GENERALIZEDTIME_set(NULL,
	    (time_t)(CERTS_NOW + a->this_update));
	ASN1_TIME *next = ASN1_GENERALIZEDTIME_set(NULL,
	    (time_t)(CERTS_NOW + a->next_update));
	ASN1_TIME *when = ASN1_GENERALIZEDTIME_set(NULL, (time_t)(CERTS_NOW +
	    (a->revoked != 0 ? a->revoked : CERTS_REVOKED)));
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_RESPONSE *response;
	OCSP_CERTID *id;
	uint8_t *der = NULL;
	int n;

	/* Another one first. */
	id = OCSP_cert_to_id(NULL, c->cert[0], c->ca[0]);
	OCSP_basic_add1_status(basic, id, V_OCSP_CERTSTATUS_GOOD, 0, NULL,
	    this, next);
	OCSP_CERTID_free(id);
	id = OCSP_cert_to_id(a->sha256 ? EVP_sha256() : NULL,
	    a->about != NULL ? a->about : c->cert[1],
	    a->issuer != NULL ? a->issuer : c->ca[1]);
	assert_non_null(OCSP_basic_add1_status(basic, id, a->status,
	    a->reason, when, this, a->next_update != 0 ? next : NULL));
	OCSP_CERTID_free(id);
	if (a->refusal != 0)
		response = OCSP_response_create(a->refusal, NULL);
	else {
		assert_int_equal(OCSP_basic_sign(basic, a->signer != NULL ?
		    a->signer : c->ca[1], a->key != NULL ? a->key :
		    c->ca_key, EVP_sha256(), NULL, 0), 1);
		response = OCSP_response_create(0, basic);
	}
	assert_true((n = i2d_OCSP_RESPONSE(response, &der)) > 0);
	*len = (size_t)n;
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	ASN1_TIME_free(this);
	ASN1_TIME_free(next);
	ASN1_TIME_free(when);
	return der;
}
