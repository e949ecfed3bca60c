package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/kithhq/kith/infra/local/cloud"
)

// invoke invokes a function with an event: in the local cloud that is running on the state folder, or in a new one.
func invoke(ctx context.Context, args []string) error {
	var o cloud.Options
	f := flags("invoke", &o)
	err := f.Parse(args)
	if err != nil {
		return fmt.Errorf("invoke: %w", err)
	}
	if f.NArg() != 2 {
		return errors.New("invoke takes the name of a function and the path of an event")
	}
	name := f.Arg(0)
	event, err := os.ReadFile(f.Arg(1))
	if err != nil {
		return fmt.Errorf("read the event: %w", err)
	}
	if !json.Valid(event) {
		return fmt.Errorf("%s is not JSON", f.Arg(1))
	}
	setDefaults(&o)
	info, err := cloud.ReadInfo(o.State)
	if err == nil {
		return invokeRunning(ctx, info.Lambda, name, event)
	}
	o.Quiet = true
	running, err := cloud.Start(ctx, o)
	if err != nil {
		return err //nolint:wrapcheck // the error names the service
	}
	result, err := running.Invoke(ctx, name, event)
	if err == nil {
		err = printResult(result.Payload, result.FunctionError, result.Log)
	}
	return errors.Join(err, running.Close())
}

// invokeRunning invokes a function of a running local cloud.
func invokeRunning(ctx context.Context, address, name string, event []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost,
		address+"/2015-03-31/functions/"+name+"/invocations", bytes.NewReader(event))
	if err != nil {
		return fmt.Errorf("invoke %s: %w", name, err)
	}
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 local")
	req.Header.Set("X-Amz-Log-Type", "Tail")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("invoke %s: %w", name, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("invoke %s: %w", name, err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("invoke %s: %s: %s", name, res.Status, body)
	}
	log, err := base64.StdEncoding.DecodeString(res.Header.Get("X-Amz-Log-Result"))
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	return printResult(body, res.Header.Get("X-Amz-Function-Error"), log)
}

// printResult prints the log on standard error and the response on standard output. It fails with the function's error.
func printResult(payload []byte, functionError string, log []byte) error {
	fmt.Fprint(os.Stderr, string(log))
	var pretty bytes.Buffer
	err := json.Indent(&pretty, payload, "", "  ")
	if err != nil {
		pretty.Reset()
		pretty.Write(payload)
	}
	fmt.Println(pretty.String())
	if functionError != "" {
		return fmt.Errorf("the function failed: %s", functionError)
	}
	return nil
}
