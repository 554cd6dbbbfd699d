/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four items (基本4情報) about the holder: 氏名, 住所, 生年月日, 性別. They
 * are in the 署名用 certificate (jpki_cert_info()) and in the card's
 * 券面事項入力補助 application (jpki_card_attributes()). No clock, no card and
 * no network in here.
 *
 * A set of attributes is immutable; any thread may read it. NULL is a set
 * without any item.
 */
#ifndef JPKI_ATTRIBUTES_H
#define JPKI_ATTRIBUTES_H

#include <jpki/date.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jpki_attributes;

enum jpki_item {
	JPKI_ITEM_NAME = 1,	/* 氏名: family name, U+3000, given name;
				 * foreign names, 通称 and 旧氏 as they are */
	JPKI_ITEM_ADDRESS,	/* 住所: from the prefecture on, up to 200
				 * characters */
	JPKI_ITEM_BIRTH,	/* 生年月日: era digit and YYYYMMDD in a
				 * certificate, YYYYMMDD in the card's
				 * application */
	JPKI_ITEM_SEX		/* 性別: one digit, see
				 * jpki_attributes_sex() */
};

/*
 * An item as recorded, UTF-8; NULL: not recorded. Control characters and
 * characters that turn the direction of writing are replaced by U+FFFD, so
 * that every text can be shown on a terminal. Borrowed.
 */
JPKI_API const char *jpki_attributes_item(
    const struct jpki_attributes *attributes, enum jpki_item item);

/* One '0' or '1' for each character of the name or of the address; '1': a
 * substitute stands for a character that the certificate cannot hold. Only in
 * certificates; NULL: not recorded. Borrowed. */
JPKI_API const char *jpki_attributes_flags(
    const struct jpki_attributes *attributes, enum jpki_item item);

/*
 * The date of birth to reckon with. Each of year, month and day is 0 where it
 * is not known (zeroes as recorded); all are 0 where the item is absent or is
 * no date.
 */
JPKI_API struct jpki_date jpki_attributes_birth_date(
    const struct jpki_attributes *attributes);

/* The recorded era: 1 明治, 2 大正, 3 昭和, 4 平成, 5 令和; 0: none, or not
 * known. */
JPKI_API int jpki_attributes_birth_era(
    const struct jpki_attributes *attributes);

/* Bytes that hold every text of jpki_attributes_birth(). */
#define JPKI_BIRTH_TEXT 96

/*
 * The date of birth for people: 昭和55年2月17日, "17 February 1980 (Showa 55)".
 * Unknown parts are said to be unknown. An era that is not recorded is
 * reckoned from the date and stands in brackets; one that does not fit the
 * date is left out.
 */
JPKI_API void jpki_attributes_birth(const struct jpki_attributes *attributes,
    enum jpki_lang lang, char out[JPKI_BIRTH_TEXT]);

/*
 * The sex for people; static, never NULL. 1 is male, 2 is female. The sources
 * disagree about the rest: 0 is taken as not known, 3 as unknown (one source,
 * for certificates) and 9 as other (card application; a second source expects
 * it in certificates, too), each shown with its code.
 */
JPKI_API const char *jpki_attributes_sex(
    const struct jpki_attributes *attributes, enum jpki_lang lang);

/* How one item of two sets compares. */
enum jpki_compared {
	JPKI_COMPARED_UNKNOWN = 0, /* missing, unknown or undecidable */
	JPKI_COMPARED_SAME,
	JPKI_COMPARED_DIFFERS
};

/*
 * Compares an item of two sets, in practice that of the card's application and
 * that of the 署名用 certificate: where one differs, the holder moved or
 * changed the name, and the certificate has lapsed or soon will.
 *
 * Ways of writing do not count: full and half width, upper and lower case,
 * spaces, kinds of hyphens and long-vowel marks, variation selectors, and what
 * is canonically equal in Unicode. A character flagged as a substitute, and a
 * mark that stands for a missing character (〓 ● ■ U+FFFD and private use),
 * equals any one character. Where a space parts two numbers of an address they
 * stay two.
 *
 * What may be the same is UNKNOWN, as no source says how each side writes it:
 * a name with a part in brackets (通称, 旧氏) and without, another punctuation
 * (＝, ・), numbers of an address in another style (一丁目2番3号, 1-2-3), forms
 * of one character that people write for each other (髙, 高), 霞ヶ関 and
 * 霞が関.
 */
JPKI_API enum jpki_compared jpki_attributes_compare(
    const struct jpki_attributes *a, const struct jpki_attributes *b,
    enum jpki_item item);

/* Wipes and frees a set of one's own, such as jpki_card_attributes() makes;
 * never one that a certificate lends. NULL and a pointer to NULL are fine. */
JPKI_API void jpki_attributes_free(struct jpki_attributes **attributes);

#ifdef __cplusplus
}
#endif

#endif
