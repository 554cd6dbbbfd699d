/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of jpki-xml share beside the format itself.
 */
#ifndef XML_XML_H
#define XML_XML_H

#include "common/signer.h"
#include "profile.h"

/* What the command line says. */
struct request {
	struct signing signing;
	struct judge judge;
	enum profile profile;	/* 0: sign: detached, verify: by its root */
	const char *id;		/* --id */
	bool whole;		/* --whole */
};

/* "jpki-xml sign": the paths are to be signed. */
int xml_sign(struct request *request, char *const *paths, size_t n);

/* "jpki-xml verify": a document, and the file that it signs (NULL: the one
 * beside it). */
int xml_verify(struct request *request, const char *path,
    const char *content);

#endif
