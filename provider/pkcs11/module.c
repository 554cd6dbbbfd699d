/* SPDX-License-Identifier: Apache-2.0 */
/* How applications see the module: its beginning and end, its functions. */
#include "p11.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct p11 p11;

void
p11_pad(unsigned char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len > size)
		len = size;
	/* No half character at the end. */
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	memset(out, ' ', size);
	memcpy(out, text, len);
}

static void
free_crypto(void)
{
	size_t i;

	for (i = 0; i < N(p11.hashes); i++)
		EVP_MD_free(p11.hashes[i]);
	OSSL_LIB_CTX_free(p11.libctx);
}

/*
 * In a forked process, what its parent had open stays the parent's, and locks
 * may be held by threads that are not here, inside of libcrypto, too: what has
 * some is let go of as it is. PINs are wiped, with their slots.
 */
static void
stop(void)
{
	struct jpki_cards *cards = p11.cards;

	p11_slots_free();
	p11.cards = NULL;
	if (p11.pid == getpid()) {
		jpki_cards_free(&cards);
		free_crypto();
	}
	p11.libctx = NULL;
	memset(p11.hashes, 0, sizeof(p11.hashes));
	jpki_settings_free(&p11.settings);
	free(p11.reader);
	p11.reader = NULL;
	memset(&p11.args, 0, sizeof(p11.args));
	p11.looked = p11.ending = false;
	p11.waiting = 0;
	p11.pid = 0;
}

/* All that signing needs, in a library context of our own, before a card is
 * used: no lock is taken later. */
static CK_RV
load_crypto(void)
{
	enum jpki_md md;

	if ((p11.libctx = OSSL_LIB_CTX_new()) == NULL)
		return CKR_HOST_MEMORY;
	for (md = JPKI_MD_SHA256; md <= JPKI_MD_SHA512; md++)
		if ((p11.hashes[md] = EVP_MD_fetch(p11.libctx,
		    jpki_md_name(md), NULL)) == NULL)
			return CKR_GENERAL_ERROR;
	return CKR_OK;
}

/* Their mutexes are all there, or none is; they are used where the system's
 * are not allowed. */
static CK_RV
check_args(const CK_C_INITIALIZE_ARGS *args)
{
	int n;

	if (args == NULL)
		return CKR_OK;
	n = (args->CreateMutex != NULL) + (args->DestroyMutex != NULL) +
	    (args->LockMutex != NULL) + (args->UnlockMutex != NULL);
	if (n != 0 && n != 4)
		return CKR_ARGUMENTS_BAD;
	if (n == 4 && (args->flags & CKF_OS_LOCKING_OK) == 0)
		p11.args = *args;
	return CKR_OK;
}

static CK_RV
start(const CK_C_INITIALIZE_ARGS *args)
{
	struct jpki_ctx *ctx;
	CK_RV rv;

	p11.mute = fcntl(STDERR_FILENO, F_GETFD) == -1;
	if ((rv = check_args(args)) != CKR_OK || (rv = p11_settings_read(
	    args != NULL ? args->pReserved : NULL)) != CKR_OK ||
	    (rv = load_crypto()) != CKR_OK)
		return rv;
	ctx = p11_ctx_new();
	return p11_done(ctx, jpki_cards_new(ctx, &p11.cards));
}

CK_RV
C_Initialize(void *init_args)
{
	CK_RV rv;

	p11_lock(&p11.lock);
	if (p11.pid == getpid())
		rv = CKR_CRYPTOKI_ALREADY_INITIALIZED;
	else {
		stop();
		/* What failed is taken back by the process that it is of. */
		rv = start(init_args);
		p11.pid = getpid();
		if (rv != CKR_OK)
			stop();
	}
	p11_unlock(&p11.lock);
	P11_RETURN(rv);
}

CK_RV
C_Finalize(void *reserved)
{
	static const struct timespec moment = { 0, 5000000 };
	CK_RV rv;

	if (reserved != NULL)
		P11_RETURN(CKR_ARGUMENTS_BAD);
	if ((rv = p11_enter()) != CKR_OK)
		P11_RETURN(rv);
	p11.ending = true;
	while (p11.waiting > 0) {
		p11_leave();
		(void)nanosleep(&moment, NULL);
		p11_lock(&p11.lock);
	}
	(void)p11_return(__func__, CKR_OK);
	stop();
	p11_leave();
	return CKR_OK;
}

CK_RV
C_GetInfo(CK_INFO *info)
{
	unsigned major = 0, minor = 0;
	CK_RV rv;

	if ((rv = p11_enter()) != CKR_OK)
		P11_RETURN(rv);
	p11_leave();
	if (info == NULL)
		P11_RETURN(CKR_ARGUMENTS_BAD);
	(void)sscanf(JPKIP_VERSION, "%u.%u", &major, &minor);
	memset(info, 0, sizeof(*info));
	info->cryptokiVersion.major = 2;
	info->cryptokiVersion.minor = 40;
	p11_pad(info->manufacturerID, sizeof(info->manufacturerID), "libjpki");
	p11_pad(info->libraryDescription, sizeof(info->libraryDescription),
	    "My Number Card (JPKI)");
	info->libraryVersion.major = (unsigned char)major;
	info->libraryVersion.minor = (unsigned char)minor;
	P11_RETURN(CKR_OK);
}

static CK_FUNCTION_LIST functions = {
	.version = { 2, 40 },
#define F(name) .C_##name = C_##name
	F(Initialize), F(Finalize), F(GetInfo), F(GetFunctionList),
	F(GetSlotList), F(GetSlotInfo), F(GetTokenInfo), F(GetMechanismList),
	F(GetMechanismInfo), F(InitToken), F(InitPIN), F(SetPIN),
	F(OpenSession), F(CloseSession), F(CloseAllSessions),
	F(GetSessionInfo), F(GetOperationState), F(SetOperationState),
	F(Login), F(Logout), F(CreateObject), F(CopyObject), F(DestroyObject),
	F(GetObjectSize), F(GetAttributeValue), F(SetAttributeValue),
	F(FindObjectsInit), F(FindObjects), F(FindObjectsFinal),
	F(EncryptInit), F(Encrypt), F(EncryptUpdate), F(EncryptFinal),
	F(DecryptInit), F(Decrypt), F(DecryptUpdate), F(DecryptFinal),
	F(DigestInit), F(Digest), F(DigestUpdate), F(DigestKey),
	F(DigestFinal), F(SignInit), F(Sign), F(SignUpdate), F(SignFinal),
	F(SignRecoverInit), F(SignRecover), F(VerifyInit), F(Verify),
	F(VerifyUpdate), F(VerifyFinal), F(VerifyRecoverInit),
	F(VerifyRecover), F(DigestEncryptUpdate), F(DecryptDigestUpdate),
	F(SignEncryptUpdate), F(DecryptVerifyUpdate), F(GenerateKey),
	F(GenerateKeyPair), F(WrapKey), F(UnwrapKey), F(DeriveKey),
	F(SeedRandom), F(GenerateRandom), F(GetFunctionStatus),
	F(CancelFunction), F(WaitForSlotEvent),
#undef F
};

__attribute__((visibility("default"))) CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	if (list == NULL)
		P11_RETURN(CKR_ARGUMENTS_BAD);
	*list = &functions;
	P11_RETURN(CKR_OK);
}
