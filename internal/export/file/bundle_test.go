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

// newBundleFixture returns a fixture whose export is a bundle of a campaign with mobilizers, so many contacts each, and records
// of every kind.
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

// checkBundle checks the record and the manifest of a ready bundle, and returns its CSV files.
func (b *fixture) checkBundle(t interface{ Fatalf(string, ...any) }) map[string]string {
	e := b.export
	if e.State != export.Ready || e.Percent() != 100 || !strings.HasSuffix(e.Object, ".zip") {
		t.Fatalf("state %s (%s), object %s", e.State, e.Error, e.Object)
	}
	stored := b.objects[e.Object]
	m, err := ReadManifest(b.objects[e.ManifestKey()])
	if err != nil {
		t.Fatalf("%v in %v", err, slices.Collect(maps.Keys(b.objects)))
	}
	differences, err := m.VerifyBundle(bytes.NewReader(stored), int64(len(stored)))
	if err != nil || len(differences) > 0 {
		t.Fatalf("manifest: differences %v, error %v", differences, err)
	}
	if !m.Cutoff.Equal(e.StartedAt.Add(-time.Minute)) || m.Consistency == "" || m.Rows != e.Rows || m.SHA256 != e.SHA256 || m.Bytes != e.Bytes {
		t.Fatalf("manifest %+v", m)
	}
	files := readZip(t, stored)
	inner, err := ReadManifest([]byte(files[manifestName]))
	if err != nil || len(inner.Files) != len(m.Files) || inner.SHA256 != "" || !inner.Cutoff.Equal(m.Cutoff.Time) {
		t.Fatalf("manifest in the zip: %+v, error %v", inner, err)
	}
	if files[dataPackageName] != string(b.objects[e.SchemaKey()]) {
		t.Fatalf("the data package in the zip differs from the one beside it")
	}
	delete(files, manifestName)
	delete(files, dataPackageName)
	if len(files) != len(e.Request.Types.List()) {
		t.Fatalf("%d files for %d exports", len(files), len(e.Request.Types.List()))
	}
	return files
}

// A worker crashes at each call, before or after the call takes effect: the files are the same, byte for byte.
func TestCrash_WritingBundle_WritesSameFiles(t *testing.T) {
	t.Parallel()
	const partSize = 1_500
	clean := newBundleFixture(t, 4, 60)
	clean.runToEnd(t, partSize)
	want := clean.checkBundle(t)
	if rows := len(exporttest.Read(t, []byte(want["contacts.csv"]))); rows != 240 || clean.export.Rows < 500 {
		t.Fatalf("%d contacts, %d rows", rows, clean.export.Rows)
	}
	for at := 1; at <= clean.calls; at++ {
		for _, after := range []bool{false, true} {
			b := newBundleFixture(t, 4, 60)
			b.Source = clean.Source // ids are random
			b.crashAt, b.crashAfter = at, after
			b.runToEnd(t, partSize)
			if got := b.checkBundle(t); !maps.Equal(got, want) {
				t.Fatalf("crash at call %d: the files differ", at)
			}
		}
	}
}

func TestCancel_BundleBeforeEachCall_StopsAndCanBeRetried(t *testing.T) {
	t.Parallel()
	const partSize = 1_500
	clean := newBundleFixture(t, 4, 60)
	clean.runToEnd(t, partSize)
	want := clean.checkBundle(t)
	for at := 1; at <= clean.calls; at++ {
		b := newBundleFixture(t, 4, 60)
		b.Source = clean.Source // ids are random
		b.hookAt, b.hook = at, func() { b.cancel(t) }
		b.runToEnd(t, partSize)
		if b.export.State != export.Cancelled || len(b.uploads) != 0 {
			t.Fatalf("cancelled before call %d: %+v, %d uploads", at, b.export, len(b.uploads))
		}
		b.job = job.New(job.Export, "org", "camp", "e", b.now, b.now)
		if err := b.export.Retry(b.job, false); err != nil {
			t.Fatal(err)
		}
		b.handedOn = nil
		b.runToEnd(t, partSize)
		if got := b.checkBundle(t); !maps.Equal(got, want) {
			t.Fatalf("cancelled before call %d and retried: the files differ", at)
		}
	}
}

func TestWorker_LargeBundle_ContinuesAcrossSlices(t *testing.T) {
	t.Parallel()
	b := newBundleFixture(t, 5, 400)
	slices := 0
	for b.job != nil && slices < 200 {
		version := 0
		if len(b.handedOn) > 0 {
			version, b.handedOn = b.handedOn[0], nil
		}
		if err := b.worker(3_000).Work(t.Context(), "j", version, exporttest.Noon, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		slices++
	}
	files := b.checkBundle(t)
	if slices < 4 || strings.Count(files["contacts.csv"], "\n") != 2_001 {
		t.Errorf("%d slices, %d lines of contacts", slices, strings.Count(files["contacts.csv"], "\n"))
	}
}

// A bundle leaves out rows that were created at the cutoff or later, and rows whose parent was, or was removed.
func TestWorker_BundleRowsAfterCutoff_AreLeftOut(t *testing.T) {
	t.Parallel()
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
	note := func(content string, c *contact.Contact, at time.Time) {
		b.Notes = append(b.Notes, &contact.Note{ID: contact.NoteID(id.At(at)), About: c.Ref(), Content: content, CreatedAt: at})
	}
	early := b.Mobilizers[0]
	joined, late := join(before), join(after)
	note("in time", add("in time", joined.ID, before), before)
	note("too late", b.Contacts[0], after)
	note("of an early contact", b.Contacts[0], before)
	gone := &mobilizer.Mobilizer{ID: mobilizer.ID(id.At(before))}
	note("of a contact whose mobilizer was removed", add("of a removed mobilizer", gone.ID, before), before)
	repeated := add("by a repeated request", early.ID, before)
	repeated.SetStoredAt(exporttest.Noon)
	note("about a repeated request", repeated, before)
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
	files := b.checkBundle(t)
	for name, c := range map[string]struct{ in, out []string }{
		"mobilizers.csv":      {[]string{string(joined.ID)}, []string{string(late.ID)}},
		"contacts.csv":        {[]string{"in time"}, []string{"too late", "of a removed mobilizer", "by a repeated request"}},
		"legacy_contacts.csv": {[]string{"in time"}, []string{"too late", "of a removed mobilizer", "by a repeated request"}},
		"notes.csv": {
			[]string{"in time", "of an early contact"},
			[]string{"too late", "whose mobilizer was removed", "about a repeated request", "of a contact after the cut"},
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
				t.Errorf("%s has %q, which belongs after the cutoff", name, no)
			}
		}
	}
	invitations := map[string]map[string]string{}
	for _, row := range exporttest.Read(t, []byte(files["invitations.csv"])) {
		invitations[row["email"]] = row
	}
	if len(invitations) != 6 {
		t.Errorf("%d invitations, want 6", len(invitations))
	}
	exporttest.CheckRow(t, invitations["joined@example.org"], map[string]string{"rally__user_campaign_membership_id": string(joined.ID), "accepted_at": "2026-10-24T12:00:00.005Z"})
	for _, email := range []string{"late@example.org", "gone@example.org"} {
		exporttest.CheckRow(t, invitations[email], map[string]string{
			"rally__user_campaign_membership_id": "", "rally__user_id": "", "accepted_at": "", "accepted_by": "", "state": "accepted",
		})
	}
}

// A bundle contains the requested datasets alone, each once, and its data package has the foreign keys between them.
func TestWorker_BundleOfTypes_HasThoseFiles(t *testing.T) {
	t.Parallel()
	b := newBundleFixture(t, 2, 4)
	var err error
	b.export.Request.Types, err = export.NewTypes([]export.Type{"notes", "contacts", "notes", "specific_action_item_responses"})
	b.export.Request.Item = "call"
	if err != nil || b.export.Request.Types != "contacts,notes,specific_action_item_responses" {
		t.Fatalf("%q, %v", b.export.Request.Types, err)
	}
	b.runToEnd(t, 0)
	files := b.checkBundle(t)
	if len(exporttest.Read(t, []byte(files["specific_action_item_responses.csv"]))) != 2 {
		t.Errorf("responses to the item: %s", files["specific_action_item_responses.csv"])
	}
	var p schema.DataPackage
	if err := json.Unmarshal(b.objects[b.export.SchemaKey()], &p); err != nil {
		t.Fatal(err)
	}
	var joins []string
	for _, r := range p.Resources {
		for _, key := range r.Schema.ForeignKeys {
			joins = append(joins, r.Path+": "+key.Fields[0]+" → "+key.Reference.Resource)
		}
	}
	if len(p.Resources) != 3 || !slices.Contains(joins, "notes.csv: rally__campaign_target_id → contacts") || slices.ContainsFunc(joins, func(s string) bool { return strings.HasSuffix(s, "mobilizers") }) {
		t.Errorf("foreign keys %q", joins)
	}
	if _, err := export.NewTypes([]export.Type{"contacts", "everything", export.Bundle}); err == nil || !strings.Contains(err.Error(), "everything") {
		t.Errorf("NewTypes of unknown datasets: %v", err)
	}
	if got := (&export.Export{Request: b.export.Request, RequestedAt: exporttest.Noon}).FileName("Neighbors", &campaign.Campaign{Name: "Autumn"}); got != "neighbors_autumn_bundle_call_extended_2026-10-24.zip" {
		t.Errorf("file name %q", got)
	}
}

func TestVerifyBundle_ChangedFile_ReportsDifferences(t *testing.T) {
	t.Parallel()
	b := newBundleFixture(t, 2, 4)
	b.runToEnd(t, 0)
	whole := b.objects[b.export.Object]
	m, err := ReadManifest(b.objects[b.export.ManifestKey()])
	if err != nil {
		t.Fatal(err)
	}
	changed := []byte("mobilizers.csv")
	at := bytes.Index(whole, changed) + len(changed) + 50 // inside the compressed rows of that file
	for name, c := range map[string]struct {
		change func() []byte
		want   []string
	}{
		"truncated":    {func() []byte { return whole[:len(whole)-100] }, []string{"bytes: ", "sha256: ", "zip: "}},
		"changed byte": {func() []byte { return append(append(bytes.Clone(whole[:at]), whole[at]^1), whole[at+1:]...) }, []string{"sha256: ", "mobilizers.csv: "}},
		"not a zip":    {func() []byte { return []byte("id\n") }, []string{"zip: "}},
		"unchanged":    {func() []byte { return whole }, nil},
	} {
		file := c.change()
		got, err := m.VerifyBundle(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range c.want {
			if !slices.ContainsFunc(got, func(d string) bool { return strings.HasPrefix(d, word) }) {
				t.Errorf("%s: differences %q, want %q", name, got, word)
			}
		}
		if c.want == nil && len(got) > 0 {
			t.Errorf("%s: differences %q, want none", name, got)
		}
	}
	fewer := *m
	fewer.Files = m.Files[1:]
	fewer.Files = append(slices.Clone(fewer.Files), ManifestFile{Name: "else.csv"})
	got, err := fewer.VerifyBundle(bytes.NewReader(whole), int64(len(whole)))
	if err != nil || !slices.Contains(got, "analytics.csv: it is not in the manifest") || !slices.Contains(got, "else.csv: it is not in the zip") {
		t.Errorf("a manifest with other files: differences %q, error %v", got, err)
	}
}
