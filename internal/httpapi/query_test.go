package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestList_MisspelledFilter_Refuses(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	ana.Get(ana.Path("contacts") + "?limit=5").ExpectStatus(http.StatusOK)
	ana.Get(ana.Path("contacts")+"?next=abc&limit=5").ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"next"`)
}
