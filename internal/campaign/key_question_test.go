package campaign

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newDraftFixture(t *testing.T) *Campaign {
	t.Helper()
	c, err := New("o", Details{Name: "Neighbors", Slug: "neighbors"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// editOf returns the Key Question as an administrator would send it back unchanged.
func inputOf(q KeyQuestion) KeyQuestionInput {
	edit := KeyQuestionInput{Text: q.Text, TextES: q.TextES}
	for _, r := range q.Responses {
		edit.Responses = append(edit.Responses, ResponseInput{r.ID, r.Text, r.TextES, r.Value, r.Retired})
	}
	return edit
}

func TestNew_WithoutQuestion_HasDefaultResponses(t *testing.T) {
	var got []string
	for _, r := range newDraftFixture(t).Question.Responses {
		got = append(got, fmt.Sprintf("%s %d (%s)", r.Text, r.Value, r.Code))
	}
	want := []string{"Definitely Not 1 (00)", "Probably Not 2 (01)", "Maybe 3 (02)", "Probably 4 (03)", "Definitely 5 (04)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSetKeyQuestion_Inputs_AcceptedOrRejected(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(*Campaign)
		edit    func(*KeyQuestionInput)
		targets map[Code]string
		wantErr string // part of the error with its fields; blank when accepted
	}{
		{name: "unchanged", edit: func(*KeyQuestionInput) {}},
		{name: "without text", edit: func(e *KeyQuestionInput) { e.Text = " \u200b" }, wantErr: "[text: Write"},
		{name: "text too long", edit: func(e *KeyQuestionInput) { e.Text = strings.Repeat("é", 501) }, wantErr: "[text: Use at most 500"},
		{name: "text with NUL", edit: func(e *KeyQuestionInput) { e.Text = "a\x00" }, wantErr: "[text: Remove the NUL"},
		{name: "Spanish texts", edit: func(e *KeyQuestionInput) {
			e.TextES = "¿Votará?"
			for i := range e.Responses { // only the primary texts must differ
				e.Responses[i].TextES = "Tal vez"
			}
		}},
		{name: "Spanish text too long", edit: func(e *KeyQuestionInput) { e.TextES = strings.Repeat("é", 501) }, wantErr: "[text_es: Use at most 500"},
		{name: "Spanish response too long", edit: func(e *KeyQuestionInput) { e.Responses[1].TextES = strings.Repeat("é", 101) }, wantErr: "[responses[1].text_es: Use at most 100"},
		{name: "Spanish response of two lines", edit: func(e *KeyQuestionInput) { e.Responses[1].TextES = "a\nb" }, wantErr: "[responses[1].text_es: Use one line"},
		{name: "one response", edit: func(e *KeyQuestionInput) { e.Responses = e.Responses[:1] }, wantErr: "[responses: Give at least 2"},
		{name: "eleven responses", edit: func(e *KeyQuestionInput) {
			for i := range 6 {
				e.Responses = append(e.Responses, ResponseInput{Text: fmt.Sprint("r", i), Value: 10 + i})
			}
		}, wantErr: "[responses: Give at most 10"},
		{name: "ten, retired ones included", edit: func(e *KeyQuestionInput) {
			for i := range 5 {
				e.Responses = append(e.Responses, ResponseInput{Text: fmt.Sprint("r", i), Value: 10 + i, Retired: true})
			}
		}},
		{name: "text as another, by case", edit: func(e *KeyQuestionInput) { e.Responses[4].Text = "  MAYBE " }, wantErr: "[responses[4].text: Response 3 has the same text"},
		{name: "text as a retired one", edit: func(e *KeyQuestionInput) {
			e.Responses[0].Retired = true
			e.Responses[1].Text = "definitely  not"
		}, wantErr: "[responses[1].text: Response 1"},
		{name: "value as another", edit: func(e *KeyQuestionInput) { e.Responses[1].Value = 5 }, wantErr: "[responses[4].value: Response 2 has the same value"},
		{name: "values in no order", edit: func(e *KeyQuestionInput) { e.Responses[0].Value, e.Responses[1].Value = 40, -7 }},
		{name: "value too large", edit: func(e *KeyQuestionInput) { e.Responses[1].Value = 10_000 }, wantErr: "[responses[1].value: Use a whole"},
		{name: "blank response", edit: func(e *KeyQuestionInput) { e.Responses[1].Text = "" }, wantErr: "[responses[1].text: Write"},
		{name: "unknown id", edit: func(e *KeyQuestionInput) { e.Responses[1].ID = "x" }, wantErr: "[responses[1].id: This campaign has no such"},
		{name: "id twice", edit: func(e *KeyQuestionInput) { e.Responses[1].ID = e.Responses[0].ID }, wantErr: "[responses[1].id: This is response 1 again"},
		{name: "reordered", edit: func(e *KeyQuestionInput) { slices.Reverse(e.Responses) }},
		{name: "unused deleted", edit: func(e *KeyQuestionInput) { e.Responses = e.Responses[1:] }},
		{
			name: "used deleted", prepare: func(c *Campaign) { c.Question.Responses[0].Used = true },
			edit: func(e *KeyQuestionInput) { e.Responses = e.Responses[1:] }, wantErr: "has been answered",
		},
		{
			name: "used retired and reworded", prepare: func(c *Campaign) { c.Question.Responses[0].Used = true },
			edit: func(e *KeyQuestionInput) { e.Responses[0].Retired, e.Responses[0].Text = true, "Never" },
		},
		{
			name: "targeted deleted", edit: func(e *KeyQuestionInput) { e.Responses = e.Responses[1:] },
			targets: map[Code]string{"00": "Host a party"}, wantErr: "in the target of “Host a party”",
		},
		{name: "too few offered while a draft", edit: func(e *KeyQuestionInput) {
			for i := range 4 {
				e.Responses[i].Retired = true
			}
		}},
		{
			name: "too few offered while active", prepare: func(c *Campaign) { c.Status = Active },
			edit: func(e *KeyQuestionInput) {
				for i := range 4 {
					e.Responses[i].Retired = true
				}
			}, wantErr: "at least two responses that are not retired",
		},
		{name: "closed", prepare: func(c *Campaign) { c.Status = Closed }, edit: func(*KeyQuestionInput) {}, wantErr: "closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			campaign := newDraftFixture(t)
			if c.prepare != nil {
				c.prepare(campaign)
			}
			before := campaign.Question
			edit := inputOf(before)
			edit.Text = "How likely are they to vote?"
			c.edit(&edit)
			_, err := campaign.SetKeyQuestion(edit, c.targets, noon)
			if c.wantErr == "" {
				if err != nil {
					t.Fatal(err)
				}
				if len(campaign.Question.Responses) != len(edit.Responses) {
					t.Errorf("has %d responses, want %d", len(campaign.Question.Responses), len(edit.Responses))
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.wantErr) {
				t.Errorf("got %v, want an error with %q", err, c.wantErr)
			}
			if diff := cmp.Diff(before, campaign.Question); diff != "" {
				t.Errorf("a rejected update changed the question:\n%s", diff)
			}
		})
	}
}

// Any sequence of updates preserves the code and the id of every used response.
func TestSetKeyQuestion_RandomInputs_UsedResponsesKeepCodes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := New("o", Details{Name: "n", Slug: "slug"}, noon)
		if err != nil {
			t.Fatal(err)
		}
		c.Status = rapid.SampledFrom([]Status{Draft, Active}).Draw(t, "status")
		owners := map[Code]string{} // which response a code was given to
		for range rapid.IntRange(1, 12).Draw(t, "edits") {
			for i := range c.Question.Responses {
				c.Question.Responses[i].Used = c.Question.Responses[i].Used || rapid.Bool().Draw(t, "used")
			}
			before := c.Question
			edit := drawInput(t, before)
			if _, err := c.SetKeyQuestion(edit, nil, noon); err != nil {
				if diff := cmp.Diff(before, c.Question); diff != "" {
					t.Fatalf("a rejected update changed the question:\n%s", diff)
				}
				if k := fault.KindOf(err); k != fault.KindInvalid && k != fault.KindConflict {
					t.Fatalf("refused as %s: %v", k, err)
				}
				continue
			}
			checkQuestion(t, before, c, owners)
		}
	})
}

func drawInput(t *rapid.T, q KeyQuestion) KeyQuestionInput {
	edit := KeyQuestionInput{Text: rapid.SampledFrom([]string{"Will they vote?", "?", ""}).Draw(t, "text")}
	for _, r := range q.Responses {
		if rapid.IntRange(0, 9).Draw(t, "keep") == 0 {
			continue
		}
		edit.Responses = append(edit.Responses, ResponseInput{r.ID, r.Text, r.TextES, r.Value, rapid.Bool().Draw(t, "retired")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "more") {
		edit.Responses = append(edit.Responses, ResponseInput{
			Text:  rapid.StringMatching(`[a-cA-C]{1,2}`).Draw(t, "new text"),
			Value: rapid.IntRange(-9, 20).Draw(t, "new value"),
		})
	}
	edit.Responses = rapid.Permutation(edit.Responses).Draw(t, "order")
	return edit
}

func checkQuestion(t *rapid.T, before KeyQuestion, c *Campaign, owners map[Code]string) {
	q := c.Question
	for _, r := range before.Responses {
		owners[r.Code] = r.ID
		kept, ok := q.Response(r.ID)
		if r.Used && (!ok || kept.Code != r.Code || !kept.Used) {
			t.Fatalf("the used response %+v became %+v", r, kept)
		}
	}
	if len(q.Responses) < 2 || len(q.Responses) > 10 {
		t.Fatalf("%d responses", len(q.Responses))
	}
	if c.Status == Active && offered(q.Responses) < 2 {
		t.Fatal("an active campaign offers fewer than two responses")
	}
	for i, r := range q.Responses {
		if owner, known := owners[r.Code]; known && owner != r.ID {
			t.Fatalf("code %s belonged to another response", r.Code)
		}
		owners[r.Code] = r.ID
		for _, other := range q.Responses[:i] {
			if text.Same(r.Text, other.Text) || r.Value == other.Value || r.Code == other.Code {
				t.Fatalf("%+v and %+v share text, value or code", r, other)
			}
		}
	}
}

func TestRevision_SameInput_StaysTheSame(t *testing.T) {
	c := newDraftFixture(t)
	before := c.Question.Revision()
	c.Question.Responses[0].Used = true
	if c.Question.Revision() != before {
		t.Error("an answer changed the revision")
	}
	c.Question.Responses[0].Retired = true
	if c.Question.Revision() == before {
		t.Error("retiring a response did not change the revision")
	}
}
