/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures by keys of cards, and by an application's own. */
#ifndef PROV_SIG_H
#define PROV_SIG_H

#include "prov.h"

extern const OSSL_DISPATCH prov_rsa_signature_functions[];

#endif
