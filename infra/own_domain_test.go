package infra

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// The conditions of the two shapes of the template: with the addresses that AWS generates, and with an own domain.
var (
	generatedAddresses = map[string]bool{"OwnDomain": false, "DefaultApiEndpointDisabled": false, "FormerDomains": false}
	ownDomain          = map[string]bool{"OwnDomain": true, "DefaultApiEndpointDisabled": true, "FormerDomains": false}
)

// in returns the value with these conditions decided: each !If is its branch, and resources and outputs under a false
// condition are left out. Other conditions stay.
func (v value) in(conditions map[string]bool) value {
	return value{decide(v.node, conditions)}
}

func decide(n *yaml.Node, conditions map[string]bool) *yaml.Node {
	if n == nil || n.Kind == yaml.ScalarNode {
		return n
	}
	if holds, ok := conditions[firstValue(n)]; n.Tag == "!If" && ok {
		if holds {
			return decide(n.Content[1], conditions)
		}
		return decide(n.Content[2], conditions)
	}
	decided := *n
	decided.Content = nil
	step := 1
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i < len(n.Content); i += step {
		last := n.Content[i+step-1]
		condition := value{last}.at("Condition").text()
		if holds, ok := conditions[condition]; step == 2 && ok && !holds {
			continue
		}
		last = decide(last, conditions)
		if last.Tag == "!Ref" && last.Value == "AWS::NoValue" {
			continue
		}
		if step == 2 {
			decided.Content = append(decided.Content, n.Content[i])
		}
		decided.Content = append(decided.Content, last)
	}
	return &decided
}

func firstValue(n *yaml.Node) string {
	if len(n.Content) == 0 {
		return ""
	}
	return n.Content[0].Value
}

// addresses are the addresses that the functions, the API, the sign-in and the outputs have in a shape of the template.
type addresses struct {
	Public, API          []string // of all functions, each once
	OriginKeys           int      // functions that know the key
	CORS, Uploads        string
	Callback, SignOut    string
	SiteURL, APIURL      string
	Aliases, Certificate string
	TLS                  string
	EndpointDisabled     string
	OwnResources         []string
}

func addressesIn(t *testing.T, template value, conditions map[string]bool) addresses {
	t.Helper()
	template = template.in(conditions)
	var a addresses
	for _, f := range functions(t, template) {
		variables := f.properties.at("Environment", "Variables")
		for name, to := range map[string]*[]string{"PUBLIC_URL": &a.Public, "API_URL": &a.API} {
			if text := variables.at(name).text(); text != "" && !slices.Contains(*to, text) {
				*to = append(*to, text)
			}
		}
		if variables.at("ORIGIN_KEY").exists() {
			a.OriginKeys++
			if got := variables.at("ORIGIN_KEY").text(); got != "{{resolve:secretsmanager:${OriginKey}}}" {
				t.Errorf("%s has the origin key %q", f, got)
			}
		}
	}
	api := resource(t, template, "Api", "AWS::Serverless::HttpApi")
	a.CORS, a.EndpointDisabled = api.at("CorsConfiguration", "AllowOrigins").list()[0].text(), api.at("DisableExecuteApiEndpoint").text()
	a.Uploads = resource(t, template, "VoterFiles", "AWS::S3::Bucket").at("CorsConfiguration", "CorsRules").list()[0].at("AllowedOrigins").list()[0].text()
	client := resource(t, template, "DashboardClient", "AWS::Cognito::UserPoolClient")
	a.Callback, a.SignOut = client.at("CallbackURLs").list()[0].text(), client.at("LogoutURLs").list()[0].text()
	a.SiteURL, a.APIURL = template.at("Outputs", "SiteUrl", "Value").text(), template.at("Outputs", "ApiUrl", "Value").text()
	site := resource(t, template, "Site", "AWS::CloudFront::Distribution").at("DistributionConfig")
	if aliases := site.at("Aliases").list(); len(aliases) == 2 {
		a.Aliases = aliases[1].text()
	}
	a.Certificate, a.TLS = site.at("ViewerCertificate", "AcmCertificateArn").text(), site.at("ViewerCertificate", "MinimumProtocolVersion").text()
	for logical, r := range template.at("Resources").fields() {
		if r.at("Condition").text() == "OwnDomain" {
			a.OwnResources = append(a.OwnResources, logical)
		}
	}
	return a
}

func TestTemplate_WithoutOwnDomain_HasGeneratedAddresses(t *testing.T) {
	t.Parallel()
	want := addresses{
		Public: []string{"https://${Site.DomainName}"}, API: []string{"${Api.ApiEndpoint}"},
		CORS: "https://${Site.DomainName}", Uploads: "https://${Site.DomainName}",
		Callback: "https://${Site.DomainName}/callback", SignOut: "https://${Site.DomainName}/",
		SiteURL: "https://${Site.DomainName}", APIURL: "${Api.ApiEndpoint}", EndpointDisabled: "false",
	}
	template := readTemplate(t)
	if diff := cmp.Diff(want, addressesIn(t, template, generatedAddresses)); diff != "" {
		t.Errorf("addresses, want (-), got (+):\n%s", diff)
	}
	for _, name := range []string{"ApiDomain", "ApiCertificate", "SiteCertificate", "FormerSiteDomains"} {
		if line := mention(template.at("Resources").in(generatedAddresses).node, name); line > 0 {
			t.Errorf("template.yaml:%d: %s is used without an own domain", line, name)
		}
	}
}

func TestTemplate_WithOwnDomain_HasItEverywhere(t *testing.T) {
	t.Parallel()
	want := addresses{
		Public: []string{"https://${SiteDomain}"}, API: []string{"https://${ApiDomain}"}, OriginKeys: 4,
		CORS: "https://${SiteDomain}", Uploads: "https://${SiteDomain}",
		Callback: "https://${SiteDomain}/callback", SignOut: "https://${SiteDomain}/",
		SiteURL: "https://${SiteDomain}", APIURL: "https://${ApiDomain}", EndpointDisabled: "true",
		Aliases: "${SiteDomain}", Certificate: "${SiteCertificate}", TLS: "TLSv1.2_2021",
		OwnResources: []string{"ApiFront", "ApiFrontRequests", "ApiName", "ApiNameMapping", "OriginKey"},
	}
	template := readTemplate(t)
	if diff := cmp.Diff(want, addressesIn(t, template, ownDomain)); diff != "" {
		t.Errorf("addresses, want (-), got (+):\n%s", diff)
	}
	policy := resource(t, template.in(ownDomain), "SiteHeaders", "AWS::CloudFront::ResponseHeadersPolicy").
		at("ResponseHeadersPolicyConfig", "SecurityHeadersConfig", "ContentSecurityPolicy", "ContentSecurityPolicy").list()
	if services := policy[1].at("Services").text(); !strings.HasPrefix(services, "https://${ApiDomain} ") || strings.Contains(services, "execute-api") {
		t.Errorf("pages may connect to %s", services)
	}
	former := template.in(map[string]bool{"OwnDomain": true, "FormerDomains": true})
	names := resource(t, former, "Site", "AWS::CloudFront::Distribution").at("DistributionConfig", "Aliases").list()
	if len(names) != 2 || names[1].text() != "${SiteDomain},${FormerSiteDomains}" {
		t.Error("the site does not have the former domains")
	}
}

// CloudFront must pass on all that the API reads, cache nothing, and prove itself with the key that the functions know.
func TestOwnDomain_DistributionOfAPI_PassesRequestsOn(t *testing.T) {
	t.Parallel()
	template := readTemplate(t)
	front := resource(t, template, "ApiFront", "AWS::CloudFront::Distribution").at("DistributionConfig")
	origin := front.at("Origins").list()[0]
	header := origin.at("OriginCustomHeaders").list()[0]
	behavior := front.at("DefaultCacheBehavior")
	name := resource(t, template, "ApiName", "AWS::ApiGatewayV2::DomainName")
	certificate := name.at("DomainNameConfigurations").list()[0]
	mapping := resource(t, template, "ApiNameMapping", "AWS::ApiGatewayV2::ApiMapping")
	requests := resource(t, template, "ApiFrontRequests", "AWS::CloudFront::OriginRequestPolicy").at("OriginRequestPolicyConfig")
	methods := behavior.at("AllowedMethods").list()
	for _, c := range []struct{ what, got, want string }{
		{"alias", front.at("Aliases").list()[0].text(), "${ApiDomain}"},
		{"lowest TLS of clients", front.at("ViewerCertificate", "MinimumProtocolVersion").text(), "TLSv1.2_2021"},
		{"requests without TLS", behavior.at("ViewerProtocolPolicy").text(), "https-only"},
		{"origin", origin.at("DomainName").text(), "${ApiName.RegionalDomainName}"},
		{"requests to the origin", origin.at("CustomOriginConfig", "OriginProtocolPolicy").text(), "https-only"},
		{"header of the key", header.at("HeaderName").text(), "x-kith-origin-key"},
		{"key", header.at("HeaderValue").text(), "{{resolve:secretsmanager:${OriginKey}}}"},
		{"cache policy: CachingDisabled", behavior.at("CachePolicyId").text(), "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"},
		{"origin request policy", behavior.at("OriginRequestPolicyId").text(), "${ApiFrontRequests}"},
		{"headers", requests.at("HeadersConfig", "HeaderBehavior").text(), "allViewerAndWhitelistCloudFront"},
		{"header of the client's address", requests.at("HeadersConfig", "Headers").list()[0].text(), "CloudFront-Viewer-Address"},
		{"query strings", requests.at("QueryStringsConfig", "QueryStringBehavior").text(), "all"},
		{"domain of the API", name.at("DomainName").text(), "${ApiDomain}"},
		{"its certificate", certificate.at("CertificateArn").text(), "${ApiCertificate}"},
		{"its lowest TLS", certificate.at("SecurityPolicy").text(), "TLS_1_2"},
		{"API of the domain", mapping.at("ApiId").text() + " " + mapping.at("Stage").text(), "${Api} ${Api.Stage}"},
		{"base path", mapping.at("ApiMappingKey").text(), ""},
		{"record of the API", template.at("Outputs", "ApiRecord", "Value").text(), "${ApiDomain} ${ApiFront.DomainName}"},
		{"record of the site", template.at("Outputs", "SiteRecord", "Value").text(), "${SiteDomain} ${Site.DomainName}"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if len(methods) != 7 {
		t.Errorf("CloudFront accepts %d methods, want all 7", len(methods))
	}
	code := read(t, "../internal/apigw/client.go")
	for _, name := range []string{`"x-kith-origin-key"`, `"cloudfront-viewer-address"`} {
		if !strings.Contains(code, name) {
			t.Errorf("the functions do not read %s", name)
		}
	}
}

// mention returns the line of the first scalar in which a reference to a name occurs, or 0.
func mention(n *yaml.Node, name string) int {
	if n == nil {
		return 0
	}
	if n.Kind == yaml.ScalarNode && (n.Tag == "!Ref" && n.Value == name || regexp.MustCompile(`\$\{`+name+`\b`).MatchString(n.Value)) {
		return n.Line
	}
	for _, child := range n.Content {
		if line := mention(child, name); line > 0 {
			return line
		}
	}
	return 0
}
