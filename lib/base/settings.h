/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_SETTINGS_H
#define JPKIP_SETTINGS_H

#include <jpki/framework/settings.h>

/* What jpki_settings_read() does with the file's text, which it changes. */
int	jpkip_settings_parse(struct jpki_ctx *, struct jpki_settings *,
	    char *text, const char *what) JPKI_CHECK;

/* jpki_settings_load() with another file for all users. */
int	jpkip_settings_load(struct jpki_ctx *, struct jpki_settings *,
	    const char *system, const char **path) JPKI_CHECK;

/* Shapes of values that URIs have, too: "file:PATH", "fd:NUMBER". */
bool	jpkip_is_file(const char *value);
bool	jpkip_is_fd(const char *value);

#endif
