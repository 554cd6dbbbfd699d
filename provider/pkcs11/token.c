/* SPDX-License-Identifier: Apache-2.0 */
/* The card in a slot. */
#include "p11.h"

#include <stdio.h>
#include <string.h>

#define TRIES_AGE 2	/* seconds that a count is good for */

/* What is known of the last card stays: it may be back at the next look. */
void
p11_token_forget(struct p11_slot *slot)
{
	p11_sessions_close(slot);
	p11_token_set_tries(slot, -1);
}

CK_RV
p11_token_done(struct p11_slot *slot, struct jpki_ctx *ctx, int r)
{
	CK_RV rv = p11_done(ctx, r);

	if (r == JPKI_ERR_CHANGED)
		p11_token_forget(slot);
	if (slot->pin == NULL || jpki_kept_state(slot->pin) == JPKI_KEPT_RIGHT)
		return rv;
	p11_logout(slot);
	return r != 0 ? CKR_USER_NOT_LOGGED_IN : rv;
}

/* EF 0006 has it as PKCS#11 wants it; a card without is a card, too. Where the
 * card has to be opened for that, it is one command in the same run. */
static void
read_serial(struct p11_slot *slot, char serial[17])
{
	struct jpki_ctx *ctx = p11_ctx_new();
	char text[JPKI_INFO_MAX] = "";
	int r;

	r = jpki_shared_info(ctx, slot->card, JPKI_INFO_SERIAL, text,
	    sizeof(text));
	snprintf(serial, 17, "%.16s", text);
	(void)p11_done_quietly(ctx, r);
}

CK_RV
p11_token_look(struct p11_slot *slot)
{
	struct jpki_ctx *ctx;
	char serial[17] = "";
	unsigned epoch = 0;
	CK_RV rv;

	if (slot->epoch == 0)
		read_serial(slot, serial);
	ctx = p11_ctx_new();
	if ((rv = p11_done_quietly(ctx, jpki_shared_open(ctx, slot->card,
	    &epoch))) != CKR_OK || epoch == slot->epoch)
		return rv;
	p11_token_forget(slot);
	if (slot->epoch != 0)
		read_serial(slot, serial);
	memcpy(slot->serial, serial, sizeof(slot->serial));
	slot->no_pss = false;
	slot->epoch = epoch;
	return CKR_OK;
}

void
p11_token_set_tries(struct p11_slot *slot, int left)
{
	slot->left = left;
	(void)clock_gettime(CLOCK_MONOTONIC, &slot->left_when);
}

CK_RV
p11_token_tries(struct p11_slot *slot)
{
	struct jpki_ctx *ctx;
	struct timespec now;
	int left, r;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (slot->left >= 0 &&
	    now.tv_sec - slot->left_when.tv_sec <= TRIES_AGE)
		return CKR_OK;
	ctx = p11_ctx_new();
	r = jpki_shared_ready(ctx, slot->card, p11_pin(slot),
	    JPKI_TRIES_INSIST, &left);
	/* That none is left is an answer. */
	if (jpki_errclass(r) == JPKI_CLASS_PIN)
		r = 0;
	p11_token_set_tries(slot, left);
	return p11_done_quietly(ctx, r);
}

static CK_FLAGS
flags_of(const struct p11_slot *slot)
{
	CK_FLAGS flags = CKF_WRITE_PROTECTED | CKF_LOGIN_REQUIRED |
	    CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED;

	if (slot->left == 0)
		flags |= CKF_USER_PIN_LOCKED;
	if (slot->left == 1)
		flags |= CKF_USER_PIN_FINAL_TRY;
	if (slot->left >= 0 && slot->left < p11_max_tries(slot))
		flags |= CKF_USER_PIN_COUNT_LOW;
	return flags;
}

static void
count_sessions(const struct p11_slot *slot, CK_TOKEN_INFO *info)
{
	const struct p11_session *session;

	info->ulMaxSessionCount = CK_EFFECTIVELY_INFINITE;
	info->ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE;
	for (session = slot->sessions; session != NULL;
	    session = session->next) {
		info->ulSessionCount++;
		if ((session->flags & CKF_RW_SESSION) != 0)
			info->ulRwSessionCount++;
	}
}

static void
tell(const struct p11_slot *slot, CK_TOKEN_INFO *info)
{
	bool sign = slot->key == JPKI_KEY_SIGN;

	memset(info, 0, sizeof(*info));
	p11_pad(info->label, sizeof(info->label), sign ?
	    "My Number Card sign" : "My Number Card auth");
	p11_pad(info->manufacturerID, sizeof(info->manufacturerID), "J-LIS");
	p11_pad(info->model, sizeof(info->model), "JPKI");
	p11_pad(info->serialNumber, sizeof(info->serialNumber), slot->serial);
	p11_pad(info->utcTime, sizeof(info->utcTime), "");
	info->flags = flags_of(slot);
	count_sessions(slot, info);
	info->ulMinPinLen = sign ? 6 : 4;
	info->ulMaxPinLen = sign ? 16 : 4;
	info->ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
}

CK_RV
C_GetTokenInfo(CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
	struct p11_slot *slot;
	CK_RV rv;

	if ((rv = p11_slot_enter(id, &slot)) != CKR_OK)
		P11_RETURN(rv);
	if (info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else if ((rv = p11_token_look(slot)) == CKR_OK &&
	    (rv = p11_token_tries(slot)) == CKR_OK)
		tell(slot, info);
	p11_slot_leave(slot);
	P11_RETURN(rv);
}
