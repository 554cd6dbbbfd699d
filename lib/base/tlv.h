/* SPDX-License-Identifier: Apache-2.0 */
/* BER-TLV of definite length. */
#ifndef JPKIP_TLV_H
#define JPKIP_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jpkip_tlv {
	uint32_t tag;		/* all tag bytes, e.g. 0x30 or 0xDF21 */
	size_t header_len;	/* tag and length bytes */
	size_t value_len;
};

/*
 * Reads the header of the object at data. False: malformed, of indefinite
 * length, or the header is cut off. The value may reach beyond len: a reader
 * that has only the start of a file learns here how long it is. Lengths take
 * at most 3 bytes, as on the card; in the second at most 4, as in the lists
 * of a whole country.
 */
bool	jpkip_tlv_header(const uint8_t *data, size_t len,
	    struct jpkip_tlv *out);
bool	jpkip_tlv_long_header(const uint8_t *data, size_t len,
	    struct jpkip_tlv *out);

#endif
