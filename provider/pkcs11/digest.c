/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is handed in, whole or in parts, to be signed or for a digest alone. The
 * card makes no digests: they are made here, because Java asks a token for
 * those that it is to sign with PSS.
 */
#include "p11.h"

#include <openssl/crypto.h>

#include <string.h>

/* Here and elsewhere, no field points to what is being freed: another thread
 * may fork meanwhile. */
void
p11_operation_end(struct p11_operation *operation)
{
	EVP_MD_CTX *hash = operation->hash;

	OPENSSL_cleanse(operation, sizeof(*operation));
	EVP_MD_CTX_free(hash);
}

CK_RV
p11_operation_hash(struct p11_operation *operation, enum jpki_md md)
{
	operation->hash = EVP_MD_CTX_new();
	if (operation->hash != NULL && EVP_DigestInit_ex2(operation->hash,
	    p11.hashes[md], NULL) == 1)
		return CKR_OK;
	p11_operation_end(operation);
	return CKR_HOST_MEMORY;
}

CK_RV
p11_operation_add(struct p11_operation *operation, const uint8_t *data,
    size_t len)
{
	if (data == NULL && len > 0)
		return CKR_ARGUMENTS_BAD;
	if (operation->hash != NULL)
		return len == 0 || EVP_DigestUpdate(operation->hash, data,
		    len) == 1 ? CKR_OK : CKR_HOST_MEMORY;
	/* What is longer than any DigestInfo is none. */
	if (operation->len > sizeof(operation->data) ||
	    len > sizeof(operation->data) - operation->len) {
		operation->len = sizeof(operation->data) + 1;
		return CKR_OK;
	}
	if (len > 0)
		memcpy(operation->data + operation->len, data, len);
	operation->len += len;
	return CKR_OK;
}

CK_RV
p11_operation_update(struct p11_operation *operation, const uint8_t *data,
    size_t len)
{
	CK_RV rv;

	if (operation->how == NULL)
		return CKR_OPERATION_NOT_INITIALIZED;
	operation->parts = true;
	if ((rv = p11_operation_add(operation, data, len)) != CKR_OK)
		p11_operation_end(operation);
	return rv;
}

static CK_RV
digest_init(struct p11_session *session, const CK_MECHANISM *mechanism)
{
	struct p11_operation *digesting = &session->digesting;
	const struct p11_mechanism *how;
	CK_RV rv;

	if (mechanism == NULL)
		return CKR_ARGUMENTS_BAD;
	if (digesting->how != NULL)
		return CKR_OPERATION_ACTIVE;
	how = p11_mechanism_find(session->slot, mechanism->mechanism);
	if (how == NULL || how->padding != 0)
		return CKR_MECHANISM_INVALID;
	if (mechanism->ulParameterLen != 0)
		return CKR_MECHANISM_PARAM_INVALID;
	if ((rv = p11_operation_hash(digesting, how->md)) == CKR_OK)
		digesting->how = how;
	return rv;
}

CK_RV
C_DigestInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism)
{
	P11_WITH(handle, session, digest_init(session, mechanism));
}

/* The last call; data are the last part. A question for the length, or too
 * little room, does not end it. */
static CK_RV
finish(struct p11_operation *digesting, const uint8_t *data, size_t data_len,
    uint8_t *out, CK_ULONG *len)
{
	CK_ULONG size;
	CK_RV rv;

	if (digesting->how == NULL)
		return CKR_OPERATION_NOT_INITIALIZED;
	size = jpki_md_len(digesting->how->md);
	if (len == NULL) {
		rv = CKR_ARGUMENTS_BAD;
	} else if (out == NULL || *len < size) {
		*len = size;
		return out == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
	} else if ((rv = p11_operation_add(digesting, data,
	    data_len)) == CKR_OK) {
		*len = size;
		if (EVP_DigestFinal_ex(digesting->hash, out, NULL) != 1)
			rv = CKR_HOST_MEMORY;
	}
	p11_operation_end(digesting);
	return rv;
}

CK_RV
C_Digest(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
    unsigned char *out, CK_ULONG *len)
{
	P11_WITH(handle, session, session->digesting.parts ?
	    CKR_OPERATION_ACTIVE :
	    finish(&session->digesting, data, data_len, out, len));
}

CK_RV
C_DigestUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG len)
{
	P11_WITH(handle, session,
	    p11_operation_update(&session->digesting, part, len));
}

CK_RV
C_DigestFinal(CK_SESSION_HANDLE handle, unsigned char *out, CK_ULONG *len)
{
	P11_WITH(handle, session,
	    finish(&session->digesting, NULL, 0, out, len));
}
