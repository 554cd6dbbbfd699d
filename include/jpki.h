/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libjpki: the My Number Card (個人番号カード) as a key.
 *
 * The core: what every program with a card needs, and what keeps its promises
 * from release to release. The parts can be included one by one. What
 * frameworks stand on (providers, agents, modules) is in <jpki/framework/...>,
 * is not included here, and may change with each 0.MINOR.
 */
#ifndef JPKI_H
#define JPKI_H

#include <jpki/attributes.h>
#include <jpki/card.h>
#include <jpki/cert.h>
#include <jpki/check.h>
#include <jpki/ctx.h>
#include <jpki/date.h>
#include <jpki/digest.h>
#include <jpki/err.h>
#include <jpki/pin.h>
#include <jpki/reader.h>
#include <jpki/review.h>
#include <jpki/rules.h>
#include <jpki/secret.h>
#include <jpki/softcard.h>
#include <jpki/transport.h>
#include <jpki/types.h>

#endif
