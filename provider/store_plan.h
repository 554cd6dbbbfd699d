/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a store: which objects, in which order. */
#ifndef PROV_STORE_PLAN_H
#define PROV_STORE_PLAN_H

#include "store_card.h"

/* Makes it of the URI and of what the application expects and looks for. */
int	prov_store_plan(struct prov_store *);

#endif
