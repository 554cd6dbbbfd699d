/* SPDX-License-Identifier: Apache-2.0 */
/* Where PINs come from. They are kept by the key objects, and by the card for
 * the grace period. */
#ifndef PROV_PIN_H
#define PROV_PIN_H

#include "prov.h"

/* What a store asks for. */
struct prov_pin_request {
	const char *source;	/* pin-source, or NULL */
	const char *value;	/* pin-value, or NULL */
	enum jpki_pin which;
	int left;		/* tries, for the prompt; -1: unknown */
	unsigned epoch;
	OSSL_PASSPHRASE_CALLBACK *cb;
	void *cbarg;
};

/* Gets a PIN, asking once, and checks its shape. No lock may be held. 1 with
 * *out NULL: nobody can be asked (no UI), which is not an error yet. */
int	prov_pin_get(struct prov *, const struct prov_pin_request *,
	    struct jpki_kept **out);

#define prov_pin_label(which) \
	((which) == JPKI_PIN_SIGN ? "sign password" : "auth PIN")

#endif
