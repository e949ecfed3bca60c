package dynamo

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/dynamo/table"
)

// millis is an instant as items keep it: milliseconds since 1970, absent for the zero time.
type millis int64

func millisOf(t time.Time) millis {
	if t.IsZero() {
		return 0
	}
	return millis(t.UnixMilli())
}

func (m millis) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// instant returns an instant as a value of an expression.
func instant(t time.Time) types.AttributeValue { return table.Number(int(millisOf(t))) }
