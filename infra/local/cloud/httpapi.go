package cloud

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/infra/local/gateway"
	"github.com/kithhq/kith/infra/local/site"
	"github.com/kithhq/kith/infra/local/template"
)

// apis returns the configuration of the HTTP APIs, by logical id.
func (c *cloud) apis() map[string]gateway.Config {
	all := map[string]gateway.Config{}
	authorizers := map[string]map[string]*gateway.Authorizer{}
	fallback := map[string]string{}
	for _, r := range c.template.OfType("AWS::Serverless::HttpApi") {
		p := r.Properties
		cfg := gateway.Config{
			ID: c.template.Ref(r), Account: account, Region: region, Clock: c.clock,
			Burst: p.At("DefaultRouteSettings", "ThrottlingBurstLimit").Int(0),
			Rate:  p.At("DefaultRouteSettings", "ThrottlingRateLimit").Float(0),
			// AWS joins the lines of a format: it allows no line ends in one.
			AccessLog: strings.Join(strings.Fields(p.At("AccessLogSettings", "Format").Text()), " "),
			// Stored for /logs and not printed: a line per request would hide the functions' logs.
			LogLine: func(id, line string) { c.log.Store("gateway", id, line) },
		}
		cfg.Ended = func(status int, latency time.Duration) {
			c.alarms.Add("AWS/ApiGateway Latency", cfg.ID, float64(latency.Milliseconds()))
			if status >= http.StatusInternalServerError {
				c.alarms.Add("AWS/ApiGateway 5xx", cfg.ID, 1)
			}
		}
		cfg.Disabled = p.At("DisableExecuteApiEndpoint").Bool(false)
		cors := p.At("CorsConfiguration")
		if cors.Exists() {
			cfg.CORS = &gateway.CORS{
				Origins: cors.At("AllowOrigins").Texts(), Methods: cors.At("AllowMethods").Texts(),
				Headers: cors.At("AllowHeaders").Texts(), Expose: cors.At("ExposeHeaders").Texts(),
				MaxAge: cors.At("MaxAge").Int(0), Credentials: cors.At("AllowCredentials").Bool(false),
			}
		}
		authorizers[cfg.ID] = map[string]*gateway.Authorizer{}
		for name, a := range p.At("Auth", "Authorizers").Map() {
			authorizers[cfg.ID][name] = newAuthorizer(name, a)
		}
		fallback[cfg.ID] = p.At("Auth", "DefaultAuthorizer").Text()
		all[r.ID] = cfg
	}
	for _, s := range c.eventSources("HttpApi") {
		c.route(s, all, authorizers, fallback)
	}
	for _, r := range c.template.OfType("AWS::Serverless::HttpApi") {
		limitRoutes(all[r.ID].Routes, r.Properties.At("RouteSettings"), len(c.opts.Without) > 0)
	}
	return all
}

// limitRoutes sets the limits of the routes that RouteSettings names. As on AWS, each key must be a route of the API, unless
// some functions are not started.
func limitRoutes(routes []gateway.Route, settings template.Value, incomplete bool) {
	for key, s := range settings.Map() {
		n := slices.IndexFunc(routes, func(r gateway.Route) bool { return r.Key() == key })
		if n < 0 && !incomplete {
			s.Problemf("the API has no route %s", key)
		}
		if n < 0 {
			continue
		}
		routes[n].Burst, routes[n].Rate = s.At("ThrottlingBurstLimit").Int(0), s.At("ThrottlingRateLimit").Float(0)
	}
}

// newAuthorizer returns the authorizer of a template's JWT authorizer.
func newAuthorizer(name string, a template.Value) *gateway.Authorizer {
	header := strings.TrimPrefix(a.At("IdentitySource").Text(), "$request.header.")
	if strings.HasPrefix(header, "$") {
		a.At("IdentitySource").Problemf("the local cloud supports $request.header.NAME only")
	}
	jwt := a.At("JwtConfiguration")
	if jwt.At("issuer").Text() == "" || len(jwt.At("audience").Texts()) == 0 {
		a.Problemf("a JWT authorizer needs an issuer and an audience")
	}
	return &gateway.Authorizer{
		Name: name, Header: header, Issuer: jwt.At("issuer").Text(), Audience: jwt.At("audience").Texts(),
		Scopes: a.At("AuthorizationScopes").Texts(),
	}
}

// route adds the route of an event source to its API.
func (c *cloud) route(
	s eventSource, all map[string]gateway.Config, authorizers map[string]map[string]*gateway.Authorizer, fallback map[string]string,
) {
	id := ""
	for candidate, cfg := range all {
		if cfg.ID == s.p.At("ApiId").Text() {
			id = candidate
		}
	}
	if id == "" {
		s.p.Problemf("ApiId must be a !Ref to an AWS::Serverless::HttpApi of this template")
		return
	}
	cfg := all[id]
	r := gateway.Route{
		Method: strings.ToUpper(s.p.At("Method").Text()), Path: s.p.At("Path").Text(),
		Function: c.template.Ref(s.function), Scopes: s.p.At("Auth", "AuthorizationScopes").Texts(),
		Timeout: time.Duration(s.p.At("TimeoutInMillis").Int(30000)) * time.Millisecond,
	}
	name := fallback[cfg.ID]
	if s.p.At("Auth", "Authorizer").Exists() {
		name = s.p.At("Auth", "Authorizer").Text()
	}
	if name != "" && name != "NONE" {
		r.Authorizer = authorizers[cfg.ID][name]
		if r.Authorizer == nil {
			s.p.At("Auth", "Authorizer").Problemf("the API has no authorizer %s", name)
		}
	}
	if r.Authorizer == nil && len(r.Scopes) > 0 {
		s.p.At("Auth").Problemf("AWS ignores scopes without an authorizer. Add the Authorizer")
	}
	cfg.Routes = append(cfg.Routes, r)
	all[id] = cfg
}

// sites returns the configuration of the CloudFront distributions, by logical id.
func (c *cloud) sites() map[string]site.Config {
	all := map[string]site.Config{}
	for _, r := range c.template.OfType("AWS::CloudFront::Distribution") {
		d := r.Properties.At("DistributionConfig")
		if frontsAPI(d) {
			continue
		}
		cfg := site.Config{
			Aliases: d.At("Aliases").Texts(), Root: d.At("DefaultRootObject").Text(), Pages: map[int]site.Page{}, Folder: c.opts.Site,
			Headers:  c.responseHeaders(d.At("DefaultCacheBehavior", "ResponseHeadersPolicyId")),
			Compress: d.At("DefaultCacheBehavior", "Compress").Bool(false),
		}
		for _, origin := range d.At("Origins").List() {
			if origin.At("Id").Text() == d.At("DefaultCacheBehavior", "TargetOriginId").Text() {
				cfg.Bucket, _, _ = strings.Cut(origin.At("DomainName").Text(), ".s3.")
				if !c.hasBucket(cfg.Bucket) {
					origin.At("DomainName").Problemf("must be the RegionalDomainName of a bucket of this template")
				}
			}
		}
		for _, association := range d.At("DefaultCacheBehavior", "FunctionAssociations").List() {
			cfg.Function = c.siteFunction(association.At("FunctionARN"))
		}
		if cfg.Bucket == "" {
			c.template.Problemf(r.Line, "%s: TargetOriginId is not the Id of an origin", r.ID)
		}
		for _, page := range d.At("CustomErrorResponses").List() {
			cfg.Pages[page.At("ErrorCode").Int(0)] = site.Page{
				Status: page.At("ResponseCode").Int(http.StatusOK), Path: page.At("ResponsePagePath").Text(),
			}
		}
		all[r.ID] = cfg
	}
	return all
}

// siteFunction compiles the CloudFront function with the ARN. It adds a problem for code that does not compile.
func (c *cloud) siteFunction(arn template.Value) *site.Function {
	for _, r := range c.template.OfType("AWS::CloudFront::Function") {
		if !strings.HasSuffix(arn.Text(), "/"+c.template.Ref(r)) {
			continue
		}
		code := r.Properties.At("FunctionCode")
		f, err := site.NewFunction(code.Text())
		if err != nil {
			code.Problemf("%v", err)
		}
		return f
	}
	arn.Problemf("must be the FunctionARN of a function of this template")
	return nil
}

// awsSource matches the addresses of AWS in a Content-Security-Policy.
var awsSource = regexp.MustCompile(`https://[^ ;]*\.(amazonaws|amazoncognito)\.com`)

// responseHeaders returns the headers of a response headers policy.
func (c *cloud) responseHeaders(policy template.Value) map[string]string {
	headers := map[string]string{}
	for _, r := range c.template.OfType("AWS::CloudFront::ResponseHeadersPolicy") {
		if c.template.Ref(r) != policy.Text() {
			continue
		}
		p := r.Properties.At("ResponseHeadersPolicyConfig")
		security := p.At("SecurityHeadersConfig")
		if security.At("ContentTypeOptions").Exists() {
			headers["X-Content-Type-Options"] = "nosniff"
		}
		for header, value := range map[string]template.Value{
			"X-Frame-Options":         security.At("FrameOptions", "FrameOption"),
			"Referrer-Policy":         security.At("ReferrerPolicy", "ReferrerPolicy"),
			"Content-Security-Policy": security.At("ContentSecurityPolicy", "ContentSecurityPolicy"),
		} {
			if value.Exists() {
				headers[header] = awsSource.ReplaceAllString(value.Text(), "http://127.0.0.1:*")
			}
		}
		for _, item := range p.At("CustomHeadersConfig", "Items").List() {
			headers[item.At("Header").Text()] = item.At("Value").Text()
		}
	}
	return headers
}
