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

// exports measures the speed and the memory of writing CSV from rows in memory, for several sizes.
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

// writeExport writes an export slice by slice, and compares the record with the bytes received.
func writeExport(t *testing.T, rows int) written {
	t.Helper()
	p := newExportFixture(&made{rows: rows}, rows)
	took, peak := timeExport(t, p)
	p.check(t, rows)
	return written{float64(rows) / took.Seconds(), peak}
}

// timeExport writes an export and returns the duration and the peak memory of the process.
func timeExport(t *testing.T, p *exportFixture) (time.Duration, uint64) {
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

// exportFixture is a store of one export with rows from a source, and a bucket that only counts bytes.
type exportFixture struct {
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

// newExportFixture returns an export of rows contacts of a source.
func newExportFixture(from dataset.Source, rows int) *exportFixture {
	of, organization := filledScope()
	e := &export.Export{
		ID: id.At(filledAt), Organization: of.Organization, Campaign: of.ID, State: export.Queued, RequestedAt: filledAt,
		Request: export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard},
	}
	p := &exportFixture{
		Source: from, export: e, job: job.New(job.Export, string(of.Organization), string(of.ID), e.ID, filledAt, time.Now()), at: filledAt, tails: map[string][]byte{},
		scope: &dataset.Scope{Organization: organization, Campaign: of, Contacts: rows},
	}
	e.Job, p.next = p.job.ID, p.job.Version
	return p
}

// work writes the export, slice by slice.
func (p *exportFixture) work(ctx context.Context) error {
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

// check compares the record with the bytes received.
func (p *exportFixture) check(t *testing.T, rows int) {
	t.Helper()
	if p.export.State != export.Ready || p.export.Rows != rows || p.export.Bytes != p.bytes {
		t.Fatalf("the export is %s with %d rows and %d bytes; %d bytes arrived: %s", p.export.State, p.export.Rows, p.export.Bytes, p.bytes, p.export.Error)
	}
}

// made is a source that generates contacts as they are read.
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
		if err := yield(generateContact(n)); err != nil {
			return err
		}
	}
	return nil
}

func (p *exportFixture) Job(context.Context, string) (*job.Job, error) {
	read := *p.job
	return &read, nil
}

func (p *exportFixture) Export(context.Context, campaign.ID, string) (*export.Export, error) {
	read := *p.export
	return &read, nil
}

func (p *exportFixture) Scope(context.Context, campaign.ID) (*dataset.Scope, error) {
	return p.scope, nil
}

func (p *exportFixture) SaveJob(_ context.Context, j *job.Job) error {
	j.Version++
	kept := *j
	p.job = &kept
	return nil
}

func (p *exportFixture) SaveExport(ctx context.Context, e *export.Export, j *job.Job) error {
	kept := *e
	p.export = &kept
	return p.SaveJob(ctx, j)
}

func (p *exportFixture) FinishExport(_ context.Context, e *export.Export, _ *job.Job, _ ...*job.Job) error {
	p.export, p.job = e, nil
	return nil
}

func (p *exportFixture) FinishJob(context.Context, *job.Job) error {
	p.job = nil
	return nil
}

func (p *exportFixture) Put(_ context.Context, key string, body []byte) error {
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

func (p *exportFixture) ReadAll(_ context.Context, key string) ([]byte, error) {
	return p.tails[key], nil
}

func (p *exportFixture) Delete(_ context.Context, key string) error {
	delete(p.tails, key)
	return nil
}

func (p *exportFixture) CreateUpload(context.Context, string) (string, error) {
	p.parts = map[int]int64{}
	return "upload", nil
}

func (p *exportFixture) UploadPart(_ context.Context, _, _ string, number int, body []byte) (string, error) {
	p.parts[number] = int64(len(body))
	return fmt.Sprint(number), nil
}

func (p *exportFixture) CompleteUpload(_ context.Context, _, _ string, tags []string) error {
	for n := range tags {
		p.bytes += p.parts[n+1]
	}
	return nil
}

func (p *exportFixture) AbortUpload(context.Context, string, string) error { return nil }
