package export

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
)

// newBundle is asked for a campaign that has mobilizers, each with so many contacts, and something of everything.
func newBundle(t interface{ Fatalf(string, ...any) }, mobilizers, contacts int) *bench {
	b := &bench{objects: map[string][]byte{}, uploads: map[string]map[int][]byte{}, now: noon}
	at := noon.Add(-24 * time.Hour)
	next := func() string {
		at = at.Add(time.Second)
		return id.At(at)
	}
	for range mobilizers {
		b.mobilizers = append(b.mobilizers, &mobilizer.Mobilizer{ID: mobilizer.ID(next()), User: "u", Campaign: "camp", JoinedAt: at})
	}
	for n, m := range b.mobilizers {
		i := invited(next(), n)
		i.CreatedAt = at
		i.Accept(m, at)
		b.invited = append(b.invited, i)
		b.managed = append(b.managed, &mobilizer.ManagementNote{ID: mobilizer.NoteID(next()), Mobilizer: m.ID, Content: "Called", CreatedAt: at})
	}
	for n := range mobilizers * contacts {
		c := &contact.Contact{
			ID: contact.ID(next()), Mobilizer: b.mobilizers[n%mobilizers].ID, Campaign: "camp", AddedAt: at, LastActivityAt: at,
			Entry: "e", Person: "p", User: "u", Details: contact.Details{FirstName: fmt.Sprint("Number ", n)},
		}
		b.contacts = append(b.contacts, c)
	}
	for n, c := range b.contacts {
		about := c.Ref()
		switch n % 4 {
		case 0:
			b.notes = append(b.notes, &contact.Note{ID: contact.NoteID(next()), About: about, Content: "Met at the market", CreatedAt: at})
		case 1:
			b.answers = append(b.answers, &contact.Answer{ID: contact.AnswerID(next()), About: about, Code: "00", ResponseText: "Maybe", AnsweredAt: at})
		case 2:
			b.responses = append(b.responses, &contact.ActionResponse{ID: contact.ActionResponseID(next()), About: about, Item: "call", Choice: contact.ChoiceCompleted, CreatedAt: at})
		}
	}
	b.items = []*action.Item{{ID: "call", Code: "00", Type: action.Task, Title: "Call", Target: action.Target{Everyone: true}}}
	b.export = Export{
		ID: "e", Organization: "org", Campaign: "camp", State: Queued, Version: 1, RequestedAt: noon,
		Request: Request{Type: Bundle, Dialect: csv.Data, Profile: Extended},
	}
	var err error
	if b.export.Request.Types, err = NewTypes(nil); err != nil {
		t.Fatalf("%v", err)
	}
	b.job = job.New(job.Export, "org", "camp", "e", noon, noon)
	b.export.Job = b.job.ID
	return b
}

// csvs are the files of a finished bundle, after a look at what is said of it.
func (b *bench) csvs(t interface{ Fatalf(string, ...any) }) map[string]string {
	e := b.export
	if e.State != Ready || e.Percent() != 100 || !strings.HasSuffix(e.Object, ".zip") {
		t.Fatalf("the bundle is %s: %s (%s)", e.State, e.Error, e.Object)
	}
	stored := b.objects[e.Object]
	m, err := ReadManifest(b.objects[e.ManifestKey()])
	if err != nil {
		t.Fatalf("%v in %v", err, slices.Collect(maps.Keys(b.objects)))
	}
	differs, err := m.VerifyBundle(bytes.NewReader(stored), int64(len(stored)))
	if err != nil || len(differs) > 0 {
		t.Fatalf("the manifest: %v, %v", differs, err)
	}
	if !m.Cut.Equal(e.StartedAt.Add(-time.Minute)) || m.Holds == "" || m.Rows != e.Rows || m.SHA256 != e.SHA256 || m.Bytes != e.Bytes {
		t.Fatalf("the manifest: %+v", m)
	}
	files := unpacked(t, stored)
	inner, err := ReadManifest([]byte(files[manifestName]))
	if err != nil || len(inner.Files) != len(m.Files) || inner.SHA256 != "" || !inner.Cut.Equal(*m.Cut) {
		t.Fatalf("the manifest within: %+v, %v", inner, err)
	}
	if files[packageName] != string(b.objects[e.SchemaKey()]) {
		t.Fatalf("the data package within is not the one beside the bundle")
	}
	delete(files, manifestName)
	delete(files, packageName)
	if len(files) != len(e.Request.Types.List()) {
		t.Fatalf("%d files for %d exports", len(files), len(e.Request.Types.List()))
	}
	return files
}

func records(t interface{ Fatalf(string, ...any) }, text string) []map[string]string {
	lines, err := stdcsv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v", err)
	}
	var all []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for n, cell := range line {
			row[lines[0][n]] = cell
		}
		all = append(all, row)
	}
	return all
}

// A worker may die at any call, before or after it took effect: the files are the same, byte for byte.
func TestCrashWritingABundle(t *testing.T) {
	const part = 1_500
	clean := newBundle(t, 4, 60)
	clean.live(t, part)
	want := clean.csvs(t)
	if rows := len(records(t, want["contacts.csv"])); rows != 240 || clean.export.Rows < 500 {
		t.Fatalf("%d contacts, %d rows", rows, clean.export.Rows)
	}
	t.Logf("%d calls, %d bytes", clean.calls, clean.export.Bytes)
	for at := 1; at <= clean.calls; at++ {
		for _, after := range []bool{false, true} {
			b := newBundle(t, 4, 60)
			twin(b, clean)
			b.dieAt, b.after = at, after
			b.live(t, part)
			if got := b.csvs(t); !maps.Equal(got, want) {
				t.Fatalf("dead at call %d: other files than those of a clean run", at)
			}
		}
	}
}

// twin gives a bench the rows of another one: ids are random.
func twin(b, of *bench) { b.rows = of.rows }

// A bundle may be called off at any moment, and tried again.
func TestACancelledBundleEndsAndCanBeTriedAgain(t *testing.T) {
	const part = 1_500
	clean := newBundle(t, 4, 60)
	clean.live(t, part)
	want := clean.csvs(t)
	for at := 1; at <= clean.calls; at++ {
		b := newBundle(t, 4, 60)
		twin(b, clean)
		b.at, b.then = at, func() { b.cancel(t) }
		b.live(t, part)
		if b.export.State != Cancelled || len(b.uploads) != 0 {
			t.Fatalf("cancelled before call %d: %+v, %d uploads", at, b.export, len(b.uploads))
		}
		b.job = job.New(job.Export, "org", "camp", "e", b.now, b.now)
		if err := b.export.Retry(b.job); err != nil {
			t.Fatal(err)
		}
		b.next = nil
		b.live(t, part)
		if got := b.csvs(t); !maps.Equal(got, want) {
			t.Fatalf("cancelled before call %d and tried again: other files", at)
		}
	}
}

func TestABundleGoesOnFromSliceToSlice(t *testing.T) {
	b := newBundle(t, 5, 400)
	runs := 0
	for b.job != nil && runs < 200 {
		version := 0
		if len(b.next) > 0 {
			version, b.next = b.next[0].version, nil
		}
		if err := b.worker(3_000).Work(t.Context(), "j", version, noon, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		runs++
	}
	files := b.csvs(t)
	if runs < 4 || strings.Count(files["contacts.csv"], "\n") != 2_001 {
		t.Errorf("%d slices, %d lines of contacts", runs, strings.Count(files["contacts.csv"], "\n"))
	}
}

// What is made after the cut is not in a bundle, nor what hangs on it or on something that is gone.
func TestABundleEndsAtItsCut(t *testing.T) {
	b := newBundle(t, 3, 4)
	before, after := noon.Add(-61*time.Second), noon.Add(-59*time.Second)
	join := func(at time.Time) *mobilizer.Mobilizer {
		m := &mobilizer.Mobilizer{ID: mobilizer.ID(id.At(at)), User: "late", Campaign: "camp", JoinedAt: at}
		b.mobilizers = append(b.mobilizers, m)
		return m
	}
	add := func(name string, m mobilizer.ID, at time.Time) *contact.Contact {
		c := &contact.Contact{ID: contact.ID(id.At(at)), Mobilizer: m, Campaign: "camp", AddedAt: at, LastActivityAt: at, Details: contact.Details{FirstName: name}}
		b.contacts = append(b.contacts, c)
		return c
	}
	note := func(words string, c *contact.Contact, at time.Time) {
		b.notes = append(b.notes, &contact.Note{ID: contact.NoteID(id.At(at)), About: c.Ref(), Content: words, CreatedAt: at})
	}
	early := b.mobilizers[0]
	joined, late := join(before), join(after)
	note("in time", add("in time", joined.ID, before), before)
	note("too late", b.contacts[0], after)
	note("of a contact that stays", b.contacts[0], before)
	gone := &mobilizer.Mobilizer{ID: mobilizer.ID(id.At(before))}
	note("of a contact whose mobilizer is gone", add("left over", gone.ID, before), before)
	resent := add("by a repetition", early.ID, before)
	resent.SetStoredAt(noon)
	note("of a repetition", resent, before)
	note("of a contact after the cut", add("too late", early.ID, after), after)
	for n, m := range []*mobilizer.Mobilizer{joined, late, gone} {
		i := invited(id.At(before), 0)
		i.Email = []string{"joined@example.org", "late@example.org", "gone@example.org"}[n]
		i.Accept(m, noon)
		b.invited = append(b.invited, i)
	}
	b.invited = append(b.invited, invited(id.At(after), 0))
	slices.SortFunc(b.contacts, func(x, y *contact.Contact) int { return strings.Compare(string(x.ID), string(y.ID)) })
	choice := &action.Item{ID: "choice", Code: "01", Type: action.MultipleChoice, Title: "How?", Options: []action.Option{
		{ID: id.At(before), Code: "00", Text: "By mail"}, {ID: id.At(after), Code: "01", Text: "On the day"},
	}}
	b.items = append(b.items, choice)
	for n, code := range []action.Code{"00", "01"} {
		b.responses = append(b.responses, &contact.ActionResponse{ID: contact.ActionResponseID(id.At(before)), About: b.contacts[n].Ref(), Item: "choice", Choice: code, CreatedAt: before})
	}
	b.live(t, 0)
	files := b.csvs(t)
	for name, c := range map[string]struct{ in, out []string }{
		"mobilizers.csv":      {[]string{string(joined.ID)}, []string{string(late.ID)}},
		"contacts.csv":        {[]string{"in time"}, []string{"too late", "left over", "by a repetition"}},
		"legacy_contacts.csv": {[]string{"in time"}, []string{"too late", "left over", "by a repetition"}},
		"notes.csv": {
			[]string{"in time", "of a contact that stays"},
			[]string{"too late", "whose mobilizer is gone", "of a repetition", "of a contact after the cut"},
		},
		"action_item_responses.csv": {[]string{choice.Options[0].ID, "On the day"}, []string{choice.Options[1].ID}},
	} {
		for _, want := range c.in {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		for _, no := range c.out {
			if strings.Contains(files[name], no) {
				t.Errorf("%s has %q", name, no)
			}
		}
	}
	invitations := map[string]map[string]string{}
	for _, row := range records(t, files["invitations.csv"]) {
		invitations[row["email"]] = row
	}
	if len(invitations) != 6 {
		t.Errorf("%d invitations, want the three of the beginning and three more", len(invitations))
	}
	check(t, invitations["joined@example.org"], map[string]string{"rally__user_campaign_membership_id": string(joined.ID), "accepted_at": "2026-10-24T12:00:00.005Z"})
	for _, who := range []string{"late@example.org", "gone@example.org"} {
		check(t, invitations[who], map[string]string{
			"rally__user_campaign_membership_id": "", "rally__user_id": "", "accepted_at": "", "accepted_by": "", "state": "accepted",
		})
	}
}

// A bundle of few exports holds those alone, each once, and its data package tells how they join.
func TestABundleHoldsWhatIsAskedFor(t *testing.T) {
	b := newBundle(t, 2, 4)
	var err error
	b.export.Request.Types, err = NewTypes([]Type{"notes", "contacts", "notes", "specific_action_item_responses"})
	b.export.Request.Item = "call"
	if err != nil || b.export.Request.Types != "contacts,notes,specific_action_item_responses" {
		t.Fatalf("%q, %v", b.export.Request.Types, err)
	}
	b.live(t, 0)
	files := b.csvs(t)
	if len(records(t, files["specific_action_item_responses.csv"])) != 2 {
		t.Errorf("responses to the item: %s", files["specific_action_item_responses.csv"])
	}
	var p dataPackage
	if err := json.Unmarshal(b.objects[b.export.SchemaKey()], &p); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range p.Resources {
		for _, key := range r.Schema.ForeignKeys {
			told = append(told, r.Path+": "+key.Fields[0]+" → "+key.Reference.Resource)
		}
	}
	if len(p.Resources) != 3 || !slices.Contains(told, "notes.csv: rally__campaign_target_id → contacts") || slices.ContainsFunc(told, func(s string) bool { return strings.HasSuffix(s, "mobilizers") }) {
		t.Errorf("the data package tells %q", told)
	}
	if _, err := NewTypes([]Type{"contacts", "everything", Bundle}); err == nil || !strings.Contains(err.Error(), "everything") {
		t.Errorf("a bundle of what there is not: %v", err)
	}
	if got := (&Export{Request: b.export.Request, RequestedAt: noon}).FileName("Neighbors", &campaign.Campaign{Name: "Autumn"}); got != "neighbors_autumn_bundle_2026-10-24.zip" {
		t.Errorf("it is called %q", got)
	}
}

func TestAManifestTellsWhatIsNotTheBundle(t *testing.T) {
	b := newBundle(t, 2, 4)
	b.live(t, 0)
	whole := b.objects[b.export.Object]
	m, err := ReadManifest(b.objects[b.export.ManifestKey()])
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		change func() []byte
		says   []string
	}{
		"cut off":         {func() []byte { return whole[:len(whole)-100] }, []string{"bytes: ", "sha256: ", "zip: "}},
		"a byte":          {func() []byte { return append(append(bytes.Clone(whole[:200]), whole[200]^1), whole[201:]...) }, []string{"sha256: ", "mobilizers.csv: "}},
		"not a zip":       {func() []byte { return []byte("id\n") }, []string{"zip: "}},
		"nothing changed": {func() []byte { return whole }, nil},
	} {
		file := c.change()
		got, err := m.VerifyBundle(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range c.says {
			if !slices.ContainsFunc(got, func(d string) bool { return strings.HasPrefix(d, word) }) {
				t.Errorf("%s: says %q, want %q", what, got, word)
			}
		}
		if c.says == nil && len(got) > 0 {
			t.Errorf("%s: says %q", what, got)
		}
	}
	fewer := *m
	fewer.Files = m.Files[1:]
	fewer.Files = append(slices.Clone(fewer.Files), ManifestFile{Name: "else.csv"})
	got, err := fewer.VerifyBundle(bytes.NewReader(whole), int64(len(whole)))
	if err != nil || !slices.Contains(got, "analytics.csv: the manifest doesn't name it") || !slices.Contains(got, "else.csv: it is not in the zip") {
		t.Errorf("a bundle of other files: %q, %v", got, err)
	}
}
