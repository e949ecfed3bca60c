package httpapi

import (
	"strconv"

	"github.com/kithhq/kith/internal/metrics"
)

// Share is a count with the total it is a part of.
type Share struct {
	Count   int      `json:"count"`
	Of      int      `json:"of"`
	Percent *float64 `json:"percent" doc:"Rounded half up to two decimals; null when of is 0."`
	Query   *string  `json:"query,omitempty" doc:"Parameters of list-contacts whose list has exactly the counted contacts. Only in analytics."`
}

// NewShare returns a share without a query.
func NewShare(s metrics.Share) Share { return Share{s.Count, s.Of, Decimal(s.Percent()), nil} }

// Decimal returns the value of a rounded number; nil for an empty one.
func Decimal(s string) *float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &n
}
