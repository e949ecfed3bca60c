package dynamo_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// storm is a campaign in which people join, add, write, answer, remove and leave while a bundle is written. Its clock
// runs faster than ours, so that a bundle's cut, a minute before its start, lies within the storm.
type storm struct {
	t        *testing.T
	store    *dynamo.Store
	campaign *campaign.Campaign
	task     *action.Item
	began    time.Time
	removals sync.WaitGroup // of what hung on removed rows
	deeds    atomic.Int64
}

const faster = 20

// clock is the storm's time.
func (s *storm) clock() time.Time {
	return stormDay.Add(faster * time.Since(s.began)).UTC().Truncate(time.Millisecond)
}

var stormDay = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newStorm(t *testing.T) *storm {
	t.Helper()
	db, names := dynamotest.New(t)
	s := &storm{t: t, store: dynamo.New(db, dynamo.Tables(names)), began: time.Now()}
	early := stormDay.Add(-time.Hour)
	var err error
	s.campaign, err = campaign.New("o", campaign.Details{Name: "Storm", Slug: "storm"}, early)
	if err != nil {
		t.Fatal(err)
	}
	s.campaign.Status = campaign.Active
	s.task = &action.Item{ID: action.ID(id.At(early)), Campaign: s.campaign.ID, Code: "00", Type: action.Task, Title: "Call", Target: action.Target{Everyone: true}, CreatedAt: early}
	choice := &action.Item{
		ID: action.ID(id.At(early)), Campaign: s.campaign.ID, Code: "01", Type: action.MultipleChoice, Title: "How?", CreatedAt: early,
		Target: action.Target{Everyone: true}, Options: []action.Option{{ID: id.At(early), Code: "00", Text: "Early", Used: true}}, NextOption: 1,
	}
	s.commit(s.store.CreateOrganization(&organization.Organization{ID: "o", Name: "Weather"}))
	s.commit(s.store.CreateCampaign(s.campaign))
	s.commit(s.store.CreateItem(s.task))
	s.commit(s.store.CreateItem(choice))
	return s
}

// commit writes, and reports whether it took effect: somebody else may have been faster.
func (s *storm) commit(writes ...[]dynamo.Write) bool {
	err := s.store.Commit(s.t.Context(), slices.Concat(writes...)...)
	if err != nil && !dynamo.Changed(err, "") {
		s.t.Errorf("the storm: %v", err)
	}
	if err == nil {
		s.deeds.Add(1)
	}
	return err == nil
}

// later removes in the background what hung on a row, as the stream does: not at once.
func (s *storm) later(row any) {
	s.removals.Go(func() {
		time.Sleep(rand.N(400 * time.Millisecond))
		if err := s.store.RemoveBehind(s.t.Context(), row); err != nil {
			s.t.Errorf("removal: %v", err)
		}
	})
}

// part is a user with their part in the storm.
type part struct {
	*storm
	random   *rand.Rand
	user     *user.User
	me       *mobilizer.Mobilizer
	contacts []*contact.Contact
	entries  map[contact.ID]*contact.Entry
	invited  *invitation.Invitation
	notes    []*mobilizer.ManagementNote
}

var stormTokens = invitation.NewTokens([]byte("storm"))

func (s *storm) enter(n int) *part {
	p := &part{storm: s, random: rand.New(rand.NewPCG(uint64(n), 3)), user: &user.User{ID: user.ID(id.At(s.clock()))}}
	p.user.Email = fmt.Sprintf("%s@example.org", p.user.ID)
	p.invite()
	p.join()
	return p
}

func (p *part) invite() {
	at := p.clock()
	guest := invitation.Guest{Email: p.user.Email, FirstName: "Ann", LastName: "Lee", Language: invitation.English}
	i := invitation.New(guest, p.campaign, invitation.Inviter{Name: "Olivia", Email: "o@example.org"}, stormTokens, invitation.Lifetime, at)
	if p.commit(p.store.CreateInvitation(i, i.Links(stormTokens)...)) {
		p.invited = i
		i.WasSent(1, invitation.Lifetime, at)
		p.commit(p.store.PutInvitation(i))
		i.Version++
	}
}

// join joins and accepts, as the API does it: in one transaction.
func (p *part) join() {
	m := mobilizer.Join(p.campaign, p.user, "p", mobilizer.Joining{Profile: mobilizer.Profile{FirstName: "Ann", LastName: "Lee"}}, p.clock())
	m.Confirm(voter.Voter{CanonicalID: "MA1", State: "MA"}, p.clock())
	writes := p.store.CreateMembership(m)
	if p.invited != nil && p.invited.Membership == "" {
		p.invited.Accept(m, p.clock())
		writes = append(writes, p.store.PutInvitation(p.invited)...)
	}
	if p.commit(writes) {
		p.me, p.contacts, p.entries, p.notes = m, nil, map[contact.ID]*contact.Entry{}, nil
		if p.invited != nil {
			p.invited.Version++
		}
	}
}

// add adds a contact; late by a repetition of a request that was first tried long before.
func (p *part) add(late bool) {
	at := p.clock()
	first := at
	if late {
		first = at.Add(-30 * time.Minute)
	}
	ids := contact.NewIDs(first)
	entry := contact.NewEntry(p.me, contact.Details{FirstName: "Bob"}, contact.Private{}, ids, first)
	c, err := entry.Add(p.me, ids.Contact, p.campaign.Moment(first))
	if err != nil {
		p.t.Error(err)
		return
	}
	c.Stored(at)
	if p.random.IntN(2) == 0 {
		c.Confirm(voter.Voter{CanonicalID: "MA2", State: "MA"}, p.campaign.Moment(first))
	}
	if p.commit(p.store.AddContact(c, entry)) {
		c.Version = 1
		p.contacts, p.entries[c.ID] = append(p.contacts, c), entry
		entry.Version = 1
	}
}

// did keeps the contact that was written.
func (p *part) did(n int, c *contact.Contact) {
	c.Version++
	p.contacts[n] = c
}

func (p *part) write(n int) {
	at := p.campaign.Moment(p.clock())
	c := copyOf(p.contacts[n])
	switch p.random.IntN(4) {
	case 0:
		note, err := c.WriteNote("Hello", at)
		if err == nil && p.commit(p.store.AddNote(c, note)) {
			p.did(n, c)
		}
	case 1:
		of := p.campaign.Question.Responses
		answer, err := c.Answer(p.campaign, of[p.random.IntN(len(of))].ID, at)
		if err == nil && answer != nil && p.commit(p.store.AddAnswer(c, answer)) {
			p.did(n, c)
		}
	case 2:
		p.respond(n, c, p.task, contact.Given{Completed: new(true)})
	default:
		content, err := p.store.Content(p.t.Context(), p.campaign.ID)
		if err != nil {
			p.t.Error(err)
			return
		}
		choice := content.Items[slices.IndexFunc(content.Items, func(i *action.Item) bool { return i.Type == action.MultipleChoice })]
		p.respond(n, c, choice, contact.Given{Option: &choice.Options[len(choice.Options)-1].ID})
	}
}

func (p *part) respond(n int, c *contact.Contact, item *action.Item, given contact.Given) {
	var before *contact.Response
	if held, there := c.Responses[item.Code]; there {
		var err error
		if before, err = p.store.ActionResponse(p.t.Context(), c.About(), held.ID); err != nil {
			p.t.Error(err)
			return
		}
	}
	after, err := c.Respond(item, before, given, p.campaign.Moment(p.clock()))
	if err == nil && after != nil && p.commit(p.store.PutActionResponse(c, after)) {
		p.did(n, c)
	}
}

func copyOf(c *contact.Contact) *contact.Contact {
	of := *c
	of.Responses = map[action.Code]contact.Held{}
	for code, held := range c.Responses {
		of.Responses[code] = held
	}
	return &of
}

func (p *part) remove(n int) {
	c := p.contacts[n]
	entry := p.entries[c.ID]
	if p.commit(p.store.RemoveContact(c, entry, entry.Remove(p.campaign.ID))) {
		p.later(c)
	}
	p.contacts = slices.Delete(p.contacts, n, n+1)
}

func (p *part) leave() {
	if p.commit(p.store.RemoveMembership(p.me)) {
		p.later(p.me)
		p.me, p.contacts = nil, nil
	}
}

func (p *part) manage() {
	if len(p.notes) > 0 && p.random.IntN(2) == 0 {
		p.commit(p.store.RemoveManagementNote(p.notes[0]))
		p.notes = p.notes[1:]
		return
	}
	n := &mobilizer.ManagementNote{
		ID: mobilizer.NoteID(id.At(p.clock())), Campaign: p.campaign.ID, Mobilizer: p.me.ID, Content: "Called",
		AuthorEmail: "o@example.org", CreatedAt: p.clock(),
	}
	if p.commit(p.store.CreateManagementNote(n)) {
		p.notes = append(p.notes, n)
	}
}

// deed does something or other.
func (p *part) deed() {
	if p.me == nil {
		p.join()
		return
	}
	switch what := p.random.IntN(80); {
	case what == 0:
		p.leave()
	case what < 4:
		p.manage()
	case what < 8:
		p.add(true)
	case what < 36 || len(p.contacts) == 0:
		p.add(false)
	case what < 42:
		p.remove(p.random.IntN(len(p.contacts)))
	default:
		p.write(p.random.IntN(len(p.contacts)))
	}
}

// offer gives the question of multiple choice one more option, which is chosen from then on.
func (s *storm) offer() {
	content, err := s.store.Content(s.t.Context(), s.campaign.ID)
	if err != nil {
		s.t.Error(err)
		return
	}
	for _, item := range content.Items {
		if item.Type == action.MultipleChoice {
			n := len(item.Options)
			item.Options = append(item.Options, action.Option{
				ID: id.At(s.clock()), Code: action.Code(fmt.Sprintf("%02d", n)), Text: fmt.Sprint("Way ", n), Used: true,
			})
			s.commit(s.store.PutItem(item))
		}
	}
}

// rage lets so many people act until the context ends.
func (s *storm) rage(ctx context.Context, people int) *sync.WaitGroup {
	var all sync.WaitGroup
	for n := range people {
		all.Go(func() {
			for p := s.enter(n); ctx.Err() == nil; {
				p.deed()
			}
		})
	}
	all.Go(func() {
		for ctx.Err() == nil {
			time.Sleep(300 * time.Millisecond)
			s.offer()
		}
	})
	return &all
}

// shelf is a bucket in memory, a slow one.
type shelf struct {
	mu      sync.Mutex
	objects map[string][]byte
	uploads map[string][][]byte
}

func (s *shelf) slowly() func() {
	time.Sleep(30 * time.Millisecond)
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *shelf) Put(_ context.Context, key string, body []byte) error {
	defer s.slowly()()
	s.objects[key] = bytes.Clone(body)
	return nil
}

func (s *shelf) Read(_ context.Context, key string) ([]byte, error) {
	defer s.slowly()()
	if body, there := s.objects[key]; there {
		return bytes.Clone(body), nil
	}
	return nil, fault.NotFound("file")
}

func (s *shelf) Remove(_ context.Context, key string) error {
	defer s.slowly()()
	delete(s.objects, key)
	return nil
}

func (s *shelf) Begin(_ context.Context, key string) (string, error) {
	defer s.slowly()()
	s.uploads[key] = nil
	return key, nil
}

func (s *shelf) Part(_ context.Context, _, upload string, number int, body []byte) (string, error) {
	defer s.slowly()()
	for len(s.uploads[upload]) < number {
		s.uploads[upload] = append(s.uploads[upload], nil)
	}
	s.uploads[upload][number-1] = bytes.Clone(body)
	return fmt.Sprint(number), nil
}

func (s *shelf) Complete(_ context.Context, key, upload string, tags []string) error {
	defer s.slowly()()
	s.objects[key] = bytes.Join(s.uploads[upload][:len(tags)], nil)
	return nil
}

func (s *shelf) Abort(context.Context, string, string) error { return nil }

// bundle writes a bundle of everything, slice by slice, while the storm goes on.
func (s *storm) bundle() (*export.Export, map[string][]byte) {
	s.t.Helper()
	types, err := export.NewTypes(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	e, err := export.New(export.Request{Type: export.Bundle, Types: types, Profile: export.Extended}, s.campaign, nil, &user.User{ID: "u"}, s.clock())
	if err != nil {
		s.t.Fatal(err)
	}
	j := job.New(job.Export, "o", string(s.campaign.ID), e.ID, e.RequestedAt, time.Now())
	e.Job = j.ID
	s.commit(s.store.CreateExport(e), s.store.CreateJob(j))
	bucket := &shelf{objects: map[string][]byte{}, uploads: map[string][][]byte{}}
	next := -1
	worker := &export.Worker{Store: s.store, Bucket: bucket, PartSize: 6_000, HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
		next = version
		return nil
	}}
	runs := 0
	for version := 0; version >= 0; runs++ {
		next = -1
		if err := worker.Work(s.t.Context(), j.ID, version, s.clock(), 150*time.Millisecond); err != nil {
			s.t.Fatal(err)
		}
		version = next
	}
	done, err := s.store.Export(s.t.Context(), s.campaign.ID, e.ID)
	if err != nil || done.State != export.Ready {
		s.t.Fatalf("the bundle is %+v, %v", done, err)
	}
	s.t.Logf("%d slices, %d rows in %v of the storm's time", runs, done.Rows, done.FinishedAt.Sub(done.StartedAt))
	whole := bucket.objects[done.Object]
	m, err := export.ReadManifest(bucket.objects[done.ManifestKey()])
	if err != nil {
		s.t.Fatal(err)
	}
	if differs, err := m.VerifyBundle(bytes.NewReader(whole), int64(len(whole))); err != nil || len(differs) > 0 {
		s.t.Fatalf("verify: %v, %v", differs, err)
	}
	files, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		s.t.Fatal(err)
	}
	contents := map[string][]byte{}
	for _, f := range files.File {
		r, err := f.Open()
		if err != nil {
			s.t.Fatal(err)
		}
		if contents[f.Name], err = io.ReadAll(r); err != nil {
			s.t.Fatal(err)
		}
	}
	return done, contents
}

// column returns the values of a column that are not empty.
func column(t *testing.T, file []byte, name string) []string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := slices.Index(rows[0], name)
	if n < 0 {
		t.Fatalf("no column %q in %q", name, rows[0])
	}
	var values []string
	for _, row := range rows[1:] {
		if row[n] != "" {
			values = append(values, row[n])
		}
	}
	return values
}

// While mobilizers join and leave, contacts come and go and invitations are accepted, every id of a bundle joins.
func TestEveryIDOfABundleJoinsInAStorm(t *testing.T) {
	s := newStorm(t)
	quiet := s.enter(1_000)
	for range 40 {
		quiet.add(false)
		quiet.write(len(quiet.contacts) - 1)
	}
	ctx, calm := context.WithCancel(t.Context())
	all := s.rage(ctx, 12)
	defer func() {
		calm()
		all.Wait()
		s.removals.Wait()
	}()
	time.Sleep(6 * time.Second)
	for range 3 {
		before := s.deeds.Load()
		e, files := s.bundle()
		s.joins(e, files)
		told := column(t, files["contacts.csv"], "rally__campaign_target_id")
		for _, c := range quiet.contacts {
			if !slices.Contains(told, string(c.ID)) {
				t.Errorf("contact %s, which was there all the time, is not in the bundle", c.ID)
			}
		}
		if did := s.deeds.Load() - before; did < 50 {
			t.Errorf("%d writes while the bundle was written: that was no storm", did)
		}
	}
}

// joins checks that each reference leads somewhere, and that nothing is of after the cut.
func (s *storm) joins(e *export.Export, files map[string][]byte) {
	s.t.Helper()
	var described struct {
		Resources []struct {
			Path   string
			Schema struct {
				PrimaryKey  []string
				ForeignKeys []struct {
					Fields    []string
					Reference struct {
						Resource string
						Fields   []string
					}
				}
			}
		}
	}
	if err := json.Unmarshal(files["datapackage.json"], &described); err != nil {
		s.t.Fatal(err)
	}
	floor, checked := id.Floor(e.Cut()), 0
	refers := func(path, from, to, key string) {
		s.t.Helper()
		there := map[string]bool{}
		for _, value := range column(s.t, files[to], key) {
			there[value] = true
		}
		for _, value := range column(s.t, files[path], from) {
			checked++
			if !there[value] {
				s.t.Errorf("%s: %s %s is not in %s", path, from, value, to)
			}
		}
	}
	for _, r := range described.Resources {
		for _, k := range r.Schema.ForeignKeys {
			refers(r.Path, k.Fields[0], k.Reference.Resource+".csv", k.Reference.Fields[0])
		}
		if len(r.Schema.PrimaryKey) != 1 || r.Path == "legacy_mobilizers.csv" || r.Path == "legacy_contacts.csv" {
			continue
		}
		keys := column(s.t, files[r.Path], r.Schema.PrimaryKey[0])
		for _, key := range keys {
			if key >= floor {
				s.t.Errorf("%s: %s was made after the cut", r.Path, key)
			}
		}
		slices.Sort(keys)
		if len(slices.Compact(slices.Clone(keys))) != len(keys) {
			s.t.Errorf("%s has rows twice", r.Path)
		}
	}
	refers("voters.csv", "rally__campaign_target_id", "contacts.csv", "rally__campaign_target_id")
	refers("legacy_contact_action_responses.csv", "campaign_prompt_id", "analytics.csv", "item_id")
	refers("legacy_contacts.csv", "person_id", "contacts.csv", "rally__person_id")
	refers("action_item_responses.csv", "rally__action_item_id", "analytics.csv", "item_id")
	refers("action_item_responses.csv", "response_multiple_choice_option_id", "analytics.csv", "item_id")
	refers("key_question_answers.csv", "key_question_response_id", "analytics.csv", "item_id")
	accepted := len(column(s.t, files["invitations.csv"], "accepted_at"))
	for _, with := range []string{"accepted_by", "rally__user_id", "rally__user_campaign_membership_id"} {
		if n := len(column(s.t, files["invitations.csv"], with)); n != accepted {
			s.t.Errorf("invitations: %d have %s, %d accepted_at", n, with, accepted)
		}
	}
	var sizes []string
	for _, r := range described.Resources {
		sizes = append(sizes, fmt.Sprintf("%s %d", strings.TrimSuffix(r.Path, ".csv"), bytes.Count(files[r.Path], []byte("\n"))-1))
	}
	s.t.Logf("%d references; %s; %d invitations accepted", checked, strings.Join(sizes, ", "), accepted)
}
