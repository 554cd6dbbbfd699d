/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/note.h"

#include <string.h>

#include "certificate/cert_record.h"

/* X(code, what, 何が) */
#define NOTES(X) \
X(VERSION, "it is not an X.509 version 3 certificate", \
    "X.509 バージョン 3 の証明書ではありません") \
X(SERIAL, "its serial number is not positive or is too long", \
    "シリアル番号が正の数でないか、長すぎます") \
X(TIME_TYPE, "a time is written in the wrong of the two types", \
    "有効期間の時刻の型が規格と異なります") \
X(PERIOD, "it ends before it begins", \
    "有効期間の終わりが始まりより前です") \
X(LAST_SECOND, "it does not end at 23:59:59 in Japan as the service's do", \
    "有効期間の終わりが日本時間の 23:59:59 ではありません") \
X(ALGORITHMS, "it names two different signature algorithms", \
    "署名アルゴリズムの記載が二か所で異なります") \
X(KEY, "its kind of key is not known here", "未知の種類の鍵です") \
X(KEY_SIZE, "its key is short", "鍵が短すぎます") \
X(NAME, "its subject is not of the service's form", \
    "主体者名が公的個人認証サービスの形式ではありません") \
X(STRING_TYPE, "a text is of another type than the service uses", \
    "文字列の型が公的個人認証サービスのものと異なります") \
X(TEXT, "a text has wrong or unshowable characters; they are replaced", \
    "文字列に不正な文字か表示できない文字があり、置き換えました") \
X(EXTENSION_TWICE, "an extension comes more than once; the first was read", \
    "同じ拡張が重複しています。最初のものを読みました") \
X(EXTENSION_CRITICAL, "a critical extension is not known here", \
    "未知のクリティカルな拡張があります") \
X(EXTENSION_BROKEN, "an extension cannot be read", \
    "読み取れない拡張があります") \
X(POLICY_TEST, "its policy is that of J-LIS's test cards", \
    "J-LIS のテスト用カードのポリシーです") \
X(POLICY_PHONE, "its policy is said, by one source only, to be for " \
    "signatures with a phone", \
    "スマートフォンの署名用とされるポリシーです（出典はひとつだけ）") \
X(POLICY_UNKNOWN, "a policy of the service whose meaning is not known here", \
    "公的個人認証サービスの、意味のわからないポリシーです") \
X(KEY_USAGE, "its key usage does not fit its policy", \
    "鍵用途がポリシーと合いません") \
X(EXTENDED_KEY_USAGE, "its extended key usage does not fit its policy", \
    "拡張鍵用途がポリシーと合いません") \
X(HOLDER_IS_CA, "it has a holder's policy and says that it is a CA", \
    "個人用のポリシーなのに認証局とされています") \
X(AUTHORITY, "its CA's key id is missing or does not fit the CA's serial", \
    "発行者の鍵識別子がないか、発行者のシリアル番号と合いません") \
X(ATTRIBUTE_MISSING, "something about the holder is missing", \
    "基本 4 情報に欠けているものがあります") \
X(ATTRIBUTE_TWICE, "something about the holder comes more than once; the " \
    "first was read", \
    "基本 4 情報に重複があります。最初のものを読みました") \
X(ATTRIBUTE_UNKNOWN, "it has an attribute of the holder that is not known " \
    "here", "未知の属性があります") \
X(ATTRIBUTE_LENGTH, "a text about the holder is longer than the service " \
    "allows", "基本 4 情報が公的個人認証サービスの上限より長くなっています") \
X(FLAGS, "the flags of substitute characters do not fit the text", \
    "代替文字の情報が文字数と合いません") \
X(BIRTH, "the date of birth is not of the service's form", \
    "生年月日の形式が異なります") \
X(ERA, "the era does not fit the date of birth", \
    "元号が生年月日と合いません") \
X(SEX, "the sources disagree on what this code of the sex means", \
    "性別のコードの意味が資料によって異なります") \
X(MORE, "there is more than is shown here", \
    "ここに示したほかにもあります")

const char *
jpki_cert_note_text(enum jpki_note note, enum jpki_lang lang)
{
	bool ja = lang == JPKI_LANG_JA;

	switch (note) {
#define X(code, en, jp) case JPKI_NOTE_##code: return ja ? jp : en;
	NOTES(X)
#undef X
	}
	return ja ? "不明な注記です" : "unknown note";
}

const char *
jpki_cert_note_name(enum jpki_note note)
{
	switch (note) {
#define X(code, en, jp) case JPKI_NOTE_##code: return "JPKI_NOTE_" #code;
	NOTES(X)
#undef X
	}
	return "unknown";
}

void
jpkip_note(struct jpki_cert *cert, enum jpki_note code, const char *detail)
{
	struct jpki_cert_info *info = &cert->info;
	size_t i;

	for (i = 0; i < info->note_count; i++)
		if (cert->notes[i].code == code &&
		    strcmp(cert->notes[i].detail, detail) == 0)
			return;
	/* The last place says that there is no more place. */
	if (info->note_count >= JPKIP_NOTES - 1) {
		code = JPKI_NOTE_MORE;
		detail = "notes";
		if (info->note_count == JPKIP_NOTES)
			return;
	}
	cert->notes[info->note_count].code = code;
	cert->notes[info->note_count].detail = detail;
	cert->notes_at[info->note_count] = &cert->notes[info->note_count];
	info->notes = cert->notes_at;
	info->note_count++;
}

bool
jpkip_note_text(struct jpki_cert *cert, uint32_t tag, struct jpkip_part value,
    const char *field, const char **out)
{
	unsigned odd;

	if ((*out = jpkip_text(&cert->arena, tag, value, &odd)) == NULL)
		return false;
	if (odd & JPKIP_TEXT_TYPE)
		jpkip_note(cert, JPKI_NOTE_STRING_TYPE, field);
	if (odd & (JPKIP_TEXT_WRONG | JPKIP_TEXT_UNSAFE))
		jpkip_note(cert, JPKI_NOTE_TEXT, field);
	return true;
}
