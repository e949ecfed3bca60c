package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const apiDomain = "api.kith.example.org"

// startOwnDomain starts a local cloud with an own domain, with the functions of the APIs only.
func startOwnDomain(t *testing.T) *Kith {
	t.Helper()
	state := t.TempDir()
	log, err := os.Create(filepath.Join(state, "log"))
	if err != nil {
		t.Fatal(err)
	}
	const certificate = ":123456789012:certificate/11111111-2222-3333-4444-555555555555"
	own, err := Start(t.Context(), Options{
		State: state, Log: log,
		Parameters: []string{
			"SiteDomain=kith.example.org", "FormerSiteDomains=old.example.org", "SiteCertificate=arn:aws:acm:us-east-1" + certificate,
			"ApiDomain=" + apiDomain, "ApiCertificate=arn:aws:acm:us-east-1" + certificate,
		},
		Without: []string{
			"audit-metrics", "import-voters", "pipeline-api", "record-delivery", "remove-records", "send-invitation", "sweep-jobs",
			"update-metrics", "write-export",
		},
	})
	if err != nil {
		said, _ := os.ReadFile(log.Name())
		t.Fatalf("%v\n%s", err, said)
	}
	t.Cleanup(func() {
		if err := own.Stop(); err != nil {
			t.Error(err)
		}
		_ = log.Close()
	})
	return own
}

// roundTrip sends one request from a local address, and does not follow redirects. The header Host names the host.
func roundTrip(t *testing.T, from, method, address string, in any, headers map[string]string) (*http.Response, string) {
	t.Helper()
	encoded, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	r.Host = headers["Host"]
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	res, err := (&http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestOwnDomain_RequestsByAllNames_AreThoseOfTheDistribution(t *testing.T) {
	t.Parallel()
	own := startOwnDomain(t)
	t.Run("client address", func(t *testing.T) { checkClientAddress(t, own) })
	t.Run("other names", func(t *testing.T) { checkOtherNames(t, own) })
}

// checkClientAddress counts the client networks from which wrong passcodes came: each has a row.
func checkClientAddress(t *testing.T, own *Kith) {
	t.Helper()
	fx := newFixtureOf(t, own)
	fx.startCampaign()
	fx.post(fx.owner, fx.admin()+"/passcode", nil, nil)
	guesser := own.Person("gabriel.guess."+fx.tag+"@example.org", "Gabriel Guess")
	_, err := guesser.Start(t.Context())
	fx.ok(err)
	tokens, err := guesser.Tokens(t.Context())
	fx.ok(err)

	guess := func(from, api string, headers map[string]string) int {
		t.Helper()
		all := map[string]string{"Authorization": "Bearer " + tokens.Access, "Content-Type": "application/json"}
		for name, value := range headers {
			all[name] = value
		}
		res, _ := roundTrip(t, from, http.MethodPost, api+"/v1/mobilizer/join", body{
			"slug": fx.slug, "first_name": "Gabriel", "last_name": "Guess", "consent": false, "passcode": "00000000",
		}, all)
		return res.StatusCode
	}
	cloud := own.Cloud()
	forged := map[string]string{"CloudFront-Viewer-Address": "198.51.100.7:4711", "X-Kith-Origin-Key": "guessed", "X-Forwarded-For": "198.51.100.7"}
	past := map[string]string{"Host": apiDomain} // the domain's regional address, which everybody can find
	for name, value := range forged {
		past[name] = value
	}
	for _, c := range []struct {
		name, from, api string
		headers         map[string]string
		status          int
		networks        int // after it
	}{
		{"through the distribution", "127.0.0.1", cloud.API, nil, http.StatusUnprocessableEntity, 1},
		{"with forged headers", "127.0.0.1", cloud.API, forged, http.StatusUnprocessableEntity, 1},
		{"past the distribution with forged headers", "127.0.0.1", cloud.ExecuteAPI, past, http.StatusUnprocessableEntity, 1},
		{"at the address of AWS", "127.0.0.1", cloud.ExecuteAPI, forged, http.StatusForbidden, 1},
		{"of another client", "127.0.0.2", cloud.API, forged, http.StatusUnprocessableEntity, 2},
	} {
		if got := guess(c.from, c.api, c.headers); got != c.status {
			t.Errorf("the request %s: status %d, want %d", c.name, got, c.status)
		}
		if got := clientNetworks(t, own, fx.campaign); got != c.networks {
			t.Errorf("after the request %s: %d client networks, want %d", c.name, got, c.networks)
		}
	}
}

// clientNetworks returns the number of networks from which wrong passcodes of a campaign came.
func clientNetworks(t *testing.T, own *Kith, campaign string) int {
	t.Helper()
	db := dynamodb.New(dynamodb.Options{BaseEndpoint: aws.String(own.Cloud().DynamoDB), Region: region(), Credentials: keys()})
	page, err := db.Scan(t.Context(), &dynamodb.ScanInput{
		TableName: aws.String(own.Cloud().Tables["Requests"]), FilterExpression: aws.String("begins_with(PK, :network)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":network": &types.AttributeValueMemberS{Value: "P#" + campaign + "#network#"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Items)
}

// checkOtherNames checks that other names of the site redirect with path and query, and that pages may use the API.
func checkOtherNames(t *testing.T, own *Kith) {
	t.Helper()
	site := own.Cloud().Site
	for _, host := range []string{"localsite.cloudfront.net", "old.example.org"} {
		for _, path := range []string{"/i/abcdefgh", "/unsubscribe/abc?language=es&from=a%20b&from=c", "/"} {
			res, _ := roundTrip(t, "127.0.0.1", http.MethodGet, site+path, nil, map[string]string{"Host": host})
			got := strings.ReplaceAll(res.Header.Get("Location"), "+", "%20")
			path, query, _ := strings.Cut(path, "?")
			if res.StatusCode != http.StatusFound || !strings.HasPrefix(got, "https://kith.example.org"+path) {
				t.Errorf("%s%s: %d to %q", host, path, res.StatusCode, got)
			}
			for field := range strings.SplitSeq(query, "&") {
				if !strings.Contains(got, field) {
					t.Errorf("%s%s?%s redirects to %q without %q", host, path, query, got, field)
				}
			}
		}
	}
	res, _ := roundTrip(t, "127.0.0.1", http.MethodOptions, own.Cloud().API+"/v1/session", nil, map[string]string{
		"Host": "", "Origin": site, "Access-Control-Request-Method": "POST",
	})
	if res.Header.Get("Access-Control-Allow-Origin") != site {
		t.Errorf("the API answers pages of the site with %v", res.Header)
	}
	if own.Cloud().ExecuteAPI == own.Cloud().API {
		t.Error("the API is not behind a distribution")
	}
}
