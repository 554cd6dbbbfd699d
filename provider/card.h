/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One card, as all stores and keys of one provider context share it.
 *
 * Every function takes the card's lock and gives it back; none calls the
 * application or libcrypto meanwhile. They return 0 or a negative JPKI_ERR_*
 * and then fill in *fail, which the caller raises.
 *
 * The handle to the card comes and goes (fork, removal), the epoch says
 * whether it is still the same card. What was learnt or given in one epoch,
 * a PIN above all, is never used in another.
 */
#ifndef PROV_CARD_H
#define PROV_CARD_H

#include "err.h"
#include "pin.h"
#include "prov.h"

#include <jpki.h>

struct prov_card;

/* The card in a reader (NULL: the one JPKI_READER names), one per provider
 * context; no card access. NULL: no memory. */
struct prov_card *prov_card_get(struct prov *, const char *reader);
struct prov_card *prov_card_ref(struct prov_card *);
void	prov_card_unref(struct prov_card *);	/* NULL is fine */

/* When the provider goes: closes the cards and drops the kept passwords. */
void	prov_cards_free(struct prov *);

/* Opens the card, or makes sure that the open one is still there; if another
 * one is, a new epoch begins. */
int	prov_card_open(struct prov_card *, unsigned *epoch,
	    struct prov_fail *);

/* The tries left; costs no command right after the card was opened. */
int	prov_card_tries(struct prov_card *, enum jpki_pin, int *left,
	    struct prov_fail *);

int	prov_card_present(struct prov_card *, enum jpki_slot, bool *present,
	    struct prov_fail *);

/* Whether prov_card_cert() will ask for a PIN. */
bool	prov_card_cert_needs_pin(struct prov_card *, enum jpki_slot);

/*
 * A copy of a certificate, read once per epoch; the caller frees it with
 * prov_der_free(). pin may be NULL where none is needed. A PIN that proves
 * right while the sign certificate is read is kept for prov_card_grace().
 */
int	prov_card_cert(struct prov_card *, unsigned epoch, enum jpki_slot,
	    struct prov_pin *pin, int min_tries, uint8_t **der, size_t *len,
	    struct prov_fail *);
void	prov_der_free(uint8_t *, size_t);

/* The sign password that was right less than a minute ago, so that one
 * prompt serves certificate and key; or NULL. */
struct prov_pin *prov_card_grace(struct prov_card *, unsigned epoch);

/* Whether the keys are known to be RSA-2048 before a certificate is read. */
bool	prov_card_is_rsa2048(struct prov_card *);

/* One signature, in a run of its own. */
struct prov_card_job {
	unsigned epoch;
	enum jpki_key key;
	struct prov_pin *pin;
	int min_tries;
	enum jpki_padding padding;
	enum jpki_md md;
	const uint8_t *digest;
	size_t digest_len;
};
int	prov_card_sign(struct prov_card *, const struct prov_card_job *,
	    uint8_t *sig, size_t sig_size, size_t *sig_len,
	    struct prov_fail *);

#endif
