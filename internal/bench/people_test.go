package bench

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// people measures the items read per row of the People lists.
func people(t *testing.T) []line {
	t.Helper()
	db, names := dynamotest.New(t)
	s := dynamo.New(db, dynamo.Tables(names))
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	in := campaign.ID(id.At(at))
	const mobilizers, each = 40, 50
	var workers sync.WaitGroup
	for n := range mobilizers {
		workers.Go(func() {
			joined := at.Add(time.Duration(n) * time.Second)
			m := &mobilizer.Mobilizer{ID: mobilizer.ID(id.At(joined)), Campaign: in, Organization: "o", User: user.ID(id.At(joined)), JoinedAt: joined}
			commit(t, s, s.CreateMembership(m))
			for k := range each {
				added := joined.Add(time.Duration(k) * 700 * time.Millisecond)
				c := &contact.Contact{
					ID: contact.ID(id.At(added)), Entry: contact.EntryID(id.At(added)), User: m.User, Mobilizer: m.ID,
					Campaign: in, Organization: "o", AddedAt: added, LastActivityAt: added, Version: 1,
					Details:         contact.Details{FirstName: fmt.Sprint("First ", k), LastName: fmt.Sprint("Last ", n*k%97)},
					Match:           voter.Match{Status: voter.Statuses[(n+k)%6]},
					KeyQuestionCode: []campaign.Code{"", "00", "01"}[(n*k)%3],
				}
				entry := &contact.Entry{
					ID: c.Entry, User: c.User, Organization: "o", Details: c.Details, CreatedAt: added,
					Targets: map[campaign.ID]contact.ID{in: c.ID},
				}
				commit(t, s, s.CreateContact(c, entry))
			}
		})
	}
	workers.Wait()
	if t.Failed() {
		t.FailNow()
	}
	none := campaign.Code("")
	var lines []line
	for _, list := range []struct {
		name string
		q    dynamo.PeopleQuery
		rows int
	}{
		{"by added", dynamo.PeopleQuery{Order: dynamo.ByAdded}, mobilizers * each},
		{"by name", dynamo.PeopleQuery{Order: dynamo.ByName}, mobilizers * each},
		{"of a match status", dynamo.PeopleQuery{Order: dynamo.ByAdded, Status: voter.NoMatches}, 0},
		{"without a response", dynamo.PeopleQuery{Order: dynamo.ByAdded, Response: &none}, 0},
	} {
		for _, limit := range []int{25, 100} {
			q := list.q
			q.Limit, q.At = limit, at.AddDate(1, 0, 0)
			rows, read := 0, 0
			for {
				p, err := s.ContactsPage(t.Context(), in, q)
				if err != nil {
					t.Fatal(err)
				}
				rows, read = rows+len(p.Rows), read+p.Read
				if p.Next == nil {
					break
				}
				q.After = *p.Next
			}
			if list.rows != 0 && rows != list.rows {
				t.Fatalf("contacts %s: %d rows, want %d", list.name, rows, list.rows)
			}
			per := float64(read) / float64(rows)
			lines = append(lines, line{
				fmt.Sprintf("items read for a contact listed %s, pages of %d", list.name, limit),
				fmt.Sprintf("%.2f", per), "<= 3", per <= 3,
			})
		}
	}
	return lines
}

func commit(t *testing.T, s *dynamo.Store, writes []dynamo.Write) {
	t.Helper()
	if err := s.Commit(context.Background(), writes...); err != nil {
		t.Error(err)
	}
}
