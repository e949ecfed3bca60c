package e2e

import (
	"net/http"
	"slices"
	"testing"

	"github.com/kithhq/kith/internal/apiclient"
)

// TestWalkthrough_EveryStep_ShowsExpectedResults performs every kind of action once, from sign-in to the CSV and the audit.
func TestWalkthrough_EveryStep_ShowsExpectedResults(t *testing.T) {
	w := &walk{fixture: newFixture(t)}
	for _, step := range []struct {
		name string
		walk func(*testing.T)
	}{
		{"1 sign in", w.signIn},
		{"2 set the campaign up", w.setUp},
		{"3 join", w.join},
		{"4 talk to people", w.recordActivity},
		{"5 look at the numbers", w.checkAnalytics},
		{"6 export", w.export},
		{"7 audit", w.audit},
	} {
		if !t.Run(step.name, step.walk) {
			return // later steps depend on this one
		}
	}
}

// walk is the state of the walkthrough. Each step needs those before it.
type walk struct {
	*fixture

	helper       *apiclient.Person // a further administrator
	ann, ben     *apiclient.Person // mobilizers
	annID, benID string
	passcode     string
	helen, bob   string // contacts of Ann's
	tim          string // contact of Ben's
}

// useTest makes a step report to its subtest.
func (w *walk) useTest(t *testing.T) {
	t.Helper()
	w.t = t
}

func (w *walk) signIn(t *testing.T) {
	w.useTest(t)
	ctx := t.Context()
	session, err := w.owner.Start(ctx)
	w.ok(err)
	if session.User.Email != w.owner.Email || len(session.Organizations) != 1 || session.Organizations[0].Role != "owner" {
		t.Errorf("the owner's session: %+v", session)
	}
	tokens, err := w.owner.Tokens(ctx)
	w.ok(err)
	for name, token := range map[string]string{"no token": "", "a made-up token": "x.y.z", "an ID token": tokens.ID} {
		err := kith.Public(ctx, http.MethodGet, "/v1/session", nil, nil, apiclient.Header{Name: "Authorization", Value: "Bearer " + token})
		if status := apiclient.Status(err); status != http.StatusUnauthorized && status != http.StatusForbidden {
			t.Errorf("%s is let in: %v", name, err)
		}
	}
	// An ID token proves the email address of its subject only.
	stranger := w.newPerson("Mallory Strange")
	_, err = stranger.Start(ctx)
	w.ok(err)
	w.expectRefused(stranger, http.MethodPost, "/v1/session", body{"id_token": tokens.ID}, http.StatusUnauthorized, "")
	w.expectNotFound(stranger, "/v1/admin/organizations/"+w.organization)
}

func (w *walk) setUp(t *testing.T) {
	w.useTest(t)
	organization := "/v1/admin/organizations/" + w.organization
	w.helper = w.newPerson("Hal Helper")
	w.post(w.owner, organization+"/invitations", body{"email": w.helper.Email, "first_name": "Hal", "last_name": "Helper"}, nil)
	role, err := administer(t.Context(), w.helper, w.token(w.mail(w.helper.Email, 1)))
	w.ok(err)
	if role != "admin" {
		t.Errorf("accepting gives the role %q, want admin", role)
	}

	w.createDraft()
	w.expectRefused(w.owner, http.MethodPost, organization+"/campaigns", body{"name": "Again", "slug": w.slug}, http.StatusConflict, "slug")
	w.expectNotFound(w.owner, "/v1/public/campaigns/"+w.slug)
	var secret struct{ Passcode string }
	w.post(w.helper, w.admin()+"/passcode", nil, &secret)
	w.passcode = secret.Passcode
	if len(w.passcode) != 8 {
		t.Errorf("passcode %q, want 8 characters", w.passcode)
	}

	// Update an item, move it to the front, archive another and restore it.
	mail := w.items["How will they vote?"]
	w.update(w.owner, w.admin()+"/action-items/"+mail, body{"nickname": "Vote", "description": "Ask **when** and *where*."})
	order := []string{mail, w.items["What matters?"], w.items["Give the flyer"]}
	w.put(w.owner, w.admin()+"/action-items/order", body{"action_item_ids": order}, nil)
	w.post(w.owner, w.admin()+"/action-items/"+w.items["What matters?"]+"/archive", nil, nil)
	w.post(w.owner, w.admin()+"/action-items/"+w.items["What matters?"]+"/restore", nil, nil)
	type item struct{ ID, Nickname string }
	items, err := apiclient.All[item](t.Context(), w.helper, w.admin()+"/action-items")
	w.ok(err)
	var got []string
	for _, i := range items {
		got = append(got, i.ID)
	}
	if !slices.Equal(got, order) || items[0].Nickname != "Vote" {
		t.Errorf("action items %+v, want them in order %v with the nickname Vote", items, order)
	}

	record := w.importVoters("ME",
		"state_file_id,first_name,last_name,city,state,zip,canonical_voter_id",
		"0001234,HELEN,NGUYEN,PORTLAND,ME,04101-2213,ME0001234",
		"0000042,ANN,STONE,PORTLAND,ME,04101,ME0000042",
		"too,short")
	if record.Imported != 2 || record.Rejected != 1 {
		t.Errorf("voter file: %d imported and %d rejected, want 2 and 1", record.Imported, record.Rejected)
	}
	var rejects struct{ URL string }
	w.post(w.owner, "/v1/admin/organizations/"+w.organization+"/voter-files/"+record.ID+"/rejects-link", nil, &rejects)
	file, err := fetch(t.Context(), http.MethodGet, rejects.URL, nil)
	w.ok(err)
	const rejected = "line,reason,state_file_id,first_name,last_name,city,state,zip,canonical_voter_id\r\n" +
		"4,\"The row and the header have different numbers of columns.\",too,short\r\n"
	if string(file) != rejected {
		t.Errorf("the rejects file is\n%s, want the row that is too short:\n%s", file, rejected)
	}

	w.expectRefused(w.newPerson("Early Bird"), http.MethodPost, "/v1/mobilizer/join",
		body{"slug": w.slug, "first_name": "Early", "last_name": "Bird", "passcode": w.passcode}, http.StatusConflict, "")
	var published struct{ Status string }
	w.post(w.owner, w.admin()+"/publish", nil, &published)
	if published.Status != "active" {
		t.Errorf("the published campaign is %q, want active", published.Status)
	}
}

func (w *walk) join(t *testing.T) {
	w.useTest(t)
	var landing struct {
		Name         string
		AsksPasscode bool `json:"requires_passcode"`
		Organization struct{ Name string }
	}
	w.ok(kith.Public(t.Context(), http.MethodGet, "/v1/public/campaigns/"+w.slug, nil, &landing))
	if landing.Name != "Walk the block" || !landing.AsksPasscode || landing.Organization.Name != "Team "+w.tag {
		t.Errorf("the landing page shows %+v", landing)
	}
	guess := w.newPerson("Gus Guess")
	for range 5 {
		w.expectRefused(guess, http.MethodPost, "/v1/mobilizer/join",
			body{"slug": w.slug, "first_name": "Gus", "last_name": "Guess", "passcode": "00000000"}, http.StatusUnprocessableEntity, "passcode")
	}
	w.expectRefused(guess, http.MethodPost, "/v1/mobilizer/join",
		body{"slug": w.slug, "first_name": "Gus", "last_name": "Guess", "passcode": w.passcode}, http.StatusTooManyRequests, "")

	w.ann, w.annID = w.fixture.join("Ann Stone", body{
		"passcode": w.passcode, "city": "Portland", "state": "ME", "zip": "04101", "phone": "(207) 555-0142", "consent": true,
	})
	w.ben, w.benID = w.fixture.join("Ben O'Brien", body{"passcode": w.passcode, "phone": "+12075550177", "consent": true})
	again, againID := w.fixture.join("Ann Stone", body{"passcode": w.passcode})
	if again.Email != w.ann.Email || againID != w.annID {
		t.Errorf("joining twice made another membership: %s and %s", w.annID, againID)
	}
	w.patch(w.ben, w.mine()+"/profile", body{"preferred_name": "Benny", "zip": "02139"}, nil)
	w.expectRefused(w.ben, http.MethodPatch, w.mine()+"/profile", body{"zip": "2139"}, http.StatusUnprocessableEntity, "zip")
	w.put(w.ben, w.mine()+"/consent", body{"consent": false}, nil)
	var mine struct {
		Membership struct {
			PreferredName string `json:"preferred_name"`
			Zip           string
			Consent       bool
		}
	}
	w.get(w.ben, w.mine(), &mine)
	if mine.Membership.PreferredName != "Benny" || mine.Membership.Zip != "02139" || mine.Membership.Consent {
		t.Errorf("Ben sees himself as %+v", mine.Membership)
	}
	carl, _ := w.fixture.join("Carl Gone", body{"passcode": w.passcode})
	w.add(carl, body{"first_name": "Nobody"})
	w.post(carl, w.mine()+"/leave", body{"contacts": "remove"}, nil)
	w.expectNotFound(carl, w.mine())
}

func (w *walk) recordActivity(t *testing.T) {
	w.useTest(t)
	w.helen = w.add(w.ann, body{
		"first_name": "Helen", "last_name": "Nguyễn", "city": "Portland", "state": "ME",
		"zip": "04101", "phone": "207-555-0199", "email": "helen@example.org",
	})
	var report struct {
		Rows []struct {
			Result, ID string
			Errors     []struct{ Field, Message string }
		}
	}
	w.post(w.ann, w.mine()+"/contacts/bulk", body{"contacts": []body{
		{"first_name": "Bob", "last_name": "O'Brien", "state": "ME"}, {"city": "Nowhere"}, {"first_name": "Zed", "last_name": "Last"},
	}}, &report)
	if len(report.Rows) != 3 || report.Rows[0].Result != "added" || report.Rows[1].Result != "invalid" || len(report.Rows[1].Errors) == 0 {
		t.Fatalf("many at once: %+v", report)
	}
	w.bob = report.Rows[0].ID
	zed := report.Rows[2].ID
	w.tim = w.add(w.ben, body{"first_name": "Tim", "last_name": "Lake"})

	// Match contacts and the mobilizer in every way.
	helen, bob, tim := w.contact(w.helen), w.contact(w.bob), w.contact(w.tim)
	w.put(w.ann, helen+"/match", body{"canonical_voter_id": "ME0001234"}, nil)
	w.expectRefused(w.ann, http.MethodPut, helen+"/match", body{"canonical_voter_id": "ME9999999"}, http.StatusUnprocessableEntity, "voter")
	w.put(w.ann, bob+"/match", body{"status": "REG_UNCERTAIN"}, nil)
	w.delete(w.ann, bob+"/match")
	w.put(w.ben, tim+"/match", body{"status": "NO_MATCHES"}, nil)
	w.put(w.ann, w.mine()+"/match", body{"canonical_voter_id": "ME0000042"}, nil)

	// Answer, change, clear.
	w.put(w.ann, helen+"/answer", body{"response_id": w.responses["Maybe"]}, nil)
	w.put(w.ann, helen+"/answer", body{"response_id": w.responses[`Yes, "sure"`]}, nil)
	w.put(w.ann, bob+"/answer", body{"response_id": w.responses["No"]}, nil)
	w.delete(w.ann, bob+"/answer")
	w.put(w.ben, tim+"/answer", body{"response_id": w.responses["Maybe"]}, nil)

	// Respond, change, withdraw. An item whose target excludes the contact is refused.
	flyer, vote, matters := w.items["Give the flyer"], w.items["How will they vote?"], w.items["What matters?"]
	w.put(w.ann, helen+"/action-responses/"+flyer, body{"completed": true}, nil)
	w.put(w.ann, helen+"/action-responses/"+vote, body{"option_id": w.options["By mail"]}, nil)
	w.put(w.ann, helen+"/action-responses/"+vote, body{"option_id": w.options["In person"]}, nil)
	w.expectRefused(w.ann, http.MethodPut, helen+"/action-responses/"+matters, body{"text": "Schools"}, http.StatusConflict, "")
	w.put(w.ann, bob+"/action-responses/"+matters, body{"text": "Schools, \"mostly\"\nand rent"}, nil)
	w.put(w.ben, tim+"/action-responses/"+flyer, body{"completed": false}, nil)
	w.put(w.ben, tim+"/action-responses/"+vote, body{"option_id": w.options["Early"]}, nil)
	w.delete(w.ben, tim+"/action-responses/"+vote)

	// Write, edit and delete notes; record a vote plan; edit and remove contacts.
	var note, other struct{ ID string }
	w.post(w.ann, helen+"/notes", body{"content": "Met at the market."}, &note)
	w.patch(w.ann, helen+"/notes/"+note.ID, body{"content": "=HYPERLINK(\"x\")\nsaid she, 🎉"}, nil)
	w.post(w.ann, helen+"/notes", body{"content": "Wrong person"}, &other)
	w.delete(w.ann, helen+"/notes/"+other.ID)
	w.put(w.ann, helen+"/vote-plan", body{"text": "By bus, at noon"}, nil)
	w.patch(w.ann, bob, body{"city": "Augusta"}, nil)
	w.post(w.ann, w.contact(zed)+"/notes", body{"content": "goes with Zed"}, nil)
	w.delete(w.ann, w.contact(zed))
	w.expectNotFound(w.ann, w.contact(zed))
	w.expectNotFound(w.ben, helen) // somebody else's

	// Reword a response in use and retire another, which is refused afterwards.
	w.putKeyQuestion(body{"id": w.responses["No"], "text": "No", "value": 7, "retired": true},
		body{"id": w.responses["Maybe"], "text": "Maybe, leaning", "value": -1},
		body{"id": w.responses[`Yes, "sure"`], "text": `Yes, "sure"`, "value": 40})
	w.expectProblem(w.owner.UpdateKeyQuestion(t.Context(), w.admin(), body{"text": "Will they?", "responses": []body{
		{"id": w.responses["No"], "text": "No", "value": 7}, {"id": w.responses[`Yes, "sure"`], "text": "Yes", "value": 40},
	}}, nil), http.StatusConflict, "retire")
	w.update(w.owner, w.admin()+"/action-items/"+vote, body{"options": []body{
		{"id": w.options["By mail"], "text": "By mail", "value": "M"},
		{"id": w.options["In person"], "text": "In person, early"},
		{"id": w.options["Early"], "text": "Early", "retired": true},
	}})
	w.expectProblem(w.owner.Update(t.Context(), w.admin()+"/action-items/"+vote, body{"options": []body{
		{"id": w.options["By mail"], "text": "By mail"}, {"id": w.options["Early"], "text": "Early"},
	}}, nil), http.StatusConflict, "retire")
	w.post(w.owner, w.admin()+"/mobilizers/"+w.annID+"/management-notes", body{"content": "1:1 on Friday"}, nil)
	w.leaveAndComeBack(t)
	w.expireCampaignCache()
	w.expectRefused(w.ben, http.MethodPut, tim+"/answer", body{"response_id": w.responses["No"]}, http.StatusUnprocessableEntity, "no longer offered")
}

// leaveAndComeBack makes Ben leave and rejoin. His contact Tim remains.
func (w *walk) leaveAndComeBack(t *testing.T) {
	t.Helper()
	w.post(w.ben, w.mine()+"/leave", body{"contacts": "keep"}, nil)
	w.expectRefused(w.ben, http.MethodGet, w.contact(w.tim), nil, http.StatusForbidden, "left")
	w.expectRefused(w.ben, http.MethodPost, "/v1/mobilizer/join", body{"slug": w.slug, "first_name": "Ben", "last_name": "O'Brien"},
		http.StatusUnprocessableEntity, "passcode")
	_, again := w.fixture.join("Ben O'Brien", body{"passcode": w.passcode, "preferred_name": "Benny", "zip": "02139"})
	if again != w.benID {
		t.Errorf("coming back made the membership %s, want the one that was kept, %s", again, w.benID)
	}
	w.get(w.ben, w.contact(w.tim), nil)
}

// expireCampaignCache ends the processes that cache the campaign.
func (fx *fixture) expireCampaignCache() {
	fx.t.Helper()
	fx.ok(kith.Kill(fx.t.Context(), "mobilizer-api"))
}
