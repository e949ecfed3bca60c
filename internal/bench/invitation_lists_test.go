package bench

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// invitationLists measures the time to preview and to import the largest invitation list, while the local cloud sends the email.
func invitationLists(t *testing.T) []line {
	t.Helper()
	kith := cloud(t)
	owner, campaign, _ := campaignOf(t, kith)
	const rows = 5000
	var list bytes.Buffer
	list.WriteString("email,first_name,last_name,language\n")
	for n := range rows {
		fmt.Fprintf(&list, "guest%d@example.org,Gus,Guest,es\n", n)
	}
	at := "/v1/admin/campaigns/" + campaign + "/invitations"
	send := func(path string, key apiclient.Header) (map[string]any, time.Duration) {
		t.Helper()
		var report map[string]any
		began := time.Now()
		err := owner.Do(t.Context(), http.MethodPost, at+path, list.Bytes(), &report, key, apiclient.Header{Name: "Content-Type", Value: "text/csv"})
		if err != nil {
			t.Fatal(err)
		}
		return report, time.Since(began)
	}
	preview, looked := send("/preview", apiclient.NewKey())
	if preview["valid"] != float64(rows) {
		t.Fatalf("the preview counts %v", preview)
	}
	key := apiclient.NewKey()
	var longest, total time.Duration
	calls := 0
	for remaining := float64(rows); remaining > 0; {
		if calls++; calls > 20 {
			t.Fatal("the import is not over after 20 calls")
		}
		report, took := send("/import", key)
		longest, total = max(longest, took), total+took
		remaining, _ = report["remaining"].(float64)
		if remaining == 0 && report["invited"] != float64(rows) {
			t.Fatalf("the import counts %v", report)
		}
	}
	again, repeated := send("/import", key)
	if again["invited"] != float64(rows) {
		t.Fatalf("repeated, the import counts %v", again)
	}
	return []line{
		{fmt.Sprintf("preview of an invitation list of %d people", rows), fmt.Sprintf("%.1f s", looked.Seconds()), "<= 5 s", looked <= 5*time.Second},
		{
			fmt.Sprintf("invitation list of %d people, longest request / all %d", rows, calls),
			fmt.Sprintf("%.1f / %.1f s", longest.Seconds(), total.Seconds()), "a call <= 29 s", longest <= 29*time.Second,
		},
		{fmt.Sprintf("report of %d people, repeated", rows), fmt.Sprintf("%.1f s", repeated.Seconds()), "<= 5 s", repeated <= 5*time.Second},
	}
}
