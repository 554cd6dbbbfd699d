/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may have which certificate?
 */
#include "answer.h"
#include "common/message.h"

/* What is not certain is null. */
static json_t *
certain_json(bool certain, bool value)
{
	return certain ? json_boolean(value) : json_null();
}

static json_t *
who_json(const struct job *job, const struct jpki_who *who)
{
	bool sign = jpki_who_has(who, JPKI_KEY_SIGN);
	bool certain = jpki_who_certain(who, JPKI_KEY_SIGN);
	int youngest = jpki_who_age(who), oldest = jpki_who_age_oldest(who);
	json_t *members = json_pack("{s:s, s:o, s:i, s:i, s:b, s:o, s:o, s:o, "
	    "s:n}",
	    "state", !certain ? "unknown" : sign ? "both" : "auth-only",
	    "age", youngest == oldest ? json_integer(youngest) : json_null(),
	    "age_min", youngest, "age_max", oldest,
	    "auth", jpki_who_has(who, JPKI_KEY_AUTH),
	    "sign", certain_json(certain, sign),
	    "representative", certain_json(certain,
	    jpki_who_representative(who)),
	    "from", json_date(jpki_who_sign_from(who)),
	    "until");

	return json_with(json_with(answer_json(job), members),
	    answer_why_json(jpki_who_why(who)));
}

static void
put_key(const struct job *job, const char *label, const struct jpki_who *who,
    enum jpki_key key)
{
	if (!jpki_who_certain(who, key))
		answer_text(job, label, pick("not known: it depends on the "
		    "birthday", "不明（誕生日による）"));
	else
		answer_text(job, label, jpki_who_has(who, key) ?
		    pick("yes", "発行されます") :
		    pick("normally not issued", "通常は発行されません"));
}

static void
put_age(const struct job *job, const struct jpki_who *who)
{
	const char *label = pick("Age", "年齢");
	int youngest = jpki_who_age(who), oldest = jpki_who_age_oldest(who);

	if (youngest == oldest)
		layout_pairf(&job->out, INDENT, COLUMN, label, "%d", "%d 歳",
		    youngest);
	else
		layout_pairf(&job->out, INDENT, COLUMN, label, "%d or %d",
		    "%d 歳または %d 歳", youngest, oldest);
}

static void
put_who(const struct job *job, const struct jpki_who *who)
{
	const char *label = pick("Representative", "法定代理人");

	answer_title(job, pick("Who may have what", "発行の対象"));
	put_age(job, who);
	put_key(job, "利用者証明用", who, JPKI_KEY_AUTH);
	put_key(job, "署名用", who, JPKI_KEY_SIGN);
	answer_date(job, pick("署名用 from", "署名用の初日"),
	    jpki_who_sign_from(who));
	if (!jpki_who_certain(who, JPKI_KEY_SIGN))
		answer_text(job, label, pick("not known: it depends on the "
		    "birthday", "不明（誕生日による）"));
	else
		answer_text(job, label, jpki_who_representative(who) ?
		    pick("comes along", "同行が必要") :
		    pick("not needed", "不要"));
	answer_why(job, jpki_who_why(who));
}

int
ask_who(const struct job *job)
{
	struct jpki_who *who;
	int r;

	if ((r = jpki_rules_who(job->date[O_BIRTH], given(job, O_WARD),
	    job->date[O_DATE], job->feb29, &who)) == JPKI_ERR_VALUE)
		return usage_error("--birth is after --date.",
		    "--birth が --date より後です。");
	if (r != 0)
		return answer_error(r);
	if (job->args.json)
		r = json_print(who_json(job, who));
	else
		put_who(job, who);
	jpki_who_free(&who);
	return r;
}
