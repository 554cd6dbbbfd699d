/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature dictionary as libqpdf understands it; see entries.h.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entries.h"

/* ByteRange has the same numbers in both. */
static bool
same_range(const struct pdf_doc *doc, qpdf_oh value, struct pdf_bytes bytes,
    const struct pdf_sigdict *dict)
{
	qpdf_oh range = pdf_doc_get(doc, value, "/ByteRange");
	struct pdf_word word = dict->range.word;
	long long n;
	int i;

	if (word.kind != PDF_OPEN || !qpdf_oh_is_array(doc->q, range))
		return false;
	for (i = 0; i < qpdf_oh_get_array_n_items(doc->q, range); i++) {
		word = pdf_word_at(bytes, pdf_end(word.span));
		if (!qpdf_oh_get_value_as_longlong(doc->q,
		    qpdf_oh_get_array_item(doc->q, range, i), &n) ||
		    n != pdf_number(bytes, word))
			return false;
	}
	return i == 4;
}

bool
pdf_entries_match(const struct pdf_doc *doc, qpdf_oh value,
    struct pdf_bytes bytes, const struct pdf_sigdict *dict)
{
	qpdf_oh contents = pdf_doc_get(doc, value, "/Contents");
	const char *theirs;
	uint8_t *ours;
	size_t n, len;
	bool same;

	if (dict->contents.word.kind != PDF_HEX ||
	    !qpdf_oh_is_string(doc->q, contents) ||
	    !same_range(doc, value, bytes, dict) ||
	    (ours = pdf_range_contents(bytes, dict, &len)) == NULL)
		return false;
	theirs = qpdf_oh_get_binary_string_value(doc->q, contents, &n);
	same = n == len && memcmp(ours, theirs, n) == 0;
	free(ours);
	return same;
}

/* A text of the dictionary; NULL: there is none. */
static bool
take_text(const struct pdf_doc *doc, qpdf_oh dict, const char *key,
    char **out)
{
	qpdf_oh value = pdf_doc_get(doc, dict, key);
	const char *text;

	if (qpdf_oh_is_name(doc->q, value))
		text = qpdf_oh_get_name(doc->q, value) + 1;
	else if (qpdf_oh_is_string(doc->q, value))
		text = qpdf_oh_get_utf8_value(doc->q, value);
	else
		return true;
	free(*out);
	return (*out = strdup(text)) != NULL;
}

bool
pdf_entries_read(const struct pdf_doc *doc, const struct pdf_field *field,
    struct pdf_one *one)
{
	qpdf_oh value = field->value;

	free(one->field);
	one->field = NULL;
	if (*field->name != '\0' &&
	    (one->field = strdup(field->name)) == NULL)
		return false;
	one->has_type = qpdf_oh_is_name(doc->q, pdf_doc_get(doc, value,
	    "/Type"));
	one->is_stamp = qpdf_oh_is_name_and_equals(doc->q,
	    pdf_doc_get(doc, value, "/SubFilter"), "/ETSI.RFC3161");
	if (!take_text(doc, value, "/SubFilter", &one->subfilter) ||
	    !take_text(doc, value, "/Name", &one->name) ||
	    !take_text(doc, value, "/Reason", &one->reason) ||
	    !take_text(doc, value, "/Location", &one->location) ||
	    !take_text(doc, value, "/M", &one->when))
		return false;
	one->has_time = one->when != NULL &&
	    pdf_entries_time(one->when, &one->time);
	return true;
}

/* Takes so many digits; -1: something else is there. */
static int
digits(const char **text, int n)
{
	int value = 0;

	for (; n > 0; n--, (*text)++) {
		if (!isdigit((unsigned char)**text))
			return -1;
		value = value * 10 + **text - '0';
	}
	return value;
}

/* "Z", "+09'00'" or "+09'00": seconds east of Greenwich. */
static bool
take_zone(const char *text, int *zone)
{
	int sign = *text == '-' ? -1 : 1, hours, minutes;

	*zone = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "Z00'00'") == 0)
		return true;
	if (*text != '+' && *text != '-')
		return false;
	text++;
	hours = digits(&text, 2);
	if (hours < 0 || hours > 23 || *text++ != '\'')
		return false;
	minutes = digits(&text, 2);
	if (minutes < 0 || minutes > 59)
		return false;
	if (*text == '\'')
		text++;
	*zone = sign * (hours * 3600 + minutes * 60);
	return *text == '\0';
}

bool
pdf_entries_time(const char *text, int64_t *seconds)
{
	struct tm tm;
	int zone;

	if (strncmp(text, "D:", 2) != 0)
		return false;
	text += 2;
	memset(&tm, 0, sizeof(tm));
	tm.tm_year = digits(&text, 4) - 1900;
	tm.tm_mon = digits(&text, 2) - 1;
	tm.tm_mday = digits(&text, 2);
	tm.tm_hour = digits(&text, 2);
	tm.tm_min = digits(&text, 2);
	tm.tm_sec = digits(&text, 2);
	if (tm.tm_year < 0 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour < 0 ||
	    tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 ||
	    tm.tm_sec < 0 || tm.tm_sec > 60 || !take_zone(text, &zone))
		return false;
	*seconds = (int64_t)timegm(&tm) - zone;
	return true;
}
