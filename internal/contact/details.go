package contact

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// Limits of what is written about a contact, in characters.
const (
	NameLimit     = 100 // each name, and the city
	NoteLimit     = 2500
	TextLimit     = 2500 // an answer to a free response question
	VotePlanLimit = 1000
)

// Clean returns the details as they are kept: names and places trimmed, blanks unset, the state in capitals.
//
// Invalid: a field breaks its form or limit, or there is neither a first nor a last name.
func (d Details) Clean() (Details, error) {
	var check fault.Checker
	clean := Details{
		FirstName:     text.Line(&check, "first_name", d.FirstName, NameLimit),
		LastName:      text.Line(&check, "last_name", d.LastName, NameLimit),
		PreferredName: text.Line(&check, "preferred_name", d.PreferredName, NameLimit),
		City:          text.Line(&check, "city", d.City, NameLimit),
		State:         text.State(&check, "state", d.State),
		Zip:           text.Zip(&check, "zip", d.Zip),
	}
	check.Check(!text.Blank(d.FirstName) || !text.Blank(d.LastName), "first_name", "Give a first or a last name.")
	return clean, check.Err()
}

// Clean returns phone and e-mail as they are kept: the phone in E.164. Invalid: one of them can't be one.
func (p PrivateDetails) Clean() (PrivateDetails, error) {
	var check fault.Checker
	clean := PrivateDetails{Phone: text.Phone(&check, "phone", p.Phone), Email: text.Email(&check, "email", p.Email)}
	return clean, check.Err()
}

// Clean returns details and private data as they are kept, or one invalid error that names all that is wrong.
func Clean(d Details, p PrivateDetails) (Details, PrivateDetails, error) {
	var check fault.Checker
	details, err := d.Clean()
	check.Add("", err)
	private, err := p.Clean()
	check.Add("", err)
	return details, private, check.Err()
}

// Patch says which details to change. A nil field stays as it is; a blank one becomes unset.
type Patch struct {
	FirstName     *string
	LastName      *string
	PreferredName *string
	City          *string
	State         *string
	Zip           *string
	Phone         *string
	Email         *string
}

// onDetails returns d with the patch applied.
func (p Patch) onDetails(d Details) Details {
	set(&d.FirstName, p.FirstName)
	set(&d.LastName, p.LastName)
	set(&d.PreferredName, p.PreferredName)
	set(&d.City, p.City)
	set(&d.State, p.State)
	set(&d.Zip, p.Zip)
	return d
}

func (p Patch) onPrivate(private PrivateDetails) PrivateDetails {
	set(&private.Phone, p.Phone)
	set(&private.Email, p.Email)
	return private
}

func set(field *string, to *string) {
	if to != nil {
		*field = *to
	}
}

// Update changes the contact and its address-book entry, and reports whether the entry changed. Other campaigns' contacts
// of the entry stay as they are. An edit that changes nothing moves the activity.
//
// Invalid: a field breaks its form or limit, or no name would be left.
func (c *Contact) Update(e *Entry, p Patch, at campaign.Moment) (bool, error) {
	details, private, err := Clean(p.onDetails(c.Details), p.onPrivate(e.Private))
	if err != nil {
		return false, err
	}
	// What was given was checked with the contact's other details. The entry may have others, from another campaign;
	// they were checked when they were given, so that only the names can fail together.
	known, err := p.onDetails(e.Details).Clean()
	if err != nil {
		return false, err
	}
	c.Details = details
	c.touch(at)
	if e.Details == known && e.Private == private {
		return false, nil
	}
	e.Details, e.Private = known, private
	return true, nil
}

// touch moves the contact's latest activity, never back.
func (c *Contact) touch(at campaign.Moment) {
	if at.At.After(c.LastActivityAt) {
		c.LastActivityAt = at.At
	}
}
