package match

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"
)

func TestLevels_GoldenPairs_AgreeWithReference(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/golden.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 700 {
		t.Fatalf("%d pairs", len(rows))
	}
	for _, row := range rows[1:] {
		typed, voter, got := row[1], row[2], ""
		switch row[0] {
		case "first":
			got = CompareFirst(Joined(typed), Joined(voter), "").String()
		case "last":
			got = CompareLast(Surnames(typed), Surnames(voter)).String()
		case "street":
			got = CompareStreet(typed, voter).String()
		case "year":
			a, err1 := strconv.Atoi(typed)
			b, err2 := strconv.Atoi(voter)
			if err1 != nil || err2 != nil {
				t.Fatal(row)
			}
			got = CompareYear(a, b).String()
		default:
			t.Fatalf("unknown field %q", row[0])
		}
		if got != row[3] {
			t.Errorf("%s: %q and %q: %q, want %q", row[0], typed, voter, got, row[3])
		}
	}
}
