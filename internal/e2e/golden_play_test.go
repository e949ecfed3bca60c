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

// story is the golden campaign while it is played: who takes part, and how its ids are called.
type story struct {
	t        *testing.T
	people   map[string]*apiclient.Person
	ids      map[string]string // name → id
	names    map[string]string // id → name
	slug     string
	passcode string
	admin    string // path of the campaign for Olivia
	mine     string // path of the campaign for mobilizers
}

// newStory starts a story. It moves the clock that all tests share, so it runs alone and puts the clock back.
func newStory(t *testing.T) *story {
	t.Cleanup(func() {
		err := kith.SetClock(context.WithoutCancel(t.Context()), time.Now())
		if err != nil {
			t.Errorf("the clock stays in June: %v", err)
		}
	})
	return &story{
		t: t, people: map[string]*apiclient.Person{}, ids: map[string]string{}, names: map[string]string{},
		slug: "golden",
	}
}

// ok fails the test when a step that the story takes is refused.
func (s *story) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// at moves the clock to a time of June 2026, such as "06-01 13:20" UTC.
func (s *story) at(when string) {
	s.t.Helper()
	instant, err := time.Parse("2006-01-02 15:04", "2026-"+when)
	s.ok(err)
	s.ok(kith.SetClock(s.t.Context(), instant))
}

// call gives an id its name in the story. Ids that the story doesn't name are an error when they show up in a file.
func (s *story) call(name, id string) {
	s.t.Helper()
	if id == "" {
		s.t.Fatalf("%s has no id", name)
	}
	s.ids[name], s.names[id] = id, name
}

func (s *story) person(name, full string) *apiclient.Person {
	s.t.Helper()
	p := kith.Person(name+"@golden.example", full)
	session, err := p.Start(s.t.Context())
	s.ok(err)
	s.people[name] = p
	s.call("user-"+name, session.User.ID)
	return p
}

// owner is the mobilizer of a contact: the initial says it.
func (s *story) owner(contact string) *apiclient.Person {
	return s.people[map[byte]string{'a': "ada", 'b': "ben", 'c': "cleo", 'd': "dan", 'e': "eve"}[contact[0]]]
}

func (s *story) contact(name string) string { return s.mine + "/contacts/" + s.ids["target-"+name] }

func (s *story) post(p *apiclient.Person, path string, in, out any) {
	s.t.Helper()
	s.ok(p.Post(s.t.Context(), path, in, out))
}

func (s *story) patch(p *apiclient.Person, path string, in any) {
	s.t.Helper()
	s.ok(p.Patch(s.t.Context(), path, in, nil))
}

func (s *story) put(when, who, path string, in any) {
	s.t.Helper()
	s.at(when)
	s.ok(s.people[who].Put(s.t.Context(), path, in, nil))
}

func (s *story) remove(when, who, path string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.people[who].Delete(s.t.Context(), path))
}

// made posts something that gets an id, and names it.
func (s *story) made(name string, p *apiclient.Person, path string, in any) {
	s.t.Helper()
	var made struct{ ID string }
	s.post(p, path, in, &made)
	s.call(name, made.ID)
}

func (s *story) putQuestion(responses ...body) {
	s.t.Helper()
	var got struct {
		KeyQuestion struct {
			Responses []struct {
				ID    string
				Value int
			}
		} `json:"key_question"`
	}
	s.ok(s.people["olivia"].Put(s.t.Context(), s.admin+"/key-question",
		body{"text": "Will they vote for the water bond?", "responses": responses}, &got))
	for _, r := range got.KeyQuestion.Responses {
		s.call("response-"+map[int]string{7: "never", 0: "unsure", 3: "maybe", 12: "sure"}[r.Value], r.ID)
	}
}

func (s *story) makeItem(name string, in body) {
	s.t.Helper()
	var made struct {
		ID      string
		Options []struct{ ID, Text string }
	}
	s.post(s.people["olivia"], s.admin+"/action-items", in, &made)
	s.call("item-"+name, made.ID)
	for _, o := range made.Options {
		s.call("option-"+map[string]string{"By mail": "mail", "Early, in person": "early", "On election day": "day"}[o.Text], o.ID)
	}
}

func (s *story) join(when, name string, profile body) {
	s.t.Helper()
	s.at(when)
	p := s.person(name, fmt.Sprint(profile["first_name"], " ", profile["last_name"]))
	profile["slug"], profile["passcode"] = s.slug, s.passcode
	s.made("membership-"+name, p, "/v1/mobilizer/join", profile)
}

// invite invites somebody, and waits until the mail is on its way: when it left is told by the file.
func (s *story) invite(when, name, first, last string) {
	s.t.Helper()
	s.at(when)
	s.made("invitation-"+name, s.people["olivia"], s.admin+"/invitations",
		body{"email": name + "@golden.example", "first_name": first, "last_name": last})
	s.settle()
}

// accept joins by the link in the mail: no passcode is asked for.
func (s *story) accept(when, name string, profile body) {
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
	s.made("membership-"+name, p, "/v1/mobilizer/invitations/accept", profile)
}

type madeContact struct {
	ID        string
	ContactID string `json:"contact_id"`
}

func (s *story) callContact(name string, made madeContact) {
	s.t.Helper()
	s.call("target-"+name, made.ID)
	s.call("contact-"+name, made.ContactID)
}

func (s *story) add(when, name string, details body) {
	s.t.Helper()
	s.at(when)
	var made madeContact
	s.post(s.owner(name), s.mine+"/contacts", details, &made)
	s.callContact(name, made)
}

// addMany adds one good row and one that is reported and left out.
func (s *story) addMany(when, name string, good, bad body) {
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
	var made madeContact
	s.ok(s.owner(name).Get(s.t.Context(), s.mine+"/contacts/"+report.Rows[0].ID, &made))
	s.callContact(name, made)
}

func (s *story) match(when, contact string, in body) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Put(s.t.Context(), s.contact(contact)+"/match", in, nil))
}

func (s *story) answer(when, contact, response string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Put(s.t.Context(), s.contact(contact)+"/answer", body{"response_id": s.ids["response-"+response]}, nil))
}

func (s *story) clear(when, contact string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Delete(s.t.Context(), s.contact(contact)+"/answer"))
}

func (s *story) respond(when, contact, item string, in body) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Put(s.t.Context(), s.contact(contact)+"/action-responses/"+s.ids["item-"+item], in, nil))
}

func (s *story) withdraw(when, contact, item string) {
	s.t.Helper()
	s.at(when)
	s.ok(s.owner(contact).Delete(s.t.Context(), s.contact(contact)+"/action-responses/"+s.ids["item-"+item]))
}

func (s *story) note(when, name, contact, content string) {
	s.t.Helper()
	s.at(when)
	s.made(name, s.owner(contact), s.contact(contact)+"/notes", body{"content": content})
}

func (s *story) editNote(when, name, contact, content string) {
	s.t.Helper()
	s.at(when)
	s.patch(s.owner(contact), s.contact(contact)+"/notes/"+s.ids[name], body{"content": content})
}

// refused is a step that the product must not let through. A function may hold a campaign for five seconds that lets
// through what was right until then, so what it holds goes first.
func (s *story) refused(when, contact, method, path string, in body, status int) {
	s.t.Helper()
	s.ok(kith.Kill(s.t.Context(), "mobilizer-api"))
	s.at(when)
	err := s.owner(contact).Do(s.t.Context(), method, s.contact(contact)+path, in, nil)
	if apiclient.Status(err) != status || apiclient.Refused(err) == nil || apiclient.Refused(err).Detail == "" {
		s.t.Errorf("%s %s of %s: want %d with a reason, got %v", when, path, contact, status, err)
	}
}

// importVoters uploads a voter file and waits until it serves.
func (s *story) importVoters(p *apiclient.Person, state, file string) {
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

func (s *story) settle() {
	s.t.Helper()
	s.ok(kith.Settle(s.t.Context()))
}
