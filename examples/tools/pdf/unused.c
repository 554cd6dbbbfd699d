/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a document draws anything by a name; see unused.h.
 */
#include <stdlib.h>
#include <string.h>

#include "unused.h"

#define OBJECTS_MAX 1000000

/* Any "#" counts: it may be a letter of a name. */
static bool
mentions(const uint8_t *data, size_t len, const char *name)
{
	return len > 0 && (memchr(data, '#', len) != NULL ||
	    memmem(data, len, name, strlen(name)) != NULL);
}

/* Streams of commands beside those of pages. Letters that are drawn by
 * commands are not looked into. */
static bool
is_drawn(const struct pdf_doc *doc, qpdf_oh object, bool *unclear)
{
	qpdf_oh dict = object, subtype;
	bool drawn = false;

	if (qpdf_oh_is_stream(doc->q, object))
		dict = qpdf_oh_get_dict(doc->q, object);
	subtype = pdf_doc_get(doc, dict, "/Subtype");
	if (qpdf_oh_is_name_and_equals(doc->q, subtype, "/Type3"))
		*unclear = true;
	if (dict != object)
		drawn = qpdf_oh_is_name_and_equals(doc->q, subtype, "/Form") ||
		    qpdf_oh_is_integer(doc->q, pdf_doc_get(doc, dict,
		    "/PatternType"));
	return drawn;
}

static bool
object_mentions(const struct pdf_doc *doc, int id, const char *name)
{
	qpdf_oh object = qpdf_get_object_by_id(doc->q, id, 0);
	uint8_t *data = NULL;
	bool found = false;
	size_t len = 0;

	if (is_drawn(doc, object, &found) && !found)
		found = (qpdf_oh_get_stream_data(doc->q, object,
		    qpdf_dl_generalized, NULL, &data, &len) &
		    QPDF_ERRORS) != 0 || mentions(data, len, name);
	free(data);
	qpdf_oh_release(doc->q, object);
	return found;
}

static bool
page_mentions(const struct pdf_doc *doc, size_t i, const char *name)
{
	uint8_t *data = NULL;
	size_t len = 0;
	bool found;

	found = (qpdf_oh_get_page_content_data(doc->q,
	    qpdf_get_page_n(doc->q, i), &data, &len) & QPDF_ERRORS) != 0 ||
	    mentions(data, len, name);
	free(data);
	return found;
}

bool
pdf_name_is_unused(const struct pdf_doc *doc, const char *name)
{
	int i, pages = qpdf_get_num_pages(doc->q);
	long long size = OBJECTS_MAX;

	qpdf_oh_get_value_as_longlong(doc->q, pdf_doc_get(doc,
	    qpdf_get_trailer(doc->q), "/Size"), &size);
	if (size >= OBJECTS_MAX)
		return false;
	for (i = 0; i < pages; i++)
		if (page_mentions(doc, (size_t)i, name))
			return false;
	for (i = 1; i < size; i++)
		if (object_mentions(doc, i, name))
			return false;
	return true;
}
