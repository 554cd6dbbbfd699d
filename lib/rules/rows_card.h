/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the law book:
 * what certificates are, how long they last, renewal, lapse.
 * ROW(id, seeds, how a PC can check, disagreements, English, 日本語);
 * law_book.h makes names of them, law_book.c the table. Above each stand the
 * lines of the pages that say so.
 */
/* S0 11; S1 15, 40-43; S2 17, 40; S3 16, 37; S4 15, 41 */
ROW(A1, ALL, C | P, 0,
    "A My Number Card carries two certificates, 署名用 (signature) and 利用"
    "者証明用 (user authentication), both unless the holder declined one.",
    "マイナンバーカードには署名用と利用者証明用の 2 種類の電子証明書が、希望"
    "しない場合を除いて標準で搭載されます。")
/* S0 11; S1 40-43; S2 17, 41 */
ROW(A2, S0 | S1 | S2, C | P, 0,
    "Either can be declined at the application, so a card with one or none "
    "is not damaged.",
    "どちらも申請時に不要とできるので、1 つまたは 0 でもカードの故障ではあり"
    "ません。")
/* S0 11; S1 42-43; S2 41 */
ROW(A3, S0 | S1 | S2, TELL, X11,
    "To decline, mark the application form: black out the box (S1), tick it "
    "(S2), or state that it is not needed (S0).",
    "不要とするには申請書に記します。欄を黒く塗る（S1）、チェックを入れる（S2）"
    "、不要と申し出る（S0）という方法があります。")
/* S0 29; S1 47-53; S2 43-45 */
ROW(A4, S0 | S1 | S2, TELL, 0,
    "A certificate that was declined, has expired or lapsed can be issued "
    "later, at the counter, on a card in use.",
    "不要とした証明書や、期限切れ・失効した証明書は、運用中のカードがあれば"
    "後から窓口で発行を受けられます。")
/* S0 13; S1 20; S2 21-22; S3 20; S4 19-21 */
ROW(A5, ALL, P, 0,
    "署名用 is for making and sending electronic documents such as tax "
    "returns by e-Tax: it proves that the holder wrote them and nobody "
    "changed them.",
    "署名用は e-Tax などの電子文書を作成・送信するためのもので、本人が作成し"
    "改ざんされていないことを証明します。")
/* S0 14; S1 29; S2 26-27; S3 27-28; S4 25-27 */
ROW(A6, ALL, C, 0,
    "利用者証明用 is for logging in to sites and kiosk terminals (マイナポー"
    "タル, certificates at convenience stores): it proves only who is there.",
    "利用者証明用はサイトやキオスク端末（マイナポータル、コンビニ交付）への"
    "ログイン用で、本人であることだけを証明します。")
/* S0 20; S1 141; S2 21; S3 81; S4 57-59 */
ROW(A7, ALL, P, 0,
    "署名用 holds four items: name, address, date of birth and sex (S2; the "
    "other seeds imply it).",
    "署名用には氏名・住所・生年月日・性別の 4 情報が記載されます（S2。ほかの資"
    "料でも間接的にわかります）。")
/* S0 21 */
ROW(A8, S0, C, 0,
    "利用者証明用 has no name and no address, and so survives their change.",
    "利用者証明用には住所や氏名が記録されないため、それらが変わっても失効し"
    "ません。")
/* S2 81 */
ROW(A9, S2, TELL, 0,
    "署名用 is the electronic counterpart of a registered seal (実印), "
    "hence its age limit.",
    "署名用は電子的な実印に相当するため、年齢の制限があります。")
/* S2 35 */
ROW(A10, S2, D, 0,
    "Certificates have been put on My Number Cards since January 2016.",
    "電子証明書がマイナンバーカードに搭載されるのは平成 28 年（2016 年）1 月"
    "以降です。")
/* S0 14; S1 36; S2 27; S3 28; S4 29 */
ROW(A11, ALL, TELL, 0,
    "Whether certificates of residence can be had at convenience stores "
    "depends on the town: yes in Hiratsuka, Kitakyushu and Sanda, not in "
    "Takamori (2017), planned in Nishitokyo (2023).",
    "コンビニ交付の有無は市区町村によります。平塚市・北九州市・三田市はあり"
    "、高森町はなし（2017 年）、西東京市は予定（2023 年）でした。")
/* S0 7; S1 7; S2 11; S3 11; S4 13 */
ROW(A12, ALL, TELL, 0,
    "The service is there to prevent impersonation and tampering in online "
    "filings.",
    "公的個人認証サービスは、オンライン申請でのなりすましと改ざんを防ぐため"
    "のものです。")
/* S0 18; S1 15; S2 65-67; S3 64, 70; S4 41, 47 */
ROW(B1, ALL, C | P | D, X4,
    "Both certificates end on the holder's 5th birthday after the issue.",
    "どちらの電子証明書も、有効期限は発行日後 5 回目の誕生日です。")
/* S0 25; S1 16; S3 66, 71; S4 53 */
ROW(B2, S0 | S1 | S3 | S4, P | D, 0,
    "A certificate never outlives the card: if the card ends first, it ends "
    "with the card.",
    "電子証明書の期限はカードの有効期限を超えません。カードの期限が先に来れば"
    "、電子証明書もそこで終わります。")
/* S3 60-66 */
ROW(B3, S3, P | D, X3,
    "署名用 also ends no later than 利用者証明用: the earliest of the 5th "
    "birthday, the end of 利用者証明用 and the end of the card. Only S3 "
    "says so.",
    "署名用の期限は利用者証明用の期限を超えません。5 回目の誕生日、利用者証明"
    "用の期限、カードの期限のうち最も早い日です。S3 だけの記述です。")
/* S1 15-16; S3 68-71 */
ROW(B4, S1 | S3, C | D, 0,
    "利用者証明用 ends on the earlier of the 5th birthday and the end of "
    "the card.",
    "利用者証明用は、5 回目の誕生日とカードの有効期限のうち早い日に終わりま"
    "す。")
/* S2 65 */
ROW(B5, S2, D, 0,
    "The card of an applicant of 18 or over ends on the 10th birthday.",
    "18 歳以上で申請したカードの有効期限は 10 回目の誕生日です。")
/* S2 66-67, 77 */
ROW(B6, S2, D, 0,
    "The card of an applicant under 18, be it 15 to 17 or under 15, ends on "
    "the 5th birthday, because faces change as children grow.",
    "18 歳未満（15～17 歳、15 歳未満とも）で申請したカードは、成長で容姿が変"
    "わるため 5 回目の誕生日までです。")
/* S2 65-67, 81 */
ROW(B6b, S2, C | P, X7,
    "At every age 利用者証明用 ends on the 5th birthday; so does 署名用 "
    "from 15 on, and below 15 there is none.",
    "利用者証明用はどの年齢でも 5 回目の誕生日まで、署名用は 15 歳以上で同じ"
    "、15 歳未満には発行されません。")
/* S2 75 */
ROW(B7, S2, D, 0,
    "For cards applied for up to 2022-03-31 the border is 20, not 18.",
    "令和 4 年（2022 年）3 月 31 日以前に申請したカードでは、18 歳を 20 歳と"
    "読み替えます。")
/* S0 23 */
ROW(B8, S0, C, 0,
    "The date printed on the card's face is the end of the card, not of its "
    "certificates.",
    "カードの表面に印字された有効期限はカードのもので、電子証明書のものでは"
    "ありません。")
/* S0 25; S3 80, 89; S4 53 */
ROW(B9, S0 | S3 | S4, N, 0,
    "When the card lapses its certificates lapse too, even inside their own "
    "period.",
    "カードが失効すると、電子証明書は自身の有効期間内でも失効します。")
/* S2 61 */
ROW(B10, S2, C, X9,
    "For foreign residents the periods of card and certificates follow "
    "status and period of stay; odd, short periods are normal.",
    "外国人住民では、カードと電子証明書の期間は在留資格と在留期間に応じて決"
    "まります。短い期間や半端な日付も正常です。")
/* S1 103, 106; S4 73 */
ROW(B11, S1 | S4, C | P, X12,
    "The dates can be seen at home on a PC (S4; S1: with a card reader and "
    "the client software) or a phone (S1); at the counter the town tells "
    "them to the holder in person, with the card, and not by telephone (S1).",
    "有効期限は自宅のパソコン（S4。S1 はカードリーダーと利用者クライアントソフ"
    "トが必要です）やスマートフォン（S1）で確認できます。窓口ではカードを持参し"
    "た本人に答え、電話では答えません（S1）。")
ROW(B12, OUTSIDE, D, 0,
    "No seed speaks of births on 29 February or of an issue on the birthday "
    "itself. A certificate has its own last day; that one decides.",
    "2 月 29 日生まれや誕生日当日の発行についての記述はどの資料にもありませ"
    "ん。証明書に書かれた期限が正しい日です。")
/* S0 19; S1 63; S3 96 */
ROW(C1, S0 | S1 | S3, C | P | D, 0,
    "Renewal opens three months before the end.",
    "更新は有効期限の 3 か月前からできます。")
/* S1 64-65 */
ROW(C2, S1, TELL, 0,
    "A notice comes by post about three months before; the renewal does not "
    "need it.",
    "約 3 か月前に案内が郵送されますが、案内がなくても更新できます。")
/* S1 70-77 */
ROW(C3, S1, TELL, 0,
    "Some towns renew by appointment only (Hiratsuka since 2023-10-02; the "
    "booking site's login is on the notice, otherwise telephone).",
    "予約制の市区町村があります（平塚市は 2023 年 10 月 2 日からです。予約サイ"
    "トのログイン ID は案内にあり、案内がなければ電話で予約します）。")
/* S1 66; S4 84 */
ROW(C4, S1 | S4, TELL, 0,
    "Not every counter renews: not by post or at branch counters (S1), not "
    "at the service corners (S4).",
    "どの窓口でも更新できるわけではありません。郵送や市民窓口センター（S1）、サ"
    "ービスコーナー（S4）ではできません。")
/* S0 48; S1 81; S4 79 */
ROW(C5, S0 | S1 | S4, D, 0,
    "Bring the card, which must itself be in date (S4), and the notice if "
    "there is one (S1).",
    "カード（それ自体が有効期限内のもの、S4）と、あれば案内（S1）を持参しま"
    "す。")
/* S0 48, 61; S3 96; S4 87-90 */
ROW(C6, S0 | S3 | S4, I, X14,
    "The PINs are asked for: the card's 4 digits and those of the old "
    "certificates.",
    "カードの 4 桁と、前の電子証明書の暗証番号が必要です。")
/* S0 61; S1 82 */
ROW(C7, S0 | S1, TELL, X14,
    "Forgotten PINs are reset: on the spot while renewing (S1), or first "
    "(S0).",
    "忘れた暗証番号は再設定します。更新のその場で（S1）、または先に（S0）。")
/* S1 84-91 */
ROW(C8, S1, TELL, X10,
    "Somebody else renewing brings the notice if there is one, the reply form "
    "that came with it (照会書兼回答書), filled in and sealed by the holder, "
    "the holder's card and their own photo ID. Without the form, or with a "
    "wrong PIN on it, a form is sent to the holder first.",
    "代理人の更新には、案内（ある場合のみ）、本人が記入し封をした照会書兼回答"
    "書（案内に同封）、本人のカード、代理人の顔写真付き本人確認書類が要ります"
    "。照会書兼回答書がないときや、書かれた暗証番号が誤りのときは、本人に送"
    "付されてからになります。")
/* S0 20; S1 141; S2 72; S3 81; S4 57-59 */
ROW(D1, ALL, N | P, X5,
    "署名用 lapses by itself when name (旧氏 and 通称 too), address, date "
    "of birth or sex change.",
    "氏名（旧氏・通称を含む）・住所・生年月日・性別のどれかが変わると、署名"
    "用は自動的に失効します。")
/* S0 21; S1 147; S2 70; S3 86-92; S4 59 */
ROW(D2, ALL, TELL, 0,
    "利用者証明用 does not lapse when name, address, date of birth or sex "
    "change (S3 does not list them).",
    "利用者証明用は氏名・住所・生年月日・性別の変更では失効しません（S3 は失"
    "効の理由に挙げていません）。")
/* S0 20; S1 142-144; S2 73 */
ROW(D3, S0 | S1 | S2, TELL, 0,
    "After a change of name, address, date of birth or sex apply for a new "
    "署名用, best along with the moving or marriage notice. Others who come "
    "for you cannot get it the same day.",
    "氏名や住所などが変わったら新しい署名用を申請します。転入届や婚姻届のと"
    "きが便利です。代理人は即日発行を受けられません。")
/* S3 77-84 */
ROW(D4, S3, D | N, X5 | X9,
    "署名用 lapses on own request, when the card is lost, stolen or lapsed, "
    "on a change of name, alias or address, by J-LIS ex officio, at its "
    "end, and after an information leak.",
    "署名用は、本人の申請、カードの紛失・盗難・失効、氏名・通称・住所の変更"
    "、J-LIS の職権、期間満了、情報の漏えいで失効します。")
/* S3 86-92 */
ROW(D5, S3, D | N, 0,
    "利用者証明用 lapses on own request, when the card lapses, by J-LIS ex "
    "officio, at its end, and after an information leak; not on loss as "
    "such.",
    "利用者証明用は、本人の申請、カードの失効、J-LIS の職権、期間満了、情報"
    "の漏えいで失効します。紛失だけでは失効しません。")
/* S4 61-67 */
ROW(D6, S4, N, X9,
    "When the card is suspended, 署名用 goes on hold; when the card is "
    "found and released, 署名用 lapses all the same.",
    "カードを一時停止すると署名用は一時保留になり、見つかって停止を解除して"
    "も署名用は失効します。")
/* S4 69 */
ROW(D7, S4, N, X9,
    "When a suspended card is found and released, the hold on 利用者証明用 "
    "is lifted and it works again.",
    "一時停止したカードが見つかって停止を解除すると、利用者証明用は一時保留"
    "が解除され、引き続き使えます。")
/* S0 25; S1 16; S4 51-55 */
ROW(D8, S0 | S1 | S4, D, 0,
    "When the card ends its certificates end with it, even in their own "
    "period (S0 says so of a card that lapses); apply for a new card (S4).",
    "カードの期限が来ると、電子証明書も期間内であっても一緒に終わります（S0 "
    "はカードの失効について）。新しいカードを申請します（S4）。")
/* S2 68-69 */
ROW(D9, S2, TELL, 0,
    "Moving into or out of the city does not end the card at once, but it "
    "must be continued (継続利用): bring it with the moving notice and know "
    "its PIN.",
    "市外への転出・市外からの転入ではカードはただちに失効しませんが、継続利"
    "用の処理が必要です。届出にカードを持参します（暗証番号が必要）。")
/* S1 148 */
ROW(D10, S1, TELL, 0,
    "After moving in, 利用者証明用 works only from the day after the card's "
    "address was updated.",
    "転入後、利用者証明用はカード券面の住所変更手続きの翌日から使えます。")
ROW(D11, OUTSIDE, D, 0,
    "For about 24 hours after an issue or renewal services still refuse the "
    "new certificate.",
    "発行・更新から約 24 時間は、新しい証明書がサービスで使えないことがあり"
    "ます。")
