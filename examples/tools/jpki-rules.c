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
	const char *synopsis;
};

static const char help_en[] =
    "What the rules of the service say; D is YYYY-MM-DD, N are tries left.\n"
    "  --date D             the day asked about; default: today in Japan\n"
    "  --feb29 03-01|02-28  birthday, in common years, of 29 February\n"
    "  --json               for scripts: until, from, state, rules\n"
    "  --lang ja|en         language of the answer\n"
    "  --help, --version\n";

static const char help_ja[] =
    "公的個人認証サービスの規則で答えます。D は YYYY-MM-DD、N は残り回数、\n"
    "NAME はできごと、ROW は B3 のような項目です。\n"
    "  --date D             いつの時点か（既定: 日本の今日）\n"
    "  --feb29 03-01|02-28  2 月 29 日生まれの平年の誕生日\n"
    "  --json               スクリプト向け（until、from、state、rules）\n"
    "  --lang ja|en         答えの言語\n"
    "  --help, --version\n";

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct job *job, const char *en, const char *ja)
{
	return job->lang == JPKI_LANG_JA ? ja : en;
}

/* Says what is wrong, and returns the exit code. */
__attribute__((format(printf, 2, 4), format(printf, 3, 4))) static int
usage_error(const struct job *job, const char *en, const char *ja, ...)
{
	va_list ap;

	fputs("jpki-rules: ", stderr);
	va_start(ap, ja);
	vfprintf(stderr, pick(job, en, ja), ap);
	va_end(ap);
	fputc('\n', stderr);
	return EX_USAGE;
}

static bool
given(const struct job *job, int option)
{
	return job->given & 1u << option;
}

#define IDS_TEXT 128

/* The ids of a set: S0 S3, or "S0","S3" for JSON. Bit n is Sn, or X(n + 1). */
static const char *
ids_text(unsigned bits, char letter, bool json, char out[IDS_TEXT])
{
	const char *quote = json ? "\"" : "", *between = "";
	unsigned i, len = 0;

	*out = '\0';
	for (i = 0; bits >> i != 0 && len < IDS_TEXT; i++)
		if (bits & 1u << i) {
			len += (unsigned)snprintf(out + len, IDS_TEXT - len,
			    "%s%s%c%u%s", between, quote, letter,
			    i + (letter == 'X'), quote);
			between = json ? "," : " ";
		}
	return out;
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

/* ---- Text ---- */

/* Whether a line may end between two characters: at spaces, and in Japanese
 * text between wide ones, but for punctuation. */
static bool
may_break(const struct job *job, wchar_t a, wchar_t b)
{
	if (a == L' ' || b == L' ')
		return a == L' ' && b != L' ';
	return job->lang == JPKI_LANG_JA &&
	    (wcwidth(a) > 1 || wcwidth(b) > 1) &&
	    wcschr(L"（「『［", a) == NULL &&
	    wcschr(L"、。，．・：；）」』］ーっゃゅょッャュョ々", b) == NULL;
}

/* How many characters go on a line with that much room. */
static size_t
line_length(const struct job *job, const wchar_t *s, int room)
{
	size_t i, end = 0;

	for (i = 0; s[i] != L'\0'; i++) {
		if (i > 0 && may_break(job, s[i - 1], s[i]))
			end = i;
		room -= wcwidth(s[i]);
		if (room < 0 && s[i] != L' ')
			return end > 0 ? end : i > 0 ? i : 1;
	}
	return i;
}

/* Prints text from a column on, lines after the first one indented. */
static void
put_text(const struct job *job, int column, const char *text)
{
	wchar_t wide[1024], *s = wide;
	size_t n = mbstowcs(wide, text, N_OF(wide) - 1), i;

	if (job->width == 0 || n == (size_t)-1) {
		puts(text);
		return;
	}
	wide[n] = L'\0';
	for (;; printf("\n%*s", column, "")) {
		n = line_length(job, s, job->width - column);
		for (i = 0; i < n; i++)
			if (s[i] != L' ' || i + 1 < n)
				printf("%lc", (wint_t)s[i]);
		s += n;
		if (*s == L'\0')
			break;
	}
	putchar('\n');
}

static int
text_width(const char *text)
{
	wchar_t wide[64];
	size_t n = mbstowcs(wide, text, N_OF(wide));

	return n < N_OF(wide) ? wcswidth(wide, n) : (int)strlen(text);
}

/* "  LABEL   text", the texts below each other. */
static void
put_labelled(const struct job *job, int column, const char *label,
    const char *text)
{
	printf("  %s%*s", label, column - 2 - text_width(label), "");
	put_text(job, column, text);
}

#define COLUMN_ID 7
#define COLUMN_LABEL 20

__attribute__((format(printf, 4, 6), format(printf, 5, 6))) static void
put(const struct job *job, const char *label_en, const char *label_ja,
    const char *en, const char *ja, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, ja);
	vsnprintf(text, sizeof(text), pick(job, en, ja), ap);
	va_end(ap);
	put_labelled(job, COLUMN_LABEL, pick(job, label_en, label_ja), text);
}

static void
put_date(const struct job *job, const char *en, const char *ja,
    struct jpki_date d)
{
	char day[JPKI_DATE_TEXT];

	jpki_date_format(d, day);
	if (d.year != 0)
		put(job, en, ja, "%s", "%s", day);
}

/* The state on a day, with the days left. */
static void
put_state(const struct job *job, const struct jpki_verdict *v)
{
	const char *state = jpki_state_text(v->state, job->lang);
	int left = v->days_left;
	char day[JPKI_DATE_TEXT];

	jpki_date_format(job->date[O_DATE], day);
	if (v->until.year == 0)
		put(job, "State on", "状態", "%s: %s", "%s：%s", day, state);
	else if (left == 0)
		put(job, "State on", "状態", "%s: %s, this is the last day",
		    "%s：%s、この日が最終日", day, state);
	else if (left > 0)
		put(job, "State on", "状態", "%s: %s, %d %s left",
		    "%s：%s、残り %d 日%.0s", day, state, left,
		    left == 1 ? "day" : "days");
	else
		put(job, "State on", "状態", "%s: %s, %d %s ago",
		    "%s：%s、%d 日前%.0s", day, state, -left,
		    left == -1 ? "day" : "days");
}

/* A rule with its seeds, on one line if it fits. */
static void
put_rule(const struct job *job, const struct jpki_rule *rule)
{
	char ids[IDS_TEXT], text[1024];

	snprintf(text, sizeof(text), "%s [%s]", pick(job, rule->en, rule->ja),
	    rule->seeds == 0 ? pick(job, "outside the seeds", "資料外") :
	    ids_text(rule->seeds, 'S', false, ids));
	put_labelled(job, COLUMN_ID, rule->id, text);
}

/* The answer stands above; then what to do, and then why. */
static void
put_why(const struct job *job, const struct jpki_why *why)
{
	const struct jpki_dispute *dispute;
	unsigned disputes = disputes_of(why);
	bool begun = false;
	size_t i;

	if (why->advice[0] != 0)
		puts(pick(job, "\nWhat to do", "\nすること"));
	for (i = 0; why->advice[i] != 0; i++)
		put_labelled(job, 4, "-", jpki_advice_text(why->advice[i],
		    job->lang));
	if (why->rules[0] != NULL)
		puts(pick(job, "\nWhy", "\n理由"));
	for (i = 0; why->rules[i] != NULL; i++)
		put_rule(job, why->rules[i]);
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++) {
		if (!(disputes & 1u << i))
			continue;
		if (!begun)
			printf(pick(job, "\nWhere the seeds disagree "
			    "(see jpki-rules explain %s)\n",
			    "\n資料の間の不一致（jpki-rules explain %s に詳細"
			    "）\n"), dispute->id);
		begun = true;
		put_labelled(job, COLUMN_ID, dispute->id,
		    pick(job, dispute->en, dispute->ja));
	}
}

/* ---- JSON ---- */

/* NULL is null. */
static void
json_string(const char *s)
{
	if (s == NULL) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *s != '\0'; s++)
		printf(*s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
	putchar('"');
}

/*
 * Prints JSON: ' is a quotation mark; %s a string, %D a date, %n a count, each
 * null where it is not known (NULL, no year, negative); %i a number; %b true
 * or false; %S and %X lists of the ids of seeds and disagreements.
 */
static void
json(const char *fmt, ...)
{
	char text[IDS_TEXT];
	struct jpki_date d;
	va_list ap;
	int n;

	va_start(ap, fmt);
	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			putchar(*fmt == '\'' ? '"' : *fmt);
			continue;
		}
		switch (*++fmt) {
		case 's':
			json_string(va_arg(ap, const char *));
			break;
		case 'D':
			d = va_arg(ap, struct jpki_date);
			jpki_date_format(d, text);
			json_string(d.year != 0 ? text : NULL);
			break;
		case 'S':
		case 'X':
			printf("[%s]", ids_text(va_arg(ap, unsigned), *fmt,
			    true, text));
			break;
		case 'b':
			fputs(va_arg(ap, int) ? "true" : "false", stdout);
			break;
		default:
			n = va_arg(ap, int);
			printf(*fmt == 'n' && n < 0 ? "null" : "%d", n);
		}
	}
	va_end(ap);
}

static void
json_why(const struct job *job, const struct jpki_why *why)
{
	size_t i;

	json(",'rules':[");
	for (i = 0; why->rules[i] != NULL; i++)
		json(i > 0 ? ",%s" : "%s", why->rules[i]->id);
	json("],'seeds':{");
	for (i = 0; why->rules[i] != NULL; i++)
		json(i > 0 ? ",%s:%S" : "%s:%S", why->rules[i]->id,
		    (unsigned)why->rules[i]->seeds);
	json("},'disputes':%X,'advice':[", disputes_of(why));
	for (i = 0; why->advice[i] != 0; i++)
		json(i > 0 ? ",%s" : "%s", jpki_advice_text(why->advice[i],
		    job->lang));
	json("]");
}

/* The members of a verdict, without braces. */
static void
json_verdict(const struct job *job, const struct jpki_verdict *v)
{
	json("'state':%s,'from':%D,'until':%D,'renew_from':%D,'days_left':",
	    jpki_state_name(v->state), v->from, v->until, v->renew_from);
	json(v->until.year != 0 ? "%i" : "null", (int)v->days_left);
	json_why(job, &v->why);
}

/* Begins the answer to a question, up to and with a comma. */
static void
json_begin(const struct job *job)
{
	json("{'question':%s,'date':%D,", job->command->name,
	    job->date[O_DATE]);
}

/* ---- The questions ---- */

static const char *
option_name(int option)
{
	const struct option *o = options;

	while (o->name != NULL && o->val != option)
		o++;
	return o->name;
}

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
			return usage_error(job, "--%s is before --%s",
			    "--%s が --%s より前です", option_name(second),
			    option_name(first));
	}
	return EXIT_SUCCESS;
}

/* What the checks here did not see coming. */
static int
library_error(const struct job *job, int err)
{
	const char *text = jpki_strerror(err, job->lang);

	return usage_error(job, "%s", "%s", text);
}

/* What a verdict's first day is depends on the question. */
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
	if (v->until.year == 0 && v->state != JPKI_STATE_NONE)
		put(job, "Last day", "最終日", "not known from these dates",
		    "与えられた日付からはわからない");
	put_date(job, from_en, from_ja, v->from);
	if (jpki_date_cmp(v->renew_from, v->from) != 0)
		put_date(job, "Renewable from", "更新できる初日",
		    v->renew_from);
	put_state(job, v);
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
	return tell(job, pick(job, "Renewal", "更新"), &v, "Renewable from",
	    "更新できる初日");
}

static int
list_events(const struct job *job)
{
	const char *name, *text;
	int i;

	for (i = 1; (name = jpki_event_name((enum jpki_event)i)) != NULL;
	    i++) {
		text = jpki_event_text((enum jpki_event)i, job->lang);
		if (job->json)
			json(i > 1 ? ",\n{'name':%s,'text':%s}" :
			    "[\n{'name':%s,'text':%s}", name, text);
		else
			put_labelled(job, COLUMN_LABEL, name, text);
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
		return usage_error(job, "%s: no such day, or not written "
		    "NAME@YYYY-MM-DD", "%s: 存在しない日か、"
		    "名前@YYYY-MM-DD の形ではありません", arg);
	if (at != NULL)
		*at = '\0';
	if ((out->event = jpki_event_find(arg)) == 0)
		return usage_error(job,
		    "%s: no such event; see jpki-rules event --list",
		    "%s: このようなできごとはありません。"
		    "jpki-rules event --list を見てください", arg);
	return EXIT_SUCCESS;
}

static void
put_part(const struct job *job, const char *label,
    const struct jpki_verdict *v)
{
	const char *state = jpki_state_text(v->state, job->lang);
	char day[JPKI_DATE_TEXT];

	jpki_date_format(v->from, day);
	if (v->from.year == 0)
		put(job, label, label, "%s", "%s", state);
	else if (v->state == JPKI_STATE_WAITING)
		put(job, label, label, "%s; usable from %s",
		    "%s（%s から利用可）", state, day);
	else
		put(job, label, label, "%s since %s", "%s（%s から）", state,
		    day);
}

static void
json_history(const struct job *job, const struct jpki_history *h,
    const struct jpki_verdict *all)
{
	json_begin(job);
	json_verdict(job, all);
	json(",'card':{");
	json_verdict(job, &h->card);
	json("},'auth':{");
	json_verdict(job, &h->auth);
	json("},'sign':{");
	json_verdict(job, &h->sign);
	puts("}}");
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

	jpki_why_add(&all.why, &h->sign.why);
	jpki_why_add(&all.why, &h->auth.why);
	jpki_why_add(&all.why, &h->card.why);
	if (job->json) {
		json_history(job, h, &all);
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
	put_part(job, pick(job, "card", "カード"), &h->card);
	put_part(job, "利用者証明用", &h->auth);
	put_part(job, "署名用", &h->sign);
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

static const struct {
	const char *name, *en, *ja;
} routes[] = {
	[JPKI_ROUTE_CLOSED] = { "closed", "closed", "できない" },
	[JPKI_ROUTE_MAYBE] = { "maybe",
	    "perhaps: ask, or see the portal site",
	    "できることがある（市区町村かポータルサイトで確認）" },
	[JPKI_ROUTE_OPEN] = { "open", "open", "できる" },
};

static void
put_route(const struct job *job, const char *en, const char *ja,
    enum jpki_route route)
{
	put(job, en, ja, "%s", "%s", pick(job, routes[route].en,
	    routes[route].ja));
}

static void
put_pin(const struct job *job, const struct jpki_pin_verdict *v)
{
	puts(pick(job, v->en, v->ja));
	if (v->letters)
		put(job, "Shape", "形式", "%d to %d of A-Z and 0-9; lower "
		    "case and full-width characters are converted",
		    "英数字 %d～%d 文字（小文字は大文字に、全角は半角に変換）",
		    v->min_len, v->max_len);
	else
		put(job, "Shape", "形式", "%d digits", "数字 %d 桁",
		    v->min_len);
	if (v->mix)
		put(job, "A new one", "新しく決めるとき",
		    "needs letters and digits", "英字と数字の両方が必要");
	if (v->left < 0)
		put(job, "Tries left", "残り回数", "unknown, of %d",
		    "不明（%d 回中）", v->max);
	else
		put(job, "Tries left", "残り回数", "%d of %d%s",
		    "%d 回（%d 回中）%s", v->left, v->max, v->left > 0 ? "" :
		    pick(job, ": locked", "：ロックされている"));
	put_route(job, "Reset: town", "再設定：窓口", v->town);
	put_route(job, "Reset: store", "再設定：コンビニ", v->store);
	put_route(job, "Change at home", "自宅で変更", v->home);
	put_why(job, &v->why);
}

static void
json_pin(const struct job *job, const struct jpki_pin_verdict *v)
{
	json_begin(job);
	json("'pin':%s,'name':%s,'state':%s,'from':null,'until':null,"
	    "'left':%n,'max':%i,'min_length':%i,'max_length':%i,"
	    "'letters':%b,'mix_on_change':%b,"
	    "'town':%s,'store':%s,'home':%s", job->args[0],
	    pick(job, v->en, v->ja), jpki_pin_state_name(v->state), v->left,
	    v->max, v->min_len, v->max_len, v->letters, v->mix,
	    routes[v->town].name, routes[v->store].name, routes[v->home].name);
	json_why(job, &v->why);
	puts("}");
}

static int
ask_pin(struct job *job)
{
	static const char *const names[] = {
		[JPKI_PIN_AUTH] = "auth", [JPKI_PIN_SIGN] = "sign",
		[JPKI_PIN_TEXT] = "text", [JPKI_PIN_CARD] = "card"
	};
	struct jpki_tries left = { -1, -1, -1 };
	struct jpki_pin_verdict v;
	int pin, i, r;

	for (pin = 1; pin < (int)N_OF(names); pin++)
		if (strcmp(job->args[0], names[pin]) == 0)
			break;
	if (pin == (int)N_OF(names))
		return usage_error(job, "which PIN? auth, sign, text or card",
		    "auth、sign、text、card のどれかを指定してください");
	for (i = 1; i < job->n_args; i++)
		if ((r = read_tries(job, job->args[i], &left)) != 0)
			return r;
	if ((r = jpki_rules_pin(pin, left, &v)) != 0)
		return library_error(job, r);
	if (job->json)
		json_pin(job, &v);
	else
		put_pin(job, &v);
	return EXIT_SUCCESS;
}

static int
ask_who(struct job *job)
{
	const char *issued = pick(job, "yes", "発行される");
	const char *not_issued = pick(job, "normally not issued",
	    "通常は発行されない");
	struct jpki_who who;
	int r;

	if ((r = jpki_rules_who(job->date[O_BIRTH], given(job, O_WARD),
	    job->date[O_DATE], job->feb29, &who)) == JPKI_ERR_VALUE)
		return usage_error(job, "--birth is after --date",
		    "--birth が --date より後です");
	if (r != 0)
		return library_error(job, r);
	if (job->json) {
		json_begin(job);
		json("'state':%s,'age':%i,'auth':%b,'sign':%b,"
		    "'representative':%b,'from':%D,'until':null",
		    who.sign ? "both" : "auth-only", who.age, who.auth,
		    who.sign, who.representative, who.sign_from);
		json_why(job, &who.why);
		puts("}");
		return EXIT_SUCCESS;
	}
	puts(pick(job, "Who may have what", "発行の対象"));
	put(job, "Age", "年齢", "%d", "%d 歳", who.age);
	put_labelled(job, COLUMN_LABEL, "利用者証明用", issued);
	put_labelled(job, COLUMN_LABEL, "署名用", who.sign ? issued :
	    not_issued);
	put_date(job, "署名用 from", "署名用の初日", who.sign_from);
	if (who.representative)
		put(job, "Representative", "法定代理人", "comes along",
		    "同行が必要");
	else
		put(job, "Representative", "法定代理人", "not needed", "不要");
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

/* With what the library makes of it. */
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

static void
put_seed(const struct job *job, int column, const struct jpki_seed *seed)
{
	char text[128];

	snprintf(text, sizeof(text), "%s %s%s%s", seed->id, pick(job,
	    seed->en, seed->ja), *seed->date != '\0' ? " " : "", seed->date);
	put_labelled(job, column, "", text);
}

static void
explain_rule(const struct job *job, const struct jpki_rule *rule)
{
	const int column = COLUMN_ID + 2;
	char text[256];
	size_t i;

	put_labelled(job, COLUMN_ID, rule->id, pick(job, rule->en, rule->ja));
	for (i = 0; jpki_seed_at(i) != NULL; i++)
		if (rule->seeds & 1u << i)
			put_seed(job, column, jpki_seed_at(i));
	if (rule->seeds == 0)
		put_labelled(job, column, "", pick(job, "outside the seeds",
		    "資料外"));
	for (i = 0; i < N_OF(checks); i++)
		if (rule->checks & checks[i].bit) {
			snprintf(text, sizeof(text), "%s%c: %s", pick(job,
			    "PC ", "パソコン "), checks[i].letter, pick(job,
			    checks[i].en, checks[i].ja));
			put_labelled(job, column, "", text);
		}
	if (rule->checks == 0)
		put_labelled(job, column, "", pick(job,
		    "PC -: cannot check it", "パソコン -: 調べられない"));
	for (i = 0; jpki_dispute_at(i) != NULL; i++)
		if (rule->disputes & 1u << i)
			put_dispute(job, jpki_dispute_at(i));
}

static void
tell_rule(const struct job *job, const struct jpki_rule *rule)
{
	const char *comma = "";
	size_t i;

	if (!job->json) {
		if (given(job, O_ALL))
			put_rule(job, rule);
		else
			explain_rule(job, rule);
		return;
	}
	json("{'id':%s,'text':%s,'seeds':%S,'checks':[", rule->id,
	    pick(job, rule->en, rule->ja), (unsigned)rule->seeds);
	for (i = 0; i < N_OF(checks); i++)
		if (rule->checks & checks[i].bit) {
			printf("%s\"%c\"", comma, checks[i].letter);
			comma = ",";
		}
	json("],'disputes':%X}", (unsigned)rule->disputes);
}

static void
tell_dispute(const struct job *job, const struct jpki_dispute *dispute)
{
	if (job->json)
		json("{'id':%s,'text':%s,'here':%s}", dispute->id,
		    pick(job, dispute->en, dispute->ja),
		    pick(job, dispute->do_en, dispute->do_ja));
	else
		put_dispute(job, dispute);
}

static void
tell_seed(const struct job *job, const struct jpki_seed *seed)
{
	if (job->json)
		json("{'id':%s,'town':%s,'date':%s}", seed->id,
		    pick(job, seed->en, seed->ja),
		    *seed->date != '\0' ? seed->date : NULL);
	else
		put_seed(job, 2, seed);
}

/* What stands between two rows of the whole book. */
static void
next_row(const struct job *job, size_t i)
{
	if (job->json)
		puts(i > 0 ? "," : "");
}

static int
explain_all(const struct job *job)
{
	size_t i;

	fputs(job->json ? "{\"rules\":[" : "", stdout);
	for (i = 0; jpki_rule_at(i) != NULL; i++) {
		next_row(job, i);
		tell_rule(job, jpki_rule_at(i));
	}
	fputs(job->json ? "],\"disputes\":[" : "\n", stdout);
	for (i = 0; jpki_dispute_at(i) != NULL; i++) {
		next_row(job, i);
		tell_dispute(job, jpki_dispute_at(i));
	}
	fputs(job->json ? "],\"seeds\":[" : "\n", stdout);
	for (i = 0; jpki_seed_at(i) != NULL; i++) {
		next_row(job, i);
		tell_seed(job, jpki_seed_at(i));
	}
	fputs(job->json ? "]}\n" : "", stdout);
	return EXIT_SUCCESS;
}

/* Tells of a rule, a disagreement or a seed; false: there is no such row. */
static bool
explain_row(const struct job *job, const char *id)
{
	const struct jpki_rule *rule = jpki_rule_find(id);
	const struct jpki_dispute *dispute;
	const struct jpki_seed *seed;
	size_t i;

	if (rule != NULL) {
		tell_rule(job, rule);
		return true;
	}
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++)
		if (strcasecmp(dispute->id, id) == 0) {
			tell_dispute(job, dispute);
			return true;
		}
	for (i = 0; (seed = jpki_seed_at(i)) != NULL; i++)
		if (strcasecmp(seed->id, id) == 0) {
			tell_seed(job, seed);
			return true;
		}
	return false;
}

static int
ask_explain(struct job *job)
{
	if (given(job, O_ALL) != (job->n_args == 0))
		return usage_error(job, "explain takes a row, such as B3, or "
		    "--all", "explain には B3 のような項目か --all を指定して"
		    "ください");
	if (given(job, O_ALL))
		return explain_all(job);
	if (!explain_row(job, job->args[0]))
		return usage_error(job,
		    "%s: no such row; see jpki-rules explain --all",
		    "%s: その項目はありません。jpki-rules explain --all を"
		    "見てください", job->args[0]);
	if (job->json)
		putchar('\n');
	return EXIT_SUCCESS;
}

/* ---- The command line ---- */

#define OPT(name) (1u << O_##name)

static const struct command commands[] = {
	{ "validity", ask_validity,
	    OPT(ISSUED) | OPT(BIRTH) | OPT(CARD_UNTIL) | OPT(AUTH_UNTIL) |
	    OPT(STAY_UNTIL) | OPT(RENEWED_FROM) | OPT(DATE) | OPT(FEB29) |
	    OPT(JUKI), OPT(ISSUED), 1, 1,
	    "sign|auth --issued D [--birth D]\n"
	    "           [--card-until D] [--auth-until D] [--stay-until D]\n"
	    "           [--renewed-from D] [--juki] [--date D]" },
	{ "card", ask_card,
	    OPT(APPLIED) | OPT(ISSUED) | OPT(BIRTH) | OPT(STAY_UNTIL) |
	    OPT(DATE) | OPT(FEB29), OPT(APPLIED) | OPT(ISSUED) | OPT(BIRTH),
	    0, 0, "--applied D --issued D --birth D\n"
	    "           [--stay-until D] [--date D]" },
	{ "renewal", ask_renewal, OPT(UNTIL) | OPT(DATE), OPT(UNTIL), 0, 0,
	    "--until D [--date D]" },
	{ "event", ask_event, OPT(DATE) | OPT(LIST), 0, 0, MAX_EVENTS,
	    "NAME[@D]... [--date D] | --list" },
	{ "pin", ask_pin, 0, 0, 1, 4,
	    "auth|sign|text|card [auth=N] [sign=N] [text=N]" },
	{ "who", ask_who, OPT(BIRTH) | OPT(WARD) | OPT(DATE) | OPT(FEB29),
	    OPT(BIRTH), 0, 0, "--birth D [--ward] [--date D]" },
	{ "explain", ask_explain, OPT(ALL), 0, 0, 1, "ROW | --all" },
	{ NULL, NULL, 0, 0, 0, 0, NULL }
};

static int
help(const struct job *job)
{
	const struct command *c;

	for (c = commands; c->name != NULL; c++)
		printf("%s jpki-rules %s %s\n", c != commands ? "      " :
		    "usage:", c->name, c->synopsis);
	fputs(pick(job, help_en, help_ja), stdout);
	return EXIT_SUCCESS;
}

/* Returns -1 to go on, or the exit code. arg is what getopt saw last. */
static int
set_option(struct job *job, int option, const char *arg)
{
	if (option <= O_HELP)
		job->given |= 1u << option;
	if (option < N_DATES && !jpki_date_parse(optarg, &job->date[option]))
		return usage_error(job,
		    "--%s: no such day, or not written YYYY-MM-DD",
		    "--%s: 存在しない日か、YYYY-MM-DD の形ではありません",
		    option_name(option));
	switch (option) {
	case O_FEB29:
		if (strcmp(optarg, "02-28") != 0 &&
		    strcmp(optarg, "03-01") != 0)
			return usage_error(job, "--feb29 03-01|02-28",
			    "--feb29 03-01|02-28");
		job->feb29 = optarg[1] == '2' ? JPKI_FEB29_FEB28 :
		    JPKI_FEB29_MAR1;
		break;
	case O_LANG:
		if (strcmp(optarg, "ja") != 0 && strcmp(optarg, "en") != 0)
			return usage_error(job, "--lang ja|en",
			    "--lang ja|en");
		job->lang = *optarg == 'j' ? JPKI_LANG_JA : JPKI_LANG_EN;
		break;
	case O_JSON:
		job->json = true;
		break;
	case O_VERSION:
		printf("jpki-rules %s\n", jpki_version());
		return EXIT_SUCCESS;
	case '?':
		return usage_error(job,
		    "%s: not understood; see jpki-rules --help",
		    "%s: わからないオプションです。jpki-rules --help を"
		    "見てください", arg);
	case ':':
		return usage_error(job,
		    "%s: a value is missing; see jpki-rules --help",
		    "%s: 値がありません。jpki-rules --help を見てください",
		    arg);
	}
	return -1;
}

/* The options have to suit the question. */
static int
check_options(const struct job *job)
{
	const struct command *c = job->command;
	unsigned wrong = job->given & ~c->may;
	int i;

	for (i = 0; i < O_HELP; i++)
		if (wrong & 1u << i)
			return usage_error(job, "--%s: not for this question",
			    "--%s: この質問には使えません", option_name(i));
	for (i = 0; i < O_HELP; i++)
		if (c->must & ~job->given & 1u << i)
			return usage_error(job, "%s: --%s is missing",
			    "%s: --%s がありません", c->name, option_name(i));
	if (job->n_args < c->min_args || job->n_args > c->max_args)
		return usage_error(job, "usage: %s %.*s", "使い方: %s %.*s",
		    c->name, (int)strcspn(c->synopsis, "\n"), c->synopsis);
	return check_order(job);
}

static int
ask(struct job *job, int argc, char **argv)
{
	int option, status;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		if ((status = set_option(job, option, argv[optind - 1])) >= 0)
			return status;
	if (given(job, O_HELP))
		return help(job);
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
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col < 40 ? 40 : size.ws_col;
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
