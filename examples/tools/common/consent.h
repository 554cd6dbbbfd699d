/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The holder's consent: what will be signed, and what the signature makes
 * readable, on the terminal.
 */
#ifndef TOOLS_CONSENT_H
#define TOOLS_CONSENT_H

#include "signing.h"

/*
 * Shows it; typing the PIN agrees. Where the PIN is not typed, yes or no is
 * asked for, unless --yes said it. Without a terminal nothing is shown or
 * asked. 0: go on; else the exit code after a message.
 */
int consent(const struct signing *signing);

/* One file that is signed, in the list of them: for format->show(). */
void consent_put(const struct layout *layout, const char *name, uint64_t size,
    const uint8_t sha256[32]);

#endif
