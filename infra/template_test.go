package infra

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// value is a node of the template. Its text has the notation of !Sub: !Ref Records is "${Records}" and !GetAtt Records.Arn
// is "${Records.Arn}", so that equal values have equal texts.
type value struct{ node *yaml.Node }

func readTemplate(t *testing.T) value {
	t.Helper()
	return readYAML(t, "../template.yaml")
}

func readYAML(t *testing.T, path string) value {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	err = yaml.NewDecoder(bytes.NewReader(text)).Decode(&document)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return value{document.Content[0]}
}

// at returns the value at a path of keys, or an empty value if a key is missing.
func (v value) at(path ...string) value {
	for _, name := range path {
		next := value{}
		for key, child := range v.fields() {
			if key == name {
				next = child
			}
		}
		v = next
	}
	return v
}

// fields iterates over the pairs of a mapping, in the template's order.
func (v value) fields() func(yield func(string, value) bool) {
	return func(yield func(string, value) bool) {
		if v.node == nil || v.node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(v.node.Content); i += 2 {
			if !yield(v.node.Content[i].Value, value{v.node.Content[i+1]}) {
				return
			}
		}
	}
}

// list returns the elements of a sequence. A single value is a list with one element, as in IAM policies.
func (v value) list() []value {
	if v.node == nil {
		return nil
	}
	if v.node.Kind != yaml.SequenceNode {
		return []value{v}
	}
	all := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		all[i] = value{n}
	}
	return all
}

func (v value) exists() bool { return v.node != nil }

func (v value) text() string {
	if v.node == nil {
		return ""
	}
	switch v.node.Tag {
	case "!Ref", "!GetAtt":
		return "${" + v.node.Value + "}"
	default:
		return v.node.Value
	}
}

func (v value) line() int {
	if v.node == nil {
		return 0
	}
	return v.node.Line
}

// function is a Lambda function of the template.
type function struct {
	name       string // of its folder: admin-api
	logical    string // AdminApi
	properties value
}

func functions(t *testing.T, template value) []function {
	t.Helper()
	var all []function
	for logical, resource := range template.at("Resources").fields() {
		if resource.at("Type").text() != "AWS::Serverless::Function" {
			continue
		}
		properties := resource.at("Properties")
		folder := strings.TrimSuffix(properties.at("CodeUri").text(), "/")
		all = append(all, function{strings.TrimPrefix(folder, "functions/"), logical, properties})
	}
	if len(all) == 0 {
		t.Fatal("template.yaml has no functions")
	}
	return all
}

// resource returns the properties of a resource. It fails the test if there is none with that type.
func resource(t *testing.T, template value, logical, kind string) value {
	t.Helper()
	r := template.at("Resources", logical)
	if r.at("Type").text() != kind {
		t.Errorf("template.yaml has no %s named %s", kind, logical)
	}
	return r.at("Properties")
}

func (f function) String() string {
	return fmt.Sprintf("%s (template.yaml:%d)", f.name, f.properties.line())
}

// TestSite_ResponseHeaders_AllowOwnScriptsOnly holds the headers of every page and asset of the site.
func TestSite_ResponseHeaders_AllowOwnScriptsOnly(t *testing.T) {
	template := readTemplate(t)
	site := resource(t, template, "Site", "AWS::CloudFront::Distribution").at("DistributionConfig", "DefaultCacheBehavior")
	if site.at("ResponseHeadersPolicyId").text() != "${SiteHeaders}" || site.at("ViewerProtocolPolicy").text() != "redirect-to-https" {
		t.Error("the site does not send SiteHeaders, or answers without TLS")
	}
	security := resource(t, template, "SiteHeaders", "AWS::CloudFront::ResponseHeadersPolicy").at("ResponseHeadersPolicyConfig", "SecurityHeadersConfig")
	policy := security.at("ContentSecurityPolicy", "ContentSecurityPolicy").list()[0].text()
	for _, directive := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, directive+";") {
			t.Errorf("the policy lacks %s: %s", directive, policy)
		}
	}
	if strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe-eval") {
		t.Errorf("scripts of other origins, or inline, may run: %s", policy)
	}
	for name, got := range map[string]string{
		"max-age 31536000":     "max-age " + security.at("StrictTransportSecurity", "AccessControlMaxAgeSec").text(),
		"subdomains true":      "subdomains " + security.at("StrictTransportSecurity", "IncludeSubdomains").text(),
		"referrer no-referrer": "referrer " + security.at("ReferrerPolicy", "ReferrerPolicy").text(),
		"frame DENY":           "frame " + security.at("FrameOptions", "FrameOption").text(),
	} {
		if got != name {
			t.Errorf("SiteHeaders: %s, want %s", got, name)
		}
	}
	if !security.at("ContentTypeOptions").exists() {
		t.Error("SiteHeaders lacks ContentTypeOptions")
	}
}
