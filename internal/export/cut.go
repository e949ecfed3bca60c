package export

import (
	"context"
	"errors"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// beforeStart is how long before its start a bundle's cut lies: longer than a request takes from the time that it gives to
// what it makes until that is stored. So all that was made before the cut, and not removed, can be read from the start on.
const beforeStart = time.Minute

// Cut is the instant from which on nothing made is in the bundle.
func (e *Export) Cut() time.Time { return e.StartedAt.Add(-beforeStart) }

// cutSource gives what a source has, without what was made since an instant and without what hangs on something that was
// made since or is gone.
//
// Files are read one after another, parents first. What is asked of a row is thus that its parents are there when it is
// read: then they were there before, when their own file was read. A removed mobilizer's contacts go in the background, so
// which mobilizers are there is asked for once, when the first contact or invitation is read, behind the mobilizers'
// own files. Their ids are held: some thousands, 100 bytes each.
type cutSource struct {
	Source
	floor   string // smallest id of the cut
	cut     time.Time
	members map[mobilizer.ID]bool // nil until asked for
}

func newCutSource(src Source, cut time.Time) *cutSource {
	return &cutSource{Source: src, floor: id.Floor(cut), cut: cut}
}

// before reports whether the row with an id was made before the cut.
func (s *cutSource) before(id string) bool { return id < s.floor }

// scope returns a scope in which options of multiple choice that were made since the cut have no id.
func (s *cutSource) scope(of *Scope) *Scope {
	scope := *of
	scope.Items = make([]*action.Item, len(of.Items))
	for n, item := range of.Items {
		was := *item
		was.Options = append([]action.Option{}, item.Options...)
		for k := range was.Options {
			if !s.before(was.Options[k].ID) {
				was.Options[k].ID = ""
			}
		}
		scope.Items[n] = &was
	}
	return &scope
}

var errPastCut = errors.New("export: past the cut")

// untilCut ends a reading in order of making at the cut.
func untilCut(err error) error {
	if errors.Is(err, errPastCut) {
		return nil
	}
	return err
}

// EachMobilizer reads mobilizers who joined before the cut.
func (s *cutSource) EachMobilizer(ctx context.Context, c campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error {
	return untilCut(s.Source.EachMobilizer(ctx, c, after, func(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) error {
		if !s.before(string(m.ID)) {
			return errPastCut
		}
		return yield(m, n)
	}))
}

// member reports whether a mobilizer is in the bundle.
func (s *cutSource) member(ctx context.Context, c campaign.ID, m mobilizer.ID) (bool, error) {
	if s.members == nil {
		members := map[mobilizer.ID]bool{}
		err := s.EachMobilizerID(ctx, c, func(there mobilizer.ID) error {
			if s.before(string(there)) {
				members[there] = true
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

// holds reports whether a contact is in the bundle.
func (s *cutSource) holds(ctx context.Context, c campaign.ID, of *contact.Contact) (bool, error) {
	if !s.before(string(of.ID)) || !of.StoredLateAt.Before(s.cut) {
		return false, nil
	}
	return s.member(ctx, c, of.Mobilizer)
}

// EachContact reads contacts that were added before the cut, of mobilizers in the bundle.
func (s *cutSource) EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	return untilCut(s.Source.EachContact(ctx, c, after, func(of *contact.Contact) error {
		if !s.before(string(of.ID)) {
			return errPastCut
		}
		in, err := s.holds(ctx, c, of)
		if err != nil || !in {
			return err
		}
		return yield(of)
	}))
}

// onContact lets through what was made before the cut about a contact in the bundle.
func onContact[C any](ctx context.Context, s *cutSource, c campaign.ID, id func(*C) string, yield func(*contact.Contact, *C, string) error) func(*contact.Contact, *C, string) error {
	return func(of *contact.Contact, child *C, position string) error {
		if !s.before(id(child)) {
			return nil
		}
		in, err := s.holds(ctx, c, of)
		if err != nil || !in {
			return err
		}
		return yield(of, child, position)
	}
}

// EachNote reads notes that were written before the cut.
func (s *cutSource) EachNote(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Note, string) error) error {
	return s.Source.EachNote(ctx, c, after, onContact(ctx, s, c, func(n *contact.Note) string { return string(n.ID) }, yield))
}

// EachAnswer reads answers that were given before the cut.
func (s *cutSource) EachAnswer(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Answer, string) error) error {
	return s.Source.EachAnswer(ctx, c, after, onContact(ctx, s, c, func(a *contact.Answer) string { return string(a.ID) }, yield))
}

// EachResponse reads responses that were given before the cut.
func (s *cutSource) EachResponse(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return s.Source.EachResponse(ctx, c, after, onContact(ctx, s, c, func(r *contact.ActionResponse) string { return string(r.ID) }, yield))
}

// EachManagementNote reads management notes that were written before the cut, about mobilizers in the bundle.
func (s *cutSource) EachManagementNote(ctx context.Context, c campaign.ID, after string, yield func(*mobilizer.Mobilizer, *mobilizer.ManagementNote, string) error) error {
	return s.Source.EachManagementNote(ctx, c, after, func(of *mobilizer.Mobilizer, n *mobilizer.ManagementNote, position string) error {
		if !s.before(string(of.ID)) || !s.before(string(n.ID)) {
			return nil
		}
		return yield(of, n, position)
	})
}

// EachInvitation reads invitations that were made before the cut.
func (s *cutSource) EachInvitation(ctx context.Context, c campaign.ID, yield func(*invitation.Invitation) error) error {
	return untilCut(s.Source.EachInvitation(ctx, c, func(i *invitation.Invitation) error {
		if !s.before(string(i.ID)) {
			return errPastCut
		}
		return yield(i)
	}))
}

// InvitationsByID returns invitations; of one whose mobilizer is not in the bundle it doesn't tell who accepted.
func (s *cutSource) InvitationsByID(ctx context.Context, c campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error) {
	found, err := s.Source.InvitationsByID(ctx, c, ids)
	if err != nil {
		return nil, err
	}
	for n, i := range found {
		if i.Membership == "" {
			continue
		}
		in, err := s.member(ctx, c, i.Membership)
		if err != nil {
			return nil, err
		}
		if !in {
			untold := *i
			untold.Membership = ""
			found[n] = &untold
		}
	}
	return found, nil
}
