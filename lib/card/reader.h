/* SPDX-License-Identifier: Apache-2.0 */
/* From the name of a reader, or none, to the link to one card. */
#ifndef JPKIP_READER_H
#define JPKIP_READER_H

#include "transport/pcsc.h"

/*
 * reader: "soft:DIR"; the whole name of a PC/SC reader; its number, counted
 * from 0; or a part of names, among which the one with an answering card is
 * meant. NULL: the one reader whose card answers. Which card is a My Number
 * Card is found out by SELECT of the application, never by ATR, and only
 * where there is a choice. Several answer: JPKI_ERR_AMBIGUOUS lists them.
 */
int	jpkip_reader_open(struct jpki_ctx *, const char *reader,
	    struct jpkip_link *) JPKI_CHECK;

/* The readers with a card among those that are meant; reader as above, but for
 * "soft:DIR". No command. */
int	jpkip_reader_list(struct jpki_ctx *, const char *reader,
	    struct jpkip_readers *) JPKI_CHECK;

#endif
