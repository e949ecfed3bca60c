package mobilizerapi_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/mobilizer"
)

// everything holds the stored entities of a mobilizer in the fixture's campaign.
type everything struct {
	member    *mobilizer.Mobilizer // nil when there is none
	contacts  []*contact.Contact
	entries   []*contact.Entry
	notes     []*contact.Note
	answers   []*contact.Answer
	responses []*contact.ActionResponse
}

func everythingOf(s *httpapitest.CampaignFixture, c *httpapitest.Client) *everything {
	s.T.Helper()
	all := &everything{}
	try := func(err error) {
		s.T.Helper()
		if err != nil {
			s.T.Fatal(err)
		}
	}
	ctx := context.Background()
	var err error
	all.entries, _, err = s.Store.AddressBook(ctx, c.User.ID, s.Organization.ID, "", 1000)
	try(err)
	all.member, err = s.Store.MembershipByUser(ctx, s.Campaign.ID, c.User.ID)
	if fault.Is(err, fault.KindNotFound) {
		return all
	}
	try(err)
	all.contacts, _, err = s.Store.MobilizerContacts(ctx, s.Campaign.ID, all.member.ID, "", 1000)
	try(err)
	for _, about := range all.contacts {
		if about.LastActivityAt.Equal(about.AddedAt) && about.Touchpoints == 0 && about.LatestAnswerID == "" && len(about.ActionResponses) == 0 {
			continue // as it was added: many are in some tests
		}
		notes, _, err := s.Store.Notes(ctx, about.Ref(), "", 1000)
		try(err)
		answers, _, err := s.Store.Answers(ctx, about.Ref(), "", 1000)
		try(err)
		responses, err := s.Store.ActionResponses(ctx, about.Ref())
		try(err)
		all.notes, all.answers, all.responses = append(all.notes, notes...), append(all.answers, answers...), append(all.responses, responses...)
	}
	return all
}

// stateOf returns everything stored about a caller and the content in use as text that is equal for equal runs.
func stateOf(s *httpapitest.CampaignFixture, c *httpapitest.Client) string {
	s.T.Helper()
	all := everythingOf(s, c)
	slices.SortFunc(all.contacts, func(a, b *contact.Contact) int { return cmp.Compare(a.Details.FirstName, b.Details.FirstName) })
	slices.SortFunc(all.entries, func(a, b *contact.Entry) int { return cmp.Compare(a.Details.FirstName, b.Details.FirstName) })
	slices.SortFunc(all.notes, func(a, b *contact.Note) int { return cmp.Compare(a.Content, b.Content) })
	slices.SortFunc(all.responses, func(a, b *contact.ActionResponse) int { return cmp.Compare(a.ItemCode, b.ItemCode) })
	content, err := s.Store.Content(context.Background(), s.Campaign.ID)
	if err != nil {
		s.T.Fatal(err)
	}
	lines := []string{}
	for _, part := range []any{
		content.Campaign.Question.Responses, content.Items, all.member, all.contacts, all.entries, all.notes, all.answers, all.responses,
	} {
		encoded, err := json.Marshal(part)
		if err != nil {
			s.T.Fatal(err)
		}
		lines = append(lines, string(encoded))
	}
	return httpapitest.NormalizeIDs(lines...)
}

// act is one request of a mobilizer about the fixture's contact, with the store calls that it makes: G and B read one item or
// several, Q queries, P and U write one item, T several. The first four identify the caller: login, user, pointer, membership.
type act struct {
	name   string
	calls  string
	method string
	path   func(s *httpapitest.CampaignFixture, c *httpapitest.Client, at map[string]string) string
	body   func(s *httpapitest.CampaignFixture) any
}

func about(suffix string) func(*httpapitest.CampaignFixture, *httpapitest.Client, map[string]string) string {
	return func(_ *httpapitest.CampaignFixture, _ *httpapitest.Client, at map[string]string) string {
		return at["contact"] + suffix
	}
}

func in(parts ...string) func(*httpapitest.CampaignFixture, *httpapitest.Client, map[string]string) string {
	return func(_ *httpapitest.CampaignFixture, c *httpapitest.Client, _ map[string]string) string {
		return c.Path(parts...)
	}
}

func note(suffix string) func(*httpapitest.CampaignFixture, *httpapitest.Client, map[string]string) string {
	return func(_ *httpapitest.CampaignFixture, _ *httpapitest.Client, at map[string]string) string {
		return at["contact"] + "/notes/" + at["note"] + suffix
	}
}

func sends(body any) func(*httpapitest.CampaignFixture) any {
	return func(*httpapitest.CampaignFixture) any { return body }
}

func manyRows(n int) []any {
	rows := make([]any, n)
	for i := range rows {
		rows[i] = map[string]any{"first_name": fmt.Sprintf("Row %03d", i)}
	}
	return rows
}

var acts = []act{
	{"join", "GGGGQGBTTGGGGGGT", "POST", func(*httpapitest.CampaignFixture, *httpapitest.Client, map[string]string) string {
		return "/v1/mobilizer/join"
	}, nil},
	{"edit profile", "GGP", "PATCH", in("profile"), sends(map[string]any{"city": "Lynn"})},
	{"withdraw consent", "GGT", "PUT", in("consent"), sends(map[string]any{"consent": false})},
	{"leave, contacts stay", "GGGT", "POST", in("leave"), sends(map[string]any{"contacts": "keep"})},
	{"leave with contacts", "GGGT", "POST", in("leave"), sends(map[string]any{"contacts": "remove"})},
	{"match self", "GGQBP", "PUT", in("match"), sends(map[string]any{"canonical_voter_id": "MA02"})},
	{"reset self", "GGP", "DELETE", in("match"), sends(nil)},
	{"add", "GGGQT", "POST", in("contacts"), sends(map[string]any{"first_name": "New", "phone": "617 555 0123"})},
	{"add many", "GGGUGPBTBT", "POST", in("contacts", "bulk"), sends(map[string]any{"contacts": manyRows(60)})},
	{"edit", "GGGGT", "PATCH", about(""), sends(map[string]any{"city": "Lynn"})},
	{"remove", "GGGGT", "DELETE", about(""), sends(nil)},
	{"match", "GGQBGQBP", "PUT", about("/match"), sends(map[string]any{"canonical_voter_id": "MA01"})},
	{"reset", "GGGP", "DELETE", about("/match"), sends(nil)},
	{"answer", "GGQGT", "PUT", about("/answer"), func(s *httpapitest.CampaignFixture) any { return map[string]any{"response_id": s.ResponseID(1)} }},
	{"clear", "GGGT", "DELETE", about("/answer"), sends(nil)},
	{"respond", "GGGT", "PUT", func(s *httpapitest.CampaignFixture, _ *httpapitest.Client, at map[string]string) string {
		return at["contact"] + "/action-responses/" + string(s.Free.ID)
	}, sends(map[string]any{"text": "Yes"})},
	{
		"change response", "GGGGT", "PUT", func(s *httpapitest.CampaignFixture, _ *httpapitest.Client, at map[string]string) string {
			return at["contact"] + "/action-responses/" + string(s.Choice.ID)
		},
		func(s *httpapitest.CampaignFixture) any { return map[string]any{"option_id": s.Choice.Options[1].ID} },
	},
	{"withdraw response", "GGGT", "DELETE", func(s *httpapitest.CampaignFixture, _ *httpapitest.Client, at map[string]string) string {
		return at["contact"] + "/action-responses/" + string(s.Choice.ID)
	}, sends(nil)},
	{"write note", "GGGGT", "POST", about("/notes"), sends(map[string]any{"content": "New"})},
	{"edit note", "GGBT", "PATCH", note(""), sends(map[string]any{"content": "Edited"})},
	{"delete note", "GGBT", "DELETE", note(""), sends(nil)},
	{"vote plan", "GGGP", "PUT", about("/vote-plan"), sends(map[string]any{"text": "By mail"})},
}

// newRun creates a campaign and a mobilizer with a contact that has an answer, a note and an action response.
func newRun(s *httpapitest.CampaignFixture, run int, what act) (*httpapitest.Client, map[string]string) {
	s.T.Helper()
	s.Faults.FailCall(0, false)
	s.StartCampaign(fmt.Sprintf("run-%d", run))
	if what.name == "join" {
		s.EditContent(func(c *dynamo.Content) {
			if err := c.Campaign.SetPasscode(httpapitest.Secret, "ABCD2345"); err != nil {
				s.T.Fatal(err)
			}
		})
		return s.NewUser(fmt.Sprintf("Ana%d", run)), nil
	}
	ana := s.NewMobilizer(fmt.Sprintf("Ana%d", run))
	contact := ana.AddContact("José")
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	ana.Put(contact+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[0].ID}).ExpectStatus(http.StatusOK)
	note := ana.Post(contact+"/notes", map[string]any{"content": "Old"}).ExpectStatus(http.StatusCreated).Text("id")
	if _, err := s.API.Store().Content(context.Background(), s.Campaign.ID); err != nil { // into the cache
		s.T.Fatal(err)
	}
	return ana, map[string]string{"contact": contact, "note": note}
}

func (a act) by(s *httpapitest.CampaignFixture, c *httpapitest.Client, at map[string]string) *httpapitest.Reply {
	var body any
	if a.name == "join" {
		request := httpapitest.JoinBody(s.Campaign.Slug)
		request["passcode"] = "ABCD2345"
		body = request
	} else {
		body = a.body(s)
	}
	key := ""
	if a.method == http.MethodPost {
		key = "same-key"
	}
	return c.Do(a.method, a.path(s, c, at), body, key)
}

// initials returns calls in the notation of acts.
func initials(calls []string) string {
	var b strings.Builder
	for _, operation := range calls {
		b.WriteByte(operation[0])
	}
	return b.String()
}

// TestMobilizerRoutes_CrashAtEachCall_RetryCompletes fails each store call of each write in turn, before and after it takes effect, and
// repeats the request: the stored state is that of one run without a crash.
func TestMobilizerRoutes_CrashAtEachCall_RetryCompletes(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	run := 0
	for _, a := range acts {
		t.Run(a.name, func(t *testing.T) {
			s.T = t
			ana, at := newRun(s, run, a)
			run++
			s.Faults.FailCall(0, false)
			clean := a.by(s, ana, at)
			calls := s.Faults.Calls()
			if clean.Status >= 300 {
				t.Fatalf("the clean run answers %s", clean.Raw)
			}
			if got := initials(calls); got != a.calls {
				t.Errorf("calls the store %s, declared is %s", got, a.calls)
			}
			want := stateWithoutNames(s, ana)
			for call, late := range httpapitest.EachFailure(calls) {
				ana, at := newRun(s, run, a)
				run++
				s.Faults.FailCall(call, late)
				first := a.by(s, ana, at)
				s.Faults.FailCall(0, false)
				s.Restart()
				again := a.by(s, ana, at)
				where := fmt.Sprintf("%s, call %d of %d, carried out: %t", calls[call-1], call, len(calls), late)
				if first.Status != http.StatusServiceUnavailable && first.Status != clean.Status {
					t.Errorf("%s: answers %d: %s", where, first.Status, first.Raw)
				}
				gone := a.method == http.MethodDelete && again.Status == http.StatusNotFound && late
				there := a.name == "join" && again.Status == http.StatusOK
				if !gone && !there && again.Status != clean.Status {
					t.Errorf("%s: the repetition answers %d, want %d: %s", where, again.Status, clean.Status, again.Raw)
				}
				if got := stateWithoutNames(s, ana); got != want {
					t.Errorf("%s: the end is\n%s\nwant\n%s", where, got, want)
				}
			}
		})
	}
}

var runNames = regexp.MustCompile(`(Ana|ana|run-)[0-9]+`)

// stateWithoutNames returns the state of a run without the names that differ between runs.
func stateWithoutNames(s *httpapitest.CampaignFixture, c *httpapitest.Client) string {
	return runNames.ReplaceAllString(stateOf(s, c), "$1")
}
