/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed attributes signing-certificate and signing-certificate-v2 (RFC
 * 2634, RFC 5035): which certificate the signer meant.
 */
#ifndef TOOLS_CMS_ESS_H
#define TOOLS_CMS_ESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

enum cms_ess {
	CMS_ESS_OTHER,		/* another one, or it is malformed */
	CMS_ESS_NAMES,		/* this one */
	CMS_ESS_UNKNOWN		/* by a digest that is not known here */
};

/* der: the attribute's value. */
enum cms_ess cms_ess_names(const uint8_t *der, size_t len, bool v2,
    X509 *cert);

#endif
