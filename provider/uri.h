/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The URIs of the store:
 *
 *   "jpki:" ["//"] [object] *(";" attribute) ["?" query *("&" query)]
 *   object    = auth | sign | auth-ca | sign-ca	(none: all of them)
 *   attribute = type=(cert|public|private)
 *   query     = reader=R | pin-source=(file:PATH|fd:N) | pin-value=PIN |
 *               min-tries=N
 *
 * Values may be percent-encoded. What is unknown or said twice is an error:
 * a mistyped pin-source must not end in a prompt on a server.
 */
#ifndef PROV_URI_H
#define PROV_URI_H

#include "err.h"

#include <jpki.h>

#include <stdbool.h>
#include <stddef.h>

#define PROV_URI_MAX 1024

enum prov_type {
	PROV_TYPE_ANY = 0,
	PROV_TYPE_CERT,
	PROV_TYPE_PUBLIC,
	PROV_TYPE_PRIVATE
};

struct prov_uri {
	bool all;		/* no object was named; slot means nothing */
	enum jpki_slot slot;
	enum prov_type type;
	int min_tries;
	/* NULL where not given; they point into text. */
	const char *reader;
	const char *pin_source;
	const char *pin_value;
	char text[PROV_URI_MAX + 1];
};

struct prov_uri_error {
	enum prov_reason reason;
	char text[128];		/* never holds a value, which may be a PIN */
};

bool	prov_uri_parse(const char *, struct prov_uri *,
	    struct prov_uri_error *);

/* Wipes, as there may be a PIN. */
void	prov_uri_clear(struct prov_uri *);

/* "auth", "sign-ca" ... */
const char *prov_slot_name(enum jpki_slot);

/* Writes the URI of one object in the same reader; false: too long. */
bool	prov_uri_print(enum jpki_slot, const char *reader, char *, size_t);

#endif
