/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-info: is the My Number Card usable, until when, and what is to do?
 *
 * Without an option it needs no PIN: one run on the card reads what is free to
 * read. The sign certificate and the card's text, which need a PIN each, are
 * read in a second run, after all prompts (read.c). Then the card is left
 * alone, the rules of the service are asked about what was read (judge.c), and
 * the answer is told: to people (text.c, text_cert.c; in one line:
 * text_short.c), to programs (json.c) or as a calendar file (calendar.c). With
 * files instead of a card, only the first step differs.
 *
 * Nothing here says "valid": the end of the period, the issuer and the
 * revocation are three things, told apart.
 */
#ifndef INFO_H
#define INFO_H

#include <jpki.h>

#include "common/layout.h"

/* Exit codes beside those of all programs; the highest counts. */
enum { ACT = 1, EXPIRED = 2, LOCKED = 3 };

/* Places in arrays: of PINs, and of a card's certificates. */
enum { AUTH, SIGN, TEXT, N_PINS };

enum form { AS_TEXT, AS_SHORT, AS_JSON, AS_CALENDAR, AS_SSH_KEY };

/* A certificate and what there is to say about it. */
struct entry {
	const char *path;	/* of the file; NULL: of the card */
	size_t number, of;	/* of the certificates in the file; 0: not
				 * known, as there are broken ones */
	enum jpki_slot slot;	/* 0: none of the service's kinds */
	struct jpki_cert *cert;	/* NULL: not read ... */
	int why;		/* ... because of this JPKI_ERR_* */
	struct jpki_check *check;
	/* What was known of it then, at the moment in question, whatever came
	 * later. */
	enum jpki_revocation_state then;
	/* NULL: the rules do not know such a certificate, or know too little;
	 * the rest is from it or else from the certificate's period. */
	struct jpki_verdict *verdict;
	enum jpki_state state;
	struct jpki_date from, until, renew_from;
	int32_t days_left;
};

struct pin {
	enum jpki_pin pin;
	const char *word;	/* for programs */
	const char *source;	/* NULL: the terminal */
	struct jpki_secret *secret;
	int left;		/* tries; -1: not known */
	int refusal;		/* why it must not be sent: a JPKI_ERR_* */
	struct jpki_pin_verdict *verdict;
};

/* A file with CRLs or OCSP answers. */
struct answer {
	const char *path;
	bool ocsp;
	uint8_t *data;
	size_t len;
	bool used;		/* one of the certificates is in it */
	/* Why not, where it is not; the worst that any certificate got. */
	int err;
	char *what, *hint;	/* what was said; NULL: each got another */
	int last;		/* of the certificate that is asked about */
};

struct info {
	struct jpki_ctx *ctx;
	const char *reader;	/* NULL: what JPKI_READER says */
	int min_tries;
	bool sign, compare, quiet;
	enum form form;
	struct jpki_date date;	/* year 0: now */
	int64_t now;		/* the moment in question */
	int code;		/* what the exit code is so far */
	int unread;		/* exit code of what could not be read; the
				 * rest is told of all the same */

	const char **ca_paths;
	size_t n_ca_paths;
	struct jpki_cert **cas;	/* who may have issued the certificates */
	size_t n_cas;
	struct answer *answers;
	size_t n_answers;

	struct entry *entries;	/* of a card: AUTH and SIGN */
	size_t n_entries;

	/* Of a card. */
	bool have_card;
	enum jpki_carrier carrier;
	char name[JPKI_INFO_MAX];	/* of the reader */
	struct pin pins[N_PINS];
	struct jpki_attributes *text;
	bool compared, moved;
};

/* ---- read.c ---- */

/* What cannot be used of these is told, and sets info->unread. */
void read_cas(struct info *info);
void read_answers(struct info *info);

/* 0, or the exit code after a message. Of the files, one that cannot be read
 * costs no other one; where there is none at all, its code is returned. */
int read_files(struct info *info, char *const *paths);
int read_card(struct info *info);

/* Whether the card does not have a PIN. */
bool pin_is_absent(const struct pin *pin);

/* Whether it has few tries or none, so that there is something to say. */
bool pin_in_trouble(const struct pin *pin);

/* ---- status.c ---- */

/* Asks all answers about a certificate that has a check. */
int status_ask(struct info *info, struct entry *e);

/* Tells of each answer that none of the certificates is in, and why. True:
 * one of them is damaged or not the issuer's. */
bool status_tell_unused(const struct info *info);

/* Tells if one that counts is dated after now: then the clock may be wrong,
 * and with it every period. */
void status_tell_clock(const struct info *info);

void status_free(struct answer *a);

/* ---- judge.c ---- */

/* Sets what the rules say about each PIN. */
int judge_pins(struct info *info);

/* Everything else: checks, verdicts, the comparison and the exit code. */
int judge_all(struct info *info);

/* The reasons behind all that is told, counted from 0: those of PINs in
 * trouble, then those of each certificate (NULL where there are none). */
size_t why_count(const struct info *info);
const struct jpki_why *why_at(const struct info *info, size_t i);

/* ---- Reports; the exit code after a message, or 0 ---- */

int report_text(const struct info *info);
int report_short(const struct info *info);
int report_json(const struct info *info);
int report_calendar(const struct info *info);
int report_ssh_key(const struct info *info);

/* ---- text_cert.c: a certificate in lines for people ---- */

#define INDENT 2	/* columns before a label */
#define COLUMN 22	/* columns before what a line says */

void say_cert(const struct layout *out, const struct entry *entry);

/* A state, and the days that are left with it. */
void days_words(const struct entry *entry, const char *state, char *text,
    size_t size);

/* ---- text_status.c: whether it was revoked, in words ---- */

/* The day in Japan, which it returns. */
const char *day_text(int64_t t, char text[JPKI_DATE_TEXT]);

/* The state, without days: never "valid". */
void state_words(const struct entry *entry, char *text, size_t size);
void say_revocation(const struct layout *out, const struct entry *entry);

/* ---- text_cert.c again ---- */

/* Why a certificate of the card is not shown. */
const char *unread_text(const struct entry *entry);

#endif
