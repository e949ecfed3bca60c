package bench

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// spending is what a number of mobilizer actions consumes: of the requests, and of counting them.
type spending struct {
	actions         int
	requests        meter
	counting        meter
	countingBatches int
	answered        int // bytes of the responses
}

// Bytes of a request with its access token, and of the headers of a response.
const requestBytes, headerBytes = 2200, 600

// edge returns the price that CloudFront in front of the API adds to one action: the request, and the bytes to the API. The
// response costs as much as it would without CloudFront, or less.
func (s spending) edge() float64 { return edgePrice + requestBytes*edgeInPrice }

// dollars returns the price of one action, by part.
func (s spending) dollars() (gateway, functions, writes, reads, logs float64) {
	n := float64(s.actions)
	const requestGB, streamGB = 0.512, 0.512 // memory of mobilizer-api and update-metrics in the template
	gateway = requestPrice + transferPrice*(headerBytes+float64(s.answered)/n)
	functions = invocationPrice*(1+float64(s.countingBatches)/n) +
		functionPrice*storeCallTime*(requestGB*float64(s.requests.calls)+streamGB*float64(s.counting.calls))/n
	writes = writePrice * (s.requests.writes + s.counting.writes) / n
	reads = readPrice * (s.requests.reads + s.counting.reads) / n
	logs = logPrice * (requestLogBytes + streamLogBytes*float64(s.countingBatches)/n)
	return gateway, functions, writes, reads, logs
}

func (s spending) total() float64 {
	gateway, functions, writes, reads, logs := s.dollars()
	return gateway + functions + writes + reads + logs
}

// actionKinds are the actions whose price is stated. Each is sent for a contact that has no such action yet.
var actionKinds = []struct {
	name string
	send func(s *httpapitest.CampaignFixture, who *httpapitest.Client, contact, key string) *httpapitest.Reply
}{
	{"notes", func(_ *httpapitest.CampaignFixture, who *httpapitest.Client, contact, key string) *httpapitest.Reply {
		return who.Do(http.MethodPost, contact+"/notes", body{"content": "Met at the market. She will bring a neighbour."}, key)
	}},
	{"answers", func(s *httpapitest.CampaignFixture, who *httpapitest.Client, contact, key string) *httpapitest.Reply {
		return who.Do(http.MethodPut, contact+"/answer", body{"response_id": s.ResponseID(0)}, key)
	}},
	{"responses", func(s *httpapitest.CampaignFixture, who *httpapitest.Client, contact, key string) *httpapitest.Reply {
		return who.Do(http.MethodPut, contact+"/action-responses/"+string(s.Task.ID), body{"completed": true}, key)
	}},
}

// actionDollars measures the units of mobilizer actions, from the request to counters and lists, and states their price. One at a
// time, functions remember nothing of the request before and each action is counted alone. Busy, they remember the campaign, and
// the actions of all 40 contacts are counted together.
func actionDollars(t *testing.T) []line {
	t.Helper()
	const contacts = 40
	var lines []line
	for _, busy := range []bool{false, true} {
		how := ", one at a time"
		if busy {
			how = ", busy"
		}
		s := httpapitest.NewCampaign(t)
		who := s.NewMobilizer("Ana")
		var paths []string
		for n := range contacts {
			paths = append(paths, who.AddContact(fmt.Sprintf("Friend%d", n)))
		}
		s.DeliverStream()
		var all spending
		for _, kind := range actionKinds {
			spent := spend(t, s, busy, contacts, func(n int) *httpapitest.Reply {
				return kind.send(s, who, paths[n], fmt.Sprintf("%s-%d", kind.name, n))
			})
			lines = append(lines, line{"dollars per million " + kind.name + how, fmt.Sprintf("%.2f", spent.total()*1e6), "<= 12", spent.total()*1e6 <= 12})
			all.add(spent)
		}
		gateway, functions, writes, reads, logs := all.dollars()
		lines = append(lines, line{
			"dollars per million mobilizer actions" + how, fmt.Sprintf("%.2f", all.total()*1e6), "<= 12", all.total()*1e6 <= 12,
		}, line{
			"  of these API, functions, writes, reads, logs",
			fmt.Sprintf("%.2f, %.2f, %.2f, %.2f, %.2f", gateway*1e6, functions*1e6, writes*1e6, reads*1e6, logs*1e6), "stated", true,
		}, line{
			"  with an own domain", fmt.Sprintf("%.2f", (all.total()+all.edge())*1e6), "<= 12", (all.total()+all.edge())*1e6 <= 12,
		})
	}
	return lines
}

func (s *spending) add(other spending) {
	s.actions += other.actions
	s.countingBatches += other.countingBatches
	s.answered += other.answered
	s.requests.add(other.requests)
	s.counting.add(other.counting)
}

// spend sends n actions to an API with a metered store, and counts them with another.
func spend(t *testing.T, s *httpapitest.CampaignFixture, busy bool, n int, send func(n int) *httpapitest.Reply) spending {
	t.Helper()
	spent := spending{actions: n}
	plain, store := s.DB, s.Store
	s.DB = dynamodb.New(plain.Options(), spent.requests.attach)
	s.Store = dynamo.New(dynamodb.New(plain.Options(), spent.counting.attach), s.Tables)
	s.Restart()
	for i := range n {
		s.Now = s.Now.Add(time.Second)
		if !busy {
			s.Restart()
		}
		got := send(i)
		if got.Status >= http.StatusMultipleChoices {
			t.Fatalf("%s: %d %s", got.Request, got.Status, got.Raw)
		}
		spent.answered += len(got.Raw)
		if !busy || i == n-1 {
			spent.countingBatches += s.DeliverStream()
		}
	}
	s.DB, s.Store = plain, store
	if spent.requests.writes == 0 || spent.counting.writes == 0 || spent.requests.reads == 0 {
		t.Fatalf("the engine reports no units: %+v", spent)
	}
	return spent
}
