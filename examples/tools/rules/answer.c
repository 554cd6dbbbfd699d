/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the answers have in common; see answer.h.
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "common/message.h"
#include "common/verdict.h"

void
answer_title(const struct job *job, const char *title)
{
	layout_text(&job->out, 0, 0, title);
}

void
answer_part(const struct job *job, const char *title)
{
	putchar('\n');
	answer_title(job, title);
}

void
answer_text(const struct job *job, const char *label, const char *text)
{
	layout_pair(&job->out, INDENT, COLUMN, label, text);
}

void
answer_date(const struct job *job, const char *label, struct jpki_date day)
{
	char text[JPKI_DATE_TEXT];

	jpki_date_format(day, text);
	if (day.year != 0)
		answer_text(job, label, text);
}

void
answer_rule(const struct job *job, const struct jpki_rule *rule)
{
	char seeds[VERDICT_SEEDS_TEXT];

	verdict_rule_seeds_text(rule, seeds);
	layout_pairf(&job->out, INDENT, COLUMN_ID, rule->id, "%s [%s]",
	    "%s [%s]", pick(rule->en, rule->ja), *seeds != '\0' ? seeds :
	    pick("outside the seeds", "資料外"));
}

static void
put_disputes(const struct job *job, const struct jpki_why *why)
{
	const struct jpki_dispute *dispute;
	bool begun = false;
	char title[128];
	size_t i;

	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++) {
		if (!verdict_disputed(why, dispute))
			continue;
		snprintf(title, sizeof(title), pick("Where the seeds disagree "
		    "(see jpki-rules explain %s)", "資料の間の不一致"
		    "（jpki-rules explain %s に詳細）"), dispute->id);
		if (!begun)
			answer_part(job, title);
		begun = true;
		layout_pair(&job->out, INDENT, COLUMN_ID, dispute->id,
		    pick(dispute->en, dispute->ja));
	}
}

void
answer_why(const struct job *job, const struct jpki_why *why)
{
	size_t i, advice = jpki_why_advice_count(why);
	size_t rules = jpki_why_rule_count(why);

	if (advice > 0)
		answer_part(job, pick("What to do", "次にすること"));
	for (i = 0; i < advice; i++)
		layout_pair(&job->out, INDENT, INDENT + 2, "-",
		    verdict_advice_text(jpki_why_advice(why, i)));
	if (rules > 0)
		answer_part(job, pick("Why", "理由"));
	for (i = 0; i < rules; i++)
		answer_rule(job, jpki_why_rule(why, i));
	put_disputes(job, why);
	if (rules > 0) {
		putchar('\n');
		layout_paragraph(&job->out, 0, verdict_key_text());
	}
}

json_t *
answer_json(const struct job *job)
{
	return json_pack("{s:s, s:o}", "question", job->question,
	    "date", json_date(job->date[O_DATE]));
}

json_t *
answer_why_json(const struct jpki_why *why)
{
	return json_pack("{s:o, s:o, s:o, s:o}",
	    "rules", verdict_rules_json(why),
	    "seeds", verdict_seeds_json(why),
	    "disputes", verdict_disputes_json(why),
	    "advice", verdict_advice_json(why));
}

int
answer_error(int err)
{
	if (err == JPKI_ERR_VALUE)
		return usage_error("%s", "%s", jpki_strerror(err,
		    text_lang()));
	return complain_code(NULL, err);
}
