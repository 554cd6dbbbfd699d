/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p11worker MODULE wait | serve: an application that has a PKCS#11 module for a
 * long time.
 *
 * wait: tells when the card in the first slot goes and comes, once each.
 * serve: does what standard input says, and answers each line with what the
 * module returned: open, login PIN, read (the certificate), sign, quit. The PIN
 * is a test card's.
 */
#include <p11-kit/pkcs11.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static CK_FUNCTION_LIST *p11;
static CK_SESSION_HANDLE session;

static bool
load(const char *path)
{
	void *module = dlopen(path, RTLD_NOW), *symbol;
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	CK_C_GetFunctionList get;

	if (module == NULL ||
	    (symbol = dlsym(module, "C_GetFunctionList")) == NULL)
		return false;
	memcpy(&get, &symbol, sizeof(get));
	return get(&p11) == CKR_OK && p11->C_Initialize(&args) == CKR_OK;
}

static CK_OBJECT_HANDLE
find(CK_OBJECT_CLASS class)
{
	CK_ATTRIBUTE wanted = { CKA_CLASS, &class, sizeof(class) };
	CK_OBJECT_HANDLE found = 0;
	CK_ULONG n = 0;

	if (p11->C_FindObjectsInit(session, &wanted, 1) == CKR_OK) {
		(void)p11->C_FindObjects(session, &found, 1, &n);
		(void)p11->C_FindObjectsFinal(session);
	}
	return n == 1 ? found : 0;
}

static CK_RV
open_session(void)
{
	CK_ULONG n;
	CK_RV rv = p11->C_GetSlotList(CK_TRUE, NULL, &n);

	return rv != CKR_OK ? rv : p11->C_OpenSession(0, CKF_SERIAL_SESSION,
	    NULL, NULL, &session);
}

static CK_RV
read_cert(void)
{
	unsigned char der[4096];
	CK_ATTRIBUTE value = { CKA_VALUE, der, sizeof(der) };

	return p11->C_GetAttributeValue(session, find(CKO_CERTIFICATE),
	    &value, 1);
}

static CK_RV
sign(void)
{
	CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	unsigned char hello[] = "hello", sig[512];
	CK_ULONG len = sizeof(sig);
	CK_OBJECT_HANDLE key = find(CKO_PRIVATE_KEY);
	CK_SESSION_INFO info;
	CK_RV rv;

	if ((rv = p11->C_GetSessionInfo(session, &info)) != CKR_OK ||
	    (rv = p11->C_SignInit(session, &mechanism, key)) != CKR_OK)
		return rv;
	return p11->C_Sign(session, hello, 5, sig, &len);
}

static CK_RV
obey(char *line)
{
	if (strcmp(line, "open") == 0)
		return open_session();
	if (strncmp(line, "login ", 6) == 0)
		return p11->C_Login(session, CKU_USER,
		    (unsigned char *)line + 6, strlen(line + 6));
	return strcmp(line, "read") == 0 ? read_cert() : sign();
}

static int
serve(void)
{
	char line[64];
	CK_RV rv;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		rv = obey(line);
		printf(rv == CKR_OK ? "0\n" : "0x%lx\n", rv);
		fflush(stdout);
	}
	return p11->C_Finalize(NULL) == CKR_OK ? 0 : 1;
}

static int
wait_for_events(void)
{
	CK_SLOT_ID slot = 99;
	CK_SLOT_INFO info;
	CK_ULONG n;
	bool present = true;

	if (p11->C_GetSlotList(CK_TRUE, NULL, &n) != CKR_OK)
		return 1;
	printf("waiting\n");
	fflush(stdout);
	do {
		present = !present;
		if (p11->C_WaitForSlotEvent(0, &slot, NULL) != CKR_OK ||
		    p11->C_GetSlotInfo(slot, &info) != CKR_OK ||
		    present != ((info.flags & CKF_TOKEN_PRESENT) != 0))
			return 1;
		printf("event %lu%s\n", slot, present ? " present" : "");
		fflush(stdout);
	} while (!present);
	return p11->C_Finalize(NULL) == CKR_OK ? 0 : 1;
}

int
main(int argc, char *argv[])
{
	if (argc != 3 || !load(argv[1])) {
		fprintf(stderr, "p11worker: no module\n");
		return 1;
	}
	return strcmp(argv[2], "wait") == 0 ? wait_for_events() : serve();
}
