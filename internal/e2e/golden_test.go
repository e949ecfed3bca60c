package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/apiclient"
)

// TestGoldenCampaign_Played_EqualsFigures performs the actions of docs/golden-campaign.md over HTTP with a shifted clock, and
// compares the pages and the CSV files with figures that were calculated by hand.
func TestGoldenCampaign_Played_EqualsFigures(t *testing.T) {
	s := newGoldenCampaign(t)
	s.setUp()
	s.monday()
	s.midnight()
	s.tuesday()
	s.thursday()
	s.settle()

	s.analyticsPage()
	s.files()
	s.bundle()
	s.checkConsistency()
	s.load()
	s.rejectInvalidExports()
	s.lists()
	s.profile()
}

// setUp performs Olivia's actions of 1 June, 13:00 to 13:15.
func (s *goldenCampaign) setUp() {
	s.at("06-01 13:00")
	olivia := s.person("olivia", "Olivia Ortiz")
	s.create("organization", olivia, "/v1/admin/organizations", body{"name": "Riverbend Votes"})
	admin := "/v1/admin/organizations/" + s.ids["organization"]
	s.importVoters(olivia, "ME", strings.Join([]string{
		"canonical_voter_id,state_file_id,first_name,last_name,city,state,zip",
		"ME0001234,0001234,HELEN,NGUYEN,PORTLAND,ME,04101-2213",
		"ME0005678,0005678,ROBERT,O'BRIEN,AUGUSTA,ME,04330",
		"ME0009999,0009999,WESLEY,BOONE,BANGOR,ME,04401",
		"ME0000042,0000042,ADA,STONE,PORTLAND,ME,04101",
		"ME0000077,0000077,CLEO,PARK,BANGOR,ME,04401", "",
	}, "\n"))
	s.create("campaign", olivia, admin+"/campaigns", body{
		"name": "Water for Riverbend", "slug": s.slug,
		"time_zone": "America/New_York",
	})
	s.admin = "/v1/admin/campaigns/" + s.ids["campaign"]
	s.mine = "/v1/mobilizer/campaigns/" + s.ids["campaign"]
	var passcode struct{ Passcode string }
	s.post(olivia, s.admin+"/passcode", nil, &passcode)
	s.passcode = passcode.Passcode
	s.putQuestion(body{"text": "Never", "value": 7}, body{"text": "Unsure", "value": 0},
		body{"text": "Maybe", "value": 3}, body{"text": "For sure", "value": 12})
	s.makeItem("flyer", body{
		"type": "TASK", "title": "Hand over the bond flyer", "nickname": "Flyer",
		"target": body{"everyone": true},
	})
	s.makeItem("vote", body{
		"type": "QUESTION_MULTIPLE_CHOICE", "title": "How will they vote?",
		"target":  body{"response_ids": []string{s.ids["response-maybe"], s.ids["response-sure"]}},
		"options": []body{{"text": "By mail", "value": "M"}, {"text": "Early, in person"}, {"text": "On election day", "value": "E"}},
	})
	s.makeItem("matters", body{
		"type": "QUESTION_FREE_RESPONSE", "title": "What matters most to them?",
		"target": body{"response_ids": []string{s.ids["response-never"], s.ids["response-unsure"]}, "no_response": true},
	})
	s.makeItem("sign", body{"type": "TASK", "title": "Offer a yard sign", "target": body{"everyone": true}})
	s.at("06-01 13:10")
	s.post(olivia, s.admin+"/publish", nil, nil)
	s.invite("06-01 13:11", "ada", "Ada", "Stone")
	s.invite("06-01 13:12", "cleo", "Cleo", "Park")
	s.invite("06-01 13:13", "eve", "Evelyn", "Moss")
	s.invite("06-01 13:14", "pia", "Pia", "=Quist, \"PQ\"")
	s.invite("06-01 13:15", "rob", "Rob", "O'Shea")
}

func (s *goldenCampaign) monday() {
	s.join("06-01 13:20", "ada", body{
		"first_name": "Ada", "last_name": "Stone", "city": "Portland", "state": "ME",
		"zip": "04101", "phone": "+12075550142", "consent": true,
	})
	s.join("06-01 13:21", "ben", body{
		"first_name": "Ben", "last_name": "Fox", "preferred_name": "Benny", "state": "MA",
		"zip": "02139", "phone": "+16175550100", "consent": false,
	})
	s.accept("06-01 13:22", "cleo", body{
		"first_name": "Cleo", "last_name": "Park", "city": "Bangor",
		"phone": "+12075550177", "consent": true,
	})
	s.join("06-01 13:23", "dan", body{
		"first_name": "Dan", "last_name": "Reed", "preferred_name": "Danny",
		"city": "Augusta", "state": "ME", "zip": "04330", "consent": true,
	})
	s.join("06-01 13:24", "eve", body{"first_name": "Eve", "last_name": "Moss", "consent": false})

	s.add("06-01 13:30", "a1", body{
		"first_name": "Helen", "last_name": "Nguyen", "preferred_name": "Nell",
		"city": "Portland", "state": "ME", "zip": "04101",
	})
	s.addMany("06-01 13:31", "a2", body{"first_name": "Bob", "last_name": "O'Brien", "city": "Augusta", "state": "ME"},
		body{"first_name": "   ", "city": "Nowhere"})
	s.add("06-01 13:32", "a3", body{"first_name": "José", "last_name": "García"})
	s.add("06-01 13:33", "a4", body{"first_name": "Maria", "last_name": "Lopez"})
	s.add("06-01 13:34", "b1", body{"first_name": "Helen", "last_name": "Nguyen"})
	s.add("06-01 13:35", "b2", body{"first_name": "Tim", "last_name": "Lake"})
	s.add("06-01 13:36", "c1", body{"first_name": "Hellen", "last_name": "Nguyen"})
	s.add("06-01 13:37", "c2", body{"first_name": "Vic", "last_name": "Dale"})
	s.add("06-01 13:38", "d1", body{"first_name": "Wes", "last_name": "Boon"})
	s.add("06-01 13:39", "d2", body{"first_name": "Xena", "last_name": "Cook"})
	s.add("06-01 13:40", "e1", body{"first_name": "Yan", "last_name": "Ford"})

	s.put("06-01 13:41", "ada", s.mine+"/match", body{"canonical_voter_id": "ME0000042"})
	s.match("06-01 13:42", "a1", body{"canonical_voter_id": "ME0001234"})
	s.match("06-01 13:43", "b1", body{"canonical_voter_id": "ME0001234"})
	s.match("06-01 13:44", "c1", body{"canonical_voter_id": "ME0001234"})
	s.match("06-01 13:45", "a2", body{"canonical_voter_id": "ME0005678"})
	s.match("06-01 13:46", "a3", body{"status": "NO_MATCHES"})
	s.match("06-01 13:47", "b2", body{"status": "REG_ELIGIBLE"})
	s.match("06-01 13:48", "d1", body{"canonical_voter_id": "ME0009999"})
	s.put("06-01 13:49", "ben", s.mine+"/match", body{"status": "REG_UNCERTAIN"})
	s.put("06-01 13:50", "cleo", s.mine+"/match", body{"canonical_voter_id": "ME0000077"})
	s.remove("06-01 13:51", "cleo", s.mine+"/match")
	s.match("06-01 13:52", "a4", body{"status": "REG_INELIGIBLE"})

	s.answer("06-01 14:00", "a1", "maybe")
	s.answer("06-01 14:01", "a1", "sure")
	s.answer("06-01 14:02", "a1", "maybe")
	s.answer("06-01 14:03", "a2", "sure")
	s.clear("06-01 14:04", "a2")
	s.answer("06-01 14:05", "b1", "sure")
	s.answer("06-01 14:06", "b1", "sure")
	s.answer("06-01 14:07", "b2", "never")
	s.answer("06-01 14:08", "c1", "unsure")
	s.answer("06-01 14:09", "d1", "maybe")
	s.clear("06-01 14:10", "a3")

	s.respond("06-01 14:20", "a1", "flyer", body{"completed": false})
	s.respond("06-01 14:21", "a2", "flyer", body{"completed": true})
	s.respond("06-01 14:22", "b1", "flyer", body{"completed": true})
	s.respond("06-01 14:23", "b2", "flyer", body{"completed": false})
	s.respond("06-01 14:24", "d1", "flyer", body{"completed": true})
	s.respond("06-01 14:25", "d1", "flyer", body{"completed": false})
	s.respond("06-01 14:30", "a1", "vote", body{"option_id": s.ids["option-mail"]})
	s.respond("06-01 14:31", "a1", "vote", body{"option_id": s.ids["option-early"]})
	s.respond("06-01 14:32", "b1", "vote", body{"option_id": s.ids["option-day"]})
	s.respond("06-01 14:33", "d1", "vote", body{"option_id": s.ids["option-mail"]})
	s.expectRefused("06-01 14:34", "b2", http.MethodPut, "/action-responses/"+s.ids["item-vote"],
		body{"option_id": s.ids["option-mail"]}, http.StatusConflict)
	s.respond("06-01 14:40", "b2", "matters", body{"text": `Clean water, and "schools"`})
	s.respond("06-01 14:41", "c1", "matters", body{"text": "Rent"})
	s.respond("06-01 14:42", "a3", "matters", body{"text": "Jobs"})
	s.withdraw("06-01 14:43", "a3", "matters")
	s.respond("06-01 14:50", "a1", "sign", body{"completed": true})
	s.respond("06-01 14:51", "c1", "sign", body{"completed": false})

	s.note("06-01 15:00", "n1", "a1", "Met at the market.")
	s.note("06-01 15:01", "n2", "a2", "Wants a call back")
	s.editNote("06-01 15:02", "n2", "a2", "Wants a call back\non Friday, =5 pm")
	s.note("06-01 15:03", "n3", "b1", "Wrong person")
	s.remove("06-01 15:04", "ben", s.contact("b1")+"/notes/"+s.ids["n3"])
	s.note("06-01 15:05", "n4", "c2", "Moved away?")
	s.answer("06-01 15:06", "c2", "sure")
	s.put("06-01 15:07", "dan", s.contact("d2")+"/vote-plan", body{"text": "Early, on her way to work"})
	s.note("06-01 15:08", "n5", "e1", "My cousin")
	s.remove("06-01 18:00", "ada", s.contact("a2")+"/match")
}

func (s *goldenCampaign) midnight() {
	s.note("06-02 03:59", "n6", "a4", "Still Monday in New York 🗽")
	s.note("06-02 04:01", "n7", "a4", "اليوم الثلاثاء")
}

func (s *goldenCampaign) tuesday() {
	s.answer("06-02 13:00", "b1", "sure")
	s.answer("06-02 13:01", "a2", "maybe")
	s.answer("06-02 13:02", "d1", "never")
	s.respond("06-02 13:03", "a1", "flyer", body{"completed": true})
	s.add("06-02 13:06", "d3", body{"first_name": "Gus", "last_name": "Hill"})
	s.remove("06-02 13:07", "dan", s.contact("d3"))

	olivia := s.people["olivia"]
	s.at("06-02 13:10")
	s.putQuestion(body{"id": s.ids["response-never"], "text": "Never", "value": 7},
		body{"id": s.ids["response-unsure"], "text": "Unsure", "value": 0, "retired": true},
		body{"id": s.ids["response-maybe"], "text": "Maybe, leaning", "value": 3},
		body{"id": s.ids["response-sure"], "text": "For sure", "value": 12})
	s.expectRefused("06-02 13:11", "b2", http.MethodPut, "/answer", body{"response_id": s.ids["response-unsure"]},
		http.StatusUnprocessableEntity)
	s.at("06-02 13:12")
	s.update(olivia, s.admin+"/action-items/"+s.ids["item-matters"],
		body{"target": body{"response_ids": []string{s.ids["response-never"]}, "no_response": true}})
	s.update(olivia, s.admin+"/action-items/"+s.ids["item-vote"], body{"options": []body{
		{"id": s.ids["option-mail"], "text": "By post", "value": "M"},
		{"id": s.ids["option-early"], "text": "Early, in person"},
		{"id": s.ids["option-day"], "text": "On election day", "value": "E", "retired": true},
	}})
	s.at("06-02 13:13")
	s.post(olivia, s.admin+"/action-items/"+s.ids["item-sign"]+"/archive", nil, nil)
	s.expectRefused("06-02 13:14", "a2", http.MethodPut, "/action-responses/"+s.ids["item-sign"], body{"completed": true}, http.StatusConflict)
	s.withdraw("06-02 13:15", "c1", "sign")

	s.remove("06-02 13:20", "cleo", s.contact("c2"))
	s.add("06-02 13:21", "c3", body{"first_name": "Ned", "last_name": "Ross"})
	s.add("06-02 13:22", "a5", body{"first_name": "Zoe", "last_name": "Hart"})
	s.at("06-02 13:23")
	s.post(s.people["eve"], s.mine+"/leave", body{"contacts": "remove"}, nil)
	s.at("06-02 13:24")
	s.post(s.people["dan"], s.mine+"/leave", body{"contacts": "keep"}, nil)
	s.expectRefused("06-02 13:25", "d1", http.MethodPost, "/notes", body{"content": "One more"}, http.StatusForbidden)
	s.put("06-02 13:26", "cleo", s.mine+"/consent", body{"consent": false})
	s.at("06-02 13:30")
	s.patch(s.people["ada"], s.contact("a4"), body{"last_name": "López", "city": "Bangor"})
	s.add("06-02 13:31", "b3", body{"first_name": "Uma", "last_name": "Cole"})

	s.at("06-02 13:40")
	ada := s.admin + "/mobilizers/" + s.ids["membership-ada"] + "/management-notes"
	s.create("management-1", olivia, ada, body{"content": "Had a 1:1"})
	s.at("06-02 13:41")
	s.patch(olivia, ada+"/"+s.ids["management-1"], body{"content": "Had a 1:1, wants to host a party"})
	s.at("06-02 13:42")
	ben := s.admin + "/mobilizers/" + s.ids["membership-ben"] + "/management-notes"
	s.create("management-2", olivia, ben, body{"content": "Left a message"})
	s.remove("06-02 13:43", "olivia", ben+"/"+s.ids["management-2"])

	s.at("06-02 13:50")
	s.post(olivia, s.admin+"/invitations/"+s.ids["invitation-pia"]+"/resend", nil, nil)
	s.settle()
	s.at("06-02 13:51")
	s.post(olivia, s.admin+"/invitations/"+s.ids["invitation-rob"]+"/revoke", nil, nil)
}

func (s *goldenCampaign) thursday() {
	s.note("06-04 14:00", "n8", "c3", "Back from holiday")
	s.respond("06-04 14:01", "c3", "flyer", body{"completed": true})
	s.at("06-04 15:00")
}

// lists checks filters and sort orders of the People page.
func (s *goldenCampaign) lists() {
	s.t.Helper()
	mobilizers := s.admin + "/mobilizers"
	s.listed(mobilizers+"?sort=name", "membership-", "ben cleo dan ada")
	s.listed(mobilizers+"?sort=added", "membership-", "ada ben cleo dan")
	s.listed(mobilizers+"?match_status=CONFIRMED", "membership-", "ada")
	s.listed(mobilizers+"?match_status=REG_UNCERTAIN", "membership-", "ben")
	s.listed(mobilizers+"?match_status=PENDING", "membership-", "cleo dan")
	contacts := s.admin + "/contacts"
	s.listed(contacts+"?match_status=CONFIRMED", "target-", "a1 b1 c1 d1")
	s.listed(contacts+"?response_id="+s.ids["response-maybe"], "target-", "a1 a2")
	s.listed(contacts+"?response_id=none", "target-", "a3 a4 d2 c3 a5 b3")
	s.listed(contacts+"?sort=added&order=desc&limit=5", "target-", "b3 a5 c3 d2 d1 c1 b2 b1 a4 a3 a2 a1")
	s.listed(contacts+"?sort=name", "target-", "d1 b3 d2 a3 a5 b2 a4 a1 b1 c1 a2 c3")
}

// profile checks Ada's profile.
func (s *goldenCampaign) profile() {
	s.t.Helper()
	ada := s.admin + "/mobilizers/" + s.ids["membership-ada"]
	s.listed(ada+"/contacts", "target-", "a1 a2 a3 a4 a5")
	type note struct {
		ID      string
		Content string
	}
	notes, err := apiclient.All[note](s.t.Context(), s.people["olivia"], ada+"/notes")
	if err != nil {
		s.t.Fatal(err)
	}
	var wrote []string
	for _, n := range notes {
		wrote = append(wrote, s.names[n.ID]+": "+n.Content)
	}
	want := []string{"n1: Met at the market.", "n2: Wants a call back\non Friday, =5 pm", "n6: Still Monday in New York 🗽", "n7: اليوم الثلاثاء"}
	s.same("notes that Ada wrote", want, sorted(wrote))
	managed, err := apiclient.All[note](s.t.Context(), s.people["olivia"], ada+"/management-notes")
	if err != nil {
		s.t.Fatal(err)
	}
	if len(managed) != 1 || managed[0].Content != "Had a 1:1, wants to host a party" {
		s.t.Errorf("management notes about Ada: %+v", managed)
	}
	ben, err := apiclient.All[note](s.t.Context(), s.people["olivia"], s.admin+"/mobilizers/"+s.ids["membership-ben"]+"/management-notes")
	if err != nil {
		s.t.Fatal(err)
	}
	if len(ben) != 0 {
		s.t.Errorf("the deleted management note about Ben is still there: %+v", ben)
	}
}
