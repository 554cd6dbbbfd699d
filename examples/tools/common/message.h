/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program says on standard error, and how it ends.
 *
 * Every message is one paragraph, "jpki-sign: what happened. What to do.", in
 * the chosen language, on a terminal wrapped at its width, else one line.
 * What is in a message passes text_shown(): names may be put into it as they
 * are. Nothing secret may.
 *
 * Functions that return int return the exit code that goes with the message,
 * so that a caller can write "return complain_errno(path);".
 */
#ifndef TOOLS_MESSAGE_H
#define TOOLS_MESSAGE_H

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include <jpki.h>

#include "text.h"

/*
 * The first thing in main(): the program's name for all messages, the locale
 * (texts are UTF-8 in any) and its language.
 */
void message_start(const char *program);
const char *message_program(void);

/*
 * A context of libjpki in the chosen language, whose warnings become messages
 * of the program: after options_parse(). NULL: memory is short, which has been
 * said then.
 */
struct jpki_ctx *message_ctx(void);

/* Where that context's log lines go, for who wants them as well: a
 * jpki_log_fn. */
void message_log(void *arg, enum jpki_log_level level, const char *line);

/* The last thing in main(): writes out standard output. Returns code, or
 * EXIT_FAILURE after a message if not all could be written. */
int message_finish(int code);

/* On a terminal: which file is signed now, and where the signature is. */
void message_signed(const char *path, const char *out);

/* Says what happened: two formats. */
void complain(const char *en, const char *ja, ...)
    __attribute__((format(printf, 1, 3), format(printf, 2, 3)));

/* The same as a warning: "jpki-sign: warning: ...". */
void complain_mildly(const char *en, const char *ja, ...)
    __attribute__((format(printf, 1, 3), format(printf, 2, 3)));

/* "NAME: what errno says"; NAME is a file, or "stdout". EXIT_FAILURE. */
int complain_errno(const char *name);

/* The same where an output cannot be made; file_check_place() says ENXIO for
 * what would be beside a device. */
int complain_place(const char *name);

/* "NAME: what the code says" with its hint, for a failure that the program
 * itself sees coming; without a name if that is NULL. */
int complain_code(const char *name, int err);

/* What an option of the program can do about an error of the library, whose
 * texts name none; a table of these ends with err 0. */
struct advice {
	int err;
	struct text text;
};

/* What the options that all programs have can do about one; "": nothing. */
const char *common_advice(int err);

/*
 * The last failure of the library: what happened, its hint, and advice for the
 * code: the program's own (may be NULL) or else what all programs have, such as
 * --last-try. err is what the call returned. Sentences need not end in a full
 * stop: where another follows, it is put there.
 */
int complain_ctx(const struct jpki_ctx *ctx, int err,
    const struct advice *advice);

/* The same in words, without the program's name, for message_put() and others;
 * free() it. NULL: memory is short. */
char *message_text(const struct jpki_ctx *ctx, int err,
    const struct advice *advice);

/* A message elsewhere than on standard error: the program's name and a text, in
 * lines that fit. */
void message_put(FILE *out, const char *text);

/* The same as complain_ctx(), "NAME: what happened", about a file that the
 * library was not told the name of. */
int complain_about(const char *name, const struct jpki_ctx *ctx, int err,
    const struct advice *advice);

/* The same with texts that came another way; hint may be "". */
int complain_failure(int err, const char *what, const char *hint,
    const struct advice *advice);

/* A mistake on the command line: whole sentences, and "See jpki-sign --help."
 * is added. EX_USAGE. Name options in it, never their values nor an unknown
 * operand: a PIN may have slipped into one. */
int usage_error(const char *en, const char *ja, ...)
    __attribute__((format(printf, 1, 3), format(printf, 2, 3)));

/* What the shell gets to see of an error of the library: EX_DATAERR for data,
 * EX_UNAVAILABLE where there is no reader or card, else EXIT_FAILURE. */
int exit_code(int err);

#endif
