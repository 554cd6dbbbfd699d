/* SPDX-License-Identifier: Apache-2.0 */
/* What a card, or a module that only signs with it, does not do. */
#include "p11.h"

#define S CK_SESSION_HANDLE session
#define M CK_MECHANISM *mechanism
#define IN(name) unsigned char *name, CK_ULONG name##_len
#define OUT(name) unsigned char *name, CK_ULONG *name##_len
#define TEMPLATE(name) CK_ATTRIBUTE *name, CK_ULONG name##_len
#define OBJECT(name) CK_OBJECT_HANDLE name
#define MADE(name) CK_OBJECT_HANDLE *name

static CK_RV
refuse(const char *function, CK_RV rv)
{
	CK_RV entered = p11_enter();

	if (entered == CKR_OK)
		p11_leave();
	return p11_return(function, entered != CKR_OK ? entered : rv);
}

#define REFUSE(name, rv, ...) \
	CK_RV C_##name(__VA_ARGS__) { return refuse("C_" #name, rv); }
#define NO(name, ...) REFUSE(name, CKR_FUNCTION_NOT_SUPPORTED, __VA_ARGS__)

/* A PIN is changed by jpki-pin, which knows what may go wrong. */
NO(InitToken, CK_SLOT_ID slot, IN(pin), unsigned char *label)
NO(InitPIN, S, IN(pin))
NO(SetPIN, S, IN(old), IN(next))

/* Nothing is written to the card. */
REFUSE(CreateObject, CKR_TOKEN_WRITE_PROTECTED, S, TEMPLATE(with), MADE(object))
REFUSE(CopyObject, CKR_TOKEN_WRITE_PROTECTED, S, OBJECT(object),
    TEMPLATE(with), MADE(copy))
REFUSE(DestroyObject, CKR_TOKEN_WRITE_PROTECTED, S, OBJECT(object))
REFUSE(SetAttributeValue, CKR_TOKEN_WRITE_PROTECTED, S, OBJECT(object),
    TEMPLATE(with))
NO(GetObjectSize, S, OBJECT(object), CK_ULONG *size)

/* Its keys sign, and nothing else; they are in no digest. */
NO(EncryptInit, S, M, OBJECT(key))
NO(Encrypt, S, IN(data), OUT(out))
NO(EncryptUpdate, S, IN(part), OUT(out))
NO(EncryptFinal, S, OUT(out))
NO(DecryptInit, S, M, OBJECT(key))
NO(Decrypt, S, IN(data), OUT(out))
NO(DecryptUpdate, S, IN(part), OUT(out))
NO(DecryptFinal, S, OUT(out))
NO(DigestKey, S, OBJECT(key))
NO(SignRecoverInit, S, M, OBJECT(key))
NO(SignRecover, S, IN(data), OUT(out))
NO(VerifyInit, S, M, OBJECT(key))
NO(Verify, S, IN(data), IN(sig))
NO(VerifyUpdate, S, IN(part))
NO(VerifyFinal, S, IN(sig))
NO(VerifyRecoverInit, S, M, OBJECT(key))
NO(VerifyRecover, S, IN(sig), OUT(out))
NO(DigestEncryptUpdate, S, IN(part), OUT(out))
NO(DecryptDigestUpdate, S, IN(part), OUT(out))
NO(SignEncryptUpdate, S, IN(part), OUT(out))
NO(DecryptVerifyUpdate, S, IN(part), OUT(out))
NO(GenerateKey, S, M, TEMPLATE(with), MADE(key))
NO(GenerateKeyPair, S, M, TEMPLATE(of_public), TEMPLATE(of_private),
    MADE(public), MADE(private))
NO(WrapKey, S, M, OBJECT(with), OBJECT(key), OUT(out))
NO(UnwrapKey, S, M, OBJECT(with), IN(wrapped), TEMPLATE(of_key), MADE(key))
NO(DeriveKey, S, M, OBJECT(base), TEMPLATE(of_key), MADE(key))
NO(GetOperationState, S, OUT(state))
NO(SetOperationState, S, IN(state), OBJECT(encryption), OBJECT(other))

REFUSE(SeedRandom, CKR_RANDOM_NO_RNG, S, IN(seed))
REFUSE(GenerateRandom, CKR_RANDOM_NO_RNG, S, IN(out))

/* Left over from version 1: the specification wants this answer. */
REFUSE(GetFunctionStatus, CKR_FUNCTION_NOT_PARALLEL, S)
REFUSE(CancelFunction, CKR_FUNCTION_NOT_PARALLEL, S)
