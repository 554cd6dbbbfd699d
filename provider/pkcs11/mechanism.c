/* SPDX-License-Identifier: Apache-2.0 */
/* How a card signs. It does nothing else: digests are made here. */
#include "p11.h"

/* Some programs take the first one. */
static const struct p11_mechanism mechanisms[] = {
	{ CKM_SHA256_RSA_PKCS, JPKI_PADDING_PKCS1, JPKI_MD_SHA256, true },
	{ CKM_SHA384_RSA_PKCS, JPKI_PADDING_PKCS1, JPKI_MD_SHA384, true },
	{ CKM_SHA512_RSA_PKCS, JPKI_PADDING_PKCS1, JPKI_MD_SHA512, true },
	{ CKM_RSA_PKCS, JPKI_PADDING_PKCS1, 0, false },
	{ CKM_RSA_PKCS_PSS, JPKI_PADDING_PSS, JPKI_MD_SHA256, false },
	{ CKM_SHA256_RSA_PKCS_PSS, JPKI_PADDING_PSS, JPKI_MD_SHA256, true },
	{ CKM_SHA256, 0, JPKI_MD_SHA256, true },
};

/* A card that refused PSS once is not asked again. */
static bool
has(const struct p11_slot *slot, const struct p11_mechanism *how)
{
	return how->padding != JPKI_PADDING_PSS ||
	    (p11.settings->pss && !slot->no_pss);
}

const struct p11_mechanism *
p11_mechanism_find(const struct p11_slot *slot, CK_MECHANISM_TYPE type)
{
	size_t i;

	for (i = 0; i < N(mechanisms); i++)
		if (mechanisms[i].type == type && has(slot, &mechanisms[i]))
			return &mechanisms[i];
	return NULL;
}

size_t
p11_mechanisms(const struct p11_slot *slot, bool signing,
    CK_MECHANISM_TYPE *out)
{
	size_t i, n = 0;

	for (i = 0; i < N(mechanisms); i++)
		if (has(slot, &mechanisms[i]) &&
		    (!signing || mechanisms[i].padding != 0))
			out[n++] = mechanisms[i].type;
	return n;
}

CK_RV
C_GetMechanismList(CK_SLOT_ID id, CK_MECHANISM_TYPE *out, CK_ULONG *n)
{
	CK_MECHANISM_TYPE all[P11_MECHANISMS_MAX];
	struct p11_slot *slot;
	CK_RV rv;
	size_t i, count;

	if ((rv = p11_slot_enter(id, &slot)) != CKR_OK)
		P11_RETURN(rv);
	if (n == NULL) {
		p11_slot_leave(slot);
		P11_RETURN(CKR_ARGUMENTS_BAD);
	}
	count = p11_mechanisms(slot, false, all);
	p11_slot_leave(slot);
	if (out != NULL && *n < count)
		rv = CKR_BUFFER_TOO_SMALL;
	for (i = 0; out != NULL && rv == CKR_OK && i < count; i++)
		out[i] = all[i];
	*n = count;
	P11_RETURN(rv);
}

CK_RV
C_GetMechanismInfo(CK_SLOT_ID id, CK_MECHANISM_TYPE type,
    CK_MECHANISM_INFO *info)
{
	const struct p11_mechanism *how;
	struct p11_slot *slot;
	CK_RV rv;

	if ((rv = p11_slot_enter(id, &slot)) != CKR_OK)
		P11_RETURN(rv);
	if (info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else if ((how = p11_mechanism_find(slot, type)) == NULL)
		rv = CKR_MECHANISM_INVALID;
	else {
		info->ulMinKeySize = how->padding != 0 ? 2048 : 0;
		info->ulMaxKeySize = info->ulMinKeySize;
		info->flags = how->padding != 0 ? CKF_HW | CKF_SIGN :
		    CKF_DIGEST;
	}
	p11_slot_leave(slot);
	P11_RETURN(rv);
}
