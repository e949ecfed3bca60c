package invitation

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// Store is what sending needs of the tables. Conflict, from any of its writes: somebody else has come first.
type Store interface {
	MailStatusStore
	Job(ctx context.Context, id string) (*job.Job, error)
	SaveJob(ctx context.Context, j *job.Job) error
	EnqueueJob(ctx context.Context, j *job.Job) error
	FinishJob(ctx context.Context, j *job.Job) error
	// PendingMailJobs returns jobs that send a mail, some of each organization. When there are many, those behind after come
	// first.
	PendingMailJobs(ctx context.Context, after organization.ID) ([]*job.Job, error)
	Invitation(ctx context.Context, to Target, id ID) (*Invitation, error)
	Notice(ctx context.Context, j *job.Job) (*Notice, error)
	EmailContext(ctx context.Context, i *Invitation) (*EmailContext, error)
	InvitationSuppression(ctx context.Context, i *Invitation) (*Suppression, error)
	Suppression(ctx context.Context, o organization.ID, email string) (*Suppression, error)
	ClaimMail(ctx context.Context, i *Invitation, j *job.Job) error
	ClaimNotice(ctx context.Context, n *Notice, j *job.Job) error
	ReassignNotice(ctx context.Context, n *Notice, j *job.Job, now time.Time) error
	// FinishMail also counts what note changes of the organization's mail.
	FinishMail(ctx context.Context, j *job.Job, note func(*Invitation)) error
	// HoldJob puts a job off until it is let go, on the condition that the organization's mail stands as it was read.
	HoldJob(ctx context.Context, j *job.Job, s *MailStatus) error
	// HeldMailJobs returns jobs of an organization that were put off so. They may be a moment old.
	HeldMailJobs(ctx context.Context, o organization.ID) ([]*job.Job, error)
}

// Quota is how much the account may send.
type Quota struct {
	PerSecond float64
	Remaining int // of what it may send in 24 hours; negative when there is no limit
}

// Mailer is the mail service.
//
// Send: rate limited when it takes no more for now, invalid when it will never take this mail.
type Mailer interface {
	Quota(ctx context.Context) (Quota, error)
	Send(ctx context.Context, l Message) error
}

// Sender sends the mails that wait. One call sends for the whole account, at its quota: it holds the job named holder,
// whose lease and hand-on are those of any job, so that a dead sender is followed within 100 s.
type Sender struct {
	Store              Store
	Mailer             Mailer
	Tokens             Tokens
	Addresses          Addresses
	InvitationLifetime time.Duration // of invitations
	// HandOn asks for another call that goes on with the job at a version.
	HandOn func(ctx context.Context, job string, version int, at time.Time) error
	Now    func() time.Time // the machine's clock
}

const (
	holder       = "mail-of-the-account" // id of the job that the one who sends holds
	renewEvery   = 10 * time.Second
	quotaWait    = 15 * time.Minute // until the quota is asked again when a day's is used up
	fullThrottle = 8                // times that one mail is tried again while the service is busy
	watchEvery   = 5 * time.Second  // an organization's mail, while it goes out
	lookAfter    = 50               // mails begun, whether others have come to wait
	mostAtOnce   = 64               // mails under way
	claimAhead   = 250 * time.Millisecond
)

// Work sends what waits for about slice, then hands on. The job is one that rang, or the holder's, handed on at a version;
// at is the time of the event that rang. It returns nil when there is nothing (more) to do here.
func (s *Sender) Work(ctx context.Context, id string, version int, at time.Time, slice time.Duration) error {
	began := s.Now()
	if o, ok := strings.CutPrefix(id, releases); ok {
		return s.release(ctx, organization.ID(o), id, version, at, slice)
	}
	if id != holder {
		version = 0
	}
	for {
		h, err := s.hold(ctx, version, at)
		if h == nil || err != nil {
			return err
		}
		r := &run{
			Sender: s, holder: h, at: at, began: began, until: began.Add(slice), slots: make(chan struct{}, mostAtOnce),
			stands: map[organization.ID]watched{},
		}
		again, err := r.drain(ctx)
		if err != nil || !again {
			return unlessOvertaken(err)
		}
		version = 0
	}
}

// hold makes this call the one that sends. It returns nil when another one does, or when the day's quota is used up.
func (s *Sender) hold(ctx context.Context, version int, at time.Time) (*job.Job, error) {
	now := s.Now()
	h, err := s.Store.Job(ctx, holder)
	if fault.Is(err, fault.KindNotFound) {
		if version != 0 {
			return nil, nil // another call came to the end
		}
		h = job.New(job.EmailSending, "", "", "", at, now)
		h.ID, h.State, h.DueAt = holder, job.Running, now.Add(job.Lease)
		if err := s.Store.EnqueueJob(ctx, h); err != nil {
			return nil, unlessOvertaken(err)
		}
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	if h.State == job.Waiting && now.Before(h.DueAt) {
		return nil, nil
	}
	if err := h.Claim(version, now); err != nil {
		return nil, nil //nolint:nilerr // another call sends
	}
	if err := s.Store.SaveJob(ctx, h); err != nil {
		return nil, unlessOvertaken(err)
	}
	return h, nil
}

func unlessOvertaken(err error) error {
	if fault.Is(err, fault.KindConflict) {
		return nil
	}
	return err
}

// run is one slice of sending.
type run struct {
	*Sender
	holder *job.Job
	at     time.Time
	began  time.Time
	until  time.Time
	saved  time.Time
	next   time.Time // when the next mail may leave
	pace   time.Duration
	slots  chan struct{} // one for each mail under way

	served organization.ID // whose mail was begun last

	flights sync.WaitGroup
	flying  sync.Map // the mails under way, by mailOf their jobs

	mu      sync.Mutex
	left    int   // of the day's quota; negative when there is none
	failure error // why a mail could not be claimed

	watching sync.Mutex
	stands   map[organization.ID]watched
}

// watched is how an organization's mail stood a moment ago.
type watched struct {
	standing *MailStatus
	at       time.Time
}

// standing returns how an organization's mail stands, as it was at most watchEvery ago.
func (r *run) standing(ctx context.Context, o organization.ID) (*MailStatus, error) {
	r.watching.Lock()
	defer r.watching.Unlock()
	if known, ok := r.stands[o]; ok && r.Now().Sub(known.at) < watchEvery {
		return known.standing, nil
	}
	now := r.Now()
	standing, err := EnforceMailLimits(ctx, r.Store, o, r.clock())
	if err != nil {
		return nil, err
	}
	r.stands[o] = watched{standing, now}
	return standing, nil
}

// lookAgain forgets how an organization's mail stood.
func (r *run) lookAgain(o organization.ID) {
	r.watching.Lock()
	defer r.watching.Unlock()
	delete(r.stands, o)
}

// sentAt is the time of a mail that goes out now. What rang is known to the second only, so it may seem to have rung before
// the mail was asked for.
func (r *run) sentAt(j *job.Job) time.Time {
	at := r.clock()
	if at.Before(j.RequestedAt) {
		return j.RequestedAt
	}
	return at
}

// clock is the time of what happens now, by the clock of the event that rang.
func (r *run) clock() time.Time {
	return r.at.Add(r.Now().Sub(r.began)).UTC().Truncate(time.Millisecond)
}

// drain sends until nothing waits, the slice is over, or the day's quota is used up. It reports whether to begin again:
// something came in at the very end.
func (r *run) drain(ctx context.Context) (bool, error) {
	quota, err := r.Mailer.Quota(ctx)
	if err != nil {
		return false, r.pause(ctx, 15*time.Second, err)
	}
	// A hundredth slower than allowed: mails that leave in time may arrive a little closer together.
	r.pace = time.Duration(1.01 * float64(time.Second) / max(quota.PerSecond, 0.01))
	r.left, r.saved, r.next = quota.Remaining, r.Now(), r.Now()
	defer r.land()
	for {
		waiting, err := r.waiting(ctx)
		if err != nil {
			return false, err
		}
		if len(waiting) == 0 {
			if r.land() {
				continue // some may have come meanwhile
			}
			if err := r.failed(); err != nil {
				return false, err
			}
			return r.finish(ctx)
		}
		over, err := r.dispatch(ctx, waiting)
		if err != nil {
			return false, err
		}
		if over {
			r.land()
			return false, r.HandOn(ctx, holder, r.holder.Version, r.clock())
		}
		if r.used() {
			slog.WarnContext(ctx, "the day's mail quota is used up", "waiting", len(waiting))
			return false, r.pause(ctx, quotaWait, nil)
		}
	}
}

// used reports whether the day's quota is used up, once all that is under way has come to its end.
func (r *run) used() bool {
	r.mu.Lock()
	left := r.left
	r.mu.Unlock()
	if left != 0 {
		return false
	}
	r.land()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left == 0
}

// finish gives the sending up, and reports whether something came in meanwhile.
func (r *run) finish(ctx context.Context) (bool, error) {
	if err := r.Store.FinishJob(ctx, r.holder); err != nil {
		return false, err
	}
	waiting, err := r.waiting(ctx)
	return len(waiting) > 0, err
}

// pause lets nobody send for a while. The sweep rings when it is over.
func (r *run) pause(ctx context.Context, wait time.Duration, why error) error {
	if why != nil {
		slog.ErrorContext(ctx, "mail can't be sent now", "error", why)
	}
	r.holder.State, r.holder.DueAt = job.Waiting, r.Now().Add(wait)
	return r.Store.SaveJob(ctx, r.holder)
}

// dispatch begins mails at the account's pace, several under way at once, and reports whether the slice is over. Each is
// claimed a little before its turn to leave, so that neither claiming nor looking for more mails costs pace. After some it
// returns: somebody else may have asked for mails.
func (r *run) dispatch(ctx context.Context, waiting []*job.Job) (bool, error) {
	for _, j := range waiting[:min(len(waiting), lookAfter)] {
		if over, err := r.turn(ctx); over || err != nil {
			return over, err
		}
		if _, flies := r.flying.Load(mailOf(j)); flies {
			continue // it is looked at again when that one has come to its end
		}
		if !r.reserve() {
			return false, nil
		}
		leaves := r.next
		if now := r.Now(); leaves.Before(now) {
			leaves = now
		}
		r.next, r.served = leaves.Add(r.pace), organization.ID(j.Organization)
		r.slots <- struct{}{}
		r.flying.Store(mailOf(j), true)
		r.flights.Go(func() {
			defer func() { <-r.slots }()
			defer r.flying.Delete(mailOf(j))
			r.fly(ctx, j, leaves)
		})
	}
	return false, nil
}

// turn waits until the next mail may be begun, and reports whether the slice is over.
func (r *run) turn(ctx context.Context) (bool, error) {
	for {
		if err := r.failed(); err != nil {
			return false, err
		}
		if !r.Now().Before(r.until) {
			return true, nil
		}
		if err := r.renew(ctx); err != nil {
			return false, err
		}
		early := r.next.Add(-claimAhead).Sub(r.Now())
		if early <= 0 {
			return false, nil
		}
		if err := r.wait(ctx, min(early, renewEvery)); err != nil {
			return false, err
		}
	}
}

// fly claims a mail and sends it when its turn comes.
func (r *run) fly(ctx context.Context, j *job.Job, leaves time.Time) {
	letter, err := r.claim(ctx, j)
	if err == nil && letter != nil {
		if err = r.wait(ctx, leaves.Sub(r.Now())); err == nil {
			r.send(ctx, j, letter)
			return
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left >= 0 {
		r.left++
	}
	if r.failure == nil {
		r.failure = err
	}
}

// reserve takes one mail off the day's quota, and reports whether there was one left.
func (r *run) reserve() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left > 0 {
		r.left--
		return true
	}
	return r.left < 0
}

// failed returns why a mail could not be claimed.
func (r *run) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

// land waits for the mails under way, and reports whether there were any.
func (r *run) land() bool {
	some := false
	r.flying.Range(func(any, any) bool { some = true; return false })
	r.flights.Wait()
	return some
}

func (r *run) renew(ctx context.Context) error {
	if r.Now().Sub(r.saved) < renewEvery {
		return nil
	}
	r.saved = r.Now()
	r.holder.Renew(r.saved)
	return r.Store.SaveJob(ctx, r.holder)
}

// wait waits, or returns unavailable when the call ends before.
func (r *run) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fault.Unavailable(ctx.Err())
	}
}

// claim takes a job whose mail is to be sent now, and returns its letter: nil when there is none to be sent any more, or
// somebody else has the job.
func (r *run) claim(ctx context.Context, j *job.Job) (*Message, error) {
	if j.Kind == job.NoticeEmail {
		return r.claimNotice(ctx, j)
	}
	i, err := r.Store.Invitation(ctx, Target{organization.ID(j.Organization), campaign.ID(j.Campaign)}, ID(j.Record))
	if fault.Is(err, fault.KindNotFound) {
		return nil, unlessOvertaken(r.Store.FinishJob(ctx, j))
	}
	if err != nil {
		return nil, err
	}
	at := r.sentAt(j)
	if i.Delivery != Queued {
		return nil, unlessOvertaken(r.Store.FinishJob(ctx, j))
	}
	sheet, err := r.Store.EmailContext(ctx, i)
	if err != nil {
		return nil, err
	}
	if !i.ShouldSend(sheet.Campaign, at) {
		return nil, unlessOvertaken(r.Store.FinishMail(ctx, j, func(i *Invitation) { i.RecordUnwanted(sheet.Campaign, at) }))
	}
	suppressed, err := r.Store.InvitationSuppression(ctx, i)
	if err != nil {
		return nil, err
	}
	if suppressed != nil {
		return nil, unlessOvertaken(r.Store.FinishMail(ctx, j, func(i *Invitation) { i.RecordSuppressed(suppressed) }))
	}
	if held, err := r.heldBack(ctx, i.Organization, j); held || err != nil {
		return nil, err
	}
	if err := j.Claim(j.Version, r.Now()); err != nil {
		return nil, nil //nolint:nilerr // somebody else has it
	}
	if err := r.Store.ClaimMail(ctx, i, j); err != nil {
		return nil, unlessOvertaken(err)
	}
	letter := i.Message(sheet, r.Tokens, r.Addresses, r.InvitationLifetime, at)
	return &letter, nil
}

// send sends a mail whose job is held, and notes what became of it. Dying between the service's yes and that note is the
// one way in which a mail is sent twice.
func (r *run) send(ctx context.Context, j *job.Job, l *Message) {
	err := r.offer(ctx, *l)
	switch {
	case err == nil:
		at := r.sentAt(j)
		err = r.finished(ctx, j, l, func(i *Invitation) { i.RecordSent(l.Generation, r.InvitationLifetime, at) })
	case fault.Is(err, fault.KindInvalid):
		slog.WarnContext(ctx, "mail refused", "invitation", string(l.Invitation), "error", err)
		err = r.finished(ctx, j, l, func(i *Invitation) { i.RecordRejected(l.Generation) })
	default:
		slog.WarnContext(ctx, "mail put off", "invitation", string(l.Invitation), "error", err)
		j.Backoff(r.Now())
		err = r.Store.SaveJob(ctx, j)
	}
	if err := unlessOvertaken(err); err != nil {
		slog.ErrorContext(ctx, "mail's outcome not kept", "invitation", string(l.Invitation), "error", err)
	}
}

// finished ends a mail's job, and notes in the invitation what became of its own mail.
func (r *run) finished(ctx context.Context, j *job.Job, l *Message, note func(*Invitation)) error {
	if l.Kind != InvitationMessage {
		return r.Store.FinishJob(ctx, j)
	}
	return r.Store.FinishMail(ctx, j, note)
}

// offer gives a mail to the service, again and again while it is busy.
func (r *run) offer(ctx context.Context, l Message) error {
	for try := range fullThrottle {
		err := r.Mailer.Send(ctx, l)
		if !fault.Is(err, fault.KindRateLimited) || try == fullThrottle-1 {
			return err
		}
		if err := r.wait(ctx, 100*time.Millisecond<<min(try, 4)); err != nil {
			return err
		}
	}
	return nil
}
