package bench

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/file"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// bundles compares a bundle with the same exports one by one.
func bundles(t *testing.T) []line {
	t.Helper()
	const contacts, limit = 200_000, 96 << 20
	var shares, single, zipped []float64
	var rows int
	var most uint64
	for range 3 {
		apart, tookApart := oneByOne(t, contacts)
		p := newGeneratedExport(t, contacts, export.Bundle)
		took, peak := timeExport(t, p)
		rows = sameRows(t, p.manifest(t), apart)
		single, zipped = append(single, float64(rows)/tookApart.Seconds()), append(zipped, float64(rows)/took.Seconds())
		shares, most = append(shares, 100*tookApart.Seconds()/took.Seconds()), max(most, peak)
	}
	slices.Sort(shares)
	slices.Sort(single)
	slices.Sort(zipped)
	return []line{
		{fmt.Sprintf("single exports of %d contacts, rows per second", contacts), fmt.Sprintf("%.0f of %d", single[1], rows), "stated", true},
		{"the same as a bundle, rows per second", fmt.Sprintf("%.0f", zipped[1]), "stated", true},
		{"bundle, share of the rate of single exports", fmt.Sprintf("%.0f %% (%.0f to %.0f)", shares[1], shares[0], shares[2]), ">= 60 %", shares[1] >= 60},
		{"bundle, peak heap", fmt.Sprintf("%.1f MB", float64(most)/(1<<20)), "<= 96 MB", most <= limit},
	}
}

// oneByOne writes every export of a campaign separately, and returns the manifests and the duration.
func oneByOne(t *testing.T, contacts int) (map[export.Type]*file.Manifest, time.Duration) {
	t.Helper()
	apart, took := map[export.Type]*file.Manifest{}, time.Duration(0)
	for _, of := range newGeneratedExport(t, contacts, export.Bundle).export.Request.Types.List() {
		p := newGeneratedExport(t, contacts, of)
		each, _ := timeExport(t, p)
		apart[of] = p.manifest(t)
		took += each
	}
	return apart, took
}

// sameRows compares the files of a bundle with those written separately, and returns the number of rows.
func sameRows(t *testing.T, bundle *file.Manifest, apart map[export.Type]*file.Manifest) int {
	t.Helper()
	if len(bundle.Files) != len(apart) {
		t.Fatalf("a bundle of %d files, want %d", len(bundle.Files), len(apart))
	}
	rows := 0
	for _, f := range bundle.Files {
		one := apart[export.Type(f.Type)]
		same := f.SHA256 == one.SHA256 || f.Type == "analytics" // which says when
		if f.Rows == 0 || f.Rows != one.Rows || f.Bytes != one.Bytes || !same {
			t.Fatalf("in the bundle: %+v; by itself: %+v", f, one)
		}
		rows += f.Rows
	}
	if bundle.Rows != rows {
		t.Fatalf("a bundle of %d rows, want %d", bundle.Rows, rows)
	}
	return rows
}

// newGeneratedExport returns an export of a campaign with rows of every type.
func newGeneratedExport(t *testing.T, contacts int, of export.Type) *exportFixture {
	t.Helper()
	w := &generatedSource{rows: contacts}
	for n := range 2000 {
		w.recurring = append(w.recurring, generateContact(n))
	}
	p := newExportFixture(w, contacts)
	p.export.Request.Type, p.at = of, filledAt.Add(time.Hour) // all there is was made before a bundle's cut
	if of == export.Bundle {
		var err error
		if p.export.Request.Types, err = export.NewTypes(nil); err != nil {
			t.Fatal(err)
		}
	}
	p.scope.Items = []*action.Item{
		{ID: action.ID(numbered(9, 0)), Code: "00", Type: action.Task, Title: "Call", Target: action.Target{Everyone: true}},
		{ID: action.ID(numbered(9, 1)), Code: "01", Type: action.MultipleChoice, Title: "How?", Target: action.Target{Everyone: true}, Options: []action.Option{
			{ID: numbered(10, 2), Code: "02", Text: "By mail"},
		}},
	}
	p.scope.Numbers = &metrics.CampaignCounters{Core: metrics.Cells{metrics.Contacts: contacts, metrics.Mobilizers: generatedMobilizers}}
	return p
}

// manifest returns the finished export's manifest, and compares it with the record and the bytes received.
func (p *exportFixture) manifest(t *testing.T) *file.Manifest {
	t.Helper()
	p.check(t, p.export.Rows)
	m, err := file.ReadManifest(p.said)
	if err != nil {
		t.Fatal(err)
	}
	if m.Rows != p.export.Rows || m.Bytes != p.bytes {
		t.Fatalf("the manifest has %d rows and %d bytes, the record %d rows; %d bytes were received", m.Rows, m.Bytes, p.export.Rows, p.bytes)
	}
	return m
}

// generatedMobilizers is the number of mobilizers of the generated contacts.
const generatedMobilizers = 400

// generatedSource is a source of contacts, each with a note, its answers and its responses, and of mobilizers, each with an
// invitation and a management note. Contacts repeat with other ids and times, because generating each of them would take most of
// the measured time.
type generatedSource struct {
	rows      int
	recurring []*contact.Contact
}

func (w *generatedSource) EachContact(_ context.Context, _ campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	first := 0
	if after != "" {
		n, err := contactNumber(string(after))
		if err != nil {
			return err
		}
		first = n + 1
	}
	for n := first; n < w.rows; n++ {
		c := *w.recurring[n%len(w.recurring)]
		c.ID, c.AddedAt = contactID(n), filledAt.Add(time.Duration(n)*time.Millisecond)
		if err := yield(&c); err != nil {
			return err
		}
	}
	return nil
}

// contactID returns the id of the nth contact, like generateContact.
func contactID(n int) contact.ID {
	const digits = "0123456789abcdef"
	letters := []byte("00000000-0000-7000-8000-000000000000")
	put := func(last, count, value int) {
		for at := last; at > last-count; at-- {
			letters[at] = digits[value&15]
			value >>= 4
		}
	}
	at := int(filledAt.UnixMilli()) + n
	put(7, 8, at>>16)
	put(12, 4, at)
	put(35, 12, n)
	return contact.ID(letters)
}

func contactNumber(id string) (int, error) {
	n, err := strconv.ParseInt(id[len(id)-12:], 16, 64)
	return int(n), err
}

func numbered(kind, n int) string { return fmt.Sprintf("01928d5e-%04x-7000-8000-%012x", kind, n) }

func aMobilizer(n int) *mobilizer.Mobilizer {
	c := generateContact(n * 79 % generatedMobilizers) // any; only who it is about differs
	return &mobilizer.Mobilizer{
		ID: mobilizer.ID(numbered(5, n)), User: c.User, Person: c.Person, Campaign: filledCampaign, Organization: filledOrganization,
		Email: "mobilizer@example.org", Profile: mobilizer.Profile{FirstName: c.Details.FirstName, LastName: c.Details.LastName}, Match: c.Match,
		JoinedAt: filledAt,
	}
}

func (w *generatedSource) EachMobilizer(_ context.Context, _ campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error {
	for n := range generatedMobilizers {
		if m := aMobilizer(n); m.ID > after {
			if err := yield(m, metrics.MobilizerCounts{Counts: metrics.Counts{Contacts: w.rows / generatedMobilizers}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *generatedSource) EachMobilizerID(ctx context.Context, of campaign.ID, yield func(mobilizer.ID) error) error {
	return w.EachMobilizer(ctx, of, "", func(m *mobilizer.Mobilizer, _ metrics.MobilizerCounts) error { return yield(m.ID) })
}

func (w *generatedSource) EachManagementNote(ctx context.Context, of campaign.ID, after string, yield func(*mobilizer.Mobilizer, *mobilizer.ManagementNote, string) error) error {
	return w.EachMobilizer(ctx, of, mobilizer.ID(after), func(m *mobilizer.Mobilizer, _ metrics.MobilizerCounts) error {
		return yield(m, &mobilizer.ManagementNote{
			ID: mobilizer.NoteID(string(m.ID)), Campaign: filledCampaign, Mobilizer: m.ID, Content: "Called, comes on Friday", AuthorName: "Olivia", CreatedAt: filledAt,
		}, string(m.ID))
	})
}

func (w *generatedSource) EachInvitation(ctx context.Context, of campaign.ID, yield func(*invitation.Invitation) error) error {
	return w.EachMobilizer(ctx, of, "", func(m *mobilizer.Mobilizer, _ metrics.MobilizerCounts) error { return yield(invitationOf(m)) })
}

func (w *generatedSource) InvitationsByID(ctx context.Context, of campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error) {
	wanted := map[invitation.ID]bool{}
	for _, i := range ids {
		wanted[i] = true
	}
	var found []*invitation.Invitation
	err := w.EachInvitation(ctx, of, func(i *invitation.Invitation) error {
		if wanted[i.ID] {
			found = append(found, i)
		}
		return nil
	})
	return found, err
}

func invitationOf(m *mobilizer.Mobilizer) *invitation.Invitation {
	i := &invitation.Invitation{
		ID: invitation.ID(m.ID), Organization: filledOrganization, Campaign: filledCampaign, Email: m.Email, FirstName: "Ana", LastName: "Lee",
		InvitedBy: invitation.Inviter{Name: "Olivia", Email: "olivia@example.org"}, CreatedAt: filledAt, Generation: 1,
		Sendings: []invitation.Sending{{SentAt: filledAt}}, ExpiresAt: filledAt.Add(14 * 24 * time.Hour), Delivery: invitation.Sent,
	}
	i.Accept(m, filledAt.Add(time.Hour))
	return i
}

// each yields the dependent rows of each contact after a position, which is a contact's id, or a contact's and a response's.
func each[C any](ctx context.Context, w *generatedSource, after string, of func(*contact.Contact) []*C, id func(*C) string, yield func(*contact.Contact, *C, string) error) error {
	behind, _, within := strings.Cut(after, "/")
	if within { // there may be more of this contact
		n, err := contactNumber(behind)
		if err != nil {
			return err
		}
		if behind = ""; n > 0 {
			behind = string(contactID(n - 1))
		}
	}
	return w.EachContact(ctx, filledCampaign, contact.ID(behind), func(c *contact.Contact) error {
		for _, one := range of(c) {
			if position := string(c.ID) + "/" + id(one); position > after {
				if err := yield(c, one, position); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (w *generatedSource) EachNote(ctx context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.Note, string) error) error {
	return each(ctx, w, after, func(c *contact.Contact) []*contact.Note {
		return []*contact.Note{{ID: contact.NoteID(c.Person), About: c.Ref(), Content: "Met at the market, will think about it", CreatedAt: c.AddedAt}}
	}, func(n *contact.Note) string { return string(n.ID) }, yield)
}

func (w *generatedSource) EachAnswer(ctx context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.Answer, string) error) error {
	return each(ctx, w, after, func(c *contact.Contact) []*contact.Answer {
		if c.LatestAnswerID == "" {
			return nil
		}
		return []*contact.Answer{{ID: c.LatestAnswerID, About: c.Ref(), Code: c.LatestAnswerCode, ResponseText: "Yes", ResponseValue: 2, AnsweredAt: c.AnsweredAt}}
	}, func(a *contact.Answer) string { return string(a.ID) }, yield)
}

func (w *generatedSource) EachResponse(ctx context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return each(ctx, w, after, func(c *contact.Contact) []*contact.ActionResponse {
		var all []*contact.ActionResponse
		for n, code := range []action.Code{"00", "01"} {
			if held, ok := c.ActionResponses[code]; ok {
				all = append(all, &contact.ActionResponse{
					ID: held.ID, About: c.Ref(), Item: action.ID(numbered(9, n)), ItemCode: code, Choice: held.Choice, CreatedAt: c.AddedAt,
				})
			}
		}
		return all
	}, func(r *contact.ActionResponse) string { return string(r.ID) }, yield)
}
