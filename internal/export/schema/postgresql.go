package schema

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/export/dataset"
)

// CreateTable returns the statements that create a PostgreSQL 15 table for the files of a dataset with a profile in the
// data dialect, which COPY … WITH (FORMAT csv, HEADER true) loads into it. Dynamic columns are named by position, because
// PostgreSQL truncates names to 63 bytes; their comments have the full heading.
func CreateTable(d dataset.Dataset, scope *dataset.Scope, p dataset.Profile) string {
	info, columns := d.Info(), d.ColumnsFor(scope, p)
	table := quoteName(string(info.Name))
	static := len(info.Columns)
	var lines, comments []string
	for i, c := range columns {
		name, description := quoteName(c.Name), describe(c)
		if info.Dynamic != nil && i >= static && i < len(columns)-extendedColumns(info, p) {
			heading, _, _ := strings.Cut(info.Dynamic.Name, ":")
			name, description = quoteName(heading+" "+strconv.Itoa(i-static+1)), c.Name+". "+description
		}
		line := "    " + name + " " + columnTypes[c.Kind].postgresql
		if c.Empty == dataset.NeverEmpty {
			line += " NOT NULL"
		}
		lines = append(lines, line)
		comments = append(comments, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s;\n", table, name, quoteText(description)))
	}
	if len(info.Key) > 0 {
		key := make([]string, len(info.Key))
		for i, name := range info.Key {
			key[i] = quoteName(name)
		}
		constraint := "PRIMARY KEY"
		if !neverEmpty(columns, info.Key) {
			constraint = "UNIQUE NULLS NOT DISTINCT"
		}
		lines = append(lines, "    "+constraint+" ("+strings.Join(key, ", ")+")")
	}
	return fmt.Sprintf("CREATE TABLE %s (\n%s\n);\n%s", table, strings.Join(lines, ",\n"), strings.Join(comments, ""))
}

func extendedColumns(info dataset.Info, p dataset.Profile) int {
	if p == dataset.Extended {
		return len(info.Extended)
	}
	return 0
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
