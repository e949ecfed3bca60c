package mapping

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// pageSize is the maximum number of records of GetRecords.
const pageSize = 1000

// api is a client of DynamoDB Streams. It preserves the JSON of the images, which the SDK's types would not.
type api struct {
	endpoint, region string
	client           *http.Client
}

// apiError is an error response.
type apiError struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func (e *apiError) Error() string { return e.Type + ": " + e.Message }

// isError reports whether err is the error response of that name.
func isError(err error, name string) bool {
	var e *apiError
	return errors.As(err, &e) && strings.HasSuffix(e.Type, name)
}

func (a *api) call(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "DynamoDBStreams_20120810."+operation)
	sum := sha256.Sum256(body)
	key := aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}
	err = v4.NewSigner().SignHTTP(ctx, key, req, hex.EncodeToString(sum[:]), "dynamodb", a.region, time.Now())
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	if res.StatusCode != http.StatusOK {
		e := &apiError{}
		if json.Unmarshal(answer, e) != nil || e.Type == "" {
			e.Type, e.Message = res.Status, string(answer)
		}
		return fmt.Errorf("%s: %w", operation, e)
	}
	err = json.Unmarshal(answer, out)
	if err != nil {
		return fmt.Errorf("%s: decode the response: %w", operation, err)
	}
	return nil
}

type apiShard struct {
	ID    string `json:"ShardId"`
	Range struct {
		First string `json:"StartingSequenceNumber"`
		Last  string `json:"EndingSequenceNumber"`
	} `json:"SequenceNumberRange"`
}

// iterator returns an iterator after a sequence number; at the start of the stream if the number is empty. The engine's
// shards are consecutive; the iterator is in the shard that continues after the number.
func (a *api) iterator(ctx context.Context, arn, last string) (string, error) {
	var shards []apiShard
	from := ""
	for {
		in := map[string]any{"StreamArn": arn}
		if from != "" {
			in["ExclusiveStartShardId"] = from
		}
		var d struct {
			Description struct {
				Shards []apiShard `json:"Shards"`
				Next   string     `json:"LastEvaluatedShardId"`
			} `json:"StreamDescription"`
		}
		err := a.call(ctx, "DescribeStream", in, &d)
		if err != nil {
			return "", err
		}
		shards = append(shards, d.Description.Shards...)
		from = d.Description.Next
		if from == "" {
			break
		}
	}
	if len(shards) == 0 {
		return "", fmt.Errorf("stream %s has no shard", arn)
	}
	slices.SortStableFunc(shards, func(x, y apiShard) int {
		switch {
		case after(x.Range.First, y.Range.First):
			return 1
		case after(y.Range.First, x.Range.First):
			return -1
		}
		return 0
	})
	i := slices.IndexFunc(shards, func(s apiShard) bool { return s.Range.Last == "" || after(s.Range.Last, last) })
	if i < 0 {
		i = len(shards) - 1
	}
	in := map[string]any{"StreamArn": arn, "ShardId": shards[i].ID, "ShardIteratorType": "TRIM_HORIZON"}
	first := shards[i].Range.First
	if last != "" && (first == "" || !after(first, last)) {
		in["ShardIteratorType"], in["SequenceNumber"] = "AFTER_SEQUENCE_NUMBER", last
	}
	var out struct {
		Iterator string `json:"ShardIterator"`
	}
	err := a.call(ctx, "GetShardIterator", in, &out)
	return out.Iterator, err
}

// records reads a page and returns the next iterator, which is empty at the end of a closed shard.
func (a *api) records(ctx context.Context, iterator string) ([]apiRecord, string, error) {
	var out struct {
		Records []apiRecord `json:"Records"`
		Next    string      `json:"NextShardIterator"`
	}
	err := a.call(ctx, "GetRecords", map[string]any{"ShardIterator": iterator, "Limit": pageSize}, &out)
	return out.Records, out.Next, err
}
