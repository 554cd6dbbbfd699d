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

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_code {
	EXIT_FINE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 64,	/* as in sysexits.h */
	EXIT_DATA = 65,
	EXIT_NO_CARD = 69
};

#define OPTIONS_MAX 64
#define OPERANDS_MAX 64

/* The command line, taken apart. */
struct args {
	const char *command;
	const char *operands[OPERANDS_MAX];
	size_t n_operands;
	struct jpki_softcard_option options[OPTIONS_MAX];
	size_t n_options;
	enum jpki_lang lang;
	bool json, help, version;
};

/* What "new" takes; defaults are passed on, so that we can tell the PINs. */
static const struct setting {
	const char *name;
	const char *value;	/* its form */
	const char *en, *ja;
	const char *preset;
} settings[] = {
	{ "name", "NAME", "the holder's name (山田　太郎)",
	    "氏名（山田　太郎）", NULL },
	{ "address", "ADDRESS", "the holder's address, from the prefecture on",
	    "住所、都道府県から", NULL },
	{ "birth", "YYYY-MM-DD", "date of birth (1990-02-17)",
	    "生年月日（1990-02-17）", NULL },
	{ "sex", "0|1|2|3|9", "1 male, 2 female, others: see the manual (1)",
	    "1 男、2 女、ほかはマニュアル参照（1）", NULL },
	{ "auth-pin", "DIGITS", "4 digits (1234)",
	    "利用者証明用暗証番号、数字 4 桁（1234）", "1234" },
	{ "sign-pin", "PASSWORD", "6-16 letters and digits (ABC123)",
	    "署名用暗証番号、英数字 6〜16 文字（ABC123）", "ABC123" },
	{ "text-pin", "DIGITS", "4 digits (5678)",
	    "券面事項入力補助用暗証番号、数字 4 桁（5678）", "5678" },
	{ "profile", "card|child|android|iphone|juki",
	    "the kind of card (card); child: without 署名用",
	    "カードの種類（card）。child は署名用なし", NULL },
	{ "issued", "YYYY-MM-DD", "day of issue (30 days ago)",
	    "発行日（30 日前）", NULL },
	{ "not-after", "YYYY-MM-DD",
	    "last day of both certificates (the 5th birthday after issue)",
	    "両証明書の最終日（発行後 5 回目の誕生日）", NULL },
	{ "generation", "1|2|3",
	    "the CA that issues (the one of the day of issue)",
	    "発行する認証局の世代（発行日のもの）", NULL }
};

static const struct setting switches[] = {
	{ "name-flags", "none|0101...",
	    "which characters of the name are substitutes (none)",
	    "氏名のどの文字が代替文字か（none）", NULL },
	{ "address-flags", "none|0101...",
	    "which characters of the address are substitutes (none)",
	    "住所のどの文字が代替文字か（none）", NULL },
	{ "auth-not-after", "YYYY-MM-DD",
	    "last day of the auth certificate, which is made anew",
	    "利用者証明用電子証明書の最終日（作り直します）", NULL },
	{ "sign-not-after", "YYYY-MM-DD",
	    "last day of the sign certificate, which is made anew",
	    "署名用電子証明書の最終日（作り直します）", NULL },
	{ "sfi", "on|off", "short file ids in commands (on)",
	    "コマンド中の短縮ファイル ID（on）", NULL },
	{ "pss", "on|off", "PSS signatures (on)", "PSS 署名（on）", NULL },
	{ "extended", "on|off", "extended length (off)", "拡張長（off）",
	    NULL },
	{ "first-6f00", "on|off",
	    "the first command after power-up fails (off)",
	    "電源投入後の最初のコマンドが失敗（off）", NULL },
	{ "blocked-sw", "6983|6984", "answer of a blocked PIN (6984)",
	    "ロックされた暗証番号の応答（6984）", NULL },
	{ "text-length", "short|81|82",
	    "length of the attributes file: its form (short)",
	    "券面事項入力補助の属性ファイルの長さの形式（short）", NULL },
	{ "filler", "BYTES", "filler after certificates (64)",
	    "証明書の後の詰め物（64）", NULL },
	{ "reselect", "keep|clear",
	    "logins when the application is selected again (keep)",
	    "アプリ再選択時の照合状態（keep）", NULL },
	{ "delay-ms", "N", "time that each command takes (0)",
	    "各コマンドの所要時間（0）", NULL },
	{ "sign-ms", "N", "time that a signature takes (0)",
	    "署名の所要時間（0）", NULL }
};

static const struct setting serving[] = {
	{ "vpcd", "HOST:PORT", "where vpcd listens (127.0.0.1:35963)",
	    "vpcd の待ち受け先（127.0.0.1:35963）", NULL },
	{ "eject-after", "N", "take the card out after N commands",
	    "N 個のコマンドの後でカードを抜く", NULL },
	{ "fault", "WHEN:WHAT", "spoil an answer; see the manual",
	    "応答を壊す（マニュアル参照）", NULL }
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *
text(const struct args *args, const char *en, const char *ja)
{
	return args->lang == JPKI_LANG_JA ? ja : en;
}

static const struct setting *
find_in(const struct setting *table, size_t n, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(table[i].name) == len &&
		    strncmp(table[i].name, name, len) == 0)
			return &table[i];
	return NULL;
}

static const struct setting *
find_setting(const char *name, size_t len)
{
	const struct setting *found;

	found = find_in(settings, COUNT(settings), name, len);
	if (found == NULL)
		found = find_in(switches, COUNT(switches), name, len);
	if (found == NULL)
		found = find_in(serving, COUNT(serving), name, len);
	return found;
}

/* Which command takes an option. */
static bool
for_serve(const char *name)
{
	return strcmp(name, "delay-ms") == 0 || strcmp(name, "sign-ms") == 0 ||
	    find_in(serving, COUNT(serving), name, strlen(name)) != NULL;
}

static bool
for_new(const char *name)
{
	return find_in(serving, COUNT(serving), name, strlen(name)) == NULL;
}

static bool
for_none(const char *name)
{
	(void)name;
	return false;
}

static void
print_table(const struct args *args, const struct setting *table, size_t n)
{
	char option[80];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(option, sizeof(option), "--%s %s", table[i].name,
		    table[i].value);
		printf("  %-28s", option);
		if (strlen(option) >= 28)
			printf("\n%30s", "");
		puts(text(args, table[i].en, table[i].ja));
	}
}

static void
print_help(const struct args *args)
{
	puts(text(args,
	    "usage: jpki-softcard new DIR [OPTION...]\n"
	    "       jpki-softcard show DIR [--json]\n"
	    "       jpki-softcard set DIR SWITCH=VALUE...\n"
	    "       jpki-softcard unlock DIR\n"
	    "       jpki-softcard serve DIR [OPTION...]\n"
	    "\n"
	    "A software card is a directory that behaves like a My Number "
	    "Card;\n"
	    "every program of libjpki takes it as the reader soft:DIR.\n"
	    "\n"
	    "options of \"new\" (and their defaults):",
	    "使い方: jpki-softcard new DIR [オプション...]\n"
	    "        jpki-softcard show DIR [--json]\n"
	    "        jpki-softcard set DIR スイッチ=値...\n"
	    "        jpki-softcard unlock DIR\n"
	    "        jpki-softcard serve DIR [オプション...]\n"
	    "\n"
	    "ソフトウェアカードは、マイナンバーカードのようにふるまう"
	    "ディレクトリです。\n"
	    "libjpki のどのプログラムでも、リーダー名 soft:DIR で使えます。\n"
	    "\n"
	    "new のオプション（かっこ内は既定値）:"));
	print_table(args, settings, COUNT(settings));
	puts(text(args, "\nswitches, for \"new\" and \"set\"; \"set\" also "
	    "takes name, address, birth and sex,\nwhich the certificates "
	    "keep as they were issued:",
	    "\nスイッチ（new と set）。set では name、address、birth、sex も"
	    "変えられます。\n証明書の記載は発行時のままです:"));
	print_table(args, switches, COUNT(switches));
	puts(text(args,
	    "\noptions of \"serve\", which puts the card into a virtual "
	    "reader of pcscd\n(also --delay-ms, --sign-ms):",
	    "\nserve（pcscd の仮想リーダーにカードをセット）のオプション\n"
	    "（--delay-ms と --sign-ms も）:"));
	print_table(args, serving, COUNT(serving));
	puts(text(args,
	    "\neverywhere:\n"
	    "  --lang ja|en                language of messages\n"
	    "  --help, --version",
	    "\n共通:\n"
	    "  --lang ja|en                メッセージの言語\n"
	    "  --help, --version"));
}

static int
usage_error(const struct args *args, const char *what, const char *arg)
{
	fprintf(stderr, "jpki-softcard: %s: %s\n%s\n", what, arg,
	    text(args, "Try \"jpki-softcard --help\".",
	    "「jpki-softcard --help」をご覧ください。"));
	return EXIT_USAGE;
}

/* One option of ours or of the card. *i moves on when the value is the next
 * argument. */
static int
take_option(struct args *args, int argc, char *argv[], int *i)
{
	const char *arg = argv[*i] + 2, *equals = strchr(arg, '=');
	size_t len = equals != NULL ? (size_t)(equals - arg) : strlen(arg);
	bool lang = len == 4 && strncmp(arg, "lang", len) == 0;
	const struct setting *setting = find_setting(arg, len);
	const char *value;

	if (strcmp(arg, "help") == 0)
		return args->help = true, EXIT_FINE;
	if (strcmp(arg, "version") == 0)
		return args->version = true, EXIT_FINE;
	if (strcmp(arg, "json") == 0)
		return args->json = true, EXIT_FINE;
	if (!lang && setting == NULL)
		return usage_error(args, text(args, "unknown option",
		    "不明なオプション"), argv[*i]);
	if (equals == NULL && *i + 1 == argc)
		return usage_error(args, text(args, "option without a value",
		    "オプションの値がありません"), argv[*i]);
	value = equals != NULL ? equals + 1 : argv[++*i];
	if (lang) {
		if (strcmp(value, "ja") != 0 && strcmp(value, "en") != 0)
			return usage_error(args, "--lang ja|en", value);
		args->lang = *value == 'j' ? JPKI_LANG_JA : JPKI_LANG_EN;
		return EXIT_FINE;
	}
	if (args->n_options == OPTIONS_MAX)
		return usage_error(args, text(args, "too many options",
		    "オプションが多すぎます"), argv[*i]);
	args->options[args->n_options].name = setting->name;
	args->options[args->n_options++].value = value;
	return EXIT_FINE;
}

/* Options may stand anywhere; "--" ends them. */
static int
parse_args(struct args *args, int argc, char *argv[])
{
	bool only_operands = false;
	int i, status;

	for (i = 1; i < argc; i++) {
		if (!only_operands && strcmp(argv[i], "--") == 0)
			only_operands = true;
		else if (!only_operands && strncmp(argv[i], "--", 2) == 0) {
			status = take_option(args, argc, argv, &i);
			if (status != EXIT_FINE)
				return status;
		} else if (!only_operands && argv[i][0] == '-')
			return usage_error(args, text(args, "unknown option",
			    "不明なオプション"), argv[i]);
		else if (args->command == NULL)
			args->command = argv[i];
		else if (args->n_operands < OPERANDS_MAX)
			args->operands[args->n_operands++] = argv[i];
		else
			return usage_error(args, text(args,
			    "too many arguments", "引数が多すぎます"), argv[i]);
	}
	return EXIT_FINE;
}

/* Prints what the library said and finds the exit code for it. */
static int
report(struct jpki_ctx *ctx, int err)
{
	const char *message = jpki_ctx_errmsg(ctx);

	if (*message == '\0')
		message = jpki_strerror(err, jpki_ctx_lang(ctx));
	fprintf(stderr, "jpki-softcard: %s\n", message);
	switch (err) {
	case JPKI_ERR_NO_CARD:
	case JPKI_ERR_NO_VPCD:
		return EXIT_NO_CARD;
	case JPKI_ERR_USAGE:
		return EXIT_USAGE;
	case JPKI_ERR_VALUE:
	case JPKI_ERR_DAMAGED:
		return EXIT_DATA;
	default:
		return EXIT_FAILED;
	}
}

/* What was asked for; the last one counts, as in the library. */
static const char *
chosen(const struct args *args, const char *name)
{
	const char *value = find_setting(name, strlen(name))->preset;
	size_t i;

	for (i = 0; i < args->n_options; i++)
		if (strcmp(args->options[i].name, name) == 0)
			value = args->options[i].value;
	return value;
}

/* A PIN as the card has it: in upper case. */
static void
print_pin(struct jpki_ctx *ctx, enum jpki_pin pin, const char *value)
{
	printf("  %s  ", jpki_pin_name(pin, jpki_ctx_lang(ctx)));
	for (; *value != '\0'; value++)
		putchar(*value >= 'a' && *value <= 'z' ? *value - 'a' + 'A' :
		    *value);
	putchar('\n');
}

static int
print_new(const struct args *args, struct jpki_ctx *ctx, const char *dir)
{
	static const char *const names[] = {
		"auth-pin", "sign-pin", "text-pin"
	};
	struct jpki_softcard *soft;
	char *path;
	int pin, left, r;

	if ((r = jpki_softcard_open(ctx, dir, &soft)) != 0)
		return report(ctx, r);
	if ((path = realpath(dir, NULL)) != NULL)
		dir = path;
	printf("%s %s\n%s\n", text(args, "A new card is in",
	    "新しいカードを作りました:"), dir, text(args,
	    "Its PINs, for tests only:", "暗証番号（試験用）:"));
	for (pin = JPKI_PIN_AUTH; pin <= JPKI_PIN_TEXT; pin++) {
		r = jpki_softcard_tries(soft, (enum jpki_pin)pin, &left);
		if (r == 0 && left >= 0)
			print_pin(ctx, (enum jpki_pin)pin,
			    chosen(args, names[pin - 1]));
	}
	printf("%s\n"
	    "  jpki-softcard show '%s'\n"
	    "  export JPKI_READER='soft:%s'\n"
	    "  openssl storeutl -provider default -provider jpki "
	    "-certs -noout -text jpki://auth\n"
	    "  openssl dgst -provider default -provider jpki -sha256 "
	    "-sign jpki://auth -out FILE.sig FILE\n",
	    text(args, "Try:", "試してみましょう:"), dir, dir);
	free(path);
	jpki_softcard_free(&soft);
	return EXIT_FINE;
}

static int
do_new(const struct args *args, struct jpki_ctx *ctx, const char *dir)
{
	int r;

	r = jpki_softcard_create(ctx, dir, args->options, args->n_options);
	if (r != 0)
		return report(ctx, r);
	return print_new(args, ctx, dir);
}

static void
print_line(void *arg, const char *name, const char *value)
{
	(void)arg;
	printf("%s %s\n", name, value);
}

static void
print_json_string(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ') {
			printf("\\u%04x", (unsigned)*s);
			continue;
		}
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('"');
}

static void
print_json(void *arg, const char *name, const char *value)
{
	(void)arg;
	printf("  ");
	print_json_string(name);
	printf(": ");
	print_json_string(value);
	printf(",\n");
}

/* "tries auth=3 sign=5 text=3"; a PIN that this card lacks is left out. */
static int
print_tries(struct jpki_softcard *soft, bool json)
{
	static const char *const names[] = { "auth", "sign", "text" };
	const char *between = "";
	int pin, left, r;

	printf(json ? "  \"tries\": {" : "tries");
	for (pin = JPKI_PIN_AUTH; pin <= JPKI_PIN_TEXT; pin++) {
		r = jpki_softcard_tries(soft, (enum jpki_pin)pin, &left);
		if (r != 0)
			return r;
		if (left < 0)
			continue;
		if (json)
			printf("%s \"%s\": %d", between, names[pin - 1], left);
		else
			printf(" %s=%d", names[pin - 1], left);
		between = ",";
	}
	printf(json ? " }\n" : "\n");
	return 0;
}

static int
do_show(const struct args *args, struct jpki_ctx *ctx, const char *dir)
{
	struct jpki_softcard *soft;
	size_t reader_size = sizeof("soft:") + strlen(dir);
	char *reader;
	int r;

	if ((r = jpki_softcard_open(ctx, dir, &soft)) != 0)
		return report(ctx, r);
	if ((reader = malloc(reader_size)) == NULL) {
		jpki_softcard_free(&soft);
		return report(ctx, JPKI_ERR_MEMORY);
	}
	snprintf(reader, reader_size, "soft:%s", dir);
	if (args->json)
		puts("{");
	(args->json ? print_json : print_line)(NULL, "reader", reader);
	r = jpki_softcard_show(soft, args->json ? print_json : print_line,
	    NULL);
	if (r == 0)
		r = print_tries(soft, args->json);
	if (args->json)
		puts("}");
	free(reader);
	jpki_softcard_free(&soft);
	return r == 0 ? EXIT_FINE : report(ctx, r);
}

/* Looks at all words before the card is touched. */
static int
do_set(const struct args *args, struct jpki_ctx *ctx, const char *dir)
{
	struct jpki_softcard *soft;
	char name[32];
	const char *equals;
	size_t i;
	int r;

	for (i = 1; i < args->n_operands; i++)
		if (strchr(args->operands[i], '=') == NULL)
			return usage_error(args, text(args,
			    "not SWITCH=VALUE",
			    "「スイッチ=値」ではありません"),
			    args->operands[i]);
	if (args->n_operands < 2)
		return usage_error(args, "set", "DIR SWITCH=VALUE...");
	if ((r = jpki_softcard_open(ctx, dir, &soft)) != 0)
		return report(ctx, r);
	for (i = 1; i < args->n_operands && r == 0; i++) {
		equals = strchr(args->operands[i], '=');
		snprintf(name, sizeof(name), "%.*s",
		    (int)(equals - args->operands[i]), args->operands[i]);
		r = jpki_softcard_set(soft, name, equals + 1);
	}
	jpki_softcard_free(&soft);
	return r == 0 ? EXIT_FINE : report(ctx, r);
}

static int
do_unlock(const struct args *args, struct jpki_ctx *ctx, const char *dir)
{
	struct jpki_softcard *soft;
	int r;

	(void)args;
	if ((r = jpki_softcard_open(ctx, dir, &soft)) != 0)
		return report(ctx, r);
	r = jpki_softcard_unlock(soft);
	jpki_softcard_free(&soft);
	return r == 0 ? EXIT_FINE : report(ctx, r);
}

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

/* "vpcd" is for connecting; the library serves with the others. */
static int
do_serve(const struct args *args, struct jpki_ctx *ctx, const char *dir)
{
	struct jpki_softcard_option options[OPTIONS_MAX];
	struct jpki_softcard *soft;
	const char *where = chosen(args, "vpcd");
	size_t i, n = 0;
	int fd, r, status;

	for (i = 0; i < args->n_options; i++)
		if (strcmp(args->options[i].name, "vpcd") != 0)
			options[n++] = args->options[i];
	if ((r = jpki_softcard_open(ctx, dir, &soft)) != 0)
		return report(ctx, r);
	if ((r = jpki_softcard_connect(soft, where, &fd)) != 0) {
		jpki_softcard_free(&soft);
		return report(ctx, r);
	}
	if (catch_signals() != 0) {
		perror("jpki-softcard");
		close(fd);
		jpki_softcard_free(&soft);
		return EXIT_FAILED;
	}
	puts(text(args, "The card is in the reader; Ctrl-C takes it out.",
	    "カードをリーダーにセットしました。Ctrl-C で抜きます。"));
	fflush(stdout);
	r = jpki_softcard_serve(soft, fd, options, n, stop_pipe[0]);
	close(fd);
	jpki_softcard_free(&soft);
	status = r == 0 ? EXIT_FINE : report(ctx, r);
	/* A reader that went away was there. */
	return status == EXIT_NO_CARD ? EXIT_FAILED : status;
}

static int
run(const struct args *args)
{
	static const struct {
		const char *name;
		int (*run)(const struct args *, struct jpki_ctx *,
		    const char *dir);
		bool (*takes)(const char *option);
		bool more;	/* operands after DIR */
	} commands[] = {
		{ "new", do_new, for_new, false },
		{ "show", do_show, for_none, false },
		{ "set", do_set, for_none, true },
		{ "unlock", do_unlock, for_none, false },
		{ "serve", do_serve, for_serve, false }
	};
	struct jpki_ctx *ctx;
	size_t i, k;
	int status;

	for (i = 0; i < COUNT(commands); i++)
		if (strcmp(args->command, commands[i].name) == 0)
			break;
	if (i == COUNT(commands))
		return usage_error(args, text(args, "unknown command",
		    "不明なコマンド"), args->command);
	if (args->n_operands == 0 || *args->operands[0] == '\0')
		return usage_error(args, args->command, "DIR?");
	if (args->n_operands > 1 && !commands[i].more)
		return usage_error(args, text(args, "too many arguments",
		    "引数が多すぎます"), args->operands[1]);
	for (k = 0; k < args->n_options; k++)
		if (!commands[i].takes(args->options[k].name))
			return usage_error(args, text(args, "not an option of "
			    "this command", "このコマンドのオプションでは"
			    "ありません"), args->options[k].name);
	if ((ctx = jpki_ctx_new()) == NULL) {
		fprintf(stderr, "jpki-softcard: %s\n",
		    jpki_strerror(JPKI_ERR_MEMORY, args->lang));
		return EXIT_FAILED;
	}
	jpki_ctx_set_lang(ctx, args->lang);
	status = commands[i].run(args, ctx, args->operands[0]);
	jpki_ctx_free(&ctx);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args args = { 0 };
	int status;

	args.lang = jpki_lang_from_locale();
	if ((status = parse_args(&args, argc, argv)) != EXIT_FINE)
		return status;
	if (args.help)
		print_help(&args);
	else if (args.version)
		printf("jpki-softcard %s\n", jpki_version());
	else if (args.command == NULL)
		return usage_error(&args, "jpki-softcard",
		    "new | show | set | unlock | serve");
	else
		status = run(&args);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("jpki-softcard");
		return EXIT_FAILED;
	}
	return status;
}
