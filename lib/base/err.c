/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list gives every code its name, class and texts: what happened, and the
 * general hint. The cause has no full stop, since a detail or a hint may follow
 * it. No text names an option or a command of a program, which would mean
 * nothing in somebody else's dialog.
 */
#include <jpki/err.h>

/* X(code, class, what, hint, 何が, どうする) */
#define ERRORS(X) \
X(USAGE, USAGE, \
    "the program called libjpki wrongly", \
    "This is a mistake in the program; please report it.", \
    "プログラムが libjpki を誤って呼び出しました", \
    "プログラムの不具合ですので、その開発者に報告してください。") \
X(NO_RUN, USAGE, \
    "this needs a run on the card", \
    "The program must call jpki_card_begin() first; nothing was sent.", \
    "カードを占有せずに呼び出されました", \
    "プログラムが先に jpki_card_begin() を呼ぶ必要があります。" \
    "カードには何も送っていません。") \
X(MEMORY, SYSTEM, \
    "not enough memory", \
    "Close other programs and try again.", \
    "メモリが足りません", \
    "ほかのプログラムを終了して、やり直してください。") \
X(SYSTEM, SYSTEM, \
    "the operating system refused", \
    "Check the file, its permissions and the disk.", \
    "OS の操作に失敗しました", \
    "ファイルと権限、ディスクの空き容量を確かめてください。") \
X(CRYPTO, SYSTEM, \
    "OpenSSL failed", \
    "Check the OpenSSL installation.", \
    "OpenSSL の処理に失敗しました", \
    "OpenSSL のインストールを確かめてください。") \
X(INTERNAL, SYSTEM, \
    "internal error", \
    "This is a mistake in libjpki; please report it.", \
    "内部エラーです", \
    "libjpki の不具合ですので、開発者に報告してください。") \
X(NO_READER, TRANSPORT, \
    "no such card reader", \
    "Is it plugged in? Name one that is there, by its name, a part of it or " \
    "its number; soft:DIR is a software card.", \
    "カードリーダーが見つかりません", \
    "接続を確かめてください。名前、名前の一部、番号のどれかで指定できます。" \
    "ソフトウェアカードは soft:DIR のように、フォルダーで指定します。") \
X(NO_CARD, TRANSPORT, \
    "no card in the reader", \
    "Put the card in, the right way round.", \
    "カードがありません", \
    "カードを正しい向きでセットしてください。") \
X(REMOVED, TRANSPORT, \
    "the card went away", \
    "Put the card back and try again.", \
    "カードとの接続が切れました", \
    "カードをセットし直して、やり直してください。") \
X(CHANGED, TRANSPORT, \
    "another card is in the reader now", \
    "Nothing was sent to it; start again with the right card.", \
    "別のカードに替わっています", \
    "そのカードには何も送っていません。正しいカードでやり直してください。") \
X(BUSY, TRANSPORT, \
    "another program keeps the card busy", \
    "Wait until it is done, or close it.", \
    "ほかのプログラムがカードを使っています", \
    "終わるまで待つか、そのプログラムを終了してください。") \
X(TIMEOUT, TRANSPORT, \
    "the card did not answer in time", \
    "Take the card out, put it back and try again.", \
    "カードから時間内に応答がありません", \
    "カードをいったん抜いてセットし直し、やり直してください。") \
X(IO, TRANSPORT, \
    "the link to the card failed", \
    "Take the card out, put it back and try again.", \
    "カードとの通信に失敗しました", \
    "カードをいったん抜いてセットし直し、やり直してください。") \
X(DOOR, TRANSPORT, \
    "could not log out of the card", \
    "Take the card out of the reader now: other programs may use it " \
    "without a PIN.", \
    "カードのログアウトに失敗しました", \
    "今すぐカードを抜いてください。" \
    "ほかのプログラムが暗証番号なしで使えるおそれがあります。") \
X(NO_SERVICE, TRANSPORT, \
    "the smart card service (pcscd) does not answer", \
    "Install it and start it (sudo apt-get install pcscd && " \
    "sudo systemctl restart pcscd.socket).", \
    "スマートカードのサービス（pcscd）が応答しません", \
    "インストールして起動してください（sudo apt-get install pcscd && " \
    "sudo systemctl restart pcscd.socket）。") \
X(NOT_ALLOWED, TRANSPORT, \
    "you may not use the card reader", \
    "Ask the administrator for a polkit rule for pcscd, or log in at the " \
    "machine itself.", \
    "カードリーダーを使う権限がありません", \
    "管理者に pcscd の polkit の設定を頼むか、" \
    "そのコンピューターに直接ログインしてください。") \
X(MUTE, TRANSPORT, \
    "the card does not answer", \
    "Is it the right way up? Put it in chip first, or flat on the reader, " \
    "and try again.", \
    "カードが応答しません", \
    "向きを確かめて、IC チップ側から差し込むか、カードリーダーに平らに" \
    "置いて、やり直してください。") \
X(AMBIGUOUS, TRANSPORT, \
    "several cards answer, and none was chosen", \
    "No PIN was sent. Take the others out, or name the reader.", \
    "複数のカードが応答したため、どれも選びませんでした", \
    "暗証番号は送っていません。" \
    "ほかのカードを抜くか、カードリーダーを指定してください。") \
X(CANCELLED, TRANSPORT, \
    "waiting for the card was given up", \
    "Start again when the card is at hand.", \
    "カードを待つのをやめました", \
    "カードを用意して、やり直してください。") \
X(NO_VPCD, TRANSPORT, \
    "no virtual reader takes the card", \
    "Start pcscd with the vpcd driver (Debian: vsmartcard-vpcd), then " \
    "serve the card again.", \
    "カードを受け取る仮想カードリーダーがありません", \
    "vpcd ドライバー（Debian: vsmartcard-vpcd）付きで pcscd を起動してから、" \
    "やり直してください。") \
X(NOT_JPKI, CARD, \
    "this is not a My Number Card", \
    "Put in the My Number Card (個人番号カード); other cards have no " \
    "certificates of the service.", \
    "マイナンバーカードではありません", \
    "マイナンバーカード（個人番号カード）をセットしてください。") \
X(OLD_CARD, CARD, \
    "this is a 住民基本台帳カード (Juki card)", \
    "All its certificates ended by December 2018; apply for a My Number " \
    "Card.", \
    "住民基本台帳カードです", \
    "このカードの電子証明書は 2018 年 12 月までにすべて使えなくなりました。" \
    "マイナンバーカードを申請してください。") \
X(CARD_SW, CARD, \
    "the card refused a command", \
    "Take the card out, put it back and try again.", \
    "カードがコマンドを拒否しました", \
    "カードをいったん抜いてセットし直し、やり直してください。") \
X(NOT_ON_CARD, CARD, \
    "the card does not have this", \
    "A certificate can be declined, and holders under 15 and adult wards " \
    "normally have no 署名用 certificate; your town can issue one.", \
    "このカードにはありません", \
    "電子証明書は発行を希望しないこともでき、15 歳未満の方と成年被後見人には" \
    "署名用電子証明書は原則発行されません。" \
    "お住まいの市区町村の窓口で発行を受けられます。") \
X(NEEDS_PIN, CARD, \
    "this needs the PIN first", \
    "Enter it, or name a file or an open descriptor that it can be read " \
    "from.", \
    "先に暗証番号が必要です", \
    "入力するか、読み取り元のファイルか、開いているディスクリプターを" \
    "指定してください。") \
X(NO_PSS, CARD, \
    "this card makes PKCS#1 v1.5 signatures only", \
    "Sign without PSS; TLS then needs version 1.2 and RSA PKCS#1 " \
    "signatures.", \
    "このカードは PKCS#1 v1.5 の署名しかできません", \
    "PSS を使わずに署名してください。TLS はバージョン 1.2 で、" \
    "RSA PKCS#1 の署名に限られます。") \
X(SIGNATURE, CARD, \
    "the card's signature does not fit its certificate", \
    "The signature was thrown away. Was the card swapped, or is the " \
    "certificate another one's? Try again.", \
    "カードの署名が証明書と合いません", \
    "署名は破棄しました。カードが替わっていないか、証明書が別のカードの" \
    "ものでないかを確かめて、やり直してください。") \
X(PIN_FORMAT, PIN, \
    "the PIN has the wrong shape", \
    "Nothing was sent to the card and no try was used.", \
    "暗証番号の形式が正しくありません", \
    "カードには何も送っていないので、残り回数は減っていません。") \
X(PIN_WRONG, PIN, \
    "wrong PIN", \
    "Make sure which PIN is asked for before you try again.", \
    "暗証番号が違います", \
    "どの暗証番号かを確かめてから、やり直してください。") \
X(PIN_BLOCKED, PIN, \
    "the PIN is locked", \
    "A PC cannot unlock it: take the card to your municipal office; some " \
    "convenience stores can reset the 署名用 and 利用者証明用 ones.", \
    "暗証番号がロックされています", \
    "パソコンでは解除できません。カードを持って、お住まいの市区町村の" \
    "窓口に行ってください。" \
    "署名用と利用者証明用は、コンビニで再設定できることもあります。") \
X(PIN_LAST_TRY, PIN, \
    "too few tries are left, so nothing was sent", \
    "A miss on the last try locks the PIN: insist only if you are sure of " \
    "it.", \
    "残り回数が少ないため、カードに送りませんでした", \
    "最後の 1 回を間違えると、暗証番号がロックされます。" \
    "暗証番号が確実に正しいときだけ送ってください。") \
X(PIN_NO_COUNT, PIN, \
    "the card did not say how many tries are left, so nothing was sent", \
    "Insist only if you are sure of the PIN.", \
    "残り回数がわからないため、カードに送りませんでした", \
    "暗証番号が確実に正しいときだけ送ってください。") \
X(PIN_SOURCE, PIN, \
    "could not read the PIN", \
    "It is read from a file (file:PATH), an open descriptor (fd:NUMBER) or " \
    "a terminal.", \
    "暗証番号を読み取れません", \
    "読み取り元は、ファイル（file:PATH）、開いているディスクリプター" \
    "（fd:NUMBER）、端末のどれかです。") \
X(PIN_CANCELLED, PIN, \
    "no PIN was entered", \
    "Nothing was sent to the card.", \
    "暗証番号の入力が取り消されました", \
    "カードには何も送っていません。") \
X(PIN_WEAK, PIN, \
    "the new PIN is easy to guess", \
    "Nothing was sent to the card. Choose another one.", \
    "新しい暗証番号は推測されやすいものです", \
    "カードには何も送っていません。別の暗証番号にしてください。") \
X(PIN_NOT_CHANGED, PIN, \
    "the card refused the new PIN", \
    "The old PIN is still set.", \
    "カードが新しい暗証番号を受け付けませんでした", \
    "暗証番号は元のままです。") \
X(PIN_IN_DOUBT, PIN, \
    "the PIN may have been changed or not", \
    "Put the card in again and use the new PIN once; if that is refused, " \
    "the old one is still set. Try no others.", \
    "暗証番号が変わったかどうかわかりません", \
    "カードをセットし直し、新しい暗証番号を 1 回だけ試してください。" \
    "拒否されたら、元の暗証番号のままです。ほかの番号は試さないでください。") \
X(PIN_UNTRIED, PIN, \
    "a PIN that nobody typed is first sent only while all tries are left, " \
    "so nothing was sent", \
    "It, or another one, was wrong before. Give the right PIN once by hand: " \
    "that fills the counter, and then it is sent.", \
    "入力でない暗証番号は残り回数が減っていないときだけ送るため、" \
    "カードに送りませんでした", \
    "この番号か別の番号で、前に間違いがありました。正しい暗証番号を" \
    "手で 1 回入力すれば残り回数が元に戻り、送れるようになります。") \
X(DATA, DATA, \
    "malformed data", \
    "Try again; if it stays, please report it.", \
    "データの形式が正しくありません", \
    "やり直してください。繰り返すようなら、開発者に報告してください。") \
X(SPACE, DATA, \
    "the buffer is too small", \
    "Give it more room; a signature needs 256 bytes.", \
    "バッファーが小さすぎます", \
    "バッファーを大きくしてください。署名には 256 バイト必要です。") \
X(DIGEST, DATA, \
    "this digest cannot be signed", \
    "Use SHA-256, SHA-384 or SHA-512; SHA-256 with PSS.", \
    "このダイジェストには署名できません", \
    "SHA-256、SHA-384、SHA-512 のどれか（PSS では SHA-256）を" \
    "使ってください。") \
X(DAMAGED, DATA, \
    "the software card is damaged", \
    "Make a new one.", \
    "ソフトウェアカードが壊れています", \
    "作り直してください。") \
X(EXISTS, DATA, \
    "it exists already", \
    "Nothing was overwritten; choose another name.", \
    "すでに存在します", \
    "上書きはしていません。別の名前にしてください。") \
X(URI, DATA, \
    "bad jpki: URI", \
    "jpki-provider(7) describes them.", \
    "jpki: URI が正しくありません", \
    "書き方は jpki-provider(7) にあります。") \
X(SETTING, DATA, \
    "bad configuration", \
    "jpki-provider(7) describes it, and jpki-pkcs11(7) jpki.conf.", \
    "設定が正しくありません", \
    "書き方は jpki-provider(7) に、jpki.conf については jpki-pkcs11(7) に" \
    "あります。") \
X(VALUE, DATA, \
    "bad value", \
    "Nothing was done.", \
    "値が正しくありません", \
    "何も行っていません。") \
X(NOT_CERT, DATA, \
    "there is no certificate in this", \
    "Name a file with a certificate, PEM or DER.", \
    "証明書が含まれていません", \
    "証明書（PEM または DER）のファイルを指定してください。") \
X(NOT_COVERED, DATA, \
    "this says nothing about the certificate at that time", \
    "Get a current revocation list or OCSP answer for this certificate.", \
    "この時点でのこの証明書についての失効情報ではありません", \
    "この証明書についての最新の失効リストか OCSP の応答が必要です。") \
X(NOT_SIGNED, DATA, \
    "the revocation data is not signed by the certificate's issuer", \
    "Trust nothing in it; get it from the issuer.", \
    "失効情報に発行者の正しい署名がありません", \
    "その内容は信用できません。発行者から入手してください。")

static const char *
pick(enum jpki_lang lang, const char *en, const char *ja)
{
	return lang == JPKI_LANG_JA ? ja : en;
}

const char *
jpki_strerror(int err, enum jpki_lang lang)
{
	switch (err) {
	case JPKI_OK:
		return pick(lang, "no error", "エラーはありません");
#define X(code, class, what, hint, ja_what, ja_hint) \
	case JPKI_ERR_##code: return pick(lang, what, ja_what);
	ERRORS(X)
#undef X
	}
	return pick(lang, "unknown error", "不明なエラーです");
}

const char *
jpki_strhint(int err, enum jpki_lang lang)
{
	switch (err) {
#define X(code, class, what, hint, ja_what, ja_hint) \
	case JPKI_ERR_##code: return pick(lang, hint, ja_hint);
	ERRORS(X)
#undef X
	}
	return "";
}

const char *
jpki_errname(int err)
{
	switch (err) {
	case JPKI_OK:
		return "JPKI_OK";
#define X(code, class, what, hint, ja_what, ja_hint) \
	case JPKI_ERR_##code: return "JPKI_ERR_" #code;
	ERRORS(X)
#undef X
	}
	return "unknown";
}

enum jpki_class
jpki_errclass(int err)
{
	switch (err) {
#define X(code, class, what, hint, ja_what, ja_hint) \
	case JPKI_ERR_##code: return JPKI_CLASS_##class;
	ERRORS(X)
#undef X
	}
	return JPKI_CLASS_NONE;
}
