/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Signature element, read strictly; see signature.h.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "signature.h"

#define REFERENCES_MAX 1000
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

/* What an element names by its one attribute, Algorithm; nothing may be in it,
 * since that would be a parameter. To be freed with xmlFree(). */
static char *
algorithm(const xmlNode *element, struct trouble *trouble)
{
	char *uri;

	if (check_shape(element, "Algorithm", NULL, trouble) != 0)
		return NULL;
	uri = document_attribute(element, "Algorithm");
	if (uri == NULL || document_first(element) != NULL) {
		no_shape(element, trouble);
		xmlFree(uri);
		return NULL;
	}
	return uri;
}

static int
unknown(const char *code, const char *uri, struct trouble *trouble)
{
	return trouble_set(trouble, code,
	    "its signature is made in a way that is not accepted here: %s",
	    "受け付けない方式で署名されています: %s", uri);
}

/* Whether an element names this algorithm. */
static int
names(const xmlNode *element, const char *wanted, struct trouble *trouble)
{
	char *uri = algorithm(element, trouble);
	int r;

	if (uri == NULL)
		return -1;
	r = strcmp(uri, wanted) == 0 ? 0 :
	    unknown("algorithm", uri, trouble);
	xmlFree(uri);
	return r;
}

static const struct algorithm *
find_algorithm(const xmlNode *element,
    const struct algorithm *(*find)(const char *uri), struct trouble *trouble)
{
	const struct algorithm *found = NULL;
	char *uri = algorithm(element, trouble);

	if (uri != NULL && (found = find(uri)) == NULL)
		unknown("algorithm", uri, trouble);
	xmlFree(uri);
	return found;
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
	    (!is_dsig(second, "Transform") || document_after(second) != NULL)))
		return no_shape(element, trouble);
	reference->transforms = second != NULL ? TRANSFORMS_ENVELOPED :
	    TRANSFORMS_C14N;
	if (second == NULL)
		return names(first, C14N_URI, trouble);
	return names(first, DSIG_NS "enveloped-signature", trouble) == 0 ?
	    names(second, C14N_URI, trouble) : -1;
}

static int
read_digest(const xmlNode *method, const xmlNode *value,
    struct reference *reference, struct trouble *trouble)
{
	uint8_t *data;
	size_t len;

	if (!is_dsig(method, "DigestMethod") ||
	    !is_dsig(value, "DigestValue") || document_after(value) != NULL)
		return no_shape(method->parent, trouble);
	reference->algorithm = find_algorithm(method, digest_by_uri, trouble);
	if (reference->algorithm == NULL ||
	    (data = base64(value, &len, trouble)) == NULL)
		return -1;
	if (len == jpki_md_len(reference->algorithm->md))
		memcpy(reference->digest, data, len);
	free(data);
	return len == jpki_md_len(reference->algorithm->md) ? 0 :
	    no_shape(value, trouble);
}

static int
read_reference(const xmlNode *element, struct reference *reference,
    struct trouble *trouble)
{
	const xmlNode *node = document_first(element);

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
	return read_digest(node, document_after(node), reference, trouble);
}

static int
read_signed_info(struct signature *signature, struct trouble *trouble)
{
	const xmlNode *info = signature->signed_info, *method, *node;
	size_t n = 0;

	if (!is_dsig(info, "SignedInfo") ||
	    check_shape(info, "Id", NULL, trouble) != 0 ||
	    !is_dsig(document_first(info), "CanonicalizationMethod"))
		return no_shape(signature->element, trouble);
	if (names(document_first(info), C14N_URI, trouble) != 0)
		return -1;
	method = document_after(document_first(info));
	if (!is_dsig(method, "SignatureMethod"))
		return no_shape(info, trouble);
	if ((signature->algorithm = find_algorithm(method, digest_by_rsa,
	    trouble)) == NULL)
		return -1;
	for (node = document_after(method); node != NULL;
	    node = document_after(node))
		n++;
	if (n == 0 || n > REFERENCES_MAX)
		return no_shape(info, trouble);
	signature->references = calloc(n, sizeof(*signature->references));
	if (signature->references == NULL)
		return trouble_memory(trouble);
	for (node = document_after(method); node != NULL;
	    node = document_after(node))
		if (read_reference(node, &signature->references[
		    signature->n_references++], trouble) != 0)
			return -1;
	return 0;
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

	for (i = 0; i < signature->n_references; i++)
		xmlFree(signature->references[i].uri);
	free(signature->references);
	free(signature->value);
	sk_X509_pop_free(signature->certs, X509_free);
	memset(signature, 0, sizeof(*signature));
}
