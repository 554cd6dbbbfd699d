/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"

#include <string.h>

#include "base/date.h"
#include "base/tlv.h"

bool
jpkip_der_any(struct jpkip_part *from, uint32_t *tag, struct jpkip_part *value)
{
	struct jpkip_tlv tlv;

	if (!jpkip_tlv_long_header(from->at, from->len, &tlv) ||
	    tlv.value_len > from->len - tlv.header_len)
		return false;
	*tag = tlv.tag;
	value->at = from->at + tlv.header_len;
	value->len = tlv.value_len;
	from->at = value->at + value->len;
	from->len -= tlv.header_len + tlv.value_len;
	return true;
}

bool
jpkip_der_next_is(const struct jpkip_part *from, uint32_t tag)
{
	struct jpkip_tlv tlv;

	return jpkip_tlv_long_header(from->at, from->len, &tlv) &&
	    tlv.tag == tag;
}

bool
jpkip_der_take(struct jpkip_part *from, uint32_t tag, struct jpkip_part *value)
{
	uint32_t got;

	return jpkip_der_next_is(from, tag) && jpkip_der_any(from, &got, value);
}

bool
jpkip_der_skip(struct jpkip_part *from, uint32_t tag)
{
	struct jpkip_part value;

	return jpkip_der_take(from, tag, &value);
}

bool
jpkip_der_whole(struct jpkip_part *from, uint32_t tag,
    struct jpkip_part *whole)
{
	whole->at = from->at;
	if (!jpkip_der_skip(from, tag))
		return false;
	whole->len = (size_t)(from->at - whole->at);
	return true;
}

bool
jpkip_der_optional(struct jpkip_part *from, uint32_t tag,
    struct jpkip_part *value)
{
	value->at = NULL;
	value->len = 0;
	return !jpkip_der_next_is(from, tag) ||
	    jpkip_der_take(from, tag, value);
}

bool
jpkip_der_bits(struct jpkip_part *from, struct jpkip_part *value)
{
	if (!jpkip_der_take(from, JPKIP_TAG_BIT_STRING, value) ||
	    value->len < 1 || value->at[0] != 0)
		return false;
	value->at++;
	value->len--;
	return true;
}

bool
jpkip_der_boolean(struct jpkip_part *from, bool *value)
{
	struct jpkip_part content;

	*value = false;
	if (!jpkip_der_optional(from, JPKIP_TAG_BOOLEAN, &content))
		return false;
	if (content.at == NULL)
		return true;
	if (content.len != 1)
		return false;
	*value = content.at[0] != 0;
	return true;
}

bool
jpkip_der_algorithm(struct jpkip_part *from, struct jpkip_part *oid,
    struct jpkip_part *parameters)
{
	return jpkip_der_take(from, JPKIP_TAG_SEQUENCE, parameters) &&
	    jpkip_der_take(parameters, JPKIP_TAG_OID, oid);
}

/* Two digits; -1: not digits. */
static int
two(const uint8_t *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -1;
	return (text[0] - '0') * 10 + (text[1] - '0');
}

bool
jpkip_der_time(struct jpkip_part *from, int64_t *out, bool *odd)
{
	bool utc = jpkip_der_next_is(from, JPKIP_TAG_UTCTIME);
	struct jpki_date date;
	struct jpkip_part text;
	int century, year, month, day, hour, minute, second;

	if (!jpkip_der_take(from, utc ? JPKIP_TAG_UTCTIME : JPKIP_TAG_GENTIME,
	    &text) || text.len != (utc ? 13 : 15))
		return false;
	if (utc)
		century = text.at[0] >= '5' ? 19 : 20;
	else {
		century = two(text.at);
		text.at += 2;
	}
	year = two(text.at);
	month = two(text.at + 2);
	day = two(text.at + 4);
	hour = two(text.at + 6);
	minute = two(text.at + 8);
	second = two(text.at + 10);
	if (century < 0 || year < 0 || month < 0 || day < 0 || hour < 0 ||
	    hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59 || text.at[12] != 'Z')
		return false;
	date.year = (int16_t)(century * 100 + year);
	date.month = (uint8_t)month;
	date.day = (uint8_t)day;
	if (!jpkip_date_valid(date))
		return false;
	if (odd != NULL && !utc && date.year >= 1950 && date.year < 2050)
		*odd = true;
	*out = (int64_t)jpkip_date_days(date) * 86400 + hour * 3600 +
	    minute * 60 + second;
	return true;
}

bool
jpkip_part_equal(struct jpkip_part a, struct jpkip_part b)
{
	return a.len == b.len && (a.len == 0 ||
	    memcmp(a.at, b.at, a.len) == 0);
}
