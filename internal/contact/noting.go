package contact

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// CreateNote writes a note about the contact: a touchpoint on its day. Invalid: the content is blank or too long.
func (c *Contact) CreateNote(content string, at campaign.Moment) (*Note, error) {
	if err := noteContent(content); err != nil {
		return nil, err
	}
	c.touch(at)
	c.Touchpoints++
	return &Note{ID: NoteID(id.At(at.At)), About: c.Ref(), Content: content, CreatedAt: at.At, TouchpointDay: at.Day}, nil
}

// UpdateNote returns the note with other content, nil when the content is the same: then only the activity moves. An edit
// is no touchpoint, and moves neither the note's first time nor its day.
//
// Invalid: the content is blank or too long.
func (c *Contact) UpdateNote(n *Note, content string, at campaign.Moment) (*Note, error) {
	if err := noteContent(content); err != nil {
		return nil, err
	}
	c.touch(at)
	if n.Content == content {
		return nil, nil
	}
	edited := *n
	edited.Content, edited.UpdatedAt = content, at.At
	if edited.UpdatedAt.Before(n.CreatedAt) {
		edited.UpdatedAt = n.CreatedAt
	}
	return &edited, nil
}

// DeleteNote takes a note's touchpoint away with it.
func (c *Contact) DeleteNote(at campaign.Moment) {
	c.touch(at)
	c.Touchpoints--
}

func noteContent(content string) error {
	var check fault.Checker
	text.Prose(&check, "content", content, NoteLimit)
	check.Check(!text.Blank(content), "content", "Write something.")
	return check.Err()
}
