package infra

import (
	"strings"
	"testing"
)

// The template holds the security headers, the limits of the API and the headers that pages may read as text.
func TestTemplate_SecurityHeadersAndThrottling_AreSet(t *testing.T) {
	template := strings.Join(strings.Fields(read(t, "../template.yaml")), " ")
	for name, want := range map[string]string{
		"scripts and workers of the site only": "default-src 'self'; style-src 'self' 'unsafe-inline';",
		"no frames":                            "frame-ancestors 'none'",
		"the API of any stage":                 "https://*.execute-api.${AWS::Region}.amazonaws.com https://cognito-idp.${AWS::Region}.amazonaws.com",
		"frame option":                         "FrameOption: DENY",
		"HSTS for a year":                      "AccessControlMaxAgeSec: 31536000",
		"exposed headers":                      "ExposeHeaders: - apigw-requestid - content-disposition - idempotent-replayed - retry-after",
		"throttling":                           "ThrottlingRateLimit: 200",
	} {
		if !strings.Contains(template, want) {
			t.Errorf("%s: the template lacks %q", name, want)
		}
	}
}

// Readers of files need the ids that join them, which only the profile extended has, and the bundle that holds all files.
func TestDocs_PipelinesAndLoading_ShowExtendedAndBundle(t *testing.T) {
	for _, page := range []string{"pipelines.md", "loading.md"} {
		text := read(t, "../docs/"+page)
		for _, word := range []string{"extended", "[bundle](exports.md#bundle)"} {
			if !strings.Contains(text, word) {
				t.Errorf("docs/%s does not show %s", page, word)
			}
		}
	}
}
