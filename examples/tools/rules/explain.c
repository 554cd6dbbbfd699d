/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law book: rules, disagreements of the seeds, and the seeds.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "common/message.h"
#include "common/verdict.h"

#define COLUMN_MORE (COLUMN_ID + 2)	/* what is told below a rule */

static const struct {
	const char *letter;
	unsigned bit;
	struct text text;
} checks[] = {
	{ "C", JPKI_RULE_CARD, { "read from the card, no PIN",
	    "カードから（暗証番号なしで）読めます" } },
	{ "P", JPKI_RULE_PIN, { "read from the card after a PIN",
	    "暗証番号を入力すればカードから読めます" } },
	{ "D", JPKI_RULE_DATE, { "counting days", "日付を計算します" } },
	{ "I", JPKI_RULE_INPUT, { "checking what is typed",
	    "入力を調べます" } },
	{ "N", JPKI_RULE_ONLINE, { "only an online status service knows",
	    "失効情報のサービスだけが知っています" } },
};

/* A text without a label. */
static void
put_below(const struct job *job, int column, const char *text)
{
	layout_pair(&job->out, 0, column, "", text);
}

static void
put_seed(const struct job *job, int column, const struct jpki_seed *seed)
{
	char text[128];

	snprintf(text, sizeof(text), "%s %s%s%s", seed->id,
	    pick(seed->en, seed->ja), *seed->date != '\0' ? " " : "",
	    seed->date);
	put_below(job, column, text);
}

static json_t *
seed_json(const struct jpki_seed *seed)
{
	return json_pack("{s:s, s:s, s:o}",
	    "id", seed->id,
	    "town", pick(seed->en, seed->ja),
	    "date", *seed->date != '\0' ? json_string(seed->date) :
	    json_null());
}

/* With what the library makes of it. */
static void
put_dispute(const struct job *job, const struct jpki_dispute *dispute)
{
	char text[1024];

	layout_pair(&job->out, INDENT, COLUMN_ID, dispute->id,
	    pick(dispute->en, dispute->ja));
	snprintf(text, sizeof(text), pick("Here: %s", "ここでは：%s"),
	    pick(dispute->do_en, dispute->do_ja));
	put_below(job, COLUMN_ID, text);
}

static json_t *
dispute_json(const struct jpki_dispute *dispute)
{
	return json_pack("{s:s, s:s, s:s}",
	    "id", dispute->id,
	    "text", pick(dispute->en, dispute->ja),
	    "here", pick(dispute->do_en, dispute->do_ja));
}

static void
put_rule(const struct job *job, const struct jpki_rule *rule)
{
	const struct jpki_dispute *dispute;
	const struct jpki_seed *seed;
	char text[256];
	size_t i;

	layout_pair(&job->out, INDENT, COLUMN_ID, rule->id,
	    pick(rule->en, rule->ja));
	for (i = 0; (seed = jpki_rule_seed(rule, i)) != NULL; i++)
		put_seed(job, COLUMN_MORE, seed);
	if (i == 0)
		put_below(job, COLUMN_MORE, pick("outside the seeds",
		    "資料外"));
	for (i = 0; i < N_OF(checks); i++) {
		if ((rule->checks & checks[i].bit) == 0)
			continue;
		snprintf(text, sizeof(text), pick("PC %s: %s",
		    "パソコン %s：%s"), checks[i].letter,
		    text_of(checks[i].text));
		put_below(job, COLUMN_MORE, text);
	}
	if (rule->checks == 0)
		put_below(job, COLUMN_MORE, pick("PC -: cannot check it",
		    "パソコン -：調べられません"));
	for (i = 0; (dispute = jpki_rule_dispute(rule, i)) != NULL; i++)
		put_dispute(job, dispute);
}

static json_t *
rule_json(const struct jpki_rule *rule)
{
	json_t *letters = json_array(), *disputes = json_array();
	const struct jpki_dispute *dispute;
	size_t i;

	for (i = 0; i < N_OF(checks); i++)
		if (rule->checks & checks[i].bit)
			json_array_append_new(letters,
			    json_string(checks[i].letter));
	for (i = 0; (dispute = jpki_rule_dispute(rule, i)) != NULL; i++)
		json_array_append_new(disputes, json_string(dispute->id));
	return json_pack("{s:s, s:s, s:o, s:o, s:o}",
	    "id", rule->id,
	    "text", pick(rule->en, rule->ja),
	    "seeds", verdict_rule_seeds_json(rule),
	    "checks", letters,
	    "disputes", disputes);
}

static void
put_all(const struct job *job)
{
	size_t i;

	for (i = 0; jpki_rule_at(i) != NULL; i++)
		answer_rule(job, jpki_rule_at(i));
	putchar('\n');
	for (i = 0; jpki_dispute_at(i) != NULL; i++)
		put_dispute(job, jpki_dispute_at(i));
	putchar('\n');
	for (i = 0; jpki_seed_at(i) != NULL; i++)
		put_seed(job, INDENT, jpki_seed_at(i));
}

static json_t *
all_json(void)
{
	json_t *rules = json_array(), *disputes = json_array();
	json_t *seeds = json_array();
	size_t i;

	for (i = 0; jpki_rule_at(i) != NULL; i++)
		json_array_append_new(rules, rule_json(jpki_rule_at(i)));
	for (i = 0; jpki_dispute_at(i) != NULL; i++)
		json_array_append_new(disputes,
		    dispute_json(jpki_dispute_at(i)));
	for (i = 0; jpki_seed_at(i) != NULL; i++)
		json_array_append_new(seeds, seed_json(jpki_seed_at(i)));
	return json_pack("{s:o, s:o, s:o}", "rules", rules, "disputes",
	    disputes, "seeds", seeds);
}

/* Tells of a rule, a disagreement or a seed. */
static int
explain_row(const struct job *job, const char *id)
{
	const struct jpki_rule *rule = jpki_rule_find(id);
	const struct jpki_dispute *dispute;
	const struct jpki_seed *seed;
	size_t i;

	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL &&
	    strcasecmp(dispute->id, id) != 0; i++)
		;
	for (i = 0; (seed = jpki_seed_at(i)) != NULL &&
	    strcasecmp(seed->id, id) != 0; i++)
		;
	if (rule == NULL && dispute == NULL && seed == NULL && ask_knows(id))
		return ask_topic(job);
	if (rule == NULL && dispute == NULL && seed == NULL)
		return usage_error("%s: no such row; jpki-rules explain --all "
		    "prints them all.", "%s: その項目はありません。"
		    "jpki-rules explain --all で一覧を見られます。", id);
	if (job->args.json)
		return json_print(rule != NULL ? rule_json(rule) :
		    dispute != NULL ? dispute_json(dispute) :
		    seed_json(seed));
	if (rule != NULL)
		put_rule(job, rule);
	else if (dispute != NULL)
		put_dispute(job, dispute);
	else
		put_seed(job, INDENT, seed);
	return EXIT_SUCCESS;
}

int
ask_explain(const struct job *job)
{
	if (given(job, O_ALL) != (job->n_operands == 0))
		return usage_error("explain takes a row, such as B3, or "
		    "--all.", "explain には B3 のような項目か --all を指定"
		    "してください。");
	if (!given(job, O_ALL))
		return explain_row(job, job->operands[0]);
	if (job->args.json)
		return json_print(all_json());
	put_all(job);
	return EXIT_SUCCESS;
}
