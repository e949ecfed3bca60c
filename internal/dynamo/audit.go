package dynamo

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// AllCampaignIDs lists every campaign there is, in no order. It scans the table, which only an audit may.
func (s *Store) AllCampaignIDs(ctx context.Context) ([]campaign.ID, error) {
	var found []campaign.ID
	var start Item
	for {
		out, err := s.db.Scan(ctx, &dynamodb.ScanInput{
			TableName: &s.tables.Records, ExclusiveStartKey: start,
			FilterExpression: aws.String("SK = :sk AND #t = :t"), ProjectionExpression: aws.String("PK"),
			ExpressionAttributeNames:  map[string]string{"#t": "T"},
			ExpressionAttributeValues: Item{":sk": text(campaignKey("").SK), ":t": text(campaignType)},
		})
		if err != nil {
			return nil, failure("list campaigns", err)
		}
		for _, item := range out.Items {
			if pk, ok := item["PK"].(*types.AttributeValueMemberS); ok {
				found = append(found, CampaignOfPartition(pk.Value))
			}
		}
		start = out.LastEvaluatedKey
		if start == nil {
			return found, nil
		}
	}
}

// rowsWidth is how many partitions of a campaign are read at a time.
const rowsWidth = 4

// EachRow calls do for every row of a campaign that counters are made of, or that hangs on one: memberships,
// management notes, contacts, notes, answers, responses and corrections, in no order, one call at a time. A row that
// can't be decoded comes as nil with the reason.
func (s *Store) EachRow(ctx context.Context, c campaign.ID, do func(row any, bad error)) error {
	spans := []span{{partition: campaignKey(c).PK, prefix: correctionKey(c, "").SK}}
	for j := range indexShards {
		spans = append(spans,
			span{partition: membershipPartition(c, strconv.Itoa(j))},
			span{partition: managementNotePartition(c, strconv.Itoa(j))})
	}
	for k := range baseShards {
		for _, f := range []family{contacts, notes, answers, responses} {
			spans = append(spans, span{partition: basePartition(c, f, strconv.Itoa(k))})
		}
	}
	var one sync.Mutex
	return InParallel(ctx, rowsWidth, len(spans), func(ctx context.Context, n int) error {
		sp := spans[n]
		sp.table = s.tables.Records
		for {
			items, next, err := s.query(ctx, sp)
			if err != nil {
				return err
			}
			for _, item := range items {
				row, bad := Decode(item)
				if bad != nil {
					row = nil
				}
				one.Lock()
				do(row, bad)
				one.Unlock()
			}
			if next == nil {
				return nil
			}
			sp.start = next
		}
	})
}

// CounterItems reads every counter item of a campaign, but for the audit's signal.
func (s *Store) CounterItems(ctx context.Context, c campaign.ID) (map[metrics.Item]metrics.ItemState, error) {
	all := map[metrics.Item]metrics.ItemState{}
	read := func(kind metrics.Kind, partition string) error {
		items, err := s.queryAll(ctx, span{table: s.tables.Metrics, partition: partition})
		if err != nil {
			return err
		}
		for _, item := range items {
			all[metrics.Item{Campaign: c, Kind: kind, Name: nameOf(item)}] = counterState(item)
		}
		return nil
	}
	for _, kind := range []metrics.Kind{metrics.Core, metrics.Action, metrics.Daily} {
		if err := read(kind, counterPartition(c, kind)); err != nil {
			return nil, err
		}
	}
	for k := range memberShards {
		if err := read(metrics.Member, memberCounterPartition(c, strconv.Itoa(k))); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// DeleteIdleCounter removes a counter item that has not moved since it was read, and reports whether it did.
func (s *Store) DeleteIdleCounter(ctx context.Context, item metrics.Item, read metrics.ItemState) (bool, error) {
	_, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.tables.Metrics, Key: counterKey(item).attributes(),
		ConditionExpression:       aws.String("#m = :m"),
		ExpressionAttributeNames:  map[string]string{"#m": movedAttribute},
		ExpressionAttributeValues: Item{":m": instant(read.UpdatedAt)},
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return false, nil
	}
	return err == nil, failure("sweep a counter", err)
}

// CreateCorrection makes a correction.
func (s *Store) CreateCorrection(c *metrics.Correction) []Write {
	c.Version = 1
	return []Write{s.create("correction", newCorrectionItem(c))}
}

// Corrections lists the repairs of a campaign's counters, the oldest first.
func (s *Store) Corrections(ctx context.Context, c campaign.ID) ([]*metrics.Correction, error) {
	items, err := s.queryAll(ctx, span{table: s.tables.Records, partition: campaignKey(c).PK, prefix: correctionKey(c, "").SK})
	if err != nil {
		return nil, err
	}
	return decodeAll[metrics.Correction](items)
}

// SendProbe moves the campaign's signal row and returns the number that Signalled exceeds once that has been counted.
func (s *Store) SendProbe(ctx context.Context, c campaign.ID) (int, error) {
	before, err := s.CountedProbes(ctx, c)
	if err != nil {
		return 0, err
	}
	err = Retry(ctx, func() error {
		row, err := record[metrics.ProbeRow](ctx, s, "signal", signalKey(c))
		if fault.Is(err, fault.KindNotFound) {
			return s.Commit(ctx, s.create("signal", newSignalItem(&metrics.ProbeRow{Campaign: c, Number: 1, Version: 1})))
		}
		if err != nil {
			return err
		}
		next := &metrics.ProbeRow{Campaign: c, Number: row.Number + 1, Version: row.Version + 1}
		return s.Commit(ctx, s.replace("signal", newSignalItem(next), row.Version))
	})
	return before, err
}

// CountedProbes returns how far the campaign's signals have been counted.
func (s *Store) CountedProbes(ctx context.Context, c campaign.ID) (int, error) {
	item, err := s.get(ctx, s.tables.Metrics, counterKey(metrics.Item{Campaign: c, Kind: metrics.Probe}))
	if err != nil {
		return 0, err
	}
	return counterState(item).ProbeCount(), nil
}

// SaveRecount keeps what an audit found. A recount that was asked for is done with it, unless it was asked for after
// asked, which is what the audit read when it began. What an audit of a later time has found stays as it is.
func (s *Store) SaveRecount(ctx context.Context, c campaign.ID, r *metrics.Recount, asked time.Time) error {
	const notNewer = "(attribute_not_exists(#at) OR #at <= :at)"
	in := &dynamodb.UpdateItemInput{
		TableName: &s.tables.Metrics, Key: recountKey(c).attributes(),
		UpdateExpression: aws.String("SET #at = :at, Drift = :drift, Repaired = :repaired, Pending = :pending, " +
			"VerifiedAt = :verified, VerifiedVersion = :version, Orphans = :orphans, Unreadable = :unreadable REMOVE RequestedAt, Reason"),
		ConditionExpression:      aws.String("(attribute_not_exists(RequestedAt) OR RequestedAt = :asked) AND " + notNewer),
		ExpressionAttributeNames: map[string]string{"#at": "At"},
		ExpressionAttributeValues: Item{
			":at": instant(r.At), ":drift": number(r.Drift), ":repaired": number(r.Repaired), ":pending": number(r.Pending),
			":verified": instant(r.VerifiedAt), ":version": number(r.VerifiedVersion), ":orphans": number(r.OrphansRemoved), ":unreadable": number(r.Unreadable),
			":asked": instant(asked),
		},
	}
	_, err := s.db.UpdateItem(ctx, in)
	if _, again := errors.AsType[*types.ConditionalCheckFailedException](err); again {
		in.UpdateExpression = aws.String("SET #at = :at, Drift = :drift, Repaired = :repaired, Pending = :pending, " +
			"VerifiedAt = :verified, VerifiedVersion = :version, Orphans = :orphans, Unreadable = :unreadable")
		in.ConditionExpression = aws.String(notNewer)
		delete(in.ExpressionAttributeValues, ":asked")
		_, err = s.db.UpdateItem(ctx, in)
		if _, newer := errors.AsType[*types.ConditionalCheckFailedException](err); newer {
			return nil
		}
	}
	return failure("save recount", err)
}

// DeleteOrphans removes what hangs on a contact, or on a membership, that is gone. It removes nothing and reports false
// when the contact or the membership is there.
func (s *Store) DeleteOrphans(ctx context.Context, gone any) (bool, error) {
	var parent key
	switch g := gone.(type) {
	case *contact.Contact:
		parent = contactKey(g.Campaign, g.Mobilizer, g.ID)
	case *mobilizer.Mobilizer:
		parent = membershipKey(g.Campaign, g.ID)
	default:
		return false, nil
	}
	there, err := s.get(ctx, s.tables.Records, parent)
	if err != nil || there != nil {
		return false, err
	}
	return true, s.DeleteDependents(ctx, gone)
}
