package dataset_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
)

func TestInvitations_AllStates_OrderedByFirstEmail(t *testing.T) {
	t.Parallel()
	joined := exporttest.NewInvitation("i1", -1, 5, 9)
	joined.Accept(&mobilizer.Mobilizer{ID: "m", User: "u", Profile: mobilizer.Profile{FirstName: "Ana", LastName: "Núñez"}}, exporttest.Noon.Add(7*time.Minute))
	revoked := exporttest.NewInvitation("i4", 5)
	revoked.RevokedAt = exporttest.Noon
	src := &exporttest.Source{Invitations: []*invitation.Invitation{
		joined, exporttest.NewInvitation("i2", -1), exporttest.NewInvitation("i3", 2), revoked, exporttest.NewInvitation("i5", -1), exporttest.NewInvitation("i6", 70),
	}}
	scope := exporttest.NewScope()
	scope.RequestedAt = exporttest.Noon.Add(61 * time.Minute)
	scope.AsOf = scope.RequestedAt
	read := readDataset(t, &dataset.Invitations, src, scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Standard})
	var order []string
	for _, row := range read {
		order = append(order, row["invitation_id"])
	}
	if diff := cmp.Diff([]string{"i3", "i1", "i4", "i2", "i5", "i6"}, order); diff != "" {
		t.Fatalf("order (-want +got):\n%s", diff)
	}
	exporttest.CheckRow(t, read[1], map[string]string{
		"email": "i1@example.org", "first_sent_at": "2026-10-24T12:05:00.005Z", "last_sent_at": "2026-10-24T12:09:00.005Z",
		"accepted_at": "2026-10-24T12:07:00.005Z", "accepted_by": "Ana Núñez", "state": "accepted", "rally__user_id": "u",
		"rally__user_campaign_membership_id": "m", "invited_by_name": "Olivia", "invited_by_email": "olivia@example.org",
	})
	exporttest.CheckRow(t, read[0], map[string]string{"state": "expired", "accepted_at": "", "accepted_by": "", "rally__user_id": "", "delivery_state": "sent"})
	exporttest.CheckRow(t, read[2], map[string]string{"state": "revoked"})
	exporttest.CheckRow(t, read[3], map[string]string{"state": "open", "delivery_state": "queued"}) // its time runs from the sending
	exporttest.CheckRow(t, read[3], map[string]string{"first_sent_at": "", "last_sent_at": "", "rally__user_campaign_membership_id": ""})
}

// Reading can resume after any row: the remaining rows follow in the same order, each once, also if invitations were sent since.
func TestInvitations_ResumedAfterSending_KeepsOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	src := &exporttest.Source{}
	for n := range 450 {
		sent := random.IntN(400)
		if n%3 == 0 {
			sent = -1
		}
		src.Invitations = append(src.Invitations, exporttest.NewInvitation(fmt.Sprintf("i%04d", n), sent))
	}
	scope := exporttest.NewScope()
	scope.AsOf = exporttest.Noon.Add(500 * time.Minute)
	read := func(after string) (ids, positions []string, err error) {
		err = dataset.Invitations.Each(t.Context(), src, scope, after, func(row *dataset.InvitationRow, position string) error {
			ids, positions = append(ids, string(row.Invitation.ID)), append(positions, position)
			return nil
		})
		return ids, positions, err
	}
	want, positions, err := read("")
	if err != nil || len(want) != len(src.Invitations) {
		t.Fatalf("%d rows, %v", len(want), err)
	}
	for _, from := range []int{0, 99, 100, 220, 300, 330, 448, 449} {
		late := src.Invitations[random.IntN(150)*3]
		late.RecordSent(1, time.Hour, scope.AsOf.Add(time.Duration(from+1)*time.Second))
		got, _, err := read(positions[from])
		if err != nil || !slices.Equal(got, want[from+1:]) {
			t.Errorf("after row %d: %d rows, want %d; %v", from, len(got), len(want)-from-1, err)
		}
	}
	unrecorded := src.Invitations[slices.IndexFunc(src.Invitations, func(i *invitation.Invitation) bool { return i.FirstSent().IsZero() })]
	unrecorded.RecordSent(1, time.Hour, scope.AsOf.Add(-time.Second))
	if _, _, err := read(positions[10]); !errors.Is(err, dataset.ErrOrderChanged) {
		t.Errorf("an email that was recorded late: %v, want ErrOrderChanged", err)
	}
}
