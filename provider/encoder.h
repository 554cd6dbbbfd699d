/* SPDX-License-Identifier: Apache-2.0 */
/* Keys written down: public ones, key files, text. */
#ifndef PROV_ENCODER_H
#define PROV_ENCODER_H

#include "prov.h"

extern const OSSL_DISPATCH prov_spki_der_functions[], prov_spki_pem_functions[],
	    prov_epki_der_functions[], prov_epki_pem_functions[],
	    prov_pkcs1_der_functions[], prov_pkcs1_pem_functions[],
	    prov_pki_der_functions[], prov_pki_pem_functions[],
	    prov_text_functions[];

#endif
