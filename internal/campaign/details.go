package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
)

// Limits of a campaign's texts, in characters.
const (
	nameLimit        = 200
	descriptionLimit = 10_000
)

// previousSlugLimit is the largest number of earlier slugs that stay reserved for a campaign.
const previousSlugLimit = 20

// Details are the part of a campaign that administrators edit, without its Key Question.
type Details struct {
	Name          string
	Description   string // Markdown
	NameES        string
	DescriptionES string
	Slug          string
	TimeZone      string // blank for UTC
}

// New returns a draft with the default responses and no question text yet.
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

// NewWithQuestion returns a draft with a Key Question, or as New if question is nil.
//
// Invalid: details or question break a rule; the names of the question's fields begin with key_question.
func NewWithQuestion(o organization.ID, d Details, question *KeyQuestionInput, at time.Time) (*Campaign, error) {
	c, err := New(o, d, at)
	if question == nil {
		return c, err
	}
	var check fault.Checker
	check.Add("", err)
	if c == nil {
		c = &Campaign{Status: Draft, Question: defaultQuestion(at)} // so that one error reports the fields of both
	}
	check.Add("key_question.", c.SetInitialKeyQuestion(*question, at))
	return c, check.Err()
}

// Details returns the campaign's present details.
func (c *Campaign) Details() Details {
	return Details{
		Name: c.Name, Description: c.Description, NameES: c.NameES, DescriptionES: c.DescriptionES, Slug: c.Slug, TimeZone: c.TimeZone,
	}
}

// Revision returns a hash of the details: it changes if and only if they do.
func (d Details) Revision() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %q %q", d.Name, d.Description, d.NameES, d.DescriptionES, d.Slug, d.TimeZone)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// SetDetails replaces the details. On failure nothing changes. It does not check whether another campaign has the slug:
// storage does.
//
// Invalid: a detail breaks a rule. Conflict: the slug of a closed campaign, or the time zone of a campaign that is not a
// draft, would change, or the campaign has had too many slugs.
func (c *Campaign) SetDetails(d Details) error {
	clean, err := d.clean()
	if err != nil {
		return err
	}
	if c.Status == Closed && clean.Slug != c.Slug {
		return fault.Conflict("campaign_closed", "This campaign is closed, so the address of its landing page can't change.").AtField("slug")
	}
	if c.Status != Draft && clean.TimeZone != c.TimeZone {
		return fault.Conflict("time_zone_fixed",
			"Days have been counted in this time zone since the campaign was published, so it can't change.").AtField("time_zone")
	}
	previous := c.previousSlugs(clean.Slug)
	if len(previous) > previousSlugLimit {
		return fault.Conflict("too_many_slugs", "The landing page has had %d other addresses, which are reserved for it. Use one of them: %s.",
			previousSlugLimit, strings.Join(c.PreviousSlugs, ", ")).AtField("slug")
	}
	c.Name, c.Description, c.NameES, c.DescriptionES = clean.Name, clean.Description, clean.NameES, clean.DescriptionES
	c.Slug, c.PreviousSlugs, c.TimeZone = clean.Slug, previous, clean.TimeZone
	return nil
}

// previousSlugs returns the campaign's earlier slugs once it has the next one.
func (c *Campaign) previousSlugs(next string) []string {
	if c.Slug == "" || c.Slug == next {
		return c.PreviousSlugs
	}
	previous := slices.DeleteFunc(slices.Clone(c.PreviousSlugs), func(slug string) bool { return slug == next })
	return append(previous, c.Slug)
}

// HasReserved reports whether a slug is the campaign's present or an earlier one.
func (c *Campaign) HasReserved(slug string) bool {
	return slug == c.Slug || slices.Contains(c.PreviousSlugs, slug)
}

// SlugTaken returns the conflict for a slug that another campaign has.
func SlugTaken() *fault.Error {
	return fault.Conflict("slug_taken", "Another campaign has this landing page address. Choose another one.").AtField("slug")
}

// clean validates the details and returns them as they are stored.
func (d Details) clean() (Details, error) {
	var check fault.Checker
	d.Name = text.NoLink(&check, "name", text.RequiredLine(&check, "name", d.Name, nameLimit, "Give the campaign a name."))
	d.Description = text.Prose(&check, "description", d.Description, descriptionLimit)
	d.NameES = text.NoLink(&check, "name_es", text.Line(&check, "name_es", d.NameES, nameLimit))
	d.DescriptionES = text.Prose(&check, "description_es", d.DescriptionES, descriptionLimit)
	d.Slug = strings.TrimSpace(d.Slug)
	check.Check(ValidSlug(d.Slug), "slug",
		"Use 3 to 60 lower-case letters, digits and single hyphens between them, such as neighbors-2026.")
	d.TimeZone = strings.TrimSpace(d.TimeZone)
	if d.TimeZone == "" {
		d.TimeZone = "UTC"
	}
	_, ok := zone(d.TimeZone)
	check.Check(ok, "time_zone", "Use the name of a time zone such as America/New_York or UTC.")
	return d, check.Err()
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ValidSlug reports whether slug has the format of a landing page's slug. Only such strings may become keys.
func ValidSlug(slug string) bool {
	return len(slug) >= 3 && len(slug) <= 60 && slugForm.MatchString(slug)
}
