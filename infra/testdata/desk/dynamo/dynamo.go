// Package dynamo is a store as small as one can be, for trying the check of roles on.
package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Tables names the tables.
type Tables struct{ Records, Jobs string }

// Store reads and writes them.
type Store struct {
	db     *dynamodb.Client
	tables Tables
}

// Write is one item of a transaction.
type Write struct {
	table  string
	item   map[string]types.AttributeValue
	remove bool
}

type span struct{ table, index string }

// New returns a store.
func New(db *dynamodb.Client, tables Tables) *Store { return &Store{db, tables} }

// Save puts a record.
func (s *Store) Save() Write {
	return Write{table: s.tables.Records, item: map[string]types.AttributeValue{}}
}

// Done removes a job.
func (s *Store) Done() Write { return Write{table: s.tables.Jobs, remove: true} }

// Commit does the writes.
func (s *Store) Commit(ctx context.Context, writes ...Write) error {
	var items []types.TransactWriteItem
	for _, w := range writes {
		if w.remove {
			items = append(items, types.TransactWriteItem{Delete: &types.Delete{TableName: &w.table}})
			continue
		}
		items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: &w.table, Item: w.item}})
	}
	_, err := s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return err
}

// Due asks an index of Jobs.
func (s *Store) Due(ctx context.Context) error {
	return s.query(ctx, span{table: s.tables.Jobs, index: "Due"})
}

func (s *Store) query(ctx context.Context, sp span) error {
	in := &dynamodb.QueryInput{TableName: &sp.table}
	if sp.index != "" {
		in.IndexName = aws.String(sp.index + "Index")
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

// Everything is reached by nobody.
func (s *Store) Everything(ctx context.Context) error {
	_, err := s.db.Scan(ctx, &dynamodb.ScanInput{TableName: &s.tables.Records})
	return err
}
