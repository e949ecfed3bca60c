package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
)

// ManagementNotes returns the management notes about a mobilizer, in order of creation. They are few.
func (s *Store) ManagementNotes(ctx context.Context, c campaign.ID, m mobilizer.ID) ([]*mobilizer.ManagementNote, error) {
	return table.QueryAll[mobilizer.ManagementNote](ctx, s.db, s.under(managementNoteKey(c, m, "")))
}

// ManagementNote returns a management note, or not found.
func (s *Store) ManagementNote(ctx context.Context, c campaign.ID, m mobilizer.ID, n mobilizer.NoteID) (*mobilizer.ManagementNote, error) {
	return record[mobilizer.ManagementNote](ctx, s, "note", managementNoteKey(c, m, n))
}

// CreateManagementNote creates a management note. When the membership was deleted, the condition on "membership" fails.
func (s *Store) CreateManagementNote(n *mobilizer.ManagementNote) []Write {
	n.Version = 1
	return []Write{
		s.create("note", newManagementNoteItem(n)),
		table.CheckIf(s.tables.Records, "membership", membershipKey(n.Campaign, n.Mobilizer), "attribute_exists(PK)"),
	}
}

// UpdateManagementNote writes a changed management note over the version that was read.
func (s *Store) UpdateManagementNote(n *mobilizer.ManagementNote) []Write {
	return []Write{s.put("note", newManagementNoteItem(n), n.Version)}
}

// DeleteManagementNote deletes a management note, at the version that was read.
func (s *Store) DeleteManagementNote(n *mobilizer.ManagementNote) []Write {
	return []Write{s.delete("note", managementNoteKey(n.Campaign, n.Mobilizer, n.ID), n.Version)}
}
