/* SPDX-License-Identifier: Apache-2.0 */
/* The words of verdicts: states and advice. */
#include "rules/words.h"

static const struct {
	const char *name, *en, *ja;
} states[] = {
	[JPKI_STATE_UNKNOWN] = { "unknown", "unknown", "不明" },
	[JPKI_STATE_GOOD] = { "good",
	    "in date, not revoked according to the status answer",
	    "期限内（失効情報では失効していません）" },
	[JPKI_STATE_NOT_EXPIRED] = { "not-expired", "not expired",
	    "期限内" },
	[JPKI_STATE_IN_USE] = { "in-use", "in use", "利用できます" },
	[JPKI_STATE_RENEW] = { "renew", "not expired, renewable now",
	    "期限内、更新できる時期" },
	[JPKI_STATE_WAITING] = { "waiting", "not usable yet: wait a day",
	    "発行・手続き直後のため、まだ使えません" },
	[JPKI_STATE_NOT_YET] = { "not-yet", "not yet begun", "開始前" },
	[JPKI_STATE_ON_HOLD] = { "on-hold", "suspended, on hold",
	    "一時停止・一時保留中" },
	[JPKI_STATE_EXPIRED] = { "expired", "expired", "期限切れ" },
	[JPKI_STATE_LAPSED] = { "lapsed", "lapsed (revoked)", "失効" },
	[JPKI_STATE_NONE] = { "none", "none", "なし" },
};

static const char *const pin_states[] = {
	[JPKI_PIN_STATE_UNKNOWN] = "unknown",
	[JPKI_PIN_STATE_READY] = "ready",
	[JPKI_PIN_STATE_LAST_TRY] = "last-try",
	[JPKI_PIN_STATE_LOCKED] = "locked",
};

static const struct {
	const char *en, *ja;
} advices[JPKIP_ADVICES + 1] = {
	[JPKI_ADVICE_READ_CERT] = {
	    "The certificate's own last day, which is written in it, decides.",
	    "正しい期限は証明書に書かれたものです。" },
	[JPKI_ADVICE_CHECK_STATUS] = {
	    "Whether it was revoked is not known; only a status service can "
	    "tell.",
	    "失効しているかどうかは未確認です。わかるのは失効情報のサービスだ"
	    "けです。" },
	[JPKI_ADVICE_RENEW] = {
	    "Renew now, at the counter of your town; you need not wait for "
	    "the notice.",
	    "市区町村の窓口で今すぐ更新できます。案内を待つ必要はありま"
	    "せん。" },
	[JPKI_ADVICE_RENEW_LATER] = {
	    "Nothing to do until the renewal opens.",
	    "更新できる日まで、何もする必要はありません。" },
	[JPKI_ADVICE_BRING] = {
	    "Bring the card, which must be in date, the notice if you have "
	    "it, and your PINs.",
	    "有効期限内のカード、あれば案内、そして暗証番号を用意します。" },
	[JPKI_ADVICE_PLACE] = {
	    "Ask your town which counter does it, and whether by appointment; "
	    "it cannot be done by post.",
	    "窓口と予約の要否は市区町村に確認してください。郵送ではできません"
	    "。" },
	[JPKI_ADVICE_FORGOTTEN] = {
	    "If you have forgotten a PIN, ask the counter to reset it.",
	    "暗証番号を忘れたら、窓口で再設定を申し出ます。" },
	[JPKI_ADVICE_AGENT] = {
	    "If somebody else is to go for you, ask your town first: it may "
	    "take letters and several visits.",
	    "代理人の場合は、先に市区町村に問い合わせます。照会書や複数回の来庁"
	    "が必要なことがあります。" },
	[JPKI_ADVICE_FEE] = {
	    "Fee: ask your town (0 or 200 yen).",
	    "手数料：市区町村に確認してください（0 円または 200 円）。" },
	[JPKI_ADVICE_WAIT_24H] = {
	    "Wait about 24 hours after an issue or renewal: until then "
	    "services may refuse the certificate.",
	    "発行・更新から約 24 時間は使えないことがあるので、待ちます。" },
	[JPKI_ADVICE_WAIT_DAY] = {
	    "Wait for the day after the card's address was updated.",
	    "カード券面の住所変更の翌日まで待ちます。" },
	[JPKI_ADVICE_NOT_YET] = {
	    "It begins later, or the computer's clock is wrong.",
	    "開始日前です。パソコンの時計も確かめてください。" },
	[JPKI_ADVICE_NEW_SIGN] = {
	    "Apply for a new 署名用 certificate, in person; after a move or "
	    "marriage best along with that notice.",
	    "新しい署名用電子証明書を本人が申請します。転入や婚姻の後なら、"
	    "その届出のときが便利です。" },
	[JPKI_ADVICE_NEW_CERT] = {
	    "Apply for a new certificate at the counter of your town, with the "
	    "card.",
	    "カードを持って市区町村の窓口で新しい電子証明書を申請します。" },
	[JPKI_ADVICE_NEW_CARD] = {
	    "Apply for a new card; it takes about a month.",
	    "新しいカードを申請します。受け取りまで 1 か月ほどかかります。" },
	[JPKI_ADVICE_MOVED] = {
	    "Moved or renamed? The 署名用 certificate has lapsed or soon "
	    "will: updating the card does not renew it.",
	    "住所や氏名が変わりましたか。カードの書き換えだけでは署名用電子"
	    "証明書は新しくならず、失効しているか、まもなく失効します。" },
	[JPKI_ADVICE_CONTINUE] = {
	    "Have the card continued (継続利用): bring it with the moving "
	    "notice; its PIN is needed.",
	    "継続利用の手続きをします。転入届にカードを持参します（暗証番号"
	    "が必要です）。" },
	[JPKI_ADVICE_SUSPEND] = {
	    "If it is not yet done, have the card suspended; ask your town or "
	    "the portal site how.",
	    "まだなら、カードの一時停止を届け出ます。方法は市区町村かポータ"
	    "ルサイトで確認してください。" },
	[JPKI_ADVICE_RELEASE] = {
	    "If the card is found, have the suspension lifted; 署名用 must be "
	    "issued anew all the same.",
	    "カードが見つかったら停止を解除します。署名用はそれでも新しい"
	    "発行が必要です。" },
	[JPKI_ADVICE_EXTEND] = {
	    "First extend the stay, then have the card extended before it "
	    "ends; after that the certificates are issued anew.",
	    "まず在留期間を更新し、次にカードの期限が来る前にカードを延長"
	    "し、そのあと電子証明書の発行を受け直します。" },
	[JPKI_ADVICE_HEALTH] = {
	    "It still serves as proof of health insurance until three months "
	    "from the end of the month it expired in.",
	    "健康保険証としては、期限の月の末日から 3 か月間は使えます。" },
	[JPKI_ADVICE_PARTNER] = {
	    "署名用 lasts longer than 利用者証明用 here; by one seed (S3) it "
	    "should not. Take the earlier end.",
	    "署名用の期限が利用者証明用より後です。資料の 1 つ（S3）と合い"
	    "ません。早いほうの期限と考えてください。" },
	[JPKI_ADVICE_RESET_TOWN] = {
	    "Locked or forgotten: have it reset at the counter of your town; "
	    "the holder brings the card and needs nothing else.",
	    "ロックされたり忘れたりしたら、市区町村の窓口で再設定します。"
	    "本人ならカードだけで手続きできます。" },
	[JPKI_ADVICE_RESET_STORE] = {
	    "Perhaps quicker: a convenience store, prepared with the phone "
	    "app. Where, and for which PIN: see the portal site "
	    "(www.jpki.go.jp).",
	    "スマートフォンのアプリで準備すれば、コンビニで再設定できることがあ"
	    "ります。店と対象はポータルサイト（www.jpki.go.jp）で確認してくださ"
	    "い。" },
	[JPKI_ADVICE_NO_UNLOCK] = {
	    "A PC cannot unlock it.",
	    "パソコンでは解除できません。" },
	[JPKI_ADVICE_LAST_TRY] = {
	    "One more miss locks it: try only if you are sure.",
	    "次に間違えるとロックされます。確実なときだけ入力してください。" },
	[JPKI_ADVICE_CHANGE_HOME] = {
	    "Whoever knows the PIN can change it at home.",
	    "わかっている暗証番号は自宅で変更できます。" },
	[JPKI_ADVICE_MIX] = {
	    "A new password mixes letters and digits; an old one that does "
	    "not is still accepted.",
	    "新しい暗証番号は英字と数字の両方が必要です。前からのものは混在"
	    "していなくても使えます。" },
	[JPKI_ADVICE_REPRESENTATIVE] = {
	    "The legal representative comes along, and proves to be it.",
	    "法定代理人が同行し、代理人であることを証明します。" },
	[JPKI_ADVICE_PROOF_FAMILY] = {
	    "Proof: the family register (戸籍謄本), unless it is kept in that "
	    "town.",
	    "証明書類は戸籍謄本です（本籍がその市区町村なら不要です）。" },
	[JPKI_ADVICE_PROOF_WARD] = {
	    "Proof: the certificate of registered guardianship "
	    "(成年後見登記事項証明書).",
	    "証明書類は成年後見登記事項証明書です。" },
	[JPKI_ADVICE_SIGN_LATER] = {
	    "From the 15th birthday on 署名用 can be applied for.",
	    "署名用は 15 歳の誕生日から申請できます。" },
	[JPKI_ADVICE_NO_SIGN] = {
	    "No 署名用 certificate is normal: it can be declined, and is "
	    "normally not issued under 15 or to adult wards.",
	    "署名用がないのは異常ではありません。不要とすることができ、15 歳"
	    "未満と成年被後見人には通常発行されません。" },
	[JPKI_ADVICE_ISSUE_LATER] = {
	    "Whoever wants one, and may have it, gets it at the counter of "
	    "the town, on the card there is.",
	    "必要で、発行を受けられる人なら、今のカードに市区町村の窓口で"
	    "発行してもらえます。" },
	[JPKI_ADVICE_SAY_BIRTH] = {
	    "The whole date of birth would tell more.",
	    "生年月日がすべてわかれば、より正確にわかります。" },
	[JPKI_ADVICE_SAY_CARD] = {
	    "It may end sooner: no certificate outlives its card, whose last "
	    "day, printed on its face, was not said.",
	    "これより早く終わることがあります。電子証明書はカードより長く続"
	    "きませんが、券面に印字されたカードの最終日が示されていません。"
	    },
	[JPKI_ADVICE_SAY_AUTH] = {
	    "It may end sooner: by one seed (S3) 署名用 does not outlast "
	    "利用者証明用, whose last day was not said.",
	    "これより早く終わることがあります。資料の 1 つ（S3）では署名用は"
	    "利用者証明用の期限を超えませんが、その最終日が示されていませ"
	    "ん。" },
	[JPKI_ADVICE_WITH_CARD] = {
	    "It ends with its card, so that renewing it gains nothing: what "
	    "it takes is a new card, for which one waits about a month.",
	    "カードと同時に終わるので、更新しても延びません。必要なのは新しい"
	    "カードで、受け取りまで 1 か月ほどかかります。" },
	[JPKI_ADVICE_CARD_ENDS] = {
	    "The card itself ends within three months: apply for a new card "
	    "now, so that it is there in time.",
	    "カード自体があと 3 か月以内に終わります。間に合うように、今のう"
	    "ちに新しいカードを申請します。" },
	[JPKI_ADVICE_UNLESS_CARD] = {
	    "Does the certificate end with its card, or with a period of stay? "
	    "Then renewing it gains nothing: it takes a new card, or an "
	    "extended stay and card, first.",
	    "カードや在留期間と同時に終わる電子証明書は、更新しても延びませ"
	    "ん。先に新しいカード、または在留期間とカードの延長が必要です。"
	    },
	[JPKI_ADVICE_OPEN_BIRTHDAY] = {
	    "No source says whether a birthday on the day of the issue or "
	    "renewal counts; here it does not. If it did, it would end a year "
	    "sooner.",
	    "発行や更新の当日が誕生日のとき、それを数えるかどうかを定めた資料"
	    "はありません。ここでは数えません。数えるなら 1 年早く終わりま"
	    "す。" },
	[JPKI_ADVICE_OPEN_FEB29] = {
	    "No source says on which day of a common year somebody born on 29 "
	    "February has the birthday; it is 1 March or 28 February, and "
	    "decides here.",
	    "2 月 29 日生まれの平年の誕生日（3 月 1 日か 2 月 28 日）を定めた"
	    "資料はなく、ここではそれで答えが変わります。" },
	[JPKI_ADVICE_STAY_ENDED] = {
	    "The card ended with the stay and cannot be extended any more: "
	    "first extend the stay, if that is not done yet, then apply for a "
	    "new card.",
	    "カードは在留期間とともに終わり、もう延長できません。在留期間の更新"
	    "がまだなら先に行い、そのあと新しいカードを申請します。" },
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

const char *
jpki_state_name(enum jpki_state state)
{
	return (size_t)state < N_OF(states) ? states[state].name : "?";
}

const char *
jpki_state_text(enum jpki_state state, enum jpki_lang lang)
{
	if ((size_t)state >= N_OF(states))
		return "?";
	return lang == JPKI_LANG_JA ? states[state].ja : states[state].en;
}

const char *
jpki_pin_state_name(enum jpki_pin_state state)
{
	return (size_t)state < N_OF(pin_states) ? pin_states[state] : "?";
}

const char *
jpki_advice_text(enum jpki_advice advice, enum jpki_lang lang)
{
	if (advice < 1 || (size_t)advice >= N_OF(advices))
		return "";
	return lang == JPKI_LANG_JA ? advices[advice].ja : advices[advice].en;
}
