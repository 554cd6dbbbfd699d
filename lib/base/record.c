/* SPDX-License-Identifier: Apache-2.0 */
#include "base/record.h"

#include <stdint.h>
#include <string.h>

bool
jpkip_record_get(void *own, size_t own_size, const void *theirs)
{
	const uint8_t *bytes = theirs;
	size_t size = 0, i;

	memset(own, 0, own_size);
	if (theirs != NULL)
		memcpy(&size, theirs, sizeof(size));
	if (size < sizeof(size))
		return false;
	for (i = own_size; i < size; i++) {
		if (bytes[i] != 0)
			return false;
	}
	memcpy(own, theirs, size < own_size ? size : own_size);
	return true;
}

void
jpkip_record_put(void *theirs, const void *own, size_t own_size)
{
	size_t size;

	memcpy(&size, theirs, sizeof(size));
	if (size > own_size)
		size = own_size;
	if (size > sizeof(size))
		memcpy((uint8_t *)theirs + sizeof(size),
		    (const uint8_t *)own + sizeof(size), size - sizeof(size));
}
