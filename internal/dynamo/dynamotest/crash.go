package dynamotest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

// ErrCrashed is the error of calls after a crash.
var ErrCrashed = errors.New("dynamotest: the process has crashed")

// CrashingProcess is a process that crashes at one of its store calls.
type CrashingProcess struct {
	table     string // of the writes that count, "" if every call counts
	mu        sync.Mutex
	callsLeft int
	after     bool
	crashed   bool
	atRead    bool // the call of the crash
}

// EachCrash calls run for a crash at each call of a process in turn, before and after it takes effect, until there are no more
// calls, and returns the number of calls. It leaves out crashes after reads: a read has no effect, so a crash after it is that
// before it.
func EachCrash(run func(n int, after bool) *CrashingProcess) int {
	for n := 0; ; n++ {
		before := run(n, false)
		if before.CrashedAtRead() {
			continue
		}
		if after := run(n, true); !before.Crashed() && !after.Crashed() {
			return n
		}
	}
}

// NewCrashingClient returns a client of the same engine whose process crashes at its nth call, counted from 0: that call and
// all later ones fail. With after, the crash comes after that call has taken effect.
func NewCrashingClient(db *dynamodb.Client, n int, after bool) (*dynamodb.Client, *CrashingProcess) {
	return newCrashingClient(db, &CrashingProcess{callsLeft: n, after: after})
}

// NewCrashingWriter returns a client whose process crashes at its nth write to a table, counted from 0, as NewCrashingClient
// does at a call.
func NewCrashingWriter(db *dynamodb.Client, table string, n int, after bool) (*dynamodb.Client, *CrashingProcess) {
	return newCrashingClient(db, &CrashingProcess{table: table, callsLeft: n, after: after})
}

func newCrashingClient(db *dynamodb.Client, p *CrashingProcess) (*dynamodb.Client, *CrashingProcess) {
	return dynamodb.New(db.Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Crash", p.handle), middleware.Before)
		})
	}), p
}

// Crashed reports whether the process has crashed.
func (p *CrashingProcess) Crashed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.crashed
}

// CrashedAtRead reports whether the process has crashed at a call that has no effect.
func (p *CrashingProcess) CrashedAtRead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.atRead
}

func (p *CrashingProcess) handle(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	takesEffect, crashes := p.call(in.Parameters)
	if !crashes {
		return next.HandleInitialize(ctx, in)
	}
	err := ErrCrashed
	if takesEffect {
		_, _, failure := next.HandleInitialize(ctx, in)
		err = errors.Join(ErrCrashed, failure)
	}
	return middleware.InitializeOutput{}, middleware.Metadata{}, err
}

// writesTo reports whether a request updates, puts or deletes an item of a table, alone or in a transaction.
func writesTo(request any, table string) bool {
	switch r := request.(type) {
	case *dynamodb.UpdateItemInput:
		return *r.TableName == table
	case *dynamodb.PutItemInput:
		return *r.TableName == table
	case *dynamodb.DeleteItemInput:
		return *r.TableName == table
	case *dynamodb.TransactWriteItemsInput:
		return slices.ContainsFunc(r.TransactItems, func(w types.TransactWriteItem) bool {
			return w.Update != nil && *w.Update.TableName == table || w.Put != nil && *w.Put.TableName == table ||
				w.Delete != nil && *w.Delete.TableName == table
		})
	}
	return false
}

// call decides whether the next call takes effect, and whether the process crashes with it or has crashed. Calls that do not
// count cause no crash.
func (p *CrashingProcess) call(request any) (takesEffect, crashes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.crashed {
		return false, true
	}
	if p.table != "" && !writesTo(request, p.table) {
		return true, false
	}
	if p.callsLeft == 0 {
		p.crashed = true
		switch request.(type) {
		case *dynamodb.GetItemInput, *dynamodb.BatchGetItemInput, *dynamodb.QueryInput:
			p.atRead = true
		}
		return p.after, true
	}
	p.callsLeft--
	return true, false
}
