/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was asked of jpki-rules, and the questions that it knows.
 */
#ifndef TOOLS_RULES_H
#define TOOLS_RULES_H

#include <jpki.h>

#include "common/layout.h"
#include "common/options.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* The program's own options: first those that are a date. */
enum {
	O_APPLIED = 1, O_AUTH_UNTIL, O_BIRTH, O_CARD_UNTIL, O_DATE, O_ISSUED,
	O_RENEWED_FROM, O_STAY_UNTIL, O_UNTIL, DATES_END,
	O_ALL = DATES_END, O_FEB29, O_JUKI, O_LIST, O_WARD, OPTIONS_END
};

struct job {
	const char *question;
	struct args args;
	char **operands;	/* behind the question; NULL after the last */
	int n_operands;
	unsigned given;			/* bit per O_* */
	struct jpki_date date[DATES_END]; /* the year 0: not given */
	enum jpki_feb29 feb29;
	struct layout out;		/* standard output */
};

static inline bool
given(const struct job *job, int option)
{
	return job->given & 1u << option;
}

/*
 * The questions. Options, and the number of operands, suit the question
 * already, and O_DATE has its default. Each answers on standard output and
 * returns the exit code, or that of the message that it gave.
 */
int ask_validity(const struct job *job);
int ask_card(const struct job *job);
int ask_renewal(const struct job *job);
int ask_event(const struct job *job);
int ask_pin(const struct job *job);
int ask_who(const struct job *job);
int ask_explain(const struct job *job);
int ask_topic(const struct job *job);

/* Whether ask_topic() has a topic for one of the words of a question. */
bool ask_knows(const char *question);

#endif
