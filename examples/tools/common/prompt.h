/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs: where they come from. libjpki reads them (jpki_secret_read()): nobody
 * is asked without a terminal.
 */
#ifndef TOOLS_PROMPT_H
#define TOOLS_PROMPT_H

#include <jpki.h>

#include "message.h"

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

#endif
