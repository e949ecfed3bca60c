package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/dynamo/wire"
)

const (
	shards      = 8   // partitions that a campaign's contacts are in
	pageSize    = 250 // rows that an export asks for at once
	repetitions = 7
	pairs       = 21 // of an export and a drain, whose times vary by a tenth
)

// storeReads measures the CPU time of a page, and the rows per second compared with a reader that ignores the content of the
// pages.
func storeReads(t *testing.T) []line {
	t.Helper()
	const contacts = 20_000
	engine := newFilledEngine(t, contacts)
	return append(pageCPU(t, engine, contacts), drainRate(t, engine, contacts)...)
}

// pageCPU compares the SDK's decoding with that of exports, on recorded pages in memory.
func pageCPU(t *testing.T, engine *dynamotest.Engine, contacts int) []line {
	t.Helper()
	pages := &canned{}
	if rows := pages.record(t, engine); rows != contacts {
		t.Fatalf("%d rows were recorded, want %d", rows, contacts)
	}
	db := client(pages)
	s := dynamo.New(db, dynamo.Tables{Records: "Records"})
	bySDKRead := func(each func(*contact.Contact) error) func() error {
		return func() error { return readBySDK(t.Context(), db, pages, each) }
	}
	directRead := func(each func(*contact.Contact) error) func() error {
		return func() error { return s.EachContact(t.Context(), filledCampaign, "", each) }
	}
	var sdk, direct seen
	pages.timed(t, bySDKRead(sdk.contact))
	pages.timed(t, directRead(direct.contact))
	if sdk.rows != contacts || sdk.sum() != direct.sum() {
		t.Fatalf("the SDK read %d rows, exports %d, want %d, and the same", sdk.rows, direct.rows, contacts)
	}
	var bySDK, directly, written []time.Duration
	for range repetitions {
		var sdk, direct counter
		bySDK = append(bySDK, pages.timed(t, bySDKRead(sdk.contact)))
		directly = append(directly, pages.timed(t, directRead(direct.contact)))
		if sdk != counter(contacts) || sdk != direct {
			t.Fatalf("the SDK read %d rows, exports %d, want %d", sdk, direct, contacts)
		}
		p := newExportFixture(s, contacts)
		written = append(written, pages.timed(t, func() error { return p.work(t.Context()) }))
		p.check(t, contacts)
	}
	perCore := func(took []time.Duration) float64 { return float64(pages.size) / 1e6 / median(took).Seconds() }
	ratio := float64(median(bySDK)) / float64(median(directly))
	return []line{
		{fmt.Sprintf("page bytes a contact, of %d contacts as the store sends them", contacts), fmt.Sprintf("%d", pages.size/contacts), "stated", true},
		{"pages by the SDK and attributevalue, rows/s a core", spread(contacts, bySDK), "stated", true},
		{"pages as exports read them, rows/s a core", spread(contacts, directly), "stated", true},
		{"pages as exports read them, times as fast as the SDK", fmt.Sprintf("%.1f", ratio), ">= 4", ratio >= 4},
		{"pages as exports read them, MB/s a core", fmt.Sprintf("%.0f", perCore(directly)), ">= 100", perCore(directly) >= 100},
		{"from pages to the CSV and its checksum, MB/s of pages a core", fmt.Sprintf("%.0f", perCore(written)), ">= 100", perCore(written) >= 100},
	}
}

// drainRate compares the rows per second of an export with those of reading its pages only, alternately, with a processor
// reserved for the store.
func drainRate(t *testing.T, engine *dynamotest.Engine, contacts int) []line {
	t.Helper()
	apart(t, engine.Process.Pid)
	s := dynamo.New(engine.Client, dynamo.Tables(engine.Tables))
	var drained, written []time.Duration
	var ratios []float64
	for n := range pairs + 1 {
		var raw, took time.Duration
		turns := []func(){
			func() {
				began := time.Now()
				rows := drain(t, engine, func(int, []byte) {})
				raw = time.Since(began)
				if rows != contacts {
					t.Fatalf("%d rows were drained, want %d", rows, contacts)
				}
			},
			func() {
				p := newExportFixture(s, contacts)
				began := time.Now()
				if err := p.work(t.Context()); err != nil {
					t.Fatal(err)
				}
				took = time.Since(began)
				p.check(t, contacts)
			},
		}
		turns[n%2]()
		turns[1-n%2]()
		if n == 0 {
			continue // to warm up
		}
		drained, written, ratios = append(drained, raw), append(written, took), append(ratios, float64(raw)/float64(took))
	}
	slices.Sort(ratios)
	share := ratios[len(ratios)/2] * 100
	return []line{
		{"rows/s of reading the store alone", spread(contacts, drained), "stated", true},
		{"rows/s of an export", spread(contacts, written), "stated", true},
		{
			fmt.Sprintf("export, share of the rate of reading alone, median of %d pairs (%.0f to %.0f %%)", pairs, ratios[0]*100, ratios[len(ratios)-1]*100),
			fmt.Sprintf("%.0f %%", share), ">= 95 %", share >= 95,
		},
	}
}

// apart pins another process to the first processor, and this process to the others until the test ends, because the real store
// is another machine.
func apart(t *testing.T, process int) {
	t.Helper()
	most := runtime.NumCPU() - 1
	if most == 0 {
		t.Fatal("the store and its reader need a processor each")
	}
	on := func(process int, processors string) {
		t.Helper()
		said, err := exec.CommandContext(context.Background(), "taskset", "-a", "-c", "-p", processors, strconv.Itoa(process)).CombinedOutput()
		if err != nil {
			t.Fatalf("taskset of util-linux gives processes their processors: %v: %s", err, said)
		}
	}
	on(process, "0")
	on(os.Getpid(), fmt.Sprintf("1-%d", most))
	t.Cleanup(func() { on(os.Getpid(), fmt.Sprintf("0-%d", most)) })
}

func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// spread returns the median, slowest and fastest rate.
func spread(rows int, took []time.Duration) string {
	rate := func(d time.Duration) float64 { return float64(rows) / d.Seconds() }
	return fmt.Sprintf("%.0f (%.0f to %.0f)", rate(median(took)), rate(slices.Max(took)), rate(slices.Min(took)))
}

// seen is a hash of a set of contacts, independent of their order.
type seen struct {
	rows int
	all  [sha256.Size]byte
}

func (s *seen) contact(c *contact.Contact) error {
	s.rows++
	one := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %s %s %d", c.ID, c.Details.FirstName, c.Match.Voter.CanonicalID, c.KeyQuestionCode, c.LastActivityAt, len(c.ActionResponses)))
	for i := range one {
		s.all[i] ^= one[i]
	}
	return nil
}

func (s *seen) sum() [sha256.Size]byte { return s.all }

// counter counts contacts.
type counter int

func (c *counter) contact(*contact.Contact) error {
	*c++
	return nil
}

// query returns the query for a page of a shard.
func query(table string, shard int, start dynamo.Item) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: &table, ConsistentRead: aws.Bool(true), Limit: aws.Int32(pageSize), ExclusiveStartKey: start,
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": "PK"},
		ExpressionAttributeValues: dynamo.Item{":p": &types.AttributeValueMemberS{Value: fmt.Sprintf("C#%s#T#%d", filledCampaign, shard)}},
	}
}

// drain reads all pages of the campaign's contacts, with all shards in parallel, and decodes only the next key. It returns the
// number of rows.
func drain(t *testing.T, engine *dynamotest.Engine, page func(shard int, body []byte)) int {
	t.Helper()
	var group sync.WaitGroup
	var rows [shards]int
	for k := range shards {
		group.Go(func() {
			var buffer bytes.Buffer
			var start dynamo.Item
			for more := true; more; {
				_, err := engine.Query(context.Background(), query(engine.Tables.Records, k, start), func(o *dynamodb.Options) {
					o.DisableValidateResponseChecksum = true
					o.Protocol = &wire.Protocol{ClientProtocol: o.Protocol, Buffer: &buffer, ReadPage: func(body []byte) bool {
						page(k, body)
						rows[k] += bytes.Count(body, []byte(`"LastActivityAt"`))
						start, more = lastKey(body)
						return true
					}}
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	all := 0
	for _, n := range rows {
		all += n
	}
	return all
}

// lastKey returns the key of the next page.
func lastKey(body []byte) (dynamo.Item, bool) {
	name := []byte(`"LastEvaluatedKey":`)
	at := bytes.LastIndex(body, name)
	if at < 0 {
		return nil, false
	}
	end := bytes.Index(body[at:], []byte("}}"))
	last, _ := wire.NewReader(&struct{}{}).Page(slices.Concat([]byte(`{"Items":[],`), body[at:at+end+2], []byte("}")), nil)
	start := dynamo.Item{}
	for name, value := range last {
		start[name] = &types.AttributeValueMemberS{Value: value}
	}
	return start, len(start) > 0
}

// canned is an HTTP client that returns recorded pages in order, per shard.
type canned struct {
	size  int
	pages [shards][][]byte

	mu   sync.Mutex
	next [shards]int
}

// record records the pages of the engine, and returns the number of rows.
func (c *canned) record(t *testing.T, engine *dynamotest.Engine) int {
	t.Helper()
	return drain(t, engine, func(shard int, body []byte) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.size += len(body)
		c.pages[shard] = append(c.pages[shard], bytes.Clone(body))
	})
}

func (c *canned) Do(r *http.Request) (*http.Response, error) {
	asked, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	at := bytes.Index(asked, []byte("#T#"))
	if at < 0 {
		return nil, errors.New("no shard is asked for")
	}
	shard := asked[at+len("#T#")] - '0'
	c.mu.Lock()
	defer c.mu.Unlock()
	page := c.pages[shard][c.next[shard]]
	c.next[shard]++
	return replyOf(page), nil
}

// timed returns the CPU time of a read from the first page on.
func (c *canned) timed(t *testing.T, read func() error) time.Duration {
	t.Helper()
	c.next = [shards]int{}
	begun := cpu(t)
	if err := read(); err != nil {
		t.Fatal(err)
	}
	return cpu(t) - begun
}

// readBySDK reads the pages with the SDK's decoding.
func readBySDK(ctx context.Context, db *dynamodb.Client, pages *canned, each func(*contact.Contact) error) error {
	for k := range shards {
		for range pages.pages[k] {
			out, err := db.Query(ctx, query("Records", k, nil))
			if err != nil {
				return err
			}
			for _, item := range out.Items {
				row, err := dynamo.Decode(item)
				if err != nil {
					return err
				}
				c, ok := row.(*contact.Contact)
				if !ok {
					return fmt.Errorf("a %T among contacts", row)
				}
				if err := each(c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
