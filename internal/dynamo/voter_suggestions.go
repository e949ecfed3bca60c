package dynamo

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/suggest"
)

// SuggestionRun returns the latest run of suggestions of a campaign, or not found.
func (s *Store) SuggestionRun(ctx context.Context, c campaign.ID) (*suggest.Run, error) {
	return readJSON[suggest.Run](ctx, s, "search for voters", suggestionRunKey(c))
}

// suggestionRunItem is a compressed run. Rows of earlier versions have no job.
type suggestionRunItem struct {
	voterBlockItem
	Job string `dynamodbav:"J"`
}

func newSuggestionRunItem(c campaign.ID, r *suggest.Run) (suggestionRunItem, error) {
	data, err := encodeJSON("search for voters", r)
	return suggestionRunItem{voterBlockItem{suggestionRunKey(c), data}, r.Job}, err
}

// SaveSuggestionRun writes the run of a campaign.
func (s *Store) SaveSuggestionRun(ctx context.Context, c campaign.ID, r *suggest.Run) error {
	item, err := newSuggestionRunItem(c, r)
	if err != nil {
		return err
	}
	return s.db.BatchWrite(ctx, s.tables.Voters, []types.WriteRequest{{PutRequest: &types.PutRequest{Item: table.Marshal(item)}}})
}

// StartSuggestions returns the writes of a campaign's new run and its job, which fail if another run has started since the run
// before it was read, nil for none.
func (s *Store) StartSuggestions(c campaign.ID, before, r *suggest.Run, j *job.Job) ([]Write, error) {
	item, err := newSuggestionRunItem(c, r)
	if err != nil {
		return nil, err
	}
	read := ""
	if before != nil {
		read = before.Job
	}
	run := table.PutIf(s.tables.Voters, "search for voters", item, "attribute_not_exists(J) OR J = :j", Item{":j": table.String(read)})
	return append([]Write{run}, s.CreateJob(j)...), nil
}

// Suggestions returns those of the contacts that exist, by contact.
func (s *Store) Suggestions(ctx context.Context, c campaign.ID, ids []contact.ID) (map[contact.ID]*suggest.Suggestion, error) {
	items, err := s.db.BatchGet(ctx, s.tables.Voters, keysOf(ids, func(id contact.ID) key { return suggestionKey(c, id) }))
	if err != nil {
		return nil, err
	}
	list, err := decodeSuggestions(items)
	if err != nil {
		return nil, err
	}
	found := make(map[contact.ID]*suggest.Suggestion, len(list))
	for _, one := range list {
		found[one.Contact] = one
	}
	return found, nil
}

// SuggestionsPage returns a page of a campaign's suggestions in order of adding their contacts, after a contact, and the
// contact after which the next page begins, empty after the last.
func (s *Store) SuggestionsPage(ctx context.Context, c campaign.ID, after contact.ID, limit int) ([]*suggest.Suggestion, contact.ID, error) {
	span := table.Span{Table: s.tables.Voters, Partition: suggestionKey(c, "").PK, Limit: int32(limit)}
	if after != "" {
		span.Start = suggestionKey(c, after).Attributes()
	}
	items, next, err := s.db.Query(ctx, span)
	if err != nil {
		return nil, "", err
	}
	list, err := decodeSuggestions(items)
	if err != nil || next == nil || len(list) == 0 {
		return list, "", err
	}
	return list, list[len(list)-1].Contact, nil
}

func decodeSuggestions(items []Item) ([]*suggest.Suggestion, error) {
	list := make([]*suggest.Suggestion, len(items))
	for i, item := range items {
		stored, err := table.Unmarshal[voterBlockItem](item)
		if err != nil {
			return nil, err
		}
		plain, err := match.Inflate(stored.Data)
		if err != nil {
			return nil, fault.Internal("decode suggestion: %w", err)
		}
		list[i] = new(suggest.Suggestion)
		if err := json.Unmarshal(plain, list[i]); err != nil {
			return nil, fault.Internal("decode suggestion: %w", err)
		}
	}
	return list, nil
}

// SuggestedContacts returns the contacts of suggestions that exist, by their ids.
func (s *Store) SuggestedContacts(ctx context.Context, c campaign.ID, suggestions []*suggest.Suggestion) (map[contact.ID]*contact.Contact, error) {
	found, err := records[contact.Contact](ctx, s, keysOf(suggestions, func(one *suggest.Suggestion) key {
		return contactKey(c, one.Mobilizer, one.Contact)
	}))
	if err != nil {
		return nil, err
	}
	contacts := make(map[contact.ID]*contact.Contact, len(found))
	for _, one := range found {
		contacts[one.ID] = one
	}
	return contacts, nil
}

// SaveSuggestions writes suggestions. One without candidates and declined voters is deleted.
func (s *Store) SaveSuggestions(ctx context.Context, c campaign.ID, suggestions []*suggest.Suggestion) error {
	var requests []types.WriteRequest
	for _, one := range suggestions {
		k := suggestionKey(c, one.Contact)
		if len(one.Candidates)+len(one.Declined) == 0 {
			requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: k.Attributes()}})
			continue
		}
		plain, err := json.Marshal(one)
		if err != nil {
			return fault.Internal("encode suggestion: %w", err)
		}
		requests = append(requests, putBlock(k, match.Deflate(plain)))
	}
	return s.db.BatchWrite(ctx, s.tables.Voters, requests)
}
