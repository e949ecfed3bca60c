package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// recipientItem is what all organizations together know of an address, of which the key has the hash.
type recipientItem struct {
	key
	header
	SuppressedBy []string        `dynamodbav:"SuppressedBy,omitempty"`
	Sent         []sentEmailItem `dynamodbav:"Sent,omitempty"`
}

type sentEmailItem struct {
	ID string `dynamodbav:"ID"`
	At millis `dynamodbav:"At"`
}

func newRecipientItem(r *invitation.Recipient) *recipientItem {
	item := &recipientItem{key: recipientKey(r.Email), header: header{Type: recipientType, Version: max(r.Version, 1)}}
	for _, o := range r.SuppressedBy {
		item.SuppressedBy = append(item.SuppressedBy, string(o))
	}
	for _, sent := range r.Sent {
		item.Sent = append(item.Sent, sentEmailItem{sent.ID, millisOf(sent.At)})
	}
	return item
}

func (i *recipientItem) domain() *invitation.Recipient {
	r := &invitation.Recipient{Version: i.Version}
	for _, o := range i.SuppressedBy {
		r.SuppressedBy = append(r.SuppressedBy, organization.ID(o))
	}
	for _, sent := range i.Sent {
		r.Sent = append(r.Sent, invitation.SentEmail{ID: sent.ID, At: sent.At.time()})
	}
	return r
}

// Recipient returns what all organizations together know of an address, an empty recipient if nothing.
func (s *Store) Recipient(ctx context.Context, address string) (*invitation.Recipient, error) {
	r, err := table.Find[invitation.Recipient](ctx, s.db, s.tables.Records, recipientKey(address))
	if err != nil {
		return nil, err
	}
	if r == nil {
		r = &invitation.Recipient{}
	}
	r.Email = address
	return r, nil
}

// PutRecipient writes a changed recipient over the version that was read.
func (s *Store) PutRecipient(r *invitation.Recipient) []Write {
	return []Write{s.put("recipient", newRecipientItem(r), r.Version)}
}
