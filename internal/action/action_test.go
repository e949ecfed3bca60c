package action

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newDraftFixture(t interface{ Fatal(...any) }) *campaign.Campaign {
	c, err := campaign.New("o", campaign.Details{Name: "Neighbors", Slug: "neighbors"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newChoiceInput() Input {
	return Input{
		Type: MultipleChoice, Title: "How will they vote?", Target: TargetInput{Everyone: true},
		Options: []OptionInput{{Text: "By mail", Value: "mail"}, {Text: "In person"}},
	}
}

func TestUpdate_Inputs_AcceptedOrRejected(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(*campaign.Campaign, *Item)
		edit    func(*campaign.Campaign, *Input)
		wantErr string
	}{
		{name: "unchanged", edit: func(*campaign.Campaign, *Input) {}},
		{name: "no title", edit: func(_ *campaign.Campaign, e *Input) { e.Title = " " }, wantErr: "[title: Give"},
		{name: "title too long", edit: func(_ *campaign.Campaign, e *Input) { e.Title = strings.Repeat("x", 201) }, wantErr: "[title: Use at most 200"},
		{name: "nickname too long", edit: func(_ *campaign.Campaign, e *Input) { e.Nickname = strings.Repeat("x", 61) }, wantErr: "[nickname"},
		{name: "nickname of two lines", edit: func(_ *campaign.Campaign, e *Input) { e.Nickname = "a\nb" }, wantErr: "[nickname: Use one line"},
		{name: "description with NUL", edit: func(_ *campaign.Campaign, e *Input) { e.Description = "\x00" }, wantErr: "[description"},
		{name: "Spanish texts", edit: func(_ *campaign.Campaign, e *Input) {
			e.TitleES, e.DescriptionES = "¿Cómo?", "# Hola"
			e.Options[0].TextES, e.Options[1].TextES = "Igual", "Igual" // only the primary texts must differ
		}},
		{name: "Spanish title too long", edit: func(_ *campaign.Campaign, e *Input) { e.TitleES = strings.Repeat("x", 201) }, wantErr: "[title_es: Use at most 200"},
		{name: "Spanish description too long", edit: func(_ *campaign.Campaign, e *Input) { e.DescriptionES = strings.Repeat("x", 10_001) }, wantErr: "[description_es: Use at most 10,000"},
		{name: "Spanish option too long", edit: func(_ *campaign.Campaign, e *Input) { e.Options[1].TextES = strings.Repeat("x", 201) }, wantErr: "[options[1].text_es: Use at most 200"},
		{name: "message", edit: func(_ *campaign.Campaign, e *Input) {
			e.Message, e.MessageES = strings.Repeat("é", 488)+"{first_name}", "Hola, {first_name}:\n¿vas a votar? {first_name}"
		}},
		{name: "message too long", edit: func(_ *campaign.Campaign, e *Input) { e.Message = strings.Repeat("x", 501) }, wantErr: "[message: Use at most 500"},
		{name: "Spanish message too long", edit: func(_ *campaign.Campaign, e *Input) { e.MessageES = strings.Repeat("x", 501) }, wantErr: "[message_es: Use at most 500"},
		{name: "message with another placeholder", edit: func(_ *campaign.Campaign, e *Input) { e.Message = "Hi {first_name} {last_name}!" }, wantErr: "[message: {last_name} is not a placeholder"},
		{name: "Spanish message with a translated placeholder", edit: func(_ *campaign.Campaign, e *Input) { e.MessageES = "Hola {nombre}" }, wantErr: "[message_es: {nombre} is not a placeholder"},
		{name: "message with NUL", edit: func(_ *campaign.Campaign, e *Input) { e.Message = "\x00" }, wantErr: "[message"},
		{name: "no such type", edit: func(_ *campaign.Campaign, e *Input) { e.Type = "POLL" }, wantErr: "[type: Choose"},
		{name: "link", edit: func(_ *campaign.Campaign, e *Input) { e.Links = []Link{{"How", "https://example.org"}} }},
		{name: "script as a link", edit: func(_ *campaign.Campaign, e *Input) { e.Links = []Link{{"How", "javascript:alert(1)"}} }, wantErr: "[links[0].url: Use a web address"},
		{name: "link to nowhere", edit: func(_ *campaign.Campaign, e *Input) { e.Links = []Link{{"How", ""}} }, wantErr: "[links[0].url: Give"},
		{name: "eleven links", edit: func(_ *campaign.Campaign, e *Input) { e.Links = make([]Link, 11) }, wantErr: "[links: Give at most 10"},
		{name: "empty target", edit: func(_ *campaign.Campaign, e *Input) { e.Target = TargetInput{} }, wantErr: "[target: Choose all contacts"},
		{name: "everyone and some", edit: func(_ *campaign.Campaign, e *Input) { e.Target.NoResponse = true }, wantErr: "not both"},
		{name: "another campaign's response", edit: func(_ *campaign.Campaign, e *Input) { e.Target = TargetInput{Responses: []string{"x"}} }, wantErr: "[target.response_ids[0]: This campaign has no such"},
		{name: "some", edit: func(c *campaign.Campaign, e *Input) {
			e.Target = TargetInput{Responses: []string{c.Question.Responses[3].ID}, NoResponse: true}
		}},
		{name: "one option", edit: func(_ *campaign.Campaign, e *Input) { e.Options = e.Options[:1] }, wantErr: "[options: Give at least 2"},
		{name: "twenty-one options", edit: func(_ *campaign.Campaign, e *Input) {
			for i := range 19 {
				e.Options = append(e.Options, OptionInput{Text: fmt.Sprint("o", i)})
			}
		}, wantErr: "[options: Give at most 20"},
		{name: "same text by case", edit: func(_ *campaign.Campaign, e *Input) { e.Options[1].Text = "BY MAIL" }, wantErr: "[options[1].text: Option 1 has the same text"},
		{name: "blank option", edit: func(_ *campaign.Campaign, e *Input) { e.Options[1].Text = "" }, wantErr: "[options[1].text: Write"},
		{name: "all retired", edit: func(_ *campaign.Campaign, e *Input) { e.Options[0].Retired, e.Options[1].Retired = true, true }, wantErr: "[options: Keep at least one"},
		{name: "options of a task", edit: func(_ *campaign.Campaign, e *Input) { e.Type = Task }, wantErr: "[options: Only"},
		{name: "becomes a task", edit: func(_ *campaign.Campaign, e *Input) { e.Type, e.Options = Task, nil }},
		{
			name: "answered, becomes a task", prepare: func(_ *campaign.Campaign, i *Item) { i.Answered = true },
			edit: func(_ *campaign.Campaign, e *Input) { e.Type, e.Options = Task, nil }, wantErr: "[type: This item has been answered",
		},
		{
			name: "chosen option deleted", prepare: func(_ *campaign.Campaign, i *Item) { i.Options[0].Used = true },
			edit:    func(_ *campaign.Campaign, e *Input) { e.Options[0] = OptionInput{Text: "By post"} },
			wantErr: "“By mail” has been chosen",
		},
		{
			name: "chosen option retired", prepare: func(_ *campaign.Campaign, i *Item) { i.Options[0].Used = true },
			edit: func(_ *campaign.Campaign, e *Input) { e.Options[0].Retired, e.Options[0].Text = true, "By post" },
		},
		{
			name: "closed", prepare: func(c *campaign.Campaign, _ *Item) { c.Status = campaign.Closed },
			edit: func(*campaign.Campaign, *Input) {}, wantErr: "closed",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := newDraftFixture(t)
			i, err := New(of, nil, newChoiceInput(), noon)
			if err != nil {
				t.Fatal(err)
			}
			if c.prepare != nil {
				c.prepare(of, i)
			}
			before := *i
			edit := i.Input(&of.Question)
			c.edit(of, &edit)
			err = i.Update(of, edit, noon)
			if c.wantErr == "" {
				if err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(edit, i.Input(&of.Question)); diff != "" {
					t.Errorf("the stored input differs from the sent one:\n%s", diff)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.wantErr) {
				t.Errorf("got %v, want an error with %q", err, c.wantErr)
			}
			if diff := cmp.Diff(before, *i); diff != "" {
				t.Errorf("a rejected update changed the item:\n%s", diff)
			}
		})
	}
}

func TestNew_TargetIDs_StoredAsSortedCodes(t *testing.T) {
	c := newDraftFixture(t)
	edit := newChoiceInput()
	r := c.Question.Responses
	edit.Target = TargetInput{Responses: []string{r[4].ID, r[1].ID, r[4].ID}}
	i, err := New(c, nil, edit, noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Target{Responses: []campaign.Code{"01", "04"}}, i.Target); diff != "" {
		t.Error(diff)
	}
	if !i.Target.Includes("04") || i.Target.Includes("00") || i.Target.Includes("") {
		t.Error("the target includes others than those chosen")
	}
}

func TestNew_FiftyItems_CodesUniqueAndNextConflicts(t *testing.T) {
	c := newDraftFixture(t)
	var items []*Item
	codes := map[Code]bool{}
	for n := range MaxItems {
		i, err := New(c, items, newChoiceInput(), noon)
		if err != nil {
			t.Fatal(err)
		}
		if i.Position != n || codes[i.Code] || len(i.Code) != 2 {
			t.Fatalf("item %d is at %d with code %q", n, i.Position, i.Code)
		}
		codes[i.Code] = true
		if err := i.Archive(c, noon); err != nil {
			t.Fatal(err)
		}
		items = append(items, i)
	}
	if _, err := New(c, items, newChoiceInput(), noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a fifty-first item: %v", err)
	}
}

func TestRevision_EachEditedPart_Changes(t *testing.T) {
	c := newDraftFixture(t)
	i, err := New(c, nil, newChoiceInput(), noon)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{i.Revision(): "no part"}
	for _, part := range []struct {
		name string
		edit func(*Item)
	}{
		{"title", func(i *Item) { i.Title = "x" }},
		{"nickname", func(i *Item) { i.Nickname = "x" }},
		{"description", func(i *Item) { i.Description = "x" }},
		{"Spanish title", func(i *Item) { i.TitleES = "x" }},
		{"Spanish description", func(i *Item) { i.DescriptionES = "x" }},
		{"Spanish option", func(i *Item) { i.Options[0].TextES = "x" }},
		{"message", func(i *Item) { i.Message = "x" }},
		{"Spanish message", func(i *Item) { i.MessageES = "x" }},
		{"links", func(i *Item) { i.Links = []Link{{"x", "y"}} }},
		{"option", func(i *Item) { i.Options[0].Text = "x" }},
	} {
		edited := *i
		edited.Options = slices.Clone(i.Options)
		part.edit(&edited)
		if other, again := seen[edited.Revision()]; again {
			t.Errorf("an edit of the %s has the same revision as one of %s", part.name, other)
		}
		seen[edited.Revision()] = part.name
	}
}

func TestArchive_RepeatedOrClosedCampaign_IsAnswered(t *testing.T) {
	c := newDraftFixture(t)
	i, err := New(c, nil, newChoiceInput(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{noon, noon.Add(time.Hour)} {
		if err := i.Archive(c, at); err != nil || !i.ArchivedAt.Equal(noon) {
			t.Fatalf("archived at %s: %v", i.ArchivedAt, err)
		}
	}
	if err := i.Restore(c); err != nil || i.Archived() {
		t.Fatalf("restored: %v", err)
	}
	c.Status = campaign.Closed
	if err := i.Archive(c, noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("archived in a closed campaign: %v", err)
	}
	if err := i.Restore(c); !fault.Is(err, fault.KindConflict) {
		t.Errorf("restored in a closed campaign: %v", err)
	}
}

func TestReorder_AnyPermutation_SetsPositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newDraftFixture(t)
		var items []*Item
		var ids []ID
		for n := range rapid.IntRange(1, 8).Draw(t, "items") {
			i, err := New(c, items, Input{Type: Task, Title: fmt.Sprint(n), Target: TargetInput{Everyone: true}}, noon)
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, i)
			if rapid.Bool().Draw(t, "archived") {
				i.ArchivedAt = noon
			}
			if !i.Archived() || rapid.Bool().Draw(t, "named") {
				ids = append(ids, i.ID)
			}
		}
		ids = rapid.Permutation(ids).Draw(t, "order")
		if len(ids) > 1 {
			short := append(slices.Clone(ids[:len(ids)-1]), ids[0])
			if _, err := Reorder(c, items, short); !fault.Is(err, fault.KindInvalid) {
				t.Fatalf("an item named twice: %v", err)
			}
		}
		if _, err := Reorder(c, items, ids); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(items, func(a, b *Item) int { return a.Position - b.Position })
		for n, i := range items {
			if i.Position != n {
				t.Fatalf("positions are not 0, 1, 2…: %d at %d", i.Position, n)
			}
			if n < len(ids) && i.ID != ids[n] {
				t.Fatalf("position %d has another item than the input", n)
			}
		}
		if moved, err := Reorder(c, items, ids); err != nil || len(moved) != 0 {
			t.Fatalf("the same order again moves %d: %v", len(moved), err)
		}
	})
}

// Any sequence of updates preserves the code and the id of every used option.
func TestUpdate_RandomInputs_UsedOptionsKeepCodes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newDraftFixture(t)
		i, err := New(c, nil, newChoiceInput(), noon)
		if err != nil {
			t.Fatal(err)
		}
		owners := map[Code]string{}
		for range rapid.IntRange(1, 10).Draw(t, "edits") {
			for n := range i.Options {
				i.Options[n].Used = i.Options[n].Used || rapid.Bool().Draw(t, "used")
				owners[i.Options[n].Code] = i.Options[n].ID
			}
			before := slices.Clone(i.Options)
			edit := i.Input(&c.Question)
			edit.Options = slices.DeleteFunc(edit.Options, func(OptionInput) bool { return rapid.IntRange(0, 4).Draw(t, "drop") == 0 })
			for range rapid.IntRange(0, 2).Draw(t, "more") {
				edit.Options = append(edit.Options, OptionInput{Text: rapid.StringMatching(`[a-c]{1,2}`).Draw(t, "text")})
			}
			edit.Options = rapid.Permutation(edit.Options).Draw(t, "order")
			if err := i.Update(c, edit, noon); err != nil {
				if diff := cmp.Diff(before, i.Options); diff != "" {
					t.Fatalf("a rejected update changed the options:\n%s", diff)
				}
				continue
			}
			for _, o := range before {
				if kept, ok := i.Option(o.ID); o.Used && (!ok || kept.Code != o.Code || !kept.Used) {
					t.Fatalf("the used option %+v became %+v", o, kept)
				}
			}
			for _, o := range i.Options {
				if owner, known := owners[o.Code]; known && owner != o.ID {
					t.Fatalf("code %s belonged to another option", o.Code)
				}
				owners[o.Code] = o.ID
			}
		}
	})
}
