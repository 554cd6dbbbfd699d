/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical XML; see canonical.h.
 *
 * libxml2 asks of each node whether it is in the set. Walking up from it costs
 * its depth; a set of nodes, which others make for it, is searched from one
 * end to the other each time.
 */
#include <libxml/c14n.h>
#include <libxml/xmlerror.h>

#include "canonical.h"

struct part {
	const xmlNode *apex, *without;
	int (*take)(void *arg, const void *data, size_t len);
	void *arg;
};

/* A namespace has no parent of its own: it belongs where it is asked for. */
static int
is_in(void *arg, xmlNode *node, xmlNode *parent)
{
	const struct part *part = arg;
	const xmlNode *at = node->type == XML_NAMESPACE_DECL ||
	    node->type == XML_ATTRIBUTE_NODE ? parent : node;

	for (; at != NULL; at = at->parent) {
		if (at == part->without)
			return 0;
		if (at == part->apex)
			return 1;
	}
	return part->apex == NULL;
}

static int
give(void *arg, const char *data, int len)
{
	const struct part *part = arg;

	return part->take(part->arg, data, (size_t)len) == 0 ? len : -1;
}

static int
done(void *arg)
{
	(void)arg;
	return 0;
}

/* libxml2 prints what it cannot do, in its own words. */
__attribute__((format(printf, 2, 3))) static void
quiet(void *arg, const char *format, ...)
{
	(void)arg;
	(void)format;
}

int
canonical_form(xmlDoc *xml, const xmlNode *apex, const xmlNode *without,
    int (*take)(void *arg, const void *data, size_t len), void *arg)
{
	struct part part = { apex, without, take, arg };
	xmlOutputBuffer *out;
	int r, closed;

	xmlSetGenericErrorFunc(NULL, quiet);
	if ((out = xmlOutputBufferCreateIO(give, done, &part, NULL)) == NULL)
		return -1;
	r = xmlC14NExecute(xml, is_in, &part, XML_C14N_1_0, NULL, 0, out);
	closed = xmlOutputBufferClose(out);
	return r >= 0 && closed >= 0 ? 0 : -1;
}
