/* SPDX-License-Identifier: Apache-2.0 */
/* What JPKI_DEBUG and the setting "debug" say. */
#include <jpki/framework/settings.h>

#include <string.h>

int
jpki_debug_parse(const char *text)
{
	return text == NULL || *text == '\0' ? 0 :
	    strcmp(text, "apdu") == 0 ? JPKI_DEBUG_APDU :
	    strcmp(text, "provider") == 0 ? JPKI_DEBUG_PROVIDER :
	    strcmp(text, "all") == 0 ? JPKI_DEBUG_APDU | JPKI_DEBUG_PROVIDER :
	    -1;
}
