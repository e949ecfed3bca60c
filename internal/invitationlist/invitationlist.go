// Package invitationlist previews and imports invitation lists. An import invites the valid rows in parts, each in one
// transaction that stores its outcome, too: a repeated request skips finished parts, invites nobody twice and returns the
// same report. The rules of a list are in invitation/list.
package invitationlist

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/inviting"
)

const (
	// maxDuration is how long a request invites before it reports what remains. The gateway waits 30 s.
	maxDuration = 20 * time.Second
	// DeadlineMargin is how long before the context's deadline a request stops, so that the parts in flight can finish.
	DeadlineMargin = 6 * time.Second
	// PartsInFlight is the number of parts that are written concurrently.
	PartsInFlight = 8
)

// ErrOtherBody is returned for a request whose id was used with another body.
var ErrOtherBody = errors.New("invitationlist: the request was made with another body before")

// Preview reads a list and classifies its rows as an import would.
//
// Conflict: the campaign is closed. Invalid: the file is not a list.
func Preview(ctx context.Context, store *dynamo.Store, c *campaign.Campaign, file []byte, columns list.Columns, at time.Time) (*list.List, error) {
	if err := invitation.CanInvite(c); err != nil {
		return nil, err
	}
	l, err := list.Read(file, columns)
	if err != nil {
		return nil, err
	}
	candidates := l.Candidates()
	known, err := store.KnownInvitees(ctx, c, emails(candidates))
	if err != nil {
		return nil, err
	}
	for _, r := range candidates {
		r.Verdict = list.Classify(known[r.Invitee.Email], at)
	}
	return l, nil
}

func emails(rows []*list.Row) []string {
	addresses := make([]string, len(rows))
	for i, r := range rows {
		addresses[i] = r.Invitee.Email
	}
	return addresses
}

// Request identifies an import.
type Request struct {
	ID       string // the same for every repetition
	BodyHash string
	By       inviting.Inviter
	Campaign *campaign.Campaign
	Columns  list.Columns
}

// Import invites the valid rows of a list. It returns the list with the verdicts of all finished rows, and the number of rows
// that remain because time was up: the request has to be repeated for them.
//
// Invalid: the file is not a list. Conflict: the campaign is closed and rows remain.
func Import(ctx context.Context, store *dynamo.Store, service *inviting.Service, request Request, file []byte) (*list.List, int, error) {
	until := time.Now().Add(maxDuration)
	if deadline, ok := ctx.Deadline(); ok && deadline.Add(-DeadlineMargin).Before(until) {
		until = deadline.Add(-DeadlineMargin)
	}
	l, err := list.Read(file, request.Columns)
	if err != nil {
		return nil, 0, err
	}
	r := &run{
		store: store, service: service, request: request, until: until,
		parts: slices.Collect(slices.Chunk(l.Candidates(), dynamo.MaxInvitationsPerTransaction)),
	}
	if err := r.readFinished(ctx); err != nil {
		return nil, 0, err
	}
	if err := r.importParts(ctx); err != nil {
		return nil, 0, err
	}
	return l, r.applyVerdicts(), nil
}

// run is one try of a request.
type run struct {
	store    *dynamo.Store
	service  *inviting.Service
	request  Request
	until    time.Time
	bulk     *dynamo.BulkRequest
	parts    [][]*list.Row
	finished []*dynamo.BulkPart // by part; nil while it is not finished
}

// readFinished reads which parts earlier tries finished.
func (r *run) readFinished(ctx context.Context) error {
	bulk, err := r.store.StartBulkRequest(ctx, dynamo.BulkRequest{Request: r.request.ID, BodyHash: r.request.BodyHash}, r.request.By.At, dynamo.ReplyLifetime)
	if err != nil {
		return err
	}
	if bulk.BodyHash != r.request.BodyHash {
		return ErrOtherBody
	}
	r.bulk, r.finished = bulk, make([]*dynamo.BulkPart, len(r.parts))
	numbers := make([]int, len(r.parts))
	for n := range numbers {
		numbers[n] = n
	}
	finished, err := r.store.FinishedBulkParts(ctx, bulk, numbers...)
	if err != nil {
		return err
	}
	for n, part := range finished {
		if n < len(r.finished) {
			r.finished[n] = part
		}
	}
	return nil
}

// importParts imports the parts that are not finished until time is up, but at least those first in flight, so that every
// try makes progress.
func (r *run) importParts(ctx context.Context) error {
	var remaining []int
	for n, part := range r.finished {
		if part == nil {
			remaining = append(remaining, n)
		}
	}
	if len(remaining) == 0 {
		return nil // also after the campaign was closed
	}
	if err := invitation.CanInvite(r.request.Campaign); err != nil {
		return err
	}
	rows := 0
	for _, n := range remaining {
		rows += len(r.parts[n])
	}
	if err := inviting.CountInvitations(ctx, r.store, r.request.By, rows); err != nil {
		return err
	}
	return dynamo.InParallel(ctx, PartsInFlight, len(remaining), func(ctx context.Context, i int) error {
		if i >= PartsInFlight && time.Now().After(r.until) {
			return nil
		}
		return dynamo.Retry(ctx, func() error { return r.importPart(ctx, remaining[i]) })
	})
}

// importPart invites the valid rows of a part in one transaction, which stores the part's outcome. If an address was invited
// since it was read, the transaction fails, and the retry classifies it as a duplicate.
func (r *run) importPart(ctx context.Context, n int) error {
	known, err := r.store.KnownInvitees(ctx, r.request.Campaign, emails(r.parts[n]))
	if err != nil {
		return err
	}
	part := &dynamo.BulkPart{Number: n, Refused: map[int]list.Verdict{}}
	var writes []dynamo.Write
	for _, row := range r.parts[n] {
		verdict := list.Classify(known[row.Invitee.Email], r.request.By.At)
		if verdict.Class != list.Valid {
			part.Refused[row.Number] = verdict
			continue
		}
		_, opened, err := r.service.Open(ctx, r.request.By, r.request.Campaign, row.Invitee, known[row.Invitee.Email])
		if err != nil {
			return err
		}
		writes = append(writes, opened...)
	}
	err = r.store.Commit(ctx, append(writes, r.store.FinishBulkPart(r.bulk, part)...)...)
	if err == nil {
		r.finished[n] = part
		return nil
	}
	if !dynamo.ConditionFailed(err, "") {
		return err
	}
	finished, readErr := r.store.FinishedBulkParts(ctx, r.bulk, n)
	if readErr != nil {
		return readErr
	}
	if finished[n] == nil {
		return err
	}
	r.finished[n] = finished[n] // by another try, or by this one's commit whose response was lost
	return nil
}

// applyVerdicts sets the verdicts of the rows of finished parts and returns the number of rows that remain.
func (r *run) applyVerdicts() int {
	remaining := 0
	for n, part := range r.parts {
		if r.finished[n] == nil {
			remaining += len(part)
			continue
		}
		for _, row := range part {
			if verdict, refused := r.finished[n].Refused[row.Number]; refused {
				row.Verdict = verdict
			}
		}
	}
	return remaining
}
