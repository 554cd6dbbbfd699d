/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes' files: bytes as they come, and as changes to a real one; two
 * sets of them compared. */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "card/attributes.h"
#include "fuzz.h"

static const uint8_t sample[] =
    "\xff\x20\x35"
    "\xdf\x21\x08\x00\x0e\x00\x20\x00\x2a\x00\x35"
    "\xdf\x22\x0f\xe5\xb1\xb1\xe7\x94\xb0\xe3\x80\x80\xe5\xa4\xaa\xe9\x83\x8e"
    "\xdf\x23\x06\xe6\x9d\xb1\xe4\xba\xac"
    "\xdf\x24\x08" "19900217"
    "\xdf\x25\x01" "1";

static void
shown(const struct jpki_attributes *a)
{
	char birth[JPKI_BIRTH_TEXT];

	/* Nothing that a terminal would obey. */
	if (strpbrk(jpki_attributes_item(a, JPKI_ITEM_NAME),
	    "\x1b\n\r\b\x7f") != NULL ||
	    strpbrk(jpki_attributes_item(a, JPKI_ITEM_ADDRESS),
	    "\x1b\n\r\b\x7f") != NULL)
		abort();
	jpki_attributes_birth(a, JPKI_LANG_JA, birth);
	jpki_attributes_birth(a, JPKI_LANG_EN, birth);
	if (*jpki_attributes_sex(a, JPKI_LANG_EN) == '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	struct jpki_attributes *a, *b;
	enum jpki_item item;
	uint8_t changed[sizeof(sample) - 1];
	size_t i;

	if (ctx == NULL && (ctx = jpki_ctx_new()) == NULL)
		abort();
	if (jpkip_attributes_parse(ctx, data, size, &a) == 0)
		shown(a);
	/* Pairs of a place and a byte. */
	memcpy(changed, sample, sizeof(changed));
	for (i = 0; i + 1 < size && i < 16; i += 2)
		changed[data[i] % sizeof(changed)] ^= data[i + 1];
	if (jpkip_attributes_parse(ctx, changed, sizeof(changed), &b) == 0)
		shown(b);
	for (item = JPKI_ITEM_NAME; item <= JPKI_ITEM_SEX; item++)
		if (jpki_attributes_compare(a, b, item) !=
		    jpki_attributes_compare(b, a, item))
			abort();
	jpki_attributes_free(&a);
	jpki_attributes_free(&b);
	return 0;
}
