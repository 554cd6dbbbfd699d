/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures: what is to be signed is made ready first, then one run on the
 * card makes it. */
#include "p11.h"

#include <string.h>

#define SIG_MAX 512

static CK_RV
check_parameter(const CK_MECHANISM *mechanism, const struct p11_mechanism *how)
{
	const CK_RSA_PKCS_PSS_PARAMS *pss = mechanism->pParameter;

	if (how->padding != JPKI_PADDING_PSS)
		return mechanism->ulParameterLen == 0 ? CKR_OK :
		    CKR_MECHANISM_PARAM_INVALID;
	return pss != NULL && mechanism->ulParameterLen == sizeof(*pss) &&
	    pss->hashAlg == CKM_SHA256 && pss->mgf == CKG_MGF1_SHA256 &&
	    pss->sLen == 32 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

static CK_RV
sign_init(struct p11_session *session, const CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE key)
{
	struct p11_operation *signing = &session->signing;
	const struct p11_mechanism *how;
	CK_RV rv;

	if (mechanism == NULL)
		return CKR_ARGUMENTS_BAD;
	if (signing->how != NULL)
		return CKR_OPERATION_ACTIVE;
	if (key == P11_PRIVATE && session->slot->pin == NULL)
		return CKR_USER_NOT_LOGGED_IN;
	if (!p11_object_is_visible(session->slot, key))
		return CKR_KEY_HANDLE_INVALID;
	if (key != P11_PRIVATE)
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	how = p11_mechanism_find(session->slot, mechanism->mechanism);
	if (how == NULL || how->padding == 0)
		return CKR_MECHANISM_INVALID;
	if ((rv = check_parameter(mechanism, how)) != CKR_OK ||
	    (how->hashes && (rv = p11_operation_hash(signing,
	    how->md)) != CKR_OK))
		return rv;
	signing->how = how;
	return CKR_OK;
}

CK_RV
C_SignInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE key)
{
	P11_WITH(handle, session, sign_init(session, mechanism, key));
}

/* What the card is to sign, a digest, or why it is none. */
static CK_RV
digest_of(struct p11_operation *signing, struct jpki_signing *what)
{
	unsigned int len = 0;

	what->padding = signing->how->padding;
	what->md = signing->how->md;
	what->digest = signing->data;
	if (signing->hash != NULL) {
		if (EVP_DigestFinal_ex(signing->hash, signing->data,
		    &len) != 1)
			return CKR_HOST_MEMORY;
		what->digest_len = len;
		return CKR_OK;
	}
	if (what->padding == JPKI_PADDING_PSS) {
		what->digest_len = signing->len;
		return signing->len == jpki_md_len(what->md) ? CKR_OK :
		    CKR_DATA_LEN_RANGE;
	}
	if (signing->len > sizeof(signing->data))
		return CKR_DATA_INVALID;
	what->md = jpki_digest_info_parse(signing->data, signing->len,
	    &what->digest);
	what->digest_len = jpki_md_len(what->md);
	return what->md != 0 && (what->md != JPKI_MD_SHA1 ||
	    p11.settings->allow_sha1) ? CKR_OK : CKR_DATA_INVALID;
}

/* The card is asked once; whatever comes of it, that was the operation. The
 * session may be gone after it. */
static CK_RV
sign(struct p11_session *session, uint8_t *sig, CK_ULONG *len)
{
	struct jpki_signing what = { .size = sizeof(what) };
	struct p11_slot *slot = session->slot;
	uint8_t made[SIG_MAX];
	struct jpki_ctx *ctx;
	size_t n = 0;
	CK_RV rv;
	int r;

	if ((rv = digest_of(&session->signing, &what)) != CKR_OK)
		return rv;
	what.key = slot->key;
	ctx = p11_ctx_new();
	r = jpki_shared_sign(ctx, slot->card, &what, slot->pin,
	    p11.settings->min_tries, made, sizeof(made), &n);
	if (r == JPKI_ERR_NO_PSS)
		slot->no_pss = true;
	p11_token_set_tries(slot, r == 0 ? p11_max_tries(slot) : -1);
	rv = p11_token_done(slot, ctx, r);
	if (rv == CKR_OK && n > *len)
		return CKR_DEVICE_ERROR;
	if (rv == CKR_OK) {
		memcpy(sig, made, n);
		*len = n;
	}
	return rv;
}

/* Bytes of a signature: known, for all cards of today. */
static CK_RV
sig_size(struct p11_slot *slot, CK_ULONG *size)
{
	struct p11_value bits;
	CK_RV rv;

	if ((rv = p11_attribute(slot, P11_PRIVATE, CKA_MODULUS_BITS, false,
	    &bits)) != CKR_OK)
		return rv;
	*size = (bits.room.number + 7) / 8;
	p11_value_free(&bits);
	return CKR_OK;
}

/*
 * The last call of an operation: data are its last part. A question for the
 * length, or too little room, does not end it.
 */
static CK_RV
finish(struct p11_session *session, const uint8_t *data, CK_ULONG data_len,
    uint8_t *sig, CK_ULONG *len)
{
	struct p11_slot *slot = session->slot;
	CK_ULONG size;
	CK_RV rv;

	if (len == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else if ((rv = sig_size(slot, &size)) == CKR_OK &&
	    (sig == NULL || *len < size)) {
		*len = size;
		return sig == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
	}
	if (rv == CKR_OK &&
	    (rv = p11_operation_add(&session->signing, data,
	    data_len)) == CKR_OK)
		rv = sign(session, sig, len);
	return rv;
}

/* Ends the operation, if the session is still there. */
static void
end(struct p11_slot *slot, const struct p11_session *which)
{
	struct p11_session *session;

	for (session = slot->sessions; session != NULL;
	    session = session->next)
		if (session == which)
			p11_operation_end(&session->signing);
}

static CK_RV
finish_and_end(struct p11_session *session, const uint8_t *data,
    CK_ULONG data_len, uint8_t *sig, CK_ULONG *len)
{
	struct p11_slot *slot = session->slot;
	CK_RV rv = finish(session, data, data_len, sig, len);

	if (rv != CKR_BUFFER_TOO_SMALL && (rv != CKR_OK || sig != NULL))
		end(slot, session);
	return rv;
}

static CK_RV
sign_all(struct p11_session *session, const uint8_t *data, CK_ULONG data_len,
    uint8_t *sig, CK_ULONG *len)
{
	if (session->signing.how == NULL)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (session->signing.parts)
		return CKR_OPERATION_ACTIVE;
	return finish_and_end(session, data, data_len, sig, len);
}

CK_RV
C_Sign(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
    unsigned char *sig, CK_ULONG *len)
{
	P11_WITH(handle, session,
	    sign_all(session, data, data_len, sig, len));
}

CK_RV
C_SignUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG len)
{
	P11_WITH(handle, session,
	    p11_operation_update(&session->signing, part, len));
}

CK_RV
C_SignFinal(CK_SESSION_HANDLE handle, unsigned char *sig, CK_ULONG *len)
{
	P11_WITH(handle, session, session->signing.how == NULL ?
	    CKR_OPERATION_NOT_INITIALIZED :
	    finish_and_end(session, NULL, 0, sig, len));
}
