/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDF files of anybody: looked at as jpki-pdf verify does, and made ready to be
 * signed. No CA is trusted, so none may come out as fitting.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/message.h"
#include "fuzz.h"
#include "pdf/look.h"
#include "pdf/update.h"

static struct judge judge;

static void
open_judge(void)
{
	struct jpki_ctx *ctx;

	message_start("fuzz");
	/* What is said is many lines; a sanitizer has its own way out. */
	if ((stderr = fopen("/dev/null", "w")) == NULL ||
	    (ctx = message_ctx()) == NULL || judge_open(&judge, ctx) != 0)
		abort();
	judge.now = 1798761600;
}

static void
look_at(struct pdf_bytes bytes)
{
	struct pdf_look look;
	int code = pdf_look(&judge, "file", bytes, true, &look);

	if (code != 0 && code != EX_DATAERR)
		abort();
	if (code == 0 && look.n > 0 && pdf_look_exit(&look) == JUDGE_FINE)
		abort();
	pdf_look_free(&look);
}

/* Input and update in one piece. */
static void
look_at_both(struct pdf_bytes bytes, const struct pdf_update *update)
{
	size_t len = bytes.len + update->text.len;
	uint8_t *data = malloc(len);

	if (data == NULL)
		abort();
	memcpy(data, bytes.data, bytes.len);
	memcpy(data + bytes.len, update->text.data, update->text.len);
	look_at((struct pdf_bytes){ data, len });
	free(data);
}

static void
make_ready(struct pdf_bytes bytes)
{
	static const uint8_t der[] = { 0x30, 0x03, 0x02, 0x01, 0x00 };
	struct pdf_entries entries = { .subfilter = "adbe.pkcs7.detached",
		.name = "\xe5\xb1\xb1\xe7\x94\xb0", .time = 1795000000,
		.room = sizeof(der) };
	struct pdf_update update;
	enum pdf_fault fault;
	struct pdf_doc doc;
	uint64_t at;

	fault = pdf_doc_open(bytes, &doc, &at);
	if (fault == PDF_FAULT_NONE)
		fault = pdf_doc_signable(&doc, &at);
	pdf_doc_close(&doc);
	if (fault != PDF_FAULT_NONE)
		return;
	if (pdf_doc_open(bytes, &doc, &at) != PDF_FAULT_NONE)
		abort();
	if (pdf_update_make(&doc, &entries, &update) == PDF_FAULT_NONE) {
		if (!pdf_update_sign(&update, der, sizeof(der)))
			abort();
		look_at_both(bytes, &update);
	}
	pdf_update_free(&update);
	pdf_doc_close(&doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pdf_bytes bytes = { data, size };

	if (judge.ctx == NULL)
		open_judge();
	look_at(bytes);
	/* This takes longer, and fewer files get through. */
	if (size % 4 == 0)
		make_ready(bytes);
	return 0;
}
