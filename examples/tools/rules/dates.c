/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When does it end, and when can it be renewed?
 */
#include <stdio.h>

#include "answer.h"
#include "common/message.h"
#include "common/verdict.h"
#include "common/word.h"

/* The state on a day, with the days left. */
static void
put_state(const struct job *job, const struct jpki_verdict *verdict)
{
	int left = jpki_verdict_days_left(verdict);
	char day[JPKI_DATE_TEXT], when[64] = "";

	if (jpki_verdict_until(verdict).year == 0)
		;
	else if (left == 0)
		snprintf(when, sizeof(when), "%s", pick(
		    ", this is the last day", "、この日が最終日"));
	else if (left > 0)
		snprintf(when, sizeof(when), pick(left == 1 ?
		    ", %d day left" : ", %d days left", "、あと %d 日"), left);
	else
		snprintf(when, sizeof(when), pick(left == -1 ?
		    ", %d day ago" : ", %d days ago", "、%d 日前"), -left);
	jpki_date_format(job->date[O_DATE], day);
	layout_pairf(&job->out, INDENT, COLUMN, pick("State on", "状態"),
	    "%s: %s%s", "%s：%s%s", day, jpki_state_text(
	    jpki_verdict_state(verdict), text_lang()), when);
}

/* The last day, or the latest that it can be. */
static void
put_last_day(const struct job *job, const struct jpki_verdict *verdict)
{
	struct jpki_date until = jpki_verdict_until(verdict);
	struct jpki_date latest = jpki_verdict_until_latest(verdict);
	const char *label = pick("Last day", "最終日");
	char day[JPKI_DATE_TEXT];

	answer_date(job, label, until);
	jpki_date_format(latest, day);
	if (until.year == 0 && latest.year != 0)
		layout_pairf(&job->out, INDENT, COLUMN, label,
		    "not known; no later than %s", "不明（遅くとも %s）", day);
}

static void
put_verdict(const struct job *job, const char *title, const char *from_label,
    const struct jpki_verdict *verdict)
{
	struct jpki_date from = jpki_verdict_from(verdict);
	struct jpki_date renew_from = jpki_verdict_renew_from(verdict);

	answer_title(job, title);
	put_last_day(job, verdict);
	answer_date(job, from_label, from);
	if (jpki_date_cmp(renew_from, from) != 0)
		answer_date(job, pick("Renewable from", "更新できる初日"),
		    renew_from);
	put_state(job, verdict);
	answer_why(job, jpki_verdict_why(verdict));
}

/* What the first day of a verdict is depends on the question. */
static int
tell(const struct job *job, const char *title, const char *from_label,
    struct jpki_verdict *verdict)
{
	int code = EXIT_SUCCESS;

	if (job->args.json)
		code = json_print(json_with(json_with(answer_json(job),
		    verdict_json(verdict)),
		    answer_why_json(jpki_verdict_why(verdict))));
	else
		put_verdict(job, title, from_label, verdict);
	jpki_verdict_free(&verdict);
	return code;
}

int
ask_validity(const struct job *job)
{
	static const char *const keys[] = { "sign", "auth", NULL };
	struct jpki_validity_facts facts = {
		.size = sizeof(facts),
		.carrier = given(job, O_JUKI) ? JPKI_CARRIER_JUKI :
		    JPKI_CARRIER_UNKNOWN,
		.issued = job->date[O_ISSUED],
		.birth = job->date[O_BIRTH],
		.card_until = job->date[O_CARD_UNTIL],
		.auth_until = job->date[O_AUTH_UNTIL],
		.stay_until = job->date[O_STAY_UNTIL],
		.renewed_from = job->date[O_RENEWED_FROM],
		.feb29 = job->feb29,
	};
	struct jpki_verdict *verdict;
	int key, r;

	if ((key = options_word(word_pin(job->operands[0]), keys)) == -1)
		return EX_USAGE;
	facts.key = key == 0 ? JPKI_KEY_SIGN : JPKI_KEY_AUTH;
	if (facts.key == JPKI_KEY_AUTH && given(job, O_AUTH_UNTIL))
		return usage_error("--auth-until goes with sign.",
		    "--auth-until は sign のときだけです。");
	if ((r = jpki_rules_validity(&facts, job->date[O_DATE],
	    &verdict)) != 0)
		return answer_error(r);
	return tell(job, facts.key == JPKI_KEY_SIGN ?
	    pick("Sign certificate (署名用)", "署名用電子証明書") :
	    pick("Auth certificate (利用者証明用)", "利用者証明用電子証明書"),
	    pick("Issued", "発行日"), verdict);
}

int
ask_card(const struct job *job)
{
	struct jpki_card_facts facts = {
		.size = sizeof(facts),
		.applied = job->date[O_APPLIED],
		.issued = job->date[O_ISSUED],
		.birth = job->date[O_BIRTH],
		.stay_until = job->date[O_STAY_UNTIL],
		.feb29 = job->feb29,
	};
	struct jpki_verdict *verdict;
	int r;

	if ((r = jpki_rules_card(&facts, job->date[O_DATE], &verdict)) != 0)
		return answer_error(r);
	return tell(job, pick("My Number Card", "マイナンバーカード"),
	    pick("Issued", "発行日"), verdict);
}

int
ask_renewal(const struct job *job)
{
	struct jpki_renewal_facts facts = {
		.size = sizeof(facts),
		.until = job->date[O_UNTIL],
		.card_until = job->date[O_CARD_UNTIL],
		.stay_until = job->date[O_STAY_UNTIL],
	};
	struct jpki_verdict *verdict;
	int r;

	if ((r = jpki_rules_renew(&facts, job->date[O_DATE], &verdict)) != 0)
		return answer_error(r);
	return tell(job, pick("Renewal", "更新"), pick("Renewable from",
	    "更新できる初日"), verdict);
}
