/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-rules: the rules of the service from the command line.
 *
 * A program on libjpki's public API; no card and no network. It turns its
 * arguments into facts, asks the library for a verdict, and prints the verdict
 * with the rows it stands on, as text or as JSON.
 */
#define _XOPEN_SOURCE 700	/* wcwidth() */

#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <sys/ioctl.h>

#include <jpki.h>

#define MAX_EVENTS 64
#define WIDTH 80	/* of a terminal that does not tell */
#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Options that are a date, then the others. */
enum {
	O_APPLIED, O_AUTH_UNTIL, O_BIRTH, O_CARD_UNTIL, O_DATE, O_ISSUED,
	O_RENEWED_FROM, O_STAY_UNTIL, O_UNTIL, N_DATES,
	O_ALL = N_DATES, O_FEB29, O_JUKI, O_LIST, O_WARD,
	O_HELP, O_JSON, O_LANG, O_VERSION
};

static const struct option options[] = {
	{ "all", no_argument, NULL, O_ALL },
	{ "applied", required_argument, NULL, O_APPLIED },
	{ "auth-until", required_argument, NULL, O_AUTH_UNTIL },
	{ "birth", required_argument, NULL, O_BIRTH },
	{ "card-until", required_argument, NULL, O_CARD_UNTIL },
	{ "date", required_argument, NULL, O_DATE },
	{ "feb29", required_argument, NULL, O_FEB29 },
	{ "help", no_argument, NULL, O_HELP },
	{ "issued", required_argument, NULL, O_ISSUED },
	{ "json", no_argument, NULL, O_JSON },
	{ "juki", no_argument, NULL, O_JUKI },
	{ "lang", required_argument, NULL, O_LANG },
	{ "list", no_argument, NULL, O_LIST },
	{ "renewed-from", required_argument, NULL, O_RENEWED_FROM },
	{ "stay-until", required_argument, NULL, O_STAY_UNTIL },
	{ "until", required_argument, NULL, O_UNTIL },
	{ "version", no_argument, NULL, O_VERSION },
	{ "ward", no_argument, NULL, O_WARD },
	{ NULL, 0, NULL, 0 }
};

struct job {
	const struct command *command;
	enum jpki_lang lang;
	bool json;
	unsigned given;			/* bit per O_* */
	struct jpki_date date[N_DATES];	/* the year 0: not given */
	enum jpki_feb29 feb29;
	char **args;
	int n_args;
	int width;			/* to wrap lines at; 0: do not */
};

struct command {
	const char *name;
	int (*run)(struct job *);
	unsigned may, must;		/* bit per O_*, of the options */
	int min_args, max_args;
	const char *usage;
};

static const char help_en[] =
    "usage: jpki-rules validity sign|auth --issued D [--birth D]\n"
    "           [--card-until D] [--auth-until D] [--stay-until D]\n"
    "           [--renewed-from D] [--juki] [--date D]\n"
    "       jpki-rules card --applied D --issued D --birth D\n"
    "           [--stay-until D] [--date D]\n"
    "       jpki-rules renewal --until D [--date D]\n"
    "       jpki-rules event NAME[@D]... [--date D]\n"
    "       jpki-rules event --list\n"
    "       jpki-rules pin auth|sign|text|card [auth=N] [sign=N] [text=N]\n"
    "       jpki-rules who --birth D [--ward] [--date D]\n"
    "       jpki-rules explain ROW | --all\n"
    "What the rules of the service say; D is YYYY-MM-DD, N are tries left.\n"
    "  --date D           the day asked about; default: today in Japan\n"
    "  --feb29 03-01|02-28  birthday, in common years, of 29 February\n"
    "  --json             for scripts: until, from, state, rules\n"
    "  --lang ja|en       language of the answer\n"
    "  --help, --version\n";

static const char help_ja[] =
    "使い方: jpki-rules validity sign|auth --issued 日 [--birth 日]\n"
    "            [--card-until 日] [--auth-until 日] [--stay-until 日]\n"
    "            [--renewed-from 日] [--juki] [--date 日]\n"
    "        jpki-rules card --applied 日 --issued 日 --birth 日\n"
    "            [--stay-until 日] [--date 日]\n"
    "        jpki-rules renewal --until 日 [--date 日]\n"
    "        jpki-rules event 名前[@日]... [--date 日]\n"
    "        jpki-rules event --list\n"
    "        jpki-rules pin auth|sign|text|card [auth=N] [sign=N] [text=N]\n"
    "        jpki-rules who --birth 日 [--ward] [--date 日]\n"
    "        jpki-rules explain 項目 | --all\n"
    "公的個人認証サービスの規則で答えます。日は YYYY-MM-DD、N は残り回数。\n"
    "  --date 日          いつの時点か（既定: 日本の今日）\n"
    "  --feb29 03-01|02-28  2 月 29 日生まれの平年の誕生日\n"
    "  --json             スクリプト向け（until、from、state、rules）\n"
    "  --lang ja|en       答えの言語\n"
    "  --help, --version\n";

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct job *job, const char *en, const char *ja)
{
	return job->lang == JPKI_LANG_JA ? ja : en;
}

static int
usage_error(const struct job *job, const char *en, const char *ja)
{
	fprintf(stderr, "jpki-rules: %s\n", pick(job, en, ja));
	return EX_USAGE;
}

/* ---- Text ---- */

/* Columns that the next character takes; *n: its bytes. Everything here is
 * UTF-8, and so is LC_CTYPE, see main(). */
static int
char_width(const char *s, size_t *n)
{
	mbstate_t state;
	wchar_t c;
	size_t r;
	int w;

	memset(&state, 0, sizeof(state));
	r = mbrtowc(&c, s, MB_CUR_MAX, &state);
	if (r == 0 || r > MB_CUR_MAX) {
		*n = 1;
		return 1;
	}
	*n = r;
	return (w = wcwidth(c)) < 0 ? 1 : w;
}

static int
text_width(const char *s)
{
	size_t n;
	int w = 0;

	for (; *s != '\0'; s += n)
		w += char_width(s, &n);
	return w;
}

static void
put_spaces(int n)
{
	for (; n > 0; n--)
		putchar(' ');
}

/* Marks that do not begin a line in Japanese. */
static bool
no_begin(const char *s)
{
	static const char *const marks[] = { "、", "。", "）", "」", "］", "・",
		"ー" };
	size_t i;

	for (i = 0; i < N_OF(marks); i++)
		if (strncmp(s, marks[i], strlen(marks[i])) == 0)
			return true;
	return false;
}

/* The bytes of what must stay on one line: a word, or a wide character with
 * the marks after it. */
static size_t
chunk(const char *s, int *width)
{
	size_t len, n;
	bool wide;

	*width = char_width(s, &len);
	wide = *width == 2;
	while (s[len] != '\0' && s[len] != ' ') {
		int w = char_width(s + len, &n);

		if ((wide || w == 2) && !no_begin(s + len))
			break;
		*width += w;
		len += n;
	}
	return len;
}

/* Prints text from a column on, lines after the first one indented. */
static void
put_text(const struct job *job, int indent, const char *s)
{
	int at = indent, width;
	size_t n;

	while (*s != '\0') {
		bool space = *s == ' ';

		if (space)
			s++;
		if (*s == '\0')
			break;
		n = chunk(s, &width);
		if (job->width > 0 && at > indent &&
		    at + space + width > job->width) {
			putchar('\n');
			put_spaces(indent);
			at = indent;
		} else if (space) {
			putchar(' ');
			at++;
		}
		fwrite(s, 1, n, stdout);
		at += width;
		s += n;
	}
	putchar('\n');
}

/* "  LABEL   text", the texts below each other. */
static void
put_labelled(const struct job *job, int column, const char *label,
    const char *text)
{
	printf("  %s", label);
	put_spaces(column - 2 - text_width(label));
	put_text(job, column, text);
}

#define COLUMN_ID 7
#define COLUMN_LABEL 20

static void
put_label(const struct job *job, const char *en, const char *ja,
    const char *text)
{
	put_labelled(job, COLUMN_LABEL, pick(job, en, ja), text);
}

static void
put_date(const struct job *job, const char *en, const char *ja,
    struct jpki_date d)
{
	char text[JPKI_DATE_TEXT];

	if (d.year == 0)
		return;
	jpki_date_format(d, text);
	put_label(job, en, ja, text);
}

/* "S0 S3", or that it is outside of them. */
static void
seeds_text(const struct job *job, const struct jpki_rule *rule, char *out,
    size_t size)
{
	const struct jpki_seed *seed;
	size_t i, len = 0;

	snprintf(out, size, "%s", pick(job, "outside the seeds", "資料外"));
	for (i = 0; (seed = jpki_seed_at(i)) != NULL; i++)
		if (rule->seeds & 1u << i && len < size)
			len += (size_t)snprintf(out + len, size - len, "%s%s",
			    len > 0 ? " " : "", seed->id);
}

static void
put_rule(const struct job *job, const struct jpki_rule *rule)
{
	char seeds[64], text[1024];

	seeds_text(job, rule, seeds, sizeof(seeds));
	snprintf(text, sizeof(text), "%s [%s]",
	    pick(job, rule->en, rule->ja), seeds);
	put_labelled(job, COLUMN_ID, rule->id, text);
}

static void
put_dispute(const struct job *job, const struct jpki_dispute *dispute)
{
	char text[1024];

	put_labelled(job, COLUMN_ID, dispute->id,
	    pick(job, dispute->en, dispute->ja));
	snprintf(text, sizeof(text), "%s%s", pick(job, "Here: ", "ここでは："),
	    pick(job, dispute->do_en, dispute->do_ja));
	put_labelled(job, COLUMN_ID, "", text);
}

static unsigned
disputes_of(const struct jpki_why *why)
{
	unsigned all = 0;
	size_t i;

	for (i = 0; why->rules[i] != NULL; i++)
		all |= why->rules[i]->disputes;
	return all;
}

static void
put_advice(const struct job *job, const struct jpki_why *why)
{
	size_t i;

	if (why->advice[0] == 0)
		return;
	printf("\n%s\n", pick(job, "What to do", "すること"));
	for (i = 0; why->advice[i] != 0; i++)
		put_labelled(job, 4, "-", jpki_advice_text(why->advice[i],
		    job->lang));
}

static void
put_why(const struct job *job, const struct jpki_why *why)
{
	const struct jpki_dispute *dispute;
	unsigned disputes = disputes_of(why);
	size_t i;

	put_advice(job, why);
	if (why->rules[0] != NULL)
		printf("\n%s\n", pick(job, "Why", "理由"));
	for (i = 0; why->rules[i] != NULL; i++)
		put_rule(job, why->rules[i]);
	if (disputes != 0)
		printf("\n%s\n", pick(job, "Where the seeds disagree",
		    "資料の間の不一致"));
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++)
		if (disputes & 1u << i)
			put_dispute(job, dispute);
}

/* The state on a day, with the days left. */
static void
put_state(const struct job *job, const struct jpki_verdict *v,
    struct jpki_date on)
{
	char text[256], day[JPKI_DATE_TEXT], days[64] = "";
	const char *stop = pick(job, ": ", "：");

	jpki_date_format(on, day);
	if (v->until.year == 0)
		;
	else if (v->days_left > 0)
		snprintf(days, sizeof(days), pick(job, ", %d %s left",
		    "、残り %d 日%.0s"), (int)v->days_left,
		    v->days_left == 1 ? "day" : "days");
	else if (v->days_left == 0)
		snprintf(days, sizeof(days), "%s", pick(job,
		    ", this is the last day", "、この日が最終日"));
	else
		snprintf(days, sizeof(days), pick(job, ", %d %s ago",
		    "、%d 日前%.0s"), -(int)v->days_left,
		    v->days_left == -1 ? "day" : "days");
	snprintf(text, sizeof(text), "%s%s%s%s", day, stop,
	    jpki_state_text(v->state, job->lang), days);
	put_label(job, "State on", "状態", text);
}

/* ---- JSON ---- */

static void
json_string(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('"');
}

static void
json_date(const char *key, struct jpki_date d)
{
	char text[JPKI_DATE_TEXT];

	jpki_date_format(d, text);
	if (d.year == 0)
		printf(",\"%s\":null", key);
	else
		printf(",\"%s\":\"%s\"", key, text);
}

static void
json_seeds(unsigned seeds)
{
	const struct jpki_seed *seed;
	const char *comma = "";
	size_t i;

	putchar('[');
	for (i = 0; (seed = jpki_seed_at(i)) != NULL; i++)
		if (seeds & 1u << i) {
			printf("%s\"%s\"", comma, seed->id);
			comma = ",";
		}
	putchar(']');
}

static void
json_disputes(unsigned disputes)
{
	const struct jpki_dispute *dispute;
	const char *comma = "";
	size_t i;

	fputs(",\"disputes\":[", stdout);
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++)
		if (disputes & 1u << i) {
			printf("%s\"%s\"", comma, dispute->id);
			comma = ",";
		}
	putchar(']');
}

static void
json_why(const struct job *job, const struct jpki_why *why)
{
	size_t i;

	fputs(",\"rules\":[", stdout);
	for (i = 0; why->rules[i] != NULL; i++)
		printf("%s\"%s\"", i > 0 ? "," : "", why->rules[i]->id);
	fputs("],\"seeds\":{", stdout);
	for (i = 0; why->rules[i] != NULL; i++) {
		printf("%s\"%s\":", i > 0 ? "," : "", why->rules[i]->id);
		json_seeds(why->rules[i]->seeds);
	}
	putchar('}');
	json_disputes(disputes_of(why));
	fputs(",\"advice\":[", stdout);
	for (i = 0; why->advice[i] != 0; i++) {
		if (i > 0)
			putchar(',');
		json_string(jpki_advice_text(why->advice[i], job->lang));
	}
	putchar(']');
}

/* The members of a verdict, without braces. */
static void
json_verdict(const struct job *job, const struct jpki_verdict *v)
{
	printf("\"state\":\"%s\"", jpki_state_name(v->state));
	json_date("from", v->from);
	json_date("until", v->until);
	json_date("renew_from", v->renew_from);
	if (v->until.year != 0)
		printf(",\"days_left\":%d", (int)v->days_left);
	else
		fputs(",\"days_left\":null", stdout);
	json_why(job, &v->why);
}

/* Begins the answer to a question, up to and with a comma. */
static void
json_begin(const struct job *job)
{
	char day[JPKI_DATE_TEXT];

	jpki_date_format(job->date[O_DATE], day);
	printf("{\"question\":\"%s\",\"date\":\"%s\",", job->command->name,
	    day);
}

/* ---- The questions ---- */

static bool
given(const struct job *job, int option)
{
	return job->given & 1u << option;
}

/* An impossible order of two of the dates is the user's mistake. */
static int
check_order(const struct job *job)
{
	static const struct {
		int first, second;
		const char *en, *ja;
	} orders[] = {
		{ O_BIRTH, O_ISSUED, "--issued is before --birth",
		    "--issued が --birth より前です" },
		{ O_BIRTH, O_APPLIED, "--applied is before --birth",
		    "--applied が --birth より前です" },
		{ O_APPLIED, O_ISSUED, "--issued is before --applied",
		    "--issued が --applied より前です" },
		{ O_ISSUED, O_CARD_UNTIL, "--card-until is before --issued",
		    "--card-until が --issued より前です" },
		{ O_ISSUED, O_AUTH_UNTIL, "--auth-until is before --issued",
		    "--auth-until が --issued より前です" },
		{ O_ISSUED, O_STAY_UNTIL, "--stay-until is before --issued",
		    "--stay-until が --issued より前です" },
	};
	size_t i;

	for (i = 0; i < N_OF(orders); i++)
		if (given(job, orders[i].first) &&
		    given(job, orders[i].second) &&
		    jpki_date_cmp(job->date[orders[i].second],
		    job->date[orders[i].first]) < 0)
			return usage_error(job, orders[i].en, orders[i].ja);
	return EXIT_SUCCESS;
}

/* What check_order() did not see coming. */
static int
library_error(const struct job *job, int err)
{
	fprintf(stderr, "jpki-rules: %s\n", jpki_strerror(err, job->lang));
	return EX_USAGE;
}

/* Prints a verdict; the dates have the names that suit the question. */
static int
tell(const struct job *job, const char *title, const struct jpki_verdict *v,
    const char *from_en, const char *from_ja)
{
	if (job->json) {
		json_begin(job);
		json_verdict(job, v);
		puts("}");
		return EXIT_SUCCESS;
	}
	puts(title);
	put_date(job, "Last day", "最終日", v->until);
	if (v->until.year == 0)
		put_label(job, "Last day", "最終日", pick(job, "none, or not "
		    "to be known from these dates",
		    "なし、または与えられた日付からはわからない"));
	put_date(job, from_en, from_ja, v->from);
	if (jpki_date_cmp(v->renew_from, v->from) != 0)
		put_date(job, "Renewable from", "更新できる初日",
		    v->renew_from);
	put_state(job, v, job->date[O_DATE]);
	put_why(job, &v->why);
	return EXIT_SUCCESS;
}

static int
ask_validity(struct job *job)
{
	struct jpki_validity_facts facts = { 0 };
	struct jpki_verdict v;
	int r;

	if (strcmp(job->args[0], "sign") == 0)
		facts.key = JPKI_KEY_SIGN;
	else if (strcmp(job->args[0], "auth") == 0)
		facts.key = JPKI_KEY_AUTH;
	else
		return usage_error(job, "validity of what? sign or auth",
		    "validity には sign か auth を指定してください");
	if (facts.key == JPKI_KEY_AUTH && given(job, O_AUTH_UNTIL))
		return usage_error(job, "--auth-until goes with sign",
		    "--auth-until は sign のときだけです");
	if (given(job, O_JUKI))
		facts.carrier = JPKI_CARRIER_JUKI;
	facts.issued = job->date[O_ISSUED];
	facts.birth = job->date[O_BIRTH];
	facts.card_until = job->date[O_CARD_UNTIL];
	facts.auth_until = job->date[O_AUTH_UNTIL];
	facts.stay_until = job->date[O_STAY_UNTIL];
	facts.renewed_from = job->date[O_RENEWED_FROM];
	facts.feb29 = job->feb29;
	if ((r = jpki_rules_validity(&facts, job->date[O_DATE], &v)) != 0)
		return library_error(job, r);
	return tell(job, facts.key == JPKI_KEY_SIGN ?
	    pick(job, "Sign certificate (署名用)", "署名用電子証明書") :
	    pick(job, "Auth certificate (利用者証明用)",
	    "利用者証明用電子証明書"), &v, "Issued", "発行日");
}

static int
ask_card(struct job *job)
{
	struct jpki_card_facts facts = { 0 };
	struct jpki_verdict v;
	int r;

	facts.applied = job->date[O_APPLIED];
	facts.issued = job->date[O_ISSUED];
	facts.birth = job->date[O_BIRTH];
	facts.stay_until = job->date[O_STAY_UNTIL];
	facts.feb29 = job->feb29;
	if ((r = jpki_rules_card(&facts, job->date[O_DATE], &v)) != 0)
		return library_error(job, r);
	return tell(job, pick(job, "My Number Card", "マイナンバーカード"), &v,
	    "Issued", "発行日");
}

static int
ask_renewal(struct job *job)
{
	struct jpki_verdict v;
	int r;

	if ((r = jpki_rules_renewal(job->date[O_UNTIL], job->date[O_DATE],
	    &v)) != 0)
		return library_error(job, r);
	return tell(job, pick(job, "Renewal", "更新"), &v,
	    "Renewable from", "更新できる初日");
}

static int
list_events(const struct job *job)
{
	const char *name;
	int i;

	for (i = 1; (name = jpki_event_name((enum jpki_event)i)) != NULL;
	    i++) {
		const char *text = jpki_event_text((enum jpki_event)i,
		    job->lang);

		if (!job->json) {
			put_labelled(job, COLUMN_LABEL, name, text);
			continue;
		}
		printf("%s\n{\"name\":\"%s\",\"text\":", i == 1 ? "[" : ",",
		    name);
		json_string(text);
		putchar('}');
	}
	if (job->json)
		puts("\n]");
	return EXIT_SUCCESS;
}

/* NAME or NAME@YYYY-MM-DD; without a date it is the day asked about. */
static int
read_event(const struct job *job, char *arg, struct jpki_event_at *out)
{
	char *at = strchr(arg, '@');

	out->on = job->date[O_DATE];
	if (at != NULL && !jpki_date_parse(at + 1, &out->on))
		return usage_error(job, "the day after @ does not exist, or "
		    "is not written YYYY-MM-DD",
		    "@ の後の日付がないか、YYYY-MM-DD の形ではありません");
	if (at != NULL)
		*at = '\0';
	if ((out->event = jpki_event_find(arg)) == 0) {
		fprintf(stderr, "jpki-rules: %s%s\n", arg, pick(job,
		    ": no such event; see jpki-rules event --list",
		    ": このようなできごとはありません。jpki-rules event --list "
		    "を見てください"));
		return EX_USAGE;
	}
	return EXIT_SUCCESS;
}

static void
tell_part(const struct job *job, const char *title,
    const struct jpki_verdict *v)
{
	char text[256], day[JPKI_DATE_TEXT];

	jpki_date_format(v->from, day);
	if (v->from.year == 0)
		snprintf(text, sizeof(text), "%s",
		    jpki_state_text(v->state, job->lang));
	else if (v->state == JPKI_STATE_WAITING)
		snprintf(text, sizeof(text), pick(job,
		    "%s; usable from %s", "%s（%s から利用可）"),
		    jpki_state_text(v->state, job->lang), day);
	else
		snprintf(text, sizeof(text), pick(job, "%s since %s",
		    "%s（%s から）"), jpki_state_text(v->state, job->lang),
		    day);
	put_labelled(job, COLUMN_LABEL, title, text);
}

/* One list of reasons and advice for all three parts. */
static void
merge_why(struct jpki_why *all, const struct jpki_why *why)
{
	size_t i, j;

	for (i = 0; why->rules[i] != NULL; i++) {
		for (j = 0; all->rules[j] != NULL; j++)
			if (all->rules[j] == why->rules[i])
				break;
		if (j < JPKI_WHY_RULES)
			all->rules[j] = why->rules[i];
	}
	for (i = 0; why->advice[i] != 0; i++) {
		for (j = 0; all->advice[j] != 0; j++)
			if (all->advice[j] == why->advice[i])
				break;
		if (j < JPKI_WHY_ADVICE)
			all->advice[j] = why->advice[i];
	}
}

static void
json_part(const struct job *job, const char *key,
    const struct jpki_verdict *v)
{
	printf(",\"%s\":{", key);
	json_verdict(job, v);
	putchar('}');
}

static int
tell_history(const struct job *job, const struct jpki_event_at *events,
    size_t n, const struct jpki_history *h)
{
	/* The certificate that fared worse speaks for both. */
	struct jpki_verdict all = h->sign.state >= h->auth.state ? h->sign :
	    h->auth;
	char day[JPKI_DATE_TEXT];
	size_t i;

	merge_why(&all.why, &h->sign.why);
	merge_why(&all.why, &h->auth.why);
	merge_why(&all.why, &h->card.why);
	if (job->json) {
		json_begin(job);
		json_verdict(job, &all);
		json_part(job, "card", &h->card);
		json_part(job, "auth", &h->auth);
		json_part(job, "sign", &h->sign);
		puts("}");
		return EXIT_SUCCESS;
	}
	puts(pick(job, "What happened", "できごと"));
	for (i = 0; i < n; i++) {
		jpki_date_format(events[i].on, day);
		put_labelled(job, COLUMN_LABEL, day,
		    jpki_event_text(events[i].event, job->lang));
	}
	jpki_date_format(job->date[O_DATE], day);
	printf(pick(job, "\nWhat follows, on %s\n", "\n結果（%s 時点）\n"),
	    day);
	tell_part(job, pick(job, "card", "カード"), &h->card);
	tell_part(job, "利用者証明用", &h->auth);
	tell_part(job, "署名用", &h->sign);
	put_why(job, &all.why);
	return EXIT_SUCCESS;
}

static int
ask_event(struct job *job)
{
	struct jpki_event_at events[MAX_EVENTS];
	struct jpki_history h;
	size_t i, n = (size_t)job->n_args;
	int r;

	if (given(job, O_LIST))
		return n == 0 ? list_events(job) : usage_error(job,
		    "--list goes without names", "--list に名前は不要です");
	if (n == 0)
		return usage_error(job,
		    "which event? see jpki-rules event --list",
		    "できごとを指定してください。jpki-rules event --list を"
		    "見てください");
	for (i = 0; i < n; i++)
		if ((r = read_event(job, job->args[i], &events[i])) != 0)
			return r;
	r = jpki_rules_events(events, n, job->date[O_DATE], &h);
	if (r == JPKI_ERR_VALUE)
		return usage_error(job, "events are in the order in which they "
		    "happened, none after --date",
		    "できごとは起きた順に、--date 以前の日付で並べてください");
	return r != 0 ? library_error(job, r) :
	    tell_history(job, events, n, &h);
}

/* "auth=2" and the like; the value is not printed, a PIN may be in it. */
static int
read_tries(const struct job *job, const char *arg, struct jpki_tries *left)
{
	static const char *const names[] = { "auth=", "sign=", "text=" };
	int *const to[] = { &left->auth, &left->sign, &left->text };
	const char max[] = { '3', '5', '3' };
	size_t i;

	for (i = 0; i < N_OF(names); i++) {
		const char *n = arg + strlen(names[i]);

		if (strncmp(arg, names[i], strlen(names[i])) == 0 &&
		    n[0] >= '0' && n[0] <= max[i] && n[1] == '\0') {
			*to[i] = n[0] - '0';
			return EXIT_SUCCESS;
		}
	}
	return usage_error(job, "tries left are written auth=N, text=N (0 to "
	    "3) or sign=N (0 to 5)", "残り回数は auth=N、text=N（0～3）、"
	    "sign=N（0～5）と書きます");
}

static const char *
route_name(enum jpki_route route)
{
	return route == JPKI_ROUTE_OPEN ? "open" :
	    route == JPKI_ROUTE_MAYBE ? "maybe" : "closed";
}

static const char *
route_text(const struct job *job, enum jpki_route route)
{
	return route == JPKI_ROUTE_OPEN ? pick(job, "open", "できる") :
	    route == JPKI_ROUTE_MAYBE ?
	    pick(job, "perhaps: ask, or see the portal site",
	    "できることがある（市区町村かポータルサイトで確認）") :
	    pick(job, "closed", "できない");
}

static void
tell_pin(const struct job *job, const struct jpki_pin_verdict *v)
{
	char text[128];

	puts(pick(job, v->en, v->ja));
	if (v->letters)
		snprintf(text, sizeof(text), pick(job,
		    "%d to %d of A-Z and 0-9; lower case and full-width "
		    "characters are converted",
		    "英数字 %d～%d 文字（小文字は大文字に、全角は半角に変換）"),
		    v->min_len, v->max_len);
	else
		snprintf(text, sizeof(text), pick(job, "%d digits",
		    "数字 %d 桁"), v->min_len);
	put_label(job, "Shape", "形式", text);
	if (v->mix)
		put_label(job, "A new one", "新しく決めるとき", pick(job,
		    "needs letters and digits", "英字と数字の両方が必要"));
	if (v->left >= 0)
		snprintf(text, sizeof(text), pick(job, "%d of %d%s",
		    "%d 回（%d 回中）%s"), v->left, v->max,
		    v->state == JPKI_PIN_STATE_LOCKED ?
		    pick(job, ": locked", "：ロックされている") : "");
	else
		snprintf(text, sizeof(text), pick(job, "unknown, of %d",
		    "不明（%d 回中）"), v->max);
	put_label(job, "Tries left", "残り回数", text);
	put_label(job, "Reset: town", "再設定：窓口",
	    route_text(job, v->town));
	put_label(job, "Reset: store", "再設定：コンビニ",
	    route_text(job, v->store));
	put_label(job, "Change at home", "自宅で変更",
	    route_text(job, v->home));
	put_why(job, &v->why);
}

static int
ask_pin(struct job *job)
{
	static const struct {
		const char *name;
		int pin;
	} pins[] = {
		{ "auth", JPKI_PIN_AUTH }, { "sign", JPKI_PIN_SIGN },
		{ "text", JPKI_PIN_TEXT }, { "card", JPKI_PIN_CARD },
	};
	struct jpki_tries left = { -1, -1, -1 };
	struct jpki_pin_verdict v;
	size_t k = 0;
	int i, r;

	while (k < N_OF(pins) && strcmp(job->args[0], pins[k].name) != 0)
		k++;
	if (k == N_OF(pins))
		return usage_error(job, "which PIN? auth, sign, text or card",
		    "auth、sign、text、card のどれかを指定してください");
	for (i = 1; i < job->n_args; i++)
		if ((r = read_tries(job, job->args[i], &left)) != 0)
			return r;
	if ((r = jpki_rules_pin(pins[k].pin, left, &v)) != 0)
		return library_error(job, r);
	if (!job->json) {
		tell_pin(job, &v);
		return EXIT_SUCCESS;
	}
	json_begin(job);
	printf("\"pin\":\"%s\",\"name\":", pins[k].name);
	json_string(pick(job, v.en, v.ja));
	printf(",\"state\":\"%s\",\"from\":null,\"until\":null,\"left\":",
	    jpki_pin_state_name(v.state));
	printf(v.left < 0 ? "null" : "%d", v.left);
	printf(",\"max\":%d,\"min_length\":%d,\"max_length\":%d,"
	    "\"letters\":%s,\"mix_on_change\":%s", v.max, v.min_len,
	    v.max_len, v.letters ? "true" : "false", v.mix ? "true" : "false");
	printf(",\"routes\":{\"town\":\"%s\",\"store\":\"%s\",\"home\":\"%s\"}",
	    route_name(v.town), route_name(v.store), route_name(v.home));
	json_why(job, &v.why);
	puts("}");
	return EXIT_SUCCESS;
}

static int
ask_who(struct job *job)
{
	const char *yes = pick(job, "yes", "発行される");
	struct jpki_who who;
	char text[64];
	int r;

	if ((r = jpki_rules_who(job->date[O_BIRTH], given(job, O_WARD),
	    job->date[O_DATE], job->feb29, &who)) == JPKI_ERR_VALUE)
		return usage_error(job, "--birth is after --date",
		    "--birth が --date より後です");
	if (r != 0)
		return library_error(job, r);
	if (job->json) {
		json_begin(job);
		printf("\"state\":\"%s\",\"age\":%d,\"auth\":%s,\"sign\":%s,"
		    "\"representative\":%s", who.sign ? "both" : "auth-only",
		    who.age, who.auth ? "true" : "false",
		    who.sign ? "true" : "false",
		    who.representative ? "true" : "false");
		json_date("from", who.sign_from);
		fputs(",\"until\":null", stdout);
		json_why(job, &who.why);
		puts("}");
		return EXIT_SUCCESS;
	}
	puts(pick(job, "Who may have what", "発行の対象"));
	snprintf(text, sizeof(text), pick(job, "%d", "%d 歳"), who.age);
	put_label(job, "Age", "年齢", text);
	put_labelled(job, COLUMN_LABEL, "利用者証明用", yes);
	put_labelled(job, COLUMN_LABEL, "署名用", who.sign ? yes :
	    pick(job, "normally not issued", "通常は発行されない"));
	put_date(job, "署名用 from", "署名用の初日", who.sign_from);
	put_label(job, "Representative", "法定代理人",
	    who.representative ? pick(job, "comes along", "同行が必要") :
	    pick(job, "not needed", "不要"));
	put_why(job, &who.why);
	return EXIT_SUCCESS;
}

/* ---- The law book ---- */

static const struct {
	char letter;
	uint8_t bit;
	const char *en, *ja;
} checks[] = {
	{ 'C', JPKI_RULE_CARD, "read from the card, no PIN",
	    "カードから（暗証番号なしで）読める" },
	{ 'P', JPKI_RULE_PIN, "read from the card after a PIN",
	    "暗証番号を入力すればカードから読める" },
	{ 'D', JPKI_RULE_DATE, "counting days", "日付を計算する" },
	{ 'I', JPKI_RULE_INPUT, "checking what is typed", "入力を調べる" },
	{ 'N', JPKI_RULE_ONLINE, "only an online status service knows",
	    "失効情報のサービスだけが知る" },
};

static void
explain_rule(const struct job *job, const struct jpki_rule *rule)
{
	const struct jpki_dispute *dispute;
	const struct jpki_seed *seed;
	char text[256];
	size_t i;

	put_labelled(job, COLUMN_ID, rule->id, pick(job, rule->en, rule->ja));
	for (i = 0; (seed = jpki_seed_at(i)) != NULL; i++)
		if (rule->seeds & 1u << i) {
			snprintf(text, sizeof(text), "%s %s %s", seed->id,
			    pick(job, seed->en, seed->ja), seed->date);
			put_labelled(job, COLUMN_ID + 2, "", text);
		}
	if (rule->seeds == 0)
		put_labelled(job, COLUMN_ID + 2, "", pick(job,
		    "outside the seeds", "資料外"));
	for (i = 0; i < N_OF(checks); i++)
		if (rule->checks & checks[i].bit) {
			snprintf(text, sizeof(text), "%s%c: %s", pick(job,
			    "PC ", "パソコン "), checks[i].letter, pick(job,
			    checks[i].en, checks[i].ja));
			put_labelled(job, COLUMN_ID + 2, "", text);
		}
	if (rule->checks == 0)
		put_labelled(job, COLUMN_ID + 2, "", pick(job,
		    "PC -: cannot check it", "パソコン -: 調べられない"));
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++)
		if (rule->disputes & 1u << i)
			put_dispute(job, dispute);
}

static void
json_rule(const struct job *job, const struct jpki_rule *rule)
{
	const char *comma = "";
	size_t i;

	printf("{\"id\":\"%s\",\"text\":", rule->id);
	json_string(pick(job, rule->en, rule->ja));
	fputs(",\"seeds\":", stdout);
	json_seeds(rule->seeds);
	fputs(",\"checks\":[", stdout);
	for (i = 0; i < N_OF(checks); i++)
		if (rule->checks & checks[i].bit) {
			printf("%s\"%c\"", comma, checks[i].letter);
			comma = ",";
		}
	putchar(']');
	json_disputes(rule->disputes);
	putchar('}');
}

static void
json_dispute(const struct job *job, const struct jpki_dispute *dispute)
{
	printf("{\"id\":\"%s\",\"text\":", dispute->id);
	json_string(pick(job, dispute->en, dispute->ja));
	fputs(",\"here\":", stdout);
	json_string(pick(job, dispute->do_en, dispute->do_ja));
	putchar('}');
}

static void
json_seed(const struct job *job, const struct jpki_seed *seed)
{
	printf("{\"id\":\"%s\",\"town\":", seed->id);
	json_string(pick(job, seed->en, seed->ja));
	printf(",\"date\":");
	if (*seed->date == '\0')
		fputs("null}", stdout);
	else
		printf("\"%s\"}", seed->date);
}

static void
explain_seed(const struct job *job, const struct jpki_seed *seed)
{
	char text[128];

	snprintf(text, sizeof(text), "%s %s", pick(job, seed->en, seed->ja),
	    seed->date);
	put_labelled(job, COLUMN_ID, seed->id, text);
}

static int
explain_all(const struct job *job)
{
	const struct jpki_rule *rule;
	const struct jpki_dispute *dispute;
	const struct jpki_seed *seed;
	size_t i;

	if (job->json)
		fputs("{\"rules\":[", stdout);
	for (i = 0; (rule = jpki_rule_at(i)) != NULL; i++) {
		if (!job->json) {
			put_rule(job, rule);
			continue;
		}
		fputs(i > 0 ? ",\n" : "\n", stdout);
		json_rule(job, rule);
	}
	fputs(job->json ? "],\"disputes\":[" : "\n", stdout);
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++) {
		if (!job->json) {
			put_dispute(job, dispute);
			continue;
		}
		fputs(i > 0 ? ",\n" : "\n", stdout);
		json_dispute(job, dispute);
	}
	fputs(job->json ? "],\"seeds\":[" : "\n", stdout);
	for (i = 0; (seed = jpki_seed_at(i)) != NULL; i++) {
		if (!job->json) {
			explain_seed(job, seed);
			continue;
		}
		fputs(i > 0 ? ",\n" : "\n", stdout);
		json_seed(job, seed);
	}
	if (job->json)
		puts("]}");
	return EXIT_SUCCESS;
}

/* ROW is a rule, a disagreement or a seed. */
static int
ask_explain(struct job *job)
{
	const char *id = job->n_args > 0 ? job->args[0] : "";
	const struct jpki_rule *rule = jpki_rule_find(id);
	const struct jpki_dispute *dispute;
	const struct jpki_seed *seed;
	size_t i, j;

	if (given(job, O_ALL) != (job->n_args == 0))
		return usage_error(job, "explain takes a row, such as B3, or "
		    "--all", "explain には B3 のような項目か --all を指定して"
		    "ください");
	if (given(job, O_ALL))
		return explain_all(job);
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++)
		if (strcasecmp(dispute->id, id) == 0)
			break;
	for (j = 0; (seed = jpki_seed_at(j)) != NULL; j++)
		if (strcasecmp(seed->id, id) == 0)
			break;
	if (rule == NULL && dispute == NULL && seed == NULL)
		return usage_error(job,
		    "no such row; see jpki-rules explain --all",
		    "その項目はありません。jpki-rules explain --all を見て"
		    "ください");
	if (job->json) {
		if (rule != NULL)
			json_rule(job, rule);
		else if (dispute != NULL)
			json_dispute(job, dispute);
		else
			json_seed(job, seed);
		putchar('\n');
	} else if (rule != NULL)
		explain_rule(job, rule);
	else if (dispute != NULL)
		put_dispute(job, dispute);
	else
		explain_seed(job, seed);
	return EXIT_SUCCESS;
}

/* ---- The command line ---- */

#define OPT(name) (1u << O_##name)

static const struct command commands[] = {
	{ "validity", ask_validity,
	    OPT(ISSUED) | OPT(BIRTH) | OPT(CARD_UNTIL) | OPT(AUTH_UNTIL) |
	    OPT(STAY_UNTIL) | OPT(RENEWED_FROM) | OPT(DATE) | OPT(FEB29) |
	    OPT(JUKI), OPT(ISSUED), 1, 1,
	    "jpki-rules validity sign|auth --issued D [--birth D]" },
	{ "card", ask_card,
	    OPT(APPLIED) | OPT(ISSUED) | OPT(BIRTH) | OPT(STAY_UNTIL) |
	    OPT(DATE) | OPT(FEB29), OPT(APPLIED) | OPT(ISSUED) | OPT(BIRTH),
	    0, 0, "jpki-rules card --applied D --issued D --birth D" },
	{ "renewal", ask_renewal, OPT(UNTIL) | OPT(DATE), OPT(UNTIL), 0, 0,
	    "jpki-rules renewal --until D" },
	{ "event", ask_event, OPT(DATE) | OPT(LIST), 0, 0, MAX_EVENTS,
	    "jpki-rules event NAME... (at most 64) | --list" },
	{ "pin", ask_pin, 0, 0, 1, 4,
	    "jpki-rules pin auth|sign|text|card [auth=N] [sign=N]" },
	{ "who", ask_who, OPT(BIRTH) | OPT(WARD) | OPT(DATE) | OPT(FEB29),
	    OPT(BIRTH), 0, 0, "jpki-rules who --birth D [--ward]" },
	{ "explain", ask_explain, OPT(ALL), 0, 0, 1,
	    "jpki-rules explain ROW | --all" },
	{ NULL, NULL, 0, 0, 0, 0, NULL }
};

/* Returns -1 to go on, or the exit code. */
static int
set_option(struct job *job, int option, const char *name, const char *arg)
{
	if (option >= 0 && option < N_DATES) {
		job->given |= 1u << option;
		if (jpki_date_parse(arg, &job->date[option]))
			return -1;
		fprintf(stderr, "jpki-rules: --%s: %s\n", name, pick(job,
		    "no such day, or not written YYYY-MM-DD",
		    "存在しない日か、YYYY-MM-DD の形ではありません"));
		return EX_USAGE;
	}
	switch (option) {
	case O_FEB29:
		if (strcmp(arg, "02-28") == 0)
			job->feb29 = JPKI_FEB29_FEB28;
		else if (strcmp(arg, "03-01") == 0)
			job->feb29 = JPKI_FEB29_MAR1;
		else
			return usage_error(job, "--feb29 03-01|02-28",
			    "--feb29 03-01|02-28");
		break;
	case O_LANG:
		if (strcmp(arg, "ja") != 0 && strcmp(arg, "en") != 0)
			return usage_error(job, "--lang ja|en",
			    "--lang ja|en");
		job->lang = *arg == 'j' ? JPKI_LANG_JA : JPKI_LANG_EN;
		return -1;
	case O_JSON:
		job->json = true;
		return -1;
	case O_HELP:
		fputs(pick(job, help_en, help_ja), stdout);
		return EXIT_SUCCESS;
	case O_VERSION:
		printf("jpki-rules %s\n", jpki_version());
		return EXIT_SUCCESS;
	case '?':
	case ':':
		return usage_error(job, "see jpki-rules --help",
		    "jpki-rules --help を見てください");
	}
	job->given |= 1u << option;
	return -1;
}

/* The options have to suit the question. */
static int
check_options(const struct job *job)
{
	const struct command *c = job->command;
	unsigned wrong = job->given & ~c->may;
	size_t i;

	for (i = 0; options[i].name != NULL; i++)
		if (options[i].val < O_HELP && wrong & 1u << options[i].val) {
			fprintf(stderr, "jpki-rules: --%s: %s\n",
			    options[i].name, pick(job, "not for this question",
			    "この質問には使えません"));
			return EX_USAGE;
		}
	if ((job->given & c->must) != c->must || job->n_args < c->min_args ||
	    job->n_args > c->max_args) {
		fprintf(stderr, "%s %s\n", pick(job, "usage:", "使い方:"),
		    c->usage);
		return EX_USAGE;
	}
	return check_order(job);
}

static int
ask(struct job *job, int argc, char **argv)
{
	int option, at = 0, status;

	while ((option = getopt_long(argc, argv, ":", options, &at)) != -1)
		if ((status = set_option(job, option, option < N_DATES ?
		    options[at].name : "", optarg)) >= 0)
			return status;
	argc -= optind;
	argv += optind;
	for (job->command = commands; argc > 0 && job->command->name != NULL;
	    job->command++)
		if (strcmp(argv[0], job->command->name) == 0)
			break;
	if (argc == 0 || job->command->name == NULL)
		return usage_error(job, "validity, card, renewal, event, pin, "
		    "who or explain; see jpki-rules --help",
		    "validity、card、renewal、event、pin、who、explain の"
		    "どれかです。jpki-rules --help を見てください");
	job->args = argv + 1;
	job->n_args = argc - 1;
	if ((status = check_options(job)) != EXIT_SUCCESS)
		return status;
	if (!given(job, O_DATE))
		job->date[O_DATE] = jpki_date_from_time(time(NULL));
	return job->command->run(job);
}

/* The terminal's width, to wrap at; a file or pipe gets whole lines. */
static int
terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40)
		return WIDTH;
	return size.ws_col;
}

int
main(int argc, char **argv)
{
	struct job job = { 0 };
	int status;

	/* The texts are UTF-8 in every locale; so are the widths. */
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	job.lang = jpki_lang_from_locale();
	job.width = terminal_width();
	status = ask(&job, argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "jpki-rules: stdout: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	return status;
}
