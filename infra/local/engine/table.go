package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Table is what the template says of one table, as far as an engine can do it.
type Table struct {
	Name string
	// Attributes gives the type (S, N or B) of every attribute that is part of a key.
	Attributes map[string]string
	// Hash and Range name the key; Range may be empty.
	Hash, Range string
	Indexes     []Index
	// Stream is the view type (NEW_AND_OLD_IMAGES, NEW_IMAGE, OLD_IMAGE, KEYS_ONLY); empty for no stream.
	Stream string
	// TTL names the attribute that holds the expiry; empty for none.
	TTL string
}

// Index is a global secondary index.
type Index struct {
	Name        string
	Hash, Range string
	// Projection is ALL, KEYS_ONLY or INCLUDE; NonKey lists the attributes of INCLUDE.
	Projection string
	NonKey     []string
}

func keySchema(hash, sort string) []types.KeySchemaElement {
	ks := []types.KeySchemaElement{{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash}}
	if sort != "" {
		ks = append(ks, types.KeySchemaElement{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange})
	}
	return ks
}

func (t Table) input() *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName:   aws.String(t.Name),
		KeySchema:   keySchema(t.Hash, t.Range),
		BillingMode: types.BillingModePayPerRequest,
	}
	names := make([]string, 0, len(t.Attributes))
	for n := range t.Attributes {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(n), AttributeType: types.ScalarAttributeType(t.Attributes[n]),
		})
	}
	for _, x := range t.Indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(x.Name),
			KeySchema: keySchema(x.Hash, x.Range),
			Projection: &types.Projection{
				ProjectionType: types.ProjectionType(x.Projection), NonKeyAttributes: x.NonKey,
			},
		})
	}
	if t.Stream != "" {
		in.StreamSpecification = &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(t.Stream),
		}
	}
	return in
}

// shape writes the parts of a table that can't be changed in place, to compare them.
func shape(keys []types.KeySchemaElement, indexes []types.GlobalSecondaryIndexDescription, view types.StreamViewType) string {
	part := func(ks []types.KeySchemaElement) string {
		var s []string
		for _, k := range ks {
			s = append(s, aws.ToString(k.AttributeName)+":"+string(k.KeyType))
		}
		return strings.Join(s, ",")
	}
	lines := []string{}
	for _, x := range indexes {
		kind := ""
		if x.Projection != nil {
			slices.Sort(x.Projection.NonKeyAttributes)
			kind = string(x.Projection.ProjectionType) + " " + strings.Join(x.Projection.NonKeyAttributes, ",")
		}
		lines = append(lines, fmt.Sprintf("index %s(%s) %s", aws.ToString(x.IndexName), part(x.KeySchema), kind))
	}
	slices.Sort(lines)
	return strings.TrimSpace(fmt.Sprintf("key(%s) stream %s %s", part(keys), view, strings.Join(lines, "; ")))
}

func (t Table) shape() string {
	in := t.input()
	var xs []types.GlobalSecondaryIndexDescription
	for _, x := range in.GlobalSecondaryIndexes {
		xs = append(xs, types.GlobalSecondaryIndexDescription{
			IndexName: x.IndexName, KeySchema: x.KeySchema, Projection: x.Projection,
		})
	}
	return shape(in.KeySchema, xs, types.StreamViewType(t.Stream))
}

// make creates the table, or checks that the one in the data file has the same shape, and returns its stream's ARN.
func (t Table) make(ctx context.Context, db *dynamodb.Client) (string, error) {
	made, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(t.Name)})
	var missing *types.ResourceNotFoundException
	if errors.As(err, &missing) {
		_, err = db.CreateTable(ctx, t.input())
		var there *types.ResourceInUseException // it was made, and the answer lost; the shape is compared below
		if err != nil && !errors.As(err, &there) {
			return "", fmt.Errorf("create table %s: %w", t.Name, err)
		}
		made, err = db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(t.Name)})
	}
	if err != nil {
		return "", fmt.Errorf("describe table %s: %w", t.Name, err)
	}
	d := made.Table
	var view types.StreamViewType
	if d.StreamSpecification != nil {
		view = d.StreamSpecification.StreamViewType
	}
	have, want := shape(d.KeySchema, d.GlobalSecondaryIndexes, view), t.shape()
	if have != want {
		return "", fmt.Errorf("table %s in the data file has another shape than the template's; "+
			"empty the data with `make clean`\n  data file: %s\n  template:  %s", t.Name, have, want)
	}
	return aws.ToString(d.LatestStreamArn), t.expire(ctx, db)
}

func (t Table) expire(ctx context.Context, db *dynamodb.Client) error {
	if t.TTL == "" {
		return nil
	}
	have, err := db.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(t.Name)})
	if err == nil && have.TimeToLiveDescription != nil && aws.ToString(have.TimeToLiveDescription.AttributeName) == t.TTL {
		return nil
	}
	_, err = db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String(t.Name),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(t.TTL), Enabled: aws.Bool(true)},
	})
	if err != nil {
		return fmt.Errorf("set time to live of table %s: %w", t.Name, err)
	}
	return nil
}
