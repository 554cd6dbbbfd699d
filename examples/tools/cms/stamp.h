/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps: what the commands that sign have to do with them.
 */
#ifndef TOOLS_CMS_STAMP_H
#define TOOLS_CMS_STAMP_H

#include "cms.h"

/* Looks at --timestamp-query and --timestamp-reply of a command that signs n
 * files, before the card: 0, or an exit code after a message. */
int stamp_usage(const struct cms_job *job, size_t n);

/* Whether the query would take the place of the file that is signed, or of its
 * signature: the same. */
int stamp_clash(const struct cms_job *job, const char *content,
    const char *signature);

/* Writes the query for the signature that was made, if it is wanted. */
int stamp_query(const struct cms_job *job);

#endif
