package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/voter/votertest"
)

// voterFile is a synthetic list of registered voters of one state, in the documented layout.
type voterFile struct {
	state     string
	canonical bool // whether the file has canonical ids; otherwise they are state code and state file id
	rows      []*voterRow
	broken    int // rows that the import rejects
}

type voterRow struct {
	canonicalID, stateFileID      string
	first, last                   string // in mixed case; the file has capitals
	city, state, zip              string
	fileFirst, fileLast, fileCity string
	// Empty for voters whom somebody in the demo knows.
	fileMiddle, fileSuffix, birthYear, street string
}

// fillers returns the number of voters whom nobody in the demo knows, for a number of contacts: 20,000 in the usual demo.
func fillers(contacts int) int { return contacts * 10 }

// addFillers adds households of voters to the file, in the demo's places, so that searches must choose among many.
func (f *voterFile) addFillers(seed uint64, voters int) {
	var towns []place
	for _, p := range places {
		if p.state == f.state {
			towns = append(towns, p)
		}
	}
	world := votertest.New(votertest.NC, seed, voters)
	for i, e := range world.Voters {
		town := towns[world.People[i].Zip%len(towns)]
		v := &voterRow{
			stateFileID: "W" + votertest.StateFileID(i), fileFirst: e.First, fileMiddle: e.Middle, fileLast: e.Last, fileSuffix: e.Suffix,
			fileCity: strings.ToUpper(town.city), state: f.state, zip: town.zip, street: e.Street,
		}
		if e.BirthYear > 0 {
			v.birthYear = strconv.Itoa(e.BirthYear)
		}
		f.add(v)
	}
}

// withoutFillers returns the file with the voters whom somebody in the demo knows, which an organization without an active
// campaign imports: the others would only take time.
func (f *voterFile) withoutFillers() *voterFile {
	known := *f
	known.rows = slices.DeleteFunc(slices.Clone(f.rows), func(v *voterRow) bool { return v.first == "" })
	return &known
}

// voterFiles generates the voters of two states. Some voters of the second state have state file ids of the first.
func (d *generator) voterFiles(contacts int) []*voterFile {
	first := &voterFile{state: "MA", canonical: true, broken: 1}
	second := &voterFile{state: "NH"}
	for n := range max(contacts*3/5, 60) {
		first.add(d.voter(first.state, stateFileID(n)))
	}
	for n := range max(contacts/6, 30) {
		second.add(d.voter(second.state, stateFileID(n*3)))
	}
	return []*voterFile{first, second}
}

// add appends a voter and sets its canonical id.
func (f *voterFile) add(v *voterRow) {
	v.canonicalID = f.state + v.stateFileID
	if f.canonical {
		v.canonicalID = f.state + "-" + v.stateFileID
	}
	f.rows = append(f.rows, v)
}

// voterOf adds a voter with the mobilizer's name and place to the file of the state. If the mobilizer gave no place, the voter's
// is random.
func (d *generator) voterOf(m *mobilizerPlan) *voterRow {
	at := m.place
	if at.state == "" {
		at = pickFrom(d, places)
	}
	v := &voterRow{stateFileID: fmt.Sprintf("M%d", 500+len(d.files[0].rows)+len(d.files[1].rows)), first: m.first, last: m.last, city: at.city, state: at.state, zip: at.zip}
	v.fileFirst, v.fileLast, v.fileCity = strings.ToUpper(v.first), strings.ToUpper(v.last), strings.ToUpper(v.city)
	for _, f := range d.files {
		if f.state == v.state {
			f.add(v)
		}
	}
	return v
}

// stateFileID returns the nth id. Some have leading zeros, some 17 digits, which spreadsheets change.
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

func (d *generator) voter(state, id string) *voterRow {
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

// csv returns the file.
func (f *voterFile) csv() string {
	var text strings.Builder
	w := csv.NewWriter(&text)
	header := []string{"state_file_id", "first_name", "middle_name", "last_name", "suffix", "street", "city", "state", "zip", "birth_year", "party"}
	if f.canonical {
		header = append(header, "canonical_voter_id")
	}
	rows := [][]string{header}
	for _, v := range f.rows {
		row := []string{v.stateFileID, v.fileFirst, v.fileMiddle, v.fileLast, v.fileSuffix, v.street, v.fileCity, v.state, v.zip, v.birthYear, "U"}
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
			panic(err) // unreachable: writing to a strings.Builder does not fail
		}
	}
	w.Flush()
	return text.String()
}
