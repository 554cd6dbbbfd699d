/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Signature element, read strictly; see signature.h.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "signature.h"

#define CERTS_MAX 8

static bool
is_dsig(const xmlNode *node, const char *name)
{
	return document_is(node, DSIG_NS, name);
}

static int
no_shape(const xmlNode *where, struct trouble *trouble)
{
	return trouble_set(trouble, "structure",
	    "its signature has something in %s that the profile has not, and "
	    "that is not judged here",
	    "署名の %s の中に、プロファイルにない、ここでは判断しないもの"
	    "があります", (const char *)where->name);
}

/* No attributes but those that are named (NULL: none). */
static bool
has_only(const xmlNode *element, const char *a, const char *b)
{
	const xmlAttr *attribute;
	const char *name;

	for (attribute = element->properties; attribute != NULL;
	    attribute = attribute->next) {
		name = (const char *)attribute->name;
		if (attribute->ns != NULL ||
		    ((a == NULL || strcmp(name, a) != 0) &&
		    (b == NULL || strcmp(name, b) != 0)))
			return false;
	}
	return true;
}

/* The same, and nothing in it but elements, white space and comments. */
static int
check_shape(const xmlNode *element, const char *a, const char *b,
    struct trouble *trouble)
{
	const xmlNode *node;

	for (node = element->children; node != NULL; node = node->next)
		if (node->type != XML_ELEMENT_NODE &&
		    node->type != XML_COMMENT_NODE &&
		    (node->type != XML_TEXT_NODE || !xmlIsBlankNode(node)))
			return no_shape(element, trouble);
	return has_only(element, a, b) ? 0 : no_shape(element, trouble);
}

/* Decodes into data, as long as the text. How many bytes; 0: it is none. */
static size_t
decode(const char *text, char *packed, uint8_t *data)
{
	size_t n = 0, padding;
	int r;

	for (; *text != '\0'; text++)
		if (strchr(" \t\r\n", *text) == NULL)
			packed[n++] = *text;
	packed[n] = '\0';
	padding = n - strcspn(packed, "=");
	if (n == 0 || n % 4 != 0 || padding > 2 ||
	    (padding == 2 && packed[n - 1] != '='))
		return 0;
	r = EVP_DecodeBlock(data, (const uint8_t *)packed, (int)n);
	return r > 0 ? (size_t)r - padding : 0;
}

/* The bytes of an element that holds base64 and nothing else; to be freed. */
static uint8_t *
base64(const xmlNode *element, size_t *len, struct trouble *trouble)
{
	const xmlNode *text = element->children;
	uint8_t *data;
	char *packed;

	*len = 0;
	if (text == NULL || text->type != XML_TEXT_NODE ||
	    text->next != NULL || !has_only(element, "Id", NULL)) {
		no_shape(element, trouble);
		return NULL;
	}
	packed = malloc(strlen((const char *)text->content) + 1);
	data = malloc(strlen((const char *)text->content) + 1);
	if (packed == NULL || data == NULL)
		trouble_memory(trouble);
	else if ((*len = decode((const char *)text->content, packed,
	    data)) == 0)
		no_shape(element, trouble);
	free(packed);
	if (*len == 0) {
		free(data);
		data = NULL;
	}
	return data;
}

/* What an element names by its one attribute, Algorithm. Parameters in it have
 * only those that are not judged. To be freed with xmlFree(). */
static char *
method(const xmlNode *element, const char *const *others,
    struct trouble *trouble)
{
	char *uri;

	if (check_shape(element, "Algorithm", NULL, trouble) != 0)
		return NULL;
	uri = document_attribute(element, "Algorithm");
	if (uri == NULL || (document_first(element) != NULL &&
	    digest_unjudged(others, uri) == NULL)) {
		no_shape(element, trouble);
		xmlFree(uri);
		return NULL;
	}
	return uri;
}

static int
refuse_method(const char *uri, struct trouble *trouble)
{
	return trouble_set(trouble, "algorithm",
	    "its signature is made in a way that is not accepted here: %s",
	    "受け付けない方式で署名されています：%s", uri);
}

/* One that is not known: of the standards, which is noted, or refused. */
static int
other_method(struct signature *signature, const char *uri,
    const char *const *others, struct trouble *trouble)
{
	const char *unjudged = digest_unjudged(others, uri);

	if (unjudged == NULL)
		return refuse_method(uri, trouble);
	signature->unjudged = unjudged;
	return 0;
}

/* The prefixes of exclusive canonicalization, in the list where they are. */
static int
split_prefixes(struct canonical *canonical)
{
	char *word, *rest = NULL;
	size_t n = 0;

	for (word = strtok_r(canonical->list, " \t\r\n", &rest);
	    word != NULL; word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (n == CANONICAL_PREFIXES_MAX)
			return -1;
		canonical->prefixes[n++] = (xmlChar *)word;
	}
	return 0;
}

/* What may stand in a method: only the exclusive one has a parameter. */
static int
read_prefixes(struct canonical *canonical, const xmlNode *element,
    struct trouble *trouble)
{
	const xmlNode *inside = document_first(element);

	if (inside == NULL)
		return 0;
	if (!canonical_is_exclusive(canonical->method) ||
	    !document_is(inside, EXC_C14N_URI, "InclusiveNamespaces") ||
	    inside->children != NULL || document_after(inside) != NULL ||
	    !has_only(inside, "PrefixList", NULL) ||
	    (canonical->list = document_attribute(inside,
	    "PrefixList")) == NULL || split_prefixes(canonical) != 0)
		return no_shape(element, trouble);
	return 0;
}

/* Which way to canonicalize an element names. */
static int
read_canonical(struct canonical *canonical, const xmlNode *element,
    struct trouble *trouble)
{
	char *uri;
	int r;

	if (check_shape(element, "Algorithm", NULL, trouble) != 0)
		return -1;
	if ((uri = document_attribute(element, "Algorithm")) == NULL)
		return no_shape(element, trouble);
	canonical->method = canonical_by_uri(uri);
	r = canonical->method != NULL ? read_prefixes(canonical, element,
	    trouble) : refuse_method(uri, trouble);
	xmlFree(uri);
	return r;
}

/* Which method an element names; NULL: it is not judged here. */
static int
read_algorithm(struct signature *signature, const xmlNode *element,
    const struct algorithm *(*find)(const char *uri),
    const char *const *others, const struct algorithm **found,
    struct trouble *trouble)
{
	char *uri = method(element, others, trouble);
	int r = 0;

	if (uri == NULL)
		return -1;
	if ((*found = find(uri)) == NULL)
		r = other_method(signature, uri, others, trouble);
	xmlFree(uri);
	return r;
}

static bool
is_enveloped(const xmlNode *element)
{
	char *uri = document_attribute(element, "Algorithm");
	bool yes = uri != NULL && document_first(element) == NULL &&
	    has_only(element, "Algorithm", NULL) &&
	    strcmp(uri, DSIG_NS "enveloped-signature") == 0;

	xmlFree(uri);
	return yes;
}

/* Nothing, canonical XML, or that after the Signature was left out. */
static int
read_transforms(const xmlNode *element, struct reference *reference,
    struct trouble *trouble)
{
	const xmlNode *first, *second;

	if (check_shape(element, NULL, NULL, trouble) != 0)
		return -1;
	first = document_first(element);
	second = first != NULL ? document_after(first) : NULL;
	if (!is_dsig(first, "Transform") || (second != NULL &&
	    (!is_dsig(second, "Transform") || !is_enveloped(first) ||
	    document_after(second) != NULL)))
		return no_shape(element, trouble);
	reference->transforms = is_enveloped(first) ? TRANSFORMS_ENVELOPED :
	    TRANSFORMS_C14N;
	/* Alone it is followed by Canonical XML 1.0, by itself. */
	if (second == NULL && is_enveloped(first))
		return 0;
	return read_canonical(&reference->canonical, second != NULL ? second :
	    first, trouble);
}

static int
read_digest(struct signature *signature, const xmlNode *how,
    const xmlNode *value, struct reference *reference,
    struct trouble *trouble)
{
	uint8_t *data;
	size_t len;
	bool fits;

	if (!is_dsig(how, "DigestMethod") ||
	    !is_dsig(value, "DigestValue") || document_after(value) != NULL)
		return no_shape(how->parent, trouble);
	if (read_algorithm(signature, how, digest_by_uri, unjudged_digests,
	    &reference->algorithm, trouble) != 0 ||
	    (data = base64(value, &len, trouble)) == NULL)
		return -1;
	fits = reference->algorithm == NULL ||
	    len == jpki_md_len(reference->algorithm->md);
	if (fits && reference->algorithm != NULL)
		memcpy(reference->digest, data, len);
	free(data);
	return fits ? 0 : no_shape(value, trouble);
}

static int
read_reference(struct signature *signature, const xmlNode *element,
    struct reference *reference, struct trouble *trouble)
{
	const xmlNode *node = document_first(element);

	reference->canonical.method = canonical_by_uri(C14N_URI);
	reference->canonical.no_comments = true;
	/* Id is harmless. Type would say that it is a Manifest. */
	if (!is_dsig(element, "Reference") ||
	    check_shape(element, "URI", "Id", trouble) != 0 || node == NULL)
		return no_shape(element, trouble);
	if ((reference->uri = document_attribute(element, "URI")) == NULL)
		return no_shape(element, trouble);
	if (is_dsig(node, "Transforms")) {
		if (read_transforms(node, reference, trouble) != 0)
			return -1;
		node = document_after(node);
	}
	if (node == NULL || document_after(node) == NULL)
		return no_shape(element, trouble);
	return read_digest(signature, node, document_after(node), reference,
	    trouble);
}

static int
read_references(struct signature *signature, const xmlNode *first,
    struct trouble *trouble)
{
	const xmlNode *node;
	size_t n = 0;

	for (node = first; node != NULL; node = document_after(node))
		n++;
	if (n == 0 || n > SIGNATURE_REFERENCES_MAX)
		return no_shape(signature->signed_info, trouble);
	signature->references = calloc(n, sizeof(*signature->references));
	if (signature->references == NULL)
		return trouble_memory(trouble);
	for (node = first; node != NULL; node = document_after(node))
		if (read_reference(signature, node, &signature->references[
		    signature->n_references++], trouble) != 0)
			return -1;
	return 0;
}

static int
read_signed_info(struct signature *signature, struct trouble *trouble)
{
	const xmlNode *info = signature->signed_info, *how;

	if (!is_dsig(info, "SignedInfo") ||
	    check_shape(info, "Id", NULL, trouble) != 0 ||
	    !is_dsig(document_first(info), "CanonicalizationMethod"))
		return no_shape(signature->element, trouble);
	if (read_canonical(&signature->canonical, document_first(info),
	    trouble) != 0)
		return -1;
	how = document_after(document_first(info));
	if (!is_dsig(how, "SignatureMethod"))
		return no_shape(info, trouble);
	if (read_algorithm(signature, how, digest_by_rsa, unjudged_signing,
	    &signature->algorithm, trouble) != 0)
		return -1;
	return read_references(signature, document_after(how), trouble);
}

static int
read_cert(struct signature *signature, const xmlNode *element,
    OSSL_LIB_CTX *libctx, struct trouble *trouble)
{
	X509 *cert = NULL;
	const uint8_t *p;
	uint8_t *der;
	size_t len;
	int r = -1;

	if ((der = base64(element, &len, trouble)) == NULL)
		return -1;
	p = der;
	if ((cert = X509_new_ex(libctx, NULL)) == NULL)
		trouble_memory(trouble);
	else if (d2i_X509(&cert, &p, (long)len) == NULL ||
	    p != der + len)
		trouble_set(trouble, "certificate",
		    "the certificate in its signature is damaged",
		    "署名の中の証明書が壊れています");
	else if (sk_X509_num(signature->certs) == CERTS_MAX)
		no_shape(element->parent, trouble);
	else if (sk_X509_push(signature->certs, cert) == 0)
		trouble_memory(trouble);
	else
		r = 0;
	if (r != 0)
		X509_free(cert);
	free(der);
	return r;
}

static int
read_x509(struct signature *signature, const xmlNode *data,
    OSSL_LIB_CTX *libctx, struct trouble *trouble)
{
	const xmlNode *node;

	if (check_shape(data, NULL, NULL, trouble) != 0)
		return -1;
	for (node = document_first(data); node != NULL;
	    node = document_after(node))
		if (is_dsig(node, "X509Certificate") &&
		    read_cert(signature, node, libctx, trouble) != 0)
			return -1;
	return 0;
}

/* Only a certificate says whose a key is. A key or a name beside it says
 * nothing, and is not looked at; an address to get one from is refused. */
static int
read_key_info(struct signature *signature, const xmlNode *info,
    OSSL_LIB_CTX *libctx, struct trouble *trouble)
{
	const xmlNode *node;

	if (info != NULL && check_shape(info, "Id", NULL, trouble) != 0)
		return -1;
	for (node = info != NULL ? document_first(info) : NULL; node != NULL;
	    node = document_after(node)) {
		if (is_dsig(node, "X509Data")) {
			if (read_x509(signature, node, libctx, trouble) != 0)
				return -1;
		} else if (!is_dsig(node, "KeyValue") &&
		    !is_dsig(node, "KeyName"))
			return no_shape(info, trouble);
	}
	if (sk_X509_num(signature->certs) > 0)
		return 0;
	return trouble_set(trouble, "no-certificate",
	    "its signature has no certificate, so that nobody can say who "
	    "signed",
	    "署名に証明書が入っていないため、だれの署名かわかりません");
}

int
signature_read(struct signature *signature, xmlNode *element,
    OSSL_LIB_CTX *libctx, struct trouble *trouble)
{
	const xmlNode *value, *key;

	memset(signature, 0, sizeof(*signature));
	signature->element = element;
	if ((signature->certs = sk_X509_new_null()) == NULL)
		return trouble_memory(trouble);
	if (check_shape(element, "Id", NULL, trouble) != 0)
		return -1;
	signature->signed_info = document_first(element);
	if (read_signed_info(signature, trouble) != 0)
		return -1;
	value = document_after(signature->signed_info);
	if (!is_dsig(value, "SignatureValue"))
		return no_shape(element, trouble);
	if ((signature->value = base64(value, &signature->value_len,
	    trouble)) == NULL)
		return -1;
	key = document_after(value);
	/* An Object would be content that stands in the signature itself. */
	if (key != NULL && (!is_dsig(key, "KeyInfo") ||
	    document_after(key) != NULL))
		return no_shape(element, trouble);
	return read_key_info(signature, key, libctx, trouble);
}

void
signature_clear(struct signature *signature)
{
	size_t i;

	for (i = 0; i < signature->n_references; i++) {
		xmlFree(signature->references[i].uri);
		xmlFree(signature->references[i].canonical.list);
	}
	xmlFree(signature->canonical.list);
	free(signature->references);
	free(signature->value);
	sk_X509_pop_free(signature->certs, X509_free);
	memset(signature, 0, sizeof(*signature));
}
