package dataset

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
)

// Scope is the campaign that is exported, with the content that columns refer to.
type Scope struct {
	Organization *organization.Organization
	Campaign     *campaign.Campaign
	Items        []*action.Item
	Item         *action.Item              // the item that a dataset OfItem is requested for; nil for others
	Numbers      *metrics.CampaignCounters // as of the start
	RequestedAt  time.Time                 // the time of values that depend on "now"
	AsOf         time.Time                 // when the reading of the rows began
	Withdrawals  int                       // of consent in the campaign, counted before rows are read
	Mobilizers   int                       // estimate, for progress
	Contacts     int                       // estimate, for progress

	// HasContact and HasMobilizer report whether a row is in the Contacts and in the Mobilizers export. Nil: every row is.
	HasContact   func(*contact.Contact) bool
	HasMobilizer func(*mobilizer.Mobilizer, metrics.MobilizerCounts) bool
}

// counts returns the campaign's sums over contacts, for progress.
func (s *Scope) counts() metrics.Counts {
	if s.Numbers == nil {
		return metrics.Counts{Contacts: s.Contacts}
	}
	return s.Numbers.Core.Counts()
}

// Source reads the rows of a campaign in the order of the datasets, starting after a given row; it reads partitions in
// parallel. An error of yield ends the reading and is returned.
type Source interface {
	// EachContact reads contacts in the order in which they were added.
	EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error
	// EachMobilizer reads mobilizers in the order in which they joined, with each mobilizer's counts.
	EachMobilizer(ctx context.Context, c campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error
	// EachNote reads notes by contact in the order in which contacts were added, then in the order in which they were
	// written. A position is passed with each note; after is such a position, or empty.
	EachNote(ctx context.Context, c campaign.ID, after string, yield func(of *contact.Contact, n *contact.Note, position string) error) error
	// EachAnswer reads Key Question answers in the order of EachNote.
	EachAnswer(ctx context.Context, c campaign.ID, after string, yield func(of *contact.Contact, a *contact.Answer, position string) error) error
	// EachResponse reads action responses in the order of EachNote.
	EachResponse(ctx context.Context, c campaign.ID, after string, yield func(of *contact.Contact, r *contact.ActionResponse, position string) error) error
	// EachManagementNote reads management notes by mobilizer in the order in which mobilizers joined, then in the order in
	// which they were written.
	EachManagementNote(ctx context.Context, c campaign.ID, after string, yield func(of *mobilizer.Mobilizer, n *mobilizer.ManagementNote, position string) error) error
	// EachMobilizerID reads the ids of all mobilizers, in the order in which they joined.
	EachMobilizerID(ctx context.Context, c campaign.ID, yield func(mobilizer.ID) error) error
	// EachInvitation reads all invitations, in the order in which they were created.
	EachInvitation(ctx context.Context, c campaign.ID, yield func(*invitation.Invitation) error) error
	// InvitationsByID reads the invitations with the ids, in no particular order. It omits those that do not exist.
	InvitationsByID(ctx context.Context, c campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error)
}
