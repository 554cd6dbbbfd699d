/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-attributes: name, address, date of birth and sex of the holder of a My
 * Number Card, from the card's text application or from the 署名用
 * certificate; and whether the two still say the same.
 *
 * A program on libjpki's public API. All PINs are at hand before the run on
 * the card begins; there the text application comes first, so that a wrong
 * text PIN keeps the sign password from being sent. What is printed is
 * personal data, and goes to standard output only.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* wcwidth() */
#endif
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <sys/ioctl.h>

#include <jpki.h>

#define WAIT_MS 60000	/* for the card, on a terminal */
#define LABEL_WIDTH 14	/* columns before what a line says */
#define ITEMS 4
#define SUBSTITUTES_MAX 200	/* characters of an address */

enum { NAME, ADDRESS, BIRTH, SEX };

static const struct {
	const char *word, *en, *ja;
} items[ITEMS] = {
	{ "name", "Name", "氏名" },
	{ "address", "Address", "住所" },
	{ "birth", "Date of birth", "生年月日" },
	{ "sex", "Sex", "性別" },
};

struct job {
	struct jpki_ctx *ctx;
	const char *reader;	/* NULL: what JPKI_READER says */
	const char *pin_source;	/* NULL: the terminal */
	const char *sign_source, *text_source;
	bool card, cert;	/* what is read */
	int min_tries;
	bool json;
	int columns;		/* of the terminal; 0: do not wrap */
};

/* What was read. */
struct found {
	struct jpki_attributes *card;
	struct jpki_cert *cert;
};

static const char help_en[] =
    "usage: jpki-attributes [options]\n"
    "Prints name, address, date of birth and sex of the card's holder.\n"
    "  --from-cert          from the sign certificate (署名用), with the sign\n"
    "                       password, instead of the text application with\n"
    "                       the text PIN\n"
    "  --compare            read both and compare; exit status 1: they differ\n"
    "  --pin-source S       the text PIN: file:PATH, fd:N or tty (default);\n"
    "                       with --from-cert, the sign password\n"
    "  --text-pin-source S  the text PIN, likewise\n"
    "  --sign-pin-source S  the sign password with --compare, likewise\n"
    "  --last-try           send a PIN even if only one try is left\n"
    "  --reader R           the reader; soft:DIR is a software card\n"
    "  --json               print JSON\n"
    "  --lang ja|en         language of texts and messages\n"
    "  --help, --version\n";

static const char help_ja[] =
    "使い方: jpki-attributes [オプション]\n"
    "カードの持ち主の氏名、住所、生年月日、性別を表示します。\n"
    "  --from-cert          券面事項入力補助でなく、署名用電子証明書から読む\n"
    "                       （署名用パスワードを使う）\n"
    "  --compare            両方を読んで比べる。違いがあれば終了コード 1\n"
    "  --pin-source S       券面事項入力補助用暗証番号:\n"
    "                       file:PATH、fd:N、tty（既定）。--from-cert では\n"
    "                       署名用パスワード\n"
    "  --text-pin-source S  券面事項入力補助用暗証番号。書き方は同じ\n"
    "  --sign-pin-source S  --compare の署名用パスワード。書き方は同じ\n"
    "  --last-try           残り 1 回でも暗証番号をカードに送る\n"
    "  --reader R           リーダー名。soft:DIR はソフトウェアカード\n"
    "  --json               JSON で出す\n"
    "  --lang ja|en         表示とメッセージの言語\n"
    "  --help, --version\n";

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct job *job, const char *en, const char *ja)
{
	return jpki_ctx_lang(job->ctx) == JPKI_LANG_JA ? ja : en;
}

__attribute__((format(printf, 1, 2))) static void
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("jpki-attributes: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* What the shell gets to see of the library's errors. */
static int
exit_code(int err)
{
	if (jpki_errclass(err) == JPKI_CLASS_DATA)
		return EX_DATAERR;
	/* No reader or card to speak of; an open door is a failure. */
	if (jpki_errclass(err) == JPKI_CLASS_TRANSPORT && err != JPKI_ERR_DOOR)
		return EX_UNAVAILABLE;
	return EXIT_FAILURE;
}

/* Tells the library's last failure. */
static int
card_error(const struct job *job, int err)
{
	complain("%s", jpki_ctx_errmsg(job->ctx));
	return exit_code(err);
}

/* Tells a failure that this program sees coming. */
static int
refuse(const struct job *job, const char *subject, int err)
{
	complain("%s: %s", subject, jpki_strerror(err,
	    jpki_ctx_lang(job->ctx)));
	return exit_code(err);
}

/* ---- The card ---- */

struct wait {
	const struct job *job;
	bool asked;
};

static bool
ask_for_card(void *arg, int why)
{
	struct wait *wait = arg;

	if (!wait->asked)
		complain("%s", jpki_strerror(why,
		    jpki_ctx_lang(wait->job->ctx)));
	wait->asked = true;
	return false;
}

/* On a terminal there is somebody to put the card in. */
static int
open_card(const struct job *job, struct jpki_card **card)
{
	struct wait wait = { job, false };
	int r;

	r = jpki_card_open(job->ctx, job->reader, card);
	if ((r != JPKI_ERR_NO_CARD && r != JPKI_ERR_MUTE) ||
	    !isatty(STDERR_FILENO))
		return r;
	return jpki_card_wait(job->ctx, job->reader, WAIT_MS, ask_for_card,
	    &wait, card);
}

/* Whether the PIN is there and may be sent: asked before the holder is. */
static int
check_tries(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    int *left)
{
	enum jpki_carrier carrier = jpki_card_carrier(card);
	int r;

	if (pin == JPKI_PIN_TEXT && (carrier == JPKI_CARRIER_ANDROID ||
	    carrier == JPKI_CARRIER_IPHONE)) {
		complain("%s", pick(job, "a phone does not hold this text; "
		    "use the card, or --from-cert",
		    "スマートフォンには券面事項がありません。カードを使うか、"
		    "--from-cert を付けてください"));
		return EXIT_FAILURE;
	}
	r = jpki_pin_ready(card, pin, job->min_tries, left);
	return r == 0 ? EXIT_SUCCESS : card_error(job, r);
}

static int
get_pin(const struct job *job, enum jpki_pin pin, const char *source, int left,
    struct jpki_secret **out)
{
	const char *text;
	char prompt[160];
	size_t len;
	int r;

	jpki_pin_prompt(pin, left, jpki_ctx_lang(job->ctx), prompt,
	    sizeof(prompt));
	if ((r = jpki_secret_read(job->ctx, source, prompt, out)) != 0)
		return card_error(job, r);
	text = jpki_secret_data(*out, &len);
	r = jpki_pin_check(job->ctx, pin, text, len);
	return r == 0 ? EXIT_SUCCESS : card_error(job, r);
}

static int
verify(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    const struct jpki_secret *secret)
{
	const char *text;
	size_t len;

	text = jpki_secret_data(secret, &len);
	return jpki_pin_verify(card, pin, text, len, job->min_tries, NULL);
}

/* Inside the run. */
static int
read_both(const struct job *job, struct jpki_card *card,
    const struct jpki_secret *text, const struct jpki_secret *sign,
    struct found *found)
{
	int r;

	if (job->card &&
	    ((r = verify(job, card, JPKI_PIN_TEXT, text)) != 0 ||
	    (r = jpki_card_attributes(card, &found->card)) != 0))
		return r;
	if (job->cert &&
	    ((r = verify(job, card, JPKI_PIN_SIGN, sign)) != 0 ||
	    (r = jpki_card_cert(card, JPKI_SLOT_SIGN, &found->cert)) != 0))
		return r;
	return 0;
}

static int
run(const struct job *job, struct jpki_card *card,
    const struct jpki_secret *text, const struct jpki_secret *sign,
    struct found *found)
{
	int r, end;

	if ((r = jpki_card_begin(card)) != 0)
		return card_error(job, r);
	r = read_both(job, card, text, sign, found);
	end = jpki_card_end(card);
	if (end == 0)
		return r == 0 ? EXIT_SUCCESS : card_error(job, r);
	/* The message is about the end now. It matters most, but not alone. */
	card_error(job, end);
	return r == 0 ? exit_code(end) : refuse(job, jpki_errname(r), r);
}

static int
use_card(const struct job *job, struct jpki_card *card, struct found *found)
{
	struct jpki_secret *text = NULL, *sign = NULL;
	int text_left = -1, sign_left = -1, code = EXIT_SUCCESS;

	/* Nobody types one PIN to learn that the other one is locked. */
	if (job->card)
		code = check_tries(job, card, JPKI_PIN_TEXT, &text_left);
	if (code == EXIT_SUCCESS && job->cert)
		code = check_tries(job, card, JPKI_PIN_SIGN, &sign_left);
	if (code == EXIT_SUCCESS && job->card)
		code = get_pin(job, JPKI_PIN_TEXT, job->pin_source, text_left,
		    &text);
	if (code == EXIT_SUCCESS && job->cert)
		code = get_pin(job, JPKI_PIN_SIGN, job->sign_source, sign_left,
		    &sign);
	if (code == EXIT_SUCCESS)
		code = run(job, card, text, sign, found);
	jpki_secret_free(&text);
	jpki_secret_free(&sign);
	return code;
}

/* ---- For people ---- */

/* Columns that a character takes on a terminal, and its bytes. */
static int
columns(const char *text, size_t *bytes)
{
	mbstate_t state;
	wchar_t c;
	int n;

	memset(&state, 0, sizeof(state));
	*bytes = mbrtowc(&c, text, strlen(text), &state);
	if (*bytes == (size_t)-1 || *bytes == (size_t)-2) {
		*bytes = 1;
		return 1;
	}
	n = wcwidth(c);
	return n > 0 ? n : 0;
}

static int
width(const char *text)
{
	size_t bytes;
	int sum = 0;

	for (; *text != '\0'; text += bytes)
		sum += columns(text, &bytes);
	return sum;
}

/* A label and a text. A long text goes on below its own beginning. */
static void
print_line(const struct job *job, int indent, const char *label,
    const char *text)
{
	int at = indent + LABEL_WIDTH, n;
	size_t bytes;

	printf("%*s%s%*s", indent, "", label, LABEL_WIDTH > width(label) ?
	    LABEL_WIDTH - width(label) : 1, "");
	for (; *text != '\0'; text += bytes) {
		n = columns(text, &bytes);
		if (job->columns > indent + LABEL_WIDTH + 2 &&
		    at + n > job->columns) {
			at = indent + LABEL_WIDTH;
			printf("\n%*s", at, "");
		}
		printf("%.*s", (int)bytes, text);
		at += n;
	}
	putchar('\n');
}

/* An item as people read it; birth holds the text of one. */
static const char *
item_text(const struct job *job, const struct jpki_attributes *a, int item,
    char birth[JPKI_BIRTH_TEXT])
{
	enum jpki_lang lang = jpki_ctx_lang(job->ctx);
	const char *text = NULL;

	switch (item) {
	case NAME:
		text = a->name;
		break;
	case ADDRESS:
		text = a->address;
		break;
	case BIRTH:
		jpki_attributes_birth(a, lang, birth);
		return birth;
	case SEX:
		return jpki_attributes_sex(a, lang);
	}
	return text != NULL ? text : pick(job, "not recorded", "記録なし");
}

static size_t
characters(const char *text)
{
	size_t n;

	for (n = 0; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* Which characters stand for others, that the certificate cannot hold. */
static void
print_substitutes(const struct job *job, int indent, const char *text,
    const char *flags)
{
	char list[SUBSTITUTES_MAX * 32] = "";
	size_t bytes, len = 0;
	int i;

	if (text == NULL || flags == NULL || strchr(flags, '1') == NULL)
		return;
	if (characters(text) != strlen(flags))
		len = (size_t)snprintf(list, sizeof(list), "%s", pick(job,
		    "some; the certificate does not tell which",
		    "あり（どの文字かは証明書からわかりません）"));
	else
		for (i = 1; *text != '\0'; text += bytes, i++) {
			columns(text, &bytes);
			if (*flags++ == '1' && len < sizeof(list) - 32)
				len += (size_t)snprintf(list + len,
				    sizeof(list) - len, pick(job,
				    "%s%d (%.*s)", "%s%d 文字目「%.*s」"),
				    len > 0 ? pick(job, ", ", "、") : "", i,
				    (int)bytes, text);
		}
	print_line(job, indent, pick(job, "  substitutes", "  代替文字"),
	    list);
	explicit_bzero(list, len);
}

static const char *
item_flags(const struct jpki_attributes *a, int item)
{
	return item == NAME ? a->name_flags :
	    item == ADDRESS ? a->address_flags : NULL;
}

static void
print_item(const struct job *job, int indent, const char *label,
    const struct jpki_attributes *a, int item)
{
	char birth[JPKI_BIRTH_TEXT];

	print_line(job, indent, label, item_text(job, a, item, birth));
	explicit_bzero(birth, sizeof(birth));
	print_substitutes(job, indent, item == NAME ? a->name : a->address,
	    item_flags(a, item));
}

static void
print_set(const struct job *job, const struct jpki_attributes *a)
{
	int i;

	for (i = 0; i < ITEMS; i++)
		print_item(job, 0, pick(job, items[i].en, items[i].ja), a, i);
}

static enum jpki_compared
compared(const struct jpki_comparison *c, int item)
{
	switch (item) {
	case NAME:
		return c->name;
	case ADDRESS:
		return c->address;
	case BIRTH:
		return c->birth;
	default:
		return c->sex;
	}
}

static bool
differ(const struct jpki_comparison *c)
{
	int i;

	for (i = 0; i < ITEMS; i++)
		if (compared(c, i) == JPKI_COMPARED_DIFFERS)
			return true;
	return false;
}

/* What the rules say of a certificate whose attributes are not the card's. */
static int
judge(const struct jpki_cert *cert, bool moved, struct jpki_verdict *out)
{
	struct jpki_cert_facts facts = { 0 };

	facts.key = JPKI_KEY_SIGN;
	facts.carrier = JPKI_CARRIER_CARD;
	jpki_cert_validity(cert, &facts.not_before, &facts.not_after);
	facts.moved = moved;
	return jpki_rules_cert(&facts, (int64_t)time(NULL), out);
}

/* Only what is about the difference: jpki-info tells the rest. */
static void
print_moved(const struct job *job, const struct jpki_verdict *verdict)
{
	const enum jpki_advice *advice;

	putchar('\n');
	for (advice = verdict->why.advice; *advice != 0; advice++)
		if (*advice == JPKI_ADVICE_MOVED ||
		    *advice == JPKI_ADVICE_NEW_SIGN)
			puts(jpki_advice_text(*advice,
			    jpki_ctx_lang(job->ctx)));
}

static void
print_comparison(const struct job *job, const struct jpki_attributes *card,
    const struct jpki_attributes *cert, const struct jpki_comparison *c)
{
	const char *label, *card_label, *cert_label, *what;
	int i;

	card_label = pick(job, "card", "カード");
	cert_label = pick(job, "certificate", "証明書");
	for (i = 0; i < ITEMS; i++) {
		label = pick(job, items[i].en, items[i].ja);
		if (compared(c, i) == JPKI_COMPARED_SAME) {
			print_item(job, 0, label, cert, i);
			continue;
		}
		what = compared(c, i) == JPKI_COMPARED_DIFFERS ?
		    pick(job, "DIFFERENT", "違います") :
		    pick(job, "cannot be compared", "比べられません");
		print_line(job, 0, label, what);
		print_item(job, 2, card_label, card, i);
		print_item(job, 2, cert_label, cert, i);
	}
}

/* ---- For programs ---- */

static void
print_json_string(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	if (text == NULL) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *p != '\0'; p++) {
		if (*p < 0x20 || *p == '"' || *p == '\\' || *p == 0x7f)
			printf("\\u%04x", (unsigned)*p);
		else
			putchar(*p);
	}
	putchar('"');
}

static void
print_json_set(const char *key, const struct jpki_attributes *a)
{
	const struct jpki_date d = a->birth_date;
	char date[JPKI_DATE_TEXT];

	printf("\"%s\":{\"name\":", key);
	print_json_string(a->name);
	fputs(",\"address\":", stdout);
	print_json_string(a->address);
	fputs(",\"birth\":", stdout);
	print_json_string(a->birth);
	fputs(",\"birth_date\":", stdout);
	if (d.year != 0 && d.month != 0 && d.day != 0)
		jpki_date_format(d, date);
	print_json_string(d.year != 0 && d.month != 0 && d.day != 0 ? date :
	    NULL);
	fputs(",\"sex\":", stdout);
	print_json_string(a->sex);
	fputs(",\"name_flags\":", stdout);
	print_json_string(a->name_flags);
	fputs(",\"address_flags\":", stdout);
	print_json_string(a->address_flags);
	putchar('}');
}

static void
print_json_comparison(const struct jpki_comparison *c,
    const struct jpki_verdict *verdict)
{
	static const char *const words[] = {
		[JPKI_COMPARED_UNKNOWN] = "unknown",
		[JPKI_COMPARED_SAME] = "same",
		[JPKI_COMPARED_DIFFERS] = "differs"
	};
	const char *comma = "";
	size_t i;

	fputs(",\n\"compared\":{", stdout);
	for (i = 0; i < ITEMS; i++)
		printf("%s\"%s\":\"%s\"", i > 0 ? "," : "", items[i].word,
		    words[compared(c, (int)i)]);
	printf("},\n\"moved\":%s,\"rules\":[", differ(c) ? "true" : "false");
	for (i = 0; differ(c) && verdict->why.rules[i] != NULL; i++) {
		if (verdict->why.rules[i]->id[0] != 'D')
			continue;
		printf("%s\"%s\"", comma, verdict->why.rules[i]->id);
		comma = ",";
	}
	putchar(']');
}

/* ---- What is told ---- */

static int
tell(const struct job *job, const struct found *found)
{
	const struct jpki_attributes *cert = NULL;
	struct jpki_comparison c;
	struct jpki_verdict verdict;
	bool both = job->card && job->cert;
	int r;

	if (job->cert && (cert = jpki_cert_info(found->cert)->attributes) ==
	    NULL) {
		complain("%s", pick(job,
		    "the sign certificate has no attributes",
		    "署名用電子証明書に基本 4 情報がありません"));
		return EX_DATAERR;
	}
	if (both) {
		jpki_attributes_compare(found->card, cert, &c);
		if ((r = judge(found->cert, differ(&c), &verdict)) != 0)
			return refuse(job, "--compare", r);
	}
	if (job->json) {
		putchar('{');
		if (job->card)
			print_json_set("card", found->card);
		if (both)
			fputs(",\n", stdout);
		if (job->cert)
			print_json_set("certificate", cert);
		if (both)
			print_json_comparison(&c, &verdict);
		puts("}");
	} else if (both) {
		print_comparison(job, found->card, cert, &c);
		if (differ(&c))
			print_moved(job, &verdict);
		else if (c.name == JPKI_COMPARED_SAME &&
		    c.address == JPKI_COMPARED_SAME)
			puts(pick(job, "\nThe sign certificate says the same.",
			    "\n署名用電子証明書も同じ内容です。"));
	} else
		print_set(job, job->card ? found->card : cert);
	return both && differ(&c) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
attributes(const struct job *job)
{
	struct found found = { NULL, NULL };
	struct jpki_card *card;
	int code, r;

	if ((r = open_card(job, &card)) != 0)
		return card_error(job, r);
	code = use_card(job, card, &found);
	jpki_card_close(&card);
	if (code == EXIT_SUCCESS)
		code = tell(job, &found);
	jpki_attributes_free(&found.card);
	jpki_cert_free(&found.cert);
	return code;
}

/* ---- The command line ---- */

/* Names options, never their values: a PIN may have slipped into one. */
static int
usage_error(const struct job *job, const char *what)
{
	complain(pick(job, "%.*s: see jpki-attributes --help",
	    "%.*s: jpki-attributes --help を見てください"),
	    (int)strcspn(what, "="), what);
	return EX_USAGE;
}

static bool
is_source(const char *text)
{
	return strcmp(text, "tty") == 0 || strncmp(text, "file:", 5) == 0 ||
	    strncmp(text, "fd:", 3) == 0;
}

/* Returns -1 to go on, or the exit code; -2: no such option. */
static int
set_option(struct job *job, int option, const char *arg)
{
	switch (option) {
	case 'f':
		job->card = false;
		job->cert = true;
		return -1;
	case 'c':
		job->card = true;
		job->cert = true;
		return -1;
	case 's':
		job->pin_source = arg;
		return is_source(arg) ? -1 :
		    usage_error(job, "--pin-source file:PATH|fd:N|tty");
	case 'T':
		job->text_source = arg;
		return is_source(arg) ? -1 :
		    usage_error(job, "--text-pin-source file:PATH|fd:N|tty");
	case 'S':
		job->sign_source = arg;
		return is_source(arg) ? -1 :
		    usage_error(job, "--sign-pin-source file:PATH|fd:N|tty");
	case 't':
		job->min_tries = JPKI_TRIES_INSIST;
		return -1;
	case 'r':
		job->reader = arg;
		return -1;
	case 'j':
		job->json = true;
		return -1;
	case 'l':
		if (strcmp(arg, "ja") != 0 && strcmp(arg, "en") != 0)
			return usage_error(job, "--lang ja|en");
		jpki_ctx_set_lang(job->ctx, *arg == 'j' ? JPKI_LANG_JA :
		    JPKI_LANG_EN);
		return -1;
	case 'h':
		fputs(pick(job, help_en, help_ja), stdout);
		return EXIT_SUCCESS;
	case 'v':
		printf("jpki-attributes (libjpki) %s\n", jpki_version());
		return EXIT_SUCCESS;
	default:
		return -2;
	}
}

/* An option that getopt_long() does not know; a short one may be a PIN with a
 * hyphen, and what stands before it, too. */
static const char *
bad_option(char **argv)
{
	const char *option = argv[optind - 1];

	return strncmp(option, "--", 2) == 0 ? option : "-?";
}

static const struct option options[] = {
	{ "compare", no_argument, NULL, 'c' },
	{ "from-cert", no_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "lang", required_argument, NULL, 'l' },
	{ "last-try", no_argument, NULL, 't' },
	{ "pin-source", required_argument, NULL, 's' },
	{ "reader", required_argument, NULL, 'r' },
	{ "sign-pin-source", required_argument, NULL, 'S' },
	{ "text-pin-source", required_argument, NULL, 'T' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

static int
attributes_command(struct job *job, int argc, char **argv)
{
	int option, code;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		code = set_option(job, option, optarg);
		if (code == -2)
			return usage_error(job, bad_option(argv));
		if (code != -1)
			return code;
	}
	if (optind < argc)
		return usage_error(job, "usage: jpki-attributes [options]");
	/* Of a single PIN there is one source; one that nobody would read is
	 * a mistake. */
	if (job->text_source != NULL) {
		if (!job->card || job->pin_source != NULL)
			return usage_error(job, "--text-pin-source");
		job->pin_source = job->text_source;
	}
	if (!(job->card && job->cert) && job->sign_source != NULL) {
		if (job->card || job->pin_source != NULL)
			return usage_error(job, "--sign-pin-source");
		job->pin_source = job->sign_source;
	}
	if (!job->card)
		job->sign_source = job->pin_source;
	return attributes(job);
}

static int
terminal_columns(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

int
main(int argc, char **argv)
{
	static char buf[8192];
	struct job job = {
		.card = true, .min_tries = JPKI_TRIES_DEFAULT,
	};
	int code;

	/* What is printed passes through memory that is wiped below. */
	setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	/* Widths of characters; the texts are UTF-8 in any locale. */
	if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
	job.columns = terminal_columns();
	if ((job.ctx = jpki_ctx_new()) == NULL) {
		complain("%s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	jpki_ctx_set_lang(job.ctx, jpki_lang_from_locale());
	code = attributes_command(&job, argc, argv);
	jpki_ctx_free(&job.ctx);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		complain("stdout: %s", strerror(errno));
		code = EXIT_FAILURE;
	}
	explicit_bzero(buf, sizeof(buf));
	return code;
}
