package mapping

import (
	"bytes"
	"crypto/md5" //nolint:gosec // an id, not a secret
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strings"
	"time"
)

// apiRecord is a record as DynamoDB Streams answers it.
type apiRecord struct {
	EventName string `json:"eventName"`
	Dynamodb  struct {
		Created  float64                    `json:"ApproximateCreationDateTime"`
		Keys     map[string]json.RawMessage `json:"Keys"`
		NewImage json.RawMessage            `json:"NewImage"`
		OldImage json.RawMessage            `json:"OldImage"`
		Sequence string                     `json:"SequenceNumber"`
		Size     int64                      `json:"SizeBytes"`
		View     string                     `json:"StreamViewType"`
	} `json:"dynamodb"`
	Identity *struct {
		Type      string `json:"Type"`
		Principal string `json:"PrincipalId"`
	} `json:"userIdentity"`
}

// lambdaRecord is a record as Lambda hands it to a function.
type lambdaRecord struct {
	EventID      string          `json:"eventID"`
	EventName    string          `json:"eventName"`
	EventVersion string          `json:"eventVersion"`
	EventSource  string          `json:"eventSource"`
	Region       string          `json:"awsRegion"`
	Dynamodb     lambdaChange    `json:"dynamodb"`
	Identity     *lambdaIdentity `json:"userIdentity,omitempty"`
	SourceARN    string          `json:"eventSourceARN"`
}

type lambdaChange struct {
	Created  int64                      `json:"ApproximateCreationDateTime"`
	Keys     map[string]json.RawMessage `json:"Keys"`
	NewImage json.RawMessage            `json:"NewImage,omitempty"`
	OldImage json.RawMessage            `json:"OldImage,omitempty"`
	Sequence string                     `json:"SequenceNumber"`
	Size     int64                      `json:"SizeBytes"`
	View     string                     `json:"StreamViewType"`
}

type lambdaIdentity struct {
	Type      string `json:"type"`
	Principal string `json:"principalId"`
}

// record is one change on its way to the functions.
type record struct {
	seq     string
	slot    int
	shard   string    // virtual, one of the slot's
	hash    uint64    // of the item's key
	stamp   time.Time // shifted, whole seconds, as the function sees it
	written time.Time // by the machine's clock
	arrived time.Time // here, by the machine's clock
	body    json.RawMessage
}

// newRecord makes what a function gets of a. It returns nil for a write that changed nothing: DynamoDB leaves such a
// write out of the stream, the local engine does not.
func newRecord(a apiRecord, arn, region string, stamp, written time.Time) (*record, error) {
	if a.EventName == "MODIFY" && len(a.Dynamodb.OldImage) > 0 && sameImage(a.Dynamodb.OldImage, a.Dynamodb.NewImage) {
		return nil, nil //nolint:nilnil // nothing happened, and that is no error
	}
	id := md5.Sum([]byte(arn + " " + a.Dynamodb.Sequence)) //nolint:gosec // an id, not a secret
	l := lambdaRecord{
		EventID:      hex.EncodeToString(id[:]),
		EventName:    a.EventName,
		EventVersion: "1.1",
		EventSource:  "aws:dynamodb",
		Region:       region,
		SourceARN:    arn,
		Dynamodb: lambdaChange{
			Created: stamp.Unix(), Keys: a.Dynamodb.Keys, NewImage: a.Dynamodb.NewImage, OldImage: a.Dynamodb.OldImage,
			Sequence: a.Dynamodb.Sequence, Size: a.Dynamodb.Size, View: a.Dynamodb.View,
		},
	}
	if a.Identity != nil {
		l.Identity = &lambdaIdentity{Type: a.Identity.Type, Principal: a.Identity.Principal}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(l)
	if err != nil {
		return nil, fmt.Errorf("stream record %s: %w", a.Dynamodb.Sequence, err)
	}
	return &record{
		seq: a.Dynamodb.Sequence, hash: keyHash(a.Dynamodb.Keys), stamp: stamp.Truncate(time.Second), written: written,
		body: bytes.TrimSpace(out.Bytes()),
	}, nil
}

// keyHash is the same for the same item, whatever order the engine writes its key in.
func keyHash(keys map[string]json.RawMessage) uint64 {
	names := make([]string, 0, len(keys))
	for n := range keys {
		names = append(names, n)
	}
	slices.Sort(names)
	h := fnv.New64a()
	for _, n := range names {
		_, _ = h.Write([]byte(n))
		_, _ = h.Write(keys[n])
	}
	// FNV's low bits follow the last bytes too closely to be split twice, into shards and into lanes.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

func sameImage(a, b json.RawMessage) bool {
	if len(a) != len(b) {
		return false
	}
	if bytes.Equal(a, b) {
		return true
	}
	var x, y map[string]any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return reflect.DeepEqual(sortSets(x), sortSets(y))
}

// sortSets puts the members of DynamoDB's sets into one order, so that equal sets compare equal.
func sortSets(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			l, isList := x.([]any)
			if isList && len(v) == 1 && (k == "SS" || k == "NS" || k == "BS") {
				slices.SortFunc(l, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
				continue
			}
			v[k] = sortSets(x)
		}
	case []any:
		for i := range v {
			v[i] = sortSets(v[i])
		}
	}
	return v
}

// after reports whether sequence number a comes after b. They are decimal numbers of up to 40 digits; empty is before
// all.
func after(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}
