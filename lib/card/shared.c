/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One card, as threads and forked processes share it: the handle comes and
 * goes, the epoch says whether it is still the same card.
 */
#include <jpki/shared.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/wipe.h"
#include "card/kept.h"
#include "card/seen.h"
#include "card/session.h"
#include "certificate/cert.h"

#define N_SLOTS (JPKI_SLOT_SIGN_CA + 1)
#define N_PINS (JPKI_PIN_TEXT + 1)

struct jpki_shared {
	char *reader, *serial;		/* may be NULL */

	struct jpki_mutex mutex;	/* guards what follows */
	struct jpki_ctx *caller;	/* of the call that goes on */
	pid_t pid;			/* whose handle it is */
	struct jpki_ctx *ctx;		/* the handle's */
	struct jpki_card *card;		/* NULL: not open */
	char seen_in[JPKI_INFO_MAX];	/* the last reader */
	struct jpkip_seen seen;
	struct jpkip_refused refused[N_PINS];
	unsigned epoch;			/* 0: never opened; of this epoch: */
	enum jpki_carrier carrier;
	uint64_t insertion;
	bool tried_head;
	struct jpki_cert *certs[N_SLOTS];
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

void
jpki_shared_reader(struct jpki_shared *s, char *out, size_t size)
{
	if (out == NULL || size == 0)
		return;
	*out = '\0';
	if (s == NULL)
		return;
	jpki_mutex_lock(&s->mutex);
	snprintf(out, size, "%s", s->seen_in);
	jpki_mutex_unlock(&s->mutex);
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
}

void
jpki_shared_free(struct jpki_shared **shared)
{
	struct jpki_shared *s;
	size_t i;

	if (shared == NULL || (s = *shared) == NULL)
		return;
	close_handle(s);
	forget_card(s);
	for (i = 0; i < N_PINS; i++)
		jpki_secret_free(&s->refused[i].print);
	free(s->reader);
	free(s->serial);
	free(s);
	*shared = NULL;
}

/* The handle and the epoch */

/* Another card than the last one: one that was seen before, or (0) a new one.
 * Epochs differ between shared cards too: a PIN that was given for one is
 * never sent to the other. */
static void
begin_epoch(struct jpki_shared *s, unsigned epoch)
{
	static atomic_uint last;

	s->epoch = epoch != 0 ? epoch : atomic_fetch_add(&last, 1) + 1;
	s->tried_head = false;
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

/* Keeps a certificate of the card of this epoch; the auth certificate is what
 * tells this card from others. */
static void
keep_cert(struct jpki_shared *s, enum jpki_slot slot, struct jpki_cert *cert)
{
	size_t len;
	const uint8_t *der = jpki_cert_der(cert, &len);

	s->certs[slot] = cert;
	if (slot == JPKI_SLOT_AUTH && len >= JPKIP_SEEN_HEAD)
		jpkip_seen_head(&s->seen, s->epoch, der);
}

/*
 * Finds out which card is behind a new handle. If it never left its reader, it
 * is the last one. Else the auth certificate tells which of those that were
 * seen it is. A card that gives none out is a new one.
 */
static int
find_epoch(struct jpki_shared *s)
{
	uint64_t insertion = jpki_card_insertion(s->card);
	struct jpki_cert *cert;
	unsigned epoch;
	int r;

	if (s->epoch != 0 && insertion != 0 && insertion == s->insertion)
		return 0;
	if (!jpkip_seen_any(&s->seen)) {
		begin_epoch(s, 0);
		return 0;
	}
	r = jpki_card_cert(s->card, JPKI_SLOT_AUTH, &cert);
	if (r == JPKI_ERR_MEMORY ||
	    jpki_errclass(r) == JPKI_CLASS_TRANSPORT) {
		(void)told(s, r);
		close_handle(s);
		return r;
	}
	epoch = r == 0 ? jpkip_seen_find(&s->seen, s->ctx, cert) : 0;
	if (epoch == 0 || epoch != s->epoch)
		begin_epoch(s, epoch);
	if (r == 0 && s->certs[JPKI_SLOT_AUTH] == NULL)
		keep_cert(s, JPKI_SLOT_AUTH, cert);
	else
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

/* Has a handle of this process, and knows which card it is. */
static int
have_handle(struct jpki_shared *s)
{
	int r;

	if (s->card != NULL && s->pid != getpid())
		close_handle(s);
	if (s->card != NULL)
		return 0;
	if ((r = open_handle(s)) != 0 || (r = find_epoch(s)) != 0)
		return r;
	jpkip_ignore(jpki_card_info(s->card, JPKI_INFO_READER, s->seen_in,
	    sizeof(s->seen_in)));
	s->insertion = jpki_card_insertion(s->card);
	s->carrier = jpki_card_carrier(s->card);
	return 0;
}

/* Ends a run on another card than the one that was meant. Where nothing is
 * known of that one, it may well be the same. */
static int
not_it(struct jpki_shared *s, unsigned epoch)
{
	jpkip_ignore(jpki_card_end(s->card));
	return fail(s, JPKI_ERR_CHANGED, jpkip_seen_known(&s->seen, epoch) ?
	    NULL : "or the same one, of which nothing was read before that "
	    "would tell; load the key again");
}

/*
 * Begins a run on the card of an epoch. A handle may have died since the last
 * run, with pcscd or while the card was out: then once more with a new one, of
 * which have_handle() knows whose it is. No PIN was sent yet.
 */
static int
begin(struct jpki_shared *s, unsigned epoch)
{
	int attempt, r = 0;

	for (attempt = 0; attempt < 2; attempt++) {
		bool old = s->card != NULL && s->pid == getpid();

		if ((r = have_handle(s)) != 0)
			return r;
		if ((r = jpki_card_begin(s->card)) == 0)
			return s->epoch == epoch ? 0 : not_it(s, epoch);
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
	struct jpkip_refused *refused;
	bool again;
	int r, sent;

	jpkip_ctx_clear(s->caller);
	if ((r = jpkip_kept_check(s->caller, kept, false)) != 0)
		return r;
	if (kept->epoch != epoch)
		return fail(s, JPKI_ERR_CHANGED, NULL);
	refused = &s->refused[kept->pin];
	if ((r = jpkip_refused_is(s->caller, refused, kept, &again)) != 0 ||
	    (r = begin(s, epoch)) != 0)
		return r;
	jpkip_ctx_clear(s->caller);
	if ((r = jpkip_kept_check(s->caller, kept, true)) == 0 &&
	    (r = jpkip_kept_send(s->card, kept, again, min_tries)) != 0)
		(void)told(s, r);
	if ((sent = r) == 0)
		return 0;
	r = end(s, r);
	jpkip_kept_settle(s->caller, kept, sent, refused);
	return r;
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

/* Certificates and signatures */

/* The sign certificate cannot tell the card when it was put back, since it
 * needs the password: one READ more does, once, and first, so that a link that
 * fails costs nothing that was made. A card that refuses it is not known
 * again. */
static void
read_head(struct jpki_shared *s)
{
	uint8_t head[JPKIP_SEEN_HEAD];
	size_t len = 0;

	if (s->tried_head || jpkip_seen_known(&s->seen, s->epoch) ||
	    s->carrier == JPKI_CARRIER_ANDROID)
		return;
	s->tried_head = true;
	if (jpkip_read_cert_start(s->card, JPKI_SLOT_AUTH, head, sizeof(head),
	    &len) == 0 && len == sizeof(head))
		jpkip_seen_head(&s->seen, s->epoch, head);
}

static int
read_cert(struct jpki_shared *s, unsigned epoch, enum jpki_slot slot,
    struct jpki_kept *kept, int min_tries)
{
	struct jpki_cert *cert;
	int r;

	if ((r = kept != NULL ? begin_with(s, epoch, kept, min_tries) :
	    begin(s, epoch)) != 0)
		return r;
	if (slot == JPKI_SLOT_SIGN)
		read_head(s);
	if (s->certs[slot] == NULL &&
	    (r = jpki_card_cert(s->card, slot, &cert)) == 0)
		keep_cert(s, slot, cert);
	else if (r != 0)
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
	if (s->epoch != epoch || s->certs[slot] == NULL)
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

int
jpki_shared_sign(struct jpki_ctx *ctx, struct jpki_shared *s,
    const struct jpki_signing *what, struct jpki_kept *kept, int min_tries,
    uint8_t *sig, size_t sig_size, size_t *sig_len)
{
	int r;

	if ((r = enter(ctx, s, what != NULL && sig != NULL &&
	    sig_len != NULL && (kept == NULL || kept->pin ==
	    (what->key == JPKI_KEY_SIGN ? JPKI_PIN_SIGN :
	    JPKI_PIN_AUTH)))) != 0) {
		if (sig != NULL)
			jpkip_wipe(sig, sig_size);
		return r;
	}
	if ((r = begin_with(s, kept != NULL ? kept->epoch : 0, kept,
	    min_tries)) == 0) {
		if (what->key == JPKI_KEY_SIGN)
			read_head(s);
		if ((r = jpki_card_sign(s->card, what->key, what->padding,
		    what->md, what->digest, what->digest_len, sig, sig_size,
		    sig_len)) != 0)
			(void)told(s, r);
		r = end(s, r);
	}
	if (r == 0 && (r = check_signature(s, what, sig, *sig_len)) == 0) {
		if (what->key == JPKI_KEY_AUTH)
			jpkip_seen_signature(&s->seen, s->epoch, what, sig,
			    *sig_len);
		if (kept->uses > 0 && --kept->uses == 0)
			jpkip_kept_end(kept, JPKI_KEPT_ENDED);
	} else {
		jpkip_wipe(sig, sig_size);
	}
	return leave(s, r);
}
