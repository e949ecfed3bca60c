package bench

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/file"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
)

// exports measures the writing of CSVs from rows in memory: how fast, and how much memory it takes whatever the size.
func exports(t *testing.T) []line {
	t.Helper()
	const limit = 96 << 20
	var lines []line
	for _, rows := range []int{100_000, 5_000_000} {
		wrote := writeExport(t, rows)
		lines = append(lines,
			line{fmt.Sprintf("export of %d contacts, rows per second", rows), fmt.Sprintf("%.0f", wrote.perSecond), "stated", true},
			line{fmt.Sprintf("export of %d contacts, peak heap", rows), fmt.Sprintf("%.1f MB", float64(wrote.peak)/(1<<20)), "<= 96 MB", wrote.peak <= limit})
	}
	return lines
}

type written struct {
	perSecond float64
	peak      uint64
}

// writeExport writes a whole export, slice by slice, and checks the record against what arrived.
func writeExport(t *testing.T, rows int) written {
	t.Helper()
	p := newPaper(&made{rows: rows}, rows)
	took, peak := writePaper(t, p)
	p.check(t, rows)
	return written{float64(rows) / took.Seconds(), peak}
}

// writePaper writes an export and returns how long that takes, and the most memory that the process has meanwhile.
func writePaper(t *testing.T, p *paper) (time.Duration, uint64) {
	t.Helper()
	runtime.GC()
	stop := make(chan struct{})
	var peak atomic.Uint64
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse+m.StackInuse))
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	began := time.Now()
	if err := p.work(t.Context()); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	close(stop)
	return took, peak.Load()
}

// paper is a store of one export, whose rows come from elsewhere, and a bucket that keeps nothing but the count.
type paper struct {
	dataset.Source

	scope  *dataset.Scope
	export *export.Export
	job    *job.Job
	at     time.Time // of the event that asks for it
	next   int
	parts  map[int]int64
	tails  map[string][]byte
	bytes  int64
	said   []byte // the manifest
}

// newPaper has an export of so many contacts that wait in a source.
func newPaper(from dataset.Source, rows int) *paper {
	of, organization := filledScope()
	e := &export.Export{
		ID: id.At(filledAt), Organization: of.Organization, Campaign: of.ID, State: export.Queued, RequestedAt: filledAt,
		Request: export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard},
	}
	p := &paper{
		Source: from, export: e, job: job.New(job.Export, string(of.Organization), string(of.ID), e.ID, filledAt, time.Now()), at: filledAt, tails: map[string][]byte{},
		scope: &dataset.Scope{Organization: organization, Campaign: of, Contacts: rows},
	}
	e.Job, p.next = p.job.ID, p.job.Version
	return p
}

// work writes the export, slice by slice.
func (p *paper) work(ctx context.Context) error {
	w := &file.Worker{Store: p, Bucket: p}
	runner := &job.Runner{Store: p, Handle: w.Handle, HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
		p.next = version
		return nil
	}}
	for slices := 0; p.job != nil && slices < 100; slices++ {
		if err := runner.Work(ctx, "j", p.next, p.at, 10*time.Second); err != nil {
			return err
		}
	}
	return nil
}

// check compares the record with what arrived.
func (p *paper) check(t *testing.T, rows int) {
	t.Helper()
	if p.export.State != export.Ready || p.export.Rows != rows || p.export.Bytes != p.bytes {
		t.Fatalf("the export is %s with %d rows and %d bytes; %d bytes arrived: %s", p.export.State, p.export.Rows, p.export.Bytes, p.bytes, p.export.Error)
	}
}

// made is a source whose contacts are made up as they are read.
type made struct {
	dataset.Source // nil: nothing else is read

	rows int
}

func (m *made) EachContact(_ context.Context, _ campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	first := 0
	if after != "" {
		if _, err := fmt.Sscanf(string(after[len(after)-12:]), "%x", &first); err != nil {
			return err
		}
		first++
	}
	for n := first; n < m.rows; n++ {
		if err := yield(someContact(n)); err != nil {
			return err
		}
	}
	return nil
}

func (p *paper) Job(context.Context, string) (*job.Job, error) {
	read := *p.job
	return &read, nil
}

func (p *paper) Export(context.Context, campaign.ID, string) (*export.Export, error) {
	read := *p.export
	return &read, nil
}
func (p *paper) Scope(context.Context, campaign.ID) (*dataset.Scope, error) { return p.scope, nil }

func (p *paper) SaveJob(_ context.Context, j *job.Job) error {
	j.Version++
	kept := *j
	p.job = &kept
	return nil
}

func (p *paper) SaveExport(ctx context.Context, e *export.Export, j *job.Job) error {
	kept := *e
	p.export = &kept
	return p.SaveJob(ctx, j)
}

func (p *paper) FinishExport(_ context.Context, e *export.Export, _ *job.Job, _ ...*job.Job) error {
	p.export, p.job = e, nil
	return nil
}

func (p *paper) FinishJob(context.Context, *job.Job) error {
	p.job = nil
	return nil
}

func (p *paper) Put(_ context.Context, key string, body []byte) error {
	switch path.Ext(key) {
	case ".tail":
		p.tails[key] = bytes.Clone(body)
	case ".csv", ".zip":
		p.bytes = int64(len(body))
	case ".json":
		if strings.HasSuffix(key, ".manifest.json") {
			p.said = bytes.Clone(body)
		}
	}
	return nil
}

func (p *paper) ReadAll(_ context.Context, key string) ([]byte, error) {
	return p.tails[key], nil
}

func (p *paper) Delete(_ context.Context, key string) error {
	delete(p.tails, key)
	return nil
}

func (p *paper) CreateUpload(context.Context, string) (string, error) {
	p.parts = map[int]int64{}
	return "upload", nil
}

func (p *paper) UploadPart(_ context.Context, _, _ string, number int, body []byte) (string, error) {
	p.parts[number] = int64(len(body))
	return fmt.Sprint(number), nil
}

func (p *paper) CompleteUpload(_ context.Context, _, _ string, tags []string) error {
	for n := range tags {
		p.bytes += p.parts[n+1]
	}
	return nil
}

func (p *paper) AbortUpload(context.Context, string, string) error { return nil }
