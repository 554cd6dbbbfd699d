/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What OpenSSL says when it fails, to programs that reach the card through it.
 *
 * Its queue can hold several errors. The one that counts is what the provider
 * "jpki" said, or else the first one, which the others followed from. From the
 * provider come libjpki's code, cause and detail, its hint, and a remedy in
 * the words of URIs and openssl.cnf. The remedy is left out: a program has
 * options of its own for that.
 */
#ifndef TOOLS_OPENSSL_H
#define TOOLS_OPENSSL_H

#include "message.h"

struct openssl_failure {
	int err;		/* libjpki's code; 0: it was not libjpki */
	char cause[256];	/* never empty; names nobody and no place */
	char detail[512];	/* what the cause does not say, or "" */
	char hint[512];		/* what the holder can do, or "" */
};

/* Takes the failure from the queue, which is empty then. */
void openssl_failure(struct openssl_failure *failure);

/* Tells it as a message of the program's, as complain_ctx() does. Returns the
 * exit code. */
int openssl_complain(const struct advice *advice);

/* Providers go by the locale, and cannot be told otherwise: makes it fit the
 * language of the program. After options_parse(). */
void openssl_follow_lang(void);

#endif
