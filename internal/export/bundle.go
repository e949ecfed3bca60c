package export

import (
	"slices"
	"strings"

	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
)

// Bundle is the type of an export that holds several datasets: one zip with a file for each, in which every id joins.
const Bundle Type = "bundle"

// Types lists the datasets of a bundle in reading order, separated by commas. It is a string so that requests can be
// compared.
type Types string

// readingOrder is the order in which the datasets of a bundle are read: referenced datasets first. So a row's parents that
// existed before the cutoff, and still exist, were included when their own dataset was read.
var readingOrder = []dataset.Dataset{
	&dataset.Analytics, &dataset.Mobilizers, &dataset.LegacyMobilizers, &dataset.ManagementNotes, &dataset.Invitations,
	&dataset.Contacts, &dataset.LegacyContacts, &dataset.Voters, &dataset.Notes, &dataset.KeyQuestionAnswers,
	&dataset.ActionItemResponses, &dataset.SpecificActionItemResponses, &dataset.LegacyContactActionResponses,
}

// NewTypes returns the types of a bundle, each once, in reading order. When none is wanted it returns all that need no
// action item.
//
// Invalid: a type is not the name of a dataset.
func NewTypes(wanted []Type) (Types, error) {
	var c fault.Checker
	for _, t := range wanted {
		_, known := dataset.Find(dataset.Name(t))
		c.Check(known, "types", "A bundle can't hold “%s”. Choose among: %s.", t, datasetNames())
	}
	var names []string
	for _, d := range readingOrder {
		info := d.Info()
		if len(wanted) == 0 && !info.OfItem || slices.Contains(wanted, Type(info.Name)) {
			names = append(names, string(info.Name))
		}
	}
	return Types(strings.Join(names, ",")), c.Err()
}

// List returns the types in reading order.
func (t Types) List() []Type {
	var all []Type
	for _, d := range t.Datasets() {
		all = append(all, Type(d.Info().Name))
	}
	return all
}

// Datasets returns the datasets in reading order.
func (t Types) Datasets() []dataset.Dataset {
	var all []dataset.Dataset
	for name := range strings.SplitSeq(string(t), ",") {
		if d, ok := dataset.Find(dataset.Name(name)); ok {
			all = append(all, d)
		}
	}
	return all
}

// needsItem reports whether one of the datasets is of one action item.
func (t Types) needsItem() bool {
	return slices.ContainsFunc(t.Datasets(), func(d dataset.Dataset) bool { return d.Info().OfItem })
}

// OptionsFor returns how a bundle writes one of its datasets: with extended columns if they are requested and it has any.
func (r Request) OptionsFor(d dataset.Dataset) dataset.Options {
	info := d.Info()
	o := dataset.Options{Dialect: r.Dialect, Profile: dataset.Standard}
	if r.Profile == dataset.Extended && len(info.Extended) > 0 {
		o.Profile = dataset.Extended
	}
	if info.OfItem {
		o.Item = r.Item
	}
	return o
}
