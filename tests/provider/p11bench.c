/* SPDX-License-Identifier: Apache-2.0 */
#include "p11bench.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/rsa.h>

CK_FUNCTION_LIST *p11;

static void
load(void)
{
	const char *path = getenv("JPKI_PKCS11");
	CK_C_GetFunctionList get;
	void *module, *symbol;

	if (p11 != NULL)
		return;
	if (path == NULL)
		fail_msg("JPKI_PKCS11 is not set: run meson test");
	if ((module = dlopen(path, RTLD_NOW | RTLD_LOCAL)) == NULL)
		fail_msg("%s", dlerror());
	assert_non_null(symbol = dlsym(module, "C_GetFunctionList"));
	memcpy(&get, &symbol, sizeof(get));
	assert_rv(get(&p11), CKR_OK);
}

CK_RV
p11_init(const struct bench *bench, const char *init)
{
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	char text[256];

	snprintf(text, sizeof(text), "reader='soft:%s' %s", bench->card, init);
	args.pReserved = text;
	return p11->C_Initialize(&args);
}

void
p11_start(struct bench *bench, const char *profile, const char *init)
{
	setenv("JPKI_DEBUG", "apdu", 1);
	/* No settings from outside. */
	unsetenv("JPKI_CONF");
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	load();
	/* What a test before left behind when it failed. */
	(void)p11->C_Finalize(NULL);
	memset(bench, 0, sizeof(*bench));
	tempcard_make(profile, bench->card);
	assert_rv(p11_init(bench, init), CKR_OK);
}

void
p11_stop(struct bench *bench)
{
	assert_rv(p11->C_Finalize(NULL), CKR_OK);
	tempcard_remove(bench->card);
}

CK_SESSION_HANDLE
p11_session_in(size_t slot)
{
	CK_SESSION_HANDLE session = 0;
	CK_SLOT_ID slots[8];
	CK_ULONG n;

	assert_rv(p11->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
	assert_true(n > slot && n <= 8);
	assert_rv(p11->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_rv(p11->C_OpenSession(slots[slot], CKF_SERIAL_SESSION, NULL,
	    NULL, &session), CKR_OK);
	return session;
}

CK_SESSION_HANDLE
p11_session(void)
{
	return p11_session_in(0);
}

CK_RV
p11_login(CK_SESSION_HANDLE session, const char *pin)
{
	unsigned char copy[64];

	memcpy(copy, pin, strlen(pin));
	return p11->C_Login(session, CKU_USER, copy, strlen(pin));
}

CK_OBJECT_HANDLE
p11_object(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class)
{
	CK_CERTIFICATE_TYPE user = 1;	/* category: the token's user */
	CK_ATTRIBUTE wanted[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_CERTIFICATE_CATEGORY, &user, sizeof(user) },
	};
	CK_OBJECT_HANDLE found = 0;
	CK_ULONG n = 0;

	assert_rv(p11->C_FindObjectsInit(session, wanted,
	    class == CKO_CERTIFICATE ? 2 : 1), CKR_OK);
	assert_rv(p11->C_FindObjects(session, &found, 1, &n), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session), CKR_OK);
	return n == 1 ? found : 0;
}

CK_RV
p11_sign(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type, const void *data,
    size_t len, unsigned char *sig, CK_ULONG *sig_len)
{
	CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
	CK_MECHANISM mechanism = { type, NULL, 0 };
	unsigned char copy[1024];
	CK_RV rv;

	if (type == CKM_RSA_PKCS_PSS || type == CKM_SHA256_RSA_PKCS_PSS) {
		mechanism.pParameter = &pss;
		mechanism.ulParameterLen = sizeof(pss);
	}
	*sig_len = 512;
	memcpy(copy, data, len);
	if ((rv = p11->C_SignInit(session, &mechanism, p11_object(session,
	    CKO_PRIVATE_KEY))) != CKR_OK)
		return rv;
	return p11->C_Sign(session, copy, len, sig, sig_len);
}

CK_RV
p11_hello(CK_SESSION_HANDLE session)
{
	unsigned char sig[512];
	CK_ULONG len;

	return p11_sign(session, CKM_SHA256_RSA_PKCS, "hello", 5, sig, &len);
}

static EVP_PKEY *
public_key(CK_SESSION_HANDLE session)
{
	unsigned char der[1024];
	const unsigned char *p = der;
	CK_ATTRIBUTE spki = { CKA_PUBLIC_KEY_INFO, der, sizeof(der) };
	EVP_PKEY *key;

	assert_rv(p11->C_GetAttributeValue(session, p11_object(session,
	    CKO_CERTIFICATE), &spki, 1), CKR_OK);
	key = d2i_PUBKEY(NULL, &p, (long)spki.ulValueLen);
	assert_non_null(key);
	return key;
}

bool
p11_verifies(CK_SESSION_HANDLE session, const char *md, bool pss,
    const void *data, size_t len, const unsigned char *sig, CK_ULONG sig_len)
{
	EVP_PKEY *key = public_key(session);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how;
	bool ok;

	assert_int_equal(EVP_DigestVerifyInit_ex(ctx, &how, md, NULL, NULL,
	    key, NULL), 1);
	if (pss) {
		assert_true(EVP_PKEY_CTX_set_rsa_padding(how,
		    RSA_PKCS1_PSS_PADDING) > 0);
		assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(how, 32) > 0);
	}
	ok = EVP_DigestVerify(ctx, sig, sig_len, data, len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}

CK_FLAGS
p11_flags(void)
{
	CK_SLOT_ID slots[8];
	CK_TOKEN_INFO info;
	CK_ULONG n = 8;

	assert_rv(p11->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_true(n > 0);
	assert_rv(p11->C_GetTokenInfo(slots[0], &info), CKR_OK);
	return info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
	    CKF_USER_PIN_LOCKED);
}
