package dataset

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
)

// AnswerRow is a Key Question answer about a contact.
type AnswerRow struct {
	Scope    *Scope
	Contact  *contact.Contact
	Answer   *contact.Answer
	Response campaign.Response // as configured now; empty for a clearing
}

func (r *AnswerRow) scope() *Scope             { return r.Scope }
func (r *AnswerRow) contact() *contact.Contact { return r.Contact }

// cleared reports whether this entry of the history clears the answer.
func (r *AnswerRow) cleared() bool { return r.Answer.Code == "" }

// KeyQuestionAnswers has one row for each answer ever recorded about a contact of the campaign, clearings included, by contact
// in the order of adding.
var KeyQuestionAnswers = Definition[AnswerRow]{
	Name:  "key_question_answers",
	Title: "Key Question Answers Export",
	Rows:  "One row for each answer ever recorded about a contact of the campaign, clearings included: the history of key_question_response_text.",
	Key:   []string{"answer_id"},
	Order: "by contact (order of adding), then answered_at, then key",
	Columns: slices.Concat([]Column[AnswerRow]{
		{
			"answer_id", ID, NeverEmpty, "Id of the answer.",
			func(w *csv.Row, r *AnswerRow) { w.Plain(string(r.Answer.ID)) },
		},
		{
			"answered_at", Time, NeverEmpty, "When the answer was recorded or cleared.",
			func(w *csv.Row, r *AnswerRow) { w.Time(r.Answer.AnsweredAt) },
		},
		{
			"key_question_response_text_then", Text, ifCleared, "Text of the response at that time.",
			func(w *csv.Row, r *AnswerRow) { w.Text(r.Answer.ResponseText) },
		},
		{
			"key_question_response_value_then", Value, ifCleared, "Configured value of the response at that time.",
			func(w *csv.Row, r *AnswerRow) { countIf(w, !r.cleared(), r.Answer.ResponseValue) },
		},
		{
			"key_question_response_id", ID, ifCleared, "Id of the response. Rewording it keeps the id.",
			func(w *csv.Row, r *AnswerRow) { w.Plain(r.Response.ID) },
		},
		{
			"is_current", Flag, NeverEmpty, "Whether this is the contact's current answer: the latest one, unless it was cleared.",
			func(w *csv.Row, r *AnswerRow) { w.Bool(!r.cleared() && r.Answer.ID == r.Contact.LatestAnswerID) },
		},
	}, contactVoterColumns((*AnswerRow).contact), []Column[AnswerRow]{
		{
			"mobilizer_provided_contact_first_name", Text, ifNotGiven, "First name of the contact, as entered by the mobilizer.",
			func(w *csv.Row, r *AnswerRow) { w.Text(r.Contact.Details.FirstName) },
		},
		{
			"mobilizer_provided_contact_last_name", Text, ifNotGiven, "Last name of the contact, as entered by the mobilizer.",
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

const ifCleared = "If the answer was cleared."
