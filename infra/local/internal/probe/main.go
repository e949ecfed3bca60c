// Command probe is the function of the local cloud's tests. Its event tells it what to do.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type command struct {
	Do    string `json:"do"`
	Text  string `json:"text"`
	Bytes int    `json:"bytes"`
	File  string `json:"file"`
}

var allocated [][]byte

func main() {
	if os.Getenv("PROBE_START") == "exit" {
		fmt.Println("probe: failing at start")
		os.Exit(3)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, event json.RawMessage) (any, error) {
	var request events.APIGatewayV2HTTPRequest
	err := json.Unmarshal(event, &request)
	if err == nil && request.RequestContext.HTTP.Method != "" {
		return respond(request)
	}
	var c command
	err = json.Unmarshal(event, &c)
	if err != nil {
		return nil, err
	}
	fmt.Println("probe: command:", c.Do, c.Text)
	switch c.Do {
	case "":
		fmt.Println("probe: event", string(event))
		return nil, nil
	case "echo":
		return map[string]string{"text": c.Text}, nil
	case "env":
		return map[string]string{"value": os.Getenv(c.Text)}, nil
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{
			"request": lc.AwsRequestID, "arn": lc.InvokedFunctionArn, "left": time.Until(deadline).Milliseconds(),
			"pid": os.Getpid(), "client": lc.ClientContext.Custom, "trace": os.Getenv("_X_AMZN_TRACE_ID"),
		}, nil
	case "fail":
		return nil, errors.New(c.Text)
	case "exit":
		fmt.Println("probe: about to exit")
		os.Exit(7)
	case "hang": // with a file, the process writes its id there before
		if c.File != "" {
			err := os.WriteFile(c.File, []byte(strconv.Itoa(os.Getpid())), 0o600)
			if err != nil {
				return nil, err
			}
		}
		<-make(chan struct{})
	case "wait for file":
		for {
			_, err := os.Stat(c.File)
			if err == nil {
				return map[string]int{"pid": os.Getpid()}, nil
			}
			time.Sleep(time.Millisecond)
		}
	case "append":
		f, err := os.OpenFile(c.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		_, err = fmt.Fprintln(f, c.Text)
		return nil, errors.Join(err, f.Close(), errors.New("failed after the append"))
	case "large":
		return strings.Repeat("x", c.Bytes), nil
	case "allocate":
		for i := 0; i < c.Bytes; i += 1 << 20 {
			block := make([]byte, 1<<20)
			for j := range block {
				block[j] = byte(j)
			}
			allocated = append(allocated, block)
		}
		<-make(chan struct{})
	}
	return nil, fmt.Errorf("unknown command %q", c.Do)
}

// respond returns the request as JSON, or the response that the x-probe header selects.
func respond(r events.APIGatewayV2HTTPRequest) (any, error) {
	switch r.Headers["x-probe"] {
	case "fail":
		return nil, errors.New("as requested")
	case "malformed":
		return map[string]any{"statusCode": "teapot"}, nil
	case "plain":
		return map[string]string{"hello": "world"}, nil
	case "hang":
		<-make(chan struct{})
	case "binary":
		return events.APIGatewayV2HTTPResponse{
			StatusCode: 201, Body: "AAH+/w==", IsBase64Encoded: true,
			Headers: map[string]string{"content-type": "application/octet-stream"}, Cookies: []string{"a=1", "b=2; Path=/"},
		}, nil
	}
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: 200, Body: string(body), Headers: map[string]string{"content-type": "application/json"},
	}, nil
}
