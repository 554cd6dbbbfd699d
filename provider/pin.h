/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PIN in memory, and where PINs come from.
 *
 * The record is shared by whoever keeps the PIN: the key objects, and the
 * card for the grace period. Wiping it wipes the PIN everywhere.
 */
#ifndef PROV_PIN_H
#define PROV_PIN_H

#include "prov.h"
#include "uri.h"

#include <jpki.h>

#include <stdatomic.h>
#include <sys/types.h>

struct prov_pin {
	atomic_int refs;
	enum jpki_pin which;
	pid_t pid;
	unsigned epoch;		/* the card it was given for, see card.h */
	bool from_fd;		/* a descriptor can be read only once */

	/*
	 * In memory that forked processes share: the PIN is being sent, or was
	 * sent and not answered with a yes. Written in a run, which excludes
	 * the other processes: of all that keep this PIN, one spends a try.
	 */
	atomic_bool *doubt;

	/* Guarded by the lock of the card. */
	bool refused;		/* this process learned that it is wrong */
	struct jpki_secret *secret;
	char *heap;		/* instead of secret, in the secure heap */
	size_t len;
};

/* What a store asks for. */
struct prov_pin_request {
	const struct prov_uri *uri;
	enum jpki_pin which;
	int left;		/* tries, for the prompt; -1: unknown */
	unsigned epoch;
	OSSL_PASSPHRASE_CALLBACK *cb;
	void *cbarg;
};

/*
 * Gets the PIN from the URI's pin-source or pin-value, or else the callback,
 * once, and checks its shape. No lock may be held. 1 with *out NULL: nobody
 * can be asked (no UI), which is not an error yet. 0: an error was raised.
 */
int	prov_pin_get(struct prov *, const struct prov_pin_request *,
	    struct prov_pin **out);

struct prov_pin *prov_pin_ref(struct prov_pin *);
void	prov_pin_unref(struct prov_pin *);	/* NULL is fine */

/* With the card's lock held: the PIN, or NULL if it is gone; and its end. */
const char *prov_pin_text(struct prov_pin *, size_t *len);
void	prov_pin_wipe(struct prov_pin *);

/* For prompts: the name of the PIN in the user's language and encoding. */
const char *prov_pin_label(enum jpki_pin);

#endif
