package contact

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// CreateNote returns a new note about the contact. It is a touchpoint on its day.
//
// Invalid: the content is blank or too long.
func (c *Contact) CreateNote(content string, at campaign.Moment) (*Note, error) {
	if err := checkContent(content); err != nil {
		return nil, err
	}
	c.touch(at)
	c.Touchpoints++
	c.NoteCount++
	return &Note{ID: NoteID(id.At(at.At)), About: c.Ref(), Content: content, CreatedAt: at.At, TouchpointDay: at.Day}, nil
}

// UpdateNote returns the note with new content, or nil if the content is the same: then only LastActivityAt changes. An
// update is no touchpoint, and changes neither CreatedAt nor TouchpointDay.
//
// Invalid: the content is blank or too long.
func (c *Contact) UpdateNote(n *Note, content string, at campaign.Moment) (*Note, error) {
	if err := checkContent(content); err != nil {
		return nil, err
	}
	c.touch(at)
	if n.Content == content {
		return nil, nil
	}
	updated := *n
	updated.Content, updated.UpdatedAt = content, at.At
	if updated.UpdatedAt.Before(n.CreatedAt) {
		updated.UpdatedAt = n.CreatedAt
	}
	return &updated, nil
}

// DeleteNote removes the touchpoint of a note that is deleted.
func (c *Contact) DeleteNote(at campaign.Moment) {
	c.touch(at)
	c.Touchpoints--
	c.NoteCount = max(0, c.NoteCount-1) // 0 for notes written before they were counted
}

func checkContent(content string) error {
	var check fault.Checker
	text.Prose(&check, "content", content, NoteLimit)
	check.Check(!text.Blank(content), "content", "The note is empty. Write something.")
	return check.Err()
}
