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

var errClosed = errors.New("the event source mappings are closed")

// Runner runs event source mappings.
type Runner struct {
	c         Config
	api       *api
	readers   []*streamReader
	consumers []*consumer
	cancel    context.CancelFunc
	group     sync.WaitGroup
	closed    chan struct{}
	logging   sync.Mutex
}

// Start starts to read the streams and to deliver their records. It fails if a mapping is invalid or a stream can't be
// read.
func Start(ctx context.Context, c Config) (*Runner, error) {
	if c.Shards == 0 {
		c.Shards = 4
	}
	if c.ShardLifetime == 0 {
		c.ShardLifetime = 3 * time.Minute
	}
	if c.PollInterval == 0 {
		c.PollInterval = 20 * time.Millisecond
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 8
	s := &Runner{
		c: c, closed: make(chan struct{}),
		api: &api{endpoint: c.Endpoint, region: c.Region, client: &http.Client{Transport: transport}},
	}
	byTable := map[string]*streamReader{}
	for _, m := range c.Mappings {
		err := m.Validate()
		if err != nil {
			return nil, err
		}
		arn, ok := c.Streams[m.Table]
		if !ok {
			return nil, fmt.Errorf("event source mapping %s: table %s has no stream", m.Name, m.Table)
		}
		reader := byTable[m.Table]
		if reader == nil {
			reader, err = newStreamReader(s, m.Table, arn)
			if err != nil {
				return nil, err
			}
			byTable[m.Table] = reader
			s.readers = append(s.readers, reader)
		}
		f, err := newConsumer(s, m, reader)
		if err != nil {
			return nil, err
		}
		reader.consumers = append(reader.consumers, f)
		s.consumers = append(s.consumers, f)
	}
	for _, reader := range s.readers {
		reader.seek()
		// LATEST skips the records that are read here: they were written before the start.
		err := reader.catchUp(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the stream of %s: %w", reader.table, err)
		}
	}
	s.run()
	return s, nil
}

// seek sets the position to that of the slowest mapping.
func (reader *streamReader) seek() {
	for i, f := range reader.consumers {
		at := f.floor()
		if i == 0 || after(reader.position, at) {
			reader.position = at
		}
	}
}

func (s *Runner) run() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	for _, reader := range s.readers {
		s.group.Go(func() { reader.run(ctx) })
	}
	for _, f := range s.consumers {
		for _, l := range f.partitions {
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
			err := s.save()
			if err != nil {
				s.logf("save the positions: %v", err)
			}
		}
	})
}

func (s *Runner) save() error {
	var errs []error
	for _, f := range s.consumers {
		errs = append(errs, f.save())
	}
	return errors.Join(errs...)
}

// Close stops delivery and saves the positions. Batches in flight are delivered again after a restart.
func (s *Runner) Close() error {
	s.cancel()
	close(s.closed)
	s.group.Wait()
	return s.save()
}

func (s *Runner) logf(format string, args ...any) {
	s.logging.Lock()
	defer s.logging.Unlock()
	fmt.Fprintf(s.c.Log, "mapping: "+format+"\n", args...)
}

// Status is the progress of delivery.
type Status struct {
	// Idle is set if all records that were written before the request are delivered, including those that functions wrote
	// during it.
	Idle bool
	// OldestUnprocessed is the time for which the oldest record has waited.
	OldestUnprocessed time.Duration
	// Delivered counts the delivered records since the start, by mapping.
	Delivered map[string]int64
	// Waiting counts the records that are queued or in flight, by mapping.
	Waiting map[string]int
}

// Status reads every stream and returns the progress. It fails if a stream can't be read.
func (s *Runner) Status(ctx context.Context) (Status, error) {
	before, received := s.pendingRecords()
	err := s.Sync(ctx)
	if err != nil {
		return Status{}, err
	}
	st := Status{Delivered: map[string]int64{}, Waiting: map[string]int{}}
	pendingRecords, now := s.pendingRecords()
	st.Idle = before == 0 && pendingRecords == 0 && received == now
	for _, f := range s.consumers {
		n, _, oldest := f.pending()
		f.mu.Lock()
		st.Delivered[f.m.Name] = f.delivered
		f.mu.Unlock()
		st.Waiting[f.m.Name] = n
		if !oldest.IsZero() {
			st.OldestUnprocessed = max(st.OldestUnprocessed, time.Since(oldest))
		}
	}
	return st, nil
}

func (s *Runner) pendingRecords() (records int, received int64) {
	for _, f := range s.consumers {
		n, g, _ := f.pending()
		records += n
		received += g
	}
	return records, received
}

// SetEnabled enables or disables the mappings of a function. While they are disabled, further records wait. It fails if there is
// no mapping.
func (s *Runner) SetEnabled(function string, enabled bool) error {
	found := false
	for _, f := range s.consumers {
		if f.m.Function == function {
			f.setEnabled(enabled)
			found = true
		}
	}
	if !found {
		return fmt.Errorf("%s has no event source mapping", function)
	}
	return nil
}

// Sync returns when everything that was written before the call has been read and has its time. It is called before the
// clock is moved, so that these records keep the time before the move.
func (s *Runner) Sync(ctx context.Context) error {
	for _, reader := range s.readers {
		err := reader.sync(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
