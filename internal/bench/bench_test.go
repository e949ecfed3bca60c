// Package bench measures the figures of docs/measures.md and prints them as one table (make bench). Each measure also checks its
// result. Only counts are tested against their targets elsewhere.
package bench

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"text/tabwriter"
)

var table = flag.Bool("bench-table", false, "measure, and print the table")

// line is one row of the table.
type line struct {
	what     string
	measured string
	target   string
	met      bool
}

// measures run one at a time, so that they do not slow each other down.
var measures = []struct {
	name string
	take func(t *testing.T) []line
}{
	{"counters", counters},
	{"analytics", analyticsReads},
	{"freshness", freshness},
	{"people", people},
	{"invitation-lists", invitationLists},
	{"costs", costs},
	{"action-dollars", actionDollars},
	{"operation-dollars", operationDollars},
	{"exports", exports},
	{"bundles", bundles},
	{"invitations", invitations},
	{"store-reads", storeReads},
	{"handlers", handlers},
	{"voter-matches", voterMatches},
	{"febrl", febrl},
	{"voter-import", voterImport},
	{"starts", starts},
	{"pages", pages},
	{"mobilizer-app", mobilizerApp},
}

// TestBench runs every measure if the flag -bench-table is set. It marks missed targets and fails.
func TestBench(t *testing.T) {
	if !*table {
		return
	}
	var all []line
	for _, m := range measures {
		t.Run(m.name, func(t *testing.T) { all = append(all, m.take(t)...) })
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(out, "\nwhat\tmeasured\ttarget\t\n%s\t%s\t%s\t\n", strings.Repeat("-", 60), strings.Repeat("-", 20), strings.Repeat("-", 16))
	for _, l := range all {
		missed := ""
		if !l.met {
			missed = "MISSED"
			t.Errorf("%s: %s, want %s", l.what, l.measured, l.target)
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", l.what, l.measured, l.target, missed)
	}
	fmt.Fprintf(out, "\n%s, %d CPUs, %s/%s\n", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
}
