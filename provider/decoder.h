/* SPDX-License-Identifier: Apache-2.0 */
/* Key files. */
#ifndef PROV_DECODER_H
#define PROV_DECODER_H

#include "prov.h"

extern const OSSL_DISPATCH prov_pem_decoder_functions[],
	    prov_der_decoder_functions[];

#endif
