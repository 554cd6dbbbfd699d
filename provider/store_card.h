/* SPDX-License-Identifier: Apache-2.0 */
/* One store: the card that it loads from, and the PIN for that. */
#ifndef PROV_STORE_CARD_H
#define PROV_STORE_CARD_H

#include "card.h"
#include "prov.h"

#define PROV_PLAN_MAX 6			/* J-LIS has six CA certificates */

/* Kinds of objects, and sets of them. */
enum {
	PROV_NAME = 1, PROV_CERT = 2, PROV_PUBLIC = 4, PROV_PRIVATE = 8,
	PROV_ANYTHING = 15
};

struct prov_item {
	int kind;
	enum jpki_object object;
	struct jpki_cert *anchor;	/* one of the store's */
};

struct prov_store {
	struct prov *prov;
	struct jpki_uri *uri;
	int min_tries;			/* 0: nobody said, until a PIN comes */
	int expect;			/* OSSL_STORE_INFO_*; 0: anything */
	OSSL_PARAM *search;		/* all that was set; may be NULL */

	bool file;			/* what loads is a key file */
	bool planned, failed, eof;
	struct prov_item plan[PROV_PLAN_MAX];
	struct jpki_cert **anchors;	/* what is in the directory */
	size_t n_plan, next;

	struct jpki_shared *card;
	bool open;			/* the card, in this epoch: */
	unsigned epoch;
	struct jpki_kept *pin;		/* given to this store */

	/* Of the load in progress. */
	OSSL_CALLBACK *cb;
	void *cbarg;
	OSSL_PASSPHRASE_CALLBACK *pw_cb;
	void *pw_cbarg;
};

/* Has the card open, and its epoch; no command where something else opened it
 * before. Returns 0 or a JPKI_ERR_*. */
int	prov_store_card(struct prov_store *);

/* Has store->pin, asking once at most; it stays NULL if nobody can be asked. */
int	prov_store_pin(struct prov_store *, enum jpki_pin);

#endif
