/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the answer to reset as it may be shown to anybody.
 */
#include <string.h>

#include "doctor.h"

/* The value of one hexadecimal digit. */
static unsigned
digit(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') :
	    c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 0;
}

/*
 * TS, T0, then TA TB TC TD as the upper half of T0 and of each TD says
 * (ISO 7816-3, 8.2), which tell the reader how to talk. The historical bytes
 * behind may hold a contactless card's own number.
 */
void
hide_atr(char *atr)
{
	size_t at = 4, len = strlen(atr);
	unsigned more;

	for (more = len > 2 ? digit(atr[2]) : 0; more != 0 && at < len;) {
		at += 2 * ((more & 1) + (more >> 1 & 1) + (more >> 2 & 1));
		if (!(more & 8))
			break;
		more = at < len ? digit(atr[at]) : 0;
		at += 2;
	}
	for (; at < len; at++)
		atr[at] = '.';
}
