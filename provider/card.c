/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One card, as all stores and keys of one provider share it.
 *
 * The handle to the card comes and goes (fork, removal, a new pcscd); the
 * epoch says whether it is still the same card. What was learnt or given in
 * one epoch, a PIN above all, is never used in another. A failure is noted
 * under the lock and raised when the lock is given back.
 */
#include "prov.h"


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define N_SLOTS (JPKI_SLOT_SIGN_CA + 1)
#define DIGEST_MAX 64
#define SIG_MAX 512

/* A signature by the auth key, from before its certificate was known: the
 * certificate that it fits belongs to the card that made it. */
struct witness {
	enum jpki_padding padding;
	enum jpki_md md;
	unsigned char digest[DIGEST_MAX], sig[SIG_MAX];
	size_t digest_len, sig_len;	/* 0: none */
};

struct prov_card {
	struct prov_card *next;		/* guarded by the provider's lock */
	struct prov *prov;
	atomic_int refs;
	char *reader, *serial;

	struct prov_lock lock;		/* guards what follows */
	char failure[512];		/* the last one, to be raised */
	pid_t pid;			/* whose handle it is */
	struct jpki_ctx *ctx;
	struct jpki_card *card;		/* NULL: not open */
	unsigned epoch;			/* 0: never opened */
	uint64_t insertion;		/* of the card of this epoch */
	bool fresh;			/* opened, and nothing else yet */
	struct jpki_cert *certs[N_SLOTS];
	struct witness witness;
	struct prov_pin *grace;
	struct timespec grace_end;
};

/* The list of cards */

static struct prov_card *
card_new(struct prov *prov, const char *reader, const char *serial)
{
	struct prov_card *card;

	if ((card = calloc(1, sizeof(*card))) == NULL)
		return NULL;
	card->prov = prov;
	atomic_init(&card->refs, 1);
	if ((reader != NULL && (card->reader = strdup(reader)) == NULL) ||
	    (serial != NULL && (card->serial = strdup(serial)) == NULL)) {
		prov_card_unref(card);
		return NULL;
	}
	return card;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

struct prov_card *
prov_card_get(struct prov *prov, const char *reader, const char *serial)
{
	struct prov_card *card;

	if (reader == NULL)
		reader = prov_conf(prov)->reader;
	prov_lock(&prov->lock);
	for (card = prov->cards; card != NULL; card = card->next) {
		if (same_text(card->reader, reader) &&
		    same_text(card->serial, serial))
			break;
	}
	if (card == NULL &&
	    (card = card_new(prov, reader, serial)) != NULL) {
		card->next = prov->cards;
		prov->cards = card;
	}
	if (card != NULL)
		prov_card_ref(card);
	prov_unlock(&prov->lock);
	if (card == NULL)
		prov_raise(prov, PROV_R_MEMORY, "card");
	return card;
}

struct prov_card *
prov_card_ref(struct prov_card *card)
{
	atomic_fetch_add(&card->refs, 1);
	return card;
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

static void
forget_certs(struct prov_card *card)
{
	size_t i;

	for (i = 0; i < N_SLOTS; i++)
		jpki_cert_free(&card->certs[i]);
	card->witness.sig_len = 0;
}

void
prov_card_unref(struct prov_card *card)
{
	if (card == NULL || atomic_fetch_sub(&card->refs, 1) != 1)
		return;
	close_handle(card);
	forget_certs(card);
	prov_pin_unref(card->grace);
	free(card->reader);
	free(card->serial);
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
}

const char *
prov_card_reader(const struct prov_card *card)
{
	return card->reader;
}

/* Failures */

/* Notes a failure with a text of our own, or libjpki's if NULL. Returns err,
 * which is not 0. */
static int
note(struct prov_card *card, int err, const char *text)
{
	if (text == NULL && card->ctx != NULL && jpki_ctx_err(card->ctx) == err)
		text = jpki_ctx_errmsg(card->ctx);
	if (text == NULL)
		text = jpki_strerror(err, jpki_lang_from_locale());
	snprintf(card->failure, sizeof(card->failure), "%s", text);
	return err;
}

/* Gives the lock back, and raises what was noted. */
static int
leave(struct prov_card *card, int r)
{
	char text[sizeof(card->failure)];

	memcpy(text, card->failure, sizeof(text));
	prov_unlock(&card->lock);
	if (r != 0)
		prov_raise(card->prov, (enum prov_reason)-r, "%s", text);
	return r;
}

/* The handle and the epoch */

/* Another card: whatever belongs to the last one goes. The password is wiped
 * in place, and freed later. */
static void
new_epoch(struct prov_card *card)
{
	card->epoch++;
	forget_certs(card);
	if (card->grace != NULL)
		prov_pin_wipe(card->grace);
	prov_debug(card->prov, "another card");
}

static void
log_line(void *arg, enum jpki_log_level level, const char *line)
{
	if (level == JPKI_LOG_WARNING ||
	    prov_debug_wants(arg, "apdu"))
		fprintf(stderr, level == JPKI_LOG_WARNING ? "jpki: %s\n" :
		    "%s\n", line);
}

static int
check_serial(struct prov_card *card)
{
	char serial[JPKI_INFO_MAX];
	int r;

	if (card->serial == NULL)
		return 0;
	card->fresh = false;
	r = jpki_card_info(card->card, JPKI_INFO_SERIAL, serial,
	    sizeof(serial));
	if (r != 0)
		return note(card, r, NULL);
	return strcmp(serial, card->serial) == 0 ? 0 : note(card,
	    JPKI_ERR_CHANGED, "it is not the one that card= names");
}

static int
open_handle(struct prov_card *card)
{
	int r;

	if ((card->ctx = jpki_ctx_new()) == NULL)
		return note(card, JPKI_ERR_MEMORY, NULL);
	card->pid = getpid();
	jpki_ctx_set_lang(card->ctx, jpki_lang_from_locale());
	jpki_ctx_set_log(card->ctx, log_line, card->prov);
	if ((r = jpki_card_open(card->ctx, card->reader, &card->card)) != 0)
		note(card, r, NULL);
	card->fresh = true;
	if (r != 0 || (r = check_serial(card)) != 0)
		close_handle(card);
	return r;
}

static int
read_cert(struct prov_card *card, enum jpki_slot slot, struct jpki_cert **out)
{
	int r = jpki_card_cert(card->card, slot, out);

	return r == 0 ? 0 : note(card, r, NULL);
}

static bool
fits_witness(struct prov_card *card, const struct jpki_cert *cert)
{
	const struct witness *w = &card->witness;
	EVP_PKEY *pub = prov_cert_public(card->prov, cert);
	bool fits = pub != NULL && prov_verify(card->prov, pub, w->padding,
	    w->md, w->digest, w->digest_len, w->sig, w->sig_len);

	EVP_PKEY_free(pub);
	return fits;
}

/*
 * Compares the card behind a new handle with the last one. If it never left
 * its reader, it is the same. Else the auth certificate tells: it is the one
 * that was read before, or the one that an earlier signature fits.
 */
static int
compare(struct prov_card *card, bool *same)
{
	uint64_t insertion = jpki_card_insertion(card->card);
	struct jpki_cert **known = &card->certs[JPKI_SLOT_AUTH], *cert;
	int r;

	*same = insertion != 0 && insertion == card->insertion;
	if (*same || (*known == NULL && card->witness.sig_len == 0))
		return 0;
	card->fresh = false;
	r = read_cert(card, JPKI_SLOT_AUTH, &cert);
	if (r == JPKI_ERR_NOT_ON_CARD || r == JPKI_ERR_NEEDS_PIN)
		return 0;
	if (r != 0) {
		close_handle(card);
		return r;
	}
	*same = *known != NULL ? strcmp(jpki_cert_info(cert)->fingerprint,
	    jpki_cert_info(*known)->fingerprint) == 0 :
	    fits_witness(card, cert);
	if (*same && *known == NULL)
		*known = jpki_cert_ref(cert);
	jpki_cert_free(&cert);
	return 0;
}

/* Has a handle of this process, and knows whether it is the same card. */
static int
have_handle(struct prov_card *card)
{
	bool same = true;
	int r;

	if (card->card != NULL && card->pid != getpid())
		close_handle(card);
	if (card->card != NULL)
		return 0;
	if ((r = open_handle(card)) != 0)
		return r;
	if (card->epoch == 0)
		card->epoch = 1;
	else if ((r = compare(card, &same)) != 0)
		return r;
	if (!same)
		new_epoch(card);
	card->insertion = jpki_card_insertion(card->card);
	return 0;
}

/*
 * Begins a run on the card that the caller means. A handle may have died since
 * the last run, with pcscd or while the card was out: then once more with a
 * new one, which have_handle() compares with the last. No PIN was sent yet.
 */
static int
begin(struct prov_card *card, unsigned epoch)
{
	int attempt, r = 0;

	for (attempt = 0; attempt < 2; attempt++) {
		bool old = card->card != NULL && card->pid == getpid();

		if ((r = have_handle(card)) != 0)
			return r;
		if (card->epoch != epoch)
			return note(card, JPKI_ERR_CHANGED, NULL);
		card->fresh = false;
		if ((r = jpki_card_begin(card->card)) == 0)
			return 0;
		note(card, r, NULL);
		close_handle(card);
		if (!old || r == JPKI_ERR_BUSY || r == JPKI_ERR_TIMEOUT)
			break;
	}
	return r;
}

/* Ends it. A card that is left open is worse than what failed before. */
static int
end(struct prov_card *card, int r)
{
	int ended = jpki_card_end(card->card);

	if (ended != 0 && (r == 0 || ended == JPKI_ERR_DOOR))
		r = note(card, ended, NULL);
	/* A link that failed stays so: the next caller starts anew. */
	if (jpki_errclass(r) == JPKI_CLASS_TRANSPORT)
		close_handle(card);
	return r;
}

int
prov_card_open(struct prov_card *card, unsigned *epoch)
{
	int r;

	prov_lock(&card->lock);
	/* Whether the handle still reaches its card; costs no command. */
	if (card->card != NULL && card->pid == getpid() &&
	    (jpki_card_begin(card->card) != 0 ||
	    jpki_card_end(card->card) != 0))
		close_handle(card);
	if ((r = have_handle(card)) == 0)
		*epoch = card->epoch;
	return leave(card, r);
}

/* What the card says */

int
prov_card_tries(struct prov_card *card, enum jpki_pin pin, int *left)
{
	int r;

	prov_lock(&card->lock);
	if ((r = have_handle(card)) == 0 && card->fresh &&
	    pin == JPKI_PIN_AUTH)
		*left = jpki_card_auth_tries_at_open(card->card);
	else if (r == 0 && (r = jpki_pin_tries(card->card, pin, left)) != 0)
		note(card, r, NULL);
	card->fresh = false;
	return leave(card, r);
}

int
prov_card_ready(struct prov_card *card, enum jpki_pin pin, int min_tries,
    int *left)
{
	int r;

	prov_lock(&card->lock);
	if ((r = have_handle(card)) == 0 &&
	    (r = jpki_pin_ready(card->card, pin, min_tries, left)) != 0)
		note(card, r, NULL);
	return leave(card, r);
}

int
prov_card_present(struct prov_card *card, enum jpki_slot slot, bool *present)
{
	int r;

	prov_lock(&card->lock);
	if ((r = have_handle(card)) == 0 &&
	    (r = jpki_card_present(card->card, slot, present)) != 0)
		note(card, r, NULL);
	return leave(card, r);
}

bool
prov_card_cert_needs_pin(struct prov_card *card, enum jpki_slot slot)
{
	bool needed;

	prov_lock(&card->lock);
	needed = card->certs[slot] == NULL &&
	    (slot == JPKI_SLOT_SIGN || (slot == JPKI_SLOT_AUTH &&
	    card->card != NULL &&
	    jpki_card_carrier(card->card) == JPKI_CARRIER_ANDROID));
	leave(card, 0);
	return needed;
}

bool
prov_card_is_rsa2048(struct prov_card *card)
{
	bool known;

	prov_lock(&card->lock);
	known = card->card != NULL &&
	    jpki_card_carrier(card->card) == JPKI_CARRIER_CARD;
	leave(card, 0);
	return known;
}

/* The PIN */

/* Is there a PIN that may be sent to this card? */
static int
pin_usable(struct prov_card *card, struct prov_pin *pin)
{
	size_t len;

	if (pin == NULL)
		return note(card, JPKI_ERR_NEEDS_PIN,
		    "this key was loaded without a PIN");
	if (atomic_load(pin->doubt))
		return note(card, JPKI_ERR_PIN_WRONG, "the card did not accept "
		    "this PIN before; nothing more was sent, load the key "
		    "again");
	if (card->epoch != 0 && pin->epoch != card->epoch)
		return note(card, JPKI_ERR_CHANGED, NULL);
	if (prov_pin_text(pin, &len) == NULL)
		return note(card, JPKI_ERR_NEEDS_PIN,
		    "the PIN is not kept any more; load the key again");
	return 0;
}

/* In a run. Whatever is not a yes ends the PIN, unless the library says that
 * it did not send it: a loop over this key spends one try, not all. */
static int
verify(struct prov_card *card, struct prov_pin *pin, int min_tries)
{
	const char *text;
	size_t len;
	int r;

	/* Again, now that no other process can be at it. */
	if ((r = pin_usable(card, pin)) != 0)
		return r;
	text = prov_pin_text(pin, &len);
	atomic_store(pin->doubt, true);
	r = jpki_pin_verify(card->card, pin->which, text, len, min_tries,
	    NULL);
	if (r == 0 || r == JPKI_ERR_PIN_LAST_TRY || r == JPKI_ERR_PIN_NO_COUNT)
		atomic_store(pin->doubt, false);
	else
		prov_pin_wipe(pin);
	return r == 0 ? 0 : note(card, r, NULL);
}

static void
start_grace(struct prov_card *card, struct prov_pin *pin)
{
	int seconds = prov_conf(card->prov)->pin_grace;

	prov_pin_unref(card->grace);
	card->grace = seconds > 0 ? prov_pin_ref(pin) : NULL;
	clock_gettime(CLOCK_MONOTONIC, &card->grace_end);
	card->grace_end.tv_sec += seconds;
}

struct prov_pin *
prov_card_grace(struct prov_card *card, unsigned epoch)
{
	struct prov_pin *pin;
	struct timespec now;
	size_t len;

	prov_lock(&card->lock);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (card->grace != NULL && (card->grace->epoch != epoch ||
	    now.tv_sec >= card->grace_end.tv_sec ||
	    prov_pin_text(card->grace, &len) == NULL)) {
		prov_pin_unref(card->grace);
		card->grace = NULL;
	}
	pin = prov_pin_ref(card->grace);
	leave(card, 0);
	return pin;
}

/* Certificates */

int
prov_card_cert(struct prov_card *card, unsigned epoch, enum jpki_slot slot,
    struct prov_pin *pin, int min_tries, struct jpki_cert **out)
{
	struct jpki_cert **cert = &card->certs[slot];
	int r = 0;

	prov_lock(&card->lock);
	if (card->epoch != epoch)
		r = note(card, JPKI_ERR_CHANGED, NULL);
	if (r == 0 && *cert == NULL && pin != NULL)
		r = pin_usable(card, pin);
	if (r == 0 && *cert == NULL && (r = begin(card, epoch)) == 0) {
		if (pin != NULL)
			r = verify(card, pin, min_tries);
		if (r == 0)
			r = read_cert(card, slot, cert);
		r = end(card, r);
		if (r == 0 && slot == JPKI_SLOT_SIGN && pin != NULL)
			start_grace(card, pin);
	}
	*out = r == 0 ? jpki_cert_ref(*cert) : NULL;
	return leave(card, r);
}

/* Signing */

static void
remember(struct prov_card *card, const struct prov_job *job,
    const unsigned char *sig, size_t sig_len)
{
	struct witness *w = &card->witness;

	if (job->key != JPKI_KEY_AUTH || card->certs[JPKI_SLOT_AUTH] != NULL ||
	    job->digest_len > sizeof(w->digest) || sig_len > sizeof(w->sig))
		return;
	w->padding = job->padding;
	w->md = job->md;
	memcpy(w->digest, job->digest, job->digest_len);
	memcpy(w->sig, sig, sig_len);
	w->digest_len = job->digest_len;
	w->sig_len = sig_len;
}

int
prov_card_sign(struct prov_card *card, const struct prov_job *job,
    unsigned char *sig, size_t sig_size, size_t *sig_len)
{
	int uses = prov_conf(card->prov)->sign_pin_uses, r;

	prov_lock(&card->lock);
	if ((r = pin_usable(card, job->pin)) == 0 &&
	    (r = begin(card, job->epoch)) == 0) {
		if ((r = verify(card, job->pin, job->min_tries)) == 0 &&
		    (r = jpki_card_sign(card->card, job->key, job->padding,
		    job->md, job->digest, job->digest_len, sig, sig_size,
		    sig_len)) != 0)
			note(card, r, NULL);
		if ((r = end(card, r)) == 0)
			remember(card, job, sig, *sig_len);
		else
			explicit_bzero(sig, sig_size);
	}
	if (r == 0 && job->key == JPKI_KEY_SIGN && ++job->pin->uses == uses)
		prov_pin_wipe(job->pin);
	return leave(card, r);
}
