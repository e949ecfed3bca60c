package e2e

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refusals are the problems that samples with unknown ids result in.
var refusals = map[string]string{"audit-metrics-campaign": "There is no such campaign."}

// TestSampleEvents_EveryFunction_Answers invokes each function with its sample events, like `make invoke`. None fails.
func TestSampleEvents_EveryFunction_Answers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(Root(), "events", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no sample events")
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			event, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			address := kith.Cloud().Lambda + "/2015-03-31/functions/" + functionOf(name) + "/invocations"
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(event))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "AWS4-HMAC-SHA256 local")
			reply, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = reply.Body.Close() }()
			answer, err := io.ReadAll(reply.Body)
			if err != nil {
				t.Fatal(err)
			}
			if refusal := refusals[name]; refusal != "" {
				if !bytes.Contains(answer, []byte(refusal)) {
					t.Errorf("it says %s; want %s", answer, refusal)
				}
				return
			}
			if reply.StatusCode != http.StatusOK || reply.Header.Get("X-Amz-Function-Error") != "" {
				t.Errorf("%s %s: %s", reply.Status, reply.Header.Get("X-Amz-Function-Error"), answer)
			}
		})
	}
}

// functionOf returns the function of a sample event: the longest function name that is a prefix of its name.
func functionOf(sample string) string {
	longest := ""
	for _, name := range kith.Cloud().Functions {
		if strings.HasPrefix(sample, name) && len(name) > len(longest) {
			longest = name
		}
	}
	return longest
}
