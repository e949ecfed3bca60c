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

// apiRecord is a record in the format of DynamoDB Streams.
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

// lambdaRecord is a record in the format of a Lambda event.
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

// record is a record that is to be delivered.
type record struct {
	seq        string
	shardIndex int
	shard      string    // the virtual shard's id
	hash       uint64    // of the item's key
	stamp      time.Time // shifted, in whole seconds, as in the event
	written    time.Time // by the machine's clock
	arrived    time.Time // at the reader, by the machine's clock
	body       json.RawMessage
}

// newRecord converts a record into Lambda's format. It returns nil for a write that changed nothing: DynamoDB adds no
// record for it, but the local engine does.
func newRecord(a apiRecord, arn, region string, stamp, written time.Time) (*record, error) {
	if a.EventName == "MODIFY" && len(a.Dynamodb.OldImage) > 0 && sameImage(a.Dynamodb.OldImage, a.Dynamodb.NewImage) {
		return nil, nil //nolint:nilnil // nothing changed, which is no error
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

// keyHash returns a hash of an item's key that does not depend on the order of the key attributes.
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
	// Mix the bits: FNV's low bits depend too much on the last bytes to be used twice, for the shard and the partition.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

// sameImage reports whether two images are equal, regardless of the order in objects and sets.
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

// sortSets sorts the members of DynamoDB sets, so that equal sets compare equal.
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

// after reports whether sequence number a is greater than b. They are decimal numbers of up to 40 digits; empty is less
// than all others.
func after(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}
