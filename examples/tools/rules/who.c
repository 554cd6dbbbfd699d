/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may have which certificate?
 */
#include "answer.h"
#include "common/message.h"

static json_t *
who_json(const struct job *job, const struct jpki_who *who)
{
	bool sign = jpki_who_has(who, JPKI_KEY_SIGN);
	json_t *members = json_pack("{s:s, s:i, s:b, s:b, s:b, s:o, s:n}",
	    "state", sign ? "both" : "auth-only",
	    "age", jpki_who_age(who),
	    "auth", jpki_who_has(who, JPKI_KEY_AUTH),
	    "sign", sign,
	    "representative", jpki_who_representative(who),
	    "from", json_date(jpki_who_sign_from(who)),
	    "until");

	return json_with(json_with(answer_json(job), members),
	    answer_why_json(jpki_who_why(who)));
}

static void
put_key(const struct job *job, const char *label, const struct jpki_who *who,
    enum jpki_key key)
{
	answer_text(job, label, jpki_who_has(who, key) ?
	    pick("yes", "発行される") :
	    pick("normally not issued", "通常は発行されない"));
}

static void
put_who(const struct job *job, const struct jpki_who *who)
{
	answer_title(job, pick("Who may have what", "発行の対象"));
	layout_pairf(&job->out, INDENT, COLUMN, pick("Age", "年齢"), "%d",
	    "%d 歳", jpki_who_age(who));
	put_key(job, "利用者証明用", who, JPKI_KEY_AUTH);
	put_key(job, "署名用", who, JPKI_KEY_SIGN);
	answer_date(job, pick("署名用 from", "署名用の初日"),
	    jpki_who_sign_from(who));
	answer_text(job, pick("Representative", "法定代理人"),
	    jpki_who_representative(who) ? pick("comes along", "同行が必要") :
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
