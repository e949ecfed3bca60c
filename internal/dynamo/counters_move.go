package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
)

// update collects the parts of one conditional update. Names and values stand behind placeholders.
type update struct {
	names      map[string]string
	values     Item
	set        []string
	add        []string
	remove     []string
	conditions []string
}

func (u *update) name(attribute string) string {
	placeholder := fmt.Sprintf("#%d", len(u.names))
	u.names[placeholder] = attribute
	return placeholder
}

func (u *update) value(v types.AttributeValue) string {
	placeholder := fmt.Sprintf(":%d", len(u.values))
	u.values[placeholder] = v
	return placeholder
}

func (u *update) expression() string {
	var clauses []string
	for _, c := range []struct {
		word  string
		parts []string
	}{{"SET ", u.set}, {"ADD ", u.add}, {"REMOVE ", u.remove}} {
		if len(c.parts) > 0 {
			clauses = append(clauses, c.word+strings.Join(c.parts, ","))
		}
	}
	return strings.Join(clauses, " ")
}

func instant(t time.Time) types.AttributeValue { return number(int(ms(t))) }

// counterUpdate is the one expression of an attempt: two updates under one mark would drift.
func counterUpdate(a metrics.ItemUpdate) *update {
	u := &update{names: map[string]string{}, values: Item{}}
	mark, moved := u.name(a.MarkName), u.name(movedAttribute)
	u.set = append(u.set, mark+"="+u.value(binary(string(a.Mark))), moved+"="+u.value(instant(a.UpdatedAt)))
	u.conditions = append(u.conditions, "(attribute_not_exists("+mark+") OR "+mark+"<"+u.value(binary(string(a.First)))+")")
	for cell, n := range a.Add {
		u.add = append(u.add, u.name(string(cell))+" "+u.value(number(n)))
	}
	if !a.LastActivity.IsZero() {
		last, at := u.name(lastAttribute), u.value(instant(a.LastActivity))
		u.set = append(u.set, last+"="+at)
		u.conditions = append(u.conditions, "(attribute_not_exists("+last+") OR "+last+"<"+at+")")
	}
	if !a.FirstActivityIfUnset.IsZero() {
		first, at := u.name(firstAttribute), u.value(instant(a.FirstActivityIfUnset))
		u.set = append(u.set, first+"=if_not_exists("+first+","+at+")")
		u.conditions = append(u.conditions, "(attribute_not_exists("+first+") OR "+first+"<="+at+")")
	}
	if !a.FirstActivity.IsZero() {
		first, at := u.name(firstAttribute), u.value(instant(a.FirstActivity))
		u.set = append(u.set, first+"="+at)
		u.conditions = append(u.conditions, "(attribute_not_exists("+first+") OR "+first+">"+at+")")
	}
	for name, old := range a.Prune {
		stale := u.name(name)
		u.remove = append(u.remove, stale)
		u.conditions = append(u.conditions, stale+"="+u.value(binary(string(old))))
	}
	return u
}

func binary(b string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(b)} }

// UpdateCounter carries out one conditional update of a counter item. When the condition holds it returns the state after it and
// true, else the state that is there and false; unavailable when the store does not answer, and then the update may
// have happened.
func (s *Store) UpdateCounter(ctx context.Context, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	u, k := counterUpdate(a), counterKey(a.Item)
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Metrics, Key: k.attributes(),
		UpdateExpression:          aws.String(u.expression()),
		ConditionExpression:       aws.String(strings.Join(u.conditions, " AND ")),
		ExpressionAttributeNames:  u.names,
		ExpressionAttributeValues: u.values,
		ReturnValues:              types.ReturnValueAllNew,

		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		there := failed.Item
		if len(there) == 0 {
			there, err = s.get(ctx, s.tables.Metrics, k)
			if err != nil {
				return metrics.ItemState{}, false, err
			}
		}
		return counterState(there), false, nil
	}
	if err != nil {
		return metrics.ItemState{}, false, failure("move a counter", err)
	}
	return counterState(out.Attributes), true, nil
}

// RequestRecount marks a campaign for a recount. The first reason that has not been seen to stands.
func (s *Store) RequestRecount(ctx context.Context, c campaign.ID, at time.Time, why string) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Metrics, Key: recountKey(c).attributes(),
		UpdateExpression: aws.String("SET RequestedAt = if_not_exists(RequestedAt, :at), Reason = if_not_exists(Reason, :why)"),

		ExpressionAttributeValues: Item{":at": instant(at), ":why": text(why)},
	})
	return failure("ask for a recount", err)
}
