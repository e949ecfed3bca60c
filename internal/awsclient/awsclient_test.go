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

// The server responds in two halves, the first before the client's writer has noticed that the request is complete.
func TestWrap_ResponseBeginsEarly_IsReadCompletely(t *testing.T) {
	response := `{"Item": {"PK": {"S": "` + strings.Repeat("x", 100_000) + `"}}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", fmt.Sprint(len(response)))
		_, _ = io.WriteString(w, response[:len(response)/2])
		w.(http.Flusher).Flush()
		time.Sleep(4 * writeDelay)
		_, _ = io.WriteString(w, response[len(response)/2:])
	}))
	defer server.Close()
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return slowConn{conn}, err
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
			t.Errorf("%d bytes: got %v", size, got.Item)
		}
	}
}

// writeDelay is how long Write returns late, as on a busy processor.
const writeDelay = 20 * time.Millisecond

// slowConn is a connection whose Write returns late.
type slowConn struct{ net.Conn }

func (s slowConn) Write(b []byte) (int, error) {
	n, err := s.Conn.Write(b)
	time.Sleep(writeDelay)
	return n, err
}
