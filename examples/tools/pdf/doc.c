/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file as libqpdf understands it; see doc.h.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/message.h"

#include "doc.h"

static enum pdf_fault
read_fault(struct pdf_doc *doc, uint64_t *at)
{
	qpdf_error error = qpdf_get_error(doc->q);

	if (error == NULL)
		error = qpdf_next_warning(doc->q);
	if (error == NULL)
		return PDF_FAULT_DAMAGED;
	*at = qpdf_get_error_file_position(doc->q, error);
	if (qpdf_get_error_code(doc->q, error) == qpdf_e_password)
		return PDF_FAULT_PASSWORD;
	return PDF_FAULT_DAMAGED;
}

/* Reads the references only: nothing of the document is put right yet. */
static enum pdf_fault
begin(struct pdf_bytes bytes, struct pdf_doc *doc, uint64_t *at)
{
	*at = 0;
	memset(doc, 0, sizeof(*doc));
	doc->bytes = bytes;
	if (bytes.len < 5 || memcmp(bytes.data, "%PDF-", 5) != 0)
		return PDF_FAULT_NO_PDF;
	if ((doc->q = qpdf_init()) == NULL)
		return PDF_FAULT_MEMORY;
	qpdf_silence_errors(doc->q);
	qpdf_set_suppress_warnings(doc->q, QPDF_TRUE);
	qpdf_set_attempt_recovery(doc->q, QPDF_FALSE);
	if ((qpdf_read_memory(doc->q, "", (const char *)bytes.data, bytes.len,
	    NULL) & QPDF_ERRORS) != 0)
		return read_fault(doc, at);
	return PDF_FAULT_NONE;
}

enum pdf_fault
pdf_doc_open(struct pdf_bytes bytes, struct pdf_doc *doc, uint64_t *at)
{
	enum pdf_fault fault = begin(bytes, doc, at);

	if (fault != PDF_FAULT_NONE)
		return fault;
	/* Without these two nothing else can be asked. */
	if (!qpdf_oh_is_dictionary(doc->q, qpdf_get_root(doc->q)) ||
	    qpdf_get_num_pages(doc->q) < 0)
		return read_fault(doc, at);
	return PDF_FAULT_NONE;
}

bool
pdf_doc_begin(struct pdf_bytes bytes, struct pdf_doc *doc)
{
	uint64_t at;

	return begin(bytes, doc, &at) == PDF_FAULT_NONE;
}

void
pdf_doc_close(struct pdf_doc *doc)
{
	if (doc->q == NULL)
		return;
	/* libqpdf complains where an error was not asked for. */
	(void)qpdf_get_error(doc->q);
	qpdf_cleanup(&doc->q);
}

bool
pdf_doc_as_it_was(struct pdf_doc *doc, qpdf_oh page)
{
	struct pdf_doc file;
	bool found = false;
	const char *key;
	qpdf_oh was;
	uint64_t at;

	if (begin(doc->bytes, &file, &at) == PDF_FAULT_NONE) {
		was = qpdf_get_object_by_id(file.q,
		    qpdf_oh_get_object_id(doc->q, page),
		    qpdf_oh_get_generation(doc->q, page));
		found = qpdf_oh_is_dictionary(file.q, was);
		qpdf_oh_begin_dict_key_iter(doc->q, page);
		while (found && qpdf_oh_dict_more_keys(doc->q)) {
			key = qpdf_oh_dict_next_key(doc->q);
			if (!qpdf_oh_has_key(file.q, was, key))
				qpdf_oh_remove_key(doc->q, page, key);
		}
	}
	pdf_doc_close(&file);
	return found;
}

qpdf_oh
pdf_doc_get(const struct pdf_doc *doc, qpdf_oh dict, const char *key)
{
	return qpdf_oh_get_key_if_dict(doc->q, dict, key);
}

int
pdf_doc_permission(const struct pdf_doc *doc, qpdf_oh sig)
{
	qpdf_oh list = pdf_doc_get(doc, sig, "/Reference"), one, params;
	int i, n, p;

	if (!qpdf_oh_is_array(doc->q, list))
		return 0;
	n = qpdf_oh_get_array_n_items(doc->q, list);
	for (i = 0; i < n; i++) {
		one = qpdf_oh_get_array_item(doc->q, list, i);
		if (!qpdf_oh_is_name_and_equals(doc->q, pdf_doc_get(doc, one,
		    "/TransformMethod"), "/DocMDP"))
			continue;
		params = pdf_doc_get(doc, one, "/TransformParams");
		return qpdf_oh_get_value_as_int(doc->q,
		    pdf_doc_get(doc, params, "/P"), &p) ? p : 2;
	}
	return 0;
}

static enum pdf_fault
forbidden(const struct pdf_doc *doc)
{
	qpdf_oh root = qpdf_get_root(doc->q);
	qpdf_oh form = pdf_doc_get(doc, root, "/AcroForm");
	qpdf_oh xfa = pdf_doc_get(doc, form, "/XFA");
	qpdf_oh perms = pdf_doc_get(doc, root, "/Perms");

	if (qpdf_oh_is_initialized(doc->q, xfa) &&
	    !qpdf_oh_is_null(doc->q, xfa))
		return PDF_FAULT_XFA;
	if (pdf_doc_permission(doc, pdf_doc_get(doc, perms, "/DocMDP")) == 1)
		return PDF_FAULT_CERTIFIED;
	return PDF_FAULT_NONE;
}

static int64_t
number_of(void *arg, int64_t id, int64_t generation)
{
	struct pdf_doc *doc = arg;
	long long n = -1;
	qpdf_oh object;

	if (id > INT_MAX || generation < 0 || generation > INT_MAX)
		return -1;
	object = qpdf_get_object_by_id(doc->q, (int)id, (int)generation);
	if (!qpdf_oh_get_value_as_longlong(doc->q, object, &n))
		n = -1;
	qpdf_oh_release(doc->q, object);
	return n;
}

struct pdf_numbers
pdf_doc_numbers(struct pdf_doc *doc)
{
	return (struct pdf_numbers){ number_of, doc };
}

bool
pdf_doc_stream(const struct pdf_doc *doc, int64_t id, int64_t generation,
    uint8_t **data, size_t *len)
{
	qpdf_oh stream;
	bool ok = false;

	*data = NULL;
	*len = 0;
	if (id < 0 || id > INT_MAX || generation < 0 || generation > INT_MAX)
		return false;
	stream = qpdf_get_object_by_id(doc->q, (int)id, (int)generation);
	if (qpdf_oh_is_stream(doc->q, stream))
		ok = (qpdf_oh_get_stream_data(doc->q, stream,
		    qpdf_dl_generalized, NULL, data, len) & QPDF_ERRORS) == 0;
	qpdf_oh_release(doc->q, stream);
	return ok && *data != NULL;
}

/* Whether all that is packed can be unpacked. */
static enum pdf_fault
check_streams(struct pdf_doc *doc, uint64_t *at)
{
	struct pdf_numbers numbers = pdf_doc_numbers(doc);
	struct pdf_scan scan;
	uint8_t *data;
	size_t i, len;
	bool fine;

	fine = pdf_scan(doc->bytes, &numbers, &scan) == 0;
	for (i = 0; fine && i < scan.n_parts; i++) {
		if (scan.parts[i].kind != PDF_PART_OBJECT)
			continue;
		pdf_doc_stream(doc, scan.parts[i].id,
		    scan.parts[i].generation, &data, &len);
		free(data);
		if (qpdf_has_error(doc->q) || qpdf_more_warnings(doc->q)) {
			fine = false;
			*at = scan.parts[i].span.at;
		}
	}
	pdf_scan_free(&scan);
	return fine ? PDF_FAULT_NONE : PDF_FAULT_DAMAGED;
}

/*
 * What libqpdf has said of the catalogue and the page tree. Newer ones complain
 * of more, as of a page without Resources: entries that are missing, or wrong
 * in a way that every reader puts right. Such a warning is about the document
 * and has no place in the file; one about the file itself, as of a bad object,
 * has one. They share their code.
 */
static enum pdf_fault
check_structure(struct pdf_doc *doc, uint64_t *at)
{
	qpdf_error warning;

	while ((warning = qpdf_next_warning(doc->q)) != NULL) {
		*at = qpdf_get_error_file_position(doc->q, warning);
		if (*at != 0 || qpdf_get_error_code(doc->q, warning) !=
		    qpdf_e_damaged_pdf)
			return PDF_FAULT_DAMAGED;
	}
	return PDF_FAULT_NONE;
}

enum pdf_fault
pdf_doc_signable(const struct pdf_doc *doc, uint64_t *at)
{
	struct pdf_doc own = *doc;
	enum pdf_fault fault;

	*at = 0;
	if (qpdf_is_encrypted(doc->q))
		return PDF_FAULT_ENCRYPTED;
	if ((fault = forbidden(doc)) != PDF_FAULT_NONE)
		return fault;
	if (qpdf_get_num_pages(doc->q) == 0)
		return PDF_FAULT_NO_PAGE;
	if ((fault = check_structure(&own, at)) != PDF_FAULT_NONE)
		return fault;
	if (qpdf_check_pdf(doc->q) != QPDF_SUCCESS)
		return read_fault(&own, at);
	return check_streams(&own, at);
}

static int
refuse(const char *path, enum pdf_fault fault)
{
	switch (fault) {
	case PDF_FAULT_NO_PDF:
		complain("%s: not a PDF file: it does not begin with %%PDF-",
		    "%s: PDF ファイルではありません（%%PDF- で始まっていま"
		    "せん）", path);
		break;
	case PDF_FAULT_PASSWORD:
	case PDF_FAULT_ENCRYPTED:
		complain("%s: encrypted. Save it without password or "
		    "protection first",
		    "%s: 暗号化されています。パスワードや保護なしで保存し直し"
		    "てください", path);
		break;
	case PDF_FAULT_NO_PAGE:
		complain("%s: has no page", "%s: ページがありません", path);
		break;
	case PDF_FAULT_XFA:
		complain("%s: an XFA form, which a signature would break. "
		    "Print it to a PDF file first",
		    "%s: XFA フォームです。署名すると壊れるため、先に PDF へ"
		    "印刷し直してください", path);
		break;
	default:
		complain("%s: certified so that nothing may be added, not even "
		    "a signature. Ask its author for one without that",
		    "%s: 署名も含め、一切の変更を禁じる証明が付いています。"
		    "作成者に、禁じていないファイルを依頼してください", path);
		break;
	}
	return EX_DATAERR;
}

int
pdf_complain(const char *path, enum pdf_fault fault, uint64_t at)
{
	if (fault == PDF_FAULT_NONE)
		return 0;
	if (fault == PDF_FAULT_MEMORY)
		return complain_code(path, JPKI_ERR_MEMORY);
	if (fault != PDF_FAULT_DAMAGED)
		return refuse(path, fault);
	if (at == 0)
		complain("%s: damaged. Save it anew in the program that made "
		    "it", "%s: 壊れています。作成したソフトウェアで保存し直し"
		    "てください", path);
	else
		complain("%s: damaged near byte %" PRIu64 ". Save it anew in "
		    "the program that made it",
		    "%s: %" PRIu64 " バイト目の付近が壊れています。作成した"
		    "ソフトウェアで保存し直してください", path, at);
	return EX_DATAERR;
}
