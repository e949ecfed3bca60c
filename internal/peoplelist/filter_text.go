package peoplelist

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
)

// List names a list of people.
type List string

// The lists.
const (
	Contacts   List = "contacts"
	Mobilizers List = "mobilizers"
)

// Lists are all lists.
var Lists = []List{Contacts, Mobilizers}

var (
	contactOrders   = []string{string(ContactsByAdded), string(ContactsByName), string(ContactsByLastActivity), string(ContactsByTouchpoints)}
	mobilizerOrders = []string{
		string(MobilizersByJoined), string(MobilizersByName), string(MobilizersByLastActivity), string(MobilizersByContacts),
		string(MobilizersByMatched), string(MobilizersByWithTouchpoints), string(MobilizersByAnswered),
	}
)

// Orders returns the sort orders of a list, the default one first.
func (l List) Orders() []string {
	if l == Mobilizers {
		return mobilizerOrders
	}
	return contactOrders
}

// A filter is stored as text: the parameters of a list as its URL has them, without those of order and pages, such as
// match_status=CONFIRMED&silent_days=14. The text "" selects every row.

// maxFilter is the length of the longest filter, in bytes.
const maxFilter = 4_000

// CleanFilter returns a filter with its parameters sorted by name.
//
// Invalid: the text is no filter of the list. The fields are filter and, for a parameter, filter with a dot and its name.
func CleanFilter(l List, filter string, c *campaign.Campaign, items []*action.Item, now time.Time) (string, error) {
	values, err := filterValues(filter)
	if err != nil {
		return "", err
	}
	if l == Mobilizers {
		_, err = ParseMobilizerFilter(filter, c, now)
	} else {
		_, err = ParseContactFilter(filter, c, items, now)
	}
	return values.Encode(), err
}

// ParseContactFilter returns the contacts that a filter selects at an instant. It fails as CleanFilter does.
func ParseContactFilter(filter string, c *campaign.Campaign, items []*action.Item, now time.Time) (*ContactFilter, error) {
	values, err := filterValues(filter)
	if err != nil {
		return nil, err
	}
	q, err := ParseContacts(values, c, items, now)
	if err != nil {
		return nil, inFilter(err)
	}
	return &q.Filter, nil
}

// ParseMobilizerFilter returns the mobilizers that a filter selects at an instant. It fails as CleanFilter does.
func ParseMobilizerFilter(filter string, c *campaign.Campaign, now time.Time) (*MobilizerFilter, error) {
	values, err := filterValues(filter)
	if err != nil {
		return nil, err
	}
	q, err := ParseMobilizers(values, c, now)
	if err != nil {
		return nil, inFilter(err)
	}
	return &q.Filter, nil
}

// inFilter returns an invalid error whose fields are parameters of a filter.
func inFilter(err error) error {
	var check fault.Checker
	check.Add("filter.", err)
	return check.Err()
}

// filterValues returns the parameters of a filter.
func filterValues(filter string) (url.Values, error) {
	values, err := url.ParseQuery(strings.TrimPrefix(filter, "?"))
	var check fault.Checker
	check.Check(err == nil, "filter", "This is no filter. Send parameters of the list as its URL has them, such as match_status=CONFIRMED&has_notes=true.")
	check.Check(len(filter) <= maxFilter, "filter", "This filter is too long. Send at most 4000 characters.")
	for name, given := range values {
		text := name + strings.Join(given, "")
		check.Check(utf8.ValidString(text) && !strings.ContainsRune(text, 0), "filter", "This filter has bytes that are no text. Send UTF-8.")
	}
	for _, name := range []string{"sort", "order", "page", "limit", "texts"} {
		_, given := values[name]
		check.Check(!given, "filter."+name, "A filter has no such parameter. Leave it out.")
	}
	return values, check.Err()
}
