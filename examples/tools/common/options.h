/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of every program: a table of options gives the parser and
 * the text of --help.
 *
 * Options may stand before and after operands, "--" ends them; a value follows
 * as the next word or behind "="; a name may be cut short while it stays
 * unique. Only a program that stands in for another one has letters, "-t
 * VALUE" or "-tVALUE". --lang holds for every message, also for
 * one about an option before it. A mistake is said in one sentence with what
 * was probably meant, and is EX_USAGE.
 *
 *	static const struct program_option options[] = {
 *		{ "md", O_MD, { "NAME", "名前" },
 *		    { "sha256 (default), sha384 or sha512", "..." } },
 *		OPTION_READER,
 *		OPTION_LANG, OPTION_HELP, OPTION_VERSION, OPTION_END
 *	};
 *
 * (tests/check/man.sh reads tables that are named "options" and whose rows
 * begin a line, and compares them with the manual.)
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include "text.h"

/* Options that several programs have. Their values end up in struct args; the
 * ids of a program's own options count from 1. */
enum {
	OPT_READER = 1000, OPT_PIN_SOURCE, OPT_MIN_TRIES, OPT_LAST_TRY,
	OPT_JSON, OPT_LANG, OPT_HELP, OPT_VERSION
};

struct program_option {
	const char *name;	/* without its dashes; NULL: a heading */
	int id;
	struct text value;	/* its form; NULL: the option takes none */
	struct text help;	/* "": listed with others in the last line */
};

#define OPTION_READER { "reader", OPT_READER, { "R", "R" }, \
	{ "the reader; soft:DIR is a software card", \
	    "リーダー名。soft:DIR はソフトウェアカード" } }
#define OPTION_PIN_SOURCE { "pin-source", OPT_PIN_SOURCE, { "S", "S" }, \
	{ "the PIN: file:PATH, fd:N or tty (default)", \
	    "暗証番号：file:PATH、fd:N、tty（既定）" } }
#define OPTION_MIN_TRIES { "min-tries", OPT_MIN_TRIES, { "N", "N" }, \
	{ "send a PIN only if N tries are left (default: 2; one that is not " \
	    "typed: all)", \
	    "残り N 回以上のときだけ暗証番号を送ります（既定：2。入力したもの" \
	    "でない暗証番号は、残り回数が減っていないときだけ）" } }
#define OPTION_LAST_TRY { "last-try", OPT_LAST_TRY, { NULL, NULL }, \
	{ "send the PIN even if only one try is left", \
	    "残り 1 回でも暗証番号をカードに送ります" } }
#define OPTION_JSON { "json", OPT_JSON, { NULL, NULL }, \
	{ "print JSON", "JSON で出します" } }
#define OPTION_LANG { "lang", OPT_LANG, { "ja|en", "ja|en" }, \
	{ "language of texts and messages", "表示とメッセージの言語" } }
#define OPTION_HELP { "help", OPT_HELP, { NULL, NULL }, { "", "" } }
#define OPTION_VERSION { "version", OPT_VERSION, { NULL, NULL }, { "", "" } }
#define OPTION_END { NULL, 0, { NULL, NULL }, { NULL, NULL } }

/* A letter for an option of the program's own, as another program has it whose
 * place it takes; a table of these ends with 0. */
struct program_letter {
	char letter;
	int id;
};

/* A program, as its users see it. Its name is message_start()'s. */
struct program {
	/* Ways to call it, without its name, one a line: "[options] FILE". */
	struct text usage;
	/* Paragraphs, one a line, before the options and after them; the
	 * latter may be NULL. */
	struct text about, after;
	const struct program_option *options;
	const struct program_letter *letters;	/* NULL: none */
	bool command;	/* options end where a command begins */
	/*
	 * Takes an option of the program's own, with its value or NULL.
	 * Returns 0, or an exit code after a message. May be NULL.
	 */
	int (*set)(void *arg, int id, const char *value);
};

/* What the common options said, and the operands. */
struct args {
	const char *reader;	/* NULL: what JPKI_READER says */
	const char *pin_source;	/* NULL: the terminal */
	int min_tries;		/* 0: nothing was said; see prompt_tries() */
	bool json;
	char **operands;	/* ended by NULL */
	int n_operands;
};

#define ARGS_GO_ON (-1)

/*
 * Reads the command line; arg is for set(). Returns ARGS_GO_ON, or the exit
 * code of a program that is done: after --help, --version or a mistake.
 * operands borrows argv, which it reorders.
 */
int options_parse(const struct program *program, struct args *args,
    void *arg, int argc, char **argv);

/*
 * Which of words[] (ended by NULL) a command, a key or the like is; word may be
 * NULL: missing. -1 after a message with all of them, or with the one that was
 * probably meant; the exit code is EX_USAGE then.
 */
int options_word(const char *word, const char *const words[]);

/* Says that there are more operands than the command takes. EX_USAGE. */
int options_too_many(void);

/* The one of words[] that a mistyped word is near to; NULL: none. */
const char *options_nearest(const char *word, const char *const words[]);

/* Prints what --help prints. */
void options_help(const struct program *program);

#endif
