/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for secrets: locked where the system allows it, and left out of core
 * dumps. */
#ifndef JPKIP_LOCKED_H
#define JPKIP_LOCKED_H

#include <stddef.h>

/* Whole pages, full of zeros; NULL without memory. Those of _own() a forked
 * process finds empty again. _free() wipes them; NULL is fine. */
void	*jpkip_locked_new(size_t size);
void	*jpkip_locked_own(size_t size);
void	jpkip_locked_free(void *, size_t size);

#endif
