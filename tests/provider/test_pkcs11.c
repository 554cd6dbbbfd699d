/* SPDX-License-Identifier: Apache-2.0 */
/* The PKCS#11 module: what it answers, and what it sends to the card. */
#include "p11bench.h"
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/x509.h>

#define DIGEST_INFO "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04" \
	"\x02\x01\x05\x00\x04\x20"	/* of SHA-256 */
#define SHA1_INFO "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"
#define D32 "0123456789abcdef0123456789abcdef"
#define NAN_ULONG CK_UNAVAILABLE_INFORMATION

/* Before, twice, after; and what it is told. */
static void
beginnings(void **state)
{
	static const struct {
		const char *init;
		CK_RV rv;
	} table[] = {
		{ "", CKR_OK },
		{ "tokens=both", CKR_OK },
		{ "tokens='both'  min-tries=\"1\"", CKR_OK },
		{ "tokens=none", CKR_ARGUMENTS_BAD },
		{ "tokens", CKR_ARGUMENTS_BAD },
		{ "tokens='both", CKR_ARGUMENTS_BAD },
		{ "tokens=auth tokens=auth", CKR_ARGUMENTS_BAD },
		{ "pin=1234", CKR_ARGUMENTS_BAD },
		{ "=", CKR_ARGUMENTS_BAD },
	};
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	struct bench bench;
	CK_INFO info;
	size_t i;

	(void)state;
	p11_start(&bench, "card", "");
	assert_rv(p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_rv(p11->C_Finalize(&args), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, 2);
	assert_int_equal(info.cryptokiVersion.minor, 40);
	assert_rv(p11->C_Finalize(NULL), CKR_OK);
	assert_rv(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(p11->C_GenerateRandom(1, NULL, 0),
	    CKR_CRYPTOKI_NOT_INITIALIZED);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%s", table[i].init);
		assert_rv(p11_init(&bench, table[i].init), table[i].rv);
		if (table[i].rv == CKR_OK)
			assert_rv(p11->C_Finalize(NULL), CKR_OK);
		else
			assert_rv(p11->C_GetInfo(&info),
			    CKR_CRYPTOKI_NOT_INITIALIZED);
	}
	assert_rv(p11_init(&bench, ""), CKR_OK);
	p11_stop(&bench);
}

static void
lists(void **state)
{
	CK_MECHANISM_TYPE mechanisms[16];
	CK_MECHANISM_INFO how;
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_SLOT_ID id[4];
	struct bench bench;
	CK_ULONG n = 0, i;

	(void)state;
	p11_start(&bench, "card", "tokens=both");
	assert_rv(p11->C_GetSlotList(CK_TRUE, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 1;
	assert_rv(p11->C_GetSlotList(CK_TRUE, id, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	assert_rv(p11->C_GetSlotList(CK_TRUE, id, &n), CKR_OK);
	assert_rv(p11->C_GetSlotInfo(77, &slot), CKR_SLOT_ID_INVALID);
	assert_rv(p11->C_GetTokenInfo(77, &token), CKR_SLOT_ID_INVALID);
	for (i = 0; i < n; i++) {
		assert_rv(p11->C_GetSlotInfo(id[i], NULL), CKR_ARGUMENTS_BAD);
		assert_rv(p11->C_GetSlotInfo(id[i], &slot), CKR_OK);
		assert_true((slot.flags & CKF_TOKEN_PRESENT) != 0);
		assert_rv(p11->C_GetTokenInfo(id[i], NULL),
		    CKR_ARGUMENTS_BAD);
		assert_rv(p11->C_GetTokenInfo(id[i], &token), CKR_OK);
		assert_memory_equal(token.label, i == 0 ?
		    "My Number Card auth             " :
		    "My Number Card sign             ", 32);
		assert_true((token.flags & CKF_LOGIN_REQUIRED) != 0);
		assert_true((token.flags &
		    CKF_PROTECTED_AUTHENTICATION_PATH) == 0);
		/* A number of the card's own. */
		assert_true(token.serialNumber[0] != ' ');
	}
	n = 3;
	assert_rv(p11->C_GetMechanismList(id[0], mechanisms, &n),
	    CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 7);
	n = 16;
	assert_rv(p11->C_GetMechanismList(id[0], mechanisms, &n), CKR_OK);
	for (i = 0; i < n; i++) {
		assert_rv(p11->C_GetMechanismInfo(id[0], mechanisms[i], &how),
		    CKR_OK);
		assert_int_equal(how.flags, mechanisms[i] == CKM_SHA256 ?
		    CKF_DIGEST : CKF_HW | CKF_SIGN);
	}
	assert_rv(p11->C_GetMechanismInfo(id[0], CKM_RSA_X_509, &how),
	    CKR_MECHANISM_INVALID);
	p11_stop(&bench);
	p11_start(&bench, "card", "pss=off");
	assert_rv(p11->C_GetMechanismList(0, NULL, &n),
	    CKR_SLOT_ID_INVALID);
	assert_rv(p11->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
	assert_rv(p11->C_GetMechanismList(0, NULL, &n), CKR_OK);
	assert_int_equal(n, 5);
	p11_stop(&bench);
}

/* How many objects a template finds. */
static CK_ULONG
n_found(CK_SESSION_HANDLE session, CK_ATTRIBUTE_TYPE type, const void *value,
    size_t len)
{
	CK_ATTRIBUTE wanted = { type, NULL, len };
	CK_OBJECT_HANDLE found[8];
	unsigned char copy[2048];
	CK_ULONG n;

	memcpy(copy, value, len);
	wanted.pValue = copy;
	assert_rv(p11->C_FindObjectsInit(session, &wanted, 1), CKR_OK);
	assert_rv(p11->C_FindObjectsInit(session, &wanted, 1),
	    CKR_OPERATION_ACTIVE);
	assert_rv(p11->C_FindObjects(session, found, 8, &n), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session),
	    CKR_OPERATION_NOT_INITIALIZED);
	return n;
}

/* Before a log-in the private key is not there; nor is anything that the sign
 * password opens, and asking for it sends nothing. */
static void
objects(void **state)
{
	CK_OBJECT_CLASS private = CKO_PRIVATE_KEY, cert = CKO_CERTIFICATE;
	struct bench bench;
	CK_SESSION_HANDLE auth, sign;

	(void)state;
	p11_start(&bench, "card", "tokens=both");
	auth = p11_session_in(0);
	sign = p11_session_in(1);
	bench_count();
	assert_int_equal(n_found(auth, CKA_CLASS, &private, sizeof(private)),
	    0);
	assert_int_equal(n_found(auth, CKA_CLASS, &cert, sizeof(cert)), 2);
	assert_int_equal(n_found(auth, CKA_ID, "\1", 1), 2);
	assert_int_equal(n_found(sign, CKA_ID, "\2", 1), 0);
	assert_int_equal(n_found(sign, CKA_CLASS, &cert, sizeof(cert)), 1);
	assert_int_equal(n_found(sign, CKA_LABEL, "sign-ca", 7), 1);
	assert_int_equal(n_found(sign, 0x80001234UL, "x", 1), 0);
	assert_int_equal(bench_counted().all, 0);
	assert_rv(p11_login(auth, AUTH_PIN), CKR_OK);
	assert_rv(p11_login(sign, SIGN_PIN), CKR_OK);
	assert_int_equal(n_found(auth, CKA_CLASS, &private, sizeof(private)),
	    1);
	assert_int_equal(n_found(auth, CKA_ID, "\1", 1), 3);
	assert_int_equal(n_found(sign, CKA_ID, "\2", 1), 3);
	assert_int_equal(n_found(auth, CKA_SUBJECT, "x", 1), 0);
	assert_rv(p11->C_Logout(sign), CKR_OK);
	assert_rv(p11->C_Logout(sign), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(n_found(sign, CKA_ID, "\2", 1), 0);
	p11_stop(&bench);
}

/* What the certificate says is said by the attributes, too. */
static void
same_as_der(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	unsigned char der[2048], subject[512], serial[64];
	const unsigned char *p = der;
	unsigned char *own = NULL;
	CK_ATTRIBUTE get[] = {
		{ CKA_VALUE, der, sizeof(der) },
		{ CKA_SUBJECT, subject, sizeof(subject) },
		{ CKA_SERIAL_NUMBER, serial, sizeof(serial) },
	};
	X509 *x;
	size_t n;

	assert_rv(p11->C_GetAttributeValue(session, object, get, 3), CKR_OK);
	x = d2i_X509(NULL, &p, (long)get[0].ulValueLen);
	assert_non_null(x);
	n = (size_t)i2d_X509_NAME(X509_get_subject_name(x), &own);
	assert_int_equal(n, get[1].ulValueLen);
	assert_memory_equal(own, subject, n);
	OPENSSL_free(own);
	own = NULL;
	n = (size_t)i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &own);
	assert_int_equal(n, get[2].ulValueLen);
	assert_memory_equal(own, serial, n);
	OPENSSL_free(own);
	X509_free(x);
	assert_int_equal(n_found(session, CKA_VALUE, der, get[0].ulValueLen),
	    1);
}

static void
attributes(void **state)
{
	CK_BBOOL always = CK_TRUE;
	unsigned char modulus[512], few[2], id[3][8];
	CK_ATTRIBUTE get[] = {
		{ CKA_ALWAYS_AUTHENTICATE, &always, sizeof(always) },
		{ CKA_PRIVATE_EXPONENT, modulus, sizeof(modulus) },
		{ CKA_LABEL, few, sizeof(few) },
		{ CKA_MODULUS, NULL, 0 },
		{ 0x80001234UL, modulus, sizeof(modulus) },
		{ CKA_PUBLIC_EXPONENT, modulus, sizeof(modulus) },
	};
	static const CK_OBJECT_CLASS classes[] = {
		CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY
	};
	struct bench bench;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	size_t i;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	key = p11_object(session, CKO_PRIVATE_KEY);
	assert_rv(p11->C_GetAttributeValue(session, key, NULL, 1),
	    CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetAttributeValue(session, 99, get, 1),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_rv(p11->C_GetAttributeValue(session, key, get, 1), CKR_OK);
	assert_int_equal(always, CK_FALSE);
	assert_rv(p11->C_GetAttributeValue(session, key, &get[1], 1),
	    CKR_ATTRIBUTE_SENSITIVE);
	assert_rv(p11->C_GetAttributeValue(session, key, &get[2], 1),
	    CKR_BUFFER_TOO_SMALL);
	/* The others are told all the same. */
	get[1].ulValueLen = sizeof(modulus);
	get[2].ulValueLen = sizeof(few);
	assert_rv(p11->C_GetAttributeValue(session, key, get, 6),
	    CKR_ATTRIBUTE_TYPE_INVALID);
	assert_true(get[1].ulValueLen == NAN_ULONG);
	assert_true(get[2].ulValueLen == NAN_ULONG);
	assert_int_equal(get[3].ulValueLen, 256);
	assert_true(get[4].ulValueLen == NAN_ULONG);
	assert_int_equal(get[5].ulValueLen, 3);
	assert_memory_equal(modulus, "\1\0\1", 3);
	for (i = 0; i < 3; i++) {
		CK_ATTRIBUTE own = { CKA_ID, id[i], sizeof(id[i]) };

		assert_rv(p11->C_GetAttributeValue(session,
		    p11_object(session, classes[i]), &own, 1), CKR_OK);
		assert_int_equal(own.ulValueLen, 1);
		assert_int_equal(id[i][0], 1);
	}
	same_as_der(session, p11_object(session, CKO_CERTIFICATE));
	assert_rv(p11->C_DestroyObject(session, key),
	    CKR_TOKEN_WRITE_PROTECTED);
	p11_stop(&bench);
}

/* Somebody else gives wrong PINs. */
static void
miss(const struct bench *bench, int times)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *card;
	char reader[TEMPCARD_MAX + 8];

	snprintf(reader, sizeof(reader), "soft:%s", bench->card);
	for (; times > 0; times--) {
		assert_ctx_code(ctx, jpki_card_open_begin(ctx, reader, &card),
		    0);
		assert_ctx_code(ctx, jpki_pin_verify(card, JPKI_PIN_AUTH,
		    "7777", 4, JPKI_TRIES_INSIST, NULL), JPKI_ERR_PIN_WRONG);
		jpki_card_close(&card);
	}
	jpki_ctx_free(&ctx);
}

/* One VERIFY for each PIN that may be right, and none for one that was wrong
 * before. LOCKED is said of a card that is. */
static void
logins(void **state)
{
	CK_SESSION_HANDLE session;
	struct bench bench;
	unsigned char pin[] = "1234";

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11->C_Login(session, CKU_USER, NULL, 0),
	    CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_Login(session, CKU_SO, pin, 4),
	    CKR_USER_TYPE_INVALID);
	assert_rv(p11->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, 4),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(p11->C_Login(session + 512, CKU_USER, pin, 4),
	    CKR_SESSION_HANDLE_INVALID);
	bench_count();
	assert_rv(p11_login(session, "123"), CKR_PIN_INCORRECT);
	assert_rv(p11_login(session, "12345678"), CKR_PIN_INCORRECT);
	assert_rv(p11_login(session, "abcd"), CKR_PIN_INCORRECT);
	assert_int_equal(bench_counted().all, 0);
	assert_int_equal(p11_flags(), 0);
	assert_rv(p11_login(session, "9999"), CKR_PIN_INCORRECT);
	assert_rv(p11_login(session, "9999"), CKR_PIN_INCORRECT);
	assert_int_equal(bench_tries(&bench), 25);
	assert_int_equal(p11_flags(), CKF_USER_PIN_COUNT_LOW);
	assert_rv(p11_login(session, "8888"), CKR_PIN_INCORRECT);
	assert_int_equal(bench_tries(&bench), 15);
	assert_int_equal(p11_flags(), CKF_USER_PIN_COUNT_LOW |
	    CKF_USER_PIN_FINAL_TRY);
	/* The last one is the holder's. */
	assert_rv(p11_login(session, AUTH_PIN), CKR_PIN_LOCKED);
	assert_int_equal(bench_tries(&bench), 15);
	p11_stop(&bench);

	p11_start(&bench, "card", "min-tries=1");
	session = p11_session();
	miss(&bench, 2);
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	assert_rv(p11_login(session, AUTH_PIN), CKR_USER_ALREADY_LOGGED_IN);
	assert_int_equal(bench_tries(&bench), 35);
	assert_int_equal(p11_flags(), 0);
	assert_rv(p11->C_Logout(session), CKR_OK);
	miss(&bench, 2);
	assert_rv(p11_login(session, "9999"), CKR_PIN_LOCKED);
	assert_int_equal(p11_flags(), CKF_USER_PIN_COUNT_LOW |
	    CKF_USER_PIN_LOCKED);
	assert_rv(p11_login(session, AUTH_PIN), CKR_PIN_LOCKED);
	p11_stop(&bench);
}

static void
session_arguments(void **state)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	struct bench bench;
	CK_SLOT_ID slot;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11->C_GetSessionInfo(session, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	slot = info.slotID;
	assert_rv(p11->C_OpenSession(slot, 0, NULL, NULL, &session),
	    CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	assert_rv(p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL,
	    NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_OpenSession(slot + 9, CKF_SERIAL_SESSION, NULL, NULL,
	    &session), CKR_SLOT_ID_INVALID);
	assert_rv(p11->C_CloseAllSessions(slot + 9), CKR_SLOT_ID_INVALID);
	p11_stop(&bench);
}

/* The log-in is of all sessions of a token, and ends with the last one. */
static void
sessions(void **state)
{
	CK_SESSION_HANDLE one, two, three;
	CK_SESSION_INFO info;
	struct bench bench;
	CK_SLOT_ID slot;

	(void)state;
	p11_start(&bench, "card", "");
	one = p11_session();
	assert_rv(p11->C_GetSessionInfo(one, &info), CKR_OK);
	slot = info.slotID;
	assert_rv(p11->C_OpenSession(slot, CKF_SERIAL_SESSION |
	    CKF_RW_SESSION, NULL, NULL, &two), CKR_OK);
	assert_rv(p11_login(one, AUTH_PIN), CKR_OK);
	assert_rv(p11->C_GetSessionInfo(two, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_USER_FUNCTIONS);
	assert_rv(p11_hello(two), CKR_OK);
	assert_rv(p11->C_CloseSession(one), CKR_OK);
	assert_rv(p11->C_CloseSession(one), CKR_SESSION_HANDLE_INVALID);
	assert_rv(p11_hello(two), CKR_OK);
	assert_rv(p11->C_CloseAllSessions(slot), CKR_OK);
	assert_rv(p11->C_CloseSession(two), CKR_SESSION_HANDLE_INVALID);
	three = p11_session();
	assert_rv(p11->C_GetSessionInfo(three, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	p11_stop(&bench);
}

static const struct {
	const char *name;
	CK_MECHANISM_TYPE type;
	const char *data;
	size_t len;
	CK_RV rv;
	const char *md;		/* to verify "hello" or D32 with */
	bool pss;
} signatures[] = {
	{ "SHA-256", CKM_SHA256_RSA_PKCS, "hello", 5, CKR_OK, "SHA256", 0 },
	{ "SHA-384", CKM_SHA384_RSA_PKCS, "hello", 5, CKR_OK, "SHA384", 0 },
	{ "SHA-512", CKM_SHA512_RSA_PKCS, "hello", 5, CKR_OK, "SHA512", 0 },
	{ "PSS", CKM_SHA256_RSA_PKCS_PSS, "hello", 5, CKR_OK, "SHA256", 1 },
	{ "empty", CKM_SHA256_RSA_PKCS, "", 0, CKR_OK, "SHA256", 0 },
	{ "DigestInfo", CKM_RSA_PKCS, DIGEST_INFO D32, 51, CKR_OK, NULL, 0 },
	{ "a digest, PSS", CKM_RSA_PKCS_PSS, D32, 32, CKR_OK, NULL, 0 },
	{ "short digest, PSS", CKM_RSA_PKCS_PSS, D32, 31, CKR_DATA_LEN_RANGE,
	    NULL, 0 },
	{ "long digest, PSS", CKM_RSA_PKCS_PSS, DIGEST_INFO D32, 48,
	    CKR_DATA_LEN_RANGE, NULL, 0 },
	{ "a bare digest", CKM_RSA_PKCS, D32, 32, CKR_DATA_INVALID, NULL, 0 },
	{ "one byte less", CKM_RSA_PKCS, DIGEST_INFO D32, 50,
	    CKR_DATA_INVALID, NULL, 0 },
	{ "one byte more", CKM_RSA_PKCS, DIGEST_INFO D32 "x", 52,
	    CKR_DATA_INVALID, NULL, 0 },
	{ "SHA-1", CKM_RSA_PKCS, SHA1_INFO D32, 35, CKR_DATA_INVALID, NULL,
	    0 },
	{ "MD5 and SHA-1 of old TLS", CKM_RSA_PKCS, D32 "0123", 36,
	    CKR_DATA_INVALID, NULL, 0 },
	{ "nothing", CKM_RSA_PKCS, "", 0, CKR_DATA_INVALID, NULL, 0 },
	{ "much", CKM_RSA_PKCS, D32 D32 D32 D32 D32 D32 D32, 224,
	    CKR_DATA_INVALID, NULL, 0 },
	{ "no such mechanism", CKM_SHA1_RSA_PKCS, "hello", 5,
	    CKR_MECHANISM_INVALID, NULL, 0 },
};

static void
signs(void **state)
{
	unsigned char sig[512];
	struct bench bench;
	CK_SESSION_HANDLE session;
	struct count count;
	CK_ULONG len;
	size_t i;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		row("%s", signatures[i].name);
		bench_count();
		assert_rv(p11_sign(session, signatures[i].type,
		    signatures[i].data, signatures[i].len, sig, &len),
		    signatures[i].rv);
		count = bench_counted();
		/* What is refused is refused before a PIN is sent. */
		assert_int_equal(count.verify, signatures[i].rv == CKR_OK);
		assert_int_equal(count.sign, signatures[i].rv == CKR_OK);
		if (signatures[i].md != NULL)
			assert_true(p11_verifies(session, signatures[i].md,
			    signatures[i].pss, signatures[i].data,
			    signatures[i].len, sig, len));
	}
	p11_stop(&bench);
}

/* In parts, with questions for the length between them. */
static void
parts(void **state)
{
	CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	unsigned char sig[512], hel[] = "hel", lo[] = "lo";
	struct bench bench;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	CK_ULONG len = 0;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11->C_SignInit(session, &mechanism, 3),
	    CKR_USER_NOT_LOGGED_IN);
	/* A line end is no part of a PIN. */
	assert_rv(p11_login(session, AUTH_PIN "\r\n"), CKR_OK);
	key = p11_object(session, CKO_PRIVATE_KEY);
	assert_rv(p11->C_SignInit(session, NULL, key), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_SignInit(session, &mechanism, 99),
	    CKR_KEY_HANDLE_INVALID);
	assert_rv(p11->C_SignInit(session, &mechanism,
	    p11_object(session, CKO_PUBLIC_KEY)),
	    CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(p11->C_SignUpdate(session, hel, 3),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(p11->C_SignFinal(session, sig, &len),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(p11->C_SignInit(session, &mechanism, key), CKR_OK);
	assert_rv(p11->C_SignInit(session, &mechanism, key),
	    CKR_OPERATION_ACTIVE);
	assert_rv(p11->C_SignUpdate(session, hel, 3), CKR_OK);
	assert_rv(p11->C_SignUpdate(session, lo, 2), CKR_OK);
	assert_rv(p11->C_Sign(session, lo, 2, sig, &len),
	    CKR_OPERATION_ACTIVE);
	bench_count();
	assert_rv(p11->C_SignFinal(session, NULL, &len), CKR_OK);
	assert_int_equal(len, 256);
	len = 255;
	assert_rv(p11->C_SignFinal(session, sig, &len), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(bench_counted().all, 0);
	assert_int_equal(len, 256);
	assert_rv(p11->C_SignFinal(session, sig, &len), CKR_OK);
	assert_true(p11_verifies(session, "SHA256", false, "hello", 5, sig,
	    len));

	assert_rv(p11->C_SignInit(session, &mechanism, key), CKR_OK);
	assert_rv(p11->C_Sign(session, hel, 3, NULL, &len), CKR_OK);
	len = 1;
	assert_rv(p11->C_Sign(session, hel, 3, sig, &len),
	    CKR_BUFFER_TOO_SMALL);
	assert_rv(p11->C_Sign(session, hel, 3, sig, &len), CKR_OK);
	assert_true(p11_verifies(session, "SHA256", false, "hel", 3, sig,
	    len));
	assert_rv(p11->C_Sign(session, hel, 3, sig, &len),
	    CKR_OPERATION_NOT_INITIALIZED);
	p11_stop(&bench);
}

/* FIPS 180-2, B.1; without the card. */
#define SHA256_ABC "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde" \
	"\x5d\xae\x22\x23\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff" \
	"\x61\xf2\x00\x15\xad"

static void
digests(void **state)
{
	CK_MECHANISM sha = { CKM_SHA256, NULL, 0 };
	CK_MECHANISM sign = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	unsigned char out[64], abc[] = "abc";
	CK_SESSION_HANDLE s;
	struct bench bench;
	CK_ULONG len = 0;

	(void)state;
	p11_start(&bench, "card", "");
	s = p11_session();
	bench_count();
	assert_rv(p11->C_Digest(s, abc, 3, out, &len),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(p11->C_DigestUpdate(s, abc, 3),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(p11->C_DigestInit(s, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_DigestInit(s, &sign), CKR_MECHANISM_INVALID);
	assert_rv(p11->C_DigestInit(s, &sha), CKR_OK);
	assert_rv(p11->C_DigestInit(s, &sha), CKR_OPERATION_ACTIVE);
	assert_rv(p11->C_Digest(s, abc, 3, NULL, &len), CKR_OK);
	assert_int_equal(len, 32);
	len = 31;
	assert_rv(p11->C_Digest(s, abc, 3, out, &len), CKR_BUFFER_TOO_SMALL);
	assert_rv(p11->C_Digest(s, abc, 3, out, &len), CKR_OK);
	assert_memory_equal(out, SHA256_ABC, 32);
	assert_rv(p11->C_DigestInit(s, &sha), CKR_OK);
	assert_rv(p11->C_DigestUpdate(s, abc, 2), CKR_OK);
	assert_rv(p11->C_Digest(s, abc, 3, out, &len), CKR_OPERATION_ACTIVE);
	assert_rv(p11->C_DigestUpdate(s, abc + 2, 1), CKR_OK);
	memset(out, 0, sizeof(out));
	assert_rv(p11->C_DigestFinal(s, out, &len), CKR_OK);
	assert_memory_equal(out, SHA256_ABC, 32);
	assert_int_equal(bench_counted().all, 0);
	/* No key signs with what is a digest alone. */
	assert_rv(p11_login(s, AUTH_PIN), CKR_OK);
	assert_rv(p11->C_SignInit(s, &sha, p11_object(s, CKO_PRIVATE_KEY)),
	    CKR_MECHANISM_INVALID);
	p11_stop(&bench);
}

/* PSS of another kind than the card's, and a card without. */
static void
pss(void **state)
{
	static const CK_RSA_PKCS_PSS_PARAMS table[] = {
		{ CKM_SHA384, CKG_MGF1_SHA256, 32 },
		{ CKM_SHA256, CKG_MGF1_SHA1, 32 },
		{ CKM_SHA256, CKG_MGF1_SHA256, 20 },
	};
	CK_RSA_PKCS_PSS_PARAMS params;
	CK_MECHANISM mechanism = { CKM_RSA_PKCS_PSS, &params, sizeof(params) };
	unsigned char sig[512];
	struct bench bench;
	CK_SESSION_HANDLE session;
	CK_ULONG len;
	size_t i;

	(void)state;
	p11_start(&bench, "card", "");
	bench_set(&bench, "pss", "off");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	for (i = 0; i < 3; i++) {
		row("%zu", i);
		params = table[i];
		assert_rv(p11->C_SignInit(session, &mechanism,
		    p11_object(session, CKO_PRIVATE_KEY)),
		    CKR_MECHANISM_PARAM_INVALID);
	}
	mechanism.pParameter = NULL;
	assert_rv(p11->C_SignInit(session, &mechanism,
	    p11_object(session, CKO_PRIVATE_KEY)),
	    CKR_MECHANISM_PARAM_INVALID);
	assert_rv(p11_sign(session, CKM_RSA_PKCS_PSS, D32, 32, sig, &len),
	    CKR_MECHANISM_INVALID);
	/* It is not asked again, and still signs. */
	bench_count();
	assert_rv(p11_sign(session, CKM_RSA_PKCS_PSS, D32, 32, sig, &len),
	    CKR_MECHANISM_INVALID);
	assert_int_equal(bench_counted().all, 0);
	assert_rv(p11_hello(session), CKR_OK);
	p11_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(beginnings),
		cmocka_unit_test(lists),
		cmocka_unit_test(objects),
		cmocka_unit_test(attributes),
		cmocka_unit_test(logins),
		cmocka_unit_test(session_arguments),
		cmocka_unit_test(sessions),
		ROW_TEST(signs),
		cmocka_unit_test(parts),
		cmocka_unit_test(digests),
		ROW_TEST(pss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
