package schema

import (
	"slices"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
)

// DataPackage is a Frictionless Data Package: the files of a bundle with their columns and foreign keys.
type DataPackage struct {
	Profile   string     `json:"$schema"`
	Resources []Resource `json:"resources"`
}

// Resource is one file of a DataPackage.
type Resource struct {
	Name        string       `json:"name"`
	Path        string       `json:"path"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Type        string       `json:"type"`
	Format      string       `json:"format"`
	MediaType   string       `json:"mediatype"`
	Encoding    string       `json:"encoding"`
	Schema      *TableSchema `json:"schema"`
}

// ForeignKey says that a column refers to a column of another file.
type ForeignKey struct {
	Fields    []string `json:"fields"`
	Reference struct {
		Resource string   `json:"resource"`
		Fields   []string `json:"fields"`
	} `json:"reference"`
}

// references are the columns that refer to other datasets. A dataset is excepted where the column refers to mobilizers in
// some rows and to contacts in others.
var references = []struct {
	column  string
	dataset dataset.Name
	key     string
	except  []dataset.Name
}{
	{"rally__user_campaign_membership_id", "mobilizers", "rally__user_campaign_membership_id", nil},
	{"rally__user_id", "mobilizers", "rally__user_id", nil},
	{"Mobilizer ID", "mobilizers", "rally__user_id", nil},
	{"rally__campaign_target_id", "contacts", "rally__campaign_target_id", nil},
	{"rally__contact_id", "contacts", "rally__contact_id", nil},
	{"rally__person_id", "contacts", "rally__person_id", []dataset.Name{"mobilizers", "voters"}},
	{"person_id", "contacts", "rally__person_id", nil},
}

func newDataPackage(r export.Request, scope *dataset.Scope) *DataPackage {
	p := &DataPackage{Profile: "https://datapackage.org/profiles/2.0/datapackage.json", Resources: []Resource{}}
	all := r.Types.Datasets()
	for _, d := range all {
		info := d.Info()
		schema := NewTableSchema(d, scope, r.OptionsFor(d).Profile)
		schema.ForeignKeys = foreignKeys(info.Name, schema, all)
		p.Resources = append(p.Resources, Resource{
			Name: string(info.Name), Path: string(info.Name) + ".csv", Title: info.Title, Description: info.Rows, Type: "table",
			Format: "csv", MediaType: "text/csv", Encoding: "utf-8", Schema: schema,
		})
	}
	return p
}

// foreignKeys returns the references of a dataset to others in the bundle.
func foreignKeys(name dataset.Name, schema *TableSchema, bundled []dataset.Dataset) []ForeignKey {
	var keys []ForeignKey
	for _, ref := range references {
		isBundled := slices.ContainsFunc(bundled, func(d dataset.Dataset) bool { return d.Info().Name == ref.dataset })
		hasColumn := slices.ContainsFunc(schema.Fields, func(f Field) bool { return f.Name == ref.column })
		if !isBundled || !hasColumn || name == ref.dataset || slices.Contains(ref.except, name) {
			continue
		}
		key := ForeignKey{Fields: []string{ref.column}}
		key.Reference.Resource, key.Reference.Fields = string(ref.dataset), []string{ref.key}
		keys = append(keys, key)
	}
	return keys
}
