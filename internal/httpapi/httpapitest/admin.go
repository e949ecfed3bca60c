package httpapitest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/organization"
)

// objectServer starts an S3 server that keeps whole objects in memory, and returns its URL.
func objectServer(t *testing.T) string {
	t.Helper()
	var mu sync.Mutex
	kept := map[string][]byte{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, found := kept[r.URL.Path]
		var err error
		switch {
		case r.Method == http.MethodPut:
			kept[r.URL.Path], err = io.ReadAll(r.Body)
		case found:
			_, err = w.Write(body)
		default:
			w.WriteHeader(http.StatusNotFound)
			_, err = io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>")
		}
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// NewAdmin returns a campaign fixture with a bucket of files, an administrator of the campaign, and the campaign's path.
func NewAdmin(t *testing.T) (*CampaignFixture, *Client, string) {
	t.Helper()
	s := NewCampaign(t)
	s.Files = objects.NewBucket(s3.New(s3.Options{
		BaseEndpoint: aws.String(objectServer(t)), Region: "us-east-1", UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}), "bucket")
	s.Restart()
	admin := s.NewUser("Olivia")
	s.Commit(s.Store.CreateAdministrator(&organization.Administrator{
		Organization: s.Organization.ID, User: admin.User.ID,
		Role: organization.Admin, Name: "Olivia", AddedAt: s.Now,
	})...)
	return s, admin, "/v1/admin/campaigns/" + string(s.Campaign.ID)
}
