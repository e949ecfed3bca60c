// Package organization owns organizations and their administrators. It does not own campaigns (package campaign).
package organization

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// ID identifies an organization: rally__organization_id in exports.
type ID string

// Organization is a customer that runs campaigns.
type Organization struct {
	ID          ID
	Name        string
	Website     string
	Description string
	ReplyTo     string // address that answers to invitations go to; empty for the inviter's
	CreatedAt   time.Time
	Version     int
}

// Person links a user to their person id in one organization. It is created once and never changes, even if the user's
// roles and memberships do.
type Person struct {
	ID           user.PersonID
	User         user.ID
	Organization ID
}

// Limits of an organization's texts, in characters.
const (
	nameLimit        = 200
	descriptionLimit = 5000
)

// Details are the part of an organization that administrators edit.
type Details struct {
	Name        string
	Website     string
	Description string
	ReplyTo     string
}

// New returns a new organization, and the user who creates it as its first owner.
//
// Invalid: the details break a rule.
func New(d Details, by *user.User, at time.Time) (*Organization, *Administrator, error) {
	at = at.UTC().Truncate(time.Millisecond)
	o := &Organization{ID: ID(id.At(at)), CreatedAt: at}
	if err := o.SetDetails(d); err != nil {
		return nil, nil, err
	}
	return o, newAdministrator(o.ID, by, Owner, by.ID, at), nil
}

// Details returns the organization's present details.
func (o *Organization) Details() Details {
	return Details{Name: o.Name, Website: o.Website, Description: o.Description, ReplyTo: o.ReplyTo}
}

// Revision returns a hash of the details: it changes if and only if they do.
func (d Details) Revision() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q", d.Name, d.Website, d.Description, d.ReplyTo)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// SetDetails replaces the details. On failure nothing changes.
//
// Invalid: a detail breaks a rule.
func (o *Organization) SetDetails(d Details) error {
	var check fault.Checker
	name := text.NoLink(&check, "name", text.RequiredLine(&check, "name", d.Name, nameLimit, "Give the organization a name."))
	website := text.Link(&check, "website", text.WithScheme(d.Website))
	description := text.Prose(&check, "description", d.Description, descriptionLimit)
	replyTo := text.Email(&check, "reply_to", d.ReplyTo)
	if err := check.Err(); err != nil {
		return err
	}
	o.Name, o.Website, o.Description, o.ReplyTo = name, website, description, replyTo
	return nil
}
