/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a document is refused, as a value: a signer makes a message of it, and
 * who checks a signature a line of the report.
 */
#ifndef XML_TROUBLE_H
#define XML_TROUBLE_H

struct trouble {
	const char *code;	/* for programs, static: "doctype" */
	char text[400];		/* for people, without a full stop */
	int failed;		/* not the document's fault, and told already:
				 * the exit code */
};

/* Two formats. -1, so that a caller can return it. */
int trouble_set(struct trouble *trouble, const char *code, const char *en,
    const char *ja, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* Memory is short: says so. -1. */
int trouble_memory(struct trouble *trouble);

/* "NAME: what errno says" is told. -1. */
int trouble_errno(struct trouble *trouble, const char *name);

/* A message about a file, unless it was told. Returns the exit code. */
int trouble_complain(const struct trouble *trouble, const char *path);

#endif
