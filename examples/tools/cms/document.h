/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sign and cosign share: a content that is digested, a draft, and how the
 * signature is written and checked.
 */
#ifndef TOOLS_CMS_DOCUMENT_H
#define TOOLS_CMS_DOCUMENT_H

#include "base.h"
#include "cms.h"
#include "common/cms_make.h"

/* Of one file: signing_file's own. */
struct document {
	uint8_t content[SIGNING_DIGEST_MAX];	/* its digest, by file->md */
	struct base base;	/* cosign: what to add to; else no cms */
	bool pem, enclose;	/* how it is to be written */
	struct cms_draft *draft;
};

/* Digests the file by file->md; file->own is there. */
int document_digest(struct signing *signing, struct signing_file *file);

/* The parts of struct signing_format that both have. */
int document_build(struct signing *signing, struct signing_file *file);
int document_finish(struct signing *signing, struct signing_file *file,
    struct file_output *out);
int document_check(struct signing *signing, struct signing_file *file,
    const struct file_output *out);
void document_release(struct signing_file *file);
json_t *document_describe(const struct signing *signing,
    const struct signing_file *file);

#endif
