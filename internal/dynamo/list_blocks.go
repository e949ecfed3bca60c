package dynamo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/peoplelist"
)

// UpdateBlock writes rows of one block of the lists if none of them is stored with the same version or a later one. It
// returns nil if it wrote them, else the stored rows by name. Unavailable: the service failed; the rows may be written.
func (s *Store) UpdateBlock(ctx context.Context, b peoplelist.Block, rows []peoplelist.Row, at time.Time) (map[string][]byte, error) {
	e := newExpressions()
	for _, row := range rows {
		name := e.name(row.Name)
		e.set = append(e.set, name+"="+e.value(table.Binary(string(row.Value))))
		version := e.value(table.Binary(string(peoplelist.EncodeVersion(peoplelist.VersionOf(row.Value)))))
		e.conditions = append(e.conditions, "(attribute_not_exists("+name+") OR "+name+"<"+version+")")
	}
	return s.updateBlock(ctx, b, e, at)
}

// RepairRow writes a row of the lists, or deletes it if the new value is nil, if the row has not changed since it was read;
// nil for a row that did not exist. It reports false if the row has changed.
func (s *Store) RepairRow(ctx context.Context, row peoplelist.Row, read []byte, at time.Time) (bool, error) {
	e := newExpressions()
	name := e.name(row.Name)
	if row.Value == nil {
		e.remove = append(e.remove, name)
	} else {
		e.set = append(e.set, name+"="+e.value(table.Binary(string(row.Value))))
	}
	if read == nil {
		e.conditions = append(e.conditions, "attribute_not_exists("+name+")")
	} else {
		e.conditions = append(e.conditions, name+"="+e.value(table.Binary(string(read))))
	}
	stored, err := s.updateBlock(ctx, row.Block, e, at)
	return stored == nil, err
}

func (s *Store) updateBlock(ctx context.Context, b peoplelist.Block, e *expressions, at time.Time) (map[string][]byte, error) {
	e.set = append(e.set, e.name(updatedAttribute)+"="+e.value(instant(at)))
	k := listBlockKey(b)
	item, updated, err := s.db.UpdateIf(ctx, Write{
		Entity: "list block", Table: s.tables.Lists, Key: k,
		Update: e.update(), Condition: strings.Join(e.conditions, " AND "), Names: e.names, Values: e.values,
	})
	if err != nil || updated {
		return nil, err
	}
	if len(item) == 0 {
		item, err = s.db.Get(ctx, s.tables.Lists, k)
	}
	stored := make(map[string][]byte, len(item))
	for name, value := range item {
		if v, ok := value.(*types.AttributeValueMemberB); ok {
			stored[name] = v.Value
		}
	}
	return stored, err
}

// contactListSpans returns the spans of the blocks of a campaign's contacts, mobilizerListSpans those of its mobilizers.
func (s *Store) contactListSpans(c campaign.ID) []table.Span {
	spans := make([]table.Span, baseShards)
	for k := range spans {
		spans[k] = table.Span{Table: s.tables.Lists, Partition: contactListPartition(c, strconv.Itoa(k))}
	}
	return spans
}

func (s *Store) mobilizerListSpans(c campaign.ID) []table.Span {
	spans := make([]table.Span, listShards)
	for j := range spans {
		spans[j] = table.Span{Table: s.tables.Lists, Partition: mobilizerListPartition(c, j)}
	}
	return spans
}

// EachListRow calls do for every stored row of a campaign's lists, strongly consistent, in no order, one call at a time.
func (s *Store) EachListRow(ctx context.Context, c campaign.ID, do func(peoplelist.Row)) error {
	spans := append(s.contactListSpans(c), s.mobilizerListSpans(c)...)
	var mu sync.Mutex
	return table.Parallel(ctx, auditedPartitions, len(spans), func(ctx context.Context, n int) error {
		return s.db.EachPage(ctx, spans[n], func(items []Item) error {
			mu.Lock()
			defer mu.Unlock()
			for _, item := range items {
				block := listBlock(c, table.KeyOf(item).SK)
				for name, value := range item {
					if v, ok := value.(*types.AttributeValueMemberB); ok {
						do(peoplelist.Row{Block: block, Name: name, Value: v.Value})
					}
				}
			}
			return nil
		})
	})
}

type listStateItem struct {
	key
	Format      int    `dynamodbav:"Format,omitempty"`
	BuiltAt     millis `dynamodbav:"BuiltAt,omitempty"`
	RequestedAt millis `dynamodbav:"RequestedAt,omitempty"`
}

// ListsBuilt reports whether the lists of a campaign contain every row, in the present format.
func (s *Store) ListsBuilt(ctx context.Context, c campaign.ID) (bool, error) {
	item, err := s.db.Get(ctx, s.tables.Lists, listStateKey(c))
	if err != nil || item == nil {
		return false, err
	}
	state, err := table.Unmarshal[listStateItem](item)
	if err != nil {
		return false, err
	}
	return state.Format == peoplelist.Format, nil
}

// FinishLists records that the lists of a campaign contain every row.
func (s *Store) FinishLists(ctx context.Context, c campaign.ID, at time.Time) error {
	return s.Commit(ctx, s.putListState(c, at))
}

// putListState returns the write of the state of lists that contain every row: of a new campaign, which has none, or after
// a build.
func (s *Store) putListState(c campaign.ID, at time.Time) Write {
	return table.PutIf(s.tables.Lists, "list state", &listStateItem{key: listStateKey(c), Format: peoplelist.Format, BuiltAt: millisOf(at)}, "", nil)
}

// listRequestInterval is how often a build of the same lists may be requested.
const listRequestInterval = time.Minute

// RequestLists records that a build of a campaign's lists was requested, and reports whether the caller is to start it: no
// other request did in the last minute.
func (s *Store) RequestLists(ctx context.Context, c campaign.ID, at time.Time) (bool, error) {
	err := s.Commit(ctx, Write{
		Entity: "list state", Table: s.tables.Lists, Key: listStateKey(c), Update: "SET RequestedAt = :at",
		Condition: "attribute_not_exists(RequestedAt) OR RequestedAt < :before",
		Values:    Item{":at": instant(at), ":before": instant(at.Add(-listRequestInterval))},
	})
	if ConditionFailed(err, "") {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("request lists: %w", err)
	}
	return true, nil
}
