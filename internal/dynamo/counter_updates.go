package dynamo

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/metrics"
)

// UpdateCounter makes one conditional update of a counter item. It returns the item's state after the update and true or,
// when the condition fails, the state as it is and false. Unavailable: the service failed; the update may have taken effect.
func (s *Store) UpdateCounter(ctx context.Context, u metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	e, k := counterUpdate(u), counterKey(u.Item)
	item, updated, err := s.db.Update(ctx, Write{
		Entity: "counter", Table: s.tables.Metrics, Key: k,
		Update: e.update(), Condition: strings.Join(e.conditions, " AND "), Names: e.names, Values: e.values,
	})
	if err == nil && !updated && len(item) == 0 {
		item, err = s.db.Get(ctx, s.tables.Metrics, k)
	}
	if err != nil {
		return metrics.ItemState{}, false, err
	}
	return counterState(item), updated, nil
}

// expressions collects the parts of one conditional update. Names and values are replaced by placeholders.
type expressions struct {
	names      map[string]string
	values     Item
	set        []string
	add        []string
	remove     []string
	conditions []string
}

func newExpressions() *expressions { return &expressions{names: map[string]string{}, values: Item{}} }

func (e *expressions) name(attribute string) string {
	placeholder := fmt.Sprintf("#%d", len(e.names))
	e.names[placeholder] = attribute
	return placeholder
}

func (e *expressions) value(v types.AttributeValue) string {
	placeholder := fmt.Sprintf(":%d", len(e.values))
	e.values[placeholder] = v
	return placeholder
}

func (e *expressions) update() string {
	var clauses []string
	for _, c := range []struct {
		word  string
		parts []string
	}{{"SET ", e.set}, {"ADD ", e.add}, {"REMOVE ", e.remove}} {
		if len(c.parts) > 0 {
			clauses = append(clauses, c.word+strings.Join(c.parts, ","))
		}
	}
	return strings.Join(clauses, " ")
}

// counterUpdate returns the expressions of an update. It is one write, because two writes with one mark would drift.
func counterUpdate(u metrics.ItemUpdate) *expressions {
	e := newExpressions()
	mark, updated := e.name(u.MarkName), e.name(updatedAttribute)
	e.set = append(e.set, mark+"="+e.value(table.Binary(string(u.Mark))), updated+"="+e.value(instant(u.UpdatedAt)))
	e.conditions = append(e.conditions, "(attribute_not_exists("+mark+") OR "+mark+"<"+e.value(table.Binary(string(u.First)))+")")
	e.add = append(e.add, e.name(versionAttribute)+" "+e.value(table.Number(1)))
	for cell, n := range u.Add {
		e.add = append(e.add, e.name(string(cell))+" "+e.value(table.Number(n)))
	}
	if !u.LastActivity.IsZero() {
		last, at := e.name(lastAttribute), e.value(instant(u.LastActivity))
		e.set = append(e.set, last+"="+at)
		e.conditions = append(e.conditions, "(attribute_not_exists("+last+") OR "+last+"<"+at+")")
	}
	if !u.FirstActivityIfUnset.IsZero() {
		first, at := e.name(firstAttribute), e.value(instant(u.FirstActivityIfUnset))
		e.set = append(e.set, first+"=if_not_exists("+first+","+at+")")
		e.conditions = append(e.conditions, "(attribute_not_exists("+first+") OR "+first+"<="+at+")")
	}
	if !u.FirstActivity.IsZero() {
		first, at := e.name(firstAttribute), e.value(instant(u.FirstActivity))
		e.set = append(e.set, first+"="+at)
		e.conditions = append(e.conditions, "(attribute_not_exists("+first+") OR "+first+">"+at+")")
	}
	for name, old := range u.Prune {
		stale := e.name(name)
		e.remove = append(e.remove, stale)
		e.conditions = append(e.conditions, stale+"="+e.value(table.Binary(string(old))))
	}
	return e
}
