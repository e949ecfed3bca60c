package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const saveEvery = 100 * time.Millisecond

var errEnded = errors.New("the event source mappings have ended")

// Service runs mappings.
type Service struct {
	c       Config
	api     *api
	sources []*source
	flows   []*flow
	cancel  context.CancelFunc
	group   sync.WaitGroup
	ended   chan struct{}
	logging sync.Mutex
}

// Start begins to read the streams and to hand on their records. It fails when a mapping has settings that AWS would
// refuse or that are not run here, or when a stream can't be read.
func Start(ctx context.Context, c Config) (*Service, error) {
	if c.Shards == 0 {
		c.Shards = 4
	}
	if c.Turnover == 0 {
		c.Turnover = 3 * time.Minute
	}
	if c.Poll == 0 {
		c.Poll = 20 * time.Millisecond
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 8
	s := &Service{
		c: c, ended: make(chan struct{}),
		api: &api{endpoint: c.Endpoint, region: c.Region, client: &http.Client{Transport: transport}},
	}
	byTable := map[string]*source{}
	for _, m := range c.Mappings {
		err := m.Validate()
		if err != nil {
			return nil, err
		}
		arn, ok := c.Streams[m.Table]
		if !ok {
			return nil, fmt.Errorf("event source mapping %s: table %s has no stream", m.Name, m.Table)
		}
		src := byTable[m.Table]
		if src == nil {
			src, err = newSource(s, m.Table, arn)
			if err != nil {
				return nil, err
			}
			byTable[m.Table] = src
			s.sources = append(s.sources, src)
		}
		f, err := newFlow(s, m, src)
		if err != nil {
			return nil, err
		}
		src.flows = append(src.flows, f)
		s.flows = append(s.flows, f)
	}
	for _, src := range s.sources {
		src.rewind()
		// What was written before the start is told from what comes after by having been read here.
		err := src.catchUp(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the stream of %s: %w", src.table, err)
		}
	}
	s.run()
	return s, nil
}

// rewind goes to where the slowest mapping has come.
func (src *source) rewind() {
	for i, f := range src.flows {
		at := f.floor()
		if i == 0 || after(src.position, at) {
			src.position = at
		}
	}
}

func (s *Service) run() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	for _, src := range s.sources {
		s.group.Go(func() { src.run(ctx) })
	}
	for _, f := range s.flows {
		for _, l := range f.lanes {
			s.group.Go(func() { l.run(ctx) })
		}
	}
	s.group.Go(func() {
		tick := time.NewTicker(saveEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := s.keep()
			if err != nil {
				s.logf("positions can't be kept: %v", err)
			}
		}
	})
}

func (s *Service) keep() error {
	var errs []error
	for _, f := range s.flows {
		errs = append(errs, f.keep())
	}
	return errors.Join(errs...)
}

// Close stops handing on and keeps the positions. Calls that are out are given up and come again after a restart.
func (s *Service) Close() error {
	s.cancel()
	close(s.ended)
	s.group.Wait()
	return s.keep()
}

func (s *Service) logf(format string, args ...any) {
	s.logging.Lock()
	defer s.logging.Unlock()
	fmt.Fprintf(s.c.Log, "mapping: "+format+"\n", args...)
}

// Status says how far the functions have come.
type Status struct {
	// Idle says that everything written before the question has been handed on, and what the functions wrote to
	// streams meanwhile too.
	Idle bool
	// OldestUnprocessed is how long the oldest record has waited.
	OldestUnprocessed time.Duration
	// HandedOut counts, by mapping, the records that functions have taken since the start.
	HandedOut map[string]int64
	// Waiting counts, by mapping, the records that wait or are out.
	Waiting map[string]int
}

// Status looks at every stream and answers. It fails when a stream can't be read.
func (s *Service) Status(ctx context.Context) (Status, error) {
	before, given := s.waiting()
	err := s.Sync(ctx)
	if err != nil {
		return Status{}, err
	}
	st := Status{HandedOut: map[string]int64{}, Waiting: map[string]int{}}
	waiting, now := s.waiting()
	st.Idle = before == 0 && waiting == 0 && given == now
	for _, f := range s.flows {
		n, _, oldest := f.pending()
		f.mu.Lock()
		st.HandedOut[f.m.Name] = f.handed
		f.mu.Unlock()
		st.Waiting[f.m.Name] = n
		if !oldest.IsZero() {
			st.OldestUnprocessed = max(st.OldestUnprocessed, time.Since(oldest))
		}
	}
	return st, nil
}

func (s *Service) waiting() (records int, given int64) {
	for _, f := range s.flows {
		n, g, _ := f.pending()
		records += n
		given += g
	}
	return records, given
}

// Sync returns when everything written before the call has been read and stamped. Whoever moves the clock calls it
// first, so that what was written before the move keeps the time before it.
func (s *Service) Sync(ctx context.Context) error {
	for _, src := range s.sources {
		err := src.sync(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
