/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four items (基本4情報) about the holder: 氏名, 住所, 生年月日, 性別. They
 * are in the 署名用 certificate (jpki_cert_info()) and in the card's
 * 券面事項入力補助 application (jpki_card_attributes()). No clock, no card and
 * no network in here.
 */
#ifndef JPKI_ATTRIBUTES_H
#define JPKI_ATTRIBUTES_H

#include <jpki/date.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * UTF-8 texts as recorded; NULL: not recorded. Control characters and
 * characters that turn the direction of writing are replaced by U+FFFD, so
 * that every text can be shown on a terminal. The library makes this struct
 * and later versions may append to it.
 */
struct jpki_attributes {
	const char *name;	/* family name, U+3000, given name; foreign
				 * names, 通称 and 旧氏 as they are */
	const char *address;	/* from the prefecture on, up to 200
				 * characters */
	const char *birth;	/* as recorded: era digit and YYYYMMDD in a
				 * certificate, YYYYMMDD in the card's
				 * application */
	const char *sex;	/* as recorded: one digit, see
				 * jpki_attributes_sex() */
	/* One '0' or '1' for each character of the name and of the address;
	 * '1': a substitute stands for a character that the certificate
	 * cannot hold. Only in certificates. */
	const char *name_flags;
	const char *address_flags;
	/* What birth says: 1 明治, 2 大正, 3 昭和, 4 平成, 5 令和, 0: none or
	 * not known. */
	uint8_t birth_era;
	/* Each of year, month and day is 0 where it is not known (zeroes in
	 * birth); all are 0 where birth is absent or is no date. A date for
	 * reckoning only when none of the three is 0. */
	struct jpki_date birth_date;
};

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

struct jpki_comparison {
	enum jpki_compared name;
	enum jpki_compared address;
	enum jpki_compared birth;
	enum jpki_compared sex;
};

/*
 * Compares the four items of two sets, in practice those of the card's
 * application and those of the 署名用 certificate: where they differ, the
 * holder moved or changed the name, and the certificate has lapsed or soon
 * will.
 *
 * Ways of writing do not count: full and half width, upper and lower case,
 * spaces, kinds of hyphens and long-vowel marks, variation selectors,
 * separate voicing marks. A character flagged as a substitute, and a mark
 * that stands for a missing character (〓 ● ■ U+FFFD and private use), equals
 * any one character. Names that differ only in that one has a part in
 * brackets (通称, 旧氏) are UNKNOWN: no source says how each side writes it.
 * So are names that differ in punctuation only, and addresses that differ in
 * how numbers are written only (一丁目2番3号, 1-2-3).
 * A NULL set is one without any item.
 */
JPKI_API void jpki_attributes_compare(const struct jpki_attributes *a,
    const struct jpki_attributes *b, struct jpki_comparison *out);

/* Wipes and frees a set of one's own, such as jpki_card_attributes() makes;
 * never one that a certificate lends. NULL and a pointer to NULL are fine. */
JPKI_API void jpki_attributes_free(struct jpki_attributes **attributes);

#ifdef __cplusplus
}
#endif

#endif
