/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of jpki-agent; see agent.h.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent.h"
#include "common/message.h"
#include "common/options.h"
#include "common/prompt.h"

enum { O_CONFIRM = 1, O_CSH, O_FOREGROUND, O_KILL, O_LIFE, O_SH, O_SOCKET };

struct command_line {
	struct options options;
	const char *socket;
	enum shell shell;
	bool foreground, kill;
};

static const struct program_option options[] = {
	{ "life", O_LIFE, { "LIFE", "LIFE" },
	    { "how long a PIN is kept: seconds, or 10m (default), 8h ...; 0: "
	    "it is asked for each time",
	    "暗証番号を保持する時間。秒数か、10m（既定）、8h など。0 では毎回"
	    "入力します" } },
	{ "confirm", O_CONFIRM, { NULL, NULL },
	    { "ask before each signature, by SSH_ASKPASS",
	    "署名のたびに SSH_ASKPASS で確認します" } },
	{ "socket", O_SOCKET, { "PATH", "PATH" },
	    { "the socket (default: in a new folder in /tmp)",
	    "ソケットのパス（既定：/tmp の新しいフォルダー）" } },
	{ "foreground", O_FOREGROUND, { NULL, NULL },
	    { "stay in the foreground", "フォアグラウンドで動きます" } },
	{ "kill", O_KILL, { NULL, NULL },
	    { "end the agent that SSH_AGENT_PID names",
	    "SSH_AGENT_PID のエージェントを終了します" } },
	{ "sh", O_SH, { NULL, NULL },
	    { "print lines for sh (default: as SHELL says)",
	    "sh 用の行を出します（既定：SHELL による）" } },
	{ "csh", O_CSH, { NULL, NULL },
	    { "print lines for csh", "csh 用の行を出します" } },
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	OPTION_READER,
	OPTION_LANG, OPTION_HELP, OPTION_VERSION, OPTION_END
};

static const struct program_letter letters[] = {
	{ 't', O_LIFE }, { 'c', O_CONFIRM }, { 'a', O_SOCKET },
	{ 'D', O_FOREGROUND }, { 'k', O_KILL }, { 's', O_SH }, { 0, 0 }
};

/* "90", "10m", "1h30m" in seconds, as ssh-agent has it; -1: it is none. */
static int
parse_life(const char *text)
{
	static const struct { char letter; int seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 }
	};
	long total = 0, n;
	size_t digits, i;

	do {
		digits = strspn(text, "0123456789");
		if (digits == 0 || digits > 8)
			return -1;
		n = strtol(text, NULL, 10);
		text += digits;
		for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
			if ((*text | 0x20) != units[i].letter)
				continue;
			n *= units[i].seconds;
			text++;
			break;
		}
		total += n;
	} while (*text != '\0' && total < 1 << 24);
	/* Half a year is longer than any card stays in its reader. */
	return *text == '\0' && total < 1 << 24 ? (int)total : -1;
}

static int
set_option(void *arg, int id, const char *value)
{
	struct command_line *line = arg;

	switch (id) {
	case O_CONFIRM:
		line->options.confirm = true;
		break;
	case O_CSH:
		line->shell = SHELL_CSH;
		break;
	case O_SH:
		line->shell = SHELL_SH;
		break;
	case O_FOREGROUND:
		line->foreground = true;
		break;
	case O_KILL:
		line->kill = true;
		break;
	case O_SOCKET:
		line->socket = value;
		break;
	default:
		if ((line->options.life = parse_life(value)) < 0)
			return usage_error("-t is a time such as 600, 10m or "
			    "8h.", "-t は 600、10m、8h のような時間です。");
		break;
	}
	return 0;
}

static const struct program program = {
	.usage = { "[options]\n[options] COMMAND [ARGUMENT...]",
	    "[オプション]\n[オプション] コマンド [引数...]" },
	.about = { "An ssh agent with the auth key of the My Number Card. As "
	    "with ssh-agent: eval \"$(jpki-agent)\", then ssh, or one COMMAND "
	    "with an agent of its own.",
	    "マイナンバーカードの利用者証明用の鍵を使う ssh エージェントです。"
	    "ssh-agent と同じく eval \"$(jpki-agent)\" のあとで ssh を使うか、"
	    "専用のエージェントでコマンドを動かします。" },
	.after = { "Whoever gets at the socket can log in as you while a PIN "
	    "is kept: forward the agent (ssh -A) only with -c.",
	    "暗証番号を保持している間は、ソケットに届く人はあなたとしてログイン"
	    "できます。エージェントの転送（ssh -A）は -c のときだけにして"
	    "ください。" },
	.options = options,
	.letters = letters,
	.command = true,
	.set = set_option,
};

/* What the command line does not say, the usual file does. */
static void
use_settings(struct options *to, const struct args *args,
    const struct jpki_settings *settings)
{
	to->reader = args->reader != NULL ? args->reader : settings->reader;
	to->pin_source = args->pin_source != NULL ? args->pin_source :
	    jpki_settings_pin_source(settings, JPKI_PIN_AUTH);
	to->min_tries = args->min_tries != 0 ||
	    !jpki_settings_has(settings, "min-tries") ? args->min_tries :
	    settings->min_tries;
}

static int
serve(const struct options *to, int listener, int log)
{
	struct keeper *keeper = keeper_new(to->life);
	struct work *work = NULL;
	int code, done;

	if (keeper == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	if ((code = work_start(to, keeper, &work, &done)) == 0)
		code = loop_run(keeper, work, done, listener, log);
	work_stop(&work);
	keeper_free(&keeper);
	return code;
}

/* For this thread and those that it starts: the loop takes some of them, and
 * no terminal or client may stop the agent with the others. */
static void
block_signals(sigset_t *before)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1,
	    SIGPIPE, SIGTTIN, SIGTTOU };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

static int
run(const struct command_line *line, char **command)
{
	struct place place;
	sigset_t before;
	int code, log = -1;

	if ((code = place_make(&place, line->socket)) != 0)
		return code;
	if (command == NULL && (code = start_check(&place)) != 0) {
		place_remove(&place);
		return code;
	}
	if (!line->foreground && place.path[0] != '\0' &&
	    start_background(&place, line->shell, command, &log, &code) != 0) {
		/* The other process has the socket, or was ended, maybe before
		 * it could remove it. */
		if (code == 0)
			(void)close(place.fd);
		else
			place_remove(&place);
		return code;
	}
	block_signals(&before);
	/* Nobody reads this process's memory, not even the same user. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (line->foreground && place.path[0] != '\0') {
		printf("SSH_AUTH_SOCK='%s'; export SSH_AUTH_SOCK;\n",
		    place.path);
		fflush(stdout);
	}
	code = serve(&line->options, place.fd, log);
	place_remove(&place);
	return code;
}

static int
agent(struct command_line *line, struct args *args)
{
	struct jpki_settings *settings = NULL;
	struct jpki_ctx *ctx = message_ctx();
	int code, r;

	if (ctx == NULL)
		return EXIT_FAILURE;
	if ((r = jpki_settings_new(ctx, &settings)) != 0 ||
	    (r = jpki_settings_load(ctx, settings, NULL)) != 0) {
		code = complain_ctx(ctx, r, NULL);
	} else {
		use_settings(&line->options, args, settings);
		line->options.command = args->n_operands > 0;
		code = run(line, args->n_operands > 0 ? args->operands : NULL);
	}
	jpki_settings_free(&settings);
	jpki_ctx_free(&ctx);
	return code;
}

int
main(int argc, char **argv)
{
	struct command_line line = { .options = { .life = LIFE_DEFAULT } };
	struct args args;
	int code;

	message_start("jpki-agent");
	code = options_parse(&program, &args, &line, argc, argv);
	if (code != ARGS_GO_ON || (code = start_streams()) != 0)
		return code;
	if (args.n_operands > 0 && (line.foreground || line.kill))
		return usage_error("-D and -k go with no command.",
		    "-D や -k とコマンドは同時に使えません。");
	return line.kill ? start_kill(line.shell) : agent(&line, &args);
}
