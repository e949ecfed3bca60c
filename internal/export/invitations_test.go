package export

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
)

// invited is an invitation whose mails went out so many minutes after noon; a negative one did not.
func invited(id string, sent ...int) *invitation.Invitation {
	i := &invitation.Invitation{
		ID: invitation.ID(id), Email: id + "@example.org", FirstName: "Ana", LastName: "Lee", CreatedAt: noon,
		InvitedBy: invitation.Inviter{Name: "Olivia", Email: "olivia@example.org"}, Delivery: invitation.Queued,
		Generation: len(sent), ExpiresAt: noon.Add(time.Hour),
	}
	for _, minutes := range sent {
		var at time.Time
		if minutes >= 0 {
			at = noon.Add(time.Duration(minutes) * time.Minute)
			i.Delivery = invitation.Sent
		}
		i.Sendings = append(i.Sendings, invitation.Sending{SentAt: at})
	}
	return i
}

func TestInvitationsExport(t *testing.T) {
	joined := invited("i1", -1, 5, 9)
	joined.Accept(&mobilizer.Mobilizer{ID: "m", User: "u", Profile: mobilizer.Profile{FirstName: "Ana", LastName: "Núñez"}}, noon.Add(7*time.Minute))
	revoked := invited("i4", 5)
	revoked.RevokedAt = noon
	src := &rows{invited: []*invitation.Invitation{
		joined, invited("i2", -1), invited("i3", 2), revoked, invited("i5", -1), invited("i6", 70),
	}}
	scope := someScope()
	scope.AskedAt = noon.Add(61 * time.Minute)
	scope.AsOf = scope.AskedAt
	read := table(t, src, scope, Request{Type: "invitations", Dialect: csv.Data, Profile: Standard})
	var order []string
	for _, row := range read {
		order = append(order, row["invitation_id"])
	}
	if diff := cmp.Diff([]string{"i3", "i1", "i4", "i2", "i5", "i6"}, order); diff != "" {
		t.Fatalf("order (-want +got):\n%s", diff)
	}
	check(t, read[1], map[string]string{
		"email": "i1@example.org", "first_sent_at": "2026-10-24T12:05:00.005Z", "last_sent_at": "2026-10-24T12:09:00.005Z",
		"accepted_at": "2026-10-24T12:07:00.005Z", "accepted_by": "Ana Núñez", "state": "accepted", "rally__user_id": "u",
		"rally__user_campaign_membership_id": "m", "invited_by_name": "Olivia", "invited_by_email": "olivia@example.org",
	})
	check(t, read[0], map[string]string{"state": "expired", "accepted_at": "", "accepted_by": "", "rally__user_id": "", "delivery_state": "sent"})
	check(t, read[2], map[string]string{"state": "revoked"})
	check(t, read[3], map[string]string{"state": "open", "delivery_state": "queued"}) // its time runs from the sending
	check(t, read[3], map[string]string{"first_sent_at": "", "last_sent_at": "", "rally__user_campaign_membership_id": ""})
}

// From any row on, the rest comes in the same order, whatever is sent and accepted meanwhile, and each once.
func TestInvitationsKeepTheirPlaces(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	src := &rows{}
	for n := range 450 {
		sent := random.IntN(400)
		if n%3 == 0 {
			sent = -1
		}
		src.invited = append(src.invited, invited(fmt.Sprintf("i%04d", n), sent))
	}
	scope := someScope()
	scope.AsOf = noon.Add(500 * time.Minute)
	read := func(after string) (ids, positions []string, err error) {
		err = Invitations.From(t.Context(), src, scope, after, func(row *InvitationRow, position string) error {
			ids, positions = append(ids, string(row.Invitation.ID)), append(positions, position)
			return nil
		})
		return ids, positions, err
	}
	want, positions, err := read("")
	if err != nil || len(want) != len(src.invited) {
		t.Fatalf("%d rows, %v", len(want), err)
	}
	for _, from := range []int{0, 99, 100, 220, 300, 330, 448, 449} {
		late := src.invited[random.IntN(150)*3]
		late.RecordSent(1, time.Hour, scope.AsOf.Add(time.Duration(from+1)*time.Second))
		got, _, err := read(positions[from])
		if err != nil || !slices.Equal(got, want[from+1:]) {
			t.Errorf("from row %d on: %d rows, want %d; %v", from, len(got), len(want)-from-1, err)
		}
	}
	unnoted := src.invited[slices.IndexFunc(src.invited, func(i *invitation.Invitation) bool { return i.FirstSent().IsZero() })]
	unnoted.RecordSent(1, time.Hour, scope.AsOf.Add(-time.Second))
	if _, _, err := read(positions[10]); !errors.Is(err, errMoved) {
		t.Errorf("a mail that was noted late: %v, want the file to begin anew", err)
	}
}

// A file whose order has changed since its checkpoint is begun anew, and has every row.
func TestAnExportOfInvitationsBeginsAnewWhenTheOrderChanged(t *testing.T) {
	b := newBench(0)
	b.export.Request.Type = "invitations"
	for n := range 300 {
		b.invited = append(b.invited, invited(fmt.Sprintf("i%04d", n), -1))
	}
	b.at, b.then = 9, func() { b.invited[7].RecordSent(1, time.Hour, noon.Add(-time.Second)) }
	b.dieAt = 9
	b.live(t, 5_000)
	file := string(b.objects[b.export.Object])
	if b.export.State != Ready || b.export.Rows != 300 || strings.Count(file, "\n") != 301 || !strings.Contains(file, "\ni0007,") || b.aborted == 0 {
		t.Errorf("the export is %s with %d rows (%s), %d uploads aborted", b.export.State, b.export.Rows, b.export.Error, b.aborted)
	}
	if first, _, _ := strings.Cut(file[strings.Index(file, "\n")+1:], ","); first != "i0007" {
		t.Errorf("the first row is %s, want the one that was sent", first)
	}
}
