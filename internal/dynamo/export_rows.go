package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// The methods of this file read all rows of one kind of a campaign for an export, in order of creation, and call yield
// with each. A failure of yield ends the reading and is returned. The strings of a row share one piece of memory: a caller
// that keeps one of them for long should clone it.

// EachContact reads a campaign's contacts after one of them ("" for all).
func (s *Store) EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	spans := startAfter(s.contactShards(c, contacts), string(after))
	return table.EachRow(ctx, s.db, spans, contactID, yield)
}

// EachMobilizer reads a campaign's mobilizers after one of them ("" for all), each with their numbers.
func (s *Store) EachMobilizer(ctx context.Context, c campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error {
	var batch []*mobilizer.Mobilizer
	flush := func() error {
		ids := make([]mobilizer.ID, len(batch))
		for i, m := range batch {
			ids[i] = m.ID
		}
		counts, err := s.MobilizerCounts(ctx, c, ids)
		if err != nil {
			return err
		}
		for _, m := range batch {
			if err := yield(m, counts[m.ID]); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	spans := startAfter(s.membershipShards(c), string(after))
	err := table.EachRow(ctx, s.db, spans, mobilizerID, func(m *mobilizer.Mobilizer) error {
		batch = append(batch, m)
		if len(batch) < 100 { // one BatchGetItem
			return nil
		}
		return flush()
	})
	if err != nil || len(batch) == 0 {
		return err
	}
	return flush()
}

// EachMobilizerID reads the ids of a campaign's mobilizers.
func (s *Store) EachMobilizerID(ctx context.Context, c campaign.ID, yield func(mobilizer.ID) error) error {
	return table.EachRow(ctx, s.db, s.membershipShards(c), mobilizerID, func(m *mobilizer.Mobilizer) error { return yield(m.ID) })
}

// EachInvitation reads the invitations to a campaign.
func (s *Store) EachInvitation(ctx context.Context, c campaign.ID, yield func(*invitation.Invitation) error) error {
	order := func(i *invitation.Invitation) string { return string(i.ID) }
	return table.EachRow(ctx, s.db, s.invitationShards(invitation.Target{Campaign: c}), order, yield)
}

// EachNote reads a campaign's notes with their contacts, by contact in order of creation, then in order of creation of the
// notes, after a position ("" for all), and calls yield with each and its position. Notes of a deleted contact are left
// out.
func (s *Store) EachNote(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Note, string) error) error {
	return eachChild(ctx, s, c, notes, after, func(n *contact.Note) (contact.Ref, string) { return n.About, string(n.ID) }, yield)
}

// EachAnswer reads the Key Question answers of a campaign's contacts as EachNote reads notes.
func (s *Store) EachAnswer(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Answer, string) error) error {
	return eachChild(ctx, s, c, answers, after, func(a *contact.Answer) (contact.Ref, string) { return a.About, string(a.ID) }, yield)
}

// EachResponse reads a campaign's action responses as EachNote reads notes.
func (s *Store) EachResponse(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return eachChild(ctx, s, c, responses, after, func(r *contact.ActionResponse) (contact.Ref, string) { return r.About, string(r.ID) }, yield)
}

// eachChild reads one kind of children of a campaign's contacts; ref returns the contact and the id of a child.
func eachChild[C any](
	ctx context.Context, s *Store, c campaign.ID, kind family, after string,
	ref func(*C) (contact.Ref, string), yield func(*contact.Contact, *C, string) error,
) error {
	return table.Join[contact.Contact, C]{
		Parents: s.contactShards(c, contacts), ParentID: contactID,
		Children: startAfter(s.contactShards(c, kind), after),
		Place: func(child *C) (string, string) {
			parent, id := ref(child)
			return string(parent.Contact), childKey(kind, parent, id).SK
		},
	}.Each(ctx, s.db, yield)
}

// EachManagementNote reads a campaign's management notes with their mobilizers, as EachNote reads notes.
func (s *Store) EachManagementNote(ctx context.Context, c campaign.ID, after string, yield func(*mobilizer.Mobilizer, *mobilizer.ManagementNote, string) error) error {
	return table.Join[mobilizer.Mobilizer, mobilizer.ManagementNote]{
		Parents: s.membershipShards(c), ParentID: mobilizerID,
		Children: startAfter(s.managementNoteShards(c), after),
		Place: func(n *mobilizer.ManagementNote) (string, string) {
			return string(n.Mobilizer), managementNoteKey(n.Campaign, n.Mobilizer, n.ID).SK
		},
	}.Each(ctx, s.db, yield)
}

func contactID(c *contact.Contact) string { return string(c.ID) }

func mobilizerID(m *mobilizer.Mobilizer) string { return string(m.ID) }

// startAfter limits spans to the sort keys after one.
func startAfter(spans []table.Span, after string) []table.Span {
	for i := range spans {
		spans[i].After = after
	}
	return spans
}
