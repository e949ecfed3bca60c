package dynamo

import (
	"context"
	"strconv"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/mobilizer"
)

// EachMobilizerID reads which mobilizers a campaign has, in order of joining, and gives the id of each to yield. A failure of
// yield ends the reading and is returned.
func (s *Store) EachMobilizerID(ctx context.Context, c campaign.ID, yield func(mobilizer.ID) error) error {
	spans := make([]span, indexShards)
	for j := range spans {
		spans[j] = span{table: s.tables.Records, partition: membershipPartition(c, strconv.Itoa(j))}
	}
	return drainSpans(ctx, s, spans, func(m *mobilizer.Mobilizer) string { return string(m.ID) },
		func(m *mobilizer.Mobilizer) error { return yield(m.ID) })
}
