package objects

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/uuid"
)

// Notification calls a function when an object is created: an event of type S3 in the template.
type Notification struct {
	// Name is the configuration id in the event.
	Name     string
	Bucket   string
	Function string
	// Events are s3:ObjectCreated:* or event types that it covers.
	Events []string
	// Prefix and Suffix filter the keys; empty for no filter.
	Prefix, Suffix string
}

// Validate fails for events that the local cloud does not support.
func (n Notification) Validate() error {
	if len(n.Events) == 0 {
		return fmt.Errorf("notification %s has no event", n.Name)
	}
	for _, e := range n.Events {
		switch e {
		case "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload":
		default:
			return fmt.Errorf("notification %s: the local cloud does not support the event %s", n.Name, e)
		}
	}
	return nil
}

// matches reports whether an event of an object calls the function.
func (n Notification) matches(bucket, key, event string) bool {
	if n.Bucket != bucket || !strings.HasPrefix(key, n.Prefix) || !strings.HasSuffix(key, n.Suffix) {
		return false
	}
	for _, e := range n.Events {
		all, wild := strings.CutSuffix(e, "*")
		if e == event || wild && strings.HasPrefix(event, all) {
			return true
		}
	}
	return false
}

// Clock gives the time of events.
type Clock interface{ Now() time.Time }

// Invoker invokes functions asynchronously.
type Invoker interface {
	InvokeAsync(ctx context.Context, function string, payload []byte) (string, error)
}

// receiver receives versitygw's events, which differ from those of S3.
type receiver struct {
	url    string
	server *http.Server
	count  atomic.Int64
}

// gatewayEvent is an event of versitygw.
type gatewayEvent struct {
	Records []struct {
		Name string `json:"eventName"`
		S3   struct {
			Bucket struct {
				Name string `json:"name"`
			} `json:"bucket"`
			Object struct {
				Key  string  `json:"key"`
				Size int64   `json:"size"`
				ETag *string `json:"eTag"`
			} `json:"object"`
		} `json:"s3"`
	}
}

// startReceiver starts the listener that versitygw sends its events to.
func (s *Store) startReceiver(ctx context.Context) (*receiver, error) {
	for _, n := range s.c.Notifications {
		err := n.Validate()
		if err != nil {
			return nil, err
		}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for events of the object store: %w", err)
	}
	path := "/" + uuid.NewString()
	r := &receiver{url: "http://" + l.Addr().String() + path}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, 1<<20))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var event gatewayEvent
		err = json.Unmarshal(body, &event)
		if err != nil {
			s.logf("decode an event: %v", err)
		}
		s.dispatch(req.Context(), event)
	})
	r.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		err := r.server.Serve(l)
		if !errors.Is(err, http.ErrServerClosed) {
			s.logf("receiving events ended: %v", err)
		}
	}()
	return r, nil
}

func (r *receiver) close() error {
	if r == nil {
		return nil
	}
	err := r.server.Close()
	if err != nil {
		return fmt.Errorf("stop receiving events: %w", err)
	}
	return nil
}

func (s *Store) logf(format string, args ...any) {
	fmt.Fprintf(s.c.Log, "s3: "+format+"\n", args...)
}

// dispatch invokes the functions whose notification matches an event.
func (s *Store) dispatch(ctx context.Context, event gatewayEvent) {
	for _, r := range event.Records {
		bucket, key := r.S3.Bucket.Name, r.S3.Object.Key
		for _, n := range s.c.Notifications {
			if !n.matches(bucket, key, r.Name) {
				continue
			}
			object := Object{Bucket: bucket, Key: key, Size: r.S3.Object.Size, ETag: strings.Trim(aws.ToString(r.S3.Object.ETag), `"`)}
			head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
			if err == nil {
				object.Size, object.ETag = aws.ToInt64(head.ContentLength), strings.Trim(aws.ToString(head.ETag), `"`)
			}
			payload, err := Event(n, object, strings.TrimPrefix(r.Name, "s3:"), s.c.Region, s.c.Clock.Now(), s.events.count.Add(1))
			if err == nil {
				_, err = s.c.Invoker.InvokeAsync(ctx, n.Function, payload)
			}
			if err != nil {
				s.logf("invoke %s for %s of %s/%s: %v", n.Function, r.Name, bucket, key, err)
			}
		}
	}
}

// Object is the object of an event.
type Object struct {
	Bucket, Key, ETag string
	Size              int64
}

// Event returns the event that S3 sends to a function. As on AWS, the key is encoded like a form field.
func Event(n Notification, o Object, name, region string, at time.Time, count int64) ([]byte, error) {
	owner := map[string]string{"principalId": "LOCAL"}
	b, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": region, "eventName": name,
		"eventTime":         at.UTC().Format("2006-01-02T15:04:05.000Z"),
		"userIdentity":      map[string]string{"principalId": "AWS:LOCAL"},
		"requestParameters": map[string]string{"sourceIPAddress": "127.0.0.1"},
		"responseElements":  map[string]string{"x-amz-request-id": strings.ToUpper(uuid.NewString()[:8]), "x-amz-id-2": uuid.NewString()},
		"s3": map[string]any{
			"s3SchemaVersion": "1.0", "configurationId": n.Name,
			"bucket": map[string]any{"name": o.Bucket, "ownerIdentity": owner, "arn": "arn:aws:s3:::" + o.Bucket},
			"object": map[string]any{
				"key": strings.ReplaceAll(url.QueryEscape(o.Key), "%2F", "/"), "size": o.Size, "eTag": o.ETag,
				"sequencer": fmt.Sprintf("%010X%06X", at.UnixMilli(), count),
			},
		},
	}}})
	if err != nil {
		return nil, fmt.Errorf("event of object %s: %w", o.Key, err)
	}
	return b, nil
}
