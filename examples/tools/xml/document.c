/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An XML document that may come from anybody; see document.h.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>

#include "document.h"

/*
 * What a document may cost. A reader of XML has steps that take the square of
 * something: attributes of one element are compared with each other, and what
 * canonicalizes looks for each namespace among all that are in scope, and from
 * each node up to the root; for each namespace, too.
 */
#define DEPTH_MAX 400		/* it recurses */
#define ATTRIBUTES_MAX 256	/* of one element */
#define SCOPE_MAX 128		/* namespaces in scope */

struct limits {
	unsigned depth, scope;
	unsigned declared[DEPTH_MAX];	/* namespaces, of each open element */
	size_t cost;
	const char *broken;	/* which limit: a code of trouble */
};

static void
stop(xmlParserCtxt *parser, const char *why)
{
	struct limits *limits = parser->_private;

	if (limits->broken == NULL)
		limits->broken = why;
	xmlStopParser(parser);
}

static void
spend(xmlParserCtxt *parser, size_t cost)
{
	struct limits *limits = parser->_private;

	limits->cost += cost + limits->depth / 8 +
	    (size_t)limits->depth * limits->scope / 32;
	if (limits->cost > DOCUMENT_COST_MAX)
		stop(parser, "cost");
}

/* A DOCTYPE ends it before what stands in it is looked at. */
static void
saw_doctype(void *arg, const xmlChar *name, const xmlChar *public_id,
    const xmlChar *system_id)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	stop(arg, "doctype");
}

static void
saw_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
    int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	xmlParserCtxt *parser = arg;
	struct limits *limits = parser->_private;

	if (limits->broken != NULL)
		return;
	if (limits->depth >= DEPTH_MAX) {
		stop(parser, "depth");
		return;
	}
	limits->declared[limits->depth++] = (unsigned)n_namespaces;
	limits->scope += (unsigned)n_namespaces;
	if (limits->scope > SCOPE_MAX) {
		stop(parser, "cost");
		return;
	}
	spend(parser, 1 + (size_t)n_attributes +
	    limits->scope * limits->scope / 16);
	xmlSAX2StartElementNs(arg, name, prefix, uri, n_namespaces, namespaces,
	    n_attributes, n_defaulted, attributes);
}

/* An element knows where it ended. */
static void
saw_end(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	xmlParserCtxt *parser = arg;
	struct limits *limits = parser->_private;
	const xmlParserInput *input = parser->input;

	if (limits->broken != NULL || limits->depth == 0)
		return;
	limits->scope -= limits->declared[--limits->depth];
	if (parser->node != NULL)
		parser->node->_private = (void *)(uintptr_t)(input->consumed +
		    (size_t)(input->cur - input->base));
	xmlSAX2EndElementNs(arg, name, prefix, uri);
}

static void
saw_comment(void *arg, const xmlChar *value)
{
	spend(arg, 1);
	xmlSAX2Comment(arg, value);
}

static void
saw_instruction(void *arg, const xmlChar *target, const xmlChar *value)
{
	spend(arg, 1);
	xmlSAX2ProcessingInstruction(arg, target, value);
}

static void
saw_cdata(void *arg, const xmlChar *value, int len)
{
	spend(arg, 1);
	xmlSAX2CDataBlock(arg, value, len);
}

/* Behind the end mark of what begins here, or the end. */
static const char *
skip(const char *p, const char *mark)
{
	p = strstr(p, mark);
	return p != NULL ? p + strlen(mark) : "";
}

/* Whether an element has more attributes than are wanted: the parser compares
 * them before anybody is asked. */
static bool
is_crowded(const char *p)
{
	while ((p = strchr(p, '<')) != NULL) {
		size_t n = 0;

		if (strncmp(p, "<!--", 4) == 0) {
			p = skip(p + 4, "-->");
			continue;
		}
		if (strncmp(p, "<![CDATA[", 9) == 0) {
			p = skip(p, "]]>");
			continue;
		}
		if (strncmp(p, "<?", 2) == 0) {
			p = skip(p, "?>");
			continue;
		}
		for (p++; (p += strcspn(p, "<>\"'"), *p == '"' || *p == '\'');
		    p++) {
			if ((p = strchr(p + 1, *p)) == NULL)
				return false;
			if (++n > ATTRIBUTES_MAX)
				return true;
		}
	}
	return false;
}

int
document_refuse_cost(struct trouble *trouble)
{
	return trouble_set(trouble, "cost",
	    "it has too many elements, attributes, namespaces or signatures "
	    "to be read in a reasonable time",
	    "要素、属性、名前空間、署名が多すぎて、現実的な時間で読めません");
}

static int
refuse(const char *why, struct trouble *trouble)
{
	if (strcmp(why, "cost") == 0)
		return document_refuse_cost(trouble);
	if (strcmp(why, "doctype") == 0)
		return trouble_set(trouble, why,
		    "it has a DOCTYPE, which may change what it says; "
		    "documents for signing have none",
		    "DOCTYPE があります。内容を変えることができるため、署名"
		    "する文書には使えません");
	return trouble_set(trouble, "depth",
	    "its elements are nested more than %d deep",
	    "要素の入れ子が %d 段より深くなっています", DEPTH_MAX);
}

static int
say_broken(xmlParserCtxt *parser, const struct limits *limits,
    struct trouble *trouble)
{
	const xmlError *error = xmlCtxtGetLastError(parser);

	if (limits->broken != NULL)
		return refuse(limits->broken, trouble);
	if (error != NULL && error->code == XML_ERR_NO_MEMORY)
		return trouble_memory(trouble);
	return trouble_set(trouble, "xml",
	    "it is no well-formed XML (line %d)",
	    "XML として正しくありません（%d 行目）",
	    error != NULL ? error->line : 0);
}

static void
set_handlers(xmlSAXHandler *sax)
{
	sax->internalSubset = saw_doctype;
	sax->startElementNs = saw_start;
	sax->endElementNs = saw_end;
	sax->comment = saw_comment;
	sax->processingInstruction = saw_instruction;
	sax->cdataBlock = saw_cdata;
}

/* The text is UTF-8 whatever its declaration says. */
static int
parse(struct document *document, struct trouble *trouble)
{
	struct limits limits = { 0 };
	xmlParserCtxt *parser;
	int r = -1;

	if ((parser = xmlNewParserCtxt()) == NULL)
		return trouble_memory(trouble);
	parser->_private = &limits;
	set_handlers(parser->sax);
	document->xml = xmlCtxtReadMemory(parser, document->text,
	    (int)document->text_len, NULL, NULL, XML_PARSE_NONET |
	    XML_PARSE_HUGE | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR |
	    XML_PARSE_NOWARNING);
	if (document->xml == NULL || limits.broken != NULL ||
	    !parser->wellFormed || !parser->nsWellFormed)
		say_broken(parser, &limits, trouble);
	else if (document->xml->version == NULL ||
	    strcmp((const char *)document->xml->version, "1.0") != 0)
		trouble_set(trouble, "version", "it is not XML 1.0",
		    "XML 1.0 ではありません");
	else
		r = 0;
	document->cost = limits.cost;
	xmlFreeParserCtxt(parser);
	return r;
}

int
document_read(struct document *document, const uint8_t *data, size_t len,
    struct trouble *trouble)
{
	memset(document, 0, sizeof(*document));
	document->data = data;
	document->len = len;
	if (len > DOCUMENT_MAX)
		return trouble_set(trouble, "size",
		    "it is larger than %d MB",
		    "%d MB を超えています", DOCUMENT_MAX >> 20);
	if (encoding_find(&document->encoding, data, len, trouble) != 0 ||
	    (document->text = encoding_decode(&document->encoding, data, len,
	    &document->text_len, trouble)) == NULL)
		return -1;
	if (is_crowded(document->text))
		return document_refuse_cost(trouble);
	return parse(document, trouble);
}

void
document_clear(struct document *document)
{
	xmlFreeDoc(document->xml);
	free(document->text);
	memset(document, 0, sizeof(*document));
}

size_t
document_end(const xmlNode *element)
{
	return (size_t)(uintptr_t)element->_private;
}

xmlNode *
document_next(const xmlNode *node, const xmlNode *top, bool over)
{
	if (!over && node->children != NULL)
		return node->children;
	while (node != top && node != NULL && node->next == NULL)
		node = node->parent;
	return node != top && node != NULL ? node->next : NULL;
}

bool
document_is(const xmlNode *node, const char *ns, const char *name)
{
	if (node == NULL || node->type != XML_ELEMENT_NODE ||
	    strcmp((const char *)node->name, name) != 0)
		return false;
	if (ns == NULL || node->ns == NULL || node->ns->href == NULL)
		return ns == NULL && node->ns == NULL;
	return strcmp((const char *)node->ns->href, ns) == 0;
}

bool
document_within(const xmlNode *node, const xmlNode *top)
{
	while (node != NULL && node != top)
		node = node->parent;
	return node != NULL;
}

xmlNode *
document_first(const xmlNode *parent)
{
	xmlNode *node = parent->children;

	return node == NULL || node->type == XML_ELEMENT_NODE ? node :
	    document_after(node);
}

xmlNode *
document_after(const xmlNode *node)
{
	xmlNode *next = node->next;

	while (next != NULL && next->type != XML_ELEMENT_NODE)
		next = next->next;
	return next;
}

char *
document_attribute(const xmlNode *element, const char *name)
{
	return (char *)xmlGetNoNsProp(element, (const xmlChar *)name);
}

/* Values of attributes are one text node: there are no entities. */
static bool
has_value(const xmlAttr *attribute, const char *value)
{
	const xmlNode *text = attribute->children;

	if (text == NULL)
		return *value == '\0';
	return text->next == NULL && text->content != NULL &&
	    strcmp((const char *)text->content, value) == 0;
}

size_t
document_id(const struct document *document, const char *id,
    xmlNode **element)
{
	xmlNode *top = xmlDocGetRootElement(document->xml), *node;
	const xmlAttr *attribute;
	size_t n = 0;

	*element = NULL;
	for (node = top; node != NULL; node = document_next(node, top, false)) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		for (attribute = node->properties; attribute != NULL;
		    attribute = attribute->next)
			if (strcasecmp((const char *)attribute->name,
			    "id") == 0 && has_value(attribute, id) &&
			    n++ == 0)
				*element = node;
	}
	return n;
}
