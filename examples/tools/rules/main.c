/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-rules: the rules of the service from the command line.
 *
 * A program on libjpki's public API; no card and no network. It turns its
 * arguments into facts, asks the library for a verdict, and prints the verdict
 * with the rows it stands on, as text or as JSON. Here is the command line;
 * the questions are in the files beside this one.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/message.h"
#include "rules.h"
#include "words.h"

#define OPT(name) (1u << O_##name)
#define D { "D", "D" }
#define NONE { NULL, NULL }

static const struct program_option options[] = {
	{ "all", O_ALL, NONE, {
	    "explain: the whole law book",
	    "explain：規則をすべて出します" } },
	{ "applied", O_APPLIED, D, {
	    "the day that the card's application was accepted",
	    "カードの申請が受け付けられた日" } },
	{ "auth-until", O_AUTH_UNTIL, D, {
	    "the last day of the auth certificate (利用者証明用)",
	    "利用者証明用電子証明書の最終日" } },
	{ "birth", O_BIRTH, D, {
	    "the date of birth; 1980-05-00 or 1980-00-00 if not known",
	    "生年月日（不明なら 1980-05-00、1980-00-00）" } },
	{ "card-until", O_CARD_UNTIL, D, {
	    "the last day of the card", "カードの最終日" } },
	{ "date", O_DATE, D, {
	    "the day asked about; default: today in Japan",
	    "いつの時点か（既定：日本の今日）" } },
	{ "feb29", O_FEB29, { "03-01|02-28", "03-01|02-28" }, {
	    "birthday, in common years, of 29 February",
	    "2 月 29 日生まれの平年の誕生日" } },
	{ "issued", O_ISSUED, D, {
	    "the day that the certificate or card was issued",
	    "証明書かカードの発行日" } },
	{ "juki", O_JUKI, NONE, {
	    "the certificate is that of a Juki card (住基カード)",
	    "住基カードの証明書です" } },
	{ "list", O_LIST, NONE, {
	    "event: names of events", "event：できごとの一覧" } },
	{ "renewed-from", O_RENEWED_FROM, D, {
	    "the last day of the certificate that this one replaced",
	    "更新前の証明書の最終日" } },
	{ "stay-until", O_STAY_UNTIL, D, {
	    "the end of a foreign resident's period of stay",
	    "外国人住民の在留期間の満了日" } },
	{ "until", O_UNTIL, D, {
	    "the last day of the certificate", "証明書の最終日" } },
	{ "ward", O_WARD, NONE, {
	    "the holder is an adult ward (成年被後見人)",
	    "持ち主は成年被後見人です" } },
	{ "json", OPT_JSON, NONE, {
	    "for scripts: until, from, state, rules",
	    "スクリプト向け（until、from、state、rules）" } },
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

struct question {
	int (*ask)(const struct job *job);
	unsigned may, must;	/* bit per O_*, of the options */
	int min_operands, max_operands;
};

/* Their words, and what belongs to them in the same order. */
static const char *const names[] = {
	"validity", "card", "renewal", "event", "pin", "who", "explain", "ask",
	NULL
};
static const struct question questions[] = {
	{ ask_validity, OPT(ISSUED) | OPT(BIRTH) | OPT(CARD_UNTIL) |
	    OPT(AUTH_UNTIL) | OPT(STAY_UNTIL) | OPT(RENEWED_FROM) | OPT(DATE) |
	    OPT(FEB29) | OPT(JUKI), 0, 1, 1 },
	{ ask_card, OPT(APPLIED) | OPT(ISSUED) | OPT(BIRTH) |
	    OPT(STAY_UNTIL) | OPT(DATE) | OPT(FEB29),
	    OPT(APPLIED) | OPT(ISSUED) | OPT(BIRTH), 0, 0 },
	{ ask_renewal, OPT(UNTIL) | OPT(CARD_UNTIL) | OPT(STAY_UNTIL) |
	    OPT(DATE), OPT(UNTIL), 0, 0 },
	{ ask_event, OPT(DATE) | OPT(LIST), 0, 0, INT_MAX },
	{ ask_pin, 0, 0, 1, 4 },
	{ ask_who, OPT(BIRTH) | OPT(WARD) | OPT(DATE) | OPT(FEB29),
	    OPT(BIRTH), 0, 0 },
	{ ask_explain, OPT(ALL) | OPT(DATE), 0, 0, 1 },
	{ ask_topic, OPT(DATE), 0, 0, INT_MAX },
};

/* Again in the same order, a line each. */
#define USAGE \
	"validity sign|auth --issued D [--birth D] [--card-until D] " \
	"[--auth-until D] [--stay-until D] [--renewed-from D] [--juki] " \
	"[--date D]\n" \
	"card --applied D --issued D --birth D [--stay-until D] [--date D]\n" \
	"renewal --until D [--card-until D] [--stay-until D] [--date D]\n" \
	"event NAME[@D]... [--date D] | --list\n" \
	"pin auth|sign|text|card [auth=N] [sign=N] [text=N]\n" \
	"who --birth D [--ward] [--date D]\n" \
	"explain ROW | --all\n" \
	"ask WORD..."

static const char *
option_name(int id)
{
	const struct program_option *o = options;

	while (o->name != NULL && o->id != id)
		o++;
	return o->name;
}

/* A day; of a birth, the day, or month and day, may be 00: not known. */
static bool
read_day(const char *value, bool birth, struct jpki_date *out)
{
	char text[JPKI_DATE_TEXT];
	bool no_month;

	if (jpki_date_parse(value, out))
		return true;
	if (!birth || strlen(value) + 1 != sizeof(text) ||
	    strcmp(value + 7, "-00") != 0)
		return false;
	memcpy(text, value, sizeof(text));
	no_month = strcmp(value + 4, "-00-00") == 0;
	text[9] = '1';
	if (no_month)
		text[6] = '1';
	if (!jpki_date_parse(text, out))
		return false;
	out->day = 0;
	if (no_month)
		out->month = 0;
	return true;
}

static int
set_option(void *arg, int id, const char *value)
{
	struct job *job = arg;

	job->given |= 1u << id;
	if (id < DATES_END && !read_day(value, id == O_BIRTH, &job->date[id]))
		return usage_error("--%s: no such day, or not written "
		    "YYYY-MM-DD.", "--%s: 存在しない日か、YYYY-MM-DD の形では"
		    "ありません。", option_name(id));
	if (id != O_FEB29)
		return 0;
	if (strcmp(value, "02-28") != 0 && strcmp(value, "03-01") != 0)
		return usage_error("--feb29 is 03-01 or 02-28.",
		    "--feb29 は 03-01 か 02-28 です。");
	job->feb29 = value[1] == '2' ? JPKI_FEB29_FEB28 : JPKI_FEB29_MAR1;
	return 0;
}

static const struct program rules_program = {
	.usage = { USAGE, USAGE },
	.about = {
	    "What the rules of the service say; D is YYYY-MM-DD, N are tries "
	    "left. WORD is whatever you wonder about, such as \"moving\", "
	    "in English or Japanese.",
	    "公的個人認証サービスの規則で答えます。D は YYYY-MM-DD、N は残り"
	    "回数、NAME はできごと、ROW は B3 のような項目、WORD は「引越し」"
	    "のような知りたい言葉です。" },
	.options = options,
	.set = set_option,
};

/* An impossible order of two of the dates is the user's mistake. */
static int
check_order(const struct job *job)
{
	static const int orders[][2] = {
		{ O_BIRTH, O_APPLIED }, { O_BIRTH, O_ISSUED },
		{ O_APPLIED, O_ISSUED }, { O_ISSUED, O_CARD_UNTIL },
		{ O_ISSUED, O_AUTH_UNTIL }, { O_ISSUED, O_STAY_UNTIL },
	};
	size_t i;

	for (i = 0; i < N_OF(orders); i++) {
		int first = orders[i][0], second = orders[i][1];

		if (given(job, first) && given(job, second) && jpki_date_cmp(
		    job->date[second], job->date[first]) < 0)
			return usage_error("--%s is before --%s.",
			    "--%s が --%s より前です。", option_name(second),
			    option_name(first));
	}
	return EXIT_SUCCESS;
}

static int
wrong_operands(size_t question)
{
	const char *line = USAGE;

	for (; question > 0; question--)
		line = strchr(line, '\n') + 1;
	return usage_error("usage: %.*s", "使い方：%.*s",
	    (int)strcspn(line, "\n"), line);
}

/* Options and operands have to suit the question. */
static int
check_options(const struct job *job, const struct question *question)
{
	int i;

	for (i = 1; i < OPTIONS_END; i++)
		if (given(job, i) && (question->may & 1u << i) == 0)
			return usage_error("--%s: not for this question.",
			    "--%s: この質問には使えません。", option_name(i));
	for (i = 1; i < OPTIONS_END; i++)
		if (!given(job, i) && (question->must & 1u << i) != 0)
			return usage_error("%s: --%s is missing.",
			    "%s: --%s がありません。", job->question,
			    option_name(i));
	/* Of a Juki card no issue is needed: they are all over. */
	if (question->ask == ask_validity && !given(job, O_ISSUED) &&
	    !given(job, O_JUKI))
		return usage_error("%s: --%s is missing.",
		    "%s: --%s がありません。", job->question,
		    option_name(O_ISSUED));
	if (job->n_operands < question->min_operands ||
	    job->n_operands > question->max_operands)
		return wrong_operands((size_t)(question - questions));
	return check_order(job);
}

/* Which question it is, by its name or by that of a topic; -1 after a
 * message. */
static int
find_question(struct job *job)
{
	char *word = job->args.operands[0];
	const char *name = word != NULL ? word_question(word) : NULL;
	size_t i;
	int which;

	job->operands = job->args.operands + 1;
	job->n_operands = job->args.n_operands - 1;
	for (i = 0; name != NULL && names[i] != NULL; i++)
		if (strcmp(name, names[i]) == 0)
			break;
	if (name != NULL && names[i] == NULL && ask_knows(word)) {
		job->operands--;
		job->n_operands++;
		name = "ask";
	}
	if ((which = options_word(name, names)) != -1)
		job->question = names[which];
	return which;
}

static int
ask(struct job *job)
{
	int which, code;

	if ((which = find_question(job)) == -1)
		return EX_USAGE;
	if ((code = check_options(job, &questions[which])) != EXIT_SUCCESS)
		return code;
	if (!given(job, O_DATE))
		job->date[O_DATE] = jpki_date_from_time(time(NULL));
	return questions[which].ask(job);
}

int
main(int argc, char **argv)
{
	struct job job = { 0 };
	int code;

	message_start("jpki-rules");
	job.out = layout_of(stdout);
	code = options_parse(&rules_program, &job.args, &job, argc, argv);
	if (code != ARGS_GO_ON)
		return code;
	code = ask(&job);
	/* JSON has looked after itself. */
	return job.args.json ? code : message_finish(code);
}
