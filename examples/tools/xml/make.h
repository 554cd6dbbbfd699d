/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Signature as text, and a document with it. The rest of the document stays
 * byte for byte as it was: the text is put in where it belongs.
 */
#ifndef XML_MAKE_H
#define XML_MAKE_H

#include "digest.h"
#include "document.h"
#include "profile.h"

/* One Reference to be made. */
struct making_reference {
	char *uri;
	const char *transforms;	/* XML; "": none */
	uint8_t digest[DIGEST_MAX];
};

struct making {
	const struct algorithm *algorithm;	/* of all digests in it */
	struct making_reference *references;
	size_t n_references;
	char id[15];		/* of the Signature; "": it has none */

	/* Where it goes: instead of the bytes from "from" to "to" of the
	 * document, between "before" and "after". */
	struct encoding encoding;
	size_t from, to;
	char *before, *after;
};

extern const char making_c14n[], making_enveloped[];

/* Adds a Reference; takes over uri (NULL: memory is short). -1: memory is
 * short. */
int making_add(struct making *making, char *uri, const char *transforms,
    const uint8_t *digest);

/* "#id"; to be freed. NULL: memory is short. */
char *making_id_uri(const char *id);

/* Finds out where in the document it goes. -1: memory is short. */
int making_place(struct making *making, const struct document *document,
    const struct place *place, struct trouble *trouble);

/* Where it is a document of its own. */
int making_alone(struct making *making, struct trouble *trouble);

/*
 * The document with the signature; value and certificate may be empty. To be
 * freed; NULL: memory is short, or the document's encoding lacks something.
 */
uint8_t *making_write(const struct making *making, const uint8_t *data,
    size_t len, const uint8_t *value, size_t value_len, const uint8_t *cert,
    size_t cert_len, size_t *out_len, struct trouble *trouble);

void making_clear(struct making *making);

#endif
