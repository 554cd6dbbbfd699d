/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-cms: its commands, and what the command line said.
 */
#ifndef TOOLS_CMS_H
#define TOOLS_CMS_H

#include "common/signer.h"

struct cms_job {
	struct signing signing;	/* with the operands in its args */
	bool cades, enclose, pem;
	const char *query;	/* --timestamp-query: where it goes */
	const char *reply;	/* --timestamp-reply */
	struct judge judge;	/* verify: what its options named; all: its
				 * libctx, in which no openssl.cnf counts */
	char *const *bases;	/* cosign: the signatures to add to */
	/* The last signature that was made. */
	uint8_t sig[SIGNING_SIG_MAX];
	size_t sig_len;
};

/* The commands, of a struct cms_job; operands[0] is the command's name. They
 * return the exit code. */
int cms_sign(void *job);
int cms_cosign(void *job);
int cms_stamp(void *job);
int cms_verify(void *job);

/* Signs files, each as how says, and writes the query for a time stamp. An exit
 * code. */
int cms_run(struct cms_job *job, const struct signing_format *how,
    char *const *files, size_t n);

#endif
