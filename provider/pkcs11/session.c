/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions, and the login that all of a token share.
 *
 * They outlive that the card is taken out, as long as no other one comes: who
 * puts it back goes on, as with the PIN that is kept for it. Then they are
 * closed, and the PIN is wiped.
 */
#include "p11.h"

#include <stdlib.h>
#include <string.h>

#define SLOT_BITS 8	/* of a handle: P11_SLOTS_MAX */

CK_RV
p11_session_enter(CK_SESSION_HANDLE handle, struct p11_session **out)
{
	struct p11_session *session;
	struct p11_slot *slot;
	CK_RV rv;

	*out = NULL;
	rv = p11_slot_enter(handle & (P11_SLOTS_MAX - 1), &slot);
	if (rv != CKR_OK)
		return rv == CKR_SLOT_ID_INVALID ?
		    CKR_SESSION_HANDLE_INVALID : rv;
	for (session = slot->sessions; session != NULL;
	    session = session->next)
		if (session->handle == handle) {
			*out = session;
			return CKR_OK;
		}
	p11_slot_leave(slot);
	return CKR_SESSION_HANDLE_INVALID;
}

/* A session had a token. */
CK_RV
p11_session_leave(struct p11_slot *slot, const char *function, CK_RV rv)
{
	p11_slot_leave(slot);
	return p11_return(function, rv == CKR_TOKEN_NOT_PRESENT ?
	    CKR_DEVICE_REMOVED : rv == CKR_TOKEN_NOT_RECOGNIZED ?
	    CKR_DEVICE_ERROR : rv);
}

void
p11_logout(struct p11_slot *slot)
{
	struct jpki_kept *pin = slot->pin;
	struct p11_session *session;

	slot->pin = NULL;
	jpki_kept_free(&pin);
	for (session = slot->sessions; session != NULL;
	    session = session->next)
		p11_operation_end(&session->signing);
}

/* The last session takes the login with it. */
static void
session_close(struct p11_session **at)
{
	struct p11_session *session = *at;
	struct p11_slot *slot = session->slot;

	*at = session->next;
	p11_operation_end(&session->signing);
	p11_operation_end(&session->digesting);
	free(session);
	if (slot->sessions == NULL)
		p11_logout(slot);
}

void
p11_sessions_close(struct p11_slot *slot)
{
	while (slot->sessions != NULL)
		session_close(&slot->sessions);
}

/* A token that cannot be written to has read/write sessions, too: some
 * programs (OpenSSH) ask for no others. */
static CK_RV
session_open(struct p11_slot *slot, CK_FLAGS flags, CK_SESSION_HANDLE *handle)
{
	struct p11_session *session;
	CK_RV rv;

	if ((rv = p11_token_look(slot)) != CKR_OK)
		return rv;
	if ((session = calloc(1, sizeof(*session))) == NULL)
		return CKR_HOST_MEMORY;
	session->slot = slot;
	session->flags = flags;
	session->handle = ++slot->last_session << SLOT_BITS | slot->id;
	session->next = slot->sessions;
	slot->sessions = session;
	*handle = session->handle;
	return CKR_OK;
}

CK_RV
C_OpenSession(CK_SLOT_ID id, CK_FLAGS flags, void *application,
    CK_NOTIFY notify, CK_SESSION_HANDLE *handle)
{
	struct p11_slot *slot;
	CK_RV rv;

	if ((rv = p11_slot_enter(id, &slot)) != CKR_OK)
		P11_RETURN(rv);
	if (handle == NULL ||
	    (flags & ~(CKF_SERIAL_SESSION | CKF_RW_SESSION)) != 0)
		rv = CKR_ARGUMENTS_BAD;
	else if ((flags & CKF_SERIAL_SESSION) == 0)
		rv = CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	else
		rv = session_open(slot, flags, handle);
	p11_slot_leave(slot);
	P11_RETURN(rv);
}

static CK_RV
close_it(struct p11_session *session)
{
	struct p11_session **at;

	for (at = &session->slot->sessions; *at != session; at = &(*at)->next)
		continue;
	session_close(at);
	return CKR_OK;
}

CK_RV
C_CloseSession(CK_SESSION_HANDLE handle)
{
	P11_WITH(handle, session, close_it(session));
}

CK_RV
C_CloseAllSessions(CK_SLOT_ID id)
{
	struct p11_slot *slot;
	CK_RV rv;

	if ((rv = p11_slot_enter(id, &slot)) != CKR_OK)
		P11_RETURN(rv);
	p11_sessions_close(slot);
	p11_slot_leave(slot);
	P11_RETURN(CKR_OK);
}

static CK_RV
tell(const struct p11_session *session, CK_SESSION_INFO *info)
{
	bool rw = (session->flags & CKF_RW_SESSION) != 0;

	if (info == NULL)
		return CKR_ARGUMENTS_BAD;
	memset(info, 0, sizeof(*info));
	info->slotID = session->slot->id;
	info->flags = session->flags;
	info->state = session->slot->pin != NULL ?
	    (rw ? CKS_RW_USER_FUNCTIONS : CKS_RO_USER_FUNCTIONS) :
	    (rw ? CKS_RW_PUBLIC_SESSION : CKS_RO_PUBLIC_SESSION);
	return CKR_OK;
}

CK_RV
C_GetSessionInfo(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info)
{
	P11_WITH(handle, session, tell(session, info));
}

/* One VERIFY, at most. A line end is no part of a PIN: some programs hand in a
 * file as it is. */
static CK_RV
try_pin(struct p11_slot *slot, const char *text, size_t len)
{
	enum jpki_pin pin = p11_pin(slot);
	struct jpki_kept *kept = NULL;
	struct jpki_ctx *ctx = p11_ctx_new();
	int left = -1, r;

	len -= len > 0 && text[len - 1] == '\n';
	len -= len > 0 && text[len - 1] == '\r';
	if ((r = jpki_kept_new(ctx, pin, text, len, slot->epoch,
	    pin == JPKI_PIN_SIGN ? p11.settings->sign_pin_uses : 0,
	    &kept)) == 0) {
		r = jpki_shared_try(ctx, slot->card, kept,
		    p11.settings->min_tries, &left);
		p11_token_set_tries(slot, r == 0 ? p11_max_tries(slot) : left);
	}
	if (r == 0)
		slot->pin = kept;
	else
		jpki_kept_free(&kept);
	return p11_token_done(slot, ctx, r);
}

static CK_RV
login(struct p11_slot *slot, CK_USER_TYPE user, const unsigned char *pin,
    CK_ULONG len)
{
	if (user == CKU_CONTEXT_SPECIFIC)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (user != CKU_USER)
		return CKR_USER_TYPE_INVALID;
	if (slot->pin != NULL)
		return CKR_USER_ALREADY_LOGGED_IN;
	if (pin == NULL)
		return CKR_ARGUMENTS_BAD;
	return try_pin(slot, (const char *)pin, len);
}

CK_RV
C_Login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, unsigned char *pin,
    CK_ULONG len)
{
	P11_WITH(handle, session, login(session->slot, user, pin, len));
}

static CK_RV
logout(struct p11_slot *slot)
{
	if (slot->pin == NULL)
		return CKR_USER_NOT_LOGGED_IN;
	p11_logout(slot);
	return CKR_OK;
}

CK_RV
C_Logout(CK_SESSION_HANDLE handle)
{
	P11_WITH(handle, session, logout(session->slot));
}
