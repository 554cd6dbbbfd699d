/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Signature as text; see make.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make.h"
#include "signature.h"

#define METHOD(name, uri) "<" name " Algorithm=\"" uri "\"/>"
#define C14N METHOD("Transform", C14N_URI)

const char making_c14n[] = "<Transforms>" C14N "</Transforms>";
const char making_enveloped[] = "<Transforms>"
    METHOD("Transform", DSIG_NS "enveloped-signature") C14N "</Transforms>";

int
making_add(struct making *making, char *uri, const char *transforms,
    const uint8_t *digest)
{
	struct making_reference *more = NULL;

	if (uri != NULL)
		more = reallocarray(making->references,
		    making->n_references + 1, sizeof(*more));
	if (more == NULL) {
		free(uri);
		return -1;
	}
	making->references = more;
	more += making->n_references++;
	more->uri = uri;
	more->transforms = transforms;
	memcpy(more->digest, digest, sizeof(more->digest));
	return 0;
}

char *
making_id_uri(const char *id)
{
	char *uri;

	return asprintf(&uri, "#%s", id) != -1 ? uri : NULL;
}

/* Before the end of an element, of which <a/> becomes <a>...</a>. */
static int
place_in(struct making *making, const struct document *document,
    const xmlNode *element, const char *before, const char *after)
{
	size_t end = document_end(element), tag = end - 1;
	const char *text = document->text;
	bool empty = end > 1 && memcmp(text + end - 2, "/>", 2) == 0;
	int r;

	while (tag > 0 && text[tag] != '<')
		tag--;
	making->to = empty ? end : tag;
	making->from = empty ? end - 2 : tag;
	if (empty)
		r = asprintf(&making->after, "%s</%.*s>", after,
		    (int)strcspn(text + tag + 1, " \t\r\n/"), text + tag + 1);
	else
		r = asprintf(&making->after, "%s", after);
	if (r == -1)
		making->after = NULL;
	if (asprintf(&making->before, "%s%s", empty ? ">" : "", before) == -1)
		making->before = NULL;
	return 0;
}

static void
place_behind(struct making *making, const xmlNode *element,
    const char *before, const char *after)
{
	making->from = making->to = document_end(element);
	making->before = strdup(before);
	making->after = strdup(after);
}

int
making_place(struct making *making, const struct document *document,
    const struct place *place, struct trouble *trouble)
{
	making->encoding = document->encoding;
	if (place->home == NULL)
		place_behind(making, place->target, "<署名情報>",
		    "</署名情報>");
	else if (place->behind == NULL)
		place_in(making, document, place->home, "", "");
	else
		place_behind(making, place->n_signatures > 0 ?
		    place->signatures[place->n_signatures - 1] :
		    place->behind, "", "");
	/* From the text to the bytes of the document. */
	making->to = encoding_offset(&making->encoding, document->data,
	    document->len, making->to);
	making->from = encoding_offset(&making->encoding, document->data,
	    document->len, making->from);
	return making->before != NULL && making->after != NULL ? 0 :
	    trouble_memory(trouble);
}

int
making_alone(struct making *making, struct trouble *trouble)
{
	snprintf(making->encoding.name, sizeof(making->encoding.name), "UTF-8");
	making->before = strdup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	making->after = strdup("\n");
	return making->before != NULL && making->after != NULL ? 0 :
	    trouble_memory(trouble);
}

static void
put_base64(FILE *out, const uint8_t *data, size_t len)
{
	uint8_t piece[65];
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < 48 ? len : 48;
		EVP_EncodeBlock(piece, data, (int)n);
		fputs((const char *)piece, out);
	}
}

/* In an attribute. */
static void
put_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (strchr("&<>\"'\t\r\n", *text) != NULL)
			fprintf(out, "&#%d;", *text);
		else
			putc(*text, out);
}

static void
put_signed_info(FILE *out, const struct making *making)
{
	const struct making_reference *reference = making->references;
	const struct making_reference *end = reference + making->n_references;

	fputs("<SignedInfo>" METHOD("CanonicalizationMethod", C14N_URI), out);
	fprintf(out, METHOD("SignatureMethod", "%s"), making->algorithm->rsa);
	for (; reference < end; reference++) {
		fputs("<Reference URI=\"", out);
		put_escaped(out, reference->uri);
		fprintf(out, "\">%s" METHOD("DigestMethod", "%s")
		    "<DigestValue>", reference->transforms,
		    making->algorithm->digest);
		put_base64(out, reference->digest,
		    jpki_md_len(making->algorithm->md));
		fputs("</DigestValue></Reference>", out);
	}
	fputs("</SignedInfo>", out);
}

/* No white space anywhere: some would become part of what is signed. */
static char *
signature_text(const struct making *making, const uint8_t *value,
    size_t value_len, const uint8_t *cert, size_t cert_len, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (out == NULL)
		return NULL;
	fprintf(out, "%s<Signature xmlns=\"" DSIG_NS "\"", making->before);
	if (*making->id != '\0')
		fprintf(out, " Id=\"%s\"", making->id);
	putc('>', out);
	put_signed_info(out, making);
	fputs("<SignatureValue>", out);
	put_base64(out, value, value_len);
	fputs("</SignatureValue><KeyInfo><X509Data><X509Certificate>", out);
	put_base64(out, cert, cert_len);
	fprintf(out, "</X509Certificate></X509Data></KeyInfo></Signature>%s",
	    making->after);
	if (ferror(out) != 0 || fclose(out) != 0) {
		free(text);
		text = NULL;
	}
	return text;
}

/* Of no bytes there may be no pointer. */
static uint8_t *
append(uint8_t *to, const void *from, size_t len)
{
	if (len > 0)
		memcpy(to, from, len);
	return to + len;
}

uint8_t *
making_write(const struct making *making, const uint8_t *data, size_t len,
    const uint8_t *value, size_t value_len, const uint8_t *cert,
    size_t cert_len, size_t *out_len, struct trouble *trouble)
{
	size_t n = 0, behind = len - making->to;
	char *text, *piece = NULL;
	uint8_t *out = NULL, *p;

	if ((text = signature_text(making, value, value_len, cert, cert_len,
	    &n)) == NULL)
		trouble_memory(trouble);
	else
		piece = encoding_encode(&making->encoding, text, n, &n,
		    trouble);
	free(text);
	if (piece == NULL)
		return NULL;
	if ((out = malloc(making->from + n + behind)) == NULL)
		trouble_memory(trouble);
	else {
		p = append(out, data, making->from);
		p = append(p, piece, n);
		p = append(p, behind > 0 ? data + making->to : NULL, behind);
		*out_len = (size_t)(p - out);
	}
	free(piece);
	return out;
}

void
making_clear(struct making *making)
{
	size_t i;

	for (i = 0; i < making->n_references; i++)
		free(making->references[i].uri);
	free(making->references);
	free(making->before);
	free(making->after);
	memset(making, 0, sizeof(*making));
}
