/* SPDX-License-Identifier: Apache-2.0 */
/* Where the usual file of settings is; see jpki_settings_load(). */
#include "base/usual.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/ctx.h"

/* Sets *path to jpki/jpki.conf in the user's folder, or to NULL: there is no
 * such folder. A name that is not whole means nothing (XDG Base Directory
 * Specification), and a set-user-ID program asks its user for none. */
static int
users_path(struct jpki_ctx *ctx, char **path)
{
	const char *folder = secure_getenv("XDG_CONFIG_HOME"), *middle = "";

	*path = NULL;
	if (folder == NULL || *folder != '/') {
		folder = secure_getenv("HOME");
		middle = "/.config";
	}
	if (folder == NULL || *folder != '/')
		return 0;
	if (asprintf(path, "%s%s/jpki/jpki.conf", folder, middle) < 0) {
		*path = NULL;
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	}
	return 0;
}

/* One that is there and cannot be looked at is told, not passed by. */
static bool
is_there(const char *path)
{
	struct stat st;

	return path != NULL && (stat(path, &st) == 0 ||
	    (errno != ENOENT && errno != ENOTDIR));
}

int
jpkip_usual_path(struct jpki_ctx *ctx, const char *system, char **path,
    const char **what)
{
	const char *named = secure_getenv("JPKI_CONF");
	int r;

	if (named == NULL || *named == '\0') {
		*what = jpkip_pick(ctx, "the user's jpki.conf",
		    "ユーザーの jpki.conf");
		if ((r = users_path(ctx, path)) != 0 || is_there(*path))
			return r;
		free(*path);
		*path = NULL;
		if (!is_there(system))
			return 0;
		*what = jpkip_pick(ctx, "the system's jpki.conf",
		    "システムの jpki.conf");
		named = system;
	} else {
		*what = "JPKI_CONF";
	}
	*path = strdup(named);
	return *path != NULL ? 0 :
	    jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
}
