/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDF files of anybody as they stand there, without libqpdf: parts, signature
 * dictionaries, their ranges and what is behind. What is said to be somewhere
 * has to be there.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "pdf/range.h"

static struct pdf_bytes bytes;

static void
inside(struct pdf_span span)
{
	if (span.at > bytes.len || span.len > bytes.len - span.at)
		abort();
}

/* Any number will do, and makes streams of any length. */
static int64_t
number(void *arg, int64_t id, int64_t generation)
{
	(void)arg;
	return id * 3 + generation;
}

static void
check_parts(const struct pdf_scan *scan)
{
	size_t i;

	for (i = 0; i < scan->n_parts; i++) {
		inside(scan->parts[i].span);
		if (i > 0 && pdf_end(scan->parts[i - 1].span) >
		    scan->parts[i].span.at)
			abort();
		if (pdf_part_at(scan, scan->parts[i].span.at) !=
		    &scan->parts[i])
			abort();
	}
}

static const struct pdf_doc no_doc = { .q = NULL };

static void
check_sig(const struct pdf_scan *scan, const struct pdf_sigdict *sig)
{
	struct pdf_range range;
	uint8_t *contents;
	size_t len;

	inside(sig->span);
	inside(sig->contents.span);
	inside(sig->range.span);
	if (pdf_range_take(bytes, sig, &range)->code != NULL)
		return;
	inside(range.parts[0]);
	inside(range.parts[1]);
	if (pdf_end(range.parts[0]) != sig->contents.span.at ||
	    pdf_end(sig->contents.span) != range.parts[1].at)
		abort();
	if ((contents = pdf_range_contents(bytes, sig, &len)) == NULL)
		abort();
	free(contents);
	if (pdf_range_is_revision(bytes, scan, range.end))
		(void)pdf_range_added(bytes, scan, &no_doc, range.end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pdf_numbers numbers = { number, NULL };
	struct pdf_scan scan;
	size_t i;

	bytes = (struct pdf_bytes){ data, size };
	if (pdf_scan(bytes, size % 2 == 0 ? &numbers : NULL, &scan) != 0)
		abort();
	check_parts(&scan);
	for (i = 0; i < scan.n_sigs; i++)
		check_sig(&scan, &scan.sigs[i]);
	if (pdf_range_is_revision(bytes, &scan, size / 2))
		(void)pdf_range_added(bytes, &scan, &no_doc, size / 2);
	pdf_scan_free(&scan);
	return 0;
}
