package dynamo

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// The attributes of a counter item beside its cells (at most five bytes) and its marks (exactly six, see
// metrics.MarkName): single capitals, which no cell is named by.
const (
	movedAttribute = "M" // when the last record counted into it was made, ms
	firstAttribute = "F" // first activity, ms
	lastAttribute  = "L" // last activity, ms
)

// counterState reads a counter item. Attributes of the key are passed over.
func counterState(item Item) metrics.ItemState {
	state := metrics.ItemState{Cells: metrics.Cells{}, Marks: map[string]metrics.Mark{}}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberB:
			state.Marks[name] = metrics.Mark(v.Value)
		case *types.AttributeValueMemberN:
			n, err := strconv.ParseInt(v.Value, 10, 64)
			if err != nil {
				continue // nothing of ours writes fractions
			}
			switch name {
			case movedAttribute:
				state.UpdatedAt = millis(n).time()
			case firstAttribute:
				state.Activity.First = millis(n).time()
			case lastAttribute:
				state.Activity.Last = millis(n).time()
			default:
				state.Cells[metrics.Cell(name)] = int(n)
			}
		}
	}
	return state
}

// CampaignCounters reads a campaign's counters, and what the last audit found. A campaign that nothing was counted of has zeros.
// The store calls and bytes do not depend on the number of contacts.
func (s *Store) CampaignCounters(ctx context.Context, c campaign.ID) (*metrics.CampaignCounters, error) {
	n := &metrics.CampaignCounters{Core: metrics.Cells{}, Actions: map[action.Code]metrics.Cells{}, Days: map[campaign.Day]metrics.Cells{}}
	for _, kind := range []metrics.Kind{metrics.Core, metrics.Action, metrics.Daily} {
		items, err := s.queryAll(ctx, span{table: s.tables.Metrics, partition: counterPartition(c, kind)})
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			name, state := nameOf(item), counterState(item)
			if state.UpdatedAt.After(n.AsOf) {
				n.AsOf = state.UpdatedAt
			}
			switch kind {
			case metrics.Core:
				for cell, count := range state.Cells {
					n.Core[cell] += count
				}
			case metrics.Action:
				n.Actions[action.Code(name)] = state.Cells
			default:
				n.Days[campaign.Day(name)] = state.Cells
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

// Analytics returns the numbers of a campaign's Analytics page as of today's counters. It returns not found when there
// is no such campaign.
func (s *Store) Analytics(ctx context.Context, c campaign.ID, at time.Time) (*metrics.Analytics, error) {
	content, err := s.Content(ctx, c)
	if err != nil {
		return nil, err
	}
	numbers, err := s.CampaignCounters(ctx, c)
	if err != nil {
		return nil, err
	}
	return numbers.Analytics(content.Campaign, content.Items, content.Campaign.Moment(at).Day), nil
}

// MobilizerCounts returns the numbers of mobilizers of a campaign. One of whom nothing was counted has zeros.
func (s *Store) MobilizerCounts(ctx context.Context, c campaign.ID, ids []mobilizer.ID) (map[mobilizer.ID]metrics.MobilizerCounts, error) {
	counts := make(map[mobilizer.ID]metrics.MobilizerCounts, len(ids))
	keys := make([]key, 0, len(ids))
	for _, m := range ids {
		if _, twice := counts[m]; twice {
			continue
		}
		counts[m] = metrics.ItemState{}.MobilizerCounts()
		keys = append(keys, counterKey(metrics.Item{Campaign: c, Kind: metrics.Member, Name: string(m)}))
	}
	items, err := s.batchGet(ctx, s.tables.Metrics, keys)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		counts[mobilizer.ID(nameOf(item))] = counterState(item).MobilizerCounts()
	}
	return counts, nil
}

// nameOf returns an item's sort key.
func nameOf(item Item) string {
	name, _ := item["SK"].(*types.AttributeValueMemberS)
	if name == nil {
		return ""
	}
	return name.Value
}

type recountItem struct {
	key
	At              millis `dynamodbav:"At,omitempty"`
	Drift           int    `dynamodbav:"Drift"`
	Repaired        int    `dynamodbav:"Repaired"`
	Pending         int    `dynamodbav:"Pending"`
	VerifiedAt      millis `dynamodbav:"VerifiedAt,omitempty"`
	VerifiedVersion int    `dynamodbav:"VerifiedVersion,omitempty"`
	OrphansGone     int    `dynamodbav:"Orphans"`
	Unreadable      int    `dynamodbav:"Unreadable"`
	RequestedAt     millis `dynamodbav:"RequestedAt,omitempty"`
	Reason          string `dynamodbav:"Reason,omitempty"`
}

// Recount returns what the last audit of a campaign found. It returns not found before the first one.
func (s *Store) Recount(ctx context.Context, c campaign.ID) (*metrics.Recount, error) {
	item, err := s.get(ctx, s.tables.Metrics, recountKey(c))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, fault.NotFound("recount")
	}
	var stored recountItem
	if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
		return nil, fault.Internal("decode recount of %s: %w", c, err)
	}
	return stored.domain(), nil
}

func (i *recountItem) domain() *metrics.Recount {
	return &metrics.Recount{
		At: i.At.time(), Drift: i.Drift, Repaired: i.Repaired, Pending: i.Pending,
		VerifiedAt: i.VerifiedAt.time(), VerifiedVersion: i.VerifiedVersion, OrphansRemoved: i.OrphansGone, Unreadable: i.Unreadable,
		RequestedAt: i.RequestedAt.time(), RequestReason: i.Reason,
	}
}
