package dynamo

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// The attributes of a counter item besides its cells (at most five bytes) and its marks (exactly six, see
// metrics.MarkName): single capitals, which name no cell.
const (
	updatedAttribute = "M" // time of the last record counted, ms
	firstAttribute   = "F" // first activity, ms
	lastAttribute    = "L" // last activity, ms
	versionAttribute = "V" // number of updates
)

// counterState decodes a counter item. It skips the key.
func counterState(item Item) metrics.ItemState {
	state := metrics.ItemState{Cells: metrics.Cells{}, Marks: map[string]metrics.Mark{}}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberB:
			state.Marks[name] = metrics.Mark(v.Value)
		case *types.AttributeValueMemberN:
			n, err := strconv.ParseInt(v.Value, 10, 64)
			if err != nil {
				continue // no writer writes fractions
			}
			switch name {
			case updatedAttribute:
				state.UpdatedAt = millis(n).time()
			case firstAttribute:
				state.Activity.First = millis(n).time()
			case lastAttribute:
				state.Activity.Last = millis(n).time()
			case versionAttribute:
				state.Version = int(n)
			default:
				state.Cells[metrics.Cell(name)] = int(n)
			}
		}
	}
	return state
}

// CampaignCounters reads a campaign's counters, and the result of the last audit. A campaign without counters has zeros.
// The number of calls and bytes does not depend on the number of contacts.
func (s *Store) CampaignCounters(ctx context.Context, c campaign.ID) (*metrics.CampaignCounters, error) {
	n := &metrics.CampaignCounters{Core: metrics.Cells{}, Actions: map[action.Code]metrics.Cells{}, Days: map[campaign.Day]metrics.Cells{}}
	for _, kind := range []metrics.Kind{metrics.Core, metrics.Action, metrics.Daily} {
		items, err := s.db.QueryAll(ctx, table.Span{Table: s.tables.Metrics, Partition: counterPartition(c, kind)})
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			counted, state := counterItem(c, kind, table.KeyOf(item).SK), counterState(item)
			if state.UpdatedAt.After(n.AsOf) {
				n.AsOf = state.UpdatedAt
			}
			switch counted.Kind {
			case metrics.Core:
				for cell, count := range state.Cells {
					n.Core[cell] += count
				}
			case metrics.Action:
				n.Actions[action.Code(counted.Name)] = state.Cells
			case metrics.Ladder:
				n.Movements = state.Cells
			default:
				n.Days[campaign.Day(counted.Name)] = state.Cells
			}
		}
	}
	recount, err := s.Recount(ctx, c)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, err
	}
	n.Recount = recount
	return n, nil
}

// CampaignTotals returns the counters of whole campaigns, in the order of the ids: one Query each, eight at a time. A
// campaign without counters has zeros.
func (s *Store) CampaignTotals(ctx context.Context, ids []campaign.ID) ([]metrics.Cells, error) {
	totals := make([]metrics.Cells, len(ids))
	err := InParallel(ctx, 8, len(ids), func(ctx context.Context, n int) error {
		items, err := s.db.QueryAll(ctx, table.Span{Table: s.tables.Metrics, Partition: counterPartition(ids[n], metrics.Core)})
		if err != nil {
			return err
		}
		totals[n] = metrics.Cells{}
		for _, item := range items {
			for cell, count := range counterState(item).Cells {
				totals[n][cell] += count
			}
		}
		return nil
	})
	return totals, err
}

// Analytics returns the numbers of a campaign's Analytics page by the counters at an instant, or not found.
func (s *Store) Analytics(ctx context.Context, c campaign.ID, at time.Time) (*metrics.Analytics, error) {
	content, err := s.Content(ctx, c)
	if err != nil {
		return nil, err
	}
	counters, err := s.CampaignCounters(ctx, c)
	if err != nil {
		return nil, err
	}
	return counters.Analytics(content.Campaign, content.Items, content.Campaign.Moment(at).Day), nil
}

// MobilizerCounts returns the numbers of mobilizers of a campaign. A mobilizer without counters has zeros.
func (s *Store) MobilizerCounts(ctx context.Context, c campaign.ID, ids []mobilizer.ID) (map[mobilizer.ID]metrics.MobilizerCounts, error) {
	counts := make(map[mobilizer.ID]metrics.MobilizerCounts, len(ids))
	keys := make([]key, 0, len(ids))
	for _, m := range ids {
		if _, duplicate := counts[m]; duplicate {
			continue
		}
		counts[m] = metrics.ItemState{}.MobilizerCounts()
		keys = append(keys, counterKey(metrics.Item{Campaign: c, Kind: metrics.Member, Name: string(m)}))
	}
	items, err := s.db.BatchGet(ctx, s.tables.Metrics, keys)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		counts[mobilizer.ID(table.KeyOf(item).SK)] = counterState(item).MobilizerCounts()
	}
	return counts, nil
}

type recountItem struct {
	key
	At              millis `dynamodbav:"At,omitempty"`
	Drift           int    `dynamodbav:"Drift"`
	Repaired        int    `dynamodbav:"Repaired"`
	Pending         int    `dynamodbav:"Pending"`
	VerifiedAt      millis `dynamodbav:"VerifiedAt,omitempty"`
	VerifiedVersion int    `dynamodbav:"VerifiedVersion,omitempty"`
	Orphans         int    `dynamodbav:"Orphans"`
	Unreadable      int    `dynamodbav:"Unreadable"`
	RequestedAt     millis `dynamodbav:"RequestedAt,omitempty"`
	Reason          string `dynamodbav:"Reason,omitempty"`
}

func (i *recountItem) domain() *metrics.Recount {
	return &metrics.Recount{
		At: i.At.time(), Drift: i.Drift, Repaired: i.Repaired, Pending: i.Pending,
		VerifiedAt: i.VerifiedAt.time(), VerifiedVersion: i.VerifiedVersion, OrphansRemoved: i.Orphans, Unreadable: i.Unreadable,
		RequestedAt: i.RequestedAt.time(), RequestReason: i.Reason,
	}
}

// Recount returns the result of the last audit of a campaign, or not found before the first one.
func (s *Store) Recount(ctx context.Context, c campaign.ID) (*metrics.Recount, error) {
	item, err := s.db.Get(ctx, s.tables.Metrics, recountKey(c))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, fault.NotFound("recount")
	}
	stored, err := table.Unmarshal[recountItem](item)
	if err != nil {
		return nil, err
	}
	return stored.domain(), nil
}

// RequestRecount marks a campaign for a recount. While a request is open, it keeps its time and reason.
func (s *Store) RequestRecount(ctx context.Context, c campaign.ID, at time.Time, why string) error {
	return s.Commit(ctx, Write{
		Entity: "recount", Table: s.tables.Metrics, Key: recountKey(c),
		Update: "SET RequestedAt = if_not_exists(RequestedAt, :at), Reason = if_not_exists(Reason, :why)",
		Values: Item{":at": instant(at), ":why": table.String(why)},
	})
}
