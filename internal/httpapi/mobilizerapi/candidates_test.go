package mobilizerapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// at returns a value of a reply by its path of names and indexes, as text.
func at(r *httpapitest.Reply, path string) string {
	var value any
	if err := json.Unmarshal([]byte(r.Raw), &value); err != nil {
		return ""
	}
	for part := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[part]
		case []any:
			n, err := strconv.Atoi(part)
			if err != nil || n >= len(v) {
				return ""
			}
			value = v[n]
		}
	}
	text, _ := value.(string)
	return text
}

// count returns the number of elements of a list of a reply.
func count(r *httpapitest.Reply, path string) int {
	n := 0
	for at(r, path+"."+strconv.Itoa(n)+".state") != "" || at(r, path+"."+strconv.Itoa(n)+".contact_id") != "" {
		n++
	}
	return n
}

// importVoters stores voters with their search blocks, as an import does, in place of the fixture's file.
func importVoters(s *httpapitest.CampaignFixture, voters ...voter.Voter) {
	s.T.Helper()
	ctx := s.T.Context()
	file := &voter.File{
		ID: voter.FileID(id.At(s.Now.Add(time.Second))), Organization: s.Organization.ID, State: "MA", Status: voter.FileReady,
		Mode: voter.Add, CreatedAt: s.Now, Version: 1,
	}
	s.Commit(s.Store.CreateVoterFile(file)...)
	var rows []voter.Row
	var entries []match.Entry
	var places []match.ZipCount
	for i := range voters {
		v := &voters[i]
		v.State = "MA"
		rows, entries = append(rows, voter.Row{Voter: v, Line: i + 2}), append(entries, v.Entry())
		places = append(places, match.ZipCount{Zip: v.Zip, City: v.City, Voters: 1})
	}
	for n := range 100 { // other voters of the state, who have no rows
		places = append(places, match.ZipCount{Zip: fmt.Sprintf("01%03d", n), City: fmt.Sprintf("TOWN %d", n), Voters: 5000})
	}
	err := s.Store.WriteVoters(ctx, s.Organization.ID, file.ID, rows)
	if err == nil {
		err = s.Store.WriteBlocks(ctx, file, 0, match.Pack(entries), places)
	}
	if err == nil {
		err = s.Store.MergePlaces(ctx, file)
	}
	if err != nil {
		s.T.Fatal(err)
	}
}

func newVotersFixture(t *testing.T) (*httpapitest.CampaignFixture, *httpapitest.Client) {
	t.Helper()
	s := httpapitest.NewCampaign(t)
	importVoters(s,
		voter.Voter{CanonicalID: "MA11", StateFileID: "11", FirstName: "WILLIAM", MiddleName: "EDWARD", LastName: "THISTLEWOOD", Suffix: "SR", City: "SALEM", Zip: "01970", Street: "12 ELM ST", BirthYear: 1951},
		voter.Voter{CanonicalID: "MA12", StateFileID: "12", FirstName: "WILLIAM", LastName: "THISTLEWOOD", Suffix: "JR", City: "SALEM", Zip: "01970", Street: "12 ELM ST", BirthYear: 1983},
		voter.Voter{CanonicalID: "MA13", StateFileID: "13", FirstName: "MARGARET", LastName: "QUIMBY", City: "SALEM", Zip: "01970", Street: "7 OAK RD", BirthYear: 1990},
		voter.Voter{CanonicalID: "MA14", StateFileID: "14", FirstName: "ANA", LastName: "NUNEZ", City: "BOSTON", Zip: "02139", Street: "9 BAY RD"},
	)
	return s, s.NewMobilizer("Ana")
}

func TestListContactCandidates_RareName_IsStrongAndMatches(t *testing.T) {
	s, ana := newVotersFixture(t)
	added := ana.Post(ana.Path("contacts"), map[string]any{"first_name": "Peggy", "last_name": "Quimby", "city": "Salem", "state": "MA"}).ExpectStatus(http.StatusCreated)
	path := ana.Path("contacts/" + added.Text("id"))
	found := ana.Get(path + "/candidates").ExpectStatus(http.StatusOK)
	if count(found, "items") != 1 || at(found, "items.0.band") != "strong" || at(found, "items.0.street") != "OAK RD" ||
		at(found, "items.0.age") != "30-39" || at(found, "items.0.reasons.0.text") != "Peggy is short for Margaret" {
		t.Fatalf("candidates: %s", found.Raw)
	}
	matched := ana.Put(path+"/match", map[string]any{"candidate": at(found, "items.0.candidate")}).ExpectStatus(http.StatusOK)
	if matched.Text("match_status") != "CONFIRMED" || at(matched, "voter.canonical_voter_id") != "MA13" {
		t.Errorf("matched: %s", matched.Raw)
	}
	c, err := s.Store.Contact(t.Context(), s.Campaign.ID, mobilizer.ID(ana.JoinReply.Text("id")), contact.ID(added.Text("id")))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.MatchLog) != 1 || c.MatchLog[0].Method != voter.BySearch || c.MatchLog[0].P < .9 || c.MatchLog[0].Rank != 1 ||
		c.MatchLog[0].Offered != 1 || c.MatchLog[0].Weights != match.Version || c.Match.Household == 0 {
		t.Errorf("audit: %+v", c.MatchLog)
	}
	ana.Delete(path + "/match").ExpectStatus(http.StatusOK)
	if c, err = s.Store.Contact(t.Context(), s.Campaign.ID, c.Mobilizer, c.ID); err != nil || len(c.MatchLog) != 1 || c.Match.Method != "" {
		t.Errorf("after a reset: %+v, %v", c.MatchLog, err)
	}
}

func TestSearchVoters_FatherAndSon_AsksForAge(t *testing.T) {
	_, ana := newVotersFixture(t)
	both := ana.Get(ana.Path("voters?first_name=Bill&last_name=Thistlewood&city=Salem&state=MA")).ExpectStatus(http.StatusOK)
	if count(both, "items") != 2 || at(both, "items.0.band") == "strong" || at(both, "questions.0") != "birth_year" {
		t.Fatalf("father and son: %s", both.Raw)
	}
	one := ana.Get(ana.Path("voters?first_name=Bill&last_name=Thistlewood&city=Salem&state=MA&birth_year=1984")).ExpectStatus(http.StatusOK)
	if at(one, "items.0.suffix") != "JR" || at(one, "items.0.band") != "strong" || at(one, "items.0.middle_initial") != "" {
		t.Errorf("with a birth year: %s", one.Raw)
	}
	ana.Get(ana.Path("voters?first_name=B&last_name=T&state=MA")).ExpectStatus(http.StatusUnprocessableEntity)
	ana.Get(ana.Path("voters?last_name=Thistlewood")).ExpectStatus(http.StatusUnprocessableEntity)
}

func TestListCandidates_SeveralContacts_InOrder(t *testing.T) {
	s, ana := newVotersFixture(t)
	var ids []string
	for _, name := range [][2]string{{"Nobody", "Atall"}, {"Margaret", "Quimby"}, {"", "Quimby"}} {
		added := ana.Post(ana.Path("contacts"), map[string]any{"first_name": name[0], "last_name": name[1], "zip": "01970", "state": "MA"}).ExpectStatus(http.StatusCreated)
		ids = append(ids, added.Text("id"))
	}
	all := ana.Post(ana.Path("candidates"), map[string]any{"contact_ids": ids}).ExpectStatus(http.StatusOK)
	if count(all, "items") != 3 || at(all, "items.0.contact_id") != ids[0] || count(all, "items.0.items") != 0 ||
		at(all, "items.1.items.0.last_name") != "QUIMBY" || at(all, "items.2.questions.0") != "first_name" {
		t.Errorf("candidates: %s", all.Raw)
	}
	ben := s.NewMobilizer("Ben")
	ben.Post(ben.Path("candidates"), map[string]any{"contact_ids": ids[:1]}).ExpectStatus(http.StatusNotFound)
	own := ana.Get(ana.Path("match/candidates")).ExpectStatus(http.StatusOK)
	if at(own, "items.0.last_name") != "NUNEZ" {
		t.Errorf("own candidates: %s", own.Raw)
	}
	token := at(own, "items.0.candidate")
	ben.Put(ben.Path("match"), map[string]any{"candidate": token}).ExpectStatus(http.StatusUnprocessableEntity)
	ana.Put(ana.Path("match"), map[string]any{"candidate": token}).ExpectStatus(http.StatusOK)
}

func TestMatchByID_GuessedIDs_AreRefusedAlikeAndLimited(t *testing.T) {
	s, ana := newVotersFixture(t)
	added := ana.Post(ana.Path("contacts"), map[string]any{"first_name": "Maggie", "last_name": "Quimby"}).ExpectStatus(http.StatusCreated)
	path := ana.Path("contacts/" + added.Text("id") + "/match")
	wrong := ana.Put(path, map[string]any{"canonical_voter_id": "MA11"}).ExpectStatus(http.StatusUnprocessableEntity)
	none := ana.Put(path, map[string]any{"canonical_voter_id": "MA99"}).ExpectStatus(http.StatusUnprocessableEntity)
	if wrong.Raw != none.Raw {
		t.Errorf("a voter of another name: %s, no voter: %s", wrong.Raw, none.Raw)
	}
	ana.Put(path, map[string]any{"canonical_voter_id": "MA13"}).ExpectStatus(http.StatusOK)
	for n := range voter.MaxRecentSearches - 2 {
		ana.Put(path, map[string]any{"canonical_voter_id": fmt.Sprintf("MA%d", 1000+n)}).ExpectStatus(http.StatusUnprocessableEntity)
	}
	ana.Put(path, map[string]any{"canonical_voter_id": "MA11"}).ExpectStatus(http.StatusUnprocessableEntity)
	limited := ana.Put(path, map[string]any{"canonical_voter_id": "MA12"}).ExpectStatus(http.StatusTooManyRequests)
	if limited.Text("code") != "voter_searches" {
		t.Errorf("limited: %s", limited.Raw)
	}
	ana.Get(ana.Path("voters?first_name=Bill&last_name=Thistlewood&state=MA")).ExpectStatus(http.StatusTooManyRequests)
	s.Advance(11 * time.Minute)
	ana.Get(ana.Path("voters?first_name=Bill&last_name=Thistlewood&state=MA")).ExpectStatus(http.StatusOK)
}
