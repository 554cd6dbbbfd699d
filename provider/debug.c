/* SPDX-License-Identifier: Apache-2.0 */
#include "debug.h"

#include <jpki/framework/settings.h>

#include <stdarg.h>
#include <unistd.h>

bool
prov_debug_wants(struct prov *prov, int what)
{
	int debug = atomic_load(&prov->debug);

	return debug > 0 && (debug & what) != 0;
}

const char *
prov_pick(const char *en, const char *ja)
{
	return jpki_lang_from_locale() == JPKI_LANG_JA ? ja : en;
}

void
prov_say(struct prov *prov, const char *fmt, ...)
{
	va_list ap;

	if (prov->mute)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
}

void
prov_debug(struct prov *prov, const char *fmt, ...)
{
	char line[1200];
	va_list ap;

	if (!prov_debug_wants(prov, JPKI_DEBUG_PROVIDER))
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	prov_say(prov, "jpki[%ld]: %s\n", (long)getpid(), line);
}
