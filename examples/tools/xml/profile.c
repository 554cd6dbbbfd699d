/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shapes of signed documents; see profile.h. Where each is from stands in
 * jpki-xml(1).
 */
#include <stdlib.h>
#include <string.h>

#include "attached.h"
#include "profile.h"

#define ETAX_NS "http://xml.e-tax.nta.go.jp/"	/* begins so */
#define EGOV_ID "構成情報"
#define NAMES_MAX 1000
#define REFERENCES_MAX 1000	/* of signatures that are there already */

const char *const profile_words[] = {
	"detached", "egov", "etax", "enveloped", NULL
};

static bool
is_signature(const xmlNode *node)
{
	return document_is(node, DSIG_NS, "Signature");
}

/* DATA in a namespace of the tax agency's. */
static bool
is_etax(const xmlNode *root)
{
	return root->ns != NULL && root->ns->href != NULL &&
	    strcmp((const char *)root->name, "DATA") == 0 &&
	    strncmp((const char *)root->ns->href, ETAX_NS,
	    strlen(ETAX_NS)) == 0;
}

enum profile
profile_guess(const struct document *document)
{
	const xmlNode *root = xmlDocGetRootElement(document->xml);

	if (is_signature(root))
		return PROFILE_DETACHED;
	if (document_is(root, NULL, "DataRoot"))
		return PROFILE_EGOV;
	return is_etax(root) ? PROFILE_ETAX : PROFILE_ENVELOPED;
}

static int
check_id(const struct document *document, const char *id, struct place *place,
    struct trouble *trouble)
{
	xmlNode *element;
	size_t n = document_id(document, id, &element);

	if (n == 0)
		return trouble_set(trouble, "id-missing",
		    "it has no element with the id \"%s\"",
		    "ID が「%s」の要素がありません", id);
	if (n > 1)
		return trouble_set(trouble, "id-twice",
		    "the id \"%s\" is in it %zu times, so that nobody can say "
		    "what is signed",
		    "ID「%s」が %zu 箇所にあり、どれが署名の対象か決まり"
		    "ません", id, n);
	if (place->target == NULL)
		place->target = element;
	if (place->target != element)
		return trouble_set(trouble, "id-elsewhere",
		    "the id \"%s\" is at another element",
		    "ID「%s」が別の要素に付いています", id);
	if ((place->id = strdup(id)) == NULL)
		return trouble_memory(trouble);
	return 0;
}

/* One more name that the document gives a file, if it is a new one. */
static int
add_name(struct place *place, const char *name, struct trouble *trouble)
{
	char **names;
	size_t i;

	for (i = 0; i < place->n_names; i++)
		if (strcmp(place->names[i], name) == 0)
			return 0;
	if (place->n_names == NAMES_MAX)
		return trouble_set(trouble, "files",
		    "it names more than %d files",
		    "%d 個を超えるファイルを指しています", NAMES_MAX);
	if (attached_check(name, trouble) != 0)
		return -1;
	names = realloc(place->names, (place->n_names + 1) * sizeof(*names));
	if (names == NULL)
		return trouble_memory(trouble);
	place->names = names;
	if ((names[place->n_names] = strdup(name)) == NULL)
		return trouble_memory(trouble);
	place->n_names++;
	return 0;
}

/* Without the blanks around it. */
static int
take_name(struct place *place, const xmlNode *element,
    struct trouble *trouble)
{
	char *text = (char *)xmlNodeGetContent(element), *name;
	size_t len;
	int r = 0;

	if (text == NULL)
		return trouble_memory(trouble);
	name = text + strspn(text, " \t\r\n");
	len = strlen(name);
	while (len > 0 && strchr(" \t\r\n", name[len - 1]) != NULL)
		name[--len] = '\0';
	if (document_first(element) != NULL)
		r = trouble_set(trouble, "file-name",
		    "a file name has elements in it (%s)",
		    "ファイル名の中に要素があります（%s）",
		    (const char *)element->name);
	else if (len > 0)
		r = add_name(place, name, trouble);
	xmlFree(text);
	return r;
}

/* Elements like 添付書類ファイル名称 and 申請書ファイル名称 name files; an
 * empty one names none. */
static int
find_names(struct place *place, struct trouble *trouble)
{
	static const char end[] = "ファイル名称";
	const xmlNode *node;
	size_t len;

	for (node = place->target; node != NULL;
	    node = document_next(node, place->target, false)) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		len = strlen((const char *)node->name);
		if (len >= sizeof(end) - 1 && strcmp((const char *)node->name +
		    len - (sizeof(end) - 1), end) == 0 &&
		    take_name(place, node, trouble) != 0)
			return -1;
	}
	return 0;
}

/* The one child of this name; NULL: there is none, or more than one. */
static xmlNode *
only_child(const xmlNode *parent, const char *name, size_t *n)
{
	xmlNode *node, *found = NULL;

	*n = 0;
	for (node = document_first(parent); node != NULL;
	    node = document_after(node))
		if (document_is(node, NULL, name) && (*n)++ == 0)
			found = node;
	return *n == 1 ? found : NULL;
}

static int
find_egov(struct place *place, const struct document *document,
    xmlNode *root, struct trouble *trouble)
{
	size_t n;
	char *id;
	int r;

	if (!document_is(root, NULL, "DataRoot") ||
	    (place->target = only_child(root, EGOV_ID, &n)) == NULL)
		return trouble_set(trouble, "shape",
		    "it is no kousei.xml of e-Gov: that is a DataRoot with "
		    "one 構成情報",
		    "e-Gov の kousei.xml ではありません（DataRoot の中に"
		    "構成情報が一つ必要です）");
	id = document_attribute(place->target, "ID");
	r = id != NULL && strcmp(id, EGOV_ID) == 0;
	xmlFree(id);
	if (!r)
		return trouble_set(trouble, "id-missing",
		    "its 構成情報 has no ID=\"構成情報\"",
		    "構成情報に ID=\"構成情報\" がありません");
	place->home = only_child(root, "署名情報", &n);
	if (n > 1)
		return trouble_set(trouble, "shape",
		    "it has more than one 署名情報",
		    "署名情報が二つ以上あります");
	if (check_id(document, EGOV_ID, place, trouble) != 0)
		return -1;
	return find_names(place, trouble);
}

static int
find_etax(struct place *place, const struct document *document,
    xmlNode *root, struct trouble *trouble)
{
	const xmlNode *node;
	char *id;
	int r;

	place->home = root;
	if (!is_etax(root) || (place->target = document_first(root)) == NULL ||
	    is_signature(place->target))
		return trouble_set(trouble, "shape",
		    "it is no .xtx of e-Tax: that is DATA in the namespace of "
		    "the tax agency, with a procedure in it",
		    "e-Tax の .xtx ではありません（国税庁の名前空間の DATA "
		    "の中に手続の要素が必要です）");
	place->behind = place->target;
	for (node = document_after(place->target); node != NULL;
	    node = document_after(node))
		if (!is_signature(node))
			return trouble_set(trouble, "shape",
			    "it has %s beside the procedure, which a "
			    "signature would not cover",
			    "手続の要素のほかに、署名の対象にならない %s が"
			    "あります", (const char *)node->name);
	if ((id = document_attribute(place->target, "id")) == NULL ||
	    *id == '\0')
		r = trouble_set(trouble, "id-missing",
		    "its procedure %s has no id",
		    "手続の要素 %s に id がありません",
		    (const char *)place->target->name);
	else
		r = check_id(document, id, place, trouble);
	xmlFree(id);
	return r;
}

/* The id of an element that has one; to be freed. */
static char *
own_id(const xmlNode *element)
{
	static const char *const names[] = { "Id", "ID", "id" };
	char *id;
	size_t i;

	for (i = 0; i < 3; i++)
		if ((id = document_attribute(element, names[i])) != NULL)
			return id;
	return (char *)xmlGetNsProp(element, (const xmlChar *)"id",
	    XML_XML_NAMESPACE);
}

static int
find_enveloped(struct place *place, const struct document *document,
    xmlNode *root, const char *id, struct trouble *trouble)
{
	xmlNode *element;
	char *own;
	int r = 0;

	if (id != NULL) {
		r = check_id(document, id, place, trouble);
		place->home = place->target;
		return r;
	}
	place->home = root;
	/* By its id, if it is the only one that has it. */
	own = own_id(root);
	if (own != NULL && document_id(document, own, &element) == 1 &&
	    (place->id = strdup(own)) == NULL)
		r = trouble_memory(trouble);
	xmlFree(own);
	return r;
}

/* What of the Signatures stands where it belongs. */
static bool
belongs(const struct place *place, const xmlNode *signature)
{
	if (place->profile == PROFILE_DETACHED)
		return signature->parent != NULL &&
		    signature->parent->type == XML_DOCUMENT_NODE;
	return place->home != NULL && signature->parent == place->home;
}

static int
find_signatures(struct place *place, xmlNode *root, struct trouble *trouble)
{
	xmlNode *node, **more;

	for (node = root; node != NULL;
	    node = document_next(node, root, false)) {
		if (!is_signature(node))
			continue;
		if (!belongs(place, node)) {
			place->n_strays++;
			continue;
		}
		if ((place->n_signatures & (place->n_signatures - 1)) == 0) {
			more = reallocarray(place->signatures,
			    2 * place->n_signatures + 1, sizeof(*more));
			if (more == NULL)
				return trouble_memory(trouble);
			place->signatures = more;
		}
		place->signatures[place->n_signatures++] = node;
	}
	return 0;
}

int
place_find(struct place *place, const struct document *document,
    enum profile profile, const char *id, struct trouble *trouble)
{
	xmlNode *root = xmlDocGetRootElement(document->xml);
	int r = 0;

	memset(place, 0, sizeof(*place));
	place->profile = profile;
	if (profile == PROFILE_EGOV)
		r = find_egov(place, document, root, trouble);
	else if (profile == PROFILE_ETAX)
		r = find_etax(place, document, root, trouble);
	else if (profile == PROFILE_ENVELOPED)
		r = find_enveloped(place, document, root, id, trouble);
	else if (!is_signature(root))
		r = trouble_set(trouble, "shape",
		    "it is no detached signature: its root is %s",
		    "分離署名ではありません（ルート要素は %s です）",
		    (const char *)root->name);
	return r == 0 ? find_signatures(place, root, trouble) : -1;
}

void
place_clear(struct place *place)
{
	size_t i;

	for (i = 0; i < place->n_names; i++)
		free(place->names[i]);
	free(place->names);
	free(place->signatures);
	free(place->id);
	memset(place, 0, sizeof(*place));
}

/* Whether a Reference covers a node, or nobody can tell. */
static bool
covers(const struct document *document, const xmlNode *reference,
    const xmlNode *node)
{
	char *uri = document_attribute(reference, "URI");
	xmlNode *element;
	bool yes;

	if (uri != NULL && *uri != '\0' && strchr(uri, '#') == NULL)
		yes = false;	/* another file */
	else if (uri == NULL || *uri != '#' ||
	    document_id(document, uri + 1, &element) != 1)
		yes = true;
	else
		yes = document_within(node, element);
	xmlFree(uri);
	return yes;
}

int
place_check_free(const struct place *place, const struct document *document,
    struct trouble *trouble)
{
	const xmlNode *root = xmlDocGetRootElement(document->xml), *node;
	const xmlNode *home = place->home != NULL ? place->home : root;
	size_t n = 0;

	for (node = root; node != NULL;
	    node = document_next(node, root, false))
		if (document_is(node, DSIG_NS, "Reference") &&
		    (n++ == REFERENCES_MAX || covers(document, node, home)))
			return trouble_set(trouble, "would-break",
			    "it is signed already, and that signature covers "
			    "the place where the new one belongs: it would "
			    "be broken. Nothing was changed",
			    "すでに署名されていて、その署名の対象に新しい署名"
			    "を入れる場所が含まれています。署名を加えると前の"
			    "署名が壊れるため、何も変更していません");
	return 0;
}
