/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What will be signed: read, looked at and digested before the card is touched.
 */
#ifndef XML_PREPARE_H
#define XML_PREPARE_H

#include "make.h"
#include "xml.h"

/* A file that is signed with the document. */
struct beside {
	char *name;
	uint64_t size;
	uint8_t sha256[DIGEST_MAX];
};

struct own {
	uint8_t *data;		/* the document; detached: NULL */
	size_t len;
	struct making making;
	struct beside *beside;
	size_t n_beside;
};

/* Each 0, or the exit code after a message. own->making has its algorithm. */
int prepare_detached(struct signing *signing, struct signing_file *file,
    struct own *own);
int prepare_document(struct signing *signing, struct signing_file *file,
    struct own *own);
void prepare_clear(struct own *own);

#endif
