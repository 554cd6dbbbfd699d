/* SPDX-License-Identifier: Apache-2.0 */
/* One card, as threads and forked processes share it; epoch.c has its handle.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/record.h"
#include "base/wipe.h"
#include "card/cert.h"
#include "card/epoch.h"
#include "card/head.h"
#include "card/pin_table.h"
#include "card/sign.h"
#include "certificate/cert.h"
#include "crypto/signature.h"

/* The PIN that is kept for a while */

/* Instead of the last one; NULL: none. What the fields say is complete at each
 * moment, since another thread may fork. */
static void
set_kept(struct jpki_shared *s, struct jpki_kept *kept, unsigned seconds)
{
	struct jpki_kept *last = s->kept;

	s->kept = NULL;
	(void)clock_gettime(CLOCK_MONOTONIC, &s->kept_until);
	s->kept_until.tv_sec += seconds;
	s->kept = kept;
	jpki_kept_free(&last);
}

/* One that was not sent yet is: of all who hold it one spends its try. */
static bool
is_of_use(const struct jpki_kept *kept)
{
	enum jpki_kept_state state = jpki_kept_state(kept);

	return state == JPKI_KEPT_RIGHT || state == JPKI_KEPT_UNTRIED;
}

/* Lets go of a PIN whose time is over, or that is not right any more. */
static void
let_go(struct jpki_shared *s)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (s->kept != NULL && (now.tv_sec >= s->kept_until.tv_sec ||
	    !is_of_use(s->kept)))
		set_kept(s, NULL, 0);
}

void
jpki_shared_keep(struct jpki_shared *s, struct jpki_kept *kept,
    unsigned seconds)
{
	if (s == NULL)
		return;
	if (seconds == 0 || !is_of_use(kept))
		kept = NULL;
	jpkip_mutex_lock(&s->grace);
	set_kept(s, jpki_kept_ref(kept), seconds);
	jpkip_mutex_unlock(&s->grace);
}

struct jpki_kept *
jpki_shared_kept(struct jpki_shared *s, enum jpki_pin pin, unsigned epoch)
{
	struct jpki_kept *kept = NULL;

	if (s == NULL)
		return NULL;
	jpkip_mutex_lock(&s->grace);
	let_go(s);
	if (s->kept != NULL && s->kept->pin == pin && (epoch == 0 ||
	    s->kept->epoch == epoch))
		kept = jpki_kept_ref(s->kept);
	jpkip_mutex_unlock(&s->grace);
	return kept;
}

/* Calls: nothing below leaves without giving the mutex back. */

static int
enter(struct jpki_ctx *ctx, struct jpki_shared *s, bool arguments)
{
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (s == NULL || !arguments)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	jpkip_mutex_lock(&s->mutex);
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
	jpkip_mutex_unlock(&s->mutex);
	jpkip_mutex_lock(&s->grace);
	let_go(s);
	jpkip_mutex_unlock(&s->grace);
	return r;
}

/* The object */

int
jpkip_shared_new(struct jpki_ctx *ctx, const char *reader, const char *serial,
    struct jpki_shared **out)
{
	struct jpki_shared *s;

	*out = NULL;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	if ((s->refused = jpkip_refused_new()) == NULL ||
	    (reader != NULL && (s->reader = strdup(reader)) == NULL) ||
	    (serial != NULL && (s->serial = strdup(serial)) == NULL)) {
		jpkip_shared_free(s);
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
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
jpkip_shared_is(const struct jpki_shared *s, const char *reader,
    const char *serial)
{
	return same_text(s->reader, reader) && same_text(s->serial, serial);
}

void
jpki_shared_reader(struct jpki_shared *s, char *out, size_t size)
{
	if (out == NULL || size == 0)
		return;
	*out = '\0';
	if (s == NULL)
		return;
	jpkip_mutex_lock(&s->mutex);
	snprintf(out, size, "%s", s->seen_in);
	jpkip_mutex_unlock(&s->mutex);
}

void
jpkip_shared_free(struct jpki_shared *s)
{
	jpkip_shared_close(s);
	jpkip_shared_forget(s);
	jpki_kept_free(&s->kept);
	jpkip_refused_free(s->refused);
	free(s->reader);
	free(s->serial);
	free(s);
}

int
jpki_shared_open(struct jpki_ctx *ctx, struct jpki_shared *s, unsigned *epoch)
{
	bool untouched;
	int r;

	if ((r = enter(ctx, s, epoch != NULL)) != 0)
		return r;
	/* Whether the handle still reaches its card; costs no command. */
	if (s->card != NULL && s->pid == getpid()) {
		untouched = s->card->untouched;
		if (jpki_card_begin(s->card) != 0 ||
		    jpki_card_end(s->card) != 0)
			jpkip_shared_close(s);
		else
			s->card->untouched = untouched;
	}
	if ((r = jpkip_shared_handle(s)) == 0)
		*epoch = s->epoch;
	return leave(s, r);
}

/* What the card says */

/* Whose holder has no sign certificate need not be asked for its password. */
static int
ready(struct jpki_shared *s, enum jpki_pin pin, int min_tries, int *left)
{
	bool present = true;
	int r = 0;

	if (pin == JPKI_PIN_SIGN)
		r = jpki_card_present(s->card, JPKI_SLOT_SIGN, &present);
	if (r == 0 && !present)
		r = jpkip_fail(s->ctx, JPKI_ERR_NOT_ON_CARD, JPKIP_SAME("%s"),
		    jpkip_slot_name(s->caller, JPKI_SLOT_SIGN));
	if (r == 0)
		r = jpki_pin_ready(s->card, pin, min_tries, left);
	return r == 0 ? 0 : jpkip_shared_told(s, r);
}

/* In one run, if not without: the one that opens the card, where it has to be
 * opened. */
static int
ready_in_run(struct jpki_shared *s, enum jpki_pin pin, int min_tries,
    int *left)
{
	bool begun;
	int r;

	if ((r = jpkip_shared_handle_begin(s, left == NULL ? JPKIP_PIN_NONE :
	    pin == JPKI_PIN_SIGN ? pin : JPKI_PIN_AUTH, &begun)) != 0)
		return r;
	if (left == NULL)
		return begun ? jpkip_shared_end(s, 0) : 0;
	if (!begun && pin == JPKI_PIN_SIGN) {
		if ((r = jpki_card_begin(s->card)) != 0)
			return jpkip_shared_dead(s, jpkip_shared_told(s, r));
		begun = true;
	}
	r = ready(s, pin, min_tries, left);
	return begun ? jpkip_shared_end(s, r) : jpkip_shared_dead(s, r);
}

int
jpki_shared_ready(struct jpki_ctx *ctx, struct jpki_shared *s,
    enum jpki_pin pin, int min_tries, int *left)
{
	int r;

	if (left != NULL)
		*left = -1;
	if ((r = enter(ctx, s, jpkip_pin_info(pin) != NULL &&
	    min_tries >= JPKI_TRIES_INSIST)) != 0)
		return r;
	return leave(s, ready_in_run(s, pin, min_tries, left));
}

int
jpki_shared_present(struct jpki_ctx *ctx, struct jpki_shared *s,
    enum jpki_slot slot, bool *present)
{
	int r;

	if ((r = enter(ctx, s, true)) != 0)
		return r;
	if ((r = jpkip_shared_handle(s)) == 0 &&
	    (r = jpki_card_present(s->card, slot, present)) != 0)
		(void)jpkip_shared_told(s, r);
	return leave(s, jpkip_shared_dead(s, r));
}

int
jpki_shared_info(struct jpki_ctx *ctx, struct jpki_shared *s,
    enum jpki_info what, char *out, size_t size)
{
	int r;

	if ((r = enter(ctx, s, out != NULL)) != 0)
		return r;
	if ((r = jpkip_shared_begin(s, 0)) == 0) {
		if ((r = jpki_card_info(s->card, what, out, size)) != 0)
			(void)jpkip_shared_told(s, r);
		r = jpkip_shared_end(s, r);
	}
	return leave(s, r);
}

static struct jpki_cert **
cert_of(struct jpki_shared *s, enum jpki_slot slot)
{
	return &s->certs[jpkip_slot_index(slot)];
}

/* Whether a certificate is behind a PIN. */
static bool
is_closed(const struct jpki_shared *s, enum jpki_slot slot)
{
	return slot == JPKI_SLOT_SIGN || (slot == JPKI_SLOT_AUTH &&
	    s->carrier == JPKI_CARRIER_ANDROID);
}

bool
jpki_shared_needs_pin(struct jpki_shared *s, enum jpki_slot slot)
{
	bool needed;

	if (s == NULL || !jpkip_slot_is(slot))
		return false;
	jpkip_mutex_lock(&s->mutex);
	needed = *cert_of(s, slot) == NULL && is_closed(s, slot);
	jpkip_mutex_unlock(&s->mutex);
	return needed;
}

bool
jpki_shared_is_rsa2048(struct jpki_shared *s)
{
	bool known;

	if (s == NULL)
		return false;
	jpkip_mutex_lock(&s->mutex);
	known = s->carrier == JPKI_CARRIER_CARD;
	jpkip_mutex_unlock(&s->mutex);
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

	if (kept != NULL)
		r = jpkip_shared_begin_with(s, epoch, kept, min_tries, NULL);
	else
		r = jpkip_shared_begin(s, epoch);
	if (r != 0)
		return r;
	/* Not even one READ, where the card just said what it is. */
	if (epoch == 0 && kept == NULL && is_closed(s, slot) &&
	    *cert_of(s, slot) == NULL) {
		jpkip_ctx_clear(s->caller);
		return jpkip_shared_end(s, jpkip_fail(s->caller,
		    JPKI_ERR_NEEDS_PIN, JPKIP_SAME("%s"),
		    jpkip_slot_name(s->caller, slot)));
	}
	if (slot == JPKI_SLOT_SIGN)
		read_head(s);
	if (*cert_of(s, slot) == NULL &&
	    (r = jpki_card_cert(s->card, slot, &cert)) == 0)
		jpkip_shared_keep(s, slot, cert);
	else if (r != 0)
		(void)jpkip_shared_told(s, r);
	return jpkip_shared_end(s, r);
}

/* What opens a slot; a phone wants the auth PIN for a CA's, too. */
static enum jpki_pin
pin_of(enum jpki_slot slot)
{
	return slot == JPKI_SLOT_SIGN ? JPKI_PIN_SIGN : JPKI_PIN_AUTH;
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
	if ((r = enter(ctx, s, jpkip_slot_is(slot) && (kept == NULL ||
	    kept->pin == pin_of(slot)))) != 0)
		return r;
	if (kept != NULL && epoch == 0)
		epoch = kept->epoch;
	if (s->epoch != epoch || *cert_of(s, slot) == NULL)
		r = read_cert(s, epoch, slot, kept, min_tries);
	if (r == 0)
		*out = jpki_cert_ref(*cert_of(s, slot));
	return leave(s, r);
}

/* By what the card is known again: the start of the auth certificate, where it
 * was read, or the signature. */
static void
remember(struct jpki_shared *s, const struct jpki_signing *what,
    const uint8_t *sig, size_t sig_len)
{
	const struct jpkip_head *head =
	    jpkip_head_known(s->card, JPKI_KEY_AUTH);

	if (head != NULL && head->len >= JPKIP_SEEN_HEAD)
		jpkip_seen_head(&s->seen, s->epoch, head->der);
	else if (what->key == JPKI_KEY_AUTH)
		jpkip_seen_signature(&s->seen, s->epoch, what, sig, sig_len);
}

/* The run of a signature, after its arguments were checked. */
static int
sign(struct jpki_shared *s, struct jpki_signing *what,
    struct jpki_kept *kept, int min_tries, uint8_t *sig, size_t sig_size,
    size_t *sig_len)
{
	int r;

	if ((r = jpkip_shared_begin_with(s, jpki_kept_epoch(kept), kept,
	    min_tries, NULL)) != 0)
		return r;
	if (what->cert == NULL)
		what->cert = *cert_of(s, jpki_key_slot(what->key));
	if (what->key == JPKI_KEY_SIGN)
		read_head(s);
	if ((r = jpkip_card_sign(s->card, what, sig, sig_size,
	    sig_len)) != 0)
		(void)jpkip_shared_told(s, r);
	else
		remember(s, what, sig, *sig_len);
	if ((r = jpkip_shared_end(s, r)) != 0)
		return r;
	if (kept->uses > 0 && --kept->uses == 0)
		jpkip_kept_end(kept, JPKI_KEPT_ENDED);
	return 0;
}

int
jpki_shared_sign(struct jpki_ctx *ctx, struct jpki_shared *s,
    const struct jpki_signing *theirs, struct jpki_kept *kept, int min_tries,
    uint8_t *sig, size_t sig_size, size_t *sig_len)
{
	struct jpki_signing what;
	bool known = jpkip_record_get(&what, sizeof(what), theirs);
	size_t made = 0;
	int r;

	if ((r = enter(ctx, s, known && what.reserved == 0 && sig != NULL &&
	    sig_len != NULL && (kept == NULL ||
	    kept->pin == jpki_key_pin(what.key)))) != 0) {
		if (sig != NULL)
			jpkip_wipe(sig, sig_size);
		return r;
	}
	if ((r = jpkip_sign_check(ctx, what.key, what.padding, what.md,
	    what.digest, what.digest_len)) == 0 &&
	    sig_size < JPKIP_RSA2048_LEN)
		r = jpkip_fail(ctx, JPKI_ERR_SPACE, NULL, NULL);
	if (r == 0 && what.cert != NULL)
		r = jpkip_signature_key(ctx, jpkip_cert_public_key(what.cert),
		    jpkip_slot_name(ctx, jpki_key_slot(what.key)));
	if (r == 0)
		r = sign(s, &what, kept, min_tries, sig, sig_size, &made);
	if (r != 0)
		jpkip_wipe(sig, sig_size);
	else
		*sig_len = made;
	return leave(s, r);
}

int
jpki_shared_try(struct jpki_ctx *ctx, struct jpki_shared *s,
    struct jpki_kept *kept, int min_tries, int *left)
{
	int r;

	if (left != NULL)
		*left = -1;
	if ((r = enter(ctx, s, kept != NULL &&
	    min_tries >= JPKI_TRIES_INSIST)) != 0)
		return r;
	if ((r = jpkip_shared_begin_with(s, kept->epoch, kept, min_tries,
	    left)) == 0)
		r = jpkip_shared_end(s, 0);
	return leave(s, r);
}
