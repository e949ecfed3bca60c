package campaign

import (
	"regexp"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
)

// Limits of what is said about a campaign, in characters.
const (
	nameLimit        = 200
	descriptionLimit = 10_000
)

// Details are what administrators say about a campaign, apart from its Key Question.
type Details struct {
	Name        string
	Description string // Markdown
	Slug        string
	TimeZone    string // blank for UTC
}

// New returns a draft with the default responses and no question yet.
//
// Invalid: the details break a rule.
func New(o organization.ID, d Details, at time.Time) (*Campaign, error) {
	at = at.UTC().Truncate(time.Millisecond)
	c := &Campaign{ID: ID(id.At(at)), Organization: o, Status: Draft, CreatedAt: at}
	if err := c.SetDetails(d); err != nil {
		return nil, err
	}
	c.Question = defaultQuestion(at)
	return c, nil
}

// Details returns what is said about the campaign now.
func (c *Campaign) Details() Details {
	return Details{Name: c.Name, Description: c.Description, Slug: c.Slug, TimeZone: c.TimeZone}
}

// SetDetails replaces the details. On failure nothing changes. Whether another campaign has the slug, storage knows.
//
// Invalid: a detail breaks a rule. Conflict: the time zone of a campaign that is or was active, or the slug of a closed
// one, can't change.
func (c *Campaign) SetDetails(d Details) error {
	checked, err := d.checked()
	if err != nil {
		return err
	}
	if c.Status == Closed && checked.Slug != c.Slug {
		return refused("campaign_closed", "slug", "This campaign is closed: its landing page stays where it is.")
	}
	if c.Status != Draft && checked.TimeZone != c.TimeZone {
		return refused("time_zone_fixed", "time_zone",
			"Days have been counted in this time zone since the campaign was published, so it stays.")
	}
	c.Name, c.Description, c.Slug, c.TimeZone = checked.Name, checked.Description, checked.Slug, checked.TimeZone
	return nil
}

// refused is a conflict that one field is to blame for.
func refused(code, field, message string) *fault.Error {
	return &fault.Error{Kind: fault.KindConflict, Code: code, Message: message, Fields: []fault.Field{{Name: field, Message: message}}}
}

// SlugTaken is what to answer when another campaign has the slug.
func SlugTaken() *fault.Error {
	return refused("slug_taken", "slug", "Another campaign has this landing page address. Choose another one.")
}

func (d Details) checked() (Details, error) {
	var check fault.Checker
	d.Name = text.RequiredLine(&check, "name", d.Name, nameLimit, "Give the campaign a name.")
	d.Description = text.Prose(&check, "description", d.Description, descriptionLimit)
	d.Slug = strings.TrimSpace(d.Slug)
	check.Check(ValidSlug(d.Slug), "slug",
		"Use 3 to 60 small letters, digits and single hyphens between them, such as neighbors-2026.")
	d.TimeZone = strings.TrimSpace(d.TimeZone)
	if d.TimeZone == "" {
		d.TimeZone = "UTC"
	}
	_, ok := zone(d.TimeZone)
	check.Check(ok, "time_zone", "Use the name of a time zone such as America/New_York or UTC.")
	return d, check.Err()
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ValidSlug reports whether a landing page can stand under slug, so that it can become a key.
func ValidSlug(slug string) bool {
	return len(slug) >= 3 && len(slug) <= 60 && slugForm.MatchString(slug)
}
