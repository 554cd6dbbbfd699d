/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/attributes.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/date.h"
#include "base/wipe.h"
#include "certificate/text.h"

/* The longest item is the address: 200 characters of at most 4 bytes, some
 * with a variation selector. */
#define ITEM_MAX 2048

/* The items in words, for messages. */
static const struct field {
	const char *en, *ja;
} field_name = { "name", "氏名" }, field_address = { "address", "住所" },
    field_birth = { "date of birth", "生年月日" },
    field_sex = { "sex", "性別" };

/* A set and its texts in one piece of memory. */
struct own {
	struct jpki_attributes set;	/* first: what the caller sees */
	struct jpkip_arena arena;
	char text[];
};

static const struct {
	const char *ja, *en;
	struct jpki_date begin;
} eras[] = {
	{ "明治", "Meiji", { 1868, 1, 25 } },
	{ "大正", "Taisho", { 1912, 7, 30 } },
	{ "昭和", "Showa", { 1926, 12, 25 } },
	{ "平成", "Heisei", { 1989, 1, 8 } },
	{ "令和", "Reiwa", { 2019, 5, 1 } },
	{ "", "", { 9999, 12, 31 } }
};

#define ERA_SHOWA 3
#define ERAS ((int)(sizeof(eras) / sizeof(eras[0])) - 1)

/* Without the filler of a field of fixed size: neither 00 nor FF ends a
 * text. */
static struct jpkip_part
unpadded(const struct jpkip_text *text)
{
	struct jpkip_part part = { text->data, text->len };

	while (part.len > 0 && (part.at[part.len - 1] == 0x00 ||
	    part.at[part.len - 1] == 0xff))
		part.len--;
	return part;
}

static int
item(struct jpki_ctx *ctx, struct own *own, const struct jpkip_text *text,
    const struct field *field, const char **out)
{
	const char *name = jpkip_pick(ctx, field->en, field->ja);
	unsigned odd;

	if (text == NULL || text->data == NULL)
		return 0;
	if (text->len > ITEM_MAX)
		return jpkip_fail(ctx, JPKI_ERR_DATA, "%s: too long",
		    "%sが長すぎます", name);
	*out = jpkip_text(&own->arena, JPKIP_TAG_UTF8, unpadded(text), &odd);
	if (*out == NULL)
		return jpkip_fail(ctx, JPKI_ERR_INTERNAL, JPKIP_SAME("%s"),
		    name);
	if (odd & JPKIP_TEXT_WRONG)
		return jpkip_fail(ctx, JPKI_ERR_DATA, "%s: not UTF-8",
		    "%sが UTF-8 ではありません", name);
	return 0;
}

static size_t
room(const struct jpkip_text *text)
{
	/* A control character of one byte becomes one of three. */
	return text != NULL && text->len <= ITEM_MAX ? 3 * text->len + 1 : 1;
}

int
jpkip_attributes_new(struct jpki_ctx *ctx, const struct jpkip_text *name,
    const struct jpkip_text *address, const struct jpkip_text *birth,
    const struct jpkip_text *sex, struct jpki_attributes **out)
{
	size_t size = room(name) + room(address) + room(birth) + room(sex);
	struct jpki_attributes *set;
	struct own *own;
	int r;

	*out = NULL;
	if ((own = calloc(1, sizeof(*own) + size)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	own->arena = (struct jpkip_arena){ own->text, 0, size };
	set = &own->set;
	if ((r = item(ctx, own, name, &field_name, &set->name)) != 0 ||
	    (r = item(ctx, own, address, &field_address,
	    &set->address)) != 0 ||
	    (r = item(ctx, own, birth, &field_birth, &set->birth)) != 0 ||
	    (r = item(ctx, own, sex, &field_sex, &set->sex)) != 0) {
		jpki_attributes_free(&set);
		return r;
	}
	(void)jpkip_attributes_date(set);
	*out = set;
	return 0;
}

const char *
jpki_attributes_item(const struct jpki_attributes *set, enum jpki_item item)
{
	if (set == NULL)
		return NULL;
	switch (item) {
	case JPKI_ITEM_NAME:
		return set->name;
	case JPKI_ITEM_ADDRESS:
		return set->address;
	case JPKI_ITEM_BIRTH:
		return set->birth;
	case JPKI_ITEM_SEX:
		return set->sex;
	}
	return NULL;
}

const char *
jpki_attributes_flags(const struct jpki_attributes *set, enum jpki_item item)
{
	if (set == NULL)
		return NULL;
	if (item == JPKI_ITEM_NAME)
		return set->name_flags;
	return item == JPKI_ITEM_ADDRESS ? set->address_flags : NULL;
}

struct jpki_date
jpki_attributes_birth_date(const struct jpki_attributes *set)
{
	static const struct jpki_date unknown;

	return set != NULL ? set->birth_date : unknown;
}

int
jpki_attributes_birth_era(const struct jpki_attributes *set)
{
	return set != NULL ? set->birth_era : 0;
}

void
jpki_attributes_free(struct jpki_attributes **attributes)
{
	struct own *own;

	if (attributes == NULL || *attributes == NULL)
		return;
	own = (struct own *)*attributes;
	jpkip_freezero(own, sizeof(*own) + own->arena.max);
	*attributes = NULL;
}

static int
number(const char *digits, int n)
{
	int value = 0;

	while (n-- > 0)
		value = value * 10 + (*digits++ - '0');
	return value;
}

bool
jpkip_attributes_date(struct jpki_attributes *set)
{
	const char *birth = set->birth;
	struct jpki_date d, whole;
	size_t len;
	int era = 0;

	set->birth_era = 0;
	memset(&set->birth_date, 0, sizeof(set->birth_date));
	if (birth == NULL)
		return true;
	len = strlen(birth);
	if (strspn(birth, "0123456789") != len || (len != 8 && len != 9))
		return false;
	if (len == 9 && (era = *birth++ - '0') > ERAS)
		return false;
	d.year = (int16_t)number(birth, 4);
	d.month = (uint8_t)number(birth + 4, 2);
	d.day = (uint8_t)number(birth + 6, 2);
	/* What is not known is put where it rules nothing out. */
	whole.year = d.year != 0 ? d.year : 2000;
	whole.month = d.month != 0 ? d.month : 1;
	whole.day = d.day != 0 ? d.day : 1;
	if (!jpkip_date_valid(whole))
		return false;
	set->birth_era = (uint8_t)era;
	set->birth_date = d;
	return true;
}

bool
jpkip_attributes_era_fits(const struct jpki_attributes *set)
{
	struct jpki_date first = set->birth_date, last = first;
	int era = set->birth_era;

	if (era == 0 || first.year == 0)
		return true;
	if (first.month == 0) {
		first.month = 1;
		last.month = 12;
	}
	if (first.day == 0) {
		first.day = 1;
		last.day = 31;
	}
	/* The first day of 大正 is the last of 明治, too, and so on; since 平成
	 * eras begin with the day after. */
	return jpki_date_cmp(last, eras[era - 1].begin) >= 0 &&
	    jpki_date_cmp(first, eras[era].begin) < (era < ERA_SHOWA);
}

/* The era on a whole date; 0: before 明治. */
static int
era_of(struct jpki_date d)
{
	int era;

	for (era = ERAS; era > 0; era--)
		if (jpki_date_cmp(d, eras[era - 1].begin) >= 0)
			break;
	return era;
}

/* "昭和55年", or "" where era or year is not known. */
static void
era_year(int era, int year, enum jpki_lang lang, char *out, size_t size)
{
	int n = era != 0 && year != 0 ? year - eras[era - 1].begin.year + 1 : 0;

	out[0] = '\0';
	if (n <= 0)
		return;
	if (lang != JPKI_LANG_JA)
		snprintf(out, size, "%s %d", eras[era - 1].en, n);
	else if (n == 1)
		snprintf(out, size, "%s元年", eras[era - 1].ja);
	else
		snprintf(out, size, "%s%d年", eras[era - 1].ja, n);
}

/* "2月17日", "2月（日は不明）", "月は不明、17日" ... */
static void
days_ja(struct jpki_date d, char *out, size_t size)
{
	if (d.month != 0 && d.day != 0)
		snprintf(out, size, "%d月%d日", d.month, d.day);
	else if (d.month != 0)
		snprintf(out, size, "%d月（日は不明）", d.month);
	else if (d.day != 0)
		snprintf(out, size, "%d日（月は不明）", d.day);
	else
		snprintf(out, size, "（月日は不明）");
}

static void
birth_ja(struct jpki_date d, int era, bool said, char *out, size_t size)
{
	char years[32], days[48];

	era_year(era, d.year, JPKI_LANG_JA, years, sizeof(years));
	days_ja(d, days, sizeof(days));
	if (d.year == 0)
		snprintf(out, size, "%s（年は不明）%s",
		    era != 0 ? eras[era - 1].ja : "", days);
	else if (said && years[0] != '\0')
		snprintf(out, size, "%s%s", years, days);
	else if (years[0] != '\0')
		snprintf(out, size, "%d年%s（%s）", d.year, days, years);
	else
		snprintf(out, size, "%d年%s", d.year, days);
}

static void
birth_en(struct jpki_date d, int era, char *out, size_t size)
{
	static const char *const months[] = {
		"", "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November",
		"December"
	};
	char day[8] = "", year[8] = "", years[24], missing[32] = "";

	era_year(era, d.year, JPKI_LANG_EN, years, sizeof(years));
	if (years[0] == '\0' && era != 0)
		snprintf(years, sizeof(years), "%s", eras[era - 1].en);
	if (d.day != 0)
		snprintf(day, sizeof(day), "%d", d.day % 100);
	if (d.year != 0)
		snprintf(year, sizeof(year), "%d", d.year % 10000);
	if (d.day == 0 || d.month == 0 || d.year == 0)
		snprintf(missing, sizeof(missing), "%s%s%s",
		    d.day == 0 ? ", day" : "", d.month == 0 ? ", month" : "",
		    d.year == 0 ? ", year" : "");
	snprintf(out, size, "%s%s%s%s%s%s%s%s%s%s", day,
	    day[0] != '\0' ? " " : "", months[d.month],
	    d.month != 0 && d.year != 0 ? " " : "", year,
	    years[0] != '\0' ? " (" : "", years, years[0] != '\0' ? ")" : "",
	    missing, missing[0] != '\0' ? " unknown" : "");
}

void
jpki_attributes_birth(const struct jpki_attributes *set, enum jpki_lang lang,
    char out[JPKI_BIRTH_TEXT])
{
	bool ja = lang == JPKI_LANG_JA, said;
	struct jpki_date d;
	int era;

	if (set == NULL || set->birth == NULL) {
		snprintf(out, JPKI_BIRTH_TEXT, "%s",
		    ja ? "記録なし" : "not recorded");
		return;
	}
	d = set->birth_date;
	era = set->birth_era;
	if (d.year == 0 && d.month == 0 && d.day == 0) {
		if (era == 0)
			snprintf(out, JPKI_BIRTH_TEXT, "%s",
			    ja ? "不明" : "unknown");
		else
			snprintf(out, JPKI_BIRTH_TEXT,
			    ja ? "%s（年月日は不明）" : "unknown (%s)",
			    ja ? eras[era - 1].ja : eras[era - 1].en);
		return;
	}
	said = era != 0;
	if (!jpkip_attributes_era_fits(set))
		era = 0;
	else if (!said && d.year != 0 && d.month != 0 && d.day != 0)
		era = era_of(d);
	if (ja)
		birth_ja(d, era, said, out, JPKI_BIRTH_TEXT);
	else
		birth_en(d, era, out, JPKI_BIRTH_TEXT);
}

const char *
jpki_attributes_sex(const struct jpki_attributes *set, enum jpki_lang lang)
{
	static const struct {
		char code;
		const char *ja, *en;
	} codes[] = {
		{ '0', "不明（コード 0）", "not known (code 0)" },
		{ '1', "男", "male" },
		{ '2', "女", "female" },
		{ '3', "不明（コード 3）", "unknown (code 3)" },
		{ '9', "その他（コード 9）", "other (code 9)" }
	};
	bool ja = lang == JPKI_LANG_JA;
	size_t i;

	if (set == NULL || set->sex == NULL)
		return ja ? "記録なし" : "not recorded";
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (set->sex[0] == codes[i].code && set->sex[1] == '\0')
			return ja ? codes[i].ja : codes[i].en;
	return ja ? "意味のわからないコード" : "a code of unknown meaning";
}
