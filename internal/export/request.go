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
	Types       Types // of a bundle
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
	if err := r.validate(items); err != nil {
		return nil, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	return &Export{
		ID: id.At(at), Organization: of.Organization, Campaign: of.ID, Request: r, State: Queued, RequestedBy: by.ID,
		RequestedByName: by.Name, RequestedAt: at,
	}, nil
}

func (r Request) validate(items []*action.Item) error {
	d, known := dataset.Find(dataset.Name(r.Type))
	var c fault.Checker
	c.Check(known || r.Type == Bundle, "type", "There is no such export. Choose one of: "+datasetNames()+", "+string(Bundle)+".")
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
	return c.Err()
}

func datasetNames() string {
	var names []string
	for _, d := range dataset.All() {
		names = append(names, string(d.Info().Name))
	}
	return strings.Join(names, ", ")
}
