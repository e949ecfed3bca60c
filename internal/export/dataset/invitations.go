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

// InvitationRow is an invitation. Its state is as of the time when the export was requested.
type InvitationRow struct {
	Scope      *Scope
	Invitation *invitation.Invitation
}

// accepted returns when, by name and user, and with which membership the invitation was accepted. It returns zero values
// unless there is a membership.
func (r *InvitationRow) accepted() (at time.Time, name, user string, of mobilizer.ID) {
	i := r.Invitation
	if i.Membership == "" {
		return time.Time{}, "", "", ""
	}
	return i.AcceptedAt, i.AcceptedName, string(i.AcceptedBy), i.Membership
}

// Invitations has one row for each invited address, in the order of the first email.
var Invitations = Definition[InvitationRow]{
	Name:  "invitations",
	Title: "Invitations Export",
	Rows:  "One row for each invited address; inviting an address again keeps its row. Invitations without a sent email when reading began (`as_of`) come last, by key.",
	Key:   []string{"invitation_id"},
	Order: "first_sent_at, then key",
	Columns: slices.Concat([]Column[InvitationRow]{
		{
			"invitation_id", ID, NeverEmpty, "Id of the invitation. Resending it and inviting the address again keep the id.",
			func(w *csv.Row, r *InvitationRow) { w.Plain(string(r.Invitation.ID)) },
		},
		{
			"email", Text, NeverEmpty, "Invited email address, in lower case.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.Email) },
		},
		{
			"first_name", Text, NeverEmpty, "First name of the invited person, as entered by the inviter.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.FirstName) },
		},
		{
			"last_name", Text, NeverEmpty, "Last name of the invited person, as entered by the inviter.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.LastName) },
		},
		{
			"invited_by_name", Text, "If the inviter's login has no name.", "Name of the administrator who invited last, at that time.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.InvitedBy.Name) },
		},
		{
			"invited_by_email", Text, NeverEmpty, "Login email of that administrator, at that time.",
			func(w *csv.Row, r *InvitationRow) { w.Text(r.Invitation.InvitedBy.Email) },
		},
		{
			"first_sent_at", Time, unlessSent, "When the first invitation email was sent.",
			func(w *csv.Row, r *InvitationRow) { w.Time(r.Invitation.FirstSent()) },
		},
		{
			"last_sent_at", Time, unlessSent, "When the latest invitation email was sent.",
			func(w *csv.Row, r *InvitationRow) { w.Time(r.Invitation.LastSent()) },
		},
		{
			"expires_at", Time, NeverEmpty, "When the latest link expires, unless it is used or revoked before. While its email is queued the invitation stays open, even after this time; the sending sets a new one.",
			func(w *csv.Row, r *InvitationRow) { w.Time(r.Invitation.ExpiresAt) },
		},
		{
			"accepted_at", Time, unlessAccepted, "When the invitation was accepted: through its link, or by joining from the landing page with the invited address.",
			func(w *csv.Row, r *InvitationRow) {
				at, _, _, _ := r.accepted()
				w.Time(at)
			},
		},
		{
			"accepted_by", Text, unlessAccepted, "First and last name of the person who accepted, as entered at that time.",
			func(w *csv.Row, r *InvitationRow) {
				_, name, _, _ := r.accepted()
				w.Text(name)
			},
		},
		{
			"state", Enum, NeverEmpty, "State of the invitation when the export was requested: open, accepted, expired or revoked.",
			func(w *csv.Row, r *InvitationRow) { w.Plain(string(r.Invitation.State(r.Scope.RequestedAt))) },
		},
		{
			"delivery_state", Enum, NeverEmpty, "Delivery state of the latest email: queued, sent, delivered, bounced, complained, rejected, suppressed (not sent: the address is on a suppression list, or before its turn the invitation was used or revoked or the campaign was closed) or unsubscribed.",
			func(w *csv.Row, r *InvitationRow) { w.Plain(string(r.Invitation.Delivery)) },
		},
	}, scopeColumns(func(r *InvitationRow) *Scope { return r.Scope }), []Column[InvitationRow]{
		{
			"rally__user_id", ID, unlessAccepted, "User id of the person who accepted.",
			func(w *csv.Row, r *InvitationRow) {
				_, _, user, _ := r.accepted()
				w.Plain(user)
			},
		},
		{
			"rally__user_campaign_membership_id", ID, unlessAccepted, "Id of the membership of the person who accepted. They may have left since.",
			func(w *csv.Row, r *InvitationRow) {
				_, _, _, of := r.accepted()
				w.Plain(string(of))
			},
		},
	}),
	ExpectedRows: func(*Scope) int { return 0 }, // there is no counter
	Each:         eachInvitation,
}

const (
	unlessSent     = "Before an email was sent."
	unlessAccepted = "Unless the invitation was accepted and that membership exists."
)

// eachInvitation reads invitations in the order of their first email, which is not the order in which they are stored. It
// first reads and sorts their sort keys, 100 bytes for each of some thousand invitations, then the rows by sort key. Sort keys
// are as of the time when reading began, so that emails sent during the export change no order.
func eachInvitation(ctx context.Context, src Source, scope *Scope, after string, yield func(*InvitationRow, string) error) error {
	var order []string
	var recentlySent uint64 // hash of the invitations known to be sent just before reading began
	err := src.EachInvitation(ctx, scope.Campaign.ID, func(i *invitation.Invitation) error {
		key, recent := sortKey(i, scope.AsOf)
		order = append(order, key)
		if recent {
			sum := fnv.New64a()
			sum.Write([]byte(key))
			recentlySent += sum.Sum64()
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(order)
	version := fmt.Sprintf("%016x", recentlySent)
	if after != "" {
		key, versionBefore, _ := strings.Cut(after, " ")
		if versionBefore != version {
			return ErrOrderChanged
		}
		from, found := slices.BinarySearch(order, key)
		if found {
			from++
		}
		order = order[from:]
	}
	for keys := range slices.Chunk(order, 100) {
		if err := yieldInvitations(ctx, src, scope, keys, version, yield); err != nil {
			return err
		}
	}
	return nil
}

// ErrOrderChanged says that the row order has changed since the position that reading was to resume from.
var ErrOrderChanged = errors.New("export: the order has changed since the checkpoint")

// recordDelay is longer than it takes to record that an email was sent.
const recordDelay = time.Minute

// sortKey returns the sort key of an invitation as of a time: by its first email if that was sent by then, otherwise at the
// end. It reports whether the email was sent so shortly before that time that this may have been recorded later.
func sortKey(i *invitation.Invitation, asOf time.Time) (string, bool) {
	sent := i.FirstSent()
	if sent.IsZero() || sent.After(asOf) {
		return "~" + string(i.ID), false
	}
	return fmt.Sprintf("%013d~%s", sent.UnixMilli(), i.ID), sent.After(asOf.Add(-recordDelay))
}

// yieldInvitations passes the invitations with some sort keys to yield, in their order. A position is a sort key with the
// version of the order.
func yieldInvitations(ctx context.Context, src Source, scope *Scope, keys []string, version string, yield func(*InvitationRow, string) error) error {
	ids := make([]invitation.ID, len(keys))
	for n, key := range keys {
		_, id, _ := strings.Cut(key, "~")
		ids[n] = invitation.ID(id)
	}
	found, err := src.InvitationsByID(ctx, scope.Campaign.ID, ids)
	if err != nil {
		return err
	}
	byID := make(map[invitation.ID]*invitation.Invitation, len(found))
	for _, i := range found {
		byID[i.ID] = i
	}
	for n, key := range keys {
		var row *InvitationRow
		if i := byID[ids[n]]; i != nil {
			row = &InvitationRow{Scope: scope, Invitation: i}
		}
		if err := yield(row, key+" "+version); err != nil {
			return err
		}
	}
	return nil
}
