package contact

import (
	"errors"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// Limits of the texts about a contact, in characters.
const (
	NameLimit     = 100 // each name, and the city
	NoteLimit     = 2500
	TextLimit     = 2500 // an answer to a free response question
	VotePlanLimit = 1000
)

// Clean validates the details and returns them as they are stored: names and places trimmed, blank fields unset, the
// state in capitals.
//
// Invalid: a field breaks its format or limit, or there is neither a first nor a last name.
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

// Clean validates phone and email and returns them as they are stored: the phone in E.164.
//
// Invalid: a field breaks its format.
func (p PrivateDetails) Clean() (PrivateDetails, error) {
	var check fault.Checker
	clean := PrivateDetails{Phone: text.Phone(&check, "phone", p.Phone), Email: text.Email(&check, "email", p.Email)}
	return clean, check.Err()
}

// Clean validates both and returns them as they are stored.
//
// Invalid: a field breaks its format or limit, or no name is given; one error names every such field.
func Clean(d Details, p PrivateDetails) (Details, PrivateDetails, error) {
	var check fault.Checker
	details, err := d.Clean()
	check.Add("", err)
	private, err := p.Clean()
	check.Add("", err)
	return details, private, check.Err()
}

// CleanNew is Clean for a person to add: an optional value that is not valid is left out, and its error returned as a warning.
// found has the invalid fields that the caller has found; nil for none. A preferred name alone becomes the first name.
//
// Invalid: the first or the last name breaks its format or limit, or no name is given; one error names every invalid field.
func CleanNew(d Details, p PrivateDetails, found error) (Details, PrivateDetails, []fault.Field, error) {
	if text.Blank(d.FirstName) && text.Blank(d.LastName) {
		d.FirstName, d.PreferredName = d.PreferredName, ""
	}
	var check fault.Checker
	_, _, err := Clean(d, p)
	check.Add("", err)
	check.Add("", found)
	invalid, ok := errors.AsType[*fault.Error](check.Err())
	if !ok {
		details, private, err := Clean(d, p)
		return details, private, nil, err
	}
	optional := map[string]*string{
		"preferred_name": &d.PreferredName, "city": &d.City, "state": &d.State, "zip": &d.Zip, "phone": &p.Phone, "email": &p.Email,
	}
	for _, f := range invalid.Fields {
		value, ok := optional[f.Name]
		if !ok {
			return d, p, nil, invalid
		}
		*value = ""
	}
	details, private, err := Clean(d, p)
	return details, private, invalid.Fields, err
}

// Patch is a partial update of a contact. A nil field keeps its value; a blank one is unset.
type Patch struct {
	FirstName     *string
	LastName      *string
	PreferredName *string
	City          *string
	State         *string
	Zip           *string
	Phone         *string
	Email         *string
	ConfirmPlace  bool // a state that the zip code contradicts
}

// applyToDetails returns d with the patch applied.
func (p Patch) applyToDetails(d Details) Details {
	set(&d.FirstName, p.FirstName)
	set(&d.LastName, p.LastName)
	set(&d.PreferredName, p.PreferredName)
	set(&d.City, p.City)
	set(&d.State, p.State)
	set(&d.Zip, p.Zip)
	return d
}

// applyToPrivate returns private with the patch applied.
func (p Patch) applyToPrivate(private PrivateDetails) PrivateDetails {
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
// of the entry do not change. An update without an effect still sets LastActivityAt.
//
// Invalid: a field breaks its format or limit, no name would remain, or state and zip code change to values that contradict each
// other and are not confirmed.
func (c *Contact) Update(e *Entry, p Patch, at campaign.Moment) (bool, error) {
	details, private, err := Clean(p.applyToDetails(c.Details), p.applyToPrivate(e.Private))
	if err != nil {
		return false, err
	}
	// The entry may have other details than the contact, from another campaign. They were validated when they were
	// stored, so here only the rule that one name is required can fail.
	known, err := p.applyToDetails(e.Details).Clean()
	if err != nil {
		return false, err
	}
	if moved := details.State != c.Details.State || details.Zip != c.Details.Zip; moved && !p.ConfirmPlace {
		if err := text.CheckPlace(details.State, details.Zip); err != nil {
			return false, err
		}
	}
	c.Details = details
	c.touch(at)
	if e.Details == known && e.Private == private {
		return false, nil
	}
	e.Details, e.Private = known, private
	return true, nil
}

// touch sets LastActivityAt unless it is later already.
func (c *Contact) touch(at campaign.Moment) {
	if at.At.After(c.LastActivityAt) {
		c.LastActivityAt = at.At
	}
}
