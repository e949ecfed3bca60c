package cloud

import (
	"strings"

	"github.com/kithhq/kith/infra/local/gateway"
	"github.com/kithhq/kith/infra/local/template"
)

// front is the distribution of an API.
type front struct {
	*gateway.Front
	api string // logical id
}

// fronts returns the configuration of the distributions in front of APIs, by logical id. It adds the own domains to the
// APIs' configurations.
func (c *cloud) fronts(apis map[string]gateway.Config) map[string]front {
	all := map[string]front{}
	for _, r := range c.template.OfType("AWS::CloudFront::Distribution") {
		d := r.Properties.At("DistributionConfig")
		if !frontsAPI(d) {
			continue
		}
		origin := d.At("Origins").List()[0]
		domain, id := c.apiOf(origin.At("DomainName"))
		api, ok := apis[id]
		if aliases := d.At("Aliases").Texts(); !ok || len(aliases) != 1 || aliases[0] != domain {
			c.template.Problemf(r.Line, "%s: the only alias must be the DomainName of the API's AWS::ApiGatewayV2::DomainName", r.ID)
			continue
		}
		api.Domains = append(api.Domains, domain)
		apis[id] = api
		f := &gateway.Front{Domain: domain, Headers: map[string]string{}}
		for _, header := range origin.At("OriginCustomHeaders").List() {
			f.Headers[header.At("HeaderName").Text()] = header.At("HeaderValue").Text()
		}
		for _, policy := range c.template.OfType("AWS::CloudFront::OriginRequestPolicy") {
			if c.template.Ref(policy) != d.At("DefaultCacheBehavior", "OriginRequestPolicyId").Text() {
				continue
			}
			for _, name := range policy.Properties.At("OriginRequestPolicyConfig", "HeadersConfig", "Headers").Texts() {
				if !strings.EqualFold(name, "CloudFront-Viewer-Address") {
					policy.Properties.Problemf("the local cloud supports the header CloudFront-Viewer-Address only, not %s", name)
				}
				f.CloudFront = append(f.CloudFront, name)
			}
		}
		all[r.ID] = front{f, id}
	}
	return all
}

// frontsAPI reports whether a distribution's origin is no bucket.
func frontsAPI(d template.Value) bool {
	origins := d.At("Origins").List()
	return len(origins) == 1 && origins[0].At("CustomOriginConfig").Exists()
}

// apiOf returns the own domain with a regional domain name, and the logical id of the API that is mapped to it.
func (c *cloud) apiOf(regional template.Value) (domain, id string) {
	for _, name := range c.template.OfType("AWS::ApiGatewayV2::DomainName") {
		if c.template.RegionalDomainName(name) != regional.Text() {
			continue
		}
		for _, mapping := range c.template.OfType("AWS::ApiGatewayV2::ApiMapping") {
			if mapping.Properties.At("DomainName").Text() != c.template.Ref(name) {
				continue
			}
			for _, api := range c.template.OfType("AWS::Serverless::HttpApi") {
				if c.template.Ref(api) == mapping.Properties.At("ApiId").Text() {
					return c.template.Name(name), api.ID
				}
			}
		}
	}
	return "", ""
}
