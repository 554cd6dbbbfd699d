/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of a token, which never change while its card is there. */
#include "p11.h"

#include <string.h>

bool
p11_object_is_visible(struct p11_slot *slot, CK_OBJECT_HANDLE object)
{
	struct p11_value private;
	bool hidden;

	if (p11_attribute(slot, object, CKA_PRIVATE, true,
	    &private) != CKR_OK)
		return false;
	hidden = private.room.flag && slot->pin == NULL;
	p11_value_free(&private);
	return !hidden;
}

/* Asks the card for nothing that is known to be of no use: what needs its
 * certificate comes last. */
static CK_RV
matches(struct p11_slot *slot, CK_OBJECT_HANDLE object,
    const CK_ATTRIBUTE *wanted, CK_ULONG n, bool cheap, bool *yes)
{
	struct p11_value value;
	CK_ULONG i;
	CK_RV rv;

	for (i = 0; i < n; i++) {
		rv = p11_attribute(slot, object, wanted[i].type, cheap,
		    &value);
		if (rv == CKR_CANCEL)
			continue;
		if (rv == CKR_ATTRIBUTE_TYPE_INVALID ||
		    rv == CKR_ATTRIBUTE_SENSITIVE)
			return CKR_OK;
		if (rv != CKR_OK)
			return rv;
		*yes = value.len == wanted[i].ulValueLen && (value.len == 0 ||
		    (wanted[i].pValue != NULL && memcmp(value.data,
		    wanted[i].pValue, value.len) == 0));
		p11_value_free(&value);
		if (!*yes)
			return CKR_OK;
	}
	*yes = true;
	return CKR_OK;
}

static CK_RV
find(struct p11_session *session, const CK_ATTRIBUTE *wanted, CK_ULONG n)
{
	struct p11_slot *slot = session->slot;
	CK_OBJECT_HANDLE object;
	CK_RV rv;
	bool yes;

	session->n_found = session->next_found = 0;
	for (object = 1; object <= P11_N_OBJECTS; object++) {
		if (!p11_object_is_visible(slot, object))
			continue;
		yes = false;
		rv = matches(slot, object, wanted, n, true, &yes);
		if (rv == CKR_OK && yes) {
			yes = false;
			rv = matches(slot, object, wanted, n, false, &yes);
		}
		if (rv != CKR_OK)
			return rv;
		if (yes)
			session->found[session->n_found++] = object;
	}
	session->finding = true;
	return CKR_OK;
}

static CK_RV
find_init(struct p11_session *session, const CK_ATTRIBUTE *wanted, CK_ULONG n)
{
	if (wanted == NULL && n > 0)
		return CKR_ARGUMENTS_BAD;
	return session->finding ? CKR_OPERATION_ACTIVE :
	    find(session, wanted, n);
}

CK_RV
C_FindObjectsInit(CK_SESSION_HANDLE handle, CK_ATTRIBUTE *wanted, CK_ULONG n)
{
	P11_WITH(handle, session, find_init(session, wanted, n));
}

static CK_RV
find_next(struct p11_session *session, CK_OBJECT_HANDLE *out, CK_ULONG max,
    CK_ULONG *n)
{
	if (n == NULL || (out == NULL && max > 0))
		return CKR_ARGUMENTS_BAD;
	if (!session->finding)
		return CKR_OPERATION_NOT_INITIALIZED;
	for (*n = 0; *n < max && session->next_found < session->n_found; ++*n)
		out[*n] = session->found[session->next_found++];
	return CKR_OK;
}

CK_RV
C_FindObjects(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *out, CK_ULONG max,
    CK_ULONG *n)
{
	P11_WITH(handle, session, find_next(session, out, max, n));
}

static CK_RV
find_end(struct p11_session *session)
{
	if (!session->finding)
		return CKR_OPERATION_NOT_INITIALIZED;
	session->finding = false;
	return CKR_OK;
}

CK_RV
C_FindObjectsFinal(CK_SESSION_HANDLE handle)
{
	P11_WITH(handle, session, find_end(session));
}

static bool
is_of_attribute(CK_RV rv)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID ||
	    rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_BUFFER_TOO_SMALL;
}

/* One attribute as the caller asked for it. */
static CK_RV
get(struct p11_slot *slot, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *into)
{
	struct p11_value value;
	CK_RV rv;

	rv = p11_attribute(slot, object, into->type, false, &value);
	if (rv != CKR_OK) {
		into->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return rv;
	}
	if (into->pValue != NULL && into->ulValueLen < value.len) {
		into->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		rv = CKR_BUFFER_TOO_SMALL;
	} else {
		if (into->pValue != NULL && value.len > 0)
			memcpy(into->pValue, value.data, value.len);
		into->ulValueLen = value.len;
	}
	p11_value_free(&value);
	return rv;
}

/* What is wrong with one of them does not keep the others from being told; with
 * the card or the log-in, it does: they are not asked once more. */
static CK_RV
get_all(struct p11_slot *slot, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *into,
    CK_ULONG n)
{
	CK_RV rv = CKR_OK, one;
	CK_ULONG i;

	if (!p11_object_is_visible(slot, object))
		return CKR_OBJECT_HANDLE_INVALID;
	for (i = 0; i < n; i++)
		if (rv != CKR_OK && !is_of_attribute(rv))
			into[i].ulValueLen = CK_UNAVAILABLE_INFORMATION;
		else if ((one = get(slot, object, &into[i])) != CKR_OK)
			rv = one;
	return rv;
}

CK_RV
C_GetAttributeValue(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *into, CK_ULONG n)
{
	P11_WITH(handle, session, into == NULL ? CKR_ARGUMENTS_BAD :
	    get_all(session->slot, object, into, n));
}
