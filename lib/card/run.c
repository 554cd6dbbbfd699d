/* SPDX-License-Identifier: Apache-2.0 */
#include "card/run.h"

#include <signal.h>

#include "card/cert.h"
#include "card/command.h"
#include "card/file.h"
#include "card/head.h"

static void
forget_run(struct jpki_card *card)
{
	card->app = NULL;
	card->fresh = false;
	card->ef = 0;
	card->verified = 0;
	card->pin_sent = false;
	card->broken = 0;
}

/*
 * After a reconnection, before anything else: is it the same card? The sure
 * sign is its auth certificate. Where none was read before there is nothing to
 * compare, and the card must be opened anew. While a card is being opened,
 * there was none before it.
 */
static int
same_card(struct jpki_card *card)
{
	size_t auth = jpkip_slot_index(JPKI_SLOT_AUTH);
	int r;

	if (!card->opened)
		return 0;
	card->sfi = JPKIP_SFI_UNKNOWN;
	jpkip_heads_forget(card);
	r = card->known[auth] == NULL ? JPKI_ERR_CHANGED :
	    jpkip_compare_cert(card, JPKI_SLOT_AUTH);
	if (r != JPKI_ERR_CHANGED)
		return r;
	card->changed = true;
	return jpkip_fail(card->ctx, JPKI_ERR_CHANGED, NULL, NULL);
}

/*
 * A program that is ended by ^C in a run would leave the card open to others,
 * and one that is stopped by ^Z would keep it from them. Runs are short: all
 * that would end or stop us waits until the door is closed.
 */
static void
hold_signals(struct jpki_card *card)
{
	/* By which a program fails at once, or that do nothing by default. */
	static const int others[] = {
		SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP,
		SIGCHLD, SIGCONT, SIGURG, SIGWINCH
	};
	sigset_t set;
	size_t i;

	(void)sigfillset(&set);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		(void)sigdelset(&set, others[i]);
	(void)pthread_sigmask(SIG_BLOCK, &set, &card->signals);
}

int
jpkip_run_begin(struct jpki_card *card)
{
	enum jpki_link_event event;
	int r;

	if (card->depth > 0) {
		card->depth++;
		return 0;
	}
	card->untouched = false;
	if (card->changed)
		return jpkip_fail(card->ctx, JPKI_ERR_CHANGED, NULL, NULL);
	if ((r = jpkip_link_begin(&card->link, &event)) != 0)
		return r;
	forget_run(card);
	if (event == JPKI_LINK_CHANGED) {
		card->changed = true;
		/* Not ours: leave it as it is. */
		jpkip_ignore(jpkip_link_end(&card->link, JPKI_LINK_LEAVE));
		return jpkip_fail(card->ctx, JPKI_ERR_CHANGED, NULL, NULL);
	}
	card->depth = 1;
	card->owner = pthread_self();
	hold_signals(card);
	if (event == JPKI_LINK_RECONNECTED && (r = same_card(card)) != 0)
		return jpkip_run_finish(card, r);
	return 0;
}

/* Another application clears the login; its answer does not matter, because
 * the power goes next. */
static void
close_door(struct jpki_card *card)
{
	struct jpkip_reply reply;
	struct jpkip_apdu apdu;

	card->broken = 0;
	jpkip_apdu_set(&apdu, 0x00, 0xa4, 0x04, 0x0c, jpkip_app_common.aid,
	    sizeof(jpkip_app_common.aid), 0);
	jpkip_ignore(jpkip_send(card, &apdu, &reply));
}

int
jpkip_run_end(struct jpki_card *card)
{
	int before = jpki_ctx_err(card->ctx);
	bool door;
	int r;

	if (card->depth == 0)
		return jpkip_fail(card->ctx, JPKI_ERR_NO_RUN, NULL, NULL);
	if (--card->depth > 0)
		return 0;
	door = card->pin_sent;
	if (door)
		close_door(card);
	forget_run(card);
	r = jpkip_link_end(&card->link,
	    door ? JPKI_LINK_POWER_OFF : JPKI_LINK_LEAVE);
	if (r != 0 && door) {
		/* An open door is worse than whatever came before. */
		jpkip_ctx_clear(card->ctx);
		r = before == 0 ?
		    jpkip_fail(card->ctx, JPKI_ERR_DOOR, NULL, NULL) :
		    jpkip_fail(card->ctx, JPKI_ERR_DOOR, JPKIP_SAME("%s"),
		    jpki_strerror(before, jpki_ctx_lang(card->ctx)));
	} else if (r == 0 && before == 0) {
		jpkip_ctx_clear(card->ctx);
	}
	/* Another thread's, when the card is closed, are not ours to set. */
	if (pthread_equal(card->owner, pthread_self()))
		(void)pthread_sigmask(SIG_SETMASK, &card->signals, NULL);
	return r;
}

int
jpkip_run_finish(struct jpki_card *card, int r)
{
	int end = jpkip_run_end(card);

	return r != 0 && end != JPKI_ERR_DOOR ? r : end;
}

/* Whether a run goes on that this thread did not begin. */
static bool
somebody_elses(const struct jpki_card *card)
{
	return card->depth > 0 && !pthread_equal(card->owner, pthread_self());
}

static int
fail_thread(struct jpki_card *card)
{
	jpkip_ctx_clear(card->ctx);
	return jpkip_fail(card->ctx, JPKI_ERR_USAGE,
	    "another thread began the run and has to end it",
	    "占有を始めたのは別のスレッドで、終えるのもそのスレッドです");
}

int
jpki_card_begin(struct jpki_card *card)
{
	if (card == NULL)
		return JPKI_ERR_USAGE;
	if (somebody_elses(card))
		return fail_thread(card);
	jpkip_ctx_clear(card->ctx);
	return jpkip_run_begin(card);
}

int
jpki_card_end(struct jpki_card *card)
{
	if (card == NULL)
		return JPKI_ERR_USAGE;
	if (somebody_elses(card))
		return fail_thread(card);
	return jpkip_run_end(card);
}
