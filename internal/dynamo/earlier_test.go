package dynamo

import (
	"testing"

	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/dynamo/table"
)

// TestDecode_RowsOfEarlierVersion_AreRead decodes every row that an earlier version wrote, whose later attributes are missing.
func TestDecode_RowsOfEarlierVersion_AreRead(t *testing.T) {
	t.Parallel()
	read := map[string]int{}
	for name, rows := range dynamotest.EarlierRows(t) {
		for _, row := range rows {
			var err error
			kind := table.StringOf(row, "T")
			switch name {
			case "Records":
				_, err = Decode(row)
			case "Jobs":
				kind = "job"
				_, err = decodeJob(row)
			default:
				continue // of counters, lists and voters: read by the tests of their packages
			}
			if err != nil {
				t.Errorf("%s %s: %v", name, kind, err)
			}
			read[kind]++
		}
	}
	if len(read) < 28 || read["contact"] < 100 {
		t.Errorf("only these rows were read: %v", read)
	}
}
