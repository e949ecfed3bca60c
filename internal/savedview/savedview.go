// Package savedview owns the saved views of a campaign's lists of people: name, filter, sort order and columns, and who may see
// and change them. The parameters of a filter belong to package peoplelist.
package savedview

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// ID identifies a saved view.
type ID string

// View is a saved view.
type View struct {
	ID        ID
	Campaign  campaign.ID
	List      peoplelist.List
	Owner     user.ID // who created it
	OwnerName string
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int
	Settings
}

// Settings are the part of a view that administrators edit.
type Settings struct {
	Name       string
	Shared     bool   // with all administrators of the campaign; otherwise only the owner sees it
	Filter     string // parameters of the list, as peoplelist.CleanFilter returns them
	Sort       string // "" for the list's default order, which is then set
	Descending bool
	Columns    []string // ids of the shown columns, in order; none for the default ones
}

// Limits of saved views.
const (
	Max          = 100 // views of a campaign
	nameLimit    = 100 // characters
	columnsLimit = 100
)

// columnPattern matches the id of a column. Which columns a list can show is up to its page.
var columnPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// New returns a new view of a list of a campaign. The existing views are all others of the campaign.
//
// Invalid: the list does not exist, a setting breaks a rule, or another view in the same scope has the name. Conflict: the
// campaign has Max views.
func New(list peoplelist.List, s Settings, of *campaign.Campaign, items []*action.Item, existing []*View, by *user.User, at time.Time) (*View, error) {
	at = at.UTC().Truncate(time.Millisecond)
	v := &View{ID: ID(id.At(at)), Campaign: of.ID, List: list, Owner: by.ID, OwnerName: by.Name, CreatedAt: at}
	if err := v.set(s, of, items, existing, at); err != nil {
		return nil, err
	}
	if len(existing) >= Max {
		return nil, fault.Conflict("too_many_views", "This campaign has %d saved views, the maximum, including private views of other administrators. Delete a view first.", Max)
	}
	return v, nil
}

// Update replaces the settings. On failure nothing changes. The existing views are those of the campaign.
//
// Invalid: a setting breaks a rule, or another view in the same scope has the name. Forbidden: someone other than the owner
// would make the view private.
func (v *View) Update(s Settings, of *campaign.Campaign, items []*action.Item, existing []*View, by *user.User, at time.Time) error {
	if v.Shared && !s.Shared && v.Owner != by.ID {
		return fault.Forbidden("Only the administrator who created this view can make it private. Create a view of your own.")
	}
	others := slices.DeleteFunc(slices.Clone(existing), func(other *View) bool { return other.ID == v.ID })
	updated := *v
	if err := updated.set(s, of, items, others, at); err != nil {
		return err
	}
	if updated.Revision() != v.Revision() {
		updated.UpdatedAt = at.UTC().Truncate(time.Millisecond)
	}
	*v = updated
	return nil
}

// VisibleTo reports whether a user may see the view. Everyone who may see it may change and delete it.
func (v *View) VisibleTo(u user.ID) bool { return v.Shared || v.Owner == u }

// Revision returns a text that changes with the settings.
func (v *View) Revision() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %t %q %q %t %q", v.Name, v.Shared, v.Filter, v.Sort, v.Descending, v.Columns)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// set validates settings and replaces those of the view.
func (v *View) set(s Settings, of *campaign.Campaign, items []*action.Item, others []*View, at time.Time) error {
	var check fault.Checker
	s.Name = text.RequiredLine(&check, "name", s.Name, nameLimit, "Give the view a name.")
	for _, other := range others {
		sameScope := other.List == v.List && other.Shared == s.Shared && (s.Shared || other.Owner == v.Owner)
		check.Check(!sameScope || !text.Same(other.Name, s.Name), "name", "Another view of this list has this name. Choose another name.")
	}
	if !slices.Contains(peoplelist.Lists, v.List) {
		check.Check(false, "list", "There is no such list. Choose contacts or mobilizers.")
		return check.Err()
	}
	var err error
	s.Filter, err = peoplelist.CleanFilter(v.List, s.Filter, of, items, at)
	check.Add("", err)
	if s.Sort == "" {
		s.Sort = v.List.Orders()[0]
	}
	check.Check(slices.Contains(v.List.Orders(), s.Sort), "sort", "This list has no such sort order. Choose %s.", strings.Join(v.List.Orders(), ", "))
	check.Check(len(s.Columns) <= columnsLimit, "columns", "There are too many columns. Send at most %d.", columnsLimit)
	for i, column := range s.Columns {
		check.Check(columnPattern.MatchString(column), fmt.Sprintf("columns[%d]", i), "This is not the id of a column. Use 1 to 100 letters, digits, hyphens and underscores.")
		check.Check(!slices.Contains(s.Columns[:i], column), fmt.Sprintf("columns[%d]", i), "This column is given more than once. Send each column once.")
	}
	if err := check.Err(); err != nil {
		return err
	}
	v.Settings = s
	return nil
}
