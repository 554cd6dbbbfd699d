/* SPDX-License-Identifier: Apache-2.0 */
/* The four items: what they say, and when two sets differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jpki.h>

#include "base/ctx.h"
#include "certificate/attributes.h"
#include "row.h"
#include "torture.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void
birth_texts(void **state)
{
	static const struct {
		const char *birth, *ja, *en;
		bool ok;
	} rows[] = {
		{ "319800217", "昭和55年2月17日",
		    "17 February 1980 (Showa 55)", true },
		{ "320231217", "2023年12月17日", "17 December 2023", true },
		{ "419890108", "平成元年1月8日", "8 January 1989 (Heisei 1)",
		    true },
		{ "319890107", "昭和64年1月7日", "7 January 1989 (Showa 64)",
		    true },
		{ "319890108", "1989年1月8日", "8 January 1989", true },
		/* The day this era changed belongs to both. */
		{ "219261225", "大正15年12月25日",
		    "25 December 1926 (Taisho 15)", true },
		{ "118991201", "明治32年12月1日",
		    "1 December 1899 (Meiji 32)", true },
		{ "520240229", "令和6年2月29日", "29 February 2024 (Reiwa 6)",
		    true },
		/* The card's application has no era: it is reckoned. */
		{ "19800217", "1980年2月17日（昭和55年）",
		    "17 February 1980 (Showa 55)", true },
		{ "20190501", "2019年5月1日（令和元年）",
		    "1 May 2019 (Reiwa 1)", true },
		{ "18670101", "1867年1月1日", "1 January 1867", true },
		{ "019700101", "1970年1月1日（昭和45年）",
		    "1 January 1970 (Showa 45)", true },
		/* Partly unknown. */
		{ "319800200", "昭和55年2月（日は不明）",
		    "February 1980 (Showa 55), day unknown", true },
		{ "319800000", "昭和55年（月日は不明）",
		    "1980 (Showa 55), day, month unknown", true },
		{ "319800017", "昭和55年17日（月は不明）",
		    "17 1980 (Showa 55), month unknown", true },
		{ "300000217", "昭和（年は不明）2月17日",
		    "17 February (Showa), year unknown", true },
		{ "300000229", "昭和（年は不明）2月29日",
		    "29 February (Showa), year unknown", true },
		{ "400000000", "平成（年月日は不明）", "unknown (Heisei)",
		    true },
		{ "000000000", "不明", "unknown", true },
		{ "00000000", "不明", "unknown", true },
		{ "19800200", "1980年2月（日は不明）",
		    "February 1980, day unknown", true },
		/* No dates. */
		{ "619800217", "不明", "unknown", false },
		{ "319801317", "不明", "unknown", false },
		{ "319800230", "不明", "unknown", false },
		{ "320230229", "不明", "unknown", false },
		{ "3198002", "不明", "unknown", false },
		{ "31980021x", "不明", "unknown", false },
		{ "", "不明", "unknown", false },
		{ "昭和55年", "不明", "unknown", false }
	};
	struct jpki_attributes set = { 0 };
	char out[JPKI_BIRTH_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i].birth);

		set.birth = rows[i].birth;
		assert_int_equal(jpkip_attributes_date(&set), rows[i].ok);
		jpki_attributes_birth(&set, JPKI_LANG_JA, out);
		assert_string_equal(out, rows[i].ja);
		jpki_attributes_birth(&set, JPKI_LANG_EN, out);
		assert_string_equal(out, rows[i].en);
	}
	set.birth = NULL;
	jpki_attributes_birth(&set, JPKI_LANG_EN, out);
	assert_string_equal(out, "not recorded");
	jpki_attributes_birth(NULL, JPKI_LANG_JA, out);
	assert_string_equal(out, "記録なし");
}

/* Every month and era, known and unknown parts: the text always fits. */
static void
birth_texts_fit(void **state)
{
	struct jpki_attributes set = { .birth = "" };
	char out[JPKI_BIRTH_TEXT + 8];
	int month, bits;

	(void)state;
	for (set.birth_era = 0; set.birth_era <= 5; set.birth_era++)
		for (month = 0; month <= 12; month++)
			for (bits = 0; bits < 4; bits++) {
				set.birth_date.year = bits & 1 ? 9999 : 0;
				set.birth_date.day = bits & 2 ? 30 : 0;
				set.birth_date.month = (uint8_t)month;
				memset(out, '#', sizeof(out));
				jpki_attributes_birth(&set, JPKI_LANG_JA, out);
				assert_true(strlen(out) < 80);
				jpki_attributes_birth(&set, JPKI_LANG_EN, out);
				assert_true(strlen(out) < 80);
				assert_int_equal(out[JPKI_BIRTH_TEXT], '#');
			}
}

static void
eras_fit(void **state)
{
	static const struct {
		const char *birth;
		bool fits;
	} rows[] = {
		{ "319800217", true }, { "419800217", false },
		{ "219261225", true }, { "319261225", true },
		{ "319261224", false }, { "219261226", false },
		{ "319890000", true }, { "419890000", true },
		{ "419880000", false }, { "319890100", true },
		{ "419890100", true }, { "300000000", true },
		{ "019800217", true }, { "520190501", true },
		{ "520190430", false }, { "420190501", false },
		{ "319890108", false }, { "119120730", true },
		{ "119120731", false }, { "219120729", false }
	};
	struct jpki_attributes set = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i].birth);

		set.birth = rows[i].birth;
		assert_true(jpkip_attributes_date(&set));
		assert_int_equal(jpkip_attributes_era_fits(&set),
		    rows[i].fits);
	}
}

static void
sexes(void **state)
{
	static const struct {
		const char *code, *ja, *en;
	} rows[] = {
		{ "1", "男", "male" }, { "2", "女", "female" },
		{ "0", "不明（コード 0）", "not known (code 0)" },
		{ "3", "不明（コード 3）", "unknown (code 3)" },
		{ "9", "その他（コード 9）", "other (code 9)" },
		{ "4", "意味のわからないコード", "a code of unknown meaning" },
		{ "11", "意味のわからないコード",
		    "a code of unknown meaning" },
		{ "", "意味のわからないコード", "a code of unknown meaning" },
		{ NULL, "記録なし", "not recorded" }
	};
	struct jpki_attributes set = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i].code != NULL ? rows[i].code : "none");

		set.sex = rows[i].code;
		assert_string_equal(jpki_attributes_sex(&set, JPKI_LANG_JA),
		    rows[i].ja);
		assert_string_equal(jpki_attributes_sex(&set, JPKI_LANG_EN),
		    rows[i].en);
	}
	assert_string_equal(jpki_attributes_sex(NULL, JPKI_LANG_EN),
	    "not recorded");
}

#define S JPKI_COMPARED_SAME
#define D JPKI_COMPARED_DIFFERS
#define U JPKI_COMPARED_UNKNOWN

/* The same from both sides. */
static void
compared(const struct jpki_attributes *a, const struct jpki_attributes *b,
    enum jpki_item item, enum jpki_compared expected)
{
	const char *texts[] = {
		jpki_attributes_item(a, item), jpki_attributes_item(b, item)
	};
	row("%s | %s", texts[0] != NULL ? texts[0] : "none",
	    texts[1] != NULL ? texts[1] : "none");

	assert_int_equal(jpki_attributes_compare(a, b, item), expected);
	assert_int_equal(jpki_attributes_compare(b, a, item), expected);
}

static void
compare_addresses(void **state)
{
	static const struct {
		const char *a, *flags, *b;
		enum jpki_compared expected;
	} rows[] = {
		{ "東京都見本市１－２", NULL, "東京都見本市１－２", S },
		{ "東京都見本市１－２", NULL, "東京都見本市１－３", D },
		{ "東京都見本市１－２", NULL, "東京都見本市１－２２", D },
		{ "東京都見本市１－２", NULL, "東京都見本市", D },
		{ "東京都見本市１－２", NULL, "大阪府見本市１－２", D },
		/* Width, case, spaces. */
		{ "東京都見本市１－２", NULL, "東京都見本市1-2", S },
		{ "東京都１－２　ハイツＡ", NULL, "東京都1-2ハイツa", S },
		{ "東京都　　１－２", NULL, " 東京都 １－２ ", S },
		/* Hyphens: FF0D, 2212, 2010, 2015, 30FC, FF70, 2500, 301C. */
		{ "１－２", NULL, "１−２", S }, { "１－２", NULL, "１‐２", S },
		{ "１－２", NULL, "１―２", S }, { "１－２", NULL, "１ー２", S },
		{ "１－２", NULL, "１ｰ２", S }, { "１－２", NULL, "１─２", S },
		{ "１〜２", NULL, "１～２", S },
		/* A hyphen is not nothing, and not a number. */
		{ "１－２", NULL, "１２", D }, { "１－２", NULL, "１一２", D },
		{ "１－２－３", NULL, "１－２３", D },
		/* Half-width katakana with voicing marks, separate marks. */
		{ "ガーデンパレス", NULL, "ｶﾞｰﾃﾞﾝﾊﾟﾚｽ", S },
		{ "ガーデンパレス", NULL, "カ\u3099ーテ\u3099ンハ\u309aレス",
		    S },
		{ "ヴィラ", NULL, "ｳﾞｨﾗ", S }, { "づ", NULL, "つ\u3099", S },
		{ "ハ", NULL, "パ", D }, { "ん", NULL, "ん\u3099", D },
		/* Variation selectors. */
		{ "葛飾区", NULL, "葛\U000e0100飾区", S },
		{ "葛飾区", NULL, "葛\ufe00飾区", S },
		/* Substitutes: one character, whichever. */
		{ "渡辺町", "010", "渡邊町", S },
		{ "渡辺町", "000", "渡田町", D },
		{ "渡辺町", NULL, "渡田町", D },
		{ "渡辺町", "100", "渡田町", D },
		{ "渡辺町", "010", "渡田町", S },
		{ "渡辺町", "010", "渡辺町", S },
		{ "渡辺町", "010", "渡町", D },
		{ "渡辺町", "010", "渡邊\U000e0101町", S },
		{ "渡辺　町", "0100", "渡邊町", S },
		{ "渡辺町１", "0100", "渡邊町２", D },
		/* The selector may have a flag of its own, or not. */
		{ "葛\U000e0100辺町", "0010", "葛邊町", S },
		{ "葛\U000e0100辺町", "010", "葛邊町", S },
		/* Flags that fit nothing: who knows what was replaced. */
		{ "渡辺町", "01", "渡邊町", U },
		{ "渡辺町", "01", "渡辺町", S },
		{ "渡辺町", "01000", "大阪", U },
		{ "渡辺町", "00", "渡田町", D },
		/* Marks for characters that are missing. */
		{ "渡〓町", NULL, "渡邊町", S },
		{ "渡\ue123町", NULL, "渡邊町", S },
		{ "渡●町", NULL, "渡町", D },
		/* Numbers in another style: the same place, most likely. */
		{ "架空町一丁目２番３号", NULL, "架空町1-2-3", U },
		{ "架空町一丁目２番３号", NULL, "架空町１丁目２番３号", U },
		{ "架空町二十三番地の４", NULL, "架空町23-4", U },
		{ "架空町百十番地", NULL, "架空町110", U },
		{ "架空町二〇五", NULL, "架空町205", U },
		{ "架空町千二百三十番地", NULL, "架空町1230", U },
		{ "架空町千二百三十番地", NULL, "架空町1203", D },
		{ "架空町三千二百番地", NULL, "架空町3200", U },
		/* 千 of a name. */
		{ "架空町1-2　千歳荘", NULL, "架空町1-2千歳荘", S },
		{ "架空町１番２号　千歳荘", NULL, "架空町1-2千歳荘", U },
		{ "架空町１番２号　千歳荘", NULL, "架空町1-2 百歳荘", D },
		{ "見本市五千石１", NULL, "見本市５千石１", U },
		{ "千代田１", NULL, "代田１", D },
		/* The last of them before a word. */
		{ "架空町１番１号　ハイツ１０１号", NULL,
		    "架空町1-1 ハイツ101", U },
		{ "架空町１番２号Ａ棟", NULL, "架空町1-2A棟", U },
		{ "架空町１番１号　ハイツ１０１号", NULL,
		    "架空町1-1 ハイツ102", D },
		{ "架空町１番１号　ハイツ", NULL, "架空町11 ハイツ", D },
		/* 大字 and 字. */
		{ "架空町大字見本１", NULL, "架空町見本１", U },
		{ "架空町字見本１", NULL, "架空町見本１", U },
		{ "架空町小字見本１", NULL, "架空町見本１", U },
		{ "架空町小字山１", NULL, "架空町小山１", D },
		{ "架空町大字山１", NULL, "架空町大山１", D },
		{ "架空町大字見本１", NULL, "架空町見本２", D },
		{ "十文字町１", NULL, "十文町１", D },
		{ "架空町十字１", NULL, "架空町十１", D },
		{ "架空町３丁目４番５号１０１", NULL, "架空町三丁目4-5-101",
		    U },
		{ "四番町１０の２", NULL, "四番町１０番地２", U },
		{ "架空町一丁目２番３号", NULL, "架空町1-2-4", D },
		{ "架空町１丁目２３番", NULL, "架空町１２丁目３番", D },
		{ "架空町１－２－３", NULL, "架空町一丁目２番３号室", D },
		{ "架空町一丁目", NULL, "架空町二丁目", D },
		{ "架空町１番１０号", NULL, "架空町1-1-0", D },
		{ "架空町２丁目", NULL, "架空町二丁目", U },
		{ "架空町２丁目", NULL, "架空町２－", U },
		{ "架空町一宮", NULL, "架空町宮", D },
		{ "架空町番地", NULL, "架空町", D },
		{ "見本町一丁目２番", NULL, "架空町1-2", D },
		{ "渡辺町一丁目", "010000", "渡邊町1", U },
		/* Numbers stay apart; a space that only one has may be lost. */
		{ "架空町１－２　３０１号室", NULL,
		    "架空町１－２３　０１号室", D },
		{ "架空町１－２　３０１号室", NULL,
		    "架空町1-2 301号室", S },
		{ "架空町１－２　３０１", NULL, "架空町１－２３０１", U },
		{ "架空町１－２　３０１", NULL, "架空町１－２－３０１", U },
		{ "架空町二　三〇一号", NULL, "架空町二三　〇一号", D },
		{ "架空町１ － ２　番", NULL, "架空町１－２番", S },
		{ "架空町１　ハイツ２", NULL, "架空町１ハイツ２", S },
		{ "架空町１－２　３", "00000100", "架空町１－４　３", S },
		{ "架空町１－２　３", "00000000", "架空町１－４　３", D },
		/* Canonically equal: composed or not, compatibility forms. */
		{ "神\ufa19町", NULL, "神神町", S },
		{ "\u00dcBER　１", NULL, "U\u0308ber １", S },
		{ "o\u0323\u0302", NULL, "\u1ed9", S },
		{ "o\u0302\u0323", NULL, "o\u0323\u0302", S },
		{ "\ud55c", NULL, "\u1112\u1161\u11ab", S },
		{ "o\u0302", NULL, "o\u0302\u0323", U },
		/* Forms that people write for each other. */
		{ "霞ヶ関１", NULL, "霞が関１", U },
		{ "霞ケ関１", NULL, "霞ガ関１", U },
		{ "霞ヶ関１", NULL, "霞箇関１", U },
		{ "霞ヶ関１", NULL, "霞ヶ浦１", D },
		{ "三ヶ日町", NULL, "三ケ日町", U },
		{ "つつじが丘１", NULL, "つつじヶ丘１", U },
		{ "ひばりケ丘１", NULL, "ひばりが丘１", U },
		{ "ひばりケ丘１", NULL, "ひばりが岡１", D },
		{ "すずか台", NULL, "すずが台", D },
		{ "四ツ谷１", NULL, "四谷１", U },
		{ "井ノ頭１", NULL, "井之頭１", U },
		{ "キヤノン町", NULL, "キャノン町", U },
		{ "さくら町", NULL, "サクラ町", U },
		{ "﨑町１", NULL, "崎町１", U },
		{ "﨑町１", NULL, "崎町２", D },
		{ "中央区戸越", NULL, "中央區戶越", U },
		{ "飛騨市古川町", NULL, "飛驒市古川町", U },
		{ "籠原南", NULL, "篭原北", D },
		{ "サン・ハイツ", NULL, "サンハイツ", U },
		{ "ハイツⅡ", NULL, "ハイツＩＩ", U },
		{ "ハイツⅡ", NULL, "ハイツⅢ", D },
		{ "架空町１・２", NULL, "架空町１２", D },
		/* Nothing to compare. */
		{ NULL, NULL, "東京都", U }, { "東京都", NULL, NULL, U },
		{ "", NULL, "東京都", U }, { "　", NULL, "東京都", U },
		{ NULL, NULL, NULL, U },
		/* Brackets mean nothing in an address. */
		{ "東京都（１）", NULL, "東京都", D },
		{ "東京都（１）", NULL, "東京都(1)", S }
	};
	struct jpki_attributes a = { 0 }, b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		a.address = rows[i].a;
		a.address_flags = rows[i].flags;
		b.address = rows[i].b;
		compared(&a, &b, JPKI_ITEM_ADDRESS, rows[i].expected);
		compared(&a, &b, JPKI_ITEM_NAME, U);
	}
}

static void
compare_names(void **state)
{
	static const struct {
		const char *a, *b;
		enum jpki_compared expected;
	} rows[] = {
		{ "山田　太郎", "山田　太郎", S },
		{ "山田　太郎", "山田太郎", S },
		{ "山田　花子", "鈴木　花子", D },
		{ "SMITH　JOHN", "Ｓｍｉｔｈ　Ｊｏｈｎ", S },
		/* Punctuation may be lost; the order of names is not. */
		{ "SMITH, JOHN", "SMITH JOHN", U },
		{ "O'BRIEN　ANNE-MARIE", "O’BRIEN　ANNE MARIE", U },
		{ "ジョン・スミス", "ジョン　スミス", U },
		{ "JOHN JR.", "JOHN JR", U },
		{ "SMITH JOHN", "JOHN SMITH", D },
		{ "佐藤　ローラ", "佐藤　ロラ", D },
		{ "山田　一", "山田　1", D },
		{ "山田　太郎", "山田　次郎", D },
		/* Forms of a character, without a flag. */
		{ "髙橋　太郎", "高橋　太郎", U },
		{ "山﨑　太郎", "山崎　太郎", U },
		{ "𠮷田　太郎", "吉田　太郎", U },
		{ "渡邉　太郎", "渡辺　太郎", U },
		{ "濵田　太郎", "浜田　太郎", U },
		{ "斎藤　太郎", "齊藤　太郎", U },
		{ "髙橋　太郎", "高橋　次郎", D },
		{ "豊田　学", "豐田　學", U },
		{ "渡部　和彦", "渡部　和彥", U },
		{ "靏岡　曻", "鶴岡　昇", U },
		{ "大槗　達也", "大橋　逹也", U },
		{ "𣘺本　ゑみ", "橋本　えみ", U },
		{ "𡈽田　孝", "土田　孝", U },
		{ "𡈽田　孝", "上田　孝", D },
		{ "豊田　学", "豐田　覺", D },
		{ "山田　升", "山田　昇", D },
		{ "吉田　太郎", "古田　太郎", D },
		{ "山田　博之", "山田　博", D },
		{ "山田　高志", "山田　タケシ", D },
		{ "山田　タカシ", "山田　タケシ", D },
		{ "堀之内　太郎", "堀ノ内　太郎", U },
		{ "佐々木　太郎", "佐佐木　太郎", U },
		{ "佐々木　太郎", "佐木　太郎", D },
		{ "ジャン＝ポール", "ジャン・ポール", U },
		{ "ジャン＝ポール", "ジャンポール", U },
		{ "MÜLLER　ANNA", "MU\u0308LLER　ANNA", S },
		{ "MÜLLER　ANNA", "MULLER　ANNA", U },
		{ "\ufa19田　太郎", "神田　太郎", S },
		/* 通称 and 旧氏: nobody knows how either side writes them. */
		{ "KIM CHUL SOO（木村　鉄男）", "KIM CHUL SOO", U },
		{ "KIM CHUL SOO（木村　鉄男）", "木村　鉄男", U },
		{ "山田［鈴木］　花子", "山田　花子", U },
		{ "山田［鈴木］　花子", "山田【鈴木】花子", S },
		{ "山田［鈴木］　花子", "山田［田中］　花子", D },
		{ "山田［鈴木］　花子", "佐藤　花子", D },
		{ "山田［鈴木］　花子", "鈴木　花子", D },
		{ "山田（　）花子", "山田　花子", D },
		/* Brackets that do not match. */
		{ "山田）花子（", "山田）花子（", S },
		{ "山田（花子", "山田", U }, { "（山田", "山田", U }
	};
	struct jpki_attributes a = { 0 }, b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		a.name = rows[i].a;
		b.name = rows[i].b;
		compared(&a, &b, JPKI_ITEM_NAME, rows[i].expected);
	}
}

static void
compare_births_and_sexes(void **state)
{
	static const struct {
		const char *a, *b;
		enum jpki_compared expected;
	} births[] = {
		{ "319800217", "19800217", S }, { "319800217", "19800218", D },
		{ "319800217", "19810217", D }, { "319800217", "19800317", D },
		{ "319800217", "419800217", S },
		{ "319800200", "19800217", U }, { "319800200", "19800200", S },
		{ "319800200", "19800300", D }, { "319800000", "19810217", D },
		{ "300000217", "19800217", U }, { "300000217", "19800218", D },
		{ "000000000", "00000000", U }, { "000000000", "19800217", U },
		{ "31980021x", "19800217", U }, { NULL, "19800217", U }
	}, codes[] = {
		{ "1", "1", S }, { "2", "2", S }, { "1", "2", D },
		{ "9", "9", S }, { "3", "3", U }, { "0", "0", U },
		{ "3", "9", U }, { "1", "9", U }, { "2", "0", U },
		{ "1", NULL, U }, { NULL, NULL, U }, { "", "1", U },
		{ "12", "1", U }, { "x", "x", U }
	};
	struct jpki_attributes a = { 0 }, b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < N(births); i++) {
		a.birth = births[i].a;
		b.birth = births[i].b;
		(void)jpkip_attributes_date(&a);
		(void)jpkip_attributes_date(&b);
		compared(&a, &b, JPKI_ITEM_BIRTH, births[i].expected);
	}
	for (i = 0; i < N(codes); i++) {
		a.sex = codes[i].a;
		b.sex = codes[i].b;
		compared(&a, &b, JPKI_ITEM_SEX, codes[i].expected);
	}
}

/* NULL is a set without any item, and what is no item is never there. */
static void
no_set(void **state)
{
	static const struct jpki_attributes full = {
		.name = "山田", .address = "東京都", .birth = "419900217",
		.sex = "1", .name_flags = "00", .address_flags = "000",
		.birth_era = 4, .birth_date = { 1990, 2, 17 }
	};
	enum jpki_item item;

	(void)state;
	for (item = JPKI_ITEM_NAME; item <= JPKI_ITEM_SEX; item++) {
		row("item %d", (int)item);

		assert_null(jpki_attributes_item(NULL, item));
		assert_null(jpki_attributes_flags(NULL, item));
		assert_non_null(jpki_attributes_item(&full, item));
		compared(NULL, NULL, item, U);
		compared(NULL, &full, item, U);
		compared(&full, &full, item, S);
	}
	assert_string_equal(jpki_attributes_flags(&full, JPKI_ITEM_NAME),
	    "00");
	assert_string_equal(jpki_attributes_flags(&full, JPKI_ITEM_ADDRESS),
	    "000");
	assert_null(jpki_attributes_flags(&full, JPKI_ITEM_BIRTH));
	assert_null(jpki_attributes_flags(&full, JPKI_ITEM_SEX));
	assert_int_equal(jpki_attributes_birth_era(NULL), 0);
	assert_int_equal(jpki_attributes_birth_date(NULL).year, 0);
	assert_int_equal(jpki_attributes_birth_date(NULL).day, 0);
	assert_int_equal(jpki_attributes_birth_era(&full), 4);
	assert_int_equal(jpki_attributes_birth_date(&full).month, 2);
	assert_null(jpki_attributes_item(&full, 0));
	assert_null(jpki_attributes_item(&full, JPKI_ITEM_SEX + 1));
	assert_int_equal(jpki_attributes_compare(&full, &full, 0), U);
	assert_int_equal(jpki_attributes_compare(&full, &full,
	    JPKI_ITEM_SEX + 1), U);
}

/* 200 characters, all of four bytes, with a selector each. */
static void
compare_long(void **state)
{
	char a[200 * 8 + 4], b[200 * 4 + 4], flags[201];
	struct jpki_attributes one = { .address = a, .address_flags = flags };
	struct jpki_attributes other = { .address = b };
	size_t i;

	(void)state;
	for (i = 0; i < 200; i++) {
		memcpy(a + i * 8, "\U00020bb7\U000e0100", 8);
		memcpy(b + i * 4, "\U00020bb7", 4);
		flags[i] = i == 199 ? '1' : '0';
	}
	a[200 * 8] = b[200 * 4] = flags[200] = '\0';
	memcpy(b + 199 * 4, "\U0002a6d6", 4);
	compared(&one, &other, JPKI_ITEM_ADDRESS, S);
	memcpy(b + 198 * 4, "\U0002a6d6", 4);
	compared(&one, &other, JPKI_ITEM_ADDRESS, D);
}

static struct jpkip_text
text(const char *s)
{
	struct jpkip_text t = { (const uint8_t *)s, strlen(s) };

	return t;
}

static void
made_and_wiped(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpkip_text name = text("山田　太郎"), address = text("東京都");
	struct jpkip_text birth = text("19900217"), sex = text("1");
	struct jpkip_text bad = text("\xe5\xb1"), control = text("山\x1b[1m");
	struct jpkip_text late = { (const uint8_t *)"", 100000 };
	struct jpkip_text none = { NULL, 0 };
	struct jpki_attributes *set;
	long n;
	int r;

	(void)state;
	assert_int_equal(jpkip_attributes_new(ctx, &name, &address, &birth,
	    &sex, &set), 0);
	assert_string_equal(jpki_attributes_item(set, JPKI_ITEM_NAME),
	    "山田　太郎");
	assert_string_equal(jpki_attributes_item(set, JPKI_ITEM_ADDRESS),
	    "東京都");
	assert_string_equal(jpki_attributes_item(set, JPKI_ITEM_BIRTH),
	    "19900217");
	assert_string_equal(jpki_attributes_item(set, JPKI_ITEM_SEX), "1");
	assert_null(jpki_attributes_flags(set, JPKI_ITEM_NAME));
	assert_int_equal(jpki_attributes_birth_date(set).year, 1990);
	assert_int_equal(jpki_attributes_birth_era(set), 0);
	torture_watch("太郎", strlen("太郎"));
	jpki_attributes_free(&set);
	assert_null(set);
	assert_int_equal(torture_found(), 0);
	torture_watch(NULL, 0);
	jpki_attributes_free(&set);
	jpki_attributes_free(NULL);

	assert_int_equal(jpkip_attributes_new(ctx, &name, &none, NULL, &none,
	    &set), 0);
	assert_null(jpki_attributes_item(set, JPKI_ITEM_ADDRESS));
	assert_null(jpki_attributes_item(set, JPKI_ITEM_BIRTH));
	jpki_attributes_free(&set);
	assert_int_equal(jpkip_attributes_new(ctx, &control, &none, &none,
	    &none, &set), 0);
	assert_string_equal(jpki_attributes_item(set, JPKI_ITEM_NAME),
	    "山\ufffd[1m");
	jpki_attributes_free(&set);
	assert_code(jpkip_attributes_new(ctx, &name, &bad, &none, &none,
	    &set), JPKI_ERR_DATA);
	assert_string_equal(jpki_ctx_errdetail(ctx), "address: not UTF-8");
	assert_null(set);
	jpki_ctx_set_lang(ctx, JPKI_LANG_JA);
	jpkip_ctx_clear(ctx);
	assert_code(jpkip_attributes_new(ctx, &late, &none, &none, &none,
	    &set), JPKI_ERR_DATA);
	assert_string_equal(jpki_ctx_errdetail(ctx), "氏名が長すぎます");
	assert_null(set);

	for (n = 0;; n++) {
		torture_start(TORTURE_OWN, n);
		r = jpkip_attributes_new(ctx, &name, &address, &birth, &sex,
		    &set);
		if (!torture_stop())
			break;
		assert_code(r, JPKI_ERR_MEMORY);
		assert_null(set);
	}
	assert_int_equal(n, 1);
	assert_int_equal(r, 0);
	jpki_attributes_free(&set);
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(birth_texts),
		cmocka_unit_test(birth_texts_fit),
		ROW_TEST(eras_fit),
		ROW_TEST(sexes),
		ROW_TEST(compare_addresses),
		ROW_TEST(compare_names),
		ROW_TEST(compare_births_and_sexes),
		ROW_TEST(compare_long),
		ROW_TEST(no_set),
		cmocka_unit_test(made_and_wiped),
	};

	torture_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
