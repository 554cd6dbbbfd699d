/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened to the card, and what follows for it and its certificates?
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "common/message.h"
#include "common/verdict.h"
#include "words.h"

#define EVENTS_MAX 64	/* that a command line may have */

static int
list_events(const struct job *job)
{
	json_t *list = json_array();
	const char *name, *text;
	int i;

	for (i = 1; (name = jpki_event_name((enum jpki_event)i)) != NULL;
	    i++) {
		text = jpki_event_text((enum jpki_event)i, text_lang());
		if (job->args.json)
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "name", name, "text", text));
		else
			answer_text(job, name, text);
	}
	if (job->args.json)
		return json_print(list);
	json_decref(list);
	return EXIT_SUCCESS;
}

static int
unknown_event(const char *name)
{
	char buffer[64];
	const char *near = word_event_near(name, buffer, sizeof(buffer));

	if (near != NULL)
		return usage_error("%s: no such event; did you mean %s?",
		    "%s: このようなできごとはありません。%s "
		    "ではありませんか。", name, near);
	if (ask_knows(name))
		return usage_error("%s: no such event; jpki-rules ask %s has "
		    "what the rules say about it.",
		    "%s: このようなできごとはありません。関係する規則は "
		    "jpki-rules ask %s で見られます。", name, name);
	return usage_error("%s: no such event; jpki-rules event --list names "
	    "them all.", "%s: このようなできごとはありません。jpki-rules "
	    "event --list で一覧を見られます。", name);
}

/* NAME or NAME@YYYY-MM-DD; without a date it is the day asked about. */
static int
read_event(const struct job *job, char *operand, struct jpki_event_at *out)
{
	char *at = strchr(operand, '@');

	out->on = job->date[O_DATE];
	if (at != NULL && !jpki_date_parse(at + 1, &out->on))
		return usage_error("%s: no such day, or not written "
		    "NAME@YYYY-MM-DD.", "%s: 存在しない日か、"
		    "名前@YYYY-MM-DD の形ではありません。", operand);
	if (at != NULL)
		*at = '\0';
	if ((out->event = jpki_event_find(word_event(operand))) == 0)
		return unknown_event(operand);
	return EXIT_SUCCESS;
}

static void
put_part(const struct job *job, const char *label,
    const struct jpki_verdict *verdict)
{
	enum jpki_state state = jpki_verdict_state(verdict);
	struct jpki_date from = jpki_verdict_from(verdict);
	const char *text = jpki_state_text(state, text_lang());
	char day[JPKI_DATE_TEXT];

	jpki_date_format(from, day);
	if (from.year == 0)
		answer_text(job, label, text);
	else if (state == JPKI_STATE_WAITING)
		layout_pairf(&job->out, INDENT, COLUMN, label,
		    "%s; usable from %s", "%s（%s から利用可）", text, day);
	else
		layout_pairf(&job->out, INDENT, COLUMN, label,
		    "%s since %s", "%s（%s から）", text, day);
}

static void
put_history(const struct job *job, const struct jpki_event_at *events,
    size_t n, const struct jpki_history *history)
{
	char day[JPKI_DATE_TEXT], title[64];
	size_t i;

	answer_title(job, pick("What happened", "できごと"));
	for (i = 0; i < n; i++) {
		jpki_date_format(events[i].on, day);
		answer_text(job, day, jpki_event_text(events[i].event,
		    text_lang()));
	}
	jpki_date_format(job->date[O_DATE], day);
	snprintf(title, sizeof(title), pick("What follows, on %s",
	    "結果（%s 時点）"), day);
	answer_part(job, title);
	put_part(job, pick("card", "カード"), jpki_history_card(history));
	put_part(job, "利用者証明用", jpki_history_auth(history));
	put_part(job, "署名用", jpki_history_sign(history));
	answer_why(job, jpki_history_why(history));
}

static json_t *
part_json(const struct jpki_verdict *verdict)
{
	return json_with(verdict_json(verdict),
	    answer_why_json(jpki_verdict_why(verdict)));
}

/* The certificate that fared worse speaks for both. */
static json_t *
history_json(const struct job *job, const struct jpki_history *history)
{
	const struct jpki_verdict *auth = jpki_history_auth(history);
	const struct jpki_verdict *sign = jpki_history_sign(history);
	const struct jpki_verdict *worse = jpki_verdict_state(sign) >=
	    jpki_verdict_state(auth) ? sign : auth;
	json_t *answer;

	answer = json_with(answer_json(job), verdict_json(worse));
	answer = json_with(answer, answer_why_json(
	    jpki_history_why(history)));
	return json_with(answer, json_pack("{s:o, s:o, s:o}",
	    "card", part_json(jpki_history_card(history)),
	    "auth", part_json(auth), "sign", part_json(sign)));
}

int
ask_event(const struct job *job)
{
	struct jpki_event_at events[EVENTS_MAX];
	struct jpki_history *history;
	int i, r, n = job->n_operands;

	if (given(job, O_LIST))
		return n == 0 ? list_events(job) : usage_error(
		    "--list goes without names.",
		    "--list に名前は不要です。");
	if (n == 0)
		return usage_error("Which event? jpki-rules event --list "
		    "names them all.", "できごとを指定してください。"
		    "jpki-rules event --list で一覧を見られます。");
	if (n > EVENTS_MAX)
		return usage_error("These are more than %d events.",
		    "できごとが %d 件を超えています。", EVENTS_MAX);
	for (i = 0; i < n; i++)
		if ((r = read_event(job, job->operands[i], &events[i])) != 0)
			return r;
	if ((r = jpki_rules_events(events, (size_t)n, job->date[O_DATE],
	    &history)) == JPKI_ERR_VALUE)
		return usage_error("Give events in the order in which they "
		    "happened, none after --date.", "できごとは起きた順に、"
		    "--date 以前の日付で並べてください。");
	if (r != 0)
		return answer_error(r);
	if (job->args.json)
		r = json_print(history_json(job, history));
	else
		put_history(job, events, (size_t)n, history);
	jpki_history_free(&history);
	return r;
}
