/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs: which there are, and where they come from. libjpki reads them
 * (jpki_secret_read()): nobody is asked without a terminal.
 */
#ifndef TOOLS_PROMPT_H
#define TOOLS_PROMPT_H

#include <stdio.h>

#include <jpki.h>

#include "message.h"

/* The PINs of a card in the order in which they are told, and their words on
 * the command line and in JSON: "auth", "sign", "text"; NULL ends the words. */
#define PROMPT_PINS 3
extern const enum jpki_pin prompt_pins[PROMPT_PINS];
extern const char *const prompt_pin_words[PROMPT_PINS + 1];

/* Whether the value of an option (named without dashes) is a source of PINs,
 * file:PATH, fd:N or tty: 0, or EX_USAGE after a message. */
int prompt_source(const char *option, const char *value);

/*
 * A PIN from a source (NULL: the terminal, with the usual prompt; left is the
 * number of tries, or -1), whose shape is right. Returns 0, or the exit code
 * after a message; the caller frees *out in either case.
 */
int prompt_pin(struct jpki_ctx *ctx, enum jpki_pin pin, const char *source,
    int left, struct jpki_secret **out);

/* Whether a PIN comes from the terminal. */
bool prompt_on_terminal(const char *source);

/* How many tries have to be left for a PIN from a source: as many as
 * --min-tries or --last-try said (0: neither did), else what fits it. */
int prompt_tries(int said, const char *source);

/* Asks on the terminal; an answer that is neither yes nor no is no. */
bool prompt_yes(FILE *tty, const char *question);

#endif
