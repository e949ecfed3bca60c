package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
)

// everything is all that is stored of a mobilizer in the stage's campaign.
type everything struct {
	member    *mobilizer.Mobilizer // nil when there is none
	contacts  []*contact.Contact
	entries   []*contact.Entry
	notes     []*contact.Note
	answers   []*contact.Answer
	responses []*contact.ActionResponse
}

func (c *caller) everything() *everything {
	c.s.t.Helper()
	all := &everything{}
	try := func(err error) {
		c.s.t.Helper()
		if err != nil {
			c.s.t.Fatal(err)
		}
	}
	ctx := context.Background()
	var err error
	all.entries, _, err = c.s.store.AddressBook(ctx, c.user.ID, c.s.org.ID, "", 1000)
	try(err)
	all.member, err = c.s.store.MembershipByUser(ctx, c.s.campaign.ID, c.user.ID)
	if fault.Is(err, fault.KindNotFound) {
		return all
	}
	try(err)
	all.contacts, _, err = c.s.store.MobilizerContacts(ctx, c.s.campaign.ID, all.member.ID, "", 1000)
	try(err)
	for _, about := range all.contacts {
		if about.LastActivityAt.Equal(about.AddedAt) && about.Touchpoints == 0 && about.LatestAnswerID == "" && len(about.ActionResponses) == 0 {
			continue // as it was added: many are in some tests
		}
		notes, _, err := c.s.store.Notes(ctx, about.Ref(), "", 1000)
		try(err)
		answers, _, err := c.s.store.Answers(ctx, about.Ref(), "", 1000)
		try(err)
		responses, err := c.s.store.ActionResponses(ctx, about.Ref())
		try(err)
		all.notes, all.answers, all.responses = append(all.notes, notes...), append(all.answers, answers...), append(all.responses, responses...)
	}
	return all
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// named replaces ids by the order in which they appear, and versions, which a retry may raise, by nothing: two runs of
// the same story read the same.
func named(texts ...string) string {
	names := map[string]string{}
	var all string
	for _, one := range texts {
		all += one + "\n"
	}
	all = regexp.MustCompile(`"Version":[0-9]+`).ReplaceAllString(all, `"Version":0`)
	return uuids.ReplaceAllStringFunc(all, func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("<%d>", len(names))
		}
		return names[id]
	})
}

// story tells everything stored of a caller, and what of the campaign is in use, in words that two runs share.
func (c *caller) story() string {
	c.s.t.Helper()
	all := c.everything()
	slices.SortFunc(all.contacts, func(a, b *contact.Contact) int { return cmp.Compare(a.Details.FirstName, b.Details.FirstName) })
	slices.SortFunc(all.entries, func(a, b *contact.Entry) int { return cmp.Compare(a.Details.FirstName, b.Details.FirstName) })
	slices.SortFunc(all.notes, func(a, b *contact.Note) int { return cmp.Compare(a.Content, b.Content) })
	slices.SortFunc(all.responses, func(a, b *contact.ActionResponse) int { return cmp.Compare(a.ItemCode, b.ItemCode) })
	content, err := c.s.store.Content(context.Background(), c.s.campaign.ID)
	if err != nil {
		c.s.t.Fatal(err)
	}
	told := []string{}
	for _, part := range []any{
		content.Campaign.Question.Responses, content.Items, all.member, all.contacts, all.entries, all.notes, all.answers, all.responses,
	} {
		encoded, err := json.Marshal(part)
		if err != nil {
			c.s.t.Fatal(err)
		}
		told = append(told, string(encoded))
	}
	return named(told...)
}

// act is something that a mobilizer does in one request, about the contact that the set-up made, with the calls of the
// store that it takes: G and B read one item or several, Q queries, P and U write one item, T several. The first four
// are who calls: login, user, pointer, membership.
type act struct {
	name   string
	calls  string
	method string
	path   func(c *caller, at map[string]string) string
	body   func(c *caller) any
}

func about(suffix string) func(*caller, map[string]string) string {
	return func(_ *caller, at map[string]string) string { return at["contact"] + suffix }
}

func in(parts ...string) func(*caller, map[string]string) string {
	return func(c *caller, _ map[string]string) string { return c.at(parts...) }
}

func note(suffix string) func(*caller, map[string]string) string {
	return func(_ *caller, at map[string]string) string { return at["contact"] + "/notes/" + at["note"] + suffix }
}

func sends(body any) func(*caller) any { return func(*caller) any { return body } }

func manyRows(n int) []any {
	rows := make([]any, n)
	for i := range rows {
		rows[i] = map[string]any{"first_name": fmt.Sprintf("Row %03d", i)}
	}
	return rows
}

var acts = []act{
	{"join", "GGGGQGGPUUGGGT", "POST", func(*caller, map[string]string) string { return "/v1/mobilizer/join" }, nil},
	{"edit profile", "GGP", "PATCH", in("profile"), sends(map[string]any{"city": "Lynn"})},
	{"withdraw consent", "GGP", "PUT", in("consent"), sends(map[string]any{"consent": false})},
	{"leave, contacts stay", "GGGT", "POST", in("leave"), sends(map[string]any{"contacts": "keep"})},
	{"leave with contacts", "GGGT", "POST", in("leave"), sends(map[string]any{"contacts": "remove"})},
	{"match self", "GGQBP", "PUT", in("match"), sends(map[string]any{"canonical_voter_id": "MA01"})},
	{"reset self", "GGP", "DELETE", in("match"), sends(nil)},
	{"add", "GGGT", "POST", in("contacts"), sends(map[string]any{"first_name": "New", "phone": "617 555 0123"})},
	{"add many", "GGGGPBTBT", "POST", in("contacts", "bulk"), sends(map[string]any{"contacts": manyRows(60)})},
	{"edit", "GGGGT", "PATCH", about(""), sends(map[string]any{"city": "Lynn"})},
	{"remove", "GGGGT", "DELETE", about(""), sends(nil)},
	{"match", "GGQBGP", "PUT", about("/match"), sends(map[string]any{"canonical_voter_id": "MA01"})},
	{"reset", "GGGP", "DELETE", about("/match"), sends(nil)},
	{"answer", "GGGT", "PUT", about("/answer"), func(c *caller) any { return map[string]any{"response": c.s.response(1)} }},
	{"clear", "GGGT", "DELETE", about("/answer"), sends(nil)},
	{"respond", "GGGT", "PUT", func(c *caller, at map[string]string) string {
		return at["contact"] + "/responses/" + string(c.s.free.ID)
	}, sends(map[string]any{"text": "Yes"})},
	{
		"change response", "GGGGT", "PUT", func(c *caller, at map[string]string) string {
			return at["contact"] + "/responses/" + string(c.s.choice.ID)
		},
		func(c *caller) any { return map[string]any{"option": c.s.choice.Options[1].ID} },
	},
	{"withdraw response", "GGGT", "DELETE", func(c *caller, at map[string]string) string {
		return at["contact"] + "/responses/" + string(c.s.choice.ID)
	}, sends(nil)},
	{"write note", "GGGGT", "POST", about("/notes"), sends(map[string]any{"content": "New"})},
	{"edit note", "GGBT", "PATCH", note(""), sends(map[string]any{"content": "Edited"})},
	{"delete note", "GGBT", "DELETE", note(""), sends(nil)},
	{"vote plan", "GGGP", "PUT", about("/vote-plan"), sends(map[string]any{"text": "By mail"})},
}

// rehearse makes a campaign and a mobilizer with a contact who has been answered, noted and responded about, all new.
func (s *stage) rehearse(run int, what act) (*caller, map[string]string) {
	s.t.Helper()
	s.faults.arm(0, false)
	s.start(fmt.Sprintf("rehearsal-%d", run))
	if what.name == "join" {
		s.edit(func(c *dynamo.Content) {
			if err := c.Campaign.SetPasscode(passcodeKey(stageSecret), "ABCD2345"); err != nil {
				s.t.Fatal(err)
			}
		})
		return s.person(fmt.Sprintf("Ana%d", run)), nil
	}
	ana := s.mobilizer(fmt.Sprintf("Ana%d", run))
	contact := ana.adds("José")
	ana.put(contact+"/answer", map[string]any{"response": s.response(0)}).is(http.StatusOK)
	ana.put(contact+"/responses/"+string(s.choice.ID), map[string]any{"option": s.choice.Options[0].ID}).is(http.StatusOK)
	note := ana.post(contact+"/notes", map[string]any{"content": "Old"}).is(http.StatusCreated).text("id")
	if _, err := s.api.store.Content(context.Background(), s.campaign.ID); err != nil { // into the cache
		s.t.Fatal(err)
	}
	return ana, map[string]string{"contact": contact, "note": note}
}

func (a act) by(c *caller, at map[string]string) *reply {
	var body any
	if a.name == "join" {
		request := joining(c.s.campaign.Slug)
		request["passcode"] = "ABCD2345"
		body = request
	} else {
		body = a.body(c)
	}
	key := ""
	if a.method == http.MethodPost {
		key = "same-key"
	}
	return c.request(a.method, a.path(c, at), body, key)
}

// initials writes calls as acts declare them.
func initials(calls []string) string {
	var b strings.Builder
	for _, operation := range calls {
		b.WriteByte(operation[0])
	}
	return b.String()
}

var reads = map[string]bool{"GetItem": true, "BatchGetItem": true, "Query": true}

// TestCrashAfterAnyStoreCall breaks each store call of each write in turn, before the store carries it out and after,
// and repeats the request: what is stored in the end is what one clean run stores.
func TestCrashAfterAnyStoreCall(t *testing.T) {
	s := newStage(t)
	log := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // every broken call is an error
	t.Cleanup(func() { slog.SetDefault(log) })
	run := 0
	for _, a := range acts {
		t.Run(a.name, func(t *testing.T) {
			s.t = t
			ana, at := s.rehearse(run, a)
			run++
			s.faults.arm(0, false)
			clean := a.by(ana, at)
			calls := s.faults.count()
			if clean.status >= 300 {
				t.Fatalf("the clean run answers %s", clean.raw)
			}
			if got := initials(calls); got != a.calls {
				t.Errorf("calls the store %s, declared is %s", got, a.calls)
			}
			want := ana.storyWithoutName()
			for n, operation := range calls {
				for _, late := range []bool{false, true} {
					if late && reads[operation] {
						continue // a read that is carried out for nobody is a read that is not
					}
					ana, at := s.rehearse(run, a)
					run++
					s.faults.arm(n+1, late)
					first := a.by(ana, at)
					s.faults.arm(0, false)
					s.restart()
					again := a.by(ana, at)
					where := fmt.Sprintf("%s, call %d of %d, carried out: %t", operation, n+1, len(calls), late)
					if first.status != http.StatusServiceUnavailable && first.status != clean.status {
						t.Errorf("%s: answers %d: %s", where, first.status, first.raw)
					}
					gone := a.method == http.MethodDelete && again.status == http.StatusNotFound && late
					there := a.name == "join" && again.status == http.StatusOK
					if !gone && !there && again.status != clean.status {
						t.Errorf("%s: the repetition answers %d, want %d: %s", where, again.status, clean.status, again.raw)
					}
					if got := ana.storyWithoutName(); got != want {
						t.Errorf("%s: the end is\n%s\nwant\n%s", where, got, want)
					}
				}
			}
		})
	}
}

var rehearsalNames = regexp.MustCompile(`(Ana|ana|rehearsal-)[0-9]+`)

// storyWithoutName is the story of a rehearsal, with what tells rehearsals apart left out.
func (c *caller) storyWithoutName() string { return rehearsalNames.ReplaceAllString(c.story(), "$1") }
