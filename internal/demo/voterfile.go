package main

import (
	"encoding/csv"
	"fmt"
	"strings"
)

// voterFile is a made-up list of registered voters of one state, in the documented layout.
type voterFile struct {
	state     string
	canonical bool // whether the file has canonical ids; without, they are state code and state file id
	rows      []*voterRow
	broken    int // rows that can't be imported
}

type voterRow struct {
	canonicalID, stateFileID      string
	first, last                   string // as people write themselves; the file has capitals
	city, state, zip              string
	fileFirst, fileLast, fileCity string
}

// voterFiles draws the voters of two states. Some voters of the second have the state file ids of voters of the first.
func (d *drawing) voterFiles(contacts int) []*voterFile {
	first := &voterFile{state: "MA", canonical: true, broken: 1}
	second := &voterFile{state: "NH"}
	for n := range max(contacts*3/5, 60) {
		row := d.voter(first.state, stateFileID(n))
		row.canonicalID = "MA-" + row.stateFileID
		first.rows = append(first.rows, row)
	}
	for n := range max(contacts/6, 30) {
		row := d.voter(second.state, stateFileID(n*3))
		row.canonicalID = "NH" + row.stateFileID
		second.rows = append(second.rows, row)
	}
	return []*voterFile{first, second}
}

// stateFileID returns ids of all the kinds that get spoiled: with leading zeros, with 17 digits, and plain ones.
func stateFileID(n int) string {
	switch n % 3 {
	case 0:
		return fmt.Sprintf("%09d", 4200+n*7)
	case 1:
		return fmt.Sprintf("9007199254%07d", 740993+n)
	default:
		return fmt.Sprintf("V%d", 10_000+n)
	}
}

func (d *drawing) voter(state, id string) *voterRow {
	at := pickFrom(d, places)
	for at.state != state {
		at = pickFrom(d, places)
	}
	v := &voterRow{stateFileID: id, first: pickFrom(d, firstNames), last: pickFrom(d, lastNames), city: at.city, state: state, zip: at.zip}
	if d.chance(30) {
		v.zip += fmt.Sprintf("-%04d", d.IntN(10_000))
	}
	v.fileFirst, v.fileLast, v.fileCity = strings.ToUpper(v.first), strings.ToUpper(v.last), strings.ToUpper(v.city)
	return v
}

// csv returns the file as an election office would send it.
func (f *voterFile) csv() string {
	var text strings.Builder
	w := csv.NewWriter(&text)
	header := []string{"state_file_id", "first_name", "last_name", "city", "state", "zip", "party"}
	if f.canonical {
		header = append(header, "canonical_voter_id")
	}
	rows := [][]string{header}
	for _, v := range f.rows {
		row := []string{v.stateFileID, v.fileFirst, v.fileLast, v.fileCity, v.state, v.zip, "U"}
		if f.canonical {
			row = append(row, v.canonicalID)
		}
		rows = append(rows, row)
	}
	for n := range f.broken {
		rows = append(rows, []string{fmt.Sprintf("B%d", n), "TOO", "SHORT"})
	}
	for _, row := range rows {
		if err := w.Write(row); err != nil {
			panic(err) // a strings.Builder takes everything
		}
	}
	w.Flush()
	return text.String()
}
