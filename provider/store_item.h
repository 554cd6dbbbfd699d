/* SPDX-License-Identifier: Apache-2.0 */
/* Delivering the objects that a store has in its plan. */
#ifndef PROV_STORE_ITEM_H
#define PROV_STORE_ITEM_H

#include "store_card.h"

#define PROV_SKIPPED 2

/* Hands one to the callback of the load in progress: 1; 0 after an error;
 * PROV_SKIPPED: it is none that would be wanted. */
int	prov_store_item(struct prov_store *, const struct prov_item *);

#endif
