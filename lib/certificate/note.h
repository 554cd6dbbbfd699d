/* SPDX-License-Identifier: Apache-2.0 */
/* What is odd about a certificate, while it is read. */
#ifndef JPKIP_NOTE_H
#define JPKIP_NOTE_H

#include <jpki/cert.h>

#include "base/der.h"

/* detail: static or in the arena; "" for none. The same note is kept once. */
void	jpkip_note(struct jpki_cert *, enum jpki_note, const char *detail);

/* A string into *out, and what is odd about it into the notes; field names it
 * in the note. False: the arena is full. */
bool	jpkip_note_text(struct jpki_cert *, uint32_t tag, struct jpkip_part,
	    const char *field, const char **out);

#endif
