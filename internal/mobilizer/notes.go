package mobilizer

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// NoteLimit is how many characters a management note may have.
const NoteLimit = 5000

// CreateNote returns an admin's note about the mobilizer. Invalid: the content is blank or too long.
func (m *Mobilizer) CreateNote(content string, by *user.User, at time.Time) (*ManagementNote, error) {
	if err := noteContent(content); err != nil {
		return nil, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	return &ManagementNote{
		ID: NoteID(id.At(at)), Campaign: m.Campaign, Mobilizer: m.ID, Content: content, Author: by.ID,
		AuthorName: by.Name, AuthorEmail: by.Email, CreatedAt: at,
	}, nil
}

// Update gives the note another content, and reports whether it is another one. Any administrator may edit a note; its
// author stays. Invalid: the content is blank or too long.
func (n *ManagementNote) Update(content string, at time.Time) (bool, error) {
	if err := noteContent(content); err != nil {
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

func noteContent(content string) error {
	var check fault.Checker
	text.Prose(&check, "content", content, NoteLimit)
	check.Check(!text.Blank(content), "content", "Write something.")
	return check.Err()
}
