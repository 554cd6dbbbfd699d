/* SPDX-License-Identifier: Apache-2.0 */
#include "card.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GRACE_SECONDS 60
#define N_SLOTS (JPKI_SLOT_SIGN_CA + 1)

struct der {
	uint8_t *bytes;
	size_t len;
};

struct prov_card {
	struct prov_card *next;		/* guarded by the provider's lock */
	atomic_int refs;
	char *reader;

	struct prov_lock lock;		/* guards what follows */
	pid_t pid;			/* whose handle it is */
	struct jpki_ctx *ctx;
	struct jpki_card *card;		/* NULL: not open */
	unsigned epoch;			/* 0: never opened */
	uint64_t insertion;		/* of the card of this epoch */
	bool fresh;			/* opened, and nothing else yet */
	struct der certs[N_SLOTS];
	struct prov_pin *grace;
	struct timespec grace_end;
};

static void
der_clear(struct der *der)
{
	prov_der_free(der->bytes, der->len);
	der->bytes = NULL;
	der->len = 0;
}

void
prov_der_free(uint8_t *der, size_t len)
{
	if (der == NULL)
		return;
	/* The sign certificate holds the name and the address. */
	explicit_bzero(der, len);
	free(der);
}

/* The list of cards */

static struct prov_card *
card_new(const char *reader)
{
	struct prov_card *card;

	if ((card = calloc(1, sizeof(*card))) == NULL)
		return NULL;
	if ((reader != NULL && (card->reader = strdup(reader)) == NULL) ||
	    !prov_lock_init(&card->lock)) {
		free(card->reader);
		free(card);
		return NULL;
	}
	atomic_init(&card->refs, 1);
	return card;
}

static bool
same_reader(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

struct prov_card *
prov_card_get(struct prov *prov, const char *reader)
{
	struct prov_card *card;

	prov_lock(&prov->lock);
	for (card = prov->cards; card != NULL; card = card->next) {
		if (same_reader(card->reader, reader))
			break;
	}
	if (card == NULL && (card = card_new(reader)) != NULL) {
		card->next = prov->cards;
		prov->cards = card;
	}
	if (card != NULL)
		prov_card_ref(card);
	prov_unlock(&prov->lock);
	return card;
}

struct prov_card *
prov_card_ref(struct prov_card *card)
{
	atomic_fetch_add(&card->refs, 1);
	return card;
}

/* With the lock held. */
static struct prov_pin *
take_grace(struct prov_card *card)
{
	struct prov_pin *pin = card->grace;

	card->grace = NULL;
	return pin;
}

/* Ends the use of a handle. A parent's handle is left alone: what it stands
 * for (a lock, a connection) is still the parent's. */
static void
close_handle(struct prov_card *card)
{
	if (card->pid == getpid()) {
		jpki_card_close(&card->card);
		jpki_ctx_free(&card->ctx);
	}
	card->card = NULL;
	card->ctx = NULL;
	card->fresh = false;
}

void
prov_card_unref(struct prov_card *card)
{
	size_t i;

	if (card == NULL || atomic_fetch_sub(&card->refs, 1) != 1)
		return;
	close_handle(card);
	for (i = 0; i < N_SLOTS; i++)
		der_clear(&card->certs[i]);
	prov_pin_unref(take_grace(card));
	prov_lock_destroy(&card->lock);
	free(card->reader);
	free(card);
}

void
prov_cards_free(struct prov *prov)
{
	struct prov_card *card, *next;

	for (card = prov->cards; card != NULL; card = next) {
		next = card->next;
		prov_card_unref(card);
	}
	prov->cards = NULL;
}

/* The handle and the epoch */

static int
fail_ctx(struct prov_card *card, int err, struct prov_fail *fail)
{
	return prov_fail(fail, err,
	    card->ctx != NULL && jpki_ctx_err(card->ctx) == err ?
	    jpki_ctx_errmsg(card->ctx) : NULL);
}

/* Another card: whatever belongs to the last one goes. The password is wiped
 * in place, since freeing it would call libcrypto. */
static void
new_epoch(struct prov_card *card)
{
	size_t i;

	card->epoch++;
	for (i = 0; i < N_SLOTS; i++)
		der_clear(&card->certs[i]);
	if (card->grace != NULL)
		prov_pin_wipe(card->grace);
}

static int
open_handle(struct prov_card *card, struct prov_fail *fail)
{
	int r;

	if ((card->ctx = jpki_ctx_new()) == NULL)
		return prov_fail(fail, JPKI_ERR_MEMORY, NULL);
	card->pid = getpid();
	jpki_ctx_set_lang(card->ctx, jpki_lang_from_locale());
	r = jpki_card_open(card->ctx, card->reader, &card->card);
	if (r != 0) {
		fail_ctx(card, r, fail);
		close_handle(card);
		return r;
	}
	card->fresh = true;
	return 0;
}

/* Compares the card behind a new handle with the last one. If it never left
 * its reader, it is the same; else the auth certificate tells. */
static int
compare(struct prov_card *card, bool *same, struct prov_fail *fail)
{
	const struct der *known = &card->certs[JPKI_SLOT_AUTH];
	uint64_t insertion = jpki_card_insertion(card->card);
	struct jpki_cert *cert;
	const uint8_t *der;
	size_t len;
	int r;

	*same = insertion != 0 && insertion == card->insertion;
	if (*same || known->bytes == NULL)
		return 0;
	card->fresh = false;
	r = jpki_card_cert(card->card, JPKI_SLOT_AUTH, &cert);
	if (r == JPKI_ERR_NOT_ON_CARD || r == JPKI_ERR_NEEDS_PIN)
		return 0;
	if (r != 0) {
		fail_ctx(card, r, fail);
		close_handle(card);
		return r;
	}
	der = jpki_cert_der(cert, &len);
	*same = len == known->len && memcmp(der, known->bytes, len) == 0;
	jpki_cert_free(&cert);
	return 0;
}

/* Has a handle of this process, and knows whether it is the same card. */
static int
have_handle(struct prov_card *card, struct prov_fail *fail)
{
	bool same = true;
	int r;

	if (card->card != NULL && card->pid != getpid())
		close_handle(card);
	if (card->card != NULL)
		return 0;
	if ((r = open_handle(card, fail)) != 0)
		return r;
	if (card->epoch == 0)
		card->epoch = 1;
	else
		r = compare(card, &same, fail);
	if (r == 0 && !same)
		new_epoch(card);
	if (r == 0)
		card->insertion = jpki_card_insertion(card->card);
	return r;
}

/* Begins a run on the card that the caller means. */
static int
begin(struct prov_card *card, unsigned epoch, struct prov_fail *fail)
{
	int r;

	if ((r = have_handle(card, fail)) != 0)
		return r;
	if (card->epoch != epoch)
		return prov_fail(fail, JPKI_ERR_CHANGED, NULL);
	card->fresh = false;
	if ((r = jpki_card_begin(card->card)) == 0)
		return 0;
	fail_ctx(card, r, fail);
	close_handle(card);	/* the next caller starts anew */
	if (r == JPKI_ERR_CHANGED)
		new_epoch(card);
	return r;
}

/* Ends it. A card that is left open is worse than what failed before. */
static int
end(struct prov_card *card, int r, struct prov_fail *fail)
{
	int ended = jpki_card_end(card->card);

	if (ended != 0 && (r == 0 || ended == JPKI_ERR_DOOR))
		r = fail_ctx(card, ended, fail);
	/* A link that failed stays so: the next caller starts anew. */
	if (jpki_errclass(r) == JPKI_CLASS_TRANSPORT)
		close_handle(card);
	return r;
}

/* Whether a handle still reaches its card; costs no command. */
static bool
alive(struct prov_card *card)
{
	if (card->card == NULL || card->pid != getpid())
		return false;
	return jpki_card_begin(card->card) == 0 &&
	    jpki_card_end(card->card) == 0;
}

int
prov_card_open(struct prov_card *card, unsigned *epoch, struct prov_fail *fail)
{
	int r;

	prov_lock(&card->lock);
	if (card->card != NULL && card->pid == getpid() && !alive(card))
		close_handle(card);
	if ((r = have_handle(card, fail)) == 0)
		*epoch = card->epoch;
	prov_unlock(&card->lock);
	return r;
}

/* What the card says */

int
prov_card_tries(struct prov_card *card, enum jpki_pin pin, int *left,
    struct prov_fail *fail)
{
	int r;

	prov_lock(&card->lock);
	if ((r = have_handle(card, fail)) != 0) {
		;
	} else if (card->fresh && pin == JPKI_PIN_AUTH) {
		*left = jpki_card_auth_tries_at_open(card->card);
	} else {
		if ((r = jpki_pin_tries(card->card, pin, left)) != 0)
			fail_ctx(card, r, fail);
	}
	card->fresh = false;
	prov_unlock(&card->lock);
	return r;
}

int
prov_card_present(struct prov_card *card, enum jpki_slot slot, bool *present,
    struct prov_fail *fail)
{
	int r;

	prov_lock(&card->lock);
	if ((r = have_handle(card, fail)) == 0 &&
	    (r = jpki_card_present(card->card, slot, present)) != 0)
		fail_ctx(card, r, fail);
	prov_unlock(&card->lock);
	return r;
}

bool
prov_card_cert_needs_pin(struct prov_card *card, enum jpki_slot slot)
{
	bool needed;

	prov_lock(&card->lock);
	needed = card->certs[slot].bytes == NULL &&
	    (slot == JPKI_SLOT_SIGN || (slot == JPKI_SLOT_AUTH &&
	    card->card != NULL &&
	    jpki_card_carrier(card->card) == JPKI_CARRIER_ANDROID));
	prov_unlock(&card->lock);
	return needed;
}

bool
prov_card_is_rsa2048(struct prov_card *card)
{
	bool known;

	prov_lock(&card->lock);
	known = card->card != NULL &&
	    jpki_card_carrier(card->card) == JPKI_CARRIER_CARD;
	prov_unlock(&card->lock);
	return known;
}

/* The PIN */

/*
 * Is there a PIN that may be sent to this card? Asked before a run and again
 * in it: only then does a doubt tell more than that another process is just
 * sending the same PIN.
 */
static int
pin_usable(struct prov_card *card, struct prov_pin *pin, bool in_run,
    struct prov_fail *fail)
{
	size_t len;

	if (pin == NULL)
		return prov_fail(fail, JPKI_ERR_NEEDS_PIN,
		    "this key was loaded without a PIN");
	if (in_run && atomic_load(pin->doubt)) {
		prov_pin_wipe(pin);
		pin->refused = true;
	}
	if (pin->refused)
		return prov_fail(fail, JPKI_ERR_PIN_WRONG, "the card did not "
		    "accept this PIN before; nothing more was sent, load the "
		    "key again");
	if (card->epoch != 0 && pin->epoch != card->epoch)
		return prov_fail(fail, JPKI_ERR_CHANGED, NULL);
	if (prov_pin_text(pin, &len) == NULL)
		return prov_fail(fail, JPKI_ERR_NEEDS_PIN,
		    "the PIN is not kept any more; load the key again");
	return 0;
}

/* In a run. Whatever is not a yes ends the PIN, unless the library says that
 * it did not send it: a loop over this key spends one try, not all. */
static int
verify(struct prov_card *card, struct prov_pin *pin, int min_tries,
    struct prov_fail *fail)
{
	const char *text;
	size_t len;
	int r;

	if ((r = pin_usable(card, pin, true, fail)) != 0)
		return r;
	text = prov_pin_text(pin, &len);
	atomic_store(pin->doubt, true);
	r = jpki_pin_verify(card->card, pin->which, text, len, min_tries,
	    NULL);
	if (r == 0 || r == JPKI_ERR_PIN_LAST_TRY ||
	    r == JPKI_ERR_PIN_NO_COUNT) {
		atomic_store(pin->doubt, false);
	} else {
		prov_pin_wipe(pin);
		pin->refused = true;
	}
	return r == 0 ? 0 : fail_ctx(card, r, fail);
}

/* With the lock held; drops nothing, as that would call libcrypto. */
static void
start_grace(struct prov_card *card, struct prov_pin *pin,
    struct prov_pin **old)
{
	*old = take_grace(card);
	card->grace = prov_pin_ref(pin);
	clock_gettime(CLOCK_MONOTONIC, &card->grace_end);
	card->grace_end.tv_sec += GRACE_SECONDS;
}

struct prov_pin *
prov_card_grace(struct prov_card *card, unsigned epoch)
{
	struct prov_pin *pin, *old = NULL;
	struct timespec now;
	size_t len;

	prov_lock(&card->lock);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (card->grace != NULL && (card->grace->epoch != epoch ||
	    now.tv_sec >= card->grace_end.tv_sec ||
	    prov_pin_text(card->grace, &len) == NULL))
		old = take_grace(card);
	pin = prov_pin_ref(card->grace);
	prov_unlock(&card->lock);
	prov_pin_unref(old);
	return pin;
}

/* Certificates */

static int
copy(struct der *to, const uint8_t *bytes, size_t len, struct prov_fail *fail)
{
	if ((to->bytes = malloc(len)) == NULL)
		return prov_fail(fail, JPKI_ERR_MEMORY, NULL);
	memcpy(to->bytes, bytes, len);
	to->len = len;
	return 0;
}

/* In a run if a PIN is needed. */
static int
read_cert(struct prov_card *card, enum jpki_slot slot, struct prov_fail *fail)
{
	struct jpki_cert *cert;
	const uint8_t *der;
	size_t len;
	int r;

	if ((r = jpki_card_cert(card->card, slot, &cert)) != 0)
		return fail_ctx(card, r, fail);
	der = jpki_cert_der(cert, &len);
	r = copy(&card->certs[slot], der, len, fail);
	jpki_cert_free(&cert);
	return r;
}

static int
read_with_pin(struct prov_card *card, unsigned epoch, enum jpki_slot slot,
    struct prov_pin *pin, int min_tries, struct prov_fail *fail)
{
	int r;

	if (pin != NULL && (r = pin_usable(card, pin, false, fail)) != 0)
		return r;
	if ((r = begin(card, epoch, fail)) != 0)
		return r;
	if (pin != NULL)
		r = verify(card, pin, min_tries, fail);
	if (r == 0)
		r = read_cert(card, slot, fail);
	return end(card, r, fail);
}

int
prov_card_cert(struct prov_card *card, unsigned epoch, enum jpki_slot slot,
    struct prov_pin *pin, int min_tries, uint8_t **der, size_t *len,
    struct prov_fail *fail)
{
	struct prov_pin *old = NULL;
	struct der out = { NULL, 0 };
	int r = 0;

	prov_lock(&card->lock);
	if (card->epoch != epoch) {
		r = prov_fail(fail, JPKI_ERR_CHANGED, NULL);
	} else if (card->certs[slot].bytes == NULL) {
		r = read_with_pin(card, epoch, slot, pin, min_tries, fail);
		if (r == 0 && slot == JPKI_SLOT_SIGN && pin != NULL)
			start_grace(card, pin, &old);
	}
	if (r == 0)
		r = copy(&out, card->certs[slot].bytes,
		    card->certs[slot].len, fail);
	prov_unlock(&card->lock);
	prov_pin_unref(old);
	*der = out.bytes;
	*len = out.len;
	return r;
}

/* Signing */

int
prov_card_sign(struct prov_card *card, const struct prov_card_job *job,
    uint8_t *sig, size_t sig_size, size_t *sig_len, struct prov_fail *fail)
{
	int r;

	prov_lock(&card->lock);
	if ((r = pin_usable(card, job->pin, false, fail)) != 0)
		goto out;
	if ((r = begin(card, job->epoch, fail)) != 0)
		goto out;
	if ((r = verify(card, job->pin, job->min_tries, fail)) == 0 &&
	    (r = jpki_card_sign(card->card, job->key, job->padding, job->md,
	    job->digest, job->digest_len, sig, sig_size, sig_len)) != 0)
		fail_ctx(card, r, fail);
	r = end(card, r, fail);
out:
	prov_unlock(&card->lock);
	if (r != 0)
		explicit_bzero(sig, sig_size);
	return r;
}
