/* SPDX-License-Identifier: Apache-2.0 */
/* Making sets of attributes, for certificates and for the card's text. */
#ifndef JPKIP_ATTRIBUTES_H
#define JPKIP_ATTRIBUTES_H

#include <jpki/attributes.h>

/* Texts are NULL where they are not recorded; those of a set in a certificate
 * are the certificate's. */
struct jpki_attributes {
	const char *name, *address, *birth, *sex;
	const char *name_flags, *address_flags;
	int birth_era;		/* 0: none, or not known */
	struct jpki_date birth_date;
};

/* Bytes as read; data NULL: not recorded. */
struct jpkip_text {
	const uint8_t *data;
	size_t len;
};

/*
 * A set of one's own from what the card's application says, in UTF-8.
 * JPKI_ERR_DATA: not UTF-8, or longer than any item can be. The caller frees
 * it.
 */
int	jpkip_attributes_new(struct jpki_ctx *, const struct jpkip_text *name,
	    const struct jpkip_text *address, const struct jpkip_text *birth,
	    const struct jpkip_text *sex, struct jpki_attributes **out)
	    JPKI_CHECK;

/* Fills birth_era and birth_date from birth. False: birth is none of the two
 * forms, or a date that does not exist. */
bool	jpkip_attributes_date(struct jpki_attributes *);

/* Whether an era (1..5) has this day; unknown parts fit. */
bool	jpkip_attributes_era_fits(const struct jpki_attributes *);

#endif
