package file

import (
	"bytes"
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
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/export/schema"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
)

// newBundleFixture is asked for a campaign that has mobilizers, each with so many contacts, and something of everything.
func newBundleFixture(t interface{ Fatalf(string, ...any) }, mobilizers, contacts int) *fixture {
	b := &fixture{objects: map[string][]byte{}, uploads: map[string]map[int][]byte{}, now: exporttest.Noon}
	at := exporttest.Noon.Add(-24 * time.Hour)
	next := func() string {
		at = at.Add(time.Second)
		return id.At(at)
	}
	for range mobilizers {
		b.Mobilizers = append(b.Mobilizers, &mobilizer.Mobilizer{ID: mobilizer.ID(next()), User: "u", Campaign: "camp", JoinedAt: at})
	}
	for n, m := range b.Mobilizers {
		i := exporttest.NewInvitation(next(), n)
		i.CreatedAt = at
		i.Accept(m, at)
		b.Invitations = append(b.Invitations, i)
		b.ManagementNotes = append(b.ManagementNotes, &mobilizer.ManagementNote{ID: mobilizer.NoteID(next()), Mobilizer: m.ID, Content: "Called", CreatedAt: at})
	}
	for n := range mobilizers * contacts {
		c := &contact.Contact{
			ID: contact.ID(next()), Mobilizer: b.Mobilizers[n%mobilizers].ID, Campaign: "camp", AddedAt: at, LastActivityAt: at,
			Entry: "e", Person: "p", User: "u", Details: contact.Details{FirstName: fmt.Sprint("Number ", n)},
		}
		b.Contacts = append(b.Contacts, c)
	}
	for n, c := range b.Contacts {
		about := c.Ref()
		switch n % 4 {
		case 0:
			b.Notes = append(b.Notes, &contact.Note{ID: contact.NoteID(next()), About: about, Content: "Met at the market", CreatedAt: at})
		case 1:
			b.Answers = append(b.Answers, &contact.Answer{ID: contact.AnswerID(next()), About: about, Code: "00", ResponseText: "Maybe", AnsweredAt: at})
		case 2:
			b.Responses = append(b.Responses, &contact.ActionResponse{ID: contact.ActionResponseID(next()), About: about, Item: "call", Choice: contact.ChoiceCompleted, CreatedAt: at})
		}
	}
	b.items = []*action.Item{{ID: "call", Code: "00", Type: action.Task, Title: "Call", Target: action.Target{Everyone: true}}}
	b.export = export.Export{
		ID: "e", Organization: "org", Campaign: "camp", State: export.Queued, Version: 1, RequestedAt: exporttest.Noon,
		Request: export.Request{Type: export.Bundle, Dialect: csv.Data, Profile: dataset.Extended},
	}
	var err error
	if b.export.Request.Types, err = export.NewTypes(nil); err != nil {
		t.Fatalf("%v", err)
	}
	b.job = job.New(job.Export, "org", "camp", "e", exporttest.Noon, exporttest.Noon)
	b.export.Job = b.job.ID
	return b
}

// csvs are the files of a finished bundle, after a look at what is said of it.
func (b *fixture) csvs(t interface{ Fatalf(string, ...any) }) map[string]string {
	e := b.export
	if e.State != export.Ready || e.Percent() != 100 || !strings.HasSuffix(e.Object, ".zip") {
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
	if !m.Cutoff.Equal(e.StartedAt.Add(-time.Minute)) || m.Consistency == "" || m.Rows != e.Rows || m.SHA256 != e.SHA256 || m.Bytes != e.Bytes {
		t.Fatalf("the manifest: %+v", m)
	}
	files := unpacked(t, stored)
	inner, err := ReadManifest([]byte(files[manifestName]))
	if err != nil || len(inner.Files) != len(m.Files) || inner.SHA256 != "" || !inner.Cutoff.Equal(*m.Cutoff) {
		t.Fatalf("the manifest within: %+v, %v", inner, err)
	}
	if files[dataPackageName] != string(b.objects[e.SchemaKey()]) {
		t.Fatalf("the data package within is not the one beside the bundle")
	}
	delete(files, manifestName)
	delete(files, dataPackageName)
	if len(files) != len(e.Request.Types.List()) {
		t.Fatalf("%d files for %d exports", len(files), len(e.Request.Types.List()))
	}
	return files
}

// A worker may die at any call, before or after it took effect: the files are the same, byte for byte.
func TestCrashWritingABundle(t *testing.T) {
	const part = 1_500
	clean := newBundleFixture(t, 4, 60)
	clean.runToEnd(t, part)
	want := clean.csvs(t)
	if rows := len(exporttest.Read(t, []byte(want["contacts.csv"]))); rows != 240 || clean.export.Rows < 500 {
		t.Fatalf("%d contacts, %d rows", rows, clean.export.Rows)
	}
	t.Logf("%d calls, %d bytes", clean.calls, clean.export.Bytes)
	for at := 1; at <= clean.calls; at++ {
		for _, after := range []bool{false, true} {
			b := newBundleFixture(t, 4, 60)
			twin(b, clean)
			b.crashAt, b.crashAfter = at, after
			b.runToEnd(t, part)
			if got := b.csvs(t); !maps.Equal(got, want) {
				t.Fatalf("dead at call %d: other files than those of a clean run", at)
			}
		}
	}
}

// twin gives a bench the rows of another one: ids are random.
func twin(b, of *fixture) { b.Source = of.Source }

// A bundle may be called off at any moment, and tried again.
func TestACancelledBundleEndsAndCanBeTriedAgain(t *testing.T) {
	const part = 1_500
	clean := newBundleFixture(t, 4, 60)
	clean.runToEnd(t, part)
	want := clean.csvs(t)
	for at := 1; at <= clean.calls; at++ {
		b := newBundleFixture(t, 4, 60)
		twin(b, clean)
		b.hookAt, b.hook = at, func() { b.cancel(t) }
		b.runToEnd(t, part)
		if b.export.State != export.Cancelled || len(b.uploads) != 0 {
			t.Fatalf("cancelled before call %d: %+v, %d uploads", at, b.export, len(b.uploads))
		}
		b.job = job.New(job.Export, "org", "camp", "e", b.now, b.now)
		if err := b.export.Retry(b.job); err != nil {
			t.Fatal(err)
		}
		b.handedOn = nil
		b.runToEnd(t, part)
		if got := b.csvs(t); !maps.Equal(got, want) {
			t.Fatalf("cancelled before call %d and tried again: other files", at)
		}
	}
}

func TestABundleGoesOnFromSliceToSlice(t *testing.T) {
	b := newBundleFixture(t, 5, 400)
	runs := 0
	for b.job != nil && runs < 200 {
		version := 0
		if len(b.handedOn) > 0 {
			version, b.handedOn = b.handedOn[0], nil
		}
		if err := b.worker(3_000).Work(t.Context(), "j", version, exporttest.Noon, 5*time.Second); err != nil {
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
	b := newBundleFixture(t, 3, 4)
	before, after := exporttest.Noon.Add(-61*time.Second), exporttest.Noon.Add(-59*time.Second)
	join := func(at time.Time) *mobilizer.Mobilizer {
		m := &mobilizer.Mobilizer{ID: mobilizer.ID(id.At(at)), User: "late", Campaign: "camp", JoinedAt: at}
		b.Mobilizers = append(b.Mobilizers, m)
		return m
	}
	add := func(name string, m mobilizer.ID, at time.Time) *contact.Contact {
		c := &contact.Contact{ID: contact.ID(id.At(at)), Mobilizer: m, Campaign: "camp", AddedAt: at, LastActivityAt: at, Details: contact.Details{FirstName: name}}
		b.Contacts = append(b.Contacts, c)
		return c
	}
	note := func(words string, c *contact.Contact, at time.Time) {
		b.Notes = append(b.Notes, &contact.Note{ID: contact.NoteID(id.At(at)), About: c.Ref(), Content: words, CreatedAt: at})
	}
	early := b.Mobilizers[0]
	joined, late := join(before), join(after)
	note("in time", add("in time", joined.ID, before), before)
	note("too late", b.Contacts[0], after)
	note("of a contact that stays", b.Contacts[0], before)
	gone := &mobilizer.Mobilizer{ID: mobilizer.ID(id.At(before))}
	note("of a contact whose mobilizer is gone", add("left over", gone.ID, before), before)
	resent := add("by a repetition", early.ID, before)
	resent.SetStoredAt(exporttest.Noon)
	note("of a repetition", resent, before)
	note("of a contact after the cut", add("too late", early.ID, after), after)
	for n, m := range []*mobilizer.Mobilizer{joined, late, gone} {
		i := exporttest.NewInvitation(id.At(before), 0)
		i.Email = []string{"joined@example.org", "late@example.org", "gone@example.org"}[n]
		i.Accept(m, exporttest.Noon)
		b.Invitations = append(b.Invitations, i)
	}
	b.Invitations = append(b.Invitations, exporttest.NewInvitation(id.At(after), 0))
	slices.SortFunc(b.Contacts, func(x, y *contact.Contact) int { return strings.Compare(string(x.ID), string(y.ID)) })
	choice := &action.Item{ID: "choice", Code: "01", Type: action.MultipleChoice, Title: "How?", Options: []action.Option{
		{ID: id.At(before), Code: "00", Text: "By mail"}, {ID: id.At(after), Code: "01", Text: "On the day"},
	}}
	b.items = append(b.items, choice)
	for n, code := range []action.Code{"00", "01"} {
		b.Responses = append(b.Responses, &contact.ActionResponse{ID: contact.ActionResponseID(id.At(before)), About: b.Contacts[n].Ref(), Item: "choice", Choice: code, CreatedAt: before})
	}
	b.runToEnd(t, 0)
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
	for _, row := range exporttest.Read(t, []byte(files["invitations.csv"])) {
		invitations[row["email"]] = row
	}
	if len(invitations) != 6 {
		t.Errorf("%d invitations, want the three of the beginning and three more", len(invitations))
	}
	exporttest.CheckRow(t, invitations["joined@example.org"], map[string]string{"rally__user_campaign_membership_id": string(joined.ID), "accepted_at": "2026-10-24T12:00:00.005Z"})
	for _, who := range []string{"late@example.org", "gone@example.org"} {
		exporttest.CheckRow(t, invitations[who], map[string]string{
			"rally__user_campaign_membership_id": "", "rally__user_id": "", "accepted_at": "", "accepted_by": "", "state": "accepted",
		})
	}
}

// A bundle of few exports holds those alone, each once, and its data package tells how they join.
func TestABundleHoldsWhatIsAskedFor(t *testing.T) {
	b := newBundleFixture(t, 2, 4)
	var err error
	b.export.Request.Types, err = export.NewTypes([]export.Type{"notes", "contacts", "notes", "specific_action_item_responses"})
	b.export.Request.Item = "call"
	if err != nil || b.export.Request.Types != "contacts,notes,specific_action_item_responses" {
		t.Fatalf("%q, %v", b.export.Request.Types, err)
	}
	b.runToEnd(t, 0)
	files := b.csvs(t)
	if len(exporttest.Read(t, []byte(files["specific_action_item_responses.csv"]))) != 2 {
		t.Errorf("responses to the item: %s", files["specific_action_item_responses.csv"])
	}
	var p schema.DataPackage
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
	if _, err := export.NewTypes([]export.Type{"contacts", "everything", export.Bundle}); err == nil || !strings.Contains(err.Error(), "everything") {
		t.Errorf("a bundle of what there is not: %v", err)
	}
	if got := (&export.Export{Request: b.export.Request, RequestedAt: exporttest.Noon}).FileName("Neighbors", &campaign.Campaign{Name: "Autumn"}); got != "neighbors_autumn_bundle_2026-10-24.zip" {
		t.Errorf("it is called %q", got)
	}
}

func TestAManifestTellsWhatIsNotTheBundle(t *testing.T) {
	b := newBundleFixture(t, 2, 4)
	b.runToEnd(t, 0)
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
