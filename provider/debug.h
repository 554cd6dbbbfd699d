/* SPDX-License-Identifier: Apache-2.0 */
/* What the provider says on standard error. */
#ifndef PROV_DEBUG_H
#define PROV_DEBUG_H

#include "prov.h"

/* The text in the language of the locale. */
const char *prov_pick(const char *en, const char *ja)
	    __attribute__((format_arg(1), format_arg(2)));

/* Whether JPKI_DEBUG or debug asks for it. */
bool	prov_debug_wants(struct prov *, int what);

/* To standard error; not if that was closed when we were loaded, since its
 * number is somebody's file by now. */
void	prov_say(struct prov *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* One line of those, if "provider" is wanted. Never give it a PIN, a URI as it
 * came, or anything of a certificate. */
void	prov_debug(struct prov *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
