package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/votertest"
)

// generatedUpload is a bucket that holds one generated voter file.
type generatedUpload struct{ content []byte }

func (u generatedUpload) Open(_ context.Context, _, _ string, from int64) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(u.content[from:])), nil
}
func (generatedUpload) ReadAll(context.Context, string) ([]byte, error)      { return nil, nil }
func (generatedUpload) Put(context.Context, string, []byte) error            { return nil }
func (generatedUpload) CreateUpload(context.Context, string) (string, error) { return "", nil }
func (generatedUpload) UploadPart(context.Context, string, string, int, []byte) (string, error) {
	return "", nil
}

func (generatedUpload) CompleteUpload(context.Context, string, string, []string) error { return nil }

func (generatedUpload) AbortUpload(context.Context, string, string) error { return nil }
func (generatedUpload) Delete(context.Context, string) error              { return nil }

// importStore counts the write units of an import.
type importStore struct {
	*dynamo.Store
	rows, blocks atomic.Int64
}

func (s *importStore) WriteVoters(ctx context.Context, o organization.ID, f voter.FileID, rows []voter.Row) error {
	s.rows.Add(int64(len(rows))) // a row is smaller than 1 KB
	return s.Store.WriteVoters(ctx, o, f, rows)
}

func (s *importStore) WriteBlocks(ctx context.Context, f *voter.File, part int, blocks []match.Block, places []match.ZipCount) error {
	for _, b := range blocks {
		s.blocks.Add(int64(len(b.Data)+100+1023) / 1024)
	}
	return s.Store.WriteBlocks(ctx, f, part, blocks, places)
}

// voterImport measures an import on the local engine.
func voterImport(t *testing.T) []line {
	t.Helper()
	ctx := t.Context()
	db, names := dynamotest.New(t)
	store := &importStore{Store: dynamo.New(db, dynamo.Tables(names))}
	voters := variable(t, votersVariable, 200_000)
	w := votertest.New(votertest.NC, uint64(variable(t, seedVariable, 4711)), voters)
	content := []byte(votertest.CSVHeader)
	rows := 0
	for i := range w.Voters {
		content = w.AppendCSV(content, i)
		rows++
	}
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	f, err := voter.NewFile(voter.FileID(id.At(at)), organization.ID(id.At(at)), "NC", voter.Replace, &user.User{ID: "u"}, at)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, store.Store, store.CreateVoterFile(f))
	var next []func() error
	importer := &voter.Importer{Store: store, Bucket: generatedUpload{content}, Now: time.Now}
	importer.HandOn = func(_ context.Context, job string, version int, at time.Time) error {
		next = append(next, func() error { return importer.Work(ctx, job, version, at, time.Minute) })
		return nil
	}
	queries := w.Queries(uint64(variable(t, seedVariable, 4711)), storedSearches)
	w = nil
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var highest atomic.Uint64 // memory in use beyond that of the generated file
	stopped := make(chan struct{})
	go func() {
		for {
			select {
			case <-stopped:
				return
			case <-time.After(50 * time.Millisecond):
			}
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			highest.Store(max(highest.Load(), now.HeapInuse-min(now.HeapInuse, before.HeapInuse)))
		}
	}()
	start := time.Now()
	if err := importer.Stored(ctx, f.UploadKey(), "tag", int64(len(content)), at, time.Minute); err != nil {
		t.Fatal(err)
	}
	for len(next) > 0 {
		work := next[0]
		next = next[1:]
		if err := work(); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(start)
	close(stopped)
	got, err := store.VoterFile(ctx, f.Organization, f.ID)
	if err != nil || got.Status != voter.FileReady || got.Imported != rows {
		t.Fatalf("%+v, %v", got, err)
	}
	const dollars = writePrice * 1e6
	units := float64(store.rows.Load() + store.blocks.Load())
	lines := []line{
		{fmt.Sprintf("import of %d rows", rows), took.Round(time.Second).String(), "1M: 5m", float64(rows)/took.Seconds() >= 1e6/300},
		{"memory of an import", fmt.Sprintf("%d MB", highest.Load()>>20), "<= 256 MB", highest.Load() <= 256<<20},
		{"dollars a million voters", fmt.Sprintf("%.2f, search blocks %.3f", units/float64(rows)*dollars, float64(store.blocks.Load())/float64(rows)*dollars), "<= 0.75", units/float64(rows)*dollars <= .75},
	}
	return append(lines, storedSearchLines(t, store.Store, got, queries)...)
}

// storedSearches is the number of searches of an imported file.
const storedSearches = 500

// storedSearchLines measures whole searches of an imported file on the local engine, one after another: queries, decoding, comparing,
// and reading the voters found.
func storedSearchLines(t *testing.T, store *dynamo.Store, f *voter.File, queries []votertest.Query) []line {
	t.Helper()
	searcher := voter.NewSearcher(store)
	var times []time.Duration
	var calls, bytes []int
	inFile, top3, all := 0, 0, 0
	for i := range queries {
		start := time.Now()
		result, err := searcher.Search(t.Context(), f.Organization, []*voter.File{f}, f.State, queries[i].As("as typed"), 5)
		if err != nil {
			t.Fatal(err)
		}
		times, calls, bytes, all = append(times, time.Since(start)), append(calls, result.Queries), append(bytes, result.Bytes), all+result.Queries
		if queries[i].Voter == "" {
			continue
		}
		inFile++
		for _, c := range result.Candidates[:min(3, len(result.Candidates))] {
			if c.Voter.CanonicalID == queries[i].Voter {
				top3++
			}
		}
	}
	slices.Sort(times)
	slices.Sort(calls)
	slices.Sort(bytes)
	p := func(share float64) int { return int(share * float64(len(queries)-1)) }
	shown := float64(top3) / float64(inFile)
	return []line{
		{"whole search on the local engine, p50 and p99", fmt.Sprintf("%v, %v", times[p(.5)].Round(100*time.Microsecond), times[p(.99)].Round(100*time.Microsecond)), "", true},
		{"  its store queries, mean and most", fmt.Sprintf("%.2f, %d", float64(all)/float64(len(queries)), calls[p(1)]), "<= 4", calls[p(1)] <= match.MaxQueries},
		{"  its KB read, p50 and p99", fmt.Sprintf("%d, %d", bytes[p(.5)]/1024, bytes[p(.99)]/1024), "", true},
		{"  its top 3 as typed, P of at least .10", fmt.Sprintf("%.3f", shown), ">= 0.900", shown >= .9},
	}
}

var _ voter.Store = (*importStore)(nil)

var _ job.Store = (*importStore)(nil)
