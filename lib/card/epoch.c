/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handle of a shared card, which comes and goes, and the epoch, which says
 * whether it is still the same card.
 */
#include "card/epoch.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "card/cert.h"
#include "card/kept_pin.h"
#include "card/reader.h"

int
jpkip_shared_told(struct jpki_shared *s, int r)
{
	jpkip_ctx_take(s->caller, s->ctx, r);
	return r;
}

/* A failure of our own, instead of what may have failed before it. */
static int
fail_own(struct jpki_shared *s, int r)
{
	jpkip_ctx_clear(s->caller);
	return jpkip_fail(s->caller, r, NULL, NULL);
}

/* The handle */

/* A parent's is left alone: what it stands for (a lock, a connection) is still
 * the parent's. Here and below, no field points to what is being freed:
 * another thread may fork meanwhile. */
void
jpkip_shared_close(struct jpki_shared *s)
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

void
jpkip_shared_forget(struct jpki_shared *s)
{
	struct jpki_cert *cert;
	size_t i;

	for (i = 0; i < JPKIP_N_SLOTS; i++) {
		cert = s->certs[i];
		s->certs[i] = NULL;
		jpki_cert_free(&cert);
	}
}

/* Another card than the last one: one that was seen before, or (0) a new one.
 * Epochs differ between shared cards too: a PIN that was given for one is
 * never sent to the other. */
static void
begin_epoch(struct jpki_shared *s, unsigned epoch)
{
	static atomic_uint last;

	s->epoch = epoch != 0 ? epoch : atomic_fetch_add(&last, 1) + 1;
	s->tried_head = false;
	jpkip_shared_forget(s);
}

static int
has_serial(const struct jpki_shared *s, struct jpki_card *card, bool *yes)
{
	char serial[JPKI_INFO_MAX];
	int r;

	*yes = false;
	if ((r = jpki_card_info(card, JPKI_INFO_SERIAL, serial,
	    sizeof(serial))) == 0)
		*yes = strcmp(serial, s->serial) == 0;
	return r;
}

static int
check_serial(struct jpki_shared *s)
{
	bool yes;
	int r;

	if (s->serial == NULL)
		return 0;
	if ((r = has_serial(s, s->card, &yes)) != 0)
		return jpkip_shared_told(s, r);
	if (yes)
		return 0;
	jpkip_ctx_clear(s->caller);
	return jpkip_fail(s->caller, JPKI_ERR_CHANGED,
	    "its serial number is not the one that was asked for",
	    "指定されたシリアル番号のカードではありません");
}

/* Takes the card in a reader if it is the one with the serial number; the
 * second one that says so is too many. One that is none of ours, or does not
 * say, is another one; of a card that could not be asked nobody knows. */
static int
take_if_asked_for(struct jpki_shared *s, const char *reader)
{
	struct jpki_card *card = NULL;
	bool yes = false;
	int r;

	if ((r = jpki_card_open(s->ctx, reader, &card)) == 0)
		r = has_serial(s, card, &yes);
	if (yes && s->card == NULL) {
		s->card = card;
		return 0;
	}
	jpki_card_close(&card);
	if (yes)
		return JPKI_ERR_AMBIGUOUS;
	return jpki_errclass(r) == JPKI_CLASS_CARD ? 0 : r;
}

/*
 * Several cards answer, and one was asked for by its serial number: each is
 * opened and asked. The number is what a card says of itself; where a PIN
 * follows it is the certificate that tells, as always (find_epoch()).
 */
static int
open_by_serial(struct jpki_shared *s)
{
	const char *unasked = NULL;
	struct jpkip_readers readers;
	int failure = 0, r;
	size_t i;

	if ((r = jpkip_reader_list(s->ctx, s->reader, &readers)) != 0)
		return r;
	for (i = 0; r != JPKI_ERR_AMBIGUOUS && i < readers.n; i++) {
		r = take_if_asked_for(s, readers.list[i].name);
		if (r != 0 && unasked == NULL) {
			unasked = readers.list[i].name;
			failure = r;
		}
	}
	jpkip_ctx_clear(s->ctx);
	if (r == JPKI_ERR_AMBIGUOUS)
		return jpkip_fail(s->ctx, r, "they have the same serial number",
		    "シリアル番号が同じです");
	if (s->card != NULL)
		return jpki_card_begin(s->card);
	if (unasked != NULL)
		return jpkip_fail(s->ctx, failure, JPKIP_SAME("%s"), unasked);
	return jpkip_fail(s->ctx, JPKI_ERR_CHANGED,
	    "none of the cards has the serial number that was asked for",
	    "指定されたシリアル番号のカードがありません");
}

/* The run that opens it goes on. */
static int
open_handle(struct jpki_shared *s, enum jpki_pin pin)
{
	int r;

	if ((s->ctx = jpki_ctx_new()) == NULL)
		return fail_own(s, JPKI_ERR_MEMORY);
	s->pid = getpid();
	jpkip_ctx_follow(s->ctx, s->caller);
	r = jpkip_card_open_begin(s->ctx, s->reader, pin, &s->card);
	if (r == JPKI_ERR_AMBIGUOUS && s->serial != NULL)
		r = open_by_serial(s);
	if (r != 0)
		(void)jpkip_shared_told(s, r);
	else
		r = check_serial(s);
	if (r != 0)
		jpkip_shared_close(s);
	return r;
}

/* The auth certificate is what tells this card from others. */
void
jpkip_shared_keep(struct jpki_shared *s, enum jpki_slot slot,
    struct jpki_cert *cert)
{
	size_t len;
	const uint8_t *der = jpki_cert_der(cert, &len);

	s->certs[jpkip_slot_index(slot)] = cert;
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
	uint64_t insertion = jpkip_link_insertion(&s->card->link);
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
		(void)jpkip_shared_told(s, r);
		jpkip_shared_close(s);
		return r;
	}
	epoch = r == 0 ? jpkip_seen_find(&s->seen, s->ctx, cert) : 0;
	if (epoch == 0 || epoch != s->epoch)
		begin_epoch(s, epoch);
	if (r == 0 && s->certs[jpkip_slot_index(JPKI_SLOT_AUTH)] == NULL)
		jpkip_shared_keep(s, JPKI_SLOT_AUTH, cert);
	else
		jpki_cert_free(&cert);
	return 0;
}

int
jpkip_shared_dead(struct jpki_shared *s, int r)
{
	if (jpki_errclass(r) == JPKI_CLASS_TRANSPORT)
		jpkip_shared_close(s);
	return r;
}

int
jpkip_shared_handle_begin(struct jpki_shared *s, enum jpki_pin pin,
    bool *begun)
{
	int r;

	*begun = false;
	if (s->card != NULL && s->pid != getpid())
		jpkip_shared_close(s);
	if (s->card != NULL)
		return 0;
	if ((r = open_handle(s, pin)) != 0 || (r = find_epoch(s)) != 0)
		return r;
	*begun = true;
	jpkip_ignore(jpki_card_info(s->card, JPKI_INFO_READER, s->seen_in,
	    sizeof(s->seen_in)));
	s->insertion = jpkip_link_insertion(&s->card->link);
	s->carrier = jpki_card_carrier(s->card);
	return 0;
}

int
jpkip_shared_handle(struct jpki_shared *s)
{
	bool begun;
	int r = jpkip_shared_handle_begin(s, JPKI_PIN_AUTH, &begun);

	return r == 0 && begun ? jpkip_shared_end(s, 0) : r;
}

/* Ends a run on another card than the one that was meant. Where nothing is
 * known of that one, it may well be the same. */
static int
not_it(struct jpki_shared *s, unsigned epoch)
{
	/* A phone does not tell without its PIN. */
	bool known = jpkip_seen_known(&s->seen, epoch) &&
	    s->carrier != JPKI_CARRIER_ANDROID;

	jpkip_ignore(jpki_card_end(s->card));
	if (known)
		return fail_own(s, JPKI_ERR_CHANGED);
	jpkip_ctx_clear(s->caller);
	return jpkip_hint(s->caller, jpkip_fail(s->caller, JPKI_ERR_CHANGED,
	    "or the same one, of which nothing was read before that would "
	    "tell",
	    "同じカードかもしれませんが、見分けるための情報を前に"
	    "読み取っていません"),
	    "No PIN was sent. Give it again for the card that is in the "
	    "reader now; the program may have to be started again for that.",
	    "暗証番号は送っていません。今セットしているカードの暗証番号を"
	    "入力し直してください。プログラムの再起動が必要なこともあります。");
}

/*
 * Begins a run on the card of an epoch. A handle may have died since the last
 * run, with pcscd or while the card was out: then once more with a new one, of
 * which jpkip_shared_handle() knows whose it is. No PIN was sent yet.
 */
int
jpkip_shared_begin(struct jpki_shared *s, unsigned epoch)
{
	bool begun;
	int r;

	if ((r = jpkip_shared_handle_begin(s, JPKI_PIN_AUTH, &begun)) != 0)
		return r;
	if (!begun && (r = jpki_card_begin(s->card)) != 0) {
		(void)jpkip_shared_told(s, r);
		jpkip_shared_close(s);
		if (r == JPKI_ERR_BUSY || r == JPKI_ERR_TIMEOUT ||
		    (r = jpkip_shared_handle_begin(s, JPKI_PIN_AUTH,
		    &begun)) != 0)
			return r;
	}
	return epoch == 0 || s->epoch == epoch ? 0 : not_it(s, epoch);
}

/* A card that is left open is worse than what failed before. */
int
jpkip_shared_end(struct jpki_shared *s, int r)
{
	int ended = jpki_card_end(s->card);

	if (ended != 0 && (r == 0 || ended == JPKI_ERR_DOOR))
		r = jpkip_shared_told(s, ended);
	return jpkip_shared_dead(s, r);
}

/* In a run: kept, or another one that is the same PIN (again), may have been
 * refused by another process until we were alone with the card. */
static int
send_alone(struct jpki_shared *s, struct jpki_kept *kept, unsigned count,
    bool again, int min_tries, int *left)
{
	struct jpkip_refused *refused = jpkip_refused_of(s->refused, kept);
	int r;

	if ((r = jpkip_kept_check(s->caller, kept, true)) != 0 ||
	    (atomic_load(&refused->count) != count &&
	    (r = jpkip_refused_is(s->caller, refused, kept, &again)) != 0))
		return r;
	if ((r = jpkip_kept_send(s->card, kept, again, min_tries, left)) != 0)
		(void)jpkip_shared_told(s, r);
	jpkip_kept_settle(s->caller, kept, r, refused);
	return r;
}

/* A run with a VERIFY begins. Most of what can be known is found out before,
 * since others wait for the card. */
int
jpkip_shared_begin_with(struct jpki_shared *s, unsigned epoch,
    struct jpki_kept *kept, int min_tries, int *left)
{
	struct jpkip_refused *refused;
	unsigned count;
	bool again;
	int ignored, r;

	if (left == NULL)
		left = &ignored;
	*left = -1;
	jpkip_ctx_clear(s->caller);
	if ((r = jpkip_kept_check(s->caller, kept, false)) != 0)
		return jpkip_kept_blame(s->caller, kept, r);
	if (kept->epoch != epoch)
		return fail_own(s, JPKI_ERR_CHANGED);
	refused = jpkip_refused_of(s->refused, kept);
	count = atomic_load(&refused->count);
	if ((r = jpkip_refused_is(s->caller, refused, kept, &again)) != 0 ||
	    (r = jpkip_shared_begin(s, epoch)) != 0)
		return r;
	jpkip_ctx_clear(s->caller);
	r = send_alone(s, kept, count, again, min_tries, left);
	if (r == 0)
		return 0;
	r = jpkip_shared_end(s, r);
	return jpkip_kept_blame(s->caller, kept, r);
}
