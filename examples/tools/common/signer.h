/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of the programs that sign documents and check them: their command
 * line has the options of signing.h and judge.h, and begins with a command.
 */
#ifndef TOOLS_SIGNER_H
#define TOOLS_SIGNER_H

#include "judge.h"
#include "options.h"
#include "signing.h"

/* For set(): what is none of the program's own. 0, or an exit code after a
 * message. */
int signer_set(struct signing *signing, struct judge *judge, int id,
    const char *value);

/* Signs the files as signing_run() does, in a format whose check() has the
 * judge. An exit code. */
int signer_sign(struct signing *signing, struct judge *judge,
    const struct signing_format *format, char *const *paths, size_t n);

/* What the first operand can be; a table of these ends with NULL. run() gets
 * signing's "arg", and signing has its ctx; it returns the exit code. */
struct signer_command {
	const char *name;
	int (*run)(void *arg);
};
#define SIGNER_COMMANDS_MAX 8

/* The whole program. signing->arg is set(), too. */
int signer_main(const struct program *program,
    const struct signer_command *commands, struct signing *signing, int argc,
    char **argv);

#endif
