/* SPDX-License-Identifier: Apache-2.0 */
/* New PINs that anybody would try first. Pure. */
#ifndef JPKIP_PIN_WEAK_H
#define JPKIP_PIN_WEAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* text: a PIN of the right shape, folded: 0-9 and A-Z. */
bool	jpkip_pin_weak(const uint8_t *text, size_t len);

#endif
