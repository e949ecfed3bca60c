package voter

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter/match"
)

func init() {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // each injected crash is logged; a passing test prints nothing
}

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// importFixture is a store and a bucket in memory. The worker crashes at call crashAt: that call and all later ones fail.
type importFixture struct {
	files    map[FileID]File
	jobs     map[string]job.Job
	voters   map[FileID]map[string]Row
	indexed  map[FileID][]string // canonical ids in search blocks
	objects  map[string][]byte
	uploads  map[string][][]byte
	mapping  *SavedMapping
	detected map[FileID]*Detection
	reviews  map[FileID]*Review
	tags     map[string]string
	invoked  []invocation
	now      time.Time
	calls    int
	crashAt  int
	after    bool // the crashing call takes effect
	crashed  bool
}

type invocation struct {
	job     string
	version int
}

var errCrashed = errors.New("the worker crashed")

func call[T any](d *importFixture, effect func() (T, error)) (T, error) {
	var none T
	if d.crashed {
		return none, fault.Unavailable(errCrashed)
	}
	d.calls++
	d.now = d.now.Add(200 * time.Millisecond)
	if d.calls == d.crashAt {
		d.crashed = true
		if d.after {
			_, _ = effect() // takes effect, but the caller gets an error
		}
		return none, fault.Unavailable(errCrashed)
	}
	return effect()
}

func newImportFixture() *importFixture {
	return &importFixture{
		files: map[FileID]File{}, jobs: map[string]job.Job{}, voters: map[FileID]map[string]Row{},
		objects: map[string][]byte{}, uploads: map[string][][]byte{}, detected: map[FileID]*Detection{}, reviews: map[FileID]*Review{}, indexed: map[FileID][]string{}, tags: map[string]string{}, now: noon,
	}
}

func (d *importFixture) Job(_ context.Context, id string) (*job.Job, error) {
	return call(d, func() (*job.Job, error) {
		j, ok := d.jobs[id]
		if !ok {
			return nil, fault.NotFound("job")
		}
		return &j, nil
	})
}

func (d *importFixture) put(j *job.Job, f ...*File) error {
	stale := fault.Conflict("job_moved_on", "")
	if j != nil && d.jobs[j.ID].Version != j.Version {
		return stale
	}
	for _, file := range f {
		if d.files[file.ID].Version != file.Version {
			return stale
		}
	}
	for _, file := range f {
		file.Version++
		d.files[file.ID] = *file
	}
	if j != nil {
		j.Version++
		d.jobs[j.ID] = *j
	}
	return nil
}

func (d *importFixture) SaveJob(_ context.Context, j *job.Job) error {
	_, err := call(d, func() (bool, error) { return true, d.put(j) })
	return err
}

func (d *importFixture) FinishJob(ctx context.Context, j *job.Job) error {
	return d.FinishImport(ctx, nil, j, nil)
}

func (d *importFixture) VoterFile(_ context.Context, _ organization.ID, f FileID) (*File, error) {
	return call(d, func() (*File, error) {
		file, ok := d.files[f]
		if !ok {
			return nil, fault.NotFound("voter file")
		}
		return &file, nil
	})
}

func (d *importFixture) VoterFiles(context.Context, organization.ID) ([]*File, error) {
	return call(d, func() ([]*File, error) {
		var all []*File
		for _, f := range d.files {
			all = append(all, &f)
		}
		return all, nil
	})
}

func (d *importFixture) StartImport(_ context.Context, f *File, j *job.Job) error {
	_, err := call(d, func() (bool, error) {
		if err := d.put(nil, f); err != nil {
			return false, err
		}
		j.Version = 1
		d.jobs[j.ID] = *j
		return true, nil
	})
	return err
}

func (d *importFixture) SaveImport(_ context.Context, f *File, j *job.Job) error {
	_, err := call(d, func() (bool, error) { return true, d.put(j, f) })
	return err
}

func (d *importFixture) FinishImport(_ context.Context, files []*File, done *job.Job, further []*job.Job) error {
	_, err := call(d, func() (bool, error) {
		if err := d.put(done, files...); err != nil {
			return false, err
		}
		delete(d.jobs, done.ID)
		for _, j := range further {
			j.Version = 1
			d.jobs[j.ID] = *j
		}
		return true, nil
	})
	return err
}

func (d *importFixture) VoterLines(_ context.Context, _ organization.ID, f FileID, ids []string) (map[string]int, error) {
	return call(d, func() (map[string]int, error) {
		lines := map[string]int{}
		for _, id := range ids {
			if row, ok := d.voters[f][id]; ok {
				lines[id] = row.Line
			}
		}
		return lines, nil
	})
}

func (d *importFixture) WriteVoters(_ context.Context, _ organization.ID, f FileID, rows []Row) error {
	_, err := call(d, func() (bool, error) {
		if d.voters[f] == nil {
			d.voters[f] = map[string]Row{}
		}
		for _, row := range rows {
			d.voters[f][row.Voter.CanonicalID] = row
		}
		return true, nil
	})
	return err
}

func (d *importFixture) DeleteVoters(_ context.Context, file *File, from int) (int, error) {
	f := file.ID
	return call(d, func() (int, error) {
		if from < 3 {
			return from + 1, nil
		}
		delete(d.voters, f)
		return -1, nil
	})
}

func (d *importFixture) WriteBlocks(_ context.Context, f *File, part int, blocks []match.Block, _ []match.ZipCount) error {
	_, err := call(d, func() (bool, error) {
		for _, b := range blocks {
			entries, err := match.Decode(b.Data)
			if err != nil {
				return false, err
			}
			for _, e := range entries {
				d.indexed[f.ID] = append(d.indexed[f.ID], e.CanonicalID)
			}
		}
		return true, nil
	})
	return err
}

func (d *importFixture) VoterMapping(context.Context, organization.ID, string) (*SavedMapping, error) {
	return call(d, func() (*SavedMapping, error) {
		if d.mapping == nil {
			return nil, fault.NotFound("mapping")
		}
		return d.mapping, nil
	})
}

func (d *importFixture) SaveDetection(_ context.Context, f *File, found *Detection) error {
	_, err := call(d, func() (bool, error) { d.detected[f.ID] = found; return true, nil })
	return err
}

func (d *importFixture) SaveReview(_ context.Context, f *File, review *Review) error {
	_, err := call(d, func() (bool, error) { d.reviews[f.ID] = review; return true, nil })
	return err
}

func (d *importFixture) VoterPage(_ context.Context, f *File, place int) ([]*Voter, int, error) {
	voters, err := call(d, func() ([]*Voter, error) {
		var all []*Voter
		for _, id := range slices.Sorted(maps.Keys(d.voters[f.ID])) {
			all = append(all, d.voters[f.ID][id].Voter)
		}
		return all, nil
	})
	if to := (place + 1) * 100; to < len(voters) {
		return voters[to-100 : to], place + 1, err
	}
	return voters[min(len(voters), place*100):], -1, err
}

func (d *importFixture) CreateUpload(_ context.Context, key string) (string, error) {
	return call(d, func() (string, error) { d.uploads[key] = nil; return "upload", nil })
}

func (d *importFixture) UploadPart(_ context.Context, key, _ string, number int, body []byte) (string, error) {
	return call(d, func() (string, error) {
		d.uploads[key] = append(d.uploads[key][:number-1], bytes.Clone(body))
		return "part", nil
	})
}

func (d *importFixture) CompleteUpload(_ context.Context, key, _ string, _ []string) error {
	_, err := call(d, func() (bool, error) { d.objects[key] = bytes.Join(d.uploads[key], nil); return true, nil })
	return err
}

func (d *importFixture) Delete(_ context.Context, key string) error {
	_, err := call(d, func() (bool, error) { delete(d.objects, key); return true, nil })
	return err
}

func (d *importFixture) DeleteVoterFile(_ context.Context, f *File) error {
	_, err := call(d, func() (bool, error) { delete(d.files, f.ID); return true, nil })
	return err
}

func (d *importFixture) AbortUpload(context.Context, string, string) error { return nil }

func (d *importFixture) MergePlaces(context.Context, *File) error {
	_, err := call(d, func() (bool, error) { return true, nil })
	return err
}

func (d *importFixture) Open(_ context.Context, key, tag string, from int64) (io.ReadCloser, error) {
	return call(d, func() (io.ReadCloser, error) {
		if tag != "" && d.tags[key] != tag {
			return nil, fault.Conflict("file_changed", "")
		}
		return io.NopCloser(bytes.NewReader(d.objects[key][from:])), nil
	})
}

func (d *importFixture) ReadAll(_ context.Context, key string) ([]byte, error) {
	return call(d, func() ([]byte, error) { return bytes.Clone(d.objects[key]), nil })
}

func (d *importFixture) Put(_ context.Context, key string, body []byte) error {
	_, err := call(d, func() (bool, error) {
		d.objects[key] = bytes.Clone(body)
		return true, nil
	})
	return err
}

func (d *importFixture) importer() *Importer {
	return &Importer{
		Store: d, Bucket: d, Now: func() time.Time { return d.now }, Chunk: 7,
		HandOn: func(_ context.Context, id string, version int, _ time.Time) error {
			_, err := call(d, func() (bool, error) {
				d.invoked = append(d.invoked, invocation{id, version})
				return true, nil
			})
			return err
		},
	}
}

func (d *importFixture) createFile(id FileID, state string) { d.create(id, state, Replace) }

func (d *importFixture) addFile(id FileID, state string) { d.create(id, state, Add) }

func (d *importFixture) create(id FileID, state string, mode Mode) {
	f, err := NewFile(id, "org", state, mode, &user.User{ID: "u", Name: "Olivia"}, noon)
	if err != nil {
		panic(err)
	}
	f.Version = 1
	d.files[id] = *f
}

// upload stores an object, and runs invocations and the sweep until no job is left.
func (d *importFixture) upload(t interface{ Fatalf(string, ...any) }, id FileID, content string) File {
	f := d.files[id]
	key := f.UploadKey()
	d.objects[key], d.tags[key] = []byte(content), "tag"
	if err := d.importer().Stored(context.Background(), key, "tag", int64(len(content)), noon, 2*time.Second); err != nil {
		d.crashed = false
		again := d.importer().Stored(context.Background(), key, "tag", int64(len(content)), noon, 2*time.Second)
		if again != nil {
			t.Fatalf("repeated event: %v", again)
		}
	}
	d.crashed = false
	return d.run(t, id)
}

// run runs invocations and the sweep until no job is left.
func (d *importFixture) run(t interface{ Fatalf(string, ...any) }, id FileID) File {
	for range 2000 {
		if len(d.jobs) == 0 {
			return d.files[id]
		}
		if len(d.invoked) > 0 {
			next := d.invoked[0]
			d.invoked = d.invoked[1:]
			_ = d.importer().Work(context.Background(), next.job, next.version, noon, 2*time.Second) // after a crash the sweep requeues the job
			d.crashed = false
			continue
		}
		next := d.now.Add(1000 * time.Hour)
		for _, j := range d.jobs {
			next = earliest(next, j.DueAt)
		}
		d.now = next.Add(10 * time.Second)
		for id, j := range d.jobs {
			if j.RequeueIfDue(d.now) {
				j.Version++
				d.jobs[id] = j
				d.invoked = append(d.invoked, invocation{id, 0})
			}
		}
	}
	t.Fatalf("the import did not finish: %+v", d.jobs)
	return File{}
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

const header = "canonical_voter_id,state_file_id,first_name,last_name,city,state,zip\n"
