/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of the driver (signing.h): where they come from and go to, before
 * any card is touched.
 */
#ifndef TOOLS_SIGNING_FILES_H
#define TOOLS_SIGNING_FILES_H

#include "signing.h"

/* Makes signing->files of the paths, and prepares each; those that cannot be
 * signed have dropped out, told. 0, or an exit code after a message where there
 * is no going on. */
int signing_prepare(struct signing *signing, char *const *paths, size_t n);

/* format->build(), of one and of all that are left; how many are then. */
int signing_build(struct signing *signing, struct signing_file *file);
size_t signing_build_all(struct signing *signing);

/* The file drops out. */
void signing_drop(struct signing *signing, struct signing_file *file,
    int code);

/* Frees the files. */
void signing_forget(struct signing *signing);

#endif
