/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of the service: facts in, verdict out. Pure: no clock, no card, no
 * network; the same facts give the same verdict. A verdict is immutable, any
 * thread may read it, and the caller frees it. Functions that read one take
 * NULL, too, as a verdict that says nothing.
 *
 * Every rule has a row id, such as B3, and stands on pages of municipalities,
 * the seeds S0 to S4, or on other public pages ("outside the seeds", the rows
 * L1 and up among them). Where the seeds disagree, the disagreements X1 to X16
 * say how, and what this library makes of it.
 *
 * Days are civil days in Japan, see jpki/date.h. A date with the year 0 is
 * "not known" or "none", so a struct of facts begins with its size alone,
 * struct jpki_card_facts f = { .size = sizeof(f) }, and gets the facts that
 * are known.
 */
#ifndef JPKI_RULES_H
#define JPKI_RULES_H

#include <jpki/date.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The law book ---- */

/* How a PC can find out about a rule. */
#define JPKI_RULE_CARD	 0x01	/* C: read from the card without a PIN */
#define JPKI_RULE_PIN	 0x02	/* P: read from the card after a PIN */
#define JPKI_RULE_DATE	 0x04	/* D: counting days */
#define JPKI_RULE_INPUT	 0x08	/* I: checking what the holder types */
#define JPKI_RULE_ONLINE 0x10	/* N: only an online status service knows */

/* These three are lent: keep pointers, not copies. */

/* A row. */
struct jpki_rule {
	const char *id;		/* "B6b" */
	const char *en, *ja;	/* what it says, in our words */
	unsigned checks;	/* JPKI_RULE_*; 0: can only be told */
};

/* A disagreement among the seeds. */
struct jpki_dispute {
	const char *id;		/* "X3" */
	const char *en, *ja;	/* who says what */
	const char *do_en, *do_ja; /* what this library does about it */
};

/* A page that the rules were taken from. */
struct jpki_seed {
	const char *id;		/* "S0" */
	const char *en, *ja;	/* the town */
	const char *date;	/* "2017-04-20"; "": the page has none */
};

/* The i-th, counted from 0; NULL past the last. Static. */
JPKI_API const struct jpki_rule *jpki_rule_at(size_t i);
JPKI_API const struct jpki_dispute *jpki_dispute_at(size_t i);
JPKI_API const struct jpki_seed *jpki_seed_at(size_t i);

/* The row with an id, in either case; NULL: there is none. Static. */
JPKI_API const struct jpki_rule *jpki_rule_find(const char *id);

/* The i-th page that a row stands on, and the i-th disagreement about it,
 * counted from 0; NULL past the last, and for a copy of a row. A row without a
 * page is from outside the seeds. Static. */
JPKI_API const struct jpki_seed *jpki_rule_seed(const struct jpki_rule *rule,
    size_t i);
JPKI_API const struct jpki_dispute *jpki_rule_dispute(
    const struct jpki_rule *rule, size_t i);

/* ---- Verdicts ---- */

/*
 * From better to worse: of two states the larger is the worse. Time alone
 * only makes a state worse, but for the two that wait: NOT_YET and WAITING.
 * Offline nobody knows that a certificate is valid; it is "not expired".
 */
enum jpki_state {
	JPKI_STATE_UNKNOWN = 0,	/* too few facts; no place in the order */
	JPKI_STATE_GOOD,	/* in date, and a status answer said "good" */
	JPKI_STATE_NOT_EXPIRED,	/* in date, as far as one can tell offline */
	JPKI_STATE_IN_USE,	/* no event ended it; its dates were not looked
				 * at */
	JPKI_STATE_RENEW,	/* in date, and it can be renewed now */
	JPKI_STATE_WAITING,	/* services still refuse it: a day to wait */
	JPKI_STATE_NOT_YET,	/* its first day is to come */
	JPKI_STATE_ON_HOLD,	/* suspended (一時保留) */
	JPKI_STATE_EXPIRED,	/* its last day is over */
	JPKI_STATE_LAPSED,	/* revoked (失効) */
	JPKI_STATE_NONE		/* there is none: declined, or not issued */
};

/* "not-expired": the same in every language, for programs. "?": no such. */
JPKI_API const char *jpki_state_name(enum jpki_state state);

/* A few words for people. "?": no such state. */
JPKI_API const char *jpki_state_text(enum jpki_state state,
    enum jpki_lang lang);

/* What to do. */
enum jpki_advice {
	JPKI_ADVICE_READ_CERT = 1, /* the certificate's own last day decides */
	JPKI_ADVICE_CHECK_STATUS, /* only a status service knows more */
	JPKI_ADVICE_RENEW,	/* renew, at the counter of your town */
	JPKI_ADVICE_RENEW_LATER, /* the same from a later day on */
	JPKI_ADVICE_BRING,	/* what to bring along */
	JPKI_ADVICE_PLACE,	/* counters and appointments differ */
	JPKI_ADVICE_FORGOTTEN,	/* a forgotten PIN at the renewal */
	JPKI_ADVICE_AGENT,	/* somebody else goes for the holder */
	JPKI_ADVICE_FEE,	/* ask your town: 0 or 200 yen */
	JPKI_ADVICE_WAIT_24H,	/* after an issue */
	JPKI_ADVICE_WAIT_DAY,	/* after moving in */
	JPKI_ADVICE_NOT_YET,	/* begins later; is the clock right? */
	JPKI_ADVICE_NEW_SIGN,	/* apply for a new 署名用 certificate */
	JPKI_ADVICE_NEW_CERT,	/* apply for new certificates */
	JPKI_ADVICE_NEW_CARD,	/* apply for a new card */
	JPKI_ADVICE_MOVED,	/* moved or renamed? it has lapsed or will */
	JPKI_ADVICE_CONTINUE,	/* 継続利用 after moving */
	JPKI_ADVICE_SUSPEND,	/* have the card suspended */
	JPKI_ADVICE_RELEASE,	/* found: have the suspension lifted */
	JPKI_ADVICE_EXTEND,	/* the stay, then the card, then certificates */
	JPKI_ADVICE_HEALTH,	/* health insurance: three more months */
	JPKI_ADVICE_PARTNER,	/* the two certificates' ends do not agree */
	JPKI_ADVICE_RESET_TOWN,	/* unlock or reset at the counter */
	JPKI_ADVICE_RESET_STORE, /* or with the app at a convenience store */
	JPKI_ADVICE_NO_UNLOCK,	/* a PC cannot unlock */
	JPKI_ADVICE_LAST_TRY,	/* one more miss locks it */
	JPKI_ADVICE_CHANGE_HOME, /* a known PIN can be changed at home */
	JPKI_ADVICE_MIX,	/* old passwords without a mix still work */
	JPKI_ADVICE_REPRESENTATIVE, /* comes along and proves it */
	JPKI_ADVICE_PROOF_FAMILY, /* 戸籍謄本 */
	JPKI_ADVICE_PROOF_WARD,	/* 成年後見登記事項証明書 */
	JPKI_ADVICE_SIGN_LATER,	/* 署名用 from the 15th birthday */
	JPKI_ADVICE_NO_SIGN,	/* no 署名用 is normal for this holder */
	JPKI_ADVICE_ISSUE_LATER, /* who wants one can have it issued */
	JPKI_ADVICE_SAY_BIRTH,	/* the whole date of birth would tell more */
	JPKI_ADVICE_SAY_CARD,	/* so would the last day of the card */
	JPKI_ADVICE_SAY_AUTH,	/* and that of the auth certificate */
	JPKI_ADVICE_WITH_CARD,	/* ends with its card: a new card, no renewal */
	JPKI_ADVICE_CARD_ENDS,	/* the card ends within three months */
	JPKI_ADVICE_UNLESS_CARD, /* unless it ends with its card or a stay */
	JPKI_ADVICE_OPEN_BIRTHDAY, /* no source tells whether it counts */
	JPKI_ADVICE_OPEN_FEB29,	/* nor of 29 February */
	JPKI_ADVICE_STAY_ENDED	/* the card is over, too: stay, then new card */
};

/* A sentence for people; "" for a code that does not exist. Static. */
JPKI_API const char *jpki_advice_text(enum jpki_advice advice,
    enum jpki_lang lang);

/* Why, and what to do: the weightiest first, each once. Borrowed from the
 * verdict that has it. NULL and 0 past the last. */
struct jpki_why;
JPKI_API size_t jpki_why_rule_count(const struct jpki_why *why);
JPKI_API const struct jpki_rule *jpki_why_rule(const struct jpki_why *why,
    size_t i);
JPKI_API size_t jpki_why_advice_count(const struct jpki_why *why);
JPKI_API enum jpki_advice jpki_why_advice(const struct jpki_why *why,
    size_t i);

/* What the rules say about one certificate or card on one day. */
struct jpki_verdict;
JPKI_API enum jpki_state jpki_verdict_state(const struct jpki_verdict *verdict);

/* First day (see each function) and last day, the whole of it; the year is 0
 * where there is none, or it is not known. */
JPKI_API struct jpki_date jpki_verdict_from(const struct jpki_verdict *verdict);
JPKI_API struct jpki_date jpki_verdict_until(
    const struct jpki_verdict *verdict);

/* The latest day that the last day can be, whatever was not said. Where the
 * last day is known, that. */
JPKI_API struct jpki_date jpki_verdict_until_latest(
    const struct jpki_verdict *verdict);

/* First day that it can be renewed; the year is 0 where it is not certain that
 * there is one: what ends with its card or a stay cannot be renewed, nor can
 * what is over, revoked or on hold. */
JPKI_API struct jpki_date jpki_verdict_renew_from(
    const struct jpki_verdict *verdict);

/* Days until the last day: 0 is the last day, -1 the day after; 0 if the last
 * day is not known. */
JPKI_API int32_t jpki_verdict_days_left(const struct jpki_verdict *verdict);
JPKI_API const struct jpki_why *jpki_verdict_why(
    const struct jpki_verdict *verdict);

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_verdict_free(struct jpki_verdict **verdict);

/*
 * All of the functions below that make something return 0, JPKI_ERR_USAGE
 * (NULL, a size of 0, an enum that does not exist), JPKI_ERR_VALUE (a day that
 * does not exist, days in an impossible order) or JPKI_ERR_MEMORY; the caller
 * frees what they made.
 */

/* ---- A certificate that was read, at a moment ---- */

enum jpki_pin_state {
	JPKI_PIN_STATE_UNKNOWN = 0, /* the card gave no count */
	JPKI_PIN_STATE_READY,
	JPKI_PIN_STATE_LAST_TRY,
	JPKI_PIN_STATE_LOCKED
};

/* jpki_check_facts() sets what a certificate and its check tell. */
struct jpki_cert_facts {
	size_t size;
	int64_t not_before, not_after; /* its exact seconds, UTC */
	int64_t partner_not_after; /* of the card's other one; 0: not known */
	enum jpki_key key;	/* which of the two certificates; needed */
	enum jpki_carrier carrier; /* a Juki card's have all lapsed */
	enum jpki_revocation_state revocation;
	int reason;		/* if revoked: CRLReason of RFC 5280; -1: not
				 * said */
	enum jpki_pin_state pin; /* of the certificate's own PIN */
	struct jpki_date card_until; /* last day of the card */
	int absent;		/* 1: the card has no such certificate; the
				 * other facts do not matter then */
	int moved;		/* 1: the card's text and the sign
				 * certificate's attributes differ */
};

/*
 * The verdict on a certificate at a moment, in seconds since 1970-01-01 UTC.
 * Revoked beats everything; then absent, expired (it or its card), on hold,
 * not yet, the 24 hours after the issue, the renewal, and last what else is
 * fine. "moved" and a locked PIN do not change the state, they give reasons
 * and advice. from and until are the days of not_before and of the end.
 */
JPKI_API int jpki_rules_cert(const struct jpki_cert_facts *facts, int64_t now,
    struct jpki_verdict **out) JPKI_CHECK;

/* The words for people on a CRLReason in this service. Static; never NULL. */
JPKI_API const char *jpki_revocation_text(int reason, enum jpki_lang lang);

/* ---- When will it end? ---- */

struct jpki_validity_facts {
	size_t size;
	enum jpki_key key;	/* needed */
	enum jpki_carrier carrier; /* JPKI_CARRIER_JUKI: three years flat */
	struct jpki_date issued;   /* needed, but for a Juki card */
	struct jpki_date birth;	   /* day, or month and day, may be 0 */
	struct jpki_date card_until;
	struct jpki_date auth_until; /* sign only: the auth certificate's */
	struct jpki_date stay_until; /* of those whose stay has an end; none:
				    * it has none */
	struct jpki_date renewed_from; /* last day of the one it replaced;
				    * none: it replaced none */
	enum jpki_feb29 feb29;
	int reserved;		/* 0 */
};

/*
 * The last day of a certificate from the rules: the earliest of its bounds;
 * the reasons begin with the bound that won. A bound that was not said is not
 * unbounded: the 5th birthday comes within five years whoever it is, and every
 * card has an end. So there is no last day, only a latest one, unless a bound
 * that was said lies before every day on which another one could. on (may be no
 * date) is the day that the state and the days left are for. JPKI_STATE_NONE:
 * not issued to the holder at that age. JPKI_STATE_UNKNOWN: no day, or the last
 * day is not certain and may be over. from is the day of the issue. This
 * explains a date; the certificate itself has the right one.
 */
JPKI_API int jpki_rules_validity(const struct jpki_validity_facts *facts,
    struct jpki_date on, struct jpki_verdict **out) JPKI_CHECK;

struct jpki_card_facts {
	size_t size;
	struct jpki_date applied;  /* accepted by J-LIS; needed: the age is
				    * that of this day */
	struct jpki_date issued;   /* 発行日; needed */
	struct jpki_date birth;	   /* needed; day, or month and day, may be 0 */
	struct jpki_date stay_until; /* none: it has no end */
	enum jpki_feb29 feb29;
	int reserved;		   /* 0 */
};

/* The last day of a My Number Card; otherwise as jpki_rules_validity(). */
JPKI_API int jpki_rules_card(const struct jpki_card_facts *facts,
    struct jpki_date on, struct jpki_verdict **out) JPKI_CHECK;

/* The renewal of a certificate that ends with a day. from and renew_from: the
 * first day that it can be renewed; until: the last. */
JPKI_API int jpki_rules_renewal(struct jpki_date until, struct jpki_date on,
    struct jpki_verdict **out) JPKI_CHECK;

struct jpki_renewal_facts {
	size_t size;
	struct jpki_date until;	     /* last day of the certificate; needed */
	struct jpki_date card_until;
	struct jpki_date stay_until; /* none: it has no end */
	int reserved;		     /* 0 */
};

/* The same, of a certificate whose card or stay is known, too: where it ends
 * with these, there is no first day, and nothing to renew. */
JPKI_API int jpki_rules_renew(const struct jpki_renewal_facts *facts,
    struct jpki_date on, struct jpki_verdict **out) JPKI_CHECK;

/* ---- What happened to it? ---- */

enum jpki_event {
	JPKI_EVENT_NAME = 1,	/* 氏名, also 旧氏 and 通称 */
	JPKI_EVENT_ADDRESS,
	JPKI_EVENT_BIRTH,
	JPKI_EVENT_SEX,
	JPKI_EVENT_MOVED_OUT,	/* to another municipality */
	JPKI_EVENT_MOVED_IN,	/* and the card's face was updated there */
	JPKI_EVENT_LOST,	/* and suspended */
	JPKI_EVENT_STOLEN,
	JPKI_EVENT_FOUND,	/* and the suspension lifted */
	JPKI_EVENT_CARD_LAPSED,
	JPKI_EVENT_CARD_EXPIRY,
	JPKI_EVENT_REQUEST,	/* the holder gives up both */
	JPKI_EVENT_REQUEST_AUTH,
	JPKI_EVENT_REQUEST_SIGN,
	JPKI_EVENT_EX_OFFICIO,	/* J-LIS revokes both */
	JPKI_EVENT_LEAK,	/* of information; both */
	JPKI_EVENT_EXPIRY,	/* both certificates */
	JPKI_EVENT_EXPIRY_AUTH,
	JPKI_EVENT_EXPIRY_SIGN,
	JPKI_EVENT_RENEW,	/* both */
	JPKI_EVENT_RENEW_AUTH,
	JPKI_EVENT_RENEW_SIGN,
	JPKI_EVENT_ISSUE,	/* both, on the card there is */
	JPKI_EVENT_ISSUE_AUTH,
	JPKI_EVENT_ISSUE_SIGN,
	JPKI_EVENT_NEW_CARD	/* with both certificates */
};

/* "moved-in"; NULL: no such event, which ends an enumeration from 1. */
JPKI_API const char *jpki_event_name(enum jpki_event event);

/* The event of a name; 0: there is none. */
JPKI_API enum jpki_event jpki_event_find(const char *name);

/* What it is, for people. NULL: no such event. */
JPKI_API const char *jpki_event_text(enum jpki_event event,
    enum jpki_lang lang);

/* An element of the caller's array: frozen. */
struct jpki_event_at {
	enum jpki_event event;
	struct jpki_date on;
};

/*
 * How the card and its two certificates stand. Of these verdicts, from is the
 * first day of use after an issue or a move, or else the day of the event that
 * made the state; there is no until. They are borrowed from the history; its
 * why has the reasons of all three, those of the certificate that fared worse
 * first (of the sign certificate if both fared alike), then the other one's
 * and the card's.
 */
struct jpki_history;
JPKI_API const struct jpki_verdict *jpki_history_card(
    const struct jpki_history *history);
JPKI_API const struct jpki_verdict *jpki_history_auth(
    const struct jpki_history *history);
JPKI_API const struct jpki_verdict *jpki_history_sign(
    const struct jpki_history *history);
JPKI_API const struct jpki_why *jpki_history_why(
    const struct jpki_history *history);

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_history_free(struct jpki_history **history);

/*
 * Folds n events, in their order, over a card in use with two certificates,
 * and tells how the three stand at the end of a day. Rules of the order:
 *  - Lapsed stays lapsed; only an issue or a renewal replaces it.
 *  - Expired stays expired, unless it is revoked or replaced.
 *  - A hold (lost, stolen) touches only what is in use. Found lifts it: the
 *    auth certificate works again, the sign certificate lapses. Found does
 *    nothing to what was not on hold.
 *  - A card that lapsed or expired takes both certificates with it; only a
 *    new card brings new ones. Nothing is issued to a card on hold.
 *  - A certificate issued on a day can be used from the next day on; so can
 *    the auth certificate after moving in. A hold does not stop this wait.
 * JPKI_ERR_VALUE: an event lies before the one that it follows, or after "on".
 */
JPKI_API int jpki_rules_events(const struct jpki_event_at *events, size_t n,
    struct jpki_date on, struct jpki_history **out) JPKI_CHECK;

/* ---- PINs ---- */

enum jpki_route {
	JPKI_ROUTE_CLOSED = 0,
	JPKI_ROUTE_MAYBE,	/* ask: a count is not known, or the sources
				 * disagree */
	JPKI_ROUTE_OPEN
};

/* Where a PIN can be set anew. */
enum jpki_place {
	JPKI_PLACE_TOWN = 1,	/* reset at the counter */
	JPKI_PLACE_STORE,	/* reset at a convenience store, prepared with
				 * the phone app */
	JPKI_PLACE_HOME		/* changed, not reset, by who knows it */
};

/*
 * What holds for a PIN. left: its tries left, -1: not known. partner_left: for
 * the auth PIN those of the sign password and the other way round, since a
 * store resets the one with the other's help; else it does not matter.
 */
struct jpki_pin_verdict;
JPKI_API int jpki_rules_pin(enum jpki_pin pin, int left, int partner_left,
    struct jpki_pin_verdict **out) JPKI_CHECK;

/* The name that cannot be confused with another PIN's. Static, never NULL. */
JPKI_API const char *jpki_pin_verdict_name(
    const struct jpki_pin_verdict *verdict, enum jpki_lang lang);

/* Whether it can be used. */
JPKI_API enum jpki_pin_state jpki_pin_verdict_state(
    const struct jpki_pin_verdict *verdict);

/* Tries left, -1: not known; and when none was missed. */
JPKI_API int jpki_pin_verdict_left(const struct jpki_pin_verdict *verdict);
JPKI_API int jpki_pin_verdict_max(const struct jpki_pin_verdict *verdict);

/* Its shortest and longest length in characters; whether there are letters A-Z
 * besides the digits: then a new one needs both, an old one need not have
 * them. */
JPKI_API int jpki_pin_verdict_min_len(const struct jpki_pin_verdict *verdict);
JPKI_API int jpki_pin_verdict_max_len(const struct jpki_pin_verdict *verdict);
JPKI_API bool jpki_pin_verdict_letters(
    const struct jpki_pin_verdict *verdict);

/* Whether it can be set anew there, and why all this. */
JPKI_API enum jpki_route jpki_pin_verdict_route(
    const struct jpki_pin_verdict *verdict, enum jpki_place place);
JPKI_API const struct jpki_why *jpki_pin_verdict_why(
    const struct jpki_pin_verdict *verdict);

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_pin_verdict_free(struct jpki_pin_verdict **verdict);

/* "locked": the same in every language. "?": no such. */
JPKI_API const char *jpki_pin_state_name(enum jpki_pin_state state);

/* ---- Who may have what ---- */

/* ward: 成年被後見人. Who is under age and a ward is treated as both. The day,
 * or month and day, of birth may be 0, not known: then only what is certain is
 * answered. */
struct jpki_who;
JPKI_API int jpki_rules_who(struct jpki_date birth, bool ward,
    struct jpki_date on, enum jpki_feb29 feb29, struct jpki_who **out)
    JPKI_CHECK;

/* Completed years: at least, and at most. */
JPKI_API int jpki_who_age(const struct jpki_who *who);
JPKI_API int jpki_who_age_oldest(const struct jpki_who *who);

/* Whether it is certain what the two below say of this key. */
JPKI_API bool jpki_who_certain(const struct jpki_who *who, enum jpki_key key);

/* Whether this key's certificate is normally issued to the holder. */
JPKI_API bool jpki_who_has(const struct jpki_who *who, enum jpki_key key);

/* Whether a representative has to come along. */
JPKI_API bool jpki_who_representative(const struct jpki_who *who);

/* The 15th birthday, if that is what the sign certificate misses; else the
 * year is 0. */
JPKI_API struct jpki_date jpki_who_sign_from(const struct jpki_who *who);
JPKI_API const struct jpki_why *jpki_who_why(const struct jpki_who *who);

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_who_free(struct jpki_who **who);

#ifdef __cplusplus
}
#endif

#endif
