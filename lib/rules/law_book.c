/* SPDX-License-Identifier: Apache-2.0 */
/* The law book: rows, disagreements, seeds. */
#include "rules/law_book.h"

#include <strings.h>

/* How rows_*.h write seeds, checks and disagreements. */
enum {
	S0 = 1, S1 = 1 << 1, S2 = 1 << 2, S3 = 1 << 3, S4 = 1 << 4,
	ALL = S0 | S1 | S2 | S3 | S4, OUTSIDE = 0
};
enum {
	C = JPKI_RULE_CARD, P = JPKI_RULE_PIN, D = JPKI_RULE_DATE,
	I = JPKI_RULE_INPUT, N = JPKI_RULE_ONLINE, TELL = 0
};
enum {
	X1 = 1, X2 = 1 << 1, X3 = 1 << 2, X4 = 1 << 3, X5 = 1 << 4,
	X6 = 1 << 5, X7 = 1 << 6, X8 = 1 << 7, X9 = 1 << 8, X10 = 1 << 9,
	X11 = 1 << 10, X12 = 1 << 11, X13 = 1 << 12, X14 = 1 << 13,
	X15 = 1 << 14, X16 = 1 << 15
};

/* A row, with what only functions tell of it. */
static const struct row {
	struct jpki_rule rule;
	unsigned seeds;		/* bit n: Sn says so */
	unsigned disputes;	/* bit n - 1: Xn is about it */
} rows[] = {
#define ROW(id, seeds, checks, disputes, en, ja) \
	{ { #id, en, ja, checks }, seeds, disputes },
#include "rules/rows_card.h"
#include "rules/rows_use.h"
#undef ROW
};

static const struct jpki_dispute disputes[] = {
	{ "X1",
	  "Renewal fee: S4 200 yen; S2 reads as free unless through own "
	  "fault; S0 and S3 take 200 yen for a re-issue only; S1 says "
	  "nothing.",
	  "更新の手数料：S4 は 200 円、S2 は自己の責でなければ無料と読め、S0 と"
	  " S3 は再発行だけ 200 円で、S1 に記載はありません。",
	  "No amount is stated: ask your town (0 or 200 yen).",
	  "金額は断定せず、市区町村に確認（0 円または 200 円）と案内します。" },
	{ "X2",
	  "Reset at a convenience store: S1 the 署名用 password only; S2 "
	  "and S4 know counters only; other pages both, if the other PIN is "
	  "known.",
	  "コンビニでの再設定：S1 は署名用だけ、S2 と S4 は窓口だけ、ほかの資料"
	  "では他方の暗証番号がわかれば両方です。",
	  "Shops are not named. Open for 署名用, \"ask\" for 利用者証明用; "
	  "the portal site knows.",
	  "店名は挙げません。署名用は可、利用者証明用は「要確認」とし、ポー"
	  "タルサイトでの確認を勧めます。" },
	{ "X3",
	  "署名用 ends no later than 利用者証明用: only S3 says so.",
	  "署名用は利用者証明用の期限を超えないと書いているのは S3 だけです。",
	  "Used when the end of 利用者証明用 is given, and named; when it is "
	  "not, 署名用 may end sooner. On a certificate at hand a warning, no "
	  "error.",
	  "利用者証明用の期限が与えられたときに使い、その旨を示します。与えら"
	  "れないときは、署名用がより早く終わりうるとします。実物の証明書では"
	  "警告にとどめ、誤りとはしません。" },
	{ "X4",
	  "The 5th birthday \"from\" (S0, S3) or \"after\" (S1) the issue "
	  "date; S4 has both.",
	  "5 回目の誕生日は「発行日から」（S0、S3）か「発行日後」（S1）かが異な"
	  "ります。S4 は両方です。",
	  "Counted after the issue date; the certificate's own last day "
	  "decides.",
	  "発行日の後から数えます。証明書に書かれた期限が正しい日です。" },
	{ "X5",
	  "What makes 署名用 lapse: any of four items (S1 with 旧氏 and 通称"
	  ", S2), name, alias or address (S3), address or name (S0, S4).",
	  "署名用が失効する変更：4 情報のどれか（S1 は旧氏・通称も、S2）、氏名"
	  "・通称・住所（S3）、住所・氏名（S0、S4）です。",
	  "Any of the four.",
	  "4 情報のどれかとします。" },
	{ "X6",
	  "Must the 署名用 password mix letters and digits? S0, S1, S4 yes; "
	  "S2, S3 do not say.",
	  "署名用の暗証番号は英字と数字の混在が必要かどうか：S0、S1、S4 は必要"
	  "、S2、S3 に記載はありません。",
	  "A new one must mix them; an old one without a mix is sent to the "
	  "card, or its owner would be locked out.",
	  "新しい暗証番号には混在を求め、混在していない前からのものは受け付"
	  "けます（拒むと本人が使えなくなるため）。" },
	{ "X7",
	  "署名用 under 15: \"in principle\" not (S0, S2, S1's end) or not "
	  "at all (S3, S1's start).",
	  "15 歳未満の署名用：「原則」発行しない（S0、S2、S1 末尾）か、発行でき"
	  "ない（S3、S1 冒頭）かが異なります。",
	  "\"Normally not issued\".",
	  "「通常は発行されません」とします。" },
	{ "X8",
	  "Juki certificates: S0, S2, S4 write as if some were alive; S3 "
	  "says that all are over.",
	  "住基カードの証明書：S0、S2、S4 はまだ有効なものがある書き方、S3 はす"
	  "べて失効とあります。",
	  "All are over since December 2018.",
	  "2018 年 12 月までにすべて終わったとします。" },
	{ "X9",
	  "Said by few: the tries by S1 and S4; all four secrets by S4 (S0 a"
	  "nd S3 add the card's PIN to the certificates' two, S1 and S2 have"
	  " these alone); the suspension by S4 (by S3 loss itself ends 署名"
	  "用); the periods of foreign residents by S2, their alias by S3 (S"
	  "1 has 通称, without saying whose).",
	  "一部だけの記述：回数は S1 と S4、4 種類の暗証番号は S4（S0 と S3 は"
	  "証明書の 2 種類とカードのもの、S1 と S2 は証明書の 2 種類だけ）、一"
	  "時停止は S4（S3 では紛失そのもので署名用が失効）、外国人住民の期間は"
	  " S2、通称は S3（S1 にも通称とだけ）です。",
	  "S1 and S4 are followed, the card's counter is read. After a loss "
	  "署名用 is \"on hold\", with S3's reading named; it never comes "
	  "back either way.",
	  "S1 と S4 に従い、回数はカードから読みます。紛失後の署名用は「一時"
	  "保留」とし、S3 の扱いも示します。どちらでも署名用は復活しません。" },
	{ "X10",
	  "Somebody else renewing: one visit with the notice (S1) or "
	  "several (S2).",
	  "代理人の更新：案内があれば 1 回（S1）、複数回（S2）です。",
	  "Ask your town first.",
	  "事前の問い合わせを勧めます。" },
	{ "X11",
	  "Declining a certificate: black out the box (S1) or tick it (S2).",
	  "不要の意思表示：黒く塗る（S1）か、チェックを入れる（S2）かが異なりま"
	  "す。",
	  "Follow the form at hand.",
	  "手元の申請書の説明に従うよう案内します。" },
	{ "X12",
	  "Where to see the dates: PC (S4), PC or phone (S1). Reset at "
	  "home: impossible (S4), phone app and then a store (S1).",
	  "期限の確認：パソコン（S4）、パソコンかスマートフォン（S1）です。自宅"
	  "での再設定：不可（S4）、アプリで準備してコンビニ（S1）です。",
	  "A PC shows dates and never unlocks; the store is named as a way "
	  "of its own.",
	  "パソコンは期限を表示し、解除はしません。コンビニは別の方法として"
	  "示します。" },
	{ "X13",
	  "Who runs the portal: a council of prefectures (S3) or J-LIS (S1, "
	  "S2).",
	  "ポータルサイトの運営：都道府県協議会（S3）か J-LIS（S1、S2）かが異な"
	  "ります。",
	  "J-LIS issues the certificates in all of them.",
	  "証明書の発行者はどの資料でも J-LIS です。" },
	{ "X14",
	  "A PIN forgotten at the renewal: reset on the spot (S1), last "
	  "time's password needed, mind (S4), initialise it first (S0).",
	  "更新時に暗証番号を忘れた場合：その場で再設定（S1）、前回のものが必要"
	  "なので注意（S4）、先に初期化（S0）です。",
	  "Bring the PINs; if they are forgotten, ask the counter for a "
	  "reset.",
	  "暗証番号を用意し、忘れたら窓口で再設定を申し出るよう案内します。" },
	{ "X15",
	  "署名用 of adult wards: \"in principle\" not (S0, S1's end) or not "
	  "at all (S1's start); S2, S3 and S4 do not speak of them.",
	  "成年被後見人の署名用：「原則」発行しない（S0、S1 末尾）か、発行され"
	  "ない（S1 冒頭）かが異なります。S2、S3、S4 に記載はありません。",
	  "\"Normally not issued\".",
	  "「通常は発行されません」とします。" },
	{ "X16",
	  "Letters of the 署名用 password: upper case (S0, S1); S2, S3 and S"
	  "4 do not say. Only S0 says that lower case typed at home is conve"
	  "rted.",
	  "署名用の暗証番号の英字：大文字（S0、S1）です。S2、S3、S4 に記載はあ"
	  "りません。自宅で入力した小文字が変換されると書くのは S0 だけです。",
	  "Lower case is converted to upper case before the card gets it.",
	  "小文字は大文字に変換してからカードに送ります。" },
};

static const struct jpki_seed seeds[] = {
	{ "S0", "Takamori", "高森町", "2017-04-20" },
	{ "S1", "Hiratsuka", "平塚市", "2025-01-16" },
	{ "S2", "Kitakyushu", "北九州市", "2024-05-07" },
	{ "S3", "Nishitokyo", "西東京市", "2023-05-08" },
	{ "S4", "Sanda, undated (about 2016 to 2018)",
	  "三田市、日付なし（2016～18 年ごろ）", "" },
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

_Static_assert(N_OF(rows) == JPKIP_ROWS, "each row has a name");

const struct jpki_rule *
jpkip_rule(enum jpkip_row row)
{
	return &rows[row - 1].rule;
}

const struct jpki_rule *
jpki_rule_at(size_t i)
{
	return i < N_OF(rows) ? &rows[i].rule : NULL;
}

const struct jpki_dispute *
jpki_dispute_at(size_t i)
{
	return i < N_OF(disputes) ? &disputes[i] : NULL;
}

const struct jpki_seed *
jpki_seed_at(size_t i)
{
	return i < N_OF(seeds) ? &seeds[i] : NULL;
}

const struct jpki_rule *
jpki_rule_find(const char *id)
{
	size_t i;

	for (i = 0; id != NULL && i < N_OF(rows); i++)
		if (strcasecmp(rows[i].rule.id, id) == 0)
			return &rows[i].rule;
	return NULL;
}

/* The row around a rule; NULL: it is not one of ours, but a copy. */
static const struct row *
row_of(const struct jpki_rule *rule)
{
	size_t i;

	for (i = 0; i < N_OF(rows); i++)
		if (&rows[i].rule == rule)
			return &rows[i];
	return NULL;
}

/* Which bit is the i-th that is set; past the last: beyond every table. */
static size_t
nth_bit(unsigned mask, size_t i)
{
	size_t bit;

	for (bit = 0; mask != 0; mask >>= 1, bit++)
		if ((mask & 1) != 0 && i-- == 0)
			return bit;
	return SIZE_MAX;
}

const struct jpki_seed *
jpki_rule_seed(const struct jpki_rule *rule, size_t i)
{
	const struct row *row = row_of(rule);

	return row != NULL ? jpki_seed_at(nth_bit(row->seeds, i)) : NULL;
}

const struct jpki_dispute *
jpki_rule_dispute(const struct jpki_rule *rule, size_t i)
{
	const struct row *row = row_of(rule);

	return row != NULL ? jpki_dispute_at(nth_bit(row->disputes, i)) :
	    NULL;
}
