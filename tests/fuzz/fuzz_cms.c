/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of anybody: bytes as a CMS over a content, the same with zeroes
 * allowed behind it and no content, and the same as a time stamp.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "common/cms_read.h"
#include "common/message.h"
#include "fuzz.h"

#define CONTENT "Hello\n"

static struct judge judge;
static struct layout nowhere;

/* What the options name: the test card's CAs, for time stamps, too. */
static void
open_judge(void)
{
	const char *cards = getenv("JPKI_TEST_CARDS");
	static char ca[2][4096];
	struct jpki_ctx *ctx;

	if (cards == NULL)
		exit(77);
	message_start("fuzz");
	/* What is said is many lines; a sanitizer has its own way out. */
	if ((stderr = fopen("/dev/null", "w")) == NULL ||
	    (nowhere.out = fopen("/dev/null", "w")) == NULL)
		abort();
	snprintf(ca[0], sizeof(ca[0]), "%s/card/ca", cards);
	snprintf(ca[1], sizeof(ca[1]), "%s/card/ca", cards);
	if ((ctx = message_ctx()) == NULL ||
	    judge_option(&judge, OPT_CA, ca[0]) != 0 ||
	    judge_option(&judge, OPT_TSA_CA, ca[1]) != 0 ||
	    judge_open(&judge, ctx) != 0)
		abort();
	judge.now = 1798761600;
}

/* All that is reported has to come from somewhere. */
static void
report(const struct cms_answer *answer)
{
	json_t *json;
	size_t i;

	if (answer->n == 0)
		abort();
	for (i = 0; i < answer->n; i++) {
		judgement_put(answer->signers[i].judgement, &nowhere, 0);
		json = judgement_json(answer->signers[i].judgement);
		if (json == NULL)
			abort();
		json_decref(json);
	}
}

static void
read_as(const uint8_t *data, size_t size, bool padded)
{
	struct cms_memory cms_bytes = { data, size };
	struct cms_memory content_bytes = { (const uint8_t *)CONTENT,
	    sizeof(CONTENT) - 1 };
	struct cms_source cms = cms_source_memory(&cms_bytes, "cms");
	struct cms_source content = cms_source_memory(&content_bytes, "file");
	struct cms_question question = {
		.cms = &cms,
		.content = padded ? NULL : &content,
		.padded = padded,
		.der_only = padded
	};
	struct cms_answer answer;
	int code = cms_read(&judge, &question, &answer);

	if (code == 0)
		report(&answer);
	else if (code != EX_DATAERR)
		abort();
	cms_answer_free(&answer);
}

static void
stamp_with(const uint8_t *data, size_t size)
{
	struct judge_facts facts = {
		.content = JPKI_TESTED_RIGHT,
		.signature = JPKI_TESTED_RIGHT,
		.token = data,
		.token_len = size,
		.stamped = (const uint8_t *)CONTENT,
		.stamped_len = sizeof(CONTENT) - 1
	};
	struct judgement *judgement;

	if (judge_signature(&judge, &facts, &judgement) != 0)
		abort();
	judgement_free(&judgement);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t nothing[1];

	if (judge.ctx == NULL)
		open_judge();
	if (size == 0)
		data = nothing;
	read_as(data, size, false);
	read_as(data, size, true);
	stamp_with(data, size);
	return 0;
}
