/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the law book:
 * PINs, holders, fees, Juki cards, the PC, and what is outside the seeds.
 * ROW(id, seeds, how a PC can check, disagreements, English, 日本語);
 * law_book.h makes names of them, law_book.c the table. Above each stand the
 * lines of the pages that say so.
 */
/* S4 98-103 */
ROW(E1, S4, C, X9,
    "The card has four secrets: 署名用, 利用者証明用, 券面事項入力補助用 "
    "and the card's own (住民基本台帳用). Only S4 names all four.",
    "暗証番号は 4 種類です。署名用、利用者証明用、券面事項入力補助用、カード自"
    "身のもの（住民基本台帳用）です。4 種類を挙げるのは S4 だけです。")
/* S0 58; S1 23; S2 19; S3 50; S4 89, 100 */
ROW(E2, ALL, I, 0,
    "The 署名用 password has 6 to 16 characters.",
    "署名用の暗証番号は 6～16 文字です。")
/* S0 58, 79; S1 23; S2 19; S3 50; S4 89, 100 */
ROW(E3, ALL, I, X6 | X16,
    "The 署名用 password consists of letters and digits, letters in upper "
    "case (S0, S1), half-width (S4), and mixes both (S0, S1, S4).",
    "署名用の暗証番号は英数字です。英字は大文字（S0、S1）、半角（S4）、英字"
    "と数字の混在（S0、S1、S4）です。")
/* S0 79 */
ROW(E4, S0, I, X16,
    "Letters of the 署名用 password typed in lower case at home are "
    "converted to upper case.",
    "署名用の暗証番号は、自宅で小文字で入力しても大文字に変換されます。")
/* S0 59; S1 33; S2 24; S3 51; S4 90, 101 */
ROW(E5, ALL, I, 0,
    "The 利用者証明用 PIN has 4 digits.",
    "利用者証明用の暗証番号は数字 4 桁です。")
/* S0 48; S4 102-103 */
ROW(E6, S0 | S4, I, 0,
    "The PIN of 券面事項入力補助 and that of the card have 4 digits each "
    "(the card's: S0 too).",
    "券面事項入力補助用とカードの暗証番号はそれぞれ数字 4 桁です（カードは "
    "S0 も）。")
/* S0 56; S1 23, 33; S3 48 */
ROW(E7, S0 | S1 | S3, TELL, 0,
    "The secrets are set when the certificate is issued or the card handed "
    "over.",
    "暗証番号は電子証明書の発行時またはカードの受取時に設定します。")
/* S0 61 */
ROW(E8, S0, I, 0,
    "Whoever had certificates before must enter their PINs when new ones "
    "are issued.",
    "以前に電子証明書の発行を受けた人は、再発行のときにその暗証番号を入力し"
    "ます。")
/* S2 79 */
ROW(E9, S2, TELL, 0,
    "Under 15 the legal representative sets the PIN.",
    "15 歳未満では法定代理人が暗証番号を設定します。")
/* S1 20-36, 135; S2 19-27, 91; S3 20, 28, 50-51 */
ROW(E10, S1 | S2 | S3, I, 0,
    "Services ask for different secrets: e-Tax for 署名用, マイナポータル "
    "and convenience stores for the 4 digits of 利用者証明用.",
    "サービスにより求められる暗証番号が違います。e-Tax は署名用、マイナポー"
    "タルやコンビニは利用者証明用の 4 桁です。")
/* S1 110-112; S4 120 */
ROW(F1, S1 | S4, C, X9,
    "署名用 locks after 5 wrong tries (S1: in a row).",
    "署名用は 5 回間違えるとロックされます（S1 は「連続で」）。")
/* S1 110, 113; S4 120 */
ROW(F2, S1 | S4, C, X9,
    "利用者証明用 locks after 3 wrong tries (S1: in a row); so do all but "
    "署名用 (S4).",
    "利用者証明用は 3 回間違えるとロックされます（S1 は「連続で」）。署名用以"
    "外はすべて 3 回です（S4）。")
/* S1 110; S2 92 */
ROW(F3, S1 | S2, C, 0,
    "Locked means that the certificate cannot be used, and it does not "
    "recover by itself.",
    "ロックされると電子証明書は使えず、自動的には復活しません。")
/* S4 122 */
ROW(F4, S4, TELL, X12,
    "A PC at home cannot unlock.",
    "自宅のパソコンでは解除できません。")
/* S1 117, 125; S2 91; S4 126, 135 */
ROW(F5, S1 | S2 | S4, TELL, 0,
    "Unlocking and resetting are done at the municipal counter, with the "
    "card; which counter depends on the town.",
    "解除と再設定は市区町村の窓口で、カードを持って行います。どの窓口かは市"
    "区町村によります。")
/* S1 117; S2 95-97; S4 126-127, 131 */
ROW(F6, S1 | S2 | S4, TELL, 0,
    "The holder needs the card and nothing else; a Juki card without a "
    "photo also needs photo ID (S4).",
    "本人ならカードだけで手続きできます。顔写真のない住基カードは顔写真付き本人"
    "確認書類も必要です（S4）。")
/* S1 119-121; S2 96; S4 129 */
ROW(F7, S1 | S2 | S4, TELL, 0,
    "Somebody else going needs two visits with letters in between (S1), "
    "several (S2), or asks first (S4).",
    "代理人は照会書をはさんで 2 回（S1）、複数回（S2）の来庁が必要、または事前"
    "に問い合わせが必要です（S4）。")
/* S1 133-135 */
ROW(F8, S1, TELL, X2,
    "Some convenience stores and supermarkets all over the country reset 署"
    "名用, and only that.",
    "全国の一部のコンビニやスーパーで、署名用に限り再設定できます。")
/* S1 135-136 */
ROW(F9, S1, C, X2 | X12,
    "A reset at a store needs a phone app beforehand and the 4-digit 利用者"
    "証明用 PIN, which itself cannot be reset there.",
    "コンビニでの再設定には、事前にスマートフォンのアプリと利用者証明用の 4 "
    "桁が必要です。4 桁自体は再設定できません。")
ROW(F10, OUTSIDE, C, X2,
    "By other pages the stores reset 利用者証明用 too if the 署名用 "
    "password is known, within 24 hours of the app's face check; never the "
    "other two PINs.",
    "ほかの資料では、署名用がわかればアプリの顔認証から 24 時間以内に利用者"
    "証明用もコンビニで再設定できます。残る 2 つはできません。")
/* S0 61; S1 82, 115; S2 91; S4 118 */
ROW(F11, S0 | S1 | S2 | S4, TELL, X12,
    "Forgotten is handled like locked: initialise and set anew.",
    "忘れた場合もロックと同じく、初期化・再設定です。")
ROW(F12, OUTSIDE, P, 0,
    "A PIN that is known can be changed at home; unlocking it cannot be "
    "done there.",
    "わかっている暗証番号は自宅で変更できます。ロックの解除はできません。")
/* S0 33; S2 45 */
ROW(G1, S0 | S2, TELL, 0,
    "The applicant must be registered as a resident there and hold a card "
    "in use.",
    "申請できるのは、その市区町村に住民登録があり、運用中のカードを持つ人で"
    "す。")
/* S0 35; S1 22, 145; S2 67, 81; S3 21 */
ROW(G2, S0 | S1 | S2 | S3, D, X7,
    "Under 15 there is no 署名用: in principle (S0, S2, S1 at its end), or "
    "at all (S3, S1 at its start).",
    "15 歳未満に署名用は原則（S0、S2、S1 末尾）、または一切（S3、S1 冒頭）発"
    "行されません。")
/* S0 35; S1 22, 145 */
ROW(G3, S0 | S1, TELL, X15,
    "Adult wards (成年被後見人) get no 署名用: in principle (S0, S1 at its "
    "end) or at all (S1 at its start).",
    "成年被後見人に署名用は原則（S0、S1 末尾）、または一切（S1 冒頭）発行さ"
    "れません。")
/* S0 35; S2 67 */
ROW(G4, S0 | S2, TELL, X15,
    "Those under 15 (S0, S2) and adult wards (S0) may have 利用者証明用; the "
    "legal representative comes along and proves to be it (S0).",
    "15 歳未満の人（S0、S2）と成年被後見人（S0）にも利用者証明用は発行されま"
    "す。法定代理人が同行し、代理人であることを証明します（S0）。")
/* S0 37-38 */
ROW(G5, S0, TELL, 0,
    "Proof: for those under 15 the family register (戸籍謄本; not if it is "
    "kept in that town), for wards the certificate of registered "
    "guardianship (成年後見登記事項証明書).",
    "証明書類は、15 歳未満は戸籍謄本（本籍がその市区町村なら不要）、成年被後見"
    "人は成年後見登記事項証明書です。")
/* S1 55-57; S2 49; S4 92 */
ROW(G6, S1 | S2 | S4, TELL, 0,
    "Somebody else applying after the card was handed over: two visits and "
    "letters (S1), a letter or power of attorney and several visits (S2), "
    "ask first (S4).",
    "交付後の代理申請は、照会書をはさんで 2 回来庁（S1）、郵便照会や委任状と複"
    "数回来庁（S2）、事前に問い合わせが必要です（S4）。")
/* S0 52; S2 36; S3 37, 55 */
ROW(H1, S0 | S2 | S3, TELL, 0,
    "The first issue on a first card is free.",
    "初めてのカードへの初回発行は無料です。")
/* S0 52; S2 36; S3 56 */
ROW(H2, S0 | S2 | S3, TELL, X1,
    "200 yen for the certificates of a re-issued card (S0), of one re-issued "
    "through own fault, such as loss or damage (S2), or for a re-issued "
    "certificate (S3).",
    "200 円かかるのは、カードの再交付に伴う電子証明書（S0）、紛失・破損など自己"
    "の責による再発行（S2）、電子証明書の再発行（S3）です。")
/* S4 80 */
ROW(H3, S4, TELL, X1,
    "Renewal: 200 yen are among the things to bring (S4 only).",
    "更新に必要なものに手数料 200 円とあります（S4 のみ）。")
/* S1 81-88; S2 36 */
ROW(H4, S1 | S2, TELL, X1,
    "S1 names no fee; S2 reads as free except for re-issue through own "
    "fault.",
    "S1 に手数料の記載はなく、S2 は自己の責による再発行以外は無料と読めます"
    "。")
/* S4 107-112 */
ROW(J1, S4, C, 0,
    "The Juki card has only a certificate of the 署名用 kind, with a "
    "password of 4 to 16 letters or digits, and its own 4-digit PIN.",
    "住基カードには署名用の証明書だけがあり、暗証番号は 4～16 文字の英数字と"
    "カードの 4 桁の 2 種類です。")
/* S0 67; S2 57; S3 103; S4 39, 49 */
ROW(J2, S0 | S2 | S3 | S4, D, X8,
    "A Juki card's certificate lives for 3 years from issue or renewal.",
    "住基カードの電子証明書は発行または更新の日から 3 年間です。")
/* S0 65; S3 102; S4 37 */
ROW(J3, S0 | S3 | S4, D, 0,
    "No more Juki certificates were issued after 2015-12-22 (S3; S4 says "
    "December 2015, S0 only that it has ended).",
    "住基カードへの電子証明書の発行は平成 27 年（2015 年）12 月 22 日で終了"
    "しました（S3。S4 は 12 月、S0 は終了とだけ）。")
/* S3 102 */
ROW(J4, S3, TELL, 0,
    "Juki cards themselves, and their re-issue, ended on 2015-12-28.",
    "住基カード自体の交付・再交付は平成 27 年（2015 年）12 月 28 日で終了し"
    "ました。")
/* S3 103; to the contrary S0 67, S2 57, S4 39 */
ROW(J5, S3, D, X8,
    "Every Juki certificate is over; the last ended in December 2018, three "
    "years after the last issue. Only S3 says so; S0, S2 and S4 write as if "
    "some were alive.",
    "住基カードの証明書はすべて失効しています。最後の発行から 3 年の 2018 年 "
    "12 月までです。明記は S3 だけで、S0、S2、S4 はまだ有効なものがある書き方"
    "です。")
/* S0 67; S2 57 */
ROW(J6, S0 | S2, N, 0,
    "A Juki card's certificate also lapses when address or name change.",
    "住基カードの証明書も、住所や氏名の変更で失効します。")
/* S2 57 */
ROW(J7, S2, C, 0,
    "An old reader may not read My Number Cards: ask its maker.",
    "古いカードリーダーはマイナンバーカードに対応しないことがあります。メー"
    "カーに確認してください。")
/* S0 69; S3 104 */
ROW(J8, S0 | S3, TELL, 0,
    "From now on any new certificate needs a My Number Card.",
    "今後の電子証明書の発行にはマイナンバーカードが必要です。")
/* S0 75-77; S1 103; S2 53; S3 43-44; S4 33-35 */
ROW(K1, ALL, C, 0,
    "It takes a PC on the internet, a card reader with its driver and the "
    "free client software of the portal, or a phone that can do it.",
    "インターネットに接続したパソコン、カードリーダーとドライバー、ポータル"
    "サイトの無料の利用者クライアントソフト、または対応スマートフォンが必要"
    "です。")
/* S1 103; S3 41-44 */
ROW(K2, S1 | S3, C, 0,
    "A phone that can read the card may stand in for the reader (S1: to "
    "check the dates).",
    "カードを読めるスマートフォンはリーダーの代わりになります（S1 は期限の確"
    "認に）。")
/* S2 53; S3 44 */
ROW(K3, S2 | S3, TELL, X13,
    "The portal lists readers and phones that are known to work.",
    "対応するリーダーとスマートフォンはポータルサイトに載っています。")
/* S0 71 */
ROW(K4, S0, TELL, 0,
    "From application to hand-over a card takes about a month.",
    "カードは申請から受け取りまで 1 か月ほどかかります。")
/* S1 96-99; S4 85, 136 */
ROW(K5, S1 | S4, TELL, 0,
    "Counters have hours: weekdays 8:30-17:00 and some weekend mornings "
    "(S1), weekdays 9-17 (S4).",
    "窓口には受付時間があります。平日 8:30～17:00 と一部の土日午前（S1）、平日 "
    "9～17 時（S4）です。")
ROW(L1, OUTSIDE, D, 0,
    "The 5th birthday becomes the 6th when a certificate is renewed with "
    "less than three months left.",
    "残り 3 か月未満で更新したときは、5 回目でなく 6 回目の誕生日までになり"
    "ます。")
ROW(L2, OUTSIDE, D, 0,
    "The renewal's first day is the day after the date three months before "
    "the end; where that date does not exist, the 1st of the next month. "
    "One calculator begins a day earlier.",
    "更新の初日は期限の 3 か月前の日の翌日、その日がない月なら翌月 1 日です"
    "。1 日早く数える計算例もあります。")
ROW(L3, OUTSIDE, C | P | D, 0,
    "The last day is whole: until 23:59:59 in Japan.",
    "最終日は丸 1 日有効で、日本時間の 23:59:59 までです。")
ROW(L4, OUTSIDE, D, 0,
    "The birthday itself is the last day, not the day before.",
    "最終日は誕生日の当日で、前日ではありません。")
ROW(L5, OUTSIDE, D, 0,
    "A birthday on the day of the issue does not count (no primary source).",
    "発行日当日の誕生日は数えません（一次資料なし）。")
ROW(L6, OUTSIDE, D, 0,
    "Born on 29 February: in common years some count 1 March, others 28 "
    "February (no primary source); a setting here.",
    "2 月 29 日生まれの平年の誕生日は、3 月 1 日とする例と 2 月 28 日とする"
    "例があります（一次資料なし）。ここでは設定で選びます。")
ROW(L7, OUTSIDE, D, 0,
    "For the card the age is that of the day J-LIS accepts the application; "
    "birthdays count from its issue date (発行日).",
    "カードの年齢は J-LIS が申請を受け付けた日のもので、誕生日は発行日から数"
    "えます。")
ROW(L8, OUTSIDE, D, 0,
    "A foreign resident's card ends with the period of stay if that is "
    "earlier; for permanent and special permanent residents and 高度専門職2"
    "号 the birthday alone counts.",
    "外国人住民のカードは在留期間の満了日が早ければその日までです。永住者、"
    "特別永住者、高度専門職 2 号は誕生日だけによります。")
ROW(L9, OUTSIDE, TELL, 0,
    "When a stay is extended the card must be extended before its end; "
    "certificates are not stretched but issued anew.",
    "在留期間を更新したら、カードの期限前に延長の手続きが必要です。電子証明"
    "書は延びず、発行し直しです。")
ROW(L10, OUTSIDE, TELL, 0,
    "Who lives abroad may renew from one year before the end (one town's "
    "page).",
    "国外に住む人は期限の 1 年前から更新できます（1 市区の資料）。")
ROW(L11, OUTSIDE, D, 0,
    "After its end 利用者証明用 still serves as proof of health insurance "
    "until three months from the end of that month.",
    "利用者証明用が期限切れでも、その月の末日から 3 か月間は健康保険証として"
    "使えます。")
ROW(L12, OUTSIDE, TELL, 0,
    "The notices go out two to three months before the end.",
    "期限の案内は 2～3 か月前に送られます。")
ROW(L13, OUTSIDE, C, 0,
    "A short stay makes a certificate of less than a year, whose last day "
    "is no birthday.",
    "在留期間が短いと証明書も 1 年未満で、最終日は誕生日になりません。")
ROW(L14, OUTSIDE, TELL, 0,
    "From 2026-06-14 there is a residence card and individual number card "
    "in one (特定在留カード).",
    "2026 年 6 月 14 日から、在留カードと一体の特定在留カードがあります。")
ROW(L15, OUTSIDE, N, 0,
    "署名用 is also lost on death, on moving abroad, and when it is renewed.",
    "署名用は、死亡、国外への転出、更新によっても失効します。")
ROW(L16, OUTSIDE, N, 0,
    "A status answer's reason tells why: changed data, renewed, no longer "
    "needed, a key at risk, discarded; of a temporary stop one page says "
    "that it is never lifted.",
    "失効情報の理由コードは、記録事項の変更、更新、利用の終了、鍵の危険、交"
    "付前の廃棄などを表します。一時停止は解除されないとする資料が 1 つありま"
    "す。")
ROW(L17, OUTSIDE, D, 0,
    "A renewal never goes past the end of the card: a certificate that ends "
    "with its card needs a new card.",
    "更新しても、カードの有効期限より先には延びません。カードと同時に終わる"
    "証明書には新しいカードが必要です。")
ROW(L18, OUTSIDE, TELL, 0,
    "The law leaves the life of certificates to a ministerial ordinance (公"
    "的個人認証法, article 5, and its 施行規則).",
    "電子証明書の有効期間は、公的個人認証法第 5 条により総務省令（施行規則）"
    "で定められています。")
