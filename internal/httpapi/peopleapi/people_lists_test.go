package peopleapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// firstNames returns the first names in a list, in its order, and checks its total.
func firstNames(t *testing.T, reply *httpapitest.Reply) string {
	t.Helper()
	var names []string
	for _, row := range reply.ExpectStatus(http.StatusOK).List("items") {
		names = append(names, row["first_name"].(string))
	}
	if !strings.Contains(reply.Request, "page=") && reply.Value("next") == nil && reply.Number("total") != len(names) {
		t.Errorf("%s: the total is %v of %d", reply.Request, reply.Number("total"), len(names))
	}
	return strings.Join(names, " ")
}

func TestListContacts_EachParameter_ReturnsMatchingRows(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	s.Advance(time.Second)
	ben := s.NewMobilizer("Ben")
	add := func(by *httpapitest.Client, fields map[string]any) string {
		s.Advance(time.Second)
		made := by.Post(by.Path("contacts"), fields).ExpectStatus(http.StatusCreated)
		return by.Path("contacts") + "/" + made.Text("id")
	}
	helen := add(ana, map[string]any{"first_name": "Helen", "last_name": "O’Brien", "city": "San José", "zip": "02139"})
	add(ana, map[string]any{"first_name": "Ivo", "last_name": "Núñez"})
	jo := add(ben, map[string]any{"first_name": "Jo", "last_name": "Smith-Jones", "zip": "02138"})
	ana.Put(helen+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	ana.Put(helen+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": true}).ExpectStatus(http.StatusOK)
	ana.Post(helen+"/notes", map[string]any{"content": "Met at the market."}).ExpectStatus(http.StatusCreated)
	s.Advance(25 * time.Hour)
	ben.Put(jo+"/vote-plan", map[string]any{"text": "By mail"}).ExpectStatus(http.StatusOK)
	ben.Put(jo+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[1].ID}).ExpectStatus(http.StatusOK)
	s.DeliverStream()
	for query, want := range map[string]string{
		"":                               "Helen Ivo Jo",
		"?order=desc":                    "Jo Ivo Helen",
		"?sort=name":                     "Ivo Helen Jo",
		"?sort=touchpoints&order=desc":   "Helen Jo Ivo",
		"?sort=last_activity&order=desc": "Jo Helen Ivo",
		"?search=" + url.QueryEscape("o'brien helen"): "Helen",
		"?search=nunez":                   "Ivo",
		"?search=jones+smith":             "Jo",
		"?search=jose":                    "Helen",
		"?search=0213":                    "Helen Jo",
		"?city=san+jose":                  "Helen",
		"?zip=02138":                      "Jo",
		"?response_id=none":               "Ivo Jo",
		"?response_id=" + s.ResponseID(0): "Helen",
		"?response_id=none," + s.ResponseID(0) + "&touchpoints_min=1": "Helen Jo",
		"?touchpoints_max=0":                                      "Ivo",
		"?has_notes=true":                                         "Helen",
		"?has_vote_plan=true":                                     "Jo",
		"?match_status=CONFIRMED":                                 "",
		"?match_status=CONFIRMED,PENDING":                         "Helen Ivo Jo",
		"?active_from=2026-10-25":                                 "Jo",
		"?added_from=2026-10-25":                                  "",
		"?added_to=2026-10-24":                                    "Helen Ivo Jo",
		"?silent_days=1":                                          "Helen Ivo",
		"?mobilizer_id=" + ben.JoinReply.Text("id"):               "Jo",
		"?action_response=" + string(s.Task.ID) + ":done":         "Helen",
		"?action_response=" + string(s.Task.ID) + ":not_answered": "Ivo Jo",
		"?action_response=" + string(s.Choice.ID) + ":" + s.Choice.Options[1].ID: "Jo",
	} {
		if got := firstNames(t, admin.Get(at+"/contacts"+query)); got != want {
			t.Errorf("contacts%s: %q, want %q", query, got, want)
		}
	}
	for query, want := range map[string]string{"?response_id=": "response_id", "?mobilizer_id=": "mobilizer_id", "?action_response=": "action_response"} {
		id := httpapitest.UnknownID
		if want == "action_response" {
			id += ":done"
		}
		reply := admin.Get(at + "/contacts" + query + id).ExpectStatus(http.StatusOK)
		if got := fmt.Sprint(reply.Value("stale_filters")); reply.Number("total") != 0 || got != "["+want+"]" {
			t.Errorf("%s: %s", reply.Request, reply.Raw)
		}
	}
	for _, query := range []string{"zip=x", "search=", "zip=02139&zip=02138", "city=%20", "touchpoints_min=-1", "added_from=today", "unknown=1", "has_notes=yes"} {
		field, _, _ := strings.Cut(query, "=")
		admin.Get(at+"/contacts?"+query).ExpectProblem(http.StatusUnprocessableEntity, "invalid", field)
	}
}

func TestListMobilizers_EachParameter_ReturnsMatchingRows(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	names := []string{"Ana", "Ben", "Cleo"}
	clients := map[string]*httpapitest.Client{}
	for _, name := range names {
		s.Advance(time.Second)
		clients[name] = s.NewMobilizer(name)
		clients[name].Patch(clients[name].Path("profile"), map[string]any{"first_name": name, "phone": "+12075550142", "state": map[string]string{"Cleo": "ME"}[name], "confirm_place": true}).ExpectStatus(http.StatusOK)
	}
	clients["Ben"].Put(clients["Ben"].Path("consent"), map[string]any{"consent": false}).ExpectStatus(http.StatusOK)
	first := clients["Ana"].AddContact("Helen")
	clients["Ana"].AddContact("Ivo")
	clients["Ben"].AddContact("Jo")
	clients["Ana"].Put(first+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	clients["Cleo"].Post(clients["Cleo"].Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	s.Advance(48 * time.Hour)
	clients["Ben"].AddContact("Kim")
	s.DeliverStream()
	for query, want := range map[string]string{
		"":                               "Ana Ben Cleo",
		"?sort=name&order=desc":          "Cleo Ben Ana",
		"?sort=total_contacts":           "Cleo Ana Ben",
		"?sort=last_activity&order=desc": "Ben Ana Cleo",
		"?sort=with_key_question_response&order=desc": "Ana Ben Cleo",
		"?search=ben":                         "Ben",
		"?search=ana%40example.org":           "Ana",
		"?search=ben%40example.org":           "",
		"?search=207-555":                     "Ana Cleo",
		"?left=true":                          "Cleo",
		"?left=false&consent=true":            "Ana",
		"?has_contacts=false":                 "Cleo",
		"?state=ME":                           "Cleo",
		"?silent_days=1":                      "Ana Cleo",
		"?active_from=2026-10-26":             "Ben",
		"?joined_to=2026-10-23":               "",
		"?match_status=PENDING&consent=false": "Ben",
	} {
		if got := firstNames(t, admin.Get(at+"/mobilizers"+query)); got != want {
			t.Errorf("mobilizers%s: %q, want %q", query, got, want)
		}
	}
	admin.Get(at+"/mobilizers?state=Maine").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "state")
	admin.Get(at+"/mobilizers?zip=02139").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "zip")
}

func TestListContacts_Pages_FollowTheList(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	var want []string
	for n := range 7 {
		ana.AddContact(fmt.Sprintf("Name%d", n))
		want = append(want, fmt.Sprintf("Name%d", n))
	}
	s.DeliverStream()
	for _, query := range []string{"?limit=3&sort=name", "?limit=3", "?limit=7&sort=name"} {
		var got []string
		for page, pages := "", 0; ; pages++ {
			reply := admin.Get(at + "/contacts" + query + page).ExpectStatus(http.StatusOK)
			got = append(got, strings.Fields(firstNames(t, reply))...)
			if reply.Number("total") != 7 || reply.Text("as_of") == "" || len(reply.List("items")) == 0 {
				t.Errorf("%s: %s", query, reply.Raw)
			}
			if reply.Value("next") == nil {
				break
			}
			page = "&page=" + url.QueryEscape(reply.Text("next"))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", query, got)
		}
	}
	next := url.QueryEscape(admin.Get(at + "/contacts?limit=3&sort=name").Text("next"))
	admin.Get(at+"/contacts?limit=3&sort=name&has_notes=false&page="+next).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "page")
}

// deleteListState makes the lists of a campaign ones that are not built.
func deleteListState(t *testing.T, f *httpapitest.Fixture, campaign string) {
	t.Helper()
	_, err := f.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &f.Tables.Lists, Key: map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: "C#" + campaign + "#LS"}, "SK": &types.AttributeValueMemberS{Value: "state"},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestListContacts_ListsNotBuilt_StartsTheBuildOnce(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	deleteListState(t, s.Fixture, string(s.Campaign.ID))
	for range 2 {
		reply := admin.Get(at + "/contacts?sort=name").ExpectStatus(http.StatusServiceUnavailable)
		if reply.Text("code") != "list_building" || reply.Header.Get("Retry-After") == "" {
			t.Errorf("%s %v", reply.Raw, reply.Header)
		}
	}
	if got := s.ListBuilds(); len(got) != 1 || got[0] != s.Campaign.ID {
		t.Errorf("builds of %v", got)
	}
	admin.Get(at + "/contacts").ExpectStatus(http.StatusOK)
}

// The build is requested again by a request a minute later, also if the first one crashed.
func TestListContacts_CrashAtEachCallBeforeTheBuild_LaterRequestStartsIt(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	deleteListState(t, s.Fixture, string(s.Campaign.ID))
	list := func() *httpapitest.Reply {
		s.Advance(61 * time.Second)
		return admin.Get(at + "/contacts?sort=name").ExpectStatus(http.StatusServiceUnavailable)
	}
	s.Faults.FailCall(0, false)
	list()
	for call := range len(s.Faults.Calls()) {
		for _, late := range []bool{false, true} {
			s.Faults.FailCall(call+1, late)
			list()
			s.Faults.FailCall(0, false)
			before := len(s.ListBuilds())
			if reply := list(); reply.Text("code") != "list_building" || len(s.ListBuilds()) != before+1 {
				t.Errorf("after call %d failed (executed: %t) and a minute, %s starts %d builds", call+1, late, reply.Raw, len(s.ListBuilds())-before)
			}
		}
	}
}
