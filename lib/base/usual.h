/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_USUAL_H
#define JPKIP_USUAL_H

#include <jpki/types.h>

/* Sets *path to the usual file of settings, which the caller frees, or to
 * NULL: there is none; system is the one for all users. *what: what messages
 * call it. */
int	jpkip_usual_path(struct jpki_ctx *, const char *system, char **path,
	    const char **what) JPKI_CHECK;

#endif
