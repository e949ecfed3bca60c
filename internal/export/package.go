package export

import "slices"

// dataPackage is a Data Package of Frictionless Data: the files of a bundle with their columns, and how they join.
type dataPackage struct {
	Profile   string     `json:"$schema"`
	Resources []resource `json:"resources"`
}

type resource struct {
	Name     string       `json:"name"`
	Path     string       `json:"path"`
	Title    string       `json:"title"`
	About    string       `json:"description"`
	Type     string       `json:"type"`
	Format   string       `json:"format"`
	Media    string       `json:"mediatype"`
	Encoding string       `json:"encoding"`
	Schema   *tableSchema `json:"schema"`
}

type foreignKey struct {
	Fields    []string `json:"fields"`
	Reference struct {
		Resource string   `json:"resource"`
		Fields   []string `json:"fields"`
	} `json:"reference"`
}

// joins are the columns by which files refer to others. voters is left out where one column refers to mobilizers in some
// rows and to contacts in others.
var joins = []struct {
	column string
	to     Type
	key    string
	except []Type
}{
	{"rally__user_campaign_membership_id", "mobilizers", "rally__user_campaign_membership_id", nil},
	{"rally__user_id", "mobilizers", "rally__user_id", nil},
	{"Mobilizer ID", "mobilizers", "rally__user_id", nil},
	{"rally__campaign_target_id", "contacts", "rally__campaign_target_id", nil},
	{"rally__contact_id", "contacts", "rally__contact_id", nil},
	{"rally__person_id", "contacts", "rally__person_id", []Type{"mobilizers", "voters"}},
	{"person_id", "contacts", "rally__person_id", nil},
}

// SchemaOf describes, for programs, the columns of what an export with a request holds: a Table Schema, of a bundle a Data
// Package with one for each file.
func SchemaOf(r Request, scope *Scope) ([]byte, error) {
	of, err := contentOf(r)
	if err != nil {
		return nil, err
	}
	return of.schema(scope, r)
}

// CreateTables returns the statements that make the PostgreSQL 15 tables for what an export with a request holds.
func CreateTables(r Request, scope *Scope) string {
	if r.Type != Bundle {
		table, _ := TableOf(r.Type)
		return CreateTable(table, scope, r.Profile)
	}
	var all string
	for _, t := range r.Types.tables() {
		all += CreateTable(t, scope, r.of(t).Profile) + "\n"
	}
	return all
}

func (b bundle) schema(scope *Scope, r Request) ([]byte, error) {
	p := dataPackage{Profile: "https://datapackage.org/profiles/2.0/datapackage.json", Resources: []resource{}}
	for _, t := range b.tables {
		info := t.Info()
		schema := schemaOf(t, scope, r.of(t).Profile)
		schema.ForeignKeys = b.foreignKeys(t, schema)
		p.Resources = append(p.Resources, resource{
			Name: string(info.Type), Path: string(info.Type) + ".csv", Title: info.Title, About: info.Rows, Type: "table", Format: "csv",
			Media: "text/csv", Encoding: "utf-8", Schema: schema,
		})
	}
	return encodeSchema(Bundle, p)
}

// foreignKeys are the joins of a table to others in the bundle.
func (b bundle) foreignKeys(t Table, schema *tableSchema) []foreignKey {
	var keys []foreignKey
	for _, j := range joins {
		to := slices.ContainsFunc(b.tables, func(t Table) bool { return t.Name() == j.to })
		there := slices.ContainsFunc(schema.Fields, func(f schemaField) bool { return f.Name == j.column })
		if !to || !there || t.Name() == j.to || slices.Contains(j.except, t.Name()) {
			continue
		}
		key := foreignKey{Fields: []string{j.column}}
		key.Reference.Resource, key.Reference.Fields = string(j.to), []string{j.key}
		keys = append(keys, key)
	}
	return keys
}
