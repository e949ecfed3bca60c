package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var variable = regexp.MustCompile(`\$context\.[A-Za-z.]+`)

// checkFormat fails for access log variables that the gateway does not support.
func checkFormat(format string) error {
	x := &exchange{}
	r := &http.Request{Header: http.Header{}}
	for _, name := range variable.FindAllString(format, -1) {
		_, ok := x.variable(name, Config{}, r)
		if !ok {
			return fmt.Errorf("access log: the local cloud does not know %s. Remove it, or add it in"+
				" infra/local/gateway/accesslog.go", name)
		}
	}
	return nil
}

// format returns the access log line. Values are escaped as in JSON, because formats are JSON.
func (x *exchange) format(cfg Config, r *http.Request) string {
	return variable.ReplaceAllStringFunc(cfg.AccessLog, func(name string) string {
		value, _ := x.variable(name, cfg, r)
		if value == "" {
			return "-"
		}
		quoted, err := json.Marshal(value)
		if err != nil {
			return "-"
		}
		return strings.Trim(string(quoted), `"`)
	})
}

// variable returns the value of a $context variable, and whether the gateway supports it.
func (x *exchange) variable(name string, cfg Config, r *http.Request) (string, bool) {
	switch strings.TrimPrefix(name, "$context.") {
	case "requestId", "extendedRequestId":
		return x.id, true
	case "requestTime":
		return x.at.Format("02/Jan/2006:15:04:05 -0700"), true
	case "requestTimeEpoch":
		return strconv.FormatInt(x.at.Unix(), 10), true
	case "routeKey":
		if x.route == nil {
			return "", true
		}
		return x.route.Key(), true
	case "status":
		return strconv.Itoa(x.status), true
	case "responseLength":
		return strconv.Itoa(x.length), true
	case "responseLatency", "integrationLatency", "integration.latency":
		return strconv.FormatInt(time.Since(x.began).Milliseconds(), 10), true
	case "error.message", "error.messageString":
		return x.gatewayError, true
	case "integrationErrorMessage", "integration.error":
		return x.integrationError, true
	case "authorizer.error":
		return x.authorizerError, true
	case "httpMethod":
		return r.Method, true
	case "path":
		if r.URL == nil {
			return "", true
		}
		return r.URL.EscapedPath(), true
	case "protocol":
		return r.Proto, true
	case "identity.sourceIp":
		return sourceIP(r), true
	case "identity.userAgent":
		return r.UserAgent(), true
	case "stage":
		return "$default", true
	case "apiId":
		return cfg.ID, true
	case "accountId":
		return cfg.Account, true
	case "domainName":
		return r.Host, true
	case "authorizer.claims.sub":
		if x.token == nil {
			return "", true
		}
		return x.token.claims["sub"], true
	}
	return "", false
}
