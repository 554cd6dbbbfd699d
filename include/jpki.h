/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libjpki: the My Number Card (個人番号カード) as a key.
 *
 * Everything public; the parts can be included one by one.
 */
#ifndef JPKI_H
#define JPKI_H

#include <jpki/attributes.h>
#include <jpki/card.h>
#include <jpki/cert.h>
#include <jpki/ctx.h>
#include <jpki/date.h>
#include <jpki/digest.h>
#include <jpki/err.h>
#include <jpki/pin.h>
#include <jpki/reader.h>
#include <jpki/rules.h>
#include <jpki/secret.h>
#include <jpki/settings.h>
#include <jpki/shared.h>
#include <jpki/softcard.h>
#include <jpki/transport.h>
#include <jpki/types.h>
#include <jpki/uri.h>

#endif
