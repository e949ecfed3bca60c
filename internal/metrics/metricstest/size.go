package metricstest

import (
	"strconv"

	"github.com/kithhq/kith/internal/metrics"
)

// keySize is the maximum size of a counter item's key: attribute names, a campaign's and a membership's id.
const keySize = 2 + 2 + len("C#01928d5e-0000-7000-8000-000000000001#member#7") + len("01928d5e-0000-7000-8000-000000000001")

// Size returns the size of a counter item in bytes, by DynamoDB's rules: names, for a number a byte and half a byte per
// digit, for binary its length.
func Size(s metrics.ItemState) int {
	size := keySize
	for cell, n := range s.Cells {
		size += len(cell) + 1 + (len(strconv.Itoa(n))+1)/2 + 1
	}
	for name, mark := range s.Marks {
		size += len(name) + len(mark)
	}
	instants := 1
	if s.Activity != (metrics.Activity{}) {
		instants += 2
	}
	return size + instants*(1+1+7)
}

// Units returns the write capacity units of an update of the item: one per started KB.
func Units(s metrics.ItemState) int { return (Size(s) + 1023) / 1024 }
