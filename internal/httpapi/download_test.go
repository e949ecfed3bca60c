package httpapi

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/objects"
)

// The policy of the exports bucket rejects signatures older than five minutes, so a longer link would fail before it expires.
func TestNewDownloadLink_LongerThanBucketAccepts_IsShortened(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile("../../template.yaml")
	if err != nil || !strings.Contains(string(template), "s3:signatureAge: '300000'") {
		t.Fatalf("the bucket's policy has another age: %v", err)
	}
	files := objects.NewBucket(s3.New(s3.Options{
		Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), BaseEndpoint: aws.String("http://127.0.0.1:1"),
	}), "files")
	for lifetime, want := range map[time.Duration]string{time.Minute: "60", 5 * time.Minute: "300", time.Hour: "300"} {
		before := time.Now()
		link, err := NewDownloadLink(t.Context(), files, "exports/a.csv", "a.csv", lifetime)
		if err != nil {
			t.Fatal(err)
		}
		address, err := url.Parse(link.Body.URL)
		if err != nil || address.Query().Get("X-Amz-Expires") != want {
			t.Errorf("a link for %s expires after %q seconds: %v", lifetime, address.Query().Get("X-Amz-Expires"), err)
		}
		end, err := time.Parse(time.RFC3339, link.Body.ExpiresAt)
		if err != nil || end.Sub(before) > 6*time.Minute {
			t.Errorf("a link for %s is said to work until %s: %v", lifetime, link.Body.ExpiresAt, err)
		}
	}
}
