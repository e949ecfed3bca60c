package e2e

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Ids in the rows of the earlier version.
const (
	earlierOwner        = "01a226ec-fd11-793b-8b79-22417372fb29"
	earlierOrganization = "01a1b6f3-e680-7a14-996b-7bd8631916e3"
	earlierCampaign     = "01a1b6f3-f224-79c3-a6c4-e009973cfa24"
)

const earlierFolder = "internal/dynamo/testdata/earlier"

// TestUpgrade_RowsOfEarlierVersion_ListsAndExportsAreThose stores the records that an earlier version wrote. The stream counts them
// and builds lists. Each export has the rows and values of the earlier version, in the columns that it had.
func TestUpgrade_RowsOfEarlierVersion_ListsAndExportsAreThose(t *testing.T) {
	fx := newFixture(t)
	session, err := fx.owner.Start(t.Context())
	fx.ok(err)
	storeEarlierRecords(t, session.User.ID)
	fx.ok(kith.Settle(t.Context()))
	fx.organization, fx.campaign = earlierOrganization, earlierCampaign

	want := earlierExports(t, session.User.ID)
	for kind, file := range want {
		got := fx.export(kind)
		compareEarlier(t, kind, file, got)
	}
	if len(want) < 12 {
		t.Errorf("only these exports were compared: %d", len(want))
	}
	for path, rows := range map[string]int{
		"/contacts?limit=100": len(want["contacts"].Rows), "/mobilizers?limit=100": len(want["mobilizers"].Rows),
		"/invitations?limit=100": len(want["invitations"].Rows), "/action-items": 7, "/service-tokens": 2, "/export-schedules": 1,
	} {
		var page struct{ Items []json.RawMessage }
		fx.get(fx.owner, fx.admin()+path, &page)
		if len(page.Items) != rows {
			t.Errorf("%s has %d items, want %d", path, len(page.Items), rows)
		}
	}
	for _, path := range []string{"", "/administrators", "/voter-files", "/mail", "/suppressions", "/campaigns", "/invitations"} {
		fx.get(fx.owner, "/v1/admin/organizations/"+earlierOrganization+path, nil)
	}
}

// storeEarlierRecords writes the rows of Records of the earlier version, with another owner. Logins and addresses are left out: other
// tests sign in with the same ones.
func storeEarlierRecords(t *testing.T, owner string) {
	t.Helper()
	packed, err := os.Open(filepath.Join(Root(), earlierFolder, "rows.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close() //nolint:errcheck // only read
	plain, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	var puts []map[string]any
	flush := func() {
		if len(puts) > 0 {
			callDynamoDB(t, "BatchWriteItem", map[string]any{"RequestItems": map[string]any{kith.Cloud().Tables["Records"]: puts}})
		}
		puts = nil
	}
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct {
			Table string
			Item  map[string]map[string]any
		}
		err := json.Unmarshal([]byte(strings.ReplaceAll(lines.Text(), earlierOwner, owner)), &row)
		if err != nil {
			t.Fatal(err)
		}
		kind, _ := row.Item["T"]["S"].(string)
		id, _ := row.Item["ID"]["S"].(string)
		if row.Table != "Records" || kind == "login" || kind == "email" || kind == "user" && id == owner {
			continue
		}
		puts = append(puts, map[string]any{"PutRequest": map[string]any{"Item": row.Item}})
		if len(puts) == 25 {
			flush()
		}
	}
	flush()
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

// callDynamoDB sends a request of DynamoDB's API, whose JSON rows.jsonl.gz has.
func callDynamoDB(t *testing.T, operation string, in any) {
	t.Helper()
	request, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, kith.Cloud().DynamoDB, bytes.NewReader(request))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	credentials, err := keys().Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(request)
	err = v4.NewSigner().SignHTTP(t.Context(), credentials, r, hex.EncodeToString(sum[:]), "dynamodb", region(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s, %v", operation, res.Status, answer, err)
	}
	var batch struct{ UnprocessedItems map[string]any }
	err = json.Unmarshal(answer, &batch)
	if err != nil || len(batch.UnprocessedItems) > 0 {
		t.Fatalf("%s: %v, %d not processed", operation, err, len(batch.UnprocessedItems))
	}
}

// earlierExports returns the exports of the earlier version by type, with another owner.
func earlierExports(t *testing.T, owner string) map[string]*File {
	t.Helper()
	packed, err := zip.OpenReader(filepath.Join(Root(), earlierFolder, "exports.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close() //nolint:errcheck // only read
	all := map[string]*File{}
	for _, entry := range packed.File {
		reader, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		file, err := ReadCSV(bytes.ReplaceAll(text, []byte(earlierOwner), []byte(owner)))
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(entry.Name, ".csv")] = file
	}
	return all
}

// lastActivity are the columns of a mobilizer's last activity. It remains when what was done is deleted, so it can be later than
// the rows that are left.
var lastActivity = []string{"last_activity_at", "Last Active At"}

// compareEarlier compares an export with that of the earlier version, in the earlier columns except the time of reading. Analytics may
// have more rows: those of metrics that came later.
func compareEarlier(t *testing.T, kind string, want, got *File) {
	t.Helper()
	if kind == "analytics" {
		numbers := map[string]bool{}
		for _, row := range want.Rows {
			numbers[numberName(row)] = true
		}
		got.Rows = slices.DeleteFunc(got.Rows, func(row map[string]string) bool { return !numbers[numberName(row)] })
	}
	if len(got.Rows) != len(want.Rows) {
		t.Errorf("%s has %d rows, want %d", kind, len(got.Rows), len(want.Rows))
		return
	}
	for _, column := range want.Header {
		if !slices.Contains(got.Header, column) {
			t.Errorf("%s lacks the column %s", kind, column)
			continue
		}
		for n, row := range want.Rows {
			value := got.Rows[n][column]
			if column == "as_of" || slices.Contains(lastActivity, column) && value <= row[column] {
				continue
			}
			if value != row[column] {
				t.Errorf("%s, row %d, %s is %q, want %q", kind, n+1, column, value, row[column])
				break
			}
		}
	}
}

// numberName identifies a row of the Analytics export.
func numberName(row map[string]string) string {
	return strings.Join([]string{row["section"], row["name"], row["item_id"], row["day"]}, "|")
}
