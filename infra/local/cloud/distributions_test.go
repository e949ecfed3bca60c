package cloud

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithhq/kith/infra/local/clock"
	"github.com/kithhq/kith/infra/local/template"
)

// planChanged returns the plan of Kith's template with an own domain, after replacing a text in it.
func planChanged(t *testing.T, old, replacement string, parameters ...string) (*plan, error) {
	t.Helper()
	text, err := os.ReadFile("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if old != "" && strings.Count(string(text), old) != 1 {
		t.Fatalf("the template has %q %d times, want once", old, strings.Count(string(text), old))
	}
	file := filepath.Join(t.TempDir(), "template.yaml")
	err = os.WriteFile(file, []byte(strings.Replace(string(text), old, replacement, 1)), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	address := func(string) string { return "http://127.0.0.1" }
	const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
	all := map[string]string{
		"SiteDomain": "kith.example.org", "SiteCertificate": certificate,
		"ApiDomain": "api.kith.example.org", "ApiCertificate": certificate,
	}
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		all[name] = value
	}
	loaded, err := template.Load(file, template.Environment{
		Region: region, Account: account, Stack: stack, API: address, Site: address, Issuer: address(""), Client: clientID,
		Secret:     func(name string, _ template.SecretSpec) (string, error) { return "secret " + name, nil },
		Parameters: all,
	})
	if err != nil {
		return nil, err
	}
	c := &cloud{template: loaded, clock: &clock.Clock{}, opts: Options{Binaries: "bin"}}
	p := &plan{functions: c.functions(), apis: c.apis(), sites: c.sites()}
	p.fronts = c.fronts(p.apis)
	return p, loaded.Err()
}

func TestDistributions_OwnDomain_AreBeforeSiteAndAPI(t *testing.T) {
	t.Parallel()
	p, err := planChanged(t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	f := p.fronts["ApiFront"]
	if len(p.fronts) != 1 || f.api != "Api" || f.Domain != "api.kith.example.org" || !strings.HasPrefix(f.Headers["x-kith-origin-key"], "secret kith/dev/origin-1-") ||
		len(f.CloudFront) != 1 {
		t.Errorf("the distributions of APIs are %+v", p.fronts)
	}
	if s := p.sites["Site"]; len(p.sites) != 1 || s.Function == nil || !s.Compress || s.Headers["X-Frame-Options"] != "DENY" {
		t.Errorf("the distributions of buckets are %+v", p.sites)
	}
}

// A new version of the key is a new secret, which the distribution sends and all functions of the API expect.
func TestDistributions_OriginKeyVersion_ReplacesTheKeyEverywhere(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for _, version := range []string{"1", "2"} {
		p, err := planChanged(t, "", "", "OriginKeyVersion="+version)
		if err != nil {
			t.Fatal(err)
		}
		key, functions := p.fronts["ApiFront"].Headers["x-kith-origin-key"], 0
		keys[key] = true
		for _, f := range p.functions {
			expected, ok := f.Env["ORIGIN_KEY"]
			if !ok {
				continue
			}
			functions++
			if expected != key {
				t.Errorf("version %s: %s expects %q, the distribution sends %q", version, f.Label, expected, key)
			}
		}
		if functions != 4 {
			t.Errorf("version %s: %d functions expect the key, want 4", version, functions)
		}
	}
	if len(keys) != 2 {
		t.Errorf("the keys of two versions are %v", keys)
	}
}

func TestDistributions_Unsupported_AreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, replacement, want string }{
		"other alias": {
			"        Aliases:\n          - !Ref ApiDomain", "        Aliases:\n          - other.example.org",
			"ApiFront: the only alias must be the DomainName of the API's AWS::ApiGatewayV2::DomainName",
		},
		"two aliases": {
			"        Aliases:\n          - !Ref ApiDomain", "        Aliases:\n          - !Ref ApiDomain\n          - other.example.org",
			"ApiFront: the only alias must be",
		},
		"other origin": {
			"DomainName: !GetAtt ApiName.RegionalDomainName", "DomainName: example.org",
			"ApiFront: the only alias must be",
		},
		"no mapping to the API": {
			"      DomainName: !Ref ApiName\n", "      DomainName: other.example.org\n",
			"ApiFront: the only alias must be",
		},
		"other header of CloudFront": {
			"            - CloudFront-Viewer-Address", "            - CloudFront-Viewer-Country",
			"the local cloud supports the header CloudFront-Viewer-Address only, not CloudFront-Viewer-Country",
		},
		"base path": {
			"      DomainName: !Ref ApiName\n", "      DomainName: !Ref ApiName\n      ApiMappingKey: v1\n",
			"ApiMappingKey: the local cloud does not support this property",
		},
		"origin that is no bucket of the template": {
			"DomainName: !GetAtt Dashboard.RegionalDomainName", "DomainName: other.s3.us-east-1.amazonaws.com",
			"must be the RegionalDomainName of a bucket of this template",
		},
		"behavior without its origin": {
			"          TargetOriginId: dashboard", "          TargetOriginId: other",
			"Site: TargetOriginId is not the Id of an origin",
		},
		"function of another template": {
			"FunctionARN: !GetAtt SiteRoutes.FunctionARN", "FunctionARN: arn:aws:cloudfront::123456789012:function/other",
			"must be the FunctionARN of a function of this template",
		},
		"function that does not compile": {
			"        function redirect(domain, request) {", "        function redirect(domain, request {",
			"FunctionCode:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := planChanged(t, c.old, c.replacement)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nnot %s", err, c.want)
			}
		})
	}
}
