/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at signatures as a stranger would have it: content and signature of
 * each signer, no trust.
 */
#ifndef TOOLS_CMS_CHECK_H
#define TOOLS_CMS_CHECK_H

#include "cms.h"

enum check_what {
	CHECK_NEW = 1,		/* one that was just made */
	CHECK_EARLIER		/* one that another is added to */
};

/*
 * Checks the signature in a file: of the content in another one, or enclosed
 * (content is NULL). 0, or an exit code after a message that names file->path
 * or file->out.
 */
int check_signature(struct signing *signing, struct signing_file *file,
    enum check_what what, const char *cms, const char *content);

/* The same of a signature that a stamp was put into, before it is in its place:
 * the stamp's authority is not looked at. */
int check_stamped(const struct cms_job *job, const char *path,
    const struct file_output *out);

#endif
