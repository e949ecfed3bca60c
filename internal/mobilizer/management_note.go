package mobilizer

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// NoteLimit is the maximum length of a management note, in characters.
const NoteLimit = 5000

// CreateNote returns a new management note about the mobilizer, with the user as its author.
//
// Invalid: the content is blank or too long.
func (m *Mobilizer) CreateNote(content string, by *user.User, at time.Time) (*ManagementNote, error) {
	if err := checkContent(content); err != nil {
		return nil, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	return &ManagementNote{
		ID: NoteID(id.At(at)), Campaign: m.Campaign, Mobilizer: m.ID, Content: content, Author: by.ID,
		AuthorName: by.Name, AuthorEmail: by.Email, CreatedAt: at,
	}, nil
}

// Update replaces the note's content, and reports whether it changed. Any administrator may update a note; its author
// stays the same.
//
// Invalid: the content is blank or too long.
func (n *ManagementNote) Update(content string, at time.Time) (bool, error) {
	if err := checkContent(content); err != nil {
		return false, err
	}
	if n.Content == content {
		return false, nil
	}
	n.Content, n.UpdatedAt = content, at.UTC().Truncate(time.Millisecond)
	if n.UpdatedAt.Before(n.CreatedAt) {
		n.UpdatedAt = n.CreatedAt
	}
	return true, nil
}

func checkContent(content string) error {
	var check fault.Checker
	text.Prose(&check, "content", content, NoteLimit)
	check.Check(!text.Blank(content), "content", "The note is empty. Write something.")
	return check.Err()
}
