/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One card, as threads and forked processes share it: the handle comes and
 * goes, the epoch says whether it is still the same card.
 */
#include <jpki/shared.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/wipe.h"
#include "card/kept.h"
#include "certificate/cert.h"

#define N_SLOTS (JPKI_SLOT_SIGN_CA + 1)
#define DIGEST_MAX 64
#define SIG_MAX 512

/* A signature by the auth key, from before its certificate was known: the
 * certificate that it fits belongs to the card that made it. */
struct witness {
	enum jpki_padding padding;
	enum jpki_md md;
	uint8_t digest[DIGEST_MAX], sig[SIG_MAX];
	size_t digest_len, sig_len;	/* 0: none */
};

struct jpki_shared {
	char *reader, *serial;		/* may be NULL */

	struct jpki_mutex mutex;	/* guards what follows */
	struct jpki_ctx *caller;	/* of the call that goes on */
	pid_t pid;			/* whose handle it is */
	struct jpki_ctx *ctx;		/* the handle's */
	struct jpki_card *card;		/* NULL: not open */
	unsigned epoch;			/* 0: never opened; of this epoch: */
	enum jpki_carrier carrier;
	uint64_t insertion;		/* of the card of this epoch */
	struct jpki_cert *certs[N_SLOTS];
	struct witness witness;
};

/* Failures: the handle's context has them, the caller's is to have them. */

/* Hands on what the handle just failed with. */
static int
told(struct jpki_shared *s, int r)
{
	jpkip_ctx_take(s->caller, s->ctx, r);
	return r;
}

/* One of our own, instead of what may have failed before it. */
static int
fail(struct jpki_shared *s, int r, const char *detail)
{
	jpkip_ctx_clear(s->caller);
	return detail == NULL ? jpkip_fail(s->caller, r, NULL) :
	    jpkip_fail(s->caller, r, "%s", detail);
}

/* Calls: nothing below leaves without giving the mutex back. */

static int
enter(struct jpki_ctx *ctx, struct jpki_shared *s, bool arguments)
{
	if (ctx == NULL || s == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (!arguments)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL);
	jpki_mutex_lock(&s->mutex);
	s->caller = ctx;
	/* A parent's is not touched; open_handle() makes a new one. */
	if (s->ctx != NULL && s->pid == getpid())
		jpkip_ctx_follow(s->ctx, ctx);
	return 0;
}

static int
leave(struct jpki_shared *s, int r)
{
	/* What failed on the way to a success. */
	if (r == 0)
		jpkip_ctx_clear(s->caller);
	s->caller = NULL;
	if (s->ctx != NULL && s->pid == getpid())
		jpki_ctx_set_log(s->ctx, NULL, NULL);
	jpki_mutex_unlock(&s->mutex);
	return r;
}

/* The object */

int
jpki_shared_new(struct jpki_ctx *ctx, const char *reader, const char *serial,
    struct jpki_shared **out)
{
	struct jpki_shared *s;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((s = calloc(1, sizeof(*s))) == NULL ||
	    (reader != NULL && (s->reader = strdup(reader)) == NULL) ||
	    (serial != NULL && (s->serial = strdup(serial)) == NULL)) {
		jpki_shared_free(&s);
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL);
	}
	*out = s;
	return 0;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
jpki_shared_is(const struct jpki_shared *s, const char *reader,
    const char *serial)
{
	return s != NULL && same_text(s->reader, reader) &&
	    same_text(s->serial, serial);
}

const char *
jpki_shared_reader(const struct jpki_shared *s)
{
	return s != NULL ? s->reader : NULL;
}

/* Ends the use of a handle. A parent's is left alone: what it stands for (a
 * lock, a connection) is still the parent's. Here and below, no field points
 * to what is being freed: another thread may fork meanwhile. */
static void
close_handle(struct jpki_shared *s)
{
	struct jpki_card *card = s->card;
	struct jpki_ctx *ctx = s->ctx;

	s->card = NULL;
	s->ctx = NULL;
	if (s->pid == getpid()) {
		jpki_card_close(&card);
		jpki_ctx_free(&ctx);
	}
}

static void
forget_card(struct jpki_shared *s)
{
	struct jpki_cert *cert;
	size_t i;

	for (i = 0; i < N_SLOTS; i++) {
		cert = s->certs[i];
		s->certs[i] = NULL;
		jpki_cert_free(&cert);
	}
	s->witness.sig_len = 0;
}

void
jpki_shared_free(struct jpki_shared **shared)
{
	struct jpki_shared *s;

	if (shared == NULL || (s = *shared) == NULL)
		return;
	close_handle(s);
	forget_card(s);
	free(s->reader);
	free(s->serial);
	free(s);
	*shared = NULL;
}

/* The handle and the epoch */

/* Another card. Epochs differ between shared cards too: a PIN that was given
 * for one is never sent to the other. */
static void
new_epoch(struct jpki_shared *s)
{
	static atomic_uint last;

	s->epoch = atomic_fetch_add(&last, 1) + 1;
	forget_card(s);
}

static int
check_serial(struct jpki_shared *s)
{
	char serial[JPKI_INFO_MAX];
	int r;

	if (s->serial == NULL)
		return 0;
	if ((r = jpki_card_info(s->card, JPKI_INFO_SERIAL, serial,
	    sizeof(serial))) != 0)
		return told(s, r);
	return strcmp(serial, s->serial) == 0 ? 0 :
	    fail(s, JPKI_ERR_CHANGED, "it is not the one that card= names");
}

static int
open_handle(struct jpki_shared *s)
{
	int r;

	if ((s->ctx = jpki_ctx_new()) == NULL)
		return fail(s, JPKI_ERR_MEMORY, NULL);
	s->pid = getpid();
	jpkip_ctx_follow(s->ctx, s->caller);
	if ((r = jpki_card_open(s->ctx, s->reader, &s->card)) != 0)
		(void)told(s, r);
	else
		r = check_serial(s);
	if (r != 0)
		close_handle(s);
	return r;
}

static bool
same_cert(const struct jpki_cert *a, const struct jpki_cert *b)
{
	const uint8_t *a_der, *b_der;
	size_t a_len, b_len;

	a_der = jpki_cert_der(a, &a_len);
	b_der = jpki_cert_der(b, &b_len);
	return a_len == b_len && memcmp(a_der, b_der, a_len) == 0;
}

static bool
fits_witness(struct jpki_shared *s, const struct jpki_cert *cert)
{
	const struct witness *w = &s->witness;

	return jpkip_cert_verify(s->ctx, cert, w->padding, w->md, w->digest,
	    w->digest_len, w->sig, w->sig_len) == 0;
}

/*
 * Compares the card behind a new handle with the last one. If it never left
 * its reader, it is the same. Else the auth certificate tells: it is the one
 * that was read before, or the one that an earlier signature fits.
 */
static int
compare(struct jpki_shared *s, bool *same)
{
	uint64_t insertion = jpki_card_insertion(s->card);
	struct jpki_cert **known = &s->certs[JPKI_SLOT_AUTH], *cert;
	int r;

	*same = insertion != 0 && insertion == s->insertion;
	if (*same || (*known == NULL && s->witness.sig_len == 0))
		return 0;
	r = jpki_card_cert(s->card, JPKI_SLOT_AUTH, &cert);
	if (r == JPKI_ERR_NOT_ON_CARD || r == JPKI_ERR_NEEDS_PIN)
		return 0;
	if (r != 0) {
		(void)told(s, r);
		close_handle(s);
		return r;
	}
	*same = *known != NULL ? same_cert(cert, *known) :
	    fits_witness(s, cert);
	if (*same && *known == NULL)
		*known = jpki_cert_ref(cert);
	jpki_cert_free(&cert);
	return 0;
}

/* A link that failed stays so: the next caller starts anew. */
static int
dead(struct jpki_shared *s, int r)
{
	if (jpki_errclass(r) == JPKI_CLASS_TRANSPORT)
		close_handle(s);
	return r;
}

/* Has a handle of this process, and knows whether it is the same card. */
static int
have_handle(struct jpki_shared *s)
{
	bool same = false;
	int r;

	if (s->card != NULL && s->pid != getpid())
		close_handle(s);
	if (s->card != NULL)
		return 0;
	if ((r = open_handle(s)) != 0)
		return r;
	if (s->epoch != 0 && (r = compare(s, &same)) != 0)
		return r;
	if (!same)
		new_epoch(s);
	s->insertion = jpki_card_insertion(s->card);
	s->carrier = jpki_card_carrier(s->card);
	return 0;
}

/*
 * Begins a run on the card of an epoch. A handle may have died since the last
 * run, with pcscd or while the card was out: then once more with a new one,
 * which have_handle() compares with the last. No PIN was sent yet.
 */
static int
begin(struct jpki_shared *s, unsigned epoch)
{
	int attempt, r = 0;

	for (attempt = 0; attempt < 2; attempt++) {
		bool old = s->card != NULL && s->pid == getpid();

		if ((r = have_handle(s)) != 0)
			return r;
		if (s->epoch != epoch)
			return fail(s, JPKI_ERR_CHANGED, NULL);
		if ((r = jpki_card_begin(s->card)) == 0)
			return 0;
		(void)told(s, r);
		close_handle(s);
		if (!old || r == JPKI_ERR_BUSY || r == JPKI_ERR_TIMEOUT)
			break;
	}
	return r;
}

/* Ends it. A card that is left open is worse than what failed before. */
static int
end(struct jpki_shared *s, int r)
{
	int ended = jpki_card_end(s->card);

	if (ended != 0 && (r == 0 || ended == JPKI_ERR_DOOR))
		r = told(s, ended);
	return dead(s, r);
}

/* A run with a VERIFY begins; kept may have been refused, by another thread or
 * process, until we are alone with the card. */
static int
begin_with(struct jpki_shared *s, unsigned epoch, struct jpki_kept *kept,
    int min_tries)
{
	int r;

	jpkip_ctx_clear(s->caller);
	if ((r = jpkip_kept_check(s->caller, kept, s->epoch, false)) != 0 ||
	    (r = begin(s, epoch)) != 0)
		return r;
	jpkip_ctx_clear(s->caller);
	if ((r = jpkip_kept_check(s->caller, kept, epoch, true)) == 0 &&
	    (r = jpkip_kept_send(s->card, kept, min_tries)) != 0)
		(void)told(s, r);
	return r == 0 ? 0 : end(s, r);
}

int
jpki_shared_open(struct jpki_ctx *ctx, struct jpki_shared *s, unsigned *epoch)
{
	int r;

	if ((r = enter(ctx, s, epoch != NULL)) != 0)
		return r;
	/* Whether the handle still reaches its card; costs no command. */
	if (s->card != NULL && s->pid == getpid() &&
	    (jpki_card_begin(s->card) != 0 || jpki_card_end(s->card) != 0))
		close_handle(s);
	if ((r = have_handle(s)) == 0)
		*epoch = s->epoch;
	return leave(s, r);
}

/* What the card says */

int
jpki_shared_ready(struct jpki_ctx *ctx, struct jpki_shared *s,
    enum jpki_pin pin, int min_tries, int *left)
{
	bool present = true;
	int r;

	if (left != NULL)
		*left = -1;
	if ((r = enter(ctx, s, true)) != 0)
		return r;
	if ((r = have_handle(s)) == 0) {
		/* Whose holder has no sign certificate need not be asked for
		 * its password. */
		if (pin == JPKI_PIN_SIGN)
			r = jpki_card_present(s->card, JPKI_SLOT_SIGN,
			    &present);
		if (r == 0 && !present)
			r = jpkip_fail(s->ctx, JPKI_ERR_NOT_ON_CARD, "%s",
			    jpki_pin_name(pin, jpki_ctx_lang(ctx)));
		if (r == 0)
			r = jpki_pin_ready(s->card, pin, min_tries, left);
		if (r != 0)
			(void)told(s, r);
	}
	return leave(s, dead(s, r));
}

int
jpki_shared_present(struct jpki_ctx *ctx, struct jpki_shared *s,
    enum jpki_slot slot, bool *present)
{
	int r;

	if ((r = enter(ctx, s, true)) != 0)
		return r;
	if ((r = have_handle(s)) == 0 &&
	    (r = jpki_card_present(s->card, slot, present)) != 0)
		(void)told(s, r);
	return leave(s, dead(s, r));
}

static bool
known_slot(enum jpki_slot slot)
{
	return slot >= JPKI_SLOT_AUTH && slot <= JPKI_SLOT_SIGN_CA;
}

bool
jpki_shared_needs_pin(struct jpki_shared *s, enum jpki_slot slot)
{
	bool needed;

	if (s == NULL || !known_slot(slot))
		return false;
	jpki_mutex_lock(&s->mutex);
	needed = s->certs[slot] == NULL && (slot == JPKI_SLOT_SIGN ||
	    (slot == JPKI_SLOT_AUTH &&
	    s->carrier == JPKI_CARRIER_ANDROID));
	jpki_mutex_unlock(&s->mutex);
	return needed;
}

bool
jpki_shared_is_rsa2048(struct jpki_shared *s)
{
	bool known;

	if (s == NULL)
		return false;
	jpki_mutex_lock(&s->mutex);
	known = s->carrier == JPKI_CARRIER_CARD;
	jpki_mutex_unlock(&s->mutex);
	return known;
}

void
jpki_shared_forget(struct jpki_shared *s, struct jpki_kept *kept)
{
	if (s == NULL || kept == NULL)
		return;
	jpki_mutex_lock(&s->mutex);
	if (kept->epoch != s->epoch)
		jpkip_kept_end(kept, JPKI_KEPT_ENDED);
	jpki_mutex_unlock(&s->mutex);
}

/* Certificates and signatures */

static int
read_cert(struct jpki_shared *s, unsigned epoch, enum jpki_slot slot,
    struct jpki_kept *kept, int min_tries)
{
	int r;

	if ((r = kept != NULL ? begin_with(s, epoch, kept, min_tries) :
	    begin(s, epoch)) != 0)
		return r;
	if ((r = jpki_card_cert(s->card, slot, &s->certs[slot])) != 0)
		(void)told(s, r);
	return end(s, r);
}

int
jpki_shared_cert(struct jpki_ctx *ctx, struct jpki_shared *s, unsigned epoch,
    enum jpki_slot slot, struct jpki_kept *kept, int min_tries,
    struct jpki_cert **out)
{
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if ((r = enter(ctx, s, known_slot(slot))) != 0)
		return r;
	if (s->epoch != epoch)
		r = fail(s, JPKI_ERR_CHANGED, NULL);
	else if (s->certs[slot] == NULL)
		r = read_cert(s, epoch, slot, kept, min_tries);
	if (r == 0)
		*out = jpki_cert_ref(s->certs[slot]);
	return leave(s, r);
}

/* The last thing before a signature leaves. */
static int
check_signature(struct jpki_shared *s, const struct jpki_signing *what,
    const uint8_t *sig, size_t sig_len)
{
	const struct jpki_cert *cert = what->cert;
	int r;

	if (cert == NULL)
		cert = s->certs[what->key == JPKI_KEY_SIGN ? JPKI_SLOT_SIGN :
		    JPKI_SLOT_AUTH];
	if (cert == NULL)
		return 0;
	jpkip_ctx_clear(s->ctx);
	r = jpkip_cert_verify(s->ctx, cert, what->padding, what->md,
	    what->digest, what->digest_len, sig, sig_len);
	return r == 0 ? 0 : told(s, r);
}

static void
remember(struct jpki_shared *s, const struct jpki_signing *what,
    const uint8_t *sig, size_t sig_len)
{
	struct witness *w = &s->witness;

	if (what->key != JPKI_KEY_AUTH || s->certs[JPKI_SLOT_AUTH] != NULL ||
	    what->digest_len > sizeof(w->digest) || sig_len > sizeof(w->sig))
		return;
	w->padding = what->padding;
	w->md = what->md;
	memcpy(w->digest, what->digest, what->digest_len);
	memcpy(w->sig, sig, sig_len);
	w->digest_len = what->digest_len;
	w->sig_len = sig_len;
}

int
jpki_shared_sign(struct jpki_ctx *ctx, struct jpki_shared *s,
    const struct jpki_signing *what, struct jpki_kept *kept, int min_tries,
    uint8_t *sig, size_t sig_size, size_t *sig_len)
{
	int r;

	if ((r = enter(ctx, s, what != NULL && sig != NULL &&
	    sig_len != NULL && (kept == NULL || kept->pin ==
	    (what->key == JPKI_KEY_SIGN ? JPKI_PIN_SIGN :
	    JPKI_PIN_AUTH)))) != 0)
		return r;
	if ((r = begin_with(s, kept != NULL ? kept->epoch : 0, kept,
	    min_tries)) == 0) {
		if ((r = jpki_card_sign(s->card, what->key, what->padding,
		    what->md, what->digest, what->digest_len, sig, sig_size,
		    sig_len)) != 0)
			(void)told(s, r);
		r = end(s, r);
	}
	if (r == 0 && (r = check_signature(s, what, sig, *sig_len)) == 0) {
		remember(s, what, sig, *sig_len);
		if (kept->uses > 0 && --kept->uses == 0)
			jpkip_kept_end(kept, JPKI_KEPT_ENDED);
	} else {
		jpkip_wipe(sig, sig_size);
	}
	return leave(s, r);
}
