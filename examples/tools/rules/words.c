/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of people; see words.h.
 */
#include <stdio.h>
#include <string.h>

#include "common/word.h"
#include "rules.h"
#include "words.h"

static const struct word_name questions[] = {
	{ "validity", "証明書 電子証明書 有効期限 有効期間 certificate" },
	{ "card", "カード マイナンバーカード" },
	{ "renewal", "更新 renew" },
	{ "event", "できごと 出来事 events" },
	{ "pin", "暗証番号 パスワード password" },
	{ "who", "対象 対象者 発行対象" },
	{ "explain", "説明 規則 項目 rule" },
	{ "ask", "質問 検索 topic topics search" },
};

static const struct word_name events[] = {
	{ "name", "氏名 氏名変更 氏名の変更 婚姻 結婚 離婚 婚姻届 離婚届 改姓 "
	    "改名 旧氏 旧姓 通称 "
	    "marriage married divorce renamed" },
	{ "address", "住所 住所変更 住所の変更 転居 市内転居" },
	{ "birth-date", "生年月日 生年月日の変更 生年月日の訂正" },
	{ "sex", "性別 性別変更 性別の変更 gender" },
	{ "moved-out", "転出 転出届 引越し 引っ越し 引越 市外転出 moved moving "
	    "move" },
	{ "moved-in", "転入 転入届 市外からの転入" },
	{ "lost", "紛失 紛失した カードの紛失 なくした 無くした 失くした "
	    "落とした 一時停止 loss suspended" },
	{ "stolen", "盗難 カードの盗難 盗まれた theft" },
	{ "found", "発見 カードの発見 見つかった 停止解除 一時停止の解除 "
	    "released" },
	{ "card-lapsed", "カード失効 カードの失効 返納" },
	{ "card-expiry", "カード期限切れ カードの有効期限切れ カード満了" },
	{ "request", "失効申請 利用をやめる 本人の申請" },
	{ "request-auth", "利用者証明用失効申請" },
	{ "request-sign", "署名用失効申請" },
	{ "ex-officio", "職権 職権失効" },
	{ "leak", "漏えい 漏洩 情報の漏えい 情報漏えい" },
	{ "expiry", "期限切れ 満了 有効期限切れ 有効期間の満了 expired" },
	{ "expiry-auth", "利用者証明用期限切れ" },
	{ "expiry-sign", "署名用期限切れ" },
	{ "renew", "更新 renewal renewed" },
	{ "renew-auth", "利用者証明用更新" },
	{ "renew-sign", "署名用更新" },
	{ "issue", "発行 新規発行 再発行 issued" },
	{ "issue-auth", "利用者証明用発行 利用者証明用新規発行" },
	{ "issue-sign", "署名用発行 署名用新規発行" },
	{ "new-card", "新しいカード 再交付 新カード カード更新" },
};

const char *
word_question(const char *word)
{
	return word_name(word, questions, N_OF(questions));
}

const char *
word_event(const char *word)
{
	return word_name(word, events, N_OF(events));
}

const char *
word_event_near(const char *word, char *buffer, size_t size)
{
	const char *pair[2] = { buffer, NULL }, *list;
	size_t i;

	for (i = 0; i < N_OF(events); i++) {
		snprintf(buffer, size, "%s", events[i].name);
		if (options_nearest(word, pair) != NULL)
			return buffer;
		list = events[i].said;
		while (word_next(&list, buffer, size))
			if (options_nearest(word, pair) != NULL)
				return buffer;
	}
	return NULL;
}
