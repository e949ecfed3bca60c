package httpapi_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestRequest_EmptyIdempotencyKey_Refuses(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	ana.Header = http.Header{httpapi.IdempotencyHeader: {""}}
	ana.Post(ana.Path("contacts"), map[string]any{"first_name": "Bo"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", httpapi.IdempotencyHeader)
	ana.Header = http.Header{httpapi.IdempotencyHeader: {"one", "two"}}
	ana.Post(ana.Path("contacts"), map[string]any{"first_name": "Bo"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", httpapi.IdempotencyHeader)
	ana.Header = nil
	if list := ana.Get(ana.Path("contacts")); len(list.List("items")) != 0 {
		t.Errorf("a refused request added %s", list.Raw)
	}
}

func TestRequest_QueryThatCannotBeApplied_Refuses(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	for query, says := range map[string]string{
		"limit=%zz": "%25", "limit=5&limit=6": "more than once", "limit=": "is empty", "page": "is empty", "limit=5;page=x": "%25", "Limit=5": "does not take",
	} {
		ana.Get(ana.Path("contacts")+"?"+query).ExpectProblem(http.StatusUnprocessableEntity, "invalid", says)
	}
}

func TestRequest_FieldInAnotherCase_Refuses(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	for _, body := range []string{`{"FIRST_NAME":"Bo"}`, `{"first_name":"Bo","First_Name":"Cy"}`} {
		ana.Post(ana.Path("contacts"), []byte(body)).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "unexpected property")
	}
}

func TestRequest_ContentTypeInAnotherCase_IsAccepted(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	for _, media := range []string{"APPLICATION/JSON", "Application/Json; Charset=UTF-8"} {
		ana.Header = http.Header{"Content-Type": {media}}
		ana.Post(ana.Path("contacts"), map[string]any{"first_name": "Bo"}).ExpectStatus(http.StatusCreated)
	}
	ana.Header = http.Header{"Content-Type": {"text/plain"}}
	ana.Post(ana.Path("contacts"), map[string]any{"first_name": "Bo"}).ExpectProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "application/json")
}

func TestRequest_BodyOfMoreThanFiveMegabytes_IsTooLarge(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	body := []byte(`{"first_name":"` + string(bytes.Repeat([]byte("x"), 5<<20)) + `"}`)
	ana.Post(ana.Path("contacts"), body).ExpectProblem(http.StatusRequestEntityTooLarge, "request_entity_too_large", "smaller")
}

func TestRequest_PathThatIsNotClean_IsNotFound(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	for _, path := range []string{"/v1//session", "/v1/../v1/session", "//v1/session", "/v1/./session", ana.Path("contacts") + "/../contacts"} {
		ana.Get(path).ExpectProblem(http.StatusNotFound, "not_found", "is not a route")
	}
	ana.Get("/v1/session").ExpectStatus(http.StatusOK)
}

func TestDescription_RoutesWithBodies_DescribeRefusalsOfGateway(t *testing.T) {
	t.Parallel()
	for path, item := range httpapitest.All().OpenAPI().Paths {
		if strings.HasPrefix(path, "/v1/public/") || item.Post == nil {
			continue
		}
		for _, status := range []string{"401", "413", "415"} {
			response := item.Post.Responses[status]
			if response == nil || status != "415" && response.Content["application/json"] == nil {
				t.Errorf("POST %s does not describe %s", path, status)
			}
		}
	}
}

func TestResponse_AnyRoute_HasSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	for path, status := range map[string]int{ana.Path("contacts"): http.StatusOK, "/v1/nothing": http.StatusNotFound, "/v1/admin/campaigns/x": http.StatusNotFound} {
		got := ana.Get(path).ExpectStatus(status)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		} {
			if got.Header.Get(name) != want {
				t.Errorf("GET %s: %s is %q, want %q", path, name, got.Header.Get(name), want)
			}
		}
	}
}
