package awsclient_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/awsclient"
)

// A store answers in two halves, the first before the program's writing side has noticed that the request is all written.
func TestAnAnswerThatBeginsEarlyIsReadWhole(t *testing.T) {
	answer := `{"Item": {"PK": {"S": "` + strings.Repeat("x", 100_000) + `"}}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
		_, _ = io.WriteString(w, answer[:len(answer)/2])
		w.(http.Flusher).Flush()
		time.Sleep(4 * busy)
		_, _ = io.WriteString(w, answer[len(answer)/2:])
	}))
	defer server.Close()
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return slow{conn}, err
		}
	})
	db := dynamodb.New(dynamodb.Options{
		BaseEndpoint: &server.URL, Region: "us-east-1", RetryMaxAttempts: 1, HTTPClient: awsclient.Wrap(client),
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	for _, size := range []int{10, 10_000, 300_000} {
		got, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: aws.String("Records"), Key: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: strings.Repeat("k", size)}},
		})
		if err != nil {
			t.Errorf("%d bytes: %v", size, err)
		} else if pk, ok := got.Item["PK"].(*types.AttributeValueMemberS); !ok || len(pk.Value) != 100_000 {
			t.Errorf("%d bytes: answered %v", size, got.Item)
		}
	}
}

// busy is how long the writing side is kept from going on, as by other work of the processor.
const busy = 20 * time.Millisecond

// slow is a connection whose writer goes on late after what it wrote has left.
type slow struct{ net.Conn }

func (s slow) Write(b []byte) (int, error) {
	n, err := s.Conn.Write(b)
	time.Sleep(busy)
	return n, err
}
