package plan

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/voter/votertest"
)

// VoterFile is a synthetic list of registered voters of one state, in the documented layout.
type VoterFile struct {
	State     string
	canonical bool // whether the file has canonical ids; otherwise they are state code and state file id
	Rows      []*Voter
	Broken    int // rows that the import rejects
}

// Voter is a row of a voter file.
type Voter struct {
	CanonicalID, stateFileID      string
	first, last                   string // in mixed case; the file has capitals
	city, state, Zip              string
	FileFirst, FileLast, FileCity string
	// Empty for voters whom somebody in the demo knows.
	fileMiddle, fileSuffix, birthYear, street string
}

// fillers returns the number of voters whom nobody in the demo knows, for a number of contacts: 20,000 in the usual demo.
func fillers(contacts int) int { return contacts * 10 }

// addFillers adds households of voters to the file, in the demo's places, so that searches must choose among many.
func (f *VoterFile) addFillers(seed uint64, voters int) {
	var towns []place
	for _, p := range places {
		if p.State == f.State {
			towns = append(towns, p)
		}
	}
	world := votertest.New(votertest.NC, seed, voters)
	for i, e := range world.Voters {
		town := towns[world.People[i].Zip%len(towns)]
		v := &Voter{
			stateFileID: "W" + votertest.StateFileID(i), FileFirst: e.First, fileMiddle: e.Middle, FileLast: e.Last, fileSuffix: e.Suffix,
			FileCity: strings.ToUpper(town.City), state: f.State, Zip: town.Zip, street: e.Street,
		}
		if e.BirthYear > 0 {
			v.birthYear = strconv.Itoa(e.BirthYear)
		}
		f.add(v)
	}
}

// WithoutFillers returns the file with the voters whom somebody in the demo knows, which an organization without an active
// campaign imports: the others would only take time.
func (f *VoterFile) WithoutFillers() *VoterFile {
	known := *f
	known.Rows = slices.DeleteFunc(slices.Clone(f.Rows), func(v *Voter) bool { return v.first == "" })
	return &known
}

// voterFiles generates the voters of two states. Some voters of the second state have state file ids of the first.
func (d *generator) voterFiles(contacts int) []*VoterFile {
	first := &VoterFile{State: "MA", canonical: true, Broken: 1}
	second := &VoterFile{State: "NH"}
	for n := range max(contacts*3/5, 60) {
		first.add(d.voter(first.State, stateFileID(n)))
	}
	for n := range max(contacts/6, 30) {
		second.add(d.voter(second.State, stateFileID(n*3)))
	}
	return []*VoterFile{first, second}
}

// add appends a voter and sets its canonical id.
func (f *VoterFile) add(v *Voter) {
	v.CanonicalID = f.State + v.stateFileID
	if f.canonical {
		v.CanonicalID = f.State + "-" + v.stateFileID
	}
	f.Rows = append(f.Rows, v)
}

// voterOf adds a voter with the mobilizer's name and place to the file of the state. If the mobilizer gave no place, the voter's
// is random.
func (d *generator) voterOf(m *Mobilizer) *Voter {
	at := m.Place
	if at.State == "" {
		at = pickFrom(d, places)
	}
	v := &Voter{stateFileID: fmt.Sprintf("M%d", 500+len(d.files[0].Rows)+len(d.files[1].Rows)), first: m.First, last: m.Last, city: at.City, state: at.State, Zip: at.Zip}
	v.FileFirst, v.FileLast, v.FileCity = strings.ToUpper(v.first), strings.ToUpper(v.last), strings.ToUpper(v.city)
	for _, f := range d.files {
		if f.State == v.state {
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

func (d *generator) voter(state, id string) *Voter {
	at := pickFrom(d, places)
	for at.State != state {
		at = pickFrom(d, places)
	}
	v := &Voter{stateFileID: id, first: pickFrom(d, firstNames), last: pickFrom(d, lastNames), city: at.City, state: state, Zip: at.Zip}
	if d.chance(30) {
		v.Zip += fmt.Sprintf("-%04d", d.IntN(10_000))
	}
	v.FileFirst, v.FileLast, v.FileCity = strings.ToUpper(v.first), strings.ToUpper(v.last), strings.ToUpper(v.city)
	return v
}

// CSV returns the file.
func (f *VoterFile) CSV() string {
	var text strings.Builder
	w := csv.NewWriter(&text)
	header := []string{"state_file_id", "first_name", "middle_name", "last_name", "suffix", "street", "city", "state", "zip", "birth_year", "party"}
	if f.canonical {
		header = append(header, "canonical_voter_id")
	}
	rows := [][]string{header}
	for _, v := range f.Rows {
		row := []string{v.stateFileID, v.FileFirst, v.fileMiddle, v.FileLast, v.fileSuffix, v.street, v.FileCity, v.state, v.Zip, v.birthYear, "U"}
		if f.canonical {
			row = append(row, v.CanonicalID)
		}
		rows = append(rows, row)
	}
	for n := range f.Broken {
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
