package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// body is a JSON object as a client writes it.
type body map[string]any

// goldenCampaign holds the people of the golden campaign and the names of its ids.
type goldenCampaign struct {
	t        *testing.T
	people   map[string]*apiclient.Person
	ids      map[string]string // name → id
	names    map[string]string // id → name
	slug     string
	passcode string
	admin    string // path of the campaign for Olivia
	mine     string // path of the campaign for mobilizers
}

// newGoldenCampaign sets the clock that all tests share, so the test is not parallel. It resets the clock at the end.
func newGoldenCampaign(t *testing.T) *goldenCampaign {
	t.Cleanup(func() {
		err := kith.SetClock(context.WithoutCancel(t.Context()), time.Now())
		if err != nil {
			t.Errorf("the clock stays in June: %v", err)
		}
	})
	return &goldenCampaign{
		t: t, people: map[string]*apiclient.Person{}, ids: map[string]string{}, names: map[string]string{},
		slug: "golden",
	}
}

// ok fails the test if a step returned an error.
func (s *goldenCampaign) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// at sets the clock to a time of June 2026, such as "06-01 13:20" UTC.
func (s *goldenCampaign) at(when string) {
	s.t.Helper()
	instant, err := time.Parse("2006-01-02 15:04", "2026-"+when)
	s.ok(err)
	s.ok(kith.SetClock(s.t.Context(), instant))
}

// setName names an id. An id without a name in a file is an error.
func (s *goldenCampaign) setName(name, id string) {
	s.t.Helper()
	if id == "" {
		s.t.Fatalf("%s has no id", name)
	}
	s.ids[name], s.names[id] = id, name
}

func (s *goldenCampaign) person(name, full string) *apiclient.Person {
	s.t.Helper()
	p := kith.Person(name+"@golden.example", full)
	session, err := p.Start(s.t.Context())
	s.ok(err)
	s.people[name] = p
	s.setName("user-"+name, session.User.ID)
	return p
}

// owner returns the mobilizer of a contact, by the first letter of its name.
func (s *goldenCampaign) owner(contact string) *apiclient.Person {
	return s.people[map[byte]string{'a': "ada", 'b': "ben", 'c': "cleo", 'd': "dan", 'e': "eve"}[contact[0]]]
}

func (s *goldenCampaign) contact(name string) string {
	return s.mine + "/contacts/" + s.ids["target-"+name]
}

func (s *goldenCampaign) post(p *apiclient.Person, path string, in, out any) {
	s.t.Helper()
	s.ok(p.Post(s.t.Context(), path, in, out))
}

func (s *goldenCampaign) patch(p *apiclient.Person, path string, in any) {
	s.t.Helper()
	s.ok(p.Patch(s.t.Context(), path, in, nil))
}

func (s *goldenCampaign) update(p *apiclient.Person, path string, change body) {
	s.t.Helper()
	s.ok(p.Update(s.t.Context(), path, change, nil))
}

func (s *goldenCampaign) put(when, who, path string, in any) {
	s.t.Helper()
	s.at(when)
	s.ok(s.people[who].Put(s.t.Context(), path, in, nil))
}

func (s *goldenCampaign) remove(when, who, path string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.people[who].Delete(s.t.Context(), path))
}

// create posts a resource and names its id.
func (s *goldenCampaign) create(name string, p *apiclient.Person, path string, in any) {
	s.t.Helper()
	var made struct{ ID string }
	s.post(p, path, in, &made)
	s.setName(name, made.ID)
}

func (s *goldenCampaign) putQuestion(responses ...body) {
	s.t.Helper()
	var got struct {
		KeyQuestion struct {
			Responses []struct {
				ID    string
				Value int
			}
		} `json:"key_question"`
	}
	s.ok(s.people["olivia"].UpdateKeyQuestion(s.t.Context(), s.admin,
		body{"text": "Will they vote for the water bond?", "responses": responses}, &got))
	for _, r := range got.KeyQuestion.Responses {
		s.setName("response-"+map[int]string{7: "never", 0: "unsure", 3: "maybe", 12: "sure"}[r.Value], r.ID)
	}
}

func (s *goldenCampaign) makeItem(name string, in body) {
	s.t.Helper()
	var made struct {
		ID      string
		Options []struct{ ID, Text string }
	}
	s.post(s.people["olivia"], s.admin+"/action-items", in, &made)
	s.setName("item-"+name, made.ID)
	for _, o := range made.Options {
		s.setName("option-"+map[string]string{"By mail": "mail", "Early, in person": "early", "On election day": "day"}[o.Text], o.ID)
	}
}

func (s *goldenCampaign) join(when, name string, profile body) {
	s.t.Helper()
	s.at(when)
	p := s.person(name, fmt.Sprint(profile["first_name"], " ", profile["last_name"]))
	profile["slug"], profile["passcode"] = s.slug, s.passcode
	s.create("membership-"+name, p, "/v1/mobilizer/join", profile)
}

// invite invites a person and waits until the email is sent, because the export contains the time.
func (s *goldenCampaign) invite(when, name, first, last string) {
	s.t.Helper()
	s.at(when)
	s.create("invitation-"+name, s.people["olivia"], s.admin+"/invitations",
		body{"email": name + "@golden.example", "first_name": first, "last_name": last})
	s.settle()
}

// accept joins by the link in the email, without a passcode.
func (s *goldenCampaign) accept(when, name string, profile body) {
	s.t.Helper()
	letters, err := mails(s.t.Context(), name+"@golden.example")
	s.ok(err)
	if len(letters) != 1 {
		s.t.Fatalf("%d mails to %s", len(letters), name)
	}
	s.at(when)
	p := s.person(name, fmt.Sprint(profile["first_name"], " ", profile["last_name"]))
	tokens, err := p.Tokens(s.t.Context())
	s.ok(err)
	profile["token"], profile["id_token"] = acceptLink.FindStringSubmatch(letters[0].Plain)[1], tokens.ID
	s.create("membership-"+name, p, "/v1/mobilizer/invitations/accept", profile)
}

type addedContact struct {
	ID      string
	EntryID string `json:"address_book_entry_id"`
}

func (s *goldenCampaign) nameContact(name string, made addedContact) {
	s.t.Helper()
	s.setName("target-"+name, made.ID)
	s.setName("contact-"+name, made.EntryID)
}

func (s *goldenCampaign) add(when, name string, details body) {
	s.t.Helper()
	s.at(when)
	var made addedContact
	s.post(s.owner(name), s.mine+"/contacts", details, &made)
	s.nameContact(name, made)
}

// addMany adds a valid and an invalid row in bulk.
func (s *goldenCampaign) addMany(when, name string, good, bad body) {
	s.t.Helper()
	s.at(when)
	var report struct {
		Rows []struct {
			ID     string
			Result string
			Errors []struct{ Field, Message string }
		}
	}
	s.post(s.owner(name), s.mine+"/contacts/bulk", body{"contacts": []body{good, bad}}, &report)
	if len(report.Rows) != 2 || report.Rows[0].Result != "added" || report.Rows[1].Result != "invalid" || len(report.Rows[1].Errors) == 0 {
		s.t.Fatalf("many at once: %+v", report)
	}
	var made addedContact
	s.ok(s.owner(name).Get(s.t.Context(), s.mine+"/contacts/"+report.Rows[0].ID, &made))
	s.nameContact(name, made)
}

func (s *goldenCampaign) match(when, contact string, in body) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Put(s.t.Context(), s.contact(contact)+"/match", in, nil))
}

func (s *goldenCampaign) answer(when, contact, response string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Put(s.t.Context(), s.contact(contact)+"/answer", body{"response_id": s.ids["response-"+response]}, nil))
}

func (s *goldenCampaign) clear(when, contact string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Delete(s.t.Context(), s.contact(contact)+"/answer"))
}

func (s *goldenCampaign) respond(when, contact, item string, in body) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Put(s.t.Context(), s.contact(contact)+"/action-responses/"+s.ids["item-"+item], in, nil))
}

func (s *goldenCampaign) withdraw(when, contact, item string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Delete(s.t.Context(), s.contact(contact)+"/action-responses/"+s.ids["item-"+item]))
}

func (s *goldenCampaign) note(when, name, contact, content string) {
	s.t.Helper()
	s.at(when)
	s.create(name, s.owner(contact), s.contact(contact)+"/notes", body{"content": content})
}

func (s *goldenCampaign) editNote(when, name, contact, content string) {
	s.t.Helper()
	s.at(when)
	s.patch(s.owner(contact), s.contact(contact)+"/notes/"+s.ids[name], body{"content": content})
}

// expectRefused checks that a step is refused. A function caches a campaign for up to five seconds, so the processes are ended
// first.
func (s *goldenCampaign) expectRefused(when, contact, method, path string, in body, status int) {
	s.t.Helper()
	s.ok(kith.Kill(s.t.Context(), "mobilizer-api"))
	s.at(when)
	err := s.owner(contact).Do(s.t.Context(), method, s.contact(contact)+path, in, nil)
	if apiclient.Status(err) != status || apiclient.Refused(err) == nil || apiclient.Refused(err).Detail == "" {
		s.t.Errorf("%s %s of %s: want %d with a reason, got %v", when, path, contact, status, err)
	}
}

// importVoters uploads a voter file and waits until it is imported.
func (s *goldenCampaign) importVoters(p *apiclient.Person, state, file string) {
	s.t.Helper()
	files := "/v1/admin/organizations/" + s.ids["organization"] + "/voter-files"
	var made struct {
		ID     string
		Upload struct {
			URL     string
			Headers map[string]string
		}
	}
	s.post(p, files, body{"state": state}, &made)
	s.ok(upload(s.t.Context(), made.Upload.URL, made.Upload.Headers, []byte(file)))
	var record json.RawMessage
	err := Until(s.t.Context(), time.Minute, untilReady(p, files+"/"+made.ID, &record))
	if err != nil {
		s.t.Fatalf("voter file: %v: %s", err, record)
	}
}

func (s *goldenCampaign) settle() {
	s.t.Helper()
	s.ok(kith.Settle(s.t.Context()))
}
