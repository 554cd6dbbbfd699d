/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of a provider. */
#ifndef PROV_CONF_H
#define PROV_CONF_H

#include <jpki/framework/settings.h>

#include "prov.h"

/* The configuration, read once. Never NULL, never an error: what is wrong with
 * it is for prov_conf_check(). */
const struct jpki_settings *prov_conf(struct prov *);
void	prov_conf_free(struct prov_conf *);

/* Where it says that a PIN comes from; NULL: nothing. */
const char *prov_conf_pin_source(struct prov *, enum jpki_pin);

/* Its min-tries; 0: it does not say. */
int	prov_conf_min_tries(struct prov *);

/* Before a card is used: 0 where the configuration is wrong. */
int	prov_conf_check(struct prov *);

#endif
