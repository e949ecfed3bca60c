// Package table is a minimal store, for the tests of package permissions.
package table

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Tables are the names of the tables.
type Tables struct{ Records, Jobs string }

// Store reads and writes the tables.
type Store struct {
	db     *dynamodb.Client
	tables Tables
}

// Write is one item of a transaction.
type Write struct {
	Table  string
	Item   map[string]types.AttributeValue
	Delete bool
}

// Span is a partition of a table or of an index.
type Span struct{ Table, Index string }

// New returns a store.
func New(db *dynamodb.Client, tables Tables) *Store { return &Store{db, tables} }

// PutRecord returns the write of a record.
func (s *Store) PutRecord() Write {
	return Write{Table: s.tables.Records, Item: map[string]types.AttributeValue{}}
}

// DeleteJob returns the removal of a job.
func (s *Store) DeleteJob() Write { return Write{Table: s.tables.Jobs, Delete: true} }

// Commit executes the writes.
func (s *Store) Commit(ctx context.Context, writes ...Write) error {
	var items []types.TransactWriteItem
	for _, w := range writes {
		if w.Delete {
			items = append(items, types.TransactWriteItem{Delete: &types.Delete{TableName: &w.Table}})
			continue
		}
		items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: &w.Table, Item: w.Item}})
	}
	_, err := s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return err
}

// QueryDue queries an index of Jobs.
func (s *Store) QueryDue(ctx context.Context) error {
	return s.query(ctx, Span{Table: s.tables.Jobs, Index: "Due"})
}

func (s *Store) query(ctx context.Context, span Span) error {
	in := &dynamodb.QueryInput{TableName: &span.Table}
	if span.Index != "" {
		in.IndexName = aws.String(span.Index + "Index")
	}
	_, err := s.db.Query(ctx, in)
	return err
}

// Get reads a record.
func (s *Store) Get(ctx context.Context) error { return s.get(ctx, s.tables.Records) }

func (s *Store) get(ctx context.Context, table string) error {
	_, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table})
	return err
}

// Scan is not reachable.
func (s *Store) Scan(ctx context.Context) error {
	_, err := s.db.Scan(ctx, &dynamodb.ScanInput{TableName: &s.tables.Records})
	return err
}
