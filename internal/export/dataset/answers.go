package dataset

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
)

// AnswerRow is an entry of a contact's Key Question history.
type AnswerRow struct {
	Scope    *Scope
	Contact  *contact.Contact
	Answer   *contact.Answer
	Response campaign.Response // as it is today; empty for a clearing
}

func (r *AnswerRow) scope() *Scope             { return r.Scope }
func (r *AnswerRow) contact() *contact.Contact { return r.Contact }

// cleared reports whether the entry took the answer back.
func (r *AnswerRow) cleared() bool { return r.Answer.Code == "" }

// KeyQuestionAnswers has one row per answer ever recorded about a contact of the campaign, clearings included, by
// contact in order of adding.
var KeyQuestionAnswers = Definition[AnswerRow]{
	Name:  "key_question_answers",
	Title: "Key Question Answers Export",
	Rows:  "One per answer ever recorded about a contact that is in the campaign, clearings included: the history behind key_question_response_text.",
	Key:   []string{"answer_id"},
	Order: "by contact (order of adding), then answered_at, then key",
	Columns: concat([]Column[AnswerRow]{
		{
			"answer_id", ID, NeverEmpty, "The entry of the history.",
			func(w *csv.Row, r *AnswerRow) { w.Plain(string(r.Answer.ID)) },
		},
		{
			"answered_at", Time, NeverEmpty, "When the mobilizer answered for the contact, or cleared the answer.",
			func(w *csv.Row, r *AnswerRow) { w.Time(r.Answer.AnsweredAt) },
		},
		{
			"key_question_response_text_then", Text, ifCleared, "The response's wording at that time.",
			func(w *csv.Row, r *AnswerRow) { w.Text(r.Answer.ResponseText) },
		},
		{
			"key_question_response_value_then", Value, ifCleared, "The response's configured value at that time.",
			func(w *csv.Row, r *AnswerRow) { countIf(w, !r.cleared(), r.Answer.ResponseValue) },
		},
		{
			"key_question_response_id", ID, ifCleared, "The response. Rewording it keeps the id.",
			func(w *csv.Row, r *AnswerRow) { w.Plain(r.Response.ID) },
		},
		{
			"is_current", Flag, NeverEmpty, "Whether this is the contact's current answer: the latest one, unless that was cleared.",
			func(w *csv.Row, r *AnswerRow) { w.Bool(!r.cleared() && r.Answer.ID == r.Contact.LatestAnswerID) },
		},
	}, contactVoterColumns((*AnswerRow).contact), []Column[AnswerRow]{
		{
			"mobilizer_provided_contact_first_name", Text, ifNotGiven, "First name of the contact, as the mobilizer gives it.",
			func(w *csv.Row, r *AnswerRow) { w.Text(r.Contact.Details.FirstName) },
		},
		{
			"mobilizer_provided_contact_last_name", Text, ifNotGiven, "Last name of the contact, as the mobilizer gives it.",
			func(w *csv.Row, r *AnswerRow) { w.Text(r.Contact.Details.LastName) },
		},
	}, scopeColumns((*AnswerRow).scope), mobilizerIDColumns((*AnswerRow).contact), contactIDColumns((*AnswerRow).contact)),
	ExpectedRows: func(s *Scope) int { return s.counts().ContactsAnswered },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*AnswerRow, string) error) error {
		row := &AnswerRow{Scope: scope}
		return src.EachAnswer(ctx, scope.Campaign.ID, after, func(of *contact.Contact, a *contact.Answer, position string) error {
			row.Contact, row.Answer = of, a
			row.Response, _ = scope.Campaign.Question.ResponseByCode(a.Code)
			return yield(row, position)
		})
	},
}

const ifCleared = "When the answer was cleared."
