/* SPDX-License-Identifier: Apache-2.0 */
/* What events do to a card and its certificates: a table, and a fold. */
#include <jpki/err.h>

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "rules/verdict.h"

enum effect {
	KEEP = 0,	/* only a remark */
	LAPSE,
	EXPIRE,
	HOLD,
	RELEASE,	/* a hold ends, all is well */
	RELEASE_LAPSE,	/* a hold ends, and the certificate with it */
	ISSUE,
	NEXT_DAY	/* works again from the day after */
};

enum { CARD, AUTH, SIGN, PARTS };

struct jpki_history {
	struct jpki_verdict card, auth, sign;
	struct jpki_why why;
};

#define EVENT_ROWS 5	/* with the end of the list */
#define EVENT_ADVICE 4

struct event_info {
	const char *name, *en, *ja;
	struct {
		enum effect effect;
		enum jpkip_row rows[EVENT_ROWS];
		enum jpki_advice advice[EVENT_ADVICE];
	} part[PARTS];
};

/* Short names for the table. */
#define R(id) JPKIP_##id
#define A(id) JPKI_ADVICE_##id

/* One of the four items changed. */
#define CHANGED \
	[AUTH] = { KEEP, { R(D2), R(A8) }, { 0 } }, \
	[SIGN] = { LAPSE, { R(D1), R(D4), R(D3) }, { A(NEW_SIGN) } }
/* The card is out of the holder's hands. */
#define SUSPENDED \
	[CARD] = { HOLD, { R(D6) }, { A(SUSPEND), A(RELEASE) } }, \
	[AUTH] = { HOLD, { R(D7), R(D5) }, { A(SUSPEND), A(RELEASE) } }, \
	[SIGN] = { HOLD, { R(D6), R(D4) }, { A(SUSPEND), A(RELEASE) } }
#define AUTH_LAPSES \
	[AUTH] = { LAPSE, { R(D5), R(A4) }, { A(NEW_CERT) } }
#define SIGN_LAPSES \
	[SIGN] = { LAPSE, { R(D4), R(A4) }, { A(NEW_CERT) } }
#define AUTH_EXPIRES \
	[AUTH] = { EXPIRE, { R(D5), R(A4), R(L11) }, \
	    { A(NEW_CERT), A(HEALTH) } }
#define SIGN_EXPIRES \
	[SIGN] = { EXPIRE, { R(D4), R(A4) }, { A(NEW_CERT) } }
#define AUTH_RENEWED \
	[AUTH] = { ISSUE, { R(C1), R(D11), R(L1) }, { A(FEE) } }
#define SIGN_RENEWED \
	[SIGN] = { ISSUE, { R(C1), R(D11), R(L1), R(L15) }, { A(FEE) } }
#define ISSUED(PART) \
	[PART] = { ISSUE, { R(A4), R(D11), R(E8) }, { A(FEE) } }

static const struct event_info events[] = {
	[JPKI_EVENT_NAME] = { "name",
	    "the name changed (旧氏 and 通称, too)",
	    "氏名（旧氏・通称を含む）の変更", { CHANGED } },
	[JPKI_EVENT_ADDRESS] = { "address",
	    "the address changed", "住所の変更", { CHANGED } },
	[JPKI_EVENT_BIRTH] = { "birth-date",
	    "the date of birth was corrected", "生年月日の変更",
	    { CHANGED } },
	[JPKI_EVENT_SEX] = { "sex",
	    "the sex changed", "性別の変更", { CHANGED } },
	[JPKI_EVENT_MOVED_OUT] = { "moved-out",
	    "moved out, to another municipality", "他市区町村への転出", {
	    [CARD] = { KEEP, { R(D9) }, { A(CONTINUE) } },
	    CHANGED } },
	[JPKI_EVENT_MOVED_IN] = { "moved-in",
	    "moved in, and the card's address was updated",
	    "転入（カード券面の住所変更手続き）", {
	    [CARD] = { KEEP, { R(D9) }, { A(CONTINUE) } },
	    [AUTH] = { NEXT_DAY, { R(D10), R(D2), R(A8) }, { 0 } },
	    [SIGN] = { LAPSE, { R(D1), R(D4), R(D3) }, { A(NEW_SIGN) } } } },
	[JPKI_EVENT_LOST] = { "lost",
	    "the card was lost and suspended", "カードの紛失（一時停止）",
	    { SUSPENDED } },
	[JPKI_EVENT_STOLEN] = { "stolen",
	    "the card was stolen and suspended", "カードの盗難（一時停止）",
	    { SUSPENDED } },
	[JPKI_EVENT_FOUND] = { "found",
	    "the card was found and the suspension lifted",
	    "カードの発見（一時停止の解除）", {
	    [CARD] = { RELEASE, { R(D7) }, { 0 } },
	    [AUTH] = { RELEASE, { R(D7) }, { 0 } },
	    [SIGN] = { RELEASE_LAPSE, { R(D6), R(D4), R(A4) },
		{ A(NEW_SIGN) } } } },
	[JPKI_EVENT_CARD_LAPSED] = { "card-lapsed",
	    "the card lapsed", "カードの失効", {
	    [CARD] = { LAPSE, { R(B9), R(K4) }, { A(NEW_CARD) } },
	    [AUTH] = { LAPSE, { R(B9), R(D5) }, { A(NEW_CARD) } },
	    [SIGN] = { LAPSE, { R(B9), R(D4) }, { A(NEW_CARD) } } } },
	[JPKI_EVENT_CARD_EXPIRY] = { "card-expiry",
	    "the card's period ended", "カードの有効期限切れ", {
	    [CARD] = { EXPIRE, { R(D8), R(K4) }, { A(NEW_CARD) } },
	    [AUTH] = { LAPSE, { R(D8), R(B2), R(D5) }, { A(NEW_CARD) } },
	    [SIGN] = { LAPSE, { R(D8), R(B2), R(D4) }, { A(NEW_CARD) } } } },
	[JPKI_EVENT_REQUEST] = { "request",
	    "the holder gave up both certificates",
	    "本人の申請による失効（両方）", { AUTH_LAPSES, SIGN_LAPSES } },
	[JPKI_EVENT_REQUEST_AUTH] = { "request-auth",
	    "the holder gave up 利用者証明用",
	    "本人の申請による失効（利用者証明用）", { AUTH_LAPSES } },
	[JPKI_EVENT_REQUEST_SIGN] = { "request-sign",
	    "the holder gave up 署名用",
	    "本人の申請による失効（署名用）", { SIGN_LAPSES } },
	[JPKI_EVENT_EX_OFFICIO] = { "ex-officio",
	    "J-LIS revoked both certificates ex officio",
	    "J-LIS の職権による失効", { AUTH_LAPSES, SIGN_LAPSES } },
	[JPKI_EVENT_LEAK] = { "leak",
	    "information leaked, of both certificates", "情報の漏えい",
	    { AUTH_LAPSES, SIGN_LAPSES } },
	[JPKI_EVENT_EXPIRY] = { "expiry",
	    "both certificates expired", "有効期間の満了（両方）",
	    { AUTH_EXPIRES, SIGN_EXPIRES } },
	[JPKI_EVENT_EXPIRY_AUTH] = { "expiry-auth",
	    "利用者証明用 expired", "有効期間の満了（利用者証明用）", {
	    AUTH_EXPIRES,
	    [SIGN] = { KEEP, { R(B3) }, { A(READ_CERT) } } } },
	[JPKI_EVENT_EXPIRY_SIGN] = { "expiry-sign",
	    "署名用 expired", "有効期間の満了（署名用）",
	    { SIGN_EXPIRES } },
	[JPKI_EVENT_RENEW] = { "renew",
	    "both certificates were renewed", "更新（両方）",
	    { AUTH_RENEWED, SIGN_RENEWED } },
	[JPKI_EVENT_RENEW_AUTH] = { "renew-auth",
	    "利用者証明用 was renewed", "更新（利用者証明用）",
	    { AUTH_RENEWED } },
	[JPKI_EVENT_RENEW_SIGN] = { "renew-sign",
	    "署名用 was renewed", "更新（署名用）", { SIGN_RENEWED } },
	[JPKI_EVENT_ISSUE] = { "issue",
	    "both certificates were issued anew", "新規発行（両方）",
	    { ISSUED(AUTH), ISSUED(SIGN) } },
	[JPKI_EVENT_ISSUE_AUTH] = { "issue-auth",
	    "利用者証明用 was issued anew", "新規発行（利用者証明用）",
	    { ISSUED(AUTH) } },
	[JPKI_EVENT_ISSUE_SIGN] = { "issue-sign",
	    "署名用 was issued anew", "新規発行（署名用）",
	    { ISSUED(SIGN) } },
	[JPKI_EVENT_NEW_CARD] = { "new-card",
	    "a new card came, with both certificates",
	    "新しいカードの交付（両方を搭載）", {
	    [CARD] = { ISSUE, { R(K4), R(H2) }, { A(FEE) } },
	    [AUTH] = { ISSUE, { R(D11), R(A1) }, { 0 } },
	    [SIGN] = { ISSUE, { R(D11), R(A1), R(G2) }, { 0 } } } },
};

#define N_EVENTS (sizeof(events) / sizeof(events[0]))

static bool
exists(enum jpki_event event)
{
	return event >= 1 && (size_t)event < N_EVENTS;
}

const char *
jpki_event_name(enum jpki_event event)
{
	return exists(event) ? events[event].name : NULL;
}

const char *
jpki_event_text(enum jpki_event event, enum jpki_lang lang)
{
	if (!exists(event))
		return NULL;
	return lang == JPKI_LANG_JA ? events[event].ja : events[event].en;
}

enum jpki_event
jpki_event_find(const char *name)
{
	size_t i;

	for (i = 1; name != NULL && i < N_EVENTS; i++)
		if (strcmp(events[i].name, name) == 0)
			return (enum jpki_event)i;
	return (enum jpki_event)0;
}

/* Whether an effect makes a difference to a part in its state. */
static bool
takes_effect(enum effect effect, enum jpki_state state, bool card_in_use)
{
	switch (effect) {
	case LAPSE:
		return state != JPKI_STATE_LAPSED;
	case EXPIRE:
		return state != JPKI_STATE_LAPSED &&
		    state != JPKI_STATE_EXPIRED;
	case HOLD:
	case NEXT_DAY:
		return state == JPKI_STATE_IN_USE;
	case RELEASE:
	case RELEASE_LAPSE:
		return state == JPKI_STATE_ON_HOLD;
	case ISSUE:
		return card_in_use;
	case KEEP:
		break;
	}
	return false;
}

static enum jpki_state
next_state(enum effect effect)
{
	switch (effect) {
	case LAPSE:
	case RELEASE_LAPSE:
		return JPKI_STATE_LAPSED;
	case EXPIRE:
		return JPKI_STATE_EXPIRED;
	case HOLD:
		return JPKI_STATE_ON_HOLD;
	case RELEASE:
	case ISSUE:
	case NEXT_DAY:
	case KEEP:
		break;
	}
	return JPKI_STATE_IN_USE;
}

/* A part while its history is folded. */
struct part {
	struct jpki_verdict v;
	struct jpki_date usable; /* first day of use; survives a hold */
	enum effect wait;	/* what that wait is for */
};

static void
refuse_issue(enum jpki_state card, struct jpki_why *why)
{
	JPKIP_RULES(why, JPKIP_A4, JPKIP_G1);
	JPKIP_ADVICE(why, card == JPKI_STATE_ON_HOLD ? JPKI_ADVICE_RELEASE :
	    JPKI_ADVICE_NEW_CARD);
}

static void
wait_for(struct part *p, enum effect effect, struct jpki_date on)
{
	p->usable = jpkip_date_add_days(on, 1);
	p->wait = effect;
}

static void
change(struct part *p, enum effect effect, bool waits, struct jpki_date on)
{
	memset(&p->v, 0, sizeof(p->v));
	p->v.state = next_state(effect);
	p->v.from = on;
	if (effect == HOLD || effect == RELEASE)
		return;
	memset(&p->usable, 0, sizeof(p->usable));
	if (waits)
		wait_for(p, effect, on);
}

static void
apply(const struct event_info *info, int which, struct jpki_date on,
    enum jpki_state card, struct part *p)
{
	enum effect effect = info->part[which].effect;
	bool issue = effect == ISSUE && which != CARD;

	/* A remark is about what is in use. */
	if (effect == KEEP && p->v.state != JPKI_STATE_IN_USE)
		return;
	/* The move counts behind a hold, too. */
	if (effect == NEXT_DAY && p->v.state == JPKI_STATE_ON_HOLD)
		wait_for(p, effect, on);
	if (effect != KEEP) {
		if (!takes_effect(effect, p->v.state,
		    !issue || card == JPKI_STATE_IN_USE)) {
			if (issue)
				refuse_issue(card, &p->v.why);
			return;
		}
		change(p, effect, issue || effect == NEXT_DAY, on);
	}
	jpkip_why_rules(&p->v.why, info->part[which].rows);
	jpkip_why_advice(&p->v.why, info->part[which].advice);
}

/* What the wait means on the day asked about. */
static void
settle_wait(struct part *p, struct jpki_date on)
{
	bool issue = p->wait == ISSUE;

	if (p->v.state != JPKI_STATE_IN_USE || p->usable.year == 0)
		return;
	if (jpki_date_cmp(p->v.from, p->usable) < 0)
		p->v.from = p->usable;
	if (jpki_date_cmp(on, p->usable) >= 0)
		return;
	p->v.state = JPKI_STATE_WAITING;
	JPKIP_RULES(&p->v.why, issue ? JPKIP_D11 : JPKIP_D10);
	JPKIP_ADVICE(&p->v.why, issue ? JPKI_ADVICE_WAIT_24H :
	    JPKI_ADVICE_WAIT_DAY);
}

static int
check_events(const struct jpki_event_at *list, size_t n, struct jpki_date on)
{
	size_t i;

	if (list == NULL && n > 0)
		return JPKI_ERR_USAGE;
	if (!jpkip_date_valid(on))
		return JPKI_ERR_VALUE;
	for (i = 0; i < n; i++) {
		if (!exists(list[i].event))
			return JPKI_ERR_USAGE;
		if (!jpkip_date_valid(list[i].on) ||
		    jpki_date_cmp(list[i].on, on) > 0 || (i > 0 &&
		    jpki_date_cmp(list[i].on, list[i - 1].on) < 0))
			return JPKI_ERR_VALUE;
	}
	return 0;
}

static void
fold(const struct jpki_event_at *list, size_t n, struct jpki_date on,
    struct jpki_history *h)
{
	struct part parts[PARTS] = { 0 };
	size_t i;
	int which;

	for (which = CARD; which < PARTS; which++)
		parts[which].v.state = JPKI_STATE_IN_USE;
	/* The card first: what is issued depends on it. */
	for (i = 0; i < n; i++)
		for (which = CARD; which < PARTS; which++)
			apply(&events[list[i].event], which, list[i].on,
			    parts[CARD].v.state, &parts[which]);
	for (which = CARD; which < PARTS; which++)
		settle_wait(&parts[which], on);
	h->card = parts[CARD].v;
	h->auth = parts[AUTH].v;
	h->sign = parts[SIGN].v;
}

/* The certificate that fared worse speaks first. */
static void
join_reasons(struct jpki_history *h)
{
	bool auth_first = h->auth.state > h->sign.state;

	jpkip_why_add(&h->why, auth_first ? &h->auth.why : &h->sign.why);
	jpkip_why_add(&h->why, auth_first ? &h->sign.why : &h->auth.why);
	jpkip_why_add(&h->why, &h->card.why);
}

int
jpki_rules_events(const struct jpki_event_at *list, size_t n,
    struct jpki_date on, struct jpki_history **out)
{
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if ((r = check_events(list, n, on)) != 0)
		return r;
	if ((*out = calloc(1, sizeof(**out))) == NULL)
		return JPKI_ERR_MEMORY;
	fold(list, n, on, *out);
	join_reasons(*out);
	return 0;
}

void
jpki_history_free(struct jpki_history **history)
{
	if (history == NULL)
		return;
	free(*history);
	*history = NULL;
}

const struct jpki_verdict *
jpki_history_card(const struct jpki_history *history)
{
	return history != NULL ? &history->card : NULL;
}

const struct jpki_verdict *
jpki_history_auth(const struct jpki_history *history)
{
	return history != NULL ? &history->auth : NULL;
}

const struct jpki_verdict *
jpki_history_sign(const struct jpki_history *history)
{
	return history != NULL ? &history->sign : NULL;
}

const struct jpki_why *
jpki_history_why(const struct jpki_history *history)
{
	return history != NULL ? &history->why : NULL;
}
