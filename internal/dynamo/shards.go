package dynamo

import (
	"strconv"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/invitation"
)

// shards returns the spans of count partitions of Records.
func (s *Store) shards(count int, partition func(shard string) string) []table.Span {
	spans := make([]table.Span, count)
	for n := range spans {
		spans[n] = table.Span{Table: s.tables.Records, Partition: partition(strconv.Itoa(n))}
	}
	return spans
}

// contactShards returns the spans of all rows of a kind in a campaign's base shards.
func (s *Store) contactShards(c campaign.ID, kind family) []table.Span {
	return s.shards(baseShards, func(k string) string { return basePartition(c, kind, k) })
}

// membershipShards returns the spans of all memberships of a campaign.
func (s *Store) membershipShards(c campaign.ID) []table.Span {
	return s.shards(idShards, func(j string) string { return membershipPartition(c, j) })
}

// managementNoteShards returns the spans of all management notes of a campaign.
func (s *Store) managementNoteShards(c campaign.ID) []table.Span {
	return s.shards(idShards, func(j string) string { return managementNotePartition(c, j) })
}

// invitationShards returns the spans of all invitations to a target.
func (s *Store) invitationShards(t invitation.Target) []table.Span {
	return s.shards(idShards, func(j string) string { return targetPartition(t, "V", j) })
}

// keysOf returns the keys of ids.
func keysOf[T any](ids []T, keyOf func(T) key) []key {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = keyOf(id)
	}
	return keys
}

// byID returns rows by their ids.
func byID[K comparable, T any](rows []*T, id func(*T) K) map[K]*T {
	found := make(map[K]*T, len(rows))
	for _, row := range rows {
		found[id(row)] = row
	}
	return found
}
