/* SPDX-License-Identifier: Apache-2.0 */
/* Readers, and what is in them. */
#include "p11.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

CK_RV
p11_enter(void)
{
	p11_lock(&p11.lock);
	if (p11.pid == getpid())
		return CKR_OK;
	p11_unlock(&p11.lock);
	return CKR_CRYPTOKI_NOT_INITIALIZED;
}

void
p11_leave(void)
{
	p11_unlock(&p11.lock);
}

CK_RV
p11_slot_enter(CK_SLOT_ID id, struct p11_slot **out)
{
	CK_RV rv;

	if ((rv = p11_enter()) != CKR_OK)
		return rv;
	*out = id < p11.n_slots ? p11.slots[id] : NULL;
	p11_leave();
	if (*out == NULL)
		return CKR_SLOT_ID_INVALID;
	p11_lock(&(*out)->lock);
	return CKR_OK;
}

void
p11_slot_leave(struct p11_slot *slot)
{
	p11_unlock(&slot->lock);
}

/* The list */

static void
slot_free(struct p11_slot *slot)
{
	/* Whoever had it last is done with it, or is in another process; of
	 * mutexes of theirs nobody knows that. */
	if (slot->lock.theirs == NULL)
		p11_lock(&slot->lock);
	p11_sessions_close(slot);
	if (p11.pid == getpid())
		p11_lock_free(&slot->lock);
	free(slot->reader);
	free(slot);
}

void
p11_slots_free(void)
{
	while (p11.n_slots > 0)
		slot_free(p11.slots[--p11.n_slots]);
}

static struct p11_slot *
slot_new(const char *reader, enum jpki_key key)
{
	struct jpki_ctx *ctx = p11_ctx_new();
	struct p11_slot *slot;

	if ((slot = calloc(1, sizeof(*slot))) == NULL ||
	    (slot->reader = strdup(reader)) == NULL ||
	    p11_lock_new(&slot->lock) != CKR_OK || jpki_cards_get(ctx,
	    p11.cards, reader, NULL, &slot->card) != 0) {
		if (slot != NULL)
			slot_free(slot);
		jpki_ctx_free(&ctx);
		return NULL;
	}
	jpki_ctx_free(&ctx);
	slot->id = p11.n_slots;
	slot->key = key;
	slot->named = p11.reader != NULL;
	slot->left = -1;
	return slot;
}

/* A reader keeps its slots for good, also while it is unplugged. */
static struct p11_slot *
slot_get(const char *reader, enum jpki_key key)
{
	struct p11_slot *slot;
	size_t i;

	for (i = 0; i < p11.n_slots; i++) {
		slot = p11.slots[i];
		if (slot->key == key && strcmp(slot->reader, reader) == 0)
			return slot;
	}
	if (p11.n_slots == P11_SLOTS_MAX ||
	    (slot = slot_new(reader, key)) == NULL)
		return NULL;
	/* The list is whole at each moment: another thread may fork. */
	p11.slots[p11.n_slots] = slot;
	p11.n_slots++;
	return slot;
}

static void
set_present(struct p11_slot *slot, bool present)
{
	/* What is there at first is no event. */
	if (slot->present != present && p11.looked)
		slot->event = true;
	slot->present = present;
}

/* What a setting names may be a part of a reader's name, or a folder: the card
 * itself must answer. */
static bool
answers(struct p11_slot *slot)
{
	CK_RV rv;

	p11_lock(&slot->lock);
	rv = p11_token_look(slot);
	p11_unlock(&slot->lock);
	return rv == CKR_OK;
}

static CK_RV
look_at(const char *reader, bool card)
{
	static const struct {
		int token;
		enum jpki_key key;
	} keys[] = {
		{ JPKI_TOKENS_AUTH, JPKI_KEY_AUTH },
		{ JPKI_TOKENS_SIGN, JPKI_KEY_SIGN },
	};
	struct p11_slot *slot;
	size_t i;

	for (i = 0; i < N(keys); i++) {
		if ((p11.settings->tokens & keys[i].token) == 0)
			continue;
		if ((slot = slot_get(reader, keys[i].key)) == NULL)
			return CKR_HOST_MEMORY;
		slot->listed = true;
		set_present(slot, card && (!slot->named || answers(slot)));
	}
	return CKR_OK;
}

static CK_RV
look_at_all(void)
{
	struct jpki_ctx *ctx = p11_ctx_new();
	struct jpki_readers *readers = NULL;
	CK_RV rv = CKR_OK;
	size_t i;
	int r;

	/* Without pcscd there are no readers yet. */
	r = jpki_readers_list(ctx, &readers);
	for (i = 0; i < p11.n_slots; i++)
		p11.slots[i]->listed = false;
	for (i = 0; rv == CKR_OK && i < jpki_readers_count(readers); i++)
		rv = look_at(jpki_readers_name(readers, i),
		    jpki_readers_state(readers, i) == JPKI_READER_CARD);
	for (i = 0; i < p11.n_slots; i++)
		if (!p11.slots[i]->listed)
			set_present(p11.slots[i], false);
	jpki_readers_free(&readers);
	if (p11_done_quietly(ctx, r) == CKR_HOST_MEMORY)
		rv = CKR_HOST_MEMORY;
	return rv;
}

CK_RV
p11_slots_look(void)
{
	CK_RV rv = p11.reader != NULL ? look_at(p11.reader, true) :
	    look_at_all();

	if (rv == CKR_OK)
		p11.looked = true;
	return rv;
}

/* Those that the caller wants; *n in and out as PKCS#11 has it. */
static CK_RV
list(bool present, CK_SLOT_ID *out, CK_ULONG *n)
{
	CK_ULONG room = *n, count = 0;
	size_t i;

	for (i = 0; i < p11.n_slots; i++) {
		if (!p11.slots[i]->listed ||
		    (present && !p11.slots[i]->present))
			continue;
		if (out != NULL && count < room)
			out[count] = p11.slots[i]->id;
		count++;
	}
	*n = count;
	return out != NULL && count > room ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

CK_RV
C_GetSlotList(unsigned char present, CK_SLOT_ID *out, CK_ULONG *n)
{
	CK_RV rv;

	if ((rv = p11_enter()) != CKR_OK)
		P11_RETURN(rv);
	if (n == NULL)
		rv = CKR_ARGUMENTS_BAD;
	/* Whoever asks for the number asks for the list next, and wants that
	 * to be the same one. */
	else if ((out != NULL && p11.looked) ||
	    (rv = p11_slots_look()) == CKR_OK)
		rv = list(present, out, n);
	p11_leave();
	P11_RETURN(rv);
}

CK_RV
C_GetSlotInfo(CK_SLOT_ID id, CK_SLOT_INFO *info)
{
	struct p11_slot *slot;
	CK_RV rv;

	if ((rv = p11_enter()) != CKR_OK)
		P11_RETURN(rv);
	slot = id < p11.n_slots ? p11.slots[id] : NULL;
	if (slot == NULL)
		rv = CKR_SLOT_ID_INVALID;
	else if (info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else if ((rv = p11_slots_look()) == CKR_OK) {
		memset(info, 0, sizeof(*info));
		p11_pad(info->slotDescription, sizeof(info->slotDescription),
		    slot->reader);
		p11_pad(info->manufacturerID, sizeof(info->manufacturerID),
		    "libjpki");
		info->flags = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT |
		    (slot->present ? CKF_TOKEN_PRESENT : 0);
	}
	p11_leave();
	P11_RETURN(rv);
}

/* Events */

/* The first slot with one, which is over then. */
static CK_RV
take_event(CK_SLOT_ID *out)
{
	size_t i;

	for (i = 0; i < p11.n_slots; i++) {
		if (!p11.slots[i]->event)
			continue;
		p11.slots[i]->event = false;
		*out = p11.slots[i]->id;
		return CKR_OK;
	}
	return CKR_NO_EVENT;
}

/* Without p11.lock, for about a quarter of a second. */
static void
rest(void)
{
	static const struct timespec moment = { 0, 10000000 };
	int i;

	for (i = 0; i < 25 && !p11.ending; i++) {
		p11_leave();
		(void)nanosleep(&moment, NULL);
		p11_lock(&p11.lock);
	}
}

CK_RV
C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *out, void *reserved)
{
	CK_RV rv;

	if ((rv = p11_enter()) != CKR_OK)
		P11_RETURN(rv);
	if (out == NULL || reserved != NULL) {
		p11_leave();
		P11_RETURN(CKR_ARGUMENTS_BAD);
	}
	p11.waiting++;
	for (;;) {
		if (p11.ending)
			rv = CKR_CRYPTOKI_NOT_INITIALIZED;
		else if ((rv = p11_slots_look()) == CKR_OK)
			rv = take_event(out);
		if (rv != CKR_NO_EVENT || (flags & CKF_DONT_BLOCK) != 0)
			break;
		rest();
	}
	p11.waiting--;
	/* After that there may be no module any more. */
	(void)p11_return(__func__, rv);
	p11_leave();
	return rv;
}
