/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the answers have in common: the line that says one thing, the reasons
 * with what to do, and the members of every JSON object.
 */
#ifndef TOOLS_RULES_ANSWER_H
#define TOOLS_RULES_ANSWER_H

#include "common/json.h"
#include "rules.h"

#define INDENT 2
#define COLUMN_ID 7	/* behind the id of a row */
#define COLUMN 20	/* behind a label */

/* The line above an answer, and above a further part of it. */
void answer_title(const struct job *job, const char *title);
void answer_part(const struct job *job, const char *title);

/* "  LABEL   text". */
void answer_text(const struct job *job, const char *label, const char *text);

/* The same with a day, if there is one. */
void answer_date(const struct job *job, const char *label,
    struct jpki_date day);

/* A rule with the pages that it stands on. */
void answer_rule(const struct job *job, const struct jpki_rule *rule);

/* Below the answer: what to do, then why, and where the seeds disagree. */
void answer_why(const struct job *job, const struct jpki_why *why);

/* {"question", "date"}: how an answer begins. */
json_t *answer_json(const struct job *job);

/* {"rules", "seeds", "disputes", "advice"}. */
json_t *answer_why_json(const struct jpki_why *why);

/* What the library says against facts, where no check here saw it coming. */
int answer_error(int err);

#endif
