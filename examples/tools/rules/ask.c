/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do the rules say about something, in the words of who asks?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uninorm.h>

#include "answer.h"
#include "common/message.h"
#include "common/verdict.h"
#include "common/word.h"

#define CHARACTER 3	/* bytes of a Japanese one */

static const struct topic {
	const char *name;
	struct text title;
	const char *words;	/* that people use for it */
	const char *rows;
	const char *more;	/* questions that tell more, one a line */
} topics[] = {
	{ "moving", { "Moving house", "引越し（転居・転出・転入）" },
	    "moving move moves moved address removal 引越し 引っ越 引越 転居 "
	    "転入 転出 転入届 転出届 住所 住所変更 継続利用",
	    "D1 D2 D3 D9 D10 A8 J6",
	    "event moved-out moved-in\nevent address" },
	{ "marriage", { "Marriage, and other changes of name",
	    "婚姻などによる氏名の変更" },
	    "marriage marry marrying married wedding divorce name surname "
	    "renamed 婚姻 婚姻届 結婚 離婚 氏名 名前 氏 姓 改姓 改名 "
	    "名字 苗字 旧氏 旧姓 通称", "D1 D2 D3 A7 A8 D4", "event name" },
	{ "loss", { "A lost or stolen card", "カードの紛失・盗難" },
	    "loss lost lose stolen theft found suspend suspended suspension "
	    "hold 紛失 盗難 盗ま 盗ら なくし 無くし 失くし 落とし 発見 "
	    "見つか 一時停止 一時保留 停止",
	    "D4 D5 D6 D7 H2 K4", "event lost\nevent lost found" },
	{ "agent", { "Somebody else going for the holder", "代理人の手続き" },
	    "agent proxy representative attorney 代理人 代理 委任状 家族 "
	    "任意代理人 照会書 照会書兼回答書 回答書",
	    "C8 F7 G6 D3 G4", NULL },
	{ "fee", { "Fees", "手数料" },
	    "fee fees cost costs price charge free yen 手数料 料金 費用 無料 "
	    "有料 お金 いくら 200円", "H1 H2 H3 H4", NULL },
	{ "hours", { "Counters and their hours", "窓口と受付時間" },
	    "hours hour time counter counters open opening office town "
	    "appointment booking 受付時間 時間 何時 営業時間 窓口 受付 場所 "
	    "役所 市役所 予約 土日 郵送", "K5 C3 C4 F5", NULL },
	{ "juki", { "Juki cards", "住基カード" },
	    "juki juki-card 住基カード 住基 住民基本台帳カード 住民基本台帳",
	    "J1 J2 J3 J4 J5 J6 J7 J8 F6", "validity sign --juki" },
	{ "death", { "Death of the holder", "死亡" },
	    "death died dead die deceased 死亡 死亡届 死去 亡くな 死ん 相続 "
	    "故人",
	    "L15 L16", NULL },
	{ "abroad", { "Moving abroad", "国外への転出（海外転出）" },
	    "abroad overseas emigration emigrate foreign-country 海外転出 "
	    "海外 国外 国外転出 海外移住 海外赴任 海外在住 留学 帰国",
	    "L15 L10", NULL },
	{ "validity", { "When certificates end", "電子証明書の有効期限" },
	    "validity valid expiry expire expires expired end 有効期限 "
	    "有効期間 期限 期限切れ 満了 いつまで",
	    "B1 B2 B3 B4 B6b B8 B9 B11 D8 L3 L4",
	    "validity auth --issued D --birth D --card-until D" },
	{ "renewal", { "Renewal", "電子証明書の更新" },
	    "renewal renew renewing notice 更新 更新手続き 期限 案内 通知",
	    "C1 C2 C3 C4 C5 C6 C7 C8 L1 L2 L12 L17 H3 H4",
	    "renewal --until D" },
	{ "card", { "The card itself", "カードの有効期限と交付" },
	    "card cards カード マイナンバーカード 個人番号カード 券面 10年",
	    "B5 B6 B7 B8 B9 D8 K4 L7",
	    "card --applied D --issued D --birth D" },
	{ "pin", { "PINs", "暗証番号" },
	    "pin pins password passwords secret 暗証番号 暗証 パスワード 4桁 "
	    "数字 英数字 大文字", "E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 F12",
	    "pin auth\npin sign" },
	{ "locked", { "A locked or forgotten PIN",
	    "暗証番号のロック・忘れた場合" },
	    "lock locked unlock forgot forgotten reset store ロック "
	    "ロック解除 解除 忘れ 失念 忘失 初期化 再設定 コンビニ 間違え",
	    "F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 C7",
	    "pin auth auth=0\npin sign sign=0" },
	{ "children", { "Children", "15 歳未満・未成年" },
	    "child children minor minors baby kid kids 子ども 子供 こども 子 "
	    "未成年 未成年者 15歳未満 15歳 赤ちゃん 法定代理人 親 戸籍謄本",
	    "G2 G4 G5 E9 B6 B6b", "who --birth D" },
	{ "wards", { "Adult wards", "成年被後見人" },
	    "ward wards guardian guardianship 成年被後見人 被後見人 後見 "
	    "成年後見 後見人 法定代理人", "G3 G4 G5", "who --birth D --ward" },
	{ "foreigners", { "Foreign residents", "外国人住民" },
	    "foreigner foreigners foreign stay residence visa alien alias "
	    "外国人 外国人住民 外国籍 在留 在留期間 在留資格 在留カード 永住 "
	    "永住者 通称 ビザ", "B10 L8 L9 L13 L14 D4",
	    "validity auth --issued D --stay-until D" },
	{ "uses", { "What certificates are for", "電子証明書の種類と使いみち" },
	    "use uses purpose kind kinds certificate certificates etax e-tax "
	    "mynaportal 電子証明書 種類 用途 使い道 署名用 利用者証明用 税 "
	    "確定申告 マイナポータル コンビニ交付 実印",
	    "A1 A5 A6 A7 A8 A9 A11 A12 E10", NULL },
	{ "issue", { "Having certificates issued", "電子証明書の発行" },
	    "issue issued issuing apply application decline 発行 新規発行 "
	    "再発行 申請 交付 不要 希望しない",
	    "A2 A3 A4 G1 G6 D3 D11 E7 H1 K4 J8", "event issue" },
	{ "lapse", { "Lapse and revocation", "失効" },
	    "lapse lapsed revoke revoked revocation 失効 失効理由 職権 漏えい "
	    "漏洩 返納", "D1 D2 D4 D5 D8 B9 L15 L16", "event --list" },
	{ "computer", { "Computers, readers and phones",
	    "パソコン・カードリーダー・スマートフォン" },
	    "computer pc reader readers phone smartphone mobile パソコン PC "
	    "リーダー カードリーダー リーダライタ ICカードリーダライタ "
	    "スマートフォン スマホ 携帯 ソフト",
	    "K1 K2 K3 J7 F4 F12 B11", NULL },
	{ "insurance", { "Health insurance", "健康保険証" },
	    "insurance health 健康保険証 保険証 マイナ保険証 健康保険",
	    "L11", NULL },
	{ "birthdays", { "Birthdays, and 29 February",
	    "誕生日と 2 月 29 日" },
	    "birthday birthdays birth leap february 誕生日 生年月日 2月29日 "
	    "うるう年 閏年", "B1 L4 L5 L6 B12", NULL },
};

/* What has been found: a flag for each row of the law book. */
#define ROWS_MAX 256

struct finds {
	bool topic[N_OF(topics)];
	bool row[ROWS_MAX];	/* found in its text alone */
	size_t order[ROWS_MAX], n;	/* rows in the order of an answer */
};

/* Two or more characters of Japanese say enough to be part of a word. */
static bool
speaks(const char *word, size_t len)
{
	return len >= 2 * CHARACTER && (unsigned char)*word >= 0x80;
}

/* Whether a word has one of a list in it, or the other way round. */
static bool
touches(const char *word, const char *list)
{
	char one[64];

	while (word_next(&list, one, sizeof(one)))
		if ((speaks(one, strlen(one)) && strstr(word, one) != NULL) ||
		    (speaks(word, strlen(word)) && strstr(one, word) != NULL))
			return true;
	return false;
}

static bool
find_topics(struct finds *finds, const char *word,
    bool (*suits)(const char *, const char *))
{
	bool found = false;
	size_t i;

	for (i = 0; i < N_OF(topics); i++)
		if (suits(word, topics[i].words) ||
		    strcmp(word, topics[i].name) == 0)
			found = finds->topic[i] = true;
	return found;
}

/* Rows that have a word in their text. */
static bool
find_rows(struct finds *finds, const char *word)
{
	const struct jpki_rule *rule;
	bool found = false;
	size_t i;

	if (strlen(word) < CHARACTER)
		return false;
	for (i = 0; i < ROWS_MAX && (rule = jpki_rule_at(i)) != NULL; i++)
		if (strcasestr(rule->en, word) != NULL ||
		    strcasestr(rule->ja, word) != NULL)
			found = finds->row[i] = true;
	return found;
}

static int
unknown_word(const char *word)
{
	char one[64];
	const char *pair[2] = { one, NULL };
	size_t i;

	for (i = 0; i < N_OF(topics); i++) {
		const char *list = topics[i].words;

		while (word_next(&list, one, sizeof(one)))
			if (options_nearest(word, pair) != NULL)
				return usage_error("Nothing was found "
				    "about %s; did you mean %s?", "%s について"
				    "の規則は見つかりません。%s ではありません"
				    "か。", word, one);
	}
	return usage_error("Nothing was found about %s; jpki-rules ask "
	    "names the topics.", "%s についての規則は見つかりません。"
	    "jpki-rules ask で話題の一覧を見られます。", word);
}

static bool
has(const struct finds *finds, size_t row)
{
	size_t i;

	for (i = 0; i < finds->n; i++)
		if (finds->order[i] == row)
			return true;
	return false;
}

static void
add_row(struct finds *finds, size_t row)
{
	if (!has(finds, row) && finds->n < ROWS_MAX)
		finds->order[finds->n++] = row;
}

/* The rows of the topics, then those that only speak of it. */
static void
put_in_order(struct finds *finds)
{
	const struct jpki_rule *rule;
	size_t i, row;
	char id[16];

	for (i = 0; i < N_OF(topics); i++) {
		const char *list = finds->topic[i] ? topics[i].rows : "";

		while (word_next(&list, id, sizeof(id))) {
			rule = jpki_rule_find(id);
			for (row = 0; jpki_rule_at(row) != rule; row++)
				;
			add_row(finds, row);
		}
	}
	for (row = 0; row < ROWS_MAX; row++)
		if (finds->row[row])
			add_row(finds, row);
}

/* ---- The answer ---- */

/* Whether one of the rows is part of a disagreement. */
static bool
disputed(const struct finds *finds, const struct jpki_dispute *dispute)
{
	const struct jpki_dispute *d;
	size_t i, k;

	for (i = 0; i < finds->n; i++)
		for (k = 0; (d = jpki_rule_dispute(jpki_rule_at(
		    finds->order[i]), k)) != NULL; k++)
			if (d == dispute)
				return true;
	return false;
}

/* Each of the questions of a topic, as one types it. */
static const char *
next_question(const char *more, char *out, size_t size)
{
	size_t len = strcspn(more, "\n");

	snprintf(out, size, "jpki-rules %.*s", (int)len, more);
	return more[len] == '\n' ? more + len + 1 : NULL;
}

static void
put_more(const struct job *job, const struct finds *finds)
{
	bool begun = false;
	char line[128];
	size_t i;

	for (i = 0; i < N_OF(topics); i++) {
		const char *more = finds->topic[i] ? topics[i].more : NULL;

		while (more != NULL) {
			if (!begun)
				answer_part(job, pick("Ask more exactly",
				    "くわしく調べるには"));
			begun = true;
			more = next_question(more, line, sizeof(line));
			layout_paragraph(&job->out, INDENT, line);
		}
	}
}

static void
put_finds(const struct job *job, const struct finds *finds)
{
	const struct jpki_dispute *dispute;
	bool begun = false;
	size_t i;

	for (i = 0; i < N_OF(topics); i++)
		if (finds->topic[i])
			answer_title(job, pick(topics[i].title.en,
			    topics[i].title.ja));
	for (i = 0; i < finds->n; i++)
		answer_rule(job, jpki_rule_at(finds->order[i]));
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++) {
		if (!disputed(finds, dispute))
			continue;
		if (!begun)
			answer_part(job, pick("Where the seeds disagree",
			    "資料の間の不一致"));
		begun = true;
		layout_pair(&job->out, INDENT, COLUMN_ID, dispute->id,
		    pick(dispute->en, dispute->ja));
	}
	put_more(job, finds);
}

static json_t *
topics_json(const struct finds *finds, json_t *questions)
{
	json_t *names = json_array();
	char line[128];
	size_t i;

	for (i = 0; i < N_OF(topics); i++) {
		const char *more = topics[i].more;

		if (!finds->topic[i])
			continue;
		json_array_append_new(names, json_string(topics[i].name));
		while (more != NULL) {
			more = next_question(more, line, sizeof(line));
			json_array_append_new(questions, json_string(line));
		}
	}
	return names;
}

static json_t *
finds_json(const struct job *job, const struct finds *finds)
{
	json_t *rules = json_array(), *seeds = json_object();
	json_t *texts = json_object(), *disputes = json_array();
	json_t *questions = json_array();
	const struct jpki_dispute *dispute;
	size_t i;

	for (i = 0; i < finds->n; i++) {
		const struct jpki_rule *rule = jpki_rule_at(finds->order[i]);

		json_array_append_new(rules, json_string(rule->id));
		json_object_set_new(seeds, rule->id,
		    verdict_rule_seeds_json(rule));
		json_object_set_new(texts, rule->id,
		    json_string(pick(rule->en, rule->ja)));
	}
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++)
		if (disputed(finds, dispute))
			json_array_append_new(disputes,
			    json_string(dispute->id));
	return json_with(answer_json(job), json_pack("{s:o, s:o, s:o, s:o, "
	    "s:o, s:o}", "topics", topics_json(finds, questions),
	    "rules", rules, "seeds", seeds, "text", texts,
	    "disputes", disputes, "ask", questions));
}

/* The topics, with some of the words that lead to each. */
static int
list_topics(const struct job *job)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < N_OF(topics); i++) {
		const char *title = pick(topics[i].title.en,
		    topics[i].title.ja);

		if (job->args.json)
			json_array_append_new(list, json_pack("{s:s, s:s, "
			    "s:s}", "name", topics[i].name, "text", title,
			    "words", topics[i].words));
		else
			answer_text(job, topics[i].name, title);
	}
	if (job->args.json)
		return json_print(list);
	json_decref(list);
	return EXIT_SUCCESS;
}

/* ---- The question ---- */

/* A question as it is meant: full-width letters, half-width kana and marks
 * are how it was typed. The caller's; NULL without memory. */
static char *
plain(const char *question)
{
	static const char *const marks[] = {
		"?", "!", ".", ",", ";", ":", "\"", "(", ")", "…", "、", "。",
		"・", "「", "」", "『", "』"
	};
	size_t len, size = strlen(question) + 1, i;
	char *text, *p;

	text = (char *)u8_normalize(UNINORM_NFKC, (const uint8_t *)question,
	    size, NULL, &len);
	if (text == NULL)	/* no UTF-8 */
		text = strdup(question);
	for (i = 0; text != NULL && i < N_OF(marks); i++)
		for (p = text; (p = strstr(p, marks[i])) != NULL;)
			memset(p, ' ', strlen(marks[i]));
	return text;
}

static bool
find_word(struct finds *finds, const char *word)
{
	return find_topics(finds, word, word_listed) ||
	    find_topics(finds, word, touches);
}

bool
ask_knows(const char *question)
{
	char *text = plain(question), *rest, *word;
	struct finds finds = { 0 };
	bool known = false;

	if (text == NULL)
		return false;
	for (word = strtok_r(text, " ", &rest); word != NULL && !known;
	    word = strtok_r(NULL, " ", &rest))
		known = find_word(&finds, word);
	free(text);
	return known;
}

/* What became of the words of a question. */
struct heard {
	int known;
	char first[64];		/* that nobody knows */
	char other[256];	/* all of those, a space before each */
};

static void
hear(struct finds *finds, struct heard *heard, char *text,
    bool (*find)(struct finds *, const char *))
{
	size_t len = strlen(heard->other);
	char *word, *rest;

	for (word = strtok_r(text, " ", &rest); word != NULL;
	    word = strtok_r(NULL, " ", &rest)) {
		if (find(finds, word)) {
			heard->known++;
			continue;
		}
		if (*heard->first == '\0')
			snprintf(heard->first, sizeof(heard->first), "%s",
			    word);
		if (len < sizeof(heard->other))
			len += (size_t)snprintf(heard->other + len,
			    sizeof(heard->other) - len, " %s", word);
	}
}

/* Without memory nothing is heard. */
static struct heard
hear_all(const struct job *job, struct finds *finds,
    bool (*find)(struct finds *, const char *))
{
	struct heard heard = { 0 };
	char *text;
	int i;

	for (i = 0; i < job->n_operands; i++) {
		if ((text = plain(job->operands[i])) != NULL)
			hear(finds, &heard, text, find);
		free(text);
	}
	return heard;
}

int
ask_topic(const struct job *job)
{
	struct finds finds = { 0 };
	struct heard heard = hear_all(job, &finds, find_word);

	/* "The" and "when" are in the text of many rows: it counts only where
	 * no word is one of a topic. */
	if (heard.known == 0)
		heard = hear_all(job, &finds, find_rows);
	if (heard.known == 0)
		return *heard.first == '\0' ? list_topics(job) :
		    unknown_word(heard.first);
	if (*heard.other != '\0')
		complain_mildly("passed over:%s", "使わなかった言葉：%s",
		    heard.other);
	put_in_order(&finds);
	if (job->args.json)
		return json_print(finds_json(job, &finds));
	put_finds(job, &finds);
	return EXIT_SUCCESS;
}
