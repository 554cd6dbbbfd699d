/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one signature covers, held against what its profile has.
 */
#ifndef XML_COVER_H
#define XML_COVER_H

#include "check.h"
#include "signature.h"

struct finding {
	enum judge_weight weight;
	struct trouble trouble;
};

struct cover {
	struct covered *covered;	/* one of each Reference */
	size_t n;
	struct finding *findings;
	size_t n_findings;
	bool amiss;		/* it is not what should be covered */
	bool weak;		/* by a weak digest */
};

/* Looks at all References, digests what they cover and compares. 0, or the
 * exit code after a message. The caller frees covered, each "what" in it, and
 * findings. */
int cover_look(struct cover *cover, const struct question *question,
    const struct document *document, const struct place *place,
    const struct signature *signature);

/* All of them together. */
enum jpki_tested cover_unchanged(const struct cover *cover);

/* What a document has beside what is signed, as a list of names; to be freed.
 * NULL: nothing. */
char *cover_outside(const struct place *place);

#endif
