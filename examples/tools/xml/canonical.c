/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical XML; see canonical.h.
 *
 * libxml2 asks of each node whether it is in the set. Walking up from it costs
 * its depth; a set of nodes, which others make for it, is searched from one
 * end to the other each time.
 */
#include <string.h>

#include <libxml/c14n.h>
#include <libxml/xmlerror.h>

#include "canonical.h"

struct canonical_method {
	const char *uri;
	int mode;		/* xmlC14NMode */
	bool comments;
};

static const struct canonical_method methods[] = {
	{ C14N_URI, XML_C14N_1_0, false },
	{ C14N_URI "#WithComments", XML_C14N_1_0, true },
	{ "http://www.w3.org/2006/12/xml-c14n11", XML_C14N_1_1, false },
	{ "http://www.w3.org/2006/12/xml-c14n11#WithComments", XML_C14N_1_1,
	    true },
	{ EXC_C14N_URI, XML_C14N_EXCLUSIVE_1_0, false },
	{ EXC_C14N_URI "WithComments", XML_C14N_EXCLUSIVE_1_0, true },
};

const struct canonical_method *
canonical_by_uri(const char *uri)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].uri, uri) == 0)
			return &methods[i];
	return NULL;
}

const char *
canonical_uri(const struct canonical_method *method)
{
	return method->uri;
}

bool
canonical_is_exclusive(const struct canonical_method *method)
{
	return method->mode == XML_C14N_EXCLUSIVE_1_0;
}

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
    const struct canonical *how,
    int (*take)(void *arg, const void *data, size_t len), void *arg)
{
	static const struct canonical usual = { .method = methods };
	struct part part = { apex, without, take, arg };
	struct canonical c = how != NULL ? *how : usual;
	xmlOutputBuffer *out;
	int r, closed;

	xmlSetGenericErrorFunc(NULL, quiet);
	if ((out = xmlOutputBufferCreateIO(give, done, &part, NULL)) == NULL)
		return -1;
	r = xmlC14NExecute(xml, is_in, &part, c.method->mode,
	    c.prefixes[0] != NULL ? c.prefixes : NULL,
	    c.method->comments && !c.no_comments, out);
	closed = xmlOutputBufferClose(out);
	return r >= 0 && closed >= 0 ? 0 : -1;
}
