/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-softcard: makes and keeps software cards, directories that behave
 * like a My Number Card. An example of libjpki's public interface:
 *
 *	jpki_softcard_create(), _open(), _show(), _set(), _unlock(), _tries(),
 *	_connect(), _serve()
 *
 * The PINs of a software card are test data, so they may stand on the command
 * line. Never do that with the PIN of a real card.
 */
#include <jpki.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/json.h"
#include "common/layout.h"
#include "common/message.h"
#include "common/options.h"
#include "common/prompt.h"

/* The ids of options tell which command takes them. */
enum {
	O_NEW = 100,		/* new */
	O_SWITCH = 200,		/* new, and set without its dashes */
	O_TIME = 300,		/* the same, and serve */
	O_SERVE = 400		/* serve */
};

#define SAME(form) { form, form }
#define HEADING(en, ja) { NULL, 0, { NULL, NULL }, { en, ja } }

static const struct program_option options[] = {
	HEADING("options of \"new\" (and their defaults):",
	    "new のオプション（かっこ内は既定値）："),
	{ "name", O_NEW + 1, SAME("NAME"), {
	    "the holder's name (山田　太郎)", "氏名（山田　太郎）" } },
	{ "address", O_NEW + 2, SAME("ADDRESS"), {
	    "the holder's address, from the prefecture on",
	    "住所、都道府県から" } },
	{ "birth", O_NEW + 3, SAME("YYYY-MM-DD"), {
	    "date of birth (1990-02-17)", "生年月日（1990-02-17）" } },
	{ "sex", O_NEW + 4, SAME("0|1|2|3|9"), {
	    "1 male, 2 female, others: see the manual (1)",
	    "1 男、2 女、ほかはマニュアル参照（1）" } },
	{ "auth-pin", O_NEW + 5, SAME("DIGITS"), {
	    "4 digits (1234)", "利用者証明用暗証番号、数字 4 桁（1234）" } },
	{ "sign-pin", O_NEW + 6, SAME("PASSWORD"), {
	    "6-16 letters and digits (ABC123)",
	    "署名用暗証番号、英数字 6～16 文字（ABC123）" } },
	{ "text-pin", O_NEW + 7, SAME("DIGITS"), {
	    "4 digits (5678)",
	    "券面事項入力補助用暗証番号、数字 4 桁（5678）" } },
	{ "profile", O_NEW + 8, SAME("card|child|android|iphone|juki"), {
	    "the kind of card (card); child: without 署名用",
	    "カードの種類（card）。child は署名用なし" } },
	{ "issued", O_NEW + 9, SAME("YYYY-MM-DD"), {
	    "day of issue (30 days ago)", "発行日（30 日前）" } },
	{ "not-after", O_NEW + 10, SAME("YYYY-MM-DD"), {
	    "last day of both certificates (the 5th birthday after issue)",
	    "両証明書の最終日（発行後 5 回目の誕生日）" } },
	{ "generation", O_NEW + 11, SAME("1|2|3"), {
	    "the CA that issues (the one of the day of issue)",
	    "発行する認証局の世代（発行日のもの）" } },
	HEADING("switches, for \"new\" and \"set\"; \"set\" also takes name, "
	    "address, birth and sex, which the certificates keep as they were "
	    "issued:",
	    "スイッチ（new と set）。set では name、address、birth、sex も"
	    "変えられます。証明書の記載は発行時のままです："),
	{ "name-flags", O_SWITCH + 1, SAME("none|0101..."), {
	    "which characters of the name are substitutes (none)",
	    "氏名のどの文字が代替文字か（none）" } },
	{ "address-flags", O_SWITCH + 2, SAME("none|0101..."), {
	    "which characters of the address are substitutes (none)",
	    "住所のどの文字が代替文字か（none）" } },
	{ "auth-not-after", O_SWITCH + 3, SAME("YYYY-MM-DD"), {
	    "last day of the auth certificate, which is made anew",
	    "利用者証明用電子証明書の最終日（作り直します）" } },
	{ "sign-not-after", O_SWITCH + 4, SAME("YYYY-MM-DD"), {
	    "last day of the sign certificate, which is made anew",
	    "署名用電子証明書の最終日（作り直します）" } },
	{ "sfi", O_SWITCH + 5, SAME("on|off"), {
	    "short file ids in commands (on)",
	    "コマンド中の短縮ファイル ID（on）" } },
	{ "pss", O_SWITCH + 6, SAME("on|off"), {
	    "PSS signatures (on)", "PSS 署名（on）" } },
	{ "extended", O_SWITCH + 7, SAME("on|off"), {
	    "extended length (off)", "拡張長（off）" } },
	{ "first-6f00", O_SWITCH + 8, SAME("on|off"), {
	    "the first command after power-up fails (off)",
	    "電源投入後の最初のコマンドが失敗（off）" } },
	{ "blocked-sw", O_SWITCH + 9, SAME("6983|6984"), {
	    "answer of a blocked PIN (6984)",
	    "ロックされた暗証番号の応答（6984）" } },
	{ "text-length", O_SWITCH + 10, SAME("short|81|82"), {
	    "length of the attributes file: its form (short)",
	    "券面事項入力補助の属性ファイルの長さの形式（short）" } },
	{ "filler", O_SWITCH + 11, SAME("BYTES"), {
	    "filler after certificates (64)", "証明書の後の詰め物（64）" } },
	{ "reselect", O_SWITCH + 12, SAME("keep|clear"), {
	    "logins when the application is selected again (keep)",
	    "アプリ再選択時の照合状態（keep）" } },
	{ "signature", O_SWITCH + 13, SAME("right|zeros|other|..."), {
	    "what a signature comes out as, to test programs (right)",
	    "署名の結果（プログラムの試験用。right）" } },
	{ "delay-ms", O_TIME + 1, SAME("N"), {
	    "time that each command takes (0)", "各コマンドの所要時間（0）" } },
	{ "sign-ms", O_TIME + 2, SAME("N"), {
	    "time that a signature takes (0)", "署名の所要時間（0）" } },
	HEADING("options of \"serve\", which puts the card into a virtual "
	    "reader of pcscd (also --delay-ms, --sign-ms):",
	    "serve（pcscd の仮想リーダーにカードをセット）のオプション"
	    "（--delay-ms と --sign-ms も）："),
	{ "vpcd", O_SERVE + 1, SAME("HOST:PORT"), {
	    "where vpcd listens (127.0.0.1:35963)",
	    "vpcd の待ち受け先（127.0.0.1:35963）" } },
	{ "eject-after", O_SERVE + 2, SAME("N"), {
	    "take the card out after N commands",
	    "N 個のコマンドの後でカードを抜きます" } },
	{ "fault", O_SERVE + 3, SAME("WHEN:WHAT"), {
	    "spoil an answer; see the manual",
	    "応答を壊します（マニュアル参照）" } },
	HEADING("everywhere:", "共通："),
	{ "json", OPT_JSON, { NULL, NULL }, {
	    "show as JSON", "show の結果を JSON で出します" } },
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define OPTIONS_MAX 64	/* on one command line */

struct job {
	struct jpki_ctx *ctx;
	struct args args;
	const char *dir;	/* the first operand */
	struct jpki_softcard *soft;
	struct jpki_softcard_option given[OPTIONS_MAX];
	int ids[OPTIONS_MAX];	/* theirs */
	size_t n_given;
};

static int
fail(const struct job *job, int err)
{
	int code = complain_ctx(job->ctx, err, NULL);

	switch (err) {
	case JPKI_ERR_NO_CARD:
	case JPKI_ERR_NO_VPCD:
	case JPKI_ERR_VALUE:
	case JPKI_ERR_DAMAGED:
		return code;
	case JPKI_ERR_USAGE:
		return EX_USAGE;
	default:
		return EXIT_FAILURE;
	}
}

/* All are kept: --fault can be given several times. */
static int
set_option(void *arg, int id, const char *value)
{
	struct job *job = arg;
	const struct program_option *option = options;

	while (option->name == NULL || option->id != id)
		option++;
	if (job->n_given == OPTIONS_MAX)
		return usage_error("There are too many options.",
		    "オプションが多すぎます。");
	job->ids[job->n_given] = id;
	job->given[job->n_given].name = option->name;
	job->given[job->n_given++].value = value;
	return 0;
}

/* The last one counts, as in the library. NULL: it was not given. */
static const char *
given(const struct job *job, const char *name)
{
	size_t i;

	for (i = job->n_given; i > 0; i--)
		if (strcmp(job->given[i - 1].name, name) == 0)
			return job->given[i - 1].value;
	return NULL;
}

/* ---- new ---- */

/* Where PINs stand: behind the longest of their names. */
static int
pin_column(void)
{
	int columns, column = 0;
	size_t i;

	for (i = 0; i < PROMPT_PINS; i++) {
		columns = layout_columns(jpki_pin_name(prompt_pins[i],
		    text_lang()));
		if (columns > column)
			column = columns;
	}
	return column + 2;
}

/* A PIN as the card has it: in upper case. */
static void
print_pin(enum jpki_pin pin, const char *value)
{
	const char *name = jpki_pin_name(pin, text_lang());

	printf("  %s%*s", name, pin_column() - layout_columns(name), "");
	for (; *value != '\0'; value++)
		putchar(*value >= 'a' && *value <= 'z' ? *value - 'a' + 'A' :
		    *value);
	putchar('\n');
}

static int
print_pins(const struct job *job)
{
	/* In the order of prompt_pins. */
	static const struct {
		const char *option, *preset;
	} pins[PROMPT_PINS] = {
		{ "auth-pin", "1234" },
		{ "sign-pin", "ABC123" },
		{ "text-pin", "5678" }
	};
	const char *value;
	int left, r;
	size_t i;

	puts(pick("Its PINs, for tests only:", "暗証番号（試験用）："));
	for (i = 0; i < PROMPT_PINS; i++) {
		if ((r = jpki_softcard_tries(job->soft, prompt_pins[i],
		    &left)) != 0)
			return fail(job, r);
		value = given(job, pins[i].option);
		if (left >= 0)
			print_pin(prompt_pins[i], value != NULL ? value :
			    pins[i].preset);
	}
	return EXIT_SUCCESS;
}

/* OpenSSL is told of the provider once, by OPENSSL_CONF, where the file for
 * that is installed; else with each command. */
static const char *
tell_openssl(void)
{
	const char *conf = getenv("OPENSSL_CONF");

	if (conf != NULL && *conf != '\0')
		return "";
	if (access(OPENSSL_CONF_INSTALLED, R_OK) != 0)
		return "-provider default -provider jpki \\\n    ";
	printf("  export OPENSSL_CONF='%s'\n", OPENSSL_CONF_INSTALLED);
	return "";
}

/* Commands to copy: they stay whole, however long the folder's name. */
static void
print_commands(const char *dir)
{
	const char *told;

	puts(pick("Try:", "試してみましょう："));
	printf("  jpki-softcard show '%s'\n"
	    "  export JPKI_READER='soft:%s'\n", dir, dir);
	told = tell_openssl();
	printf("  openssl storeutl %s-certs -noout -text jpki://auth\n"
	    "  openssl dgst %s-sha256 -sign jpki://auth -out FILE.sig FILE\n",
	    told, told);
}

static int
do_new(struct job *job)
{
	struct layout layout = layout_of(stdout);
	char *path, *shown;
	int code, r;

	if ((r = jpki_softcard_create(job->ctx, job->dir, job->given,
	    job->n_given)) != 0 ||
	    (r = jpki_softcard_open(job->ctx, job->dir, &job->soft)) != 0)
		return fail(job, r);
	path = realpath(job->dir, NULL);
	shown = text_shown(path != NULL ? path : job->dir);
	free(path);
	if (shown == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	layout_pair(&layout, 0, 0, pick("A new card is in",
	    "新しいカードを作りました："), shown);
	if ((code = print_pins(job)) == EXIT_SUCCESS)
		print_commands(shown);
	text_free(&shown);
	return code;
}

/* ---- show ---- */

static void
print_line(void *layout, const char *name, const char *value)
{
	layout_pair(layout, 0, 0, name, value);
}

static void
add_member(void *object, const char *name, const char *value)
{
	json_object_set_new(object, name, json_text(value));
}

/* "tries auth=3 sign=5 text=3"; a PIN that this card lacks is left out. */
static int
show_tries(const struct job *job, struct layout *layout, json_t *all)
{
	json_t *tries = json_object();
	char line[64] = "";
	int left, r = 0;
	size_t i;

	for (i = 0; i < PROMPT_PINS && r == 0; i++) {
		r = jpki_softcard_tries(job->soft, prompt_pins[i], &left);
		if (r != 0 || left < 0)
			continue;
		snprintf(line + strlen(line), sizeof(line) - strlen(line),
		    "%s%s=%d", *line != '\0' ? " " : "", prompt_pin_words[i],
		    left);
		json_object_set_new(tries, prompt_pin_words[i],
		    json_integer(left));
	}
	if (r == 0 && !job->args.json)
		print_line(layout, "tries", line);
	json_object_set_new(all, "tries", tries);
	return r;
}

static int
do_show(struct job *job)
{
	struct layout layout = layout_of(stdout);
	json_t *all = json_object();
	char *reader;
	int r;

	if (asprintf(&reader, "soft:%s", job->dir) == -1) {
		json_decref(all);
		return complain_code(NULL, JPKI_ERR_MEMORY);
	}
	if (job->args.json) {
		add_member(all, "reader", reader);
		r = jpki_softcard_show(job->soft, add_member, all);
	} else {
		print_line(&layout, "reader", reader);
		r = jpki_softcard_show(job->soft, print_line, &layout);
	}
	free(reader);
	if (r == 0)
		r = show_tries(job, &layout, all);
	if (r == 0 && job->args.json)
		return json_print(all);
	json_decref(all);
	return r == 0 ? EXIT_SUCCESS : fail(job, r);
}

/* ---- set, unlock ---- */

static int
do_set(struct job *job)
{
	char *const *words = job->args.operands + 1;
	char name[32];
	int i, n = job->args.n_operands - 1, len, r = 0;

	for (i = 0; i < n && r == 0; i++) {
		len = (int)strcspn(words[i], "=");
		snprintf(name, sizeof(name), "%.*s", len, words[i]);
		r = jpki_softcard_set(job->soft, name, words[i] + len + 1);
	}
	return r == 0 ? EXIT_SUCCESS : fail(job, r);
}

static int
do_unlock(struct job *job)
{
	int r = jpki_softcard_unlock(job->soft);

	return r == 0 ? EXIT_SUCCESS : fail(job, r);
}

/* ---- serve ---- */

static int stop_pipe[2];

static void
on_signal(int signal_number)
{
	(void)signal_number;
	if (write(stop_pipe[1], "", 1) < 0)
		return;		/* the pipe is full: stopping already */
}

static int
catch_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction act;
	size_t i;

	if (pipe(stop_pipe) != 0)
		return -1;
	memset(&act, 0, sizeof(act));
	act.sa_handler = on_signal;
	for (i = 0; i < COUNT(signals); i++)
		if (sigaction(signals[i], &act, NULL) != 0)
			return -1;
	return 0;
}

static int
serve(struct job *job, int fd)
{
	struct jpki_softcard_option serving[OPTIONS_MAX];
	struct layout layout = layout_of(stdout);
	size_t i, n = 0;
	int r;

	if (catch_signals() != 0)
		return complain_errno("pipe");
	/* "vpcd" is for connecting; the library serves with the others. */
	for (i = 0; i < job->n_given; i++)
		if (strcmp(job->given[i].name, "vpcd") != 0)
			serving[n++] = job->given[i];
	layout_paragraph(&layout, 0,
	    pick("The card is in the reader; Ctrl-C takes it out.",
	    "カードをリーダーにセットしました。Ctrl-C で抜きます。"));
	fflush(stdout);
	r = jpki_softcard_serve(job->soft, fd, serving, n, stop_pipe[0]);
	return r == 0 ? EXIT_SUCCESS : fail(job, r);
}

static int
do_serve(struct job *job)
{
	int fd, code, r;

	if ((r = jpki_softcard_connect(job->soft, given(job, "vpcd"),
	    &fd)) != 0)
		return fail(job, r);
	code = serve(job, fd);
	close(fd);
	/* A reader that went away was there. */
	return code == EX_UNAVAILABLE ? EXIT_FAILURE : code;
}

/* ---- The command line ---- */

static const struct program softcard_program = {
	.usage = { "new DIR [OPTION...]\n"
	    "show DIR [--json]\n"
	    "set DIR SWITCH=VALUE...\n"
	    "unlock DIR\n"
	    "serve DIR [OPTION...]",
	    "new DIR [オプション...]\n"
	    "show DIR [--json]\n"
	    "set DIR スイッチ=値...\n"
	    "unlock DIR\n"
	    "serve DIR [オプション...]" },
	.about = {
	    "A software card is a directory that behaves like a My Number "
	    "Card; every program of libjpki takes it as the reader soft:DIR.",
	    "ソフトウェアカードは、マイナンバーカードのようにふるまう"
	    "フォルダーです。libjpki のどのプログラムでも、リーダー名 "
	    "soft:DIR で使えます。" },
	.options = options,
	.set = set_option,
};

/* In the order of the words in find_command(). */
static const struct command {
	const char *word;
	int (*run)(struct job *job);
	int first, last;	/* ids of the options that it takes */
} commands[] = {
	{ "new", do_new, O_NEW, O_SERVE - 1 },
	{ "show", do_show, 0, 0 },
	{ "set", do_set, 0, 0 },
	{ "unlock", do_unlock, 0, 0 },
	{ "serve", do_serve, O_TIME, O_SERVE + 99 }
};

static const struct command *
find_command(const char *word)
{
	const char *words[COUNT(commands) + 1] = { NULL };
	size_t i;
	int found;

	for (i = 0; i < COUNT(commands); i++)
		words[i] = commands[i].word;
	found = options_word(word, words);
	return found == -1 ? NULL : &commands[found];
}

/* Looks at all words before a card is touched: 0 or EX_USAGE. */
static int
check_words(const struct job *job, const struct command *command)
{
	int n = job->args.n_operands;
	size_t i;

	if (n == 0 || *job->dir == '\0')
		return usage_error("Which folder? A card is one: DIR.",
		    "カードのフォルダー DIR を指定してください。");
	if (n > 1 && command->run != do_set)
		return options_too_many();
	for (i = 0; i < job->n_given; i++)
		if (job->ids[i] < command->first ||
		    job->ids[i] > command->last)
			return usage_error("--%s is not an option of this "
			    "command.", "--%s はこのコマンドのオプションでは"
			    "ありません。", job->given[i].name);
	if (command->run != do_set)
		return 0;
	while (n > 1 && strchr(job->args.operands[n - 1], '=') != NULL)
		n--;
	return n == 1 && job->args.n_operands > 1 ? 0 :
	    usage_error("set takes SWITCH=VALUE, once or several times.",
	    "set には、スイッチ=値 を 1 つ以上指定してください。");
}

static int
softcard_command(struct job *job)
{
	const struct command *command;
	int code, r = 0;

	if ((command = find_command(job->args.operands[0])) == NULL)
		return EX_USAGE;
	job->args.operands++;
	job->args.n_operands--;
	job->dir = job->args.operands[0];
	if ((code = check_words(job, command)) != 0)
		return code;
	if ((job->ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	if (command->run != do_new)
		r = jpki_softcard_open(job->ctx, job->dir, &job->soft);
	code = r == 0 ? command->run(job) : fail(job, r);
	jpki_softcard_free(&job->soft);
	jpki_ctx_free(&job->ctx);
	return code;
}

int
main(int argc, char **argv)
{
	struct job job = { .n_given = 0 };
	int code;

	message_start("jpki-softcard");
	code = options_parse(&softcard_program, &job.args, &job, argc, argv);
	return code != ARGS_GO_ON ? code :
	    message_finish(softcard_command(&job));
}
