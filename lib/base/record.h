/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that callers fill, whose first member is their size. They have no
 * padding (a reserved member fills it): what a compiler leaves in it would look
 * like something that a newer program says.
 */
#ifndef JPKIP_RECORD_H
#define JPKIP_RECORD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies a caller's record, which an older or a newer header may have made, to
 * own (of own_size bytes): what is missing becomes zero. False, and own is
 * zero, for NULL, for a size of 0, and where the caller says something in
 * members that are not known here.
 */
bool	jpkip_record_get(void *own, size_t own_size, const void *theirs);

/* Copies own back into the caller's record, as much as that has room for. Its
 * size stays. */
void	jpkip_record_put(void *theirs, const void *own, size_t own_size);

#endif
