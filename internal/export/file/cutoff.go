package file

import (
	"context"
	"errors"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// cutoffSource is a source without the rows that were created at a cutoff or later, and without the rows whose parent was
// created later or was removed.
//
// Datasets are read one after another, parents first. So it suffices that a row's parents exist when the row is read: then
// they existed before, when their own dataset was read. The contacts of a removed mobilizer are removed in the background,
// so the ids of the existing mobilizers are read once, with the first contact or invitation, after the mobilizers' own
// datasets. They are kept in memory: some thousands, 100 bytes each.
type cutoffSource struct {
	dataset.Source
	floor   string // smallest id of the cutoff
	cutoff  time.Time
	members map[mobilizer.ID]bool // nil until read
}

func newCutoffSource(src dataset.Source, cutoff time.Time) *cutoffSource {
	return &cutoffSource{Source: src, floor: id.Floor(cutoff), cutoff: cutoff}
}

// before reports whether the row with an id was created before the cutoff.
func (s *cutoffSource) before(id string) bool { return id < s.floor }

// scope returns a scope in which options of multiple choice that were created since the cutoff have no id.
func (s *cutoffSource) scope(of *dataset.Scope) *dataset.Scope {
	scope := *of
	scope.Items = make([]*action.Item, len(of.Items))
	for n, item := range of.Items {
		past := *item
		past.Options = append([]action.Option{}, item.Options...)
		for k := range past.Options {
			if !s.before(past.Options[k].ID) {
				past.Options[k].ID = ""
			}
		}
		scope.Items[n] = &past
	}
	return &scope
}

var errPastCutoff = errors.New("export: past the cutoff")

// untilCutoff ends a reading in order of creation at the cutoff.
func untilCutoff(err error) error {
	if errors.Is(err, errPastCutoff) {
		return nil
	}
	return err
}

// EachMobilizer reads mobilizers who joined before the cutoff.
func (s *cutoffSource) EachMobilizer(ctx context.Context, c campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error {
	return untilCutoff(s.Source.EachMobilizer(ctx, c, after, func(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) error {
		if !s.before(string(m.ID)) {
			return errPastCutoff
		}
		return yield(m, n)
	}))
}

// hasMobilizer reports whether a mobilizer is in the bundle.
func (s *cutoffSource) hasMobilizer(ctx context.Context, c campaign.ID, m mobilizer.ID) (bool, error) {
	if s.members == nil {
		members := map[mobilizer.ID]bool{}
		err := s.EachMobilizerID(ctx, c, func(m mobilizer.ID) error {
			if s.before(string(m)) {
				members[m] = true
			}
			return nil
		})
		if err != nil {
			return false, err
		}
		s.members = members
	}
	return s.members[m], nil
}

// hasContact reports whether a contact is in the bundle.
func (s *cutoffSource) hasContact(ctx context.Context, c campaign.ID, of *contact.Contact) (bool, error) {
	if !s.before(string(of.ID)) || !of.StoredLateAt.Before(s.cutoff) {
		return false, nil
	}
	return s.hasMobilizer(ctx, c, of.Mobilizer)
}

// EachContact reads contacts that were added before the cutoff, of mobilizers in the bundle.
func (s *cutoffSource) EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	return untilCutoff(s.Source.EachContact(ctx, c, after, func(of *contact.Contact) error {
		if !s.before(string(of.ID)) {
			return errPastCutoff
		}
		in, err := s.hasContact(ctx, c, of)
		if err != nil || !in {
			return err
		}
		return yield(of)
	}))
}

// ofContact passes on what was created before the cutoff about a contact in the bundle.
func ofContact[C any](ctx context.Context, s *cutoffSource, c campaign.ID, id func(*C) string, yield func(*contact.Contact, *C, string) error) func(*contact.Contact, *C, string) error {
	return func(of *contact.Contact, child *C, position string) error {
		if !s.before(id(child)) {
			return nil
		}
		in, err := s.hasContact(ctx, c, of)
		if err != nil || !in {
			return err
		}
		return yield(of, child, position)
	}
}

// EachNote reads notes that were written before the cutoff.
func (s *cutoffSource) EachNote(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Note, string) error) error {
	return s.Source.EachNote(ctx, c, after, ofContact(ctx, s, c, func(n *contact.Note) string { return string(n.ID) }, yield))
}

// EachAnswer reads answers that were given before the cutoff.
func (s *cutoffSource) EachAnswer(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Answer, string) error) error {
	return s.Source.EachAnswer(ctx, c, after, ofContact(ctx, s, c, func(a *contact.Answer) string { return string(a.ID) }, yield))
}

// EachResponse reads responses that were given before the cutoff.
func (s *cutoffSource) EachResponse(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return s.Source.EachResponse(ctx, c, after, ofContact(ctx, s, c, func(r *contact.ActionResponse) string { return string(r.ID) }, yield))
}

// EachManagementNote reads management notes that were written before the cutoff, about mobilizers in the bundle.
func (s *cutoffSource) EachManagementNote(ctx context.Context, c campaign.ID, after string, yield func(*mobilizer.Mobilizer, *mobilizer.ManagementNote, string) error) error {
	return s.Source.EachManagementNote(ctx, c, after, func(of *mobilizer.Mobilizer, n *mobilizer.ManagementNote, position string) error {
		if !s.before(string(of.ID)) || !s.before(string(n.ID)) {
			return nil
		}
		return yield(of, n, position)
	})
}

// EachInvitation reads invitations that were created before the cutoff.
func (s *cutoffSource) EachInvitation(ctx context.Context, c campaign.ID, yield func(*invitation.Invitation) error) error {
	return untilCutoff(s.Source.EachInvitation(ctx, c, func(i *invitation.Invitation) error {
		if !s.before(string(i.ID)) {
			return errPastCutoff
		}
		return yield(i)
	}))
}

// InvitationsByID returns invitations. Those accepted by a mobilizer who is not in the bundle have no membership.
func (s *cutoffSource) InvitationsByID(ctx context.Context, c campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error) {
	found, err := s.Source.InvitationsByID(ctx, c, ids)
	if err != nil {
		return nil, err
	}
	for n, i := range found {
		if i.Membership == "" {
			continue
		}
		in, err := s.hasMobilizer(ctx, c, i.Membership)
		if err != nil {
			return nil, err
		}
		if !in {
			anonymous := *i
			anonymous.Membership = ""
			found[n] = &anonymous
		}
	}
	return found, nil
}
