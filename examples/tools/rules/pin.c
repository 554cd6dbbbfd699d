/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a PIN look like, and which ways are open when it is locked?
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "common/message.h"
#include "common/verdict.h"
#include "common/word.h"

static const char *const words[] = { "auth", "sign", "text", "card", NULL };

/* In the same order. */
static const struct {
	enum jpki_pin pin;
	int partner;	/* whose tries matter, too: an index; -1: none */
	char max;	/* tries, as a digit; below '0': not to be told */
} pins[] = {
	{ JPKI_PIN_AUTH, 1, '3' },
	{ JPKI_PIN_SIGN, 0, '5' },
	{ JPKI_PIN_TEXT, -1, '3' },
	{ JPKI_PIN_CARD, -1, '\0' },
};

/* "auth=2" and the like; the value is not printed, a PIN may be in it. */
static int
read_tries(const char *operand, int left[])
{
	size_t i, len = strcspn(operand, "=");
	const char *n = operand + len + 1, *name;
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)len, operand);
	name = word_pin(word);
	for (i = 0; operand[len] == '=' && i < N_OF(pins); i++)
		if (strcmp(name, words[i]) == 0 && n[0] >= '0' &&
		    n[0] <= pins[i].max && n[1] == '\0') {
			left[i] = n[0] - '0';
			return EXIT_SUCCESS;
		}
	return usage_error("The tries left are written auth=N, text=N (0 to "
	    "3) or sign=N (0 to 5).", "残り回数は auth=N、text=N（0～3）、"
	    "sign=N（0～5）と書きます。");
}

static const char *
route_text(enum jpki_route route)
{
	switch (route) {
	case JPKI_ROUTE_OPEN:
		return pick("open", "できます");
	case JPKI_ROUTE_MAYBE:
		return pick("perhaps: ask, or see the portal site",
		    "できることがあります（市区町村かポータルサイトで確認）");
	case JPKI_ROUTE_CLOSED:
		break;
	}
	return pick("closed", "できません");
}

static void
put_shape(const struct job *job, const struct jpki_pin_verdict *verdict)
{
	const char *label = pick("Shape", "形式");
	int min = jpki_pin_verdict_min_len(verdict);

	if (!jpki_pin_verdict_letters(verdict)) {
		layout_pairf(&job->out, INDENT, COLUMN, label, "%d digits",
		    "数字 %d 桁", min);
		return;
	}
	layout_pairf(&job->out, INDENT, COLUMN, label, "%d to %d of A-Z and "
	    "0-9; lower case and full-width characters are converted",
	    "英数字 %d～%d 文字（小文字は大文字に、全角は半角に変換）", min,
	    jpki_pin_verdict_max_len(verdict));
	answer_text(job, pick("A new one", "新しく決めるとき"), pick(
	    "needs letters and digits", "英字と数字の両方が必要です"));
}

static void
put_pin(const struct job *job, const struct jpki_pin_verdict *verdict)
{
	const char *label = pick("Tries left", "残り回数");
	int left = jpki_pin_verdict_left(verdict);
	int max = jpki_pin_verdict_max(verdict);

	answer_title(job, jpki_pin_verdict_name(verdict, text_lang()));
	put_shape(job, verdict);
	if (left < 0)
		layout_pairf(&job->out, INDENT, COLUMN, label,
		    "unknown, of %d", "不明（最大 %d 回）", max);
	else
		layout_pairf(&job->out, INDENT, COLUMN, label, "%d of %d%s",
		    "%d 回（最大 %d 回）%s", left, max, left > 0 ? "" :
		    pick(": locked", "、ロックされています"));
	answer_text(job, pick("Reset: town", "再設定：窓口"), route_text(
	    jpki_pin_verdict_route(verdict, JPKI_PLACE_TOWN)));
	answer_text(job, pick("Reset: store", "再設定：コンビニ"), route_text(
	    jpki_pin_verdict_route(verdict, JPKI_PLACE_STORE)));
	answer_text(job, pick("Change at home", "自宅で変更"), route_text(
	    jpki_pin_verdict_route(verdict, JPKI_PLACE_HOME)));
	answer_why(job, jpki_pin_verdict_why(verdict));
}

static const char *
route_name(const struct jpki_pin_verdict *verdict, enum jpki_place place)
{
	return verdict_route_name(jpki_pin_verdict_route(verdict, place));
}

static json_t *
pin_json(const struct job *job, const struct jpki_pin_verdict *verdict)
{
	json_t *members = json_pack("{s:s, s:s, s:s, s:n, s:n, s:o, s:i, s:i, "
	    "s:i, s:b, s:b, s:s, s:s, s:s}",
	    "pin", word_pin(job->operands[0]),
	    "name", jpki_pin_verdict_name(verdict, text_lang()),
	    "state", jpki_pin_state_name(jpki_pin_verdict_state(verdict)),
	    "from", "until",
	    "left", json_count(jpki_pin_verdict_left(verdict)),
	    "max", jpki_pin_verdict_max(verdict),
	    "min_length", jpki_pin_verdict_min_len(verdict),
	    "max_length", jpki_pin_verdict_max_len(verdict),
	    "letters", jpki_pin_verdict_letters(verdict),
	    "mix_on_change", jpki_pin_verdict_letters(verdict),
	    "town", route_name(verdict, JPKI_PLACE_TOWN),
	    "store", route_name(verdict, JPKI_PLACE_STORE),
	    "home", route_name(verdict, JPKI_PLACE_HOME));

	return json_with(json_with(answer_json(job), members),
	    answer_why_json(jpki_pin_verdict_why(verdict)));
}

int
ask_pin(const struct job *job)
{
	int left[N_OF(pins)] = { -1, -1, -1, -1 }, which, i, r;
	struct jpki_pin_verdict *verdict;

	if ((which = options_word(word_pin(job->operands[0]), words)) == -1)
		return EX_USAGE;
	for (i = 1; i < job->n_operands; i++)
		if ((r = read_tries(job->operands[i], left)) != 0)
			return r;
	if ((r = jpki_rules_pin(pins[which].pin, left[which],
	    pins[which].partner >= 0 ? left[pins[which].partner] : -1,
	    &verdict)) != 0)
		return answer_error(r);
	if (job->args.json)
		r = json_print(pin_json(job, verdict));
	else
		put_pin(job, verdict);
	jpki_pin_verdict_free(&verdict);
	return r;
}
