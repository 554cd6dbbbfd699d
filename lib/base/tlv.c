/* SPDX-License-Identifier: Apache-2.0 */
#include "base/tlv.h"

#define TAG_BYTES_MAX 3

static bool
read_header(const uint8_t *data, size_t len, size_t length_bytes_max,
    struct jpkip_tlv *out)
{
	struct jpkip_tlv tlv = { 0, 0, 0 };
	size_t at = 0, n;

	if (len < 2)
		return false;
	tlv.tag = data[at++];
	if ((tlv.tag & 0x1f) == 0x1f) {
		do {
			if (at >= len || at >= TAG_BYTES_MAX)
				return false;
			tlv.tag = tlv.tag << 8 | data[at];
		} while (data[at++] & 0x80);
	}
	if (at >= len)
		return false;
	if (data[at] < 0x80) {
		tlv.value_len = data[at++];
	} else {
		n = data[at++] & 0x7f;
		if (n == 0 || n > length_bytes_max || n > len - at)
			return false;
		while (n-- > 0)
			tlv.value_len = tlv.value_len << 8 | data[at++];
	}
	tlv.header_len = at;
	*out = tlv;
	return true;
}

bool
jpkip_tlv_header(const uint8_t *data, size_t len, struct jpkip_tlv *out)
{
	return read_header(data, len, 3, out);
}

bool
jpkip_tlv_long_header(const uint8_t *data, size_t len, struct jpkip_tlv *out)
{
	return read_header(data, len, 4, out);
}
