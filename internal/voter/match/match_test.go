package match

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSurnames_ParticlesAndDoubleNames_AreJoinedAndSplit(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"de la Cruz": "DELACRUZ", "GARCIA-LOPEZ": "GARCIALOPEZ GARCIA LOPEZ", "O'Brien": "OBRIEN", "Muñoz": "MUNOZ",
		"Smith Jr.": "SMITH", "VAN DYKE": "VANDYKE", "": "", "JR": "JR", "Peña Nieto III": "PENANIETO PENA NIETO",
	} {
		if got := strings.Join(Surnames(name), " "); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestSoundex_KnownCodes_Agree(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"ROBERT": "R163", "RUPERT": "R163", "ASHCRAFT": "A261", "TYMCZAK": "T522", "PFISTER": "P236", "LEE": "L000",
	} {
		if got := soundex(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

// smallPlaces are three zip codes in two cities.
func smallPlaces() *Places {
	return NewPlaces([]ZipCount{{"27601", "RALEIGH", 60_000}, {"27602", "RALEIGH", 30_000}, {"28001", "ALBEMARLE", 10_000}})
}

func entry(id, first, last, zip string, year int) Entry {
	return Entry{CanonicalID: id, First: first, Last: last, Zip: zip, BirthYear: year, Street: "12 MAIN ST"}
}

func rank(in Input, entries ...Entry) []Candidate { return NewQuery(in).Rank(smallPlaces(), entries) }

func TestRank_TwoOfOneName_ShareTheProbability(t *testing.T) {
	t.Parallel()
	in := Input{First: "Horatio", Last: "Quimby", City: "Raleigh"}
	one := rank(in, entry("1", "HORATIO", "QUIMBY", "27601", 1980))
	if len(one) != 1 || BandOf(one[0].P) != Strong {
		t.Fatalf("one voter of a rare name: %+v", one)
	}
	two := rank(in, entry("1", "HORATIO", "QUIMBY", "27601", 1980), entry("2", "HORATIO", "QUIMBY", "27602", 1950))
	if len(two) != 2 || two[0].P >= .6 || two[1].P < .3 {
		t.Errorf("two voters of a rare name: %+v", two)
	}
	in.BirthYear = 1981
	if aged := rank(in, two[0].Entry, two[1].Entry); aged[0].CanonicalID != "1" || BandOf(aged[0].P) != Strong {
		t.Errorf("with a birth year: %+v", aged)
	}
}

func TestRank_AnotherFirstName_IsNeverStrong(t *testing.T) {
	t.Parallel()
	got := rank(Input{First: "Wilma", Last: "Quimby", Zip: "27601"}, entry("1", "HORATIO", "QUIMBY", "27601", 1980))
	if len(got) == 0 || BandOf(got[0].P) == Strong {
		t.Errorf("a relative: %+v", got)
	}
}

func TestRank_TinyFile_IsNotStrongOfAnotherPerson(t *testing.T) {
	t.Parallel()
	places := NewPlaces([]ZipCount{{"27601", "RALEIGH", 3}, {"28001", "ALBEMARLE", 1}})
	rank := func(in Input) []Candidate {
		return NewQuery(in).Rank(places, []Entry{entry("1", "HORATIO", "QUIMBY", "27601", 1980), entry("2", "JOHN", "SMITH", "28001", 1980)})
	}
	for name, in := range map[string]Input{
		"another surname":                 {First: "Horatio", Last: "Thistlewood", Zip: "27601"},
		"another surname of the same age": {First: "Horatio", Last: "Thistlewood", Zip: "27601", BirthYear: 1980},
		"another first name":              {First: "Wilma", Last: "Quimby", Zip: "27601", Street: "12 Main St"},
		"a common name, of a whole state": {First: "John", Last: "Smith"},
		"a common name and an initial":    {First: "John", Last: "S", Zip: "28001"},
	} {
		got := rank(in)
		if len(got) == 0 {
			t.Errorf("%s: no candidate", name)
		} else if BandOf(got[0].P) == Strong {
			t.Errorf("%s: %+v", name, got[0])
		}
	}
	if got := rank(Input{First: "Horatio", Last: "Thistlewood", Zip: "27601", BirthYear: 1981, Street: "12 Main St"}); BandOf(got[0].P) != Strong {
		t.Errorf("another surname, but age and street agree: %+v", got[0])
	}
	if got := rank(Input{First: "Horatio", Last: "Quimby", City: "Raleigh"}); BandOf(got[0].P) != Strong {
		t.Errorf("a rare name: %+v", got[0])
	}
}

func TestRank_MiddleNameTyped_FindsVoter(t *testing.T) {
	t.Parallel()
	voter := entry("1", "HORATIO", "QUIMBY", "27601", 1980)
	voter.Middle = "WILLIAM"
	for _, typed := range []string{"William", "Bill"} {
		got := rank(Input{First: typed, Last: "Quimby", Zip: "27601"}, voter, entry("2", "HORATIO", "QUIMBY", "27601", 1950))
		if len(got) == 0 || got[0].CanonicalID != "1" || got[0].Levels.First != FirstMiddle || got[0].P < likelyP {
			t.Errorf("%s: %+v", typed, got)
		}
	}
}

func TestRank_InitialOfLastName_PrefersIt(t *testing.T) {
	t.Parallel()
	got := rank(Input{First: "Horatio", Last: "Q.", Zip: "27601"}, entry("1", "HORATIO", "ADAMS", "27601", 1980), entry("2", "HORATIO", "QUIMBY", "27601", 1950))
	if len(got) != 2 || got[0].CanonicalID != "2" || got[0].P < 5*got[1].P {
		t.Errorf("%+v", got)
	}
}

func TestRank_FirstNameUsualAmongThoseOfTheSurname_IsLessProbable(t *testing.T) {
	t.Parallel()
	places := NewPlaces([]ZipCount{{"27601", "RALEIGH", 4_000}, {"27612", "CARY", 36_000}})
	rank := func(cousin string) float64 {
		voters := []Entry{entry("1", "HORATIO", "PALLARES", "27601", 1980)}
		for n := range 30 {
			voters = append(voters, entry("c"+strconv.Itoa(n), cousin, "PALLARES", "27612", 1980))
		}
		got := NewQuery(Input{First: "Horatio", Last: "Pallares", Zip: "27601"}).Rank(places, voters)
		if got[0].CanonicalID != "1" {
			t.Fatalf("%+v", got[0])
		}
		return got[0].P
	}
	if usual, unusual := rank("HORATIO"), rank("WILMA"); unusual < strongP || usual >= strongP {
		t.Errorf("%.3f where most are called Horatio, %.3f where nobody else is", usual, unusual)
	}
}

func TestRank_HalfOfTwoSurnames_CompetesWithTheWholeName(t *testing.T) {
	t.Parallel()
	got := rank(Input{First: "Horatio", Last: "Naranjo", Zip: "27601"},
		entry("1", "HORATIO", "NARANJO", "27601", 1980), entry("2", "HORATIO", "NARANJO-RUIZ", "27601", 1950))
	if len(got) != 2 || got[1].CanonicalID != "2" || BandOf(got[0].P) != Likely || got[1].P < possibleP {
		t.Errorf("%+v", got)
	}
	alone := rank(Input{First: "Horatio", Last: "Naranjo", Zip: "27601"}, entry("2", "HORATIO", "NARANJO-RUIZ", "27601", 1950))
	if len(alone) != 1 || BandOf(alone[0].P) != Strong {
		t.Errorf("alone: %+v", alone)
	}
}

func TestRank_NicknameAndPreferredName_AreFound(t *testing.T) {
	t.Parallel()
	for _, in := range []Input{
		{First: "Peggy", Last: "Quimby", City: "raleigh"},
		{First: "Xyz", Preferred: "Peggy", Last: "Quimby", City: "Raliegh"},
		{First: "Lupe", Last: "Quimby", City: "raleigh"},
	} {
		got := rank(in, entry("1", pick(in.First == "Lupe", "GUADALUPE", "MARGARET"), "QUIMBY", "27601", 1980))
		if len(got) != 1 || got[0].Levels.First != FirstNickname || BandOf(got[0].P) != Strong {
			t.Errorf("%+v: %+v", in, got)
		}
	}
}

func TestRank_NamesakesElsewhere_AreRankedByDistanceFromMobilizer(t *testing.T) {
	t.Parallel()
	places := NewPlaces([]ZipCount{{"27602", "RALEIGH", 30_000}, {"27606", "RALEIGH", 60_000}, {"28001", "ALBEMARLE", 900_000}})
	got := NewQuery(Input{First: "Horatio", Last: "Quimby", Near: "27602"}).Rank(places, []Entry{
		entry("1", "HORATIO", "QUIMBY", "28001", 1980), entry("2", "HORATIO", "QUIMBY", "27602", 1980),
	})
	if len(got) != 2 || got[0].CanonicalID != "2" {
		t.Errorf("%+v", got)
	}
}

func TestReasons_CandidateAndQuestions_NameWhatWasCompared(t *testing.T) {
	t.Parallel()
	q := NewQuery(Input{First: "Bill", Last: "Smith", City: "Raleigh"})
	candidates := q.Rank(smallPlaces(), []Entry{entry("1", "WILLIAM", "SMITH", "27601", 1980), entry("2", "WILLIAM", "SMITH", "27602", 1950)})
	want := []Reason{{ReasonNickname, "Bill", "WILLIAM"}, {Code: ReasonSameCity}, {Code: ReasonNamesakes}}
	if diff := cmp.Diff(want, q.Reasons(&candidates[0])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Question{AskAge, AskStreet}, q.Questions(candidates)); diff != "" {
		t.Error(diff)
	}
	if got := candidates[0].Levels.String(); got != "nickname,-,city,-,-" && got != "nickname,same,city,-,-" {
		t.Errorf("levels %q", got)
	}
}

// anyEntry draws entries whose fields collide often.
func anyEntry(t *rapid.T, n int) Entry {
	name := rapid.SampledFrom([]string{"", "ANN", "ANNA", "O'BRIEN", "GARCIA-LOPEZ", "LOPEZ", "de la Cruz", "PEÑA", "X", "tab\tand\nline"})
	return Entry{
		CanonicalID: fmt.Sprintf("NC%04d", n), First: name.Draw(t, "first"), Middle: name.Draw(t, "middle"), Last: name.Draw(t, "last"),
		Zip:       rapid.SampledFrom([]string{"", "27601", "27602", "28001"}).Draw(t, "zip"),
		BirthYear: rapid.SampledFrom([]int{0, 1950, 1980}).Draw(t, "year"), Street: rapid.SampledFrom([]string{"", "12 MAIN ST"}).Draw(t, "street"),
		Inactive: rapid.Bool().Draw(t, "inactive"),
	}
}

func TestPack_AnyEntries_DecodeToEveryBucketOfEach(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var entries []Entry
		want := map[string]int{}
		for n := range rapid.IntRange(0, 40).Draw(t, "count") {
			e := anyEntry(t, n)
			entries = append(entries, e)
			for _, bucket := range e.Buckets() {
				want[fmt.Sprint(bucket, oneLine(fmt.Sprintf("%v", e)))]++
			}
		}
		got := map[string]int{}
		for _, block := range Pack(entries) {
			decoded, err := Decode(block.Data)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range decoded {
				got[fmt.Sprint(block.Bucket, fmt.Sprintf("%v", e))]++
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRank_AnyEntries_ProbabilitiesAddUpToAtMostOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry(t, 0)
		in := Input{
			First: e.First, Preferred: rapid.SampledFrom([]string{"", "ANN"}).Draw(t, "preferred"), Last: e.Last, Zip: e.Zip,
			City: rapid.SampledFrom([]string{"", "Raleigh", "Albemarle", "Nowhere"}).Draw(t, "city"), BirthYear: e.BirthYear, Street: e.Street,
			Near: rapid.SampledFrom([]string{"", "27601", "99999"}).Draw(t, "near"), Phone: rapid.SampledFrom([]string{"", "+19195550123"}).Draw(t, "phone"),
		}
		q := NewQuery(in)
		if plan := q.Plan(smallPlaces()); len(plan) > MaxQueries || len(plan) != len(distinct(plan)) {
			t.Fatalf("plan %v", plan)
		}
		var entries []Entry
		for n := range 30 {
			entries = append(entries, anyEntry(t, n%15))
		}
		candidates, total := q.Rank(smallPlaces(), entries), 0.
		for _, c := range candidates {
			total += c.P
			if c.P < 0 || math.IsNaN(c.P) {
				t.Fatalf("P %v", c.P)
			}
		}
		if total > 1 {
			t.Fatalf("sum of P is %v", total)
		}
		ids := map[string]bool{}
		for _, c := range candidates {
			if ids[c.CanonicalID] {
				t.Fatalf("%s twice", c.CanonicalID)
			}
			ids[c.CanonicalID] = true
		}
		if !slices.IsSortedFunc(candidates, func(a, b Candidate) int { return int(math.Copysign(1, b.P-a.P)) * pick(a.P == b.P, 0, 1) }) {
			t.Fatal("not sorted")
		}
	})
}

func TestRank_InactiveNamesake_RanksLast(t *testing.T) {
	t.Parallel()
	inactive, active := entry("a", "HORATIO", "QUIMBY", "27601", 1970), entry("b", "HORATIO", "QUIMBY", "27601", 1970)
	inactive.Inactive = true
	got := rank(Input{First: "Horatio", Last: "Quimby", City: "Raleigh"}, inactive, active)
	if len(got) != 2 || got[0].CanonicalID != "b" || got[1].P >= got[0].P/2 {
		t.Errorf("%+v", got)
	}
}

func TestPlan_FewBucketsOfTypedPlace_ReadsMobilizersAreaToo(t *testing.T) {
	t.Parallel()
	in := Input{First: "Horatio", Last: "Quimby", City: "Raleigh", Near: "28001"}
	if plan := NewQuery(in).Plan(smallPlaces()); !slices.Contains(plan, bucketC("280", "QUIMBY")) || !slices.Contains(plan, bucketB("276", "HORATIO")) {
		t.Errorf("the plan is %v", plan)
	}
	in = Input{First: "Bertie", Last: "Quimby", City: "Raleigh", Near: "28001"} // short for Albert, Bertha, Robert and others
	plan := NewQuery(in).Plan(smallPlaces())
	if len(plan) != MaxQueries || plan[0].Kind != KindA || plan[1].Kind != KindC || plan[2].Kind != KindB || plan[3].Kind != KindB {
		t.Errorf("the plan of a nickname is %v", plan)
	}
}

func TestDecode_MalformedBlock_Fails(t *testing.T) {
	t.Parallel()
	if _, err := Decode([]byte("no block")); err == nil {
		t.Error("no error")
	}
}
