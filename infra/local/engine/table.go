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

// Table is a table of the template: the properties that an engine supports.
type Table struct {
	Name string
	// Attributes holds the type (S, N or B) of each key attribute.
	Attributes map[string]string
	// Hash and Range are the key attributes; Range may be empty.
	Hash, Range string
	Indexes     []Index
	// Stream is the stream view type (NEW_AND_OLD_IMAGES, NEW_IMAGE, OLD_IMAGE or KEYS_ONLY); empty for no stream.
	Stream string
	// TTL is the time to live attribute; empty for none.
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

// schemaText formats the parts of a table that can't be changed in place, to compare them.
func schemaText(keys []types.KeySchemaElement, indexes []types.GlobalSecondaryIndexDescription, view types.StreamViewType) string {
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

func (t Table) schemaText() string {
	in := t.input()
	var xs []types.GlobalSecondaryIndexDescription
	for _, x := range in.GlobalSecondaryIndexes {
		xs = append(xs, types.GlobalSecondaryIndexDescription{
			IndexName: x.IndexName, KeySchema: x.KeySchema, Projection: x.Projection,
		})
	}
	return schemaText(in.KeySchema, xs, types.StreamViewType(t.Stream))
}

// create creates the table, or checks that the existing one has the same schema, and returns the ARN of its stream.
func (t Table) create(ctx context.Context, db *dynamodb.Client) (string, error) {
	described, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(t.Name)})
	var missing *types.ResourceNotFoundException
	if errors.As(err, &missing) {
		_, err = db.CreateTable(ctx, t.input())
		var exists *types.ResourceInUseException // an earlier request created it, and the response was lost
		if err != nil && !errors.As(err, &exists) {
			return "", fmt.Errorf("create table %s: %w", t.Name, err)
		}
		described, err = db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(t.Name)})
	}
	if err != nil {
		return "", fmt.Errorf("describe table %s: %w", t.Name, err)
	}
	d := described.Table
	var view types.StreamViewType
	if d.StreamSpecification != nil {
		view = d.StreamSpecification.StreamViewType
	}
	have, want := schemaText(d.KeySchema, d.GlobalSecondaryIndexes, view), t.schemaText()
	if have != want {
		return "", fmt.Errorf("table %s in the data file has another schema than in the template. "+
			"Delete the data with `make clean`.\n  data file: %s\n  template:  %s", t.Name, have, want)
	}
	return aws.ToString(d.LatestStreamArn), t.enableTTL(ctx, db)
}

func (t Table) enableTTL(ctx context.Context, db *dynamodb.Client) error {
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
