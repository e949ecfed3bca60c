package dataset

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
)

// InvitationRow is an invitation. Its state is that of when the export was asked for.
type InvitationRow struct {
	Scope      *Scope
	Invitation *invitation.Invitation
}

// accepted returns who accepted and when, empty unless there is a membership to show for it.
func (r *InvitationRow) accepted() (at time.Time, name, user string, of mobilizer.ID) {
	i := r.Invitation
	if i.Membership == "" {
		return time.Time{}, "", "", ""
	}
	return i.AcceptedAt, i.AcceptedName, string(i.AcceptedBy), i.Membership
}

// Invitations has one row per invited address, in order of the first mail.
var Invitations = Definition[InvitationRow]{
	Name:  "invitations",
	Title: "Invitations Export",
	Rows:  "One per invited address. Inviting an address again opens its invitation anew; it keeps its row. Invitations of which no mail had gone out when the reading began (`as_of`) stand at the end, by key.",
	Key:   []string{"invitation_id"},
	Order: "first_sent_at, then key",
	Columns: concat([]Column[InvitationRow]{
		{
			"invitation_id", ID, NeverEmpty, "The invitation. Sending it again and opening it anew keep the id.",
			func(w *csv.Row, r *InvitationRow) { w.Plain(string(r.Invitation.ID)) },
		},
		{
			"email", Text, NeverEmpty, "The invited address, in lower case.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.Email) },
		},
		{
			"first_name", Text, NeverEmpty, "First name of whom was invited, as the inviter gives it.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.FirstName) },
		},
		{
			"last_name", Text, NeverEmpty, "Last name of whom was invited, as the inviter gives it.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.LastName) },
		},
		{
			"invited_by_name", Text, "When the inviter's login gives no name.", "Name of the administrator who invited last, at that time.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.InvitedBy.Name) },
		},
		{
			"invited_by_email", Text, NeverEmpty, "E-mail address of that administrator's login, at that time.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.InvitedBy.Email) },
		},
		{
			"first_sent_at", Time, unlessSent, "When the first mail went out.",
			func(w *csv.Row, r *InvitationRow) { w.Time(r.Invitation.FirstSent()) },
		},
		{
			"last_sent_at", Time, unlessSent, "When the latest mail that went out did.",
			func(w *csv.Row, r *InvitationRow) { w.Time(r.Invitation.LastSent()) },
		},
		{
			"expires_at", Time, NeverEmpty, "Until when the latest link works, unless it is used or revoked. While its mail is queued the invitation stays open, also after this time: it then runs anew from the sending.",
			func(w *csv.Row, r *InvitationRow) { w.Time(r.Invitation.ExpiresAt) },
		},
		{
			"accepted_at", Time, unlessAccepted, "When the invitation was accepted: by its link, or by joining from the landing page with the invited address.",
			func(w *csv.Row, r *InvitationRow) {
				at, _, _, _ := r.accepted()
				w.Time(at)
			},
		},
		{
			"accepted_by", Text, unlessAccepted, "First and last name of the mobilizer who accepted, as they gave them then.",
			func(w *csv.Row, r *InvitationRow) {
				_, name, _, _ := r.accepted()
				w.Text(name)
			},
		},
		{
			"state", Enum, NeverEmpty, "What the invitation was good for when the export was asked for: open, accepted, expired or revoked.",
			func(w *csv.Row, r *InvitationRow) { w.Plain(string(r.Invitation.State(r.Scope.RequestedAt))) },
		},
		{
			"delivery_state", Enum, NeverEmpty, "What became of the latest mail: queued, sent, delivered, bounced, complained, rejected, suppressed (not sent: the address gets no mail, or the invitation was used or revoked, or the campaign over, before its turn) or unsubscribed.",
			func(w *csv.Row, r *InvitationRow) { w.Plain(string(r.Invitation.Delivery)) },
		},
	}, scopeColumns(func(r *InvitationRow) *Scope { return r.Scope }), []Column[InvitationRow]{
		{
			"rally__user_id", ID, unlessAccepted, "The account of whoever accepted.",
			func(w *csv.Row, r *InvitationRow) {
				_, _, user, _ := r.accepted()
				w.Plain(user)
			},
		},
		{
			"rally__user_campaign_membership_id", ID, unlessAccepted, "The membership of whoever accepted. They may have left since.",
			func(w *csv.Row, r *InvitationRow) {
				_, _, _, of := r.accepted()
				w.Plain(string(of))
			},
		},
	}),
	ExpectedRows: func(*Scope) int { return 0 }, // nobody counts them
	Each:         eachInvitation,
}

const (
	unlessSent     = "Before a mail went out."
	unlessAccepted = "Unless the invitation was accepted."
)

// eachInvitation reads invitations in order of their first mail, which is not the order in which they are stored: places
// are read first and sorted, 100 bytes an invitation, then rows by their places. Who is invited is some thousands, so this
// is a few megabytes. An invitation has the place of when the reading began, so what is sent meanwhile moves nothing.
func eachInvitation(ctx context.Context, src Source, scope *Scope, after string, yield func(*InvitationRow, string) error) error {
	var order []string
	var lately uint64 // says which invitations were known to be sent right before the reading
	err := src.EachInvitation(ctx, scope.Campaign.ID, func(i *invitation.Invitation) error {
		place, recent := placeOf(i, scope.AsOf)
		order = append(order, place)
		if recent {
			sum := fnv.New64a()
			sum.Write([]byte(place))
			lately += sum.Sum64()
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(order)
	known := fmt.Sprintf("%016x", lately)
	if after != "" {
		place, before, _ := strings.Cut(after, " ")
		if before != known {
			return ErrOrderChanged
		}
		from, there := slices.BinarySearch(order, place)
		if there {
			from++
		}
		order = order[from:]
	}
	for chunk := range slices.Chunk(order, 100) {
		if err := yieldInvitations(ctx, src, scope, chunk, known, yield); err != nil {
			return err
		}
	}
	return nil
}

// ErrOrderChanged says that rows have other places than those they had when the file was begun.
var ErrOrderChanged = errors.New("export: the order has changed since the checkpoint")

// noteDelay is longer than it takes to note that a mail has gone out.
const noteDelay = time.Minute

// placeOf is where an invitation stands in the order: by its first mail, when that had gone out as of a time, otherwise
// at the end. It reports whether it went out so shortly before that nobody may have noted it by then.
func placeOf(i *invitation.Invitation, asOf time.Time) (string, bool) {
	sent := i.FirstSent()
	if sent.IsZero() || sent.After(asOf) {
		return "~" + string(i.ID), false
	}
	return fmt.Sprintf("%013d~%s", sent.UnixMilli(), i.ID), sent.After(asOf.Add(-noteDelay))
}

func yieldInvitations(ctx context.Context, src Source, scope *Scope, places []string, known string, yield func(*InvitationRow, string) error) error {
	ids := make([]invitation.ID, len(places))
	for n, place := range places {
		_, id, _ := strings.Cut(place, "~")
		ids[n] = invitation.ID(id)
	}
	found, err := src.InvitationsByID(ctx, scope.Campaign.ID, ids)
	if err != nil {
		return err
	}
	rows := make(map[invitation.ID]*invitation.Invitation, len(found))
	for _, i := range found {
		rows[i.ID] = i
	}
	for n, place := range places {
		var row *InvitationRow
		if i := rows[ids[n]]; i != nil {
			row = &InvitationRow{Scope: scope, Invitation: i}
		}
		if err := yield(row, place+" "+known); err != nil {
			return err
		}
	}
	return nil
}
