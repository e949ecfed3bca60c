package export

import (
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
)

// Type names what is exported: a dataset, or Bundle.
type Type string

// Compression is how a file is compressed.
type Compression string

// The compressions.
const (
	Plain Compression = ""     // not compressed
	Gzip  Compression = "gzip" // one gzip file
)

// Request says what to export. Requests can be compared.
type Request struct {
	Type        Type
	Dialect     csv.Dialect
	Profile     dataset.Profile
	Item        action.ID // for datasets of one action item
	Compression Compression
	Types       Types        // of a bundle
	Filter      string       // of the list of the type's people, as peoplelist.CleanFilter returns it; "" for all
	View        savedview.ID // that the filter is from; a schedule's request has the view alone
}

// List returns the list of people whose filters a type takes, "" for a type that takes none.
func (t Type) List() peoplelist.List {
	switch dataset.Name(t) {
	case dataset.Contacts.Name:
		return peoplelist.Contacts
	case dataset.Mobilizers.Name:
		return peoplelist.Mobilizers
	default:
		return ""
	}
}

// CheckView returns nil if the request's type can be exported with the filter of a view.
//
// Invalid: the view is of another list, or the type takes no filter.
func (r Request) CheckView(v *savedview.View) error {
	var c fault.Checker
	if r.Type.List() != "" && r.Type.List() != v.List {
		c.Check(v.List != peoplelist.Contacts, "view_id", "This view is of the contacts. Choose a view of the mobilizers.")
		c.Check(v.List != peoplelist.Mobilizers, "view_id", "This view is of the mobilizers. Choose a view of the contacts.")
	}
	return c.Err()
}

// unresolved returns the request without the filter that it takes from a view.
func (r Request) unresolved() Request {
	if r.View != "" {
		r.Filter = ""
	}
	return r
}

// Same reports whether two requests export the same. Those of the same view do, also if its filter has changed.
func (r Request) Same(other Request) bool { return r.unresolved() == other.unresolved() }

// SetFilter sets which rows of a campaign the export of the request has, at the instant of the request.
//
// Invalid: the filter refers to something in another way than the campaign has it now.
func (e *Export) SetFilter(scope *dataset.Scope) error {
	if e.Request.Filter == "" {
		return nil
	}
	switch e.Request.Type.List() {
	case peoplelist.Contacts:
		f, err := peoplelist.ParseContactFilter(e.Request.Filter, scope.Campaign, scope.Items, e.RequestedAt)
		if err != nil {
			return err
		}
		scope.HasContact = f.Matches
	case peoplelist.Mobilizers:
		f, err := peoplelist.ParseMobilizerFilter(e.Request.Filter, scope.Campaign, e.RequestedAt)
		if err != nil {
			return err
		}
		scope.HasMobilizer = func(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) bool {
			return f.Matches(m, peoplelist.NewCounts(n))
		}
	}
	return nil
}

// Options returns how the request's dataset is written.
func (r Request) Options() dataset.Options {
	return dataset.Options{Dialect: r.Dialect, Profile: r.Profile, Item: r.Item}
}

// New returns a queued export of a campaign. It fills in the defaults of the request: data, standard, and for a bundle all
// types that need no action item.
//
// Invalid: a field of the request is unknown or does not apply to the type, or a dataset of one action item is requested
// without one of the items.
func New(r Request, of *campaign.Campaign, items []*action.Item, by *user.User, at time.Time) (*Export, error) {
	if r.Dialect == "" {
		r.Dialect = csv.Data
	}
	if r.Profile == "" {
		r.Profile = dataset.Standard
	}
	if r.Type == Bundle && r.Types == "" {
		r.Types, _ = NewTypes(nil)
	}
	var filterErr error
	if r.Type.List() != "" {
		r.Filter, filterErr = peoplelist.CleanFilter(r.Type.List(), r.Filter, of, items, at)
	}
	if err := r.validate(items, filterErr); err != nil {
		return nil, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	return &Export{
		ID: id.At(at), Organization: of.Organization, Campaign: of.ID, Request: r, State: Queued, RequestedBy: by.ID,
		RequestedByName: by.Name, RequestedAt: at,
	}, nil
}

// SharesByConsent reports whether the file has columns that hold what mobilizers share by consent: their email and phone.
func (r Request) SharesByConsent() bool {
	if r.Type == Bundle {
		return slices.ContainsFunc(r.Types.Datasets(), func(d dataset.Dataset) bool { return d.Info().ByConsent })
	}
	d, known := dataset.Find(dataset.Name(r.Type))
	return known && d.Info().ByConsent
}

// Check reports a type that does not exist to c.
func (t Type) Check(c *fault.Checker) {
	_, known := dataset.Find(dataset.Name(t))
	c.Check(known || t == Bundle, "type", "There is no such export. Choose one of: %s, %s.", datasetNames(), Bundle)
}

func (r Request) validate(items []*action.Item, filterErr error) error {
	d, known := dataset.Find(dataset.Name(r.Type))
	var c fault.Checker
	r.Type.Check(&c)
	c.Check(r.Dialect == csv.Data || r.Dialect == csv.Spreadsheet, "dialect", "Choose data or spreadsheet.")
	c.Check(r.Profile == dataset.Standard || r.Profile == dataset.Extended, "profile", "Choose standard or extended.")
	needsItem := r.Type == Bundle && r.Types.needsItem()
	if known {
		info := d.Info()
		needsItem = info.OfItem
		c.Check(r.Profile != dataset.Extended || len(info.Extended) > 0, "profile", "This export has no extended columns. Choose standard.")
		c.Check(r.Types == "", "types", "Only a bundle has several types. Choose the type bundle.")
	}
	if needsItem {
		exists := slices.ContainsFunc(items, func(i *action.Item) bool { return i.ID == r.Item })
		c.Check(r.Item != "", "action_item_id", "This export needs an action item. Send its id.")
		c.Check(r.Item == "" || exists, "action_item_id", "There is no such action item in this campaign. Choose another one.")
	} else {
		c.Check(r.Item == "", "action_item_id", "This export takes no action item. Leave it out.")
	}
	c.Check(r.Compression == Plain || r.Compression == Gzip, "compression", "Choose none or gzip.")
	c.Check(r.Compression == Plain || r.Type != Bundle, "compression", "A bundle is a zip, which is compressed. Choose none.")
	if r.Type.List() == "" {
		const only = "Only the types contacts and mobilizers take a filter. Leave it out."
		c.Check(r.Filter == "", "filter", only)
		c.Check(r.View == "", "view_id", only)
	}
	c.Add("", filterErr)
	return c.Err()
}

func datasetNames() string {
	var names []string
	for _, d := range dataset.All() {
		names = append(names, string(d.Info().Name))
	}
	return strings.Join(names, ", ")
}
