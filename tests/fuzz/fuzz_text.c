/* SPDX-License-Identifier: Apache-2.0 */
/* What a terminal gets to see of any string, from the library and from the
 * programs: nothing it would obey, and the same when it is shown again. */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "base/shown.h"
#include "common/text.h"
#include "fuzz.h"

static void
harmless(const char *shown)
{
	const unsigned char *c;

	for (c = (const unsigned char *)shown; *c != '\0'; c++)
		if (*c < 0x20 || *c == 0x7f ||
		    /* C1 controls, and directions and isolates. */
		    (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) ||
		    (c[0] == 0xe2 && c[1] == 0x80 && c[2] >= 0xaa &&
		    c[2] <= 0xae) ||
		    (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 &&
		    c[2] <= 0xa9))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *shown, *again, out[257], twice[257];

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if ((shown = text_shown(text)) == NULL ||
	    (again = text_shown(shown)) == NULL)
		abort();
	harmless(shown);
	if (strcmp(shown, again) != 0)
		abort();
	jpkip_shown(out, 1 + size % (sizeof(out) - 1), text);
	harmless(out);
	jpkip_shown(twice, sizeof(twice), out);
	if (strcmp(out, twice) != 0 ||
	    strlen(out) > size % (sizeof(out) - 1))
		abort();
	text_free(&shown);
	text_free(&again);
	free(text);
	return 0;
}
