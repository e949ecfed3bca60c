package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/apiclient"
)

// display returns the share as shown on a page.
func (s share) display() string {
	switch {
	case s.Percent != nil:
		return fmt.Sprintf("%d of %d, %.2f %%", s.Count, s.Of, *s.Percent)
	case s.Average != nil:
		return fmt.Sprintf("%d / %d = %.1f", s.Count, s.Of, *s.Average)
	default:
		return fmt.Sprintf("%d of %d, –", s.Count, s.Of)
	}
}

// lines returns the numbers of the page without the days, one per line.
func (a *analytics) lines() []string {
	t := a.Totals
	lines := []string{
		fmt.Sprintf("mobilizers %d", t.Mobilizers), fmt.Sprintf("contacts %d", t.Contacts), "average " + t.Average.display(),
		"matched " + t.Matched.display(), "touched " + t.Touched.display(), fmt.Sprintf("touchpoints %d", t.Touchpoints),
		"answered " + t.Answered.display(),
	}
	for _, r := range a.Ladder {
		lines = append(lines, r.Text+": "+r.Contacts.display())
	}
	for _, i := range a.Items {
		line := fmt.Sprintf("%s: %d eligible, responded %s", i.Title, i.Eligible, i.Responded.display())
		if i.Completed != nil {
			line += ", completed " + i.Completed.display()
		}
		for _, o := range i.Options {
			line += ", " + o.Text + " " + o.Contacts.display()
		}
		lines = append(lines, fmt.Sprintf("%s, %d no longer eligible", line, i.NoLonger))
	}
	return lines
}

func (w *walk) checkAnalytics(t *testing.T) {
	w.useTest(t)
	page := w.analytics()
	want := []string{
		"mobilizers 2", "contacts 3", "average 3 / 2 = 1.5", "matched 1 of 3, 33.33 %", "touched 3 of 3, 100.00 %", "touchpoints 8",
		"answered 2 of 3, 66.67 %", "Maybe, leaning: 1 of 2, 50.00 %", `Yes, "sure": 1 of 2, 50.00 %`,
		"How will they vote?: 2 eligible, responded 1 of 2, 50.00 %, By mail 0 of 1, 0.00 %, In person, early 1 of 1, 100.00 %, 0 no longer eligible",
		"What matters?: 1 eligible, responded 1 of 1, 100.00 %, 0 no longer eligible",
		"Give the flyer: 3 eligible, responded 2 of 3, 66.67 %, completed 1 of 2, 50.00 %, 0 no longer eligible",
	}
	if diff := cmp.Diff(want, page.lines()); diff != "" {
		t.Errorf("Analytics (-want +shown):\n%s", diff)
	}
	contacts, touchpoints := 0, 0
	for _, day := range page.Days {
		contacts += day.Contacts
		touchpoints += day.Touchpoints
	}
	if contacts != 3 || touchpoints != 8 {
		t.Errorf("the days add up to %d contacts and %d touchpoints, want 3 and 8", contacts, touchpoints)
	}

	w.listed("mobilizers?sort=name&limit=1", "Benny O'Brien, Ann Stone")
	w.listed("mobilizers?sort=added&order=desc", "Benny O'Brien, Ann Stone")
	w.listed("mobilizers?match_status=CONFIRMED", "Ann Stone")
	w.listed("contacts?sort=name", "Tim Lake, Helen Nguyễn, Bob O'Brien")
	w.listed("contacts?sort=added&limit=1", "Helen Nguyễn, Bob O'Brien, Tim Lake")
	w.listed("contacts?sort=name&order=desc&limit=2", "Bob O'Brien, Helen Nguyễn, Tim Lake")
	w.listed("contacts?match_status=NO_MATCHES", "Tim Lake")
	w.listed("contacts?response_id="+w.responses["Maybe"], "Tim Lake")
	w.listed("contacts?response_id=none", "Bob O'Brien")
	w.listed("contacts?match_status=CONFIRMED&response_id="+w.responses[`Yes, "sure"`], "Helen Nguyễn")
	w.listed("mobilizers/"+w.annID+"/contacts", "Helen Nguyễn, Bob O'Brien")
	w.profile(t)
}

// listed compares the names on all pages of a list.
func (w *walk) listed(list, want string) {
	w.t.Helper()
	type entry struct {
		FirstName     string `json:"first_name"`
		LastName      string `json:"last_name"`
		PreferredName string `json:"preferred_name"`
	}
	all, err := apiclient.All[entry](w.t.Context(), w.owner, w.admin()+"/"+list)
	w.ok(err)
	var names []string
	for _, e := range all {
		first := e.FirstName
		if e.PreferredName != "" {
			first = e.PreferredName
		}
		names = append(names, first+" "+e.LastName)
	}
	if got := strings.Join(names, ", "); got != want {
		w.t.Errorf("%s shows %s, want %s", list, got, want)
	}
}

// profile checks Ann's profile: numbers, notes, actions and management notes, and that fields which only she may see are
// missing.
func (w *walk) profile(t *testing.T) {
	t.Helper()
	ann := w.admin() + "/mobilizers/" + w.annID
	var profile, contacts json.RawMessage
	w.get(w.helper, ann, &profile)
	if !strings.Contains(string(profile), w.ann.Email) || !strings.Contains(string(profile), "+12075550142") {
		t.Errorf("Ann consented, but her profile lacks her e-mail or phone: %s", profile)
	}
	w.get(w.helper, w.admin()+"/mobilizers/"+w.benID, &profile)
	if strings.Contains(string(profile), w.ben.Email) || strings.Contains(string(profile), "+12075550177") {
		t.Errorf("Ben withdrew his consent, but his profile shows his e-mail or phone: %s", profile)
	}
	w.get(w.helper, w.admin()+"/contacts", &contacts)
	if strings.Contains(string(contacts), "helen@example.org") || strings.Contains(string(contacts), "5550199") {
		t.Errorf("an administrator sees a contact's own e-mail or phone: %s", contacts)
	}
	type written struct{ Content string }
	notes, err := apiclient.All[written](t.Context(), w.helper, ann+"/notes")
	w.ok(err)
	if len(notes) != 1 || notes[0].Content != "=HYPERLINK(\"x\")\nsaid she, 🎉" {
		t.Errorf("the notes Ann wrote: %+v", notes)
	}
	managed, err := apiclient.All[written](t.Context(), w.helper, ann+"/management-notes")
	w.ok(err)
	if len(managed) != 1 || managed[0].Content != "1:1 on Friday" {
		t.Errorf("management notes about Ann: %+v", managed)
	}
	actions, err := apiclient.All[map[string]any](t.Context(), w.helper, ann+"/actions")
	w.ok(err)
	if len(actions) != 3 {
		t.Errorf("Ann's contacts completed %d actions, want 3: %v", len(actions), actions)
	}
}
