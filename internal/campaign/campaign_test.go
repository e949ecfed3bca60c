package campaign

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/secret"
)

func TestSetDetails_Inputs_AcceptedOrRejected(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  Status
		edit    func(*Details)
		wantErr string
	}{
		{"name trimmed", Draft, func(d *Details) { d.Name = "  Ward 3 " }, ""},
		{"name blank", Draft, func(d *Details) { d.Name = "\t" }, "[name: Give"},
		{"name with a web address", Draft, func(d *Details) { d.Name = "Win at https://evil.example" }, "[name: Leave out the web address"},
		{"name too long", Draft, func(d *Details) { d.Name = strings.Repeat("x", 201) }, "[name: Use at most 200"},
		{"description too long", Draft, func(d *Details) { d.Description = strings.Repeat("x", 10_001) }, "[description: Use at most 10,000"},
		{"Spanish texts", Draft, func(d *Details) { d.NameES, d.DescriptionES = " Vecinos ", "# Hola" }, ""},
		{"Spanish name too long", Draft, func(d *Details) { d.NameES = strings.Repeat("x", 201) }, "[name_es: Use at most 200"},
		{"Spanish description too long", Draft, func(d *Details) { d.DescriptionES = strings.Repeat("x", 10_001) }, "[description_es: Use at most 10,000"},
		{"Spanish texts of a closed campaign", Closed, func(d *Details) { d.NameES, d.DescriptionES = "Vecinos", "" }, ""},
		{"slug short", Draft, func(d *Details) { d.Slug = "ab" }, "[slug: Use 3 to 60"},
		{"slug in capitals", Draft, func(d *Details) { d.Slug = "Ward-3" }, "[slug"},
		{"slug with two hyphens", Draft, func(d *Details) { d.Slug = "ward--3" }, "[slug"},
		{"slug that ends in a hyphen", Draft, func(d *Details) { d.Slug = "ward-" }, "[slug"},
		{"slug with a key's separator", Draft, func(d *Details) { d.Slug = "ward#3" }, "[slug"},
		{"zone", Draft, func(d *Details) { d.TimeZone = "America/Argentina/Buenos_Aires" }, ""},
		{"unknown zone", Draft, func(d *Details) { d.TimeZone = "America/Boston" }, "[time_zone"},
		{"the machine's zone", Draft, func(d *Details) { d.TimeZone = "Local" }, "[time_zone"},
		{"a path", Draft, func(d *Details) { d.TimeZone = "../../etc/passwd" }, "[time_zone"},
		{"zone with leap seconds", Draft, func(d *Details) { d.TimeZone = "right/UTC" }, "[time_zone"},
		{"zone of an active campaign", Active, func(d *Details) { d.TimeZone = "America/New_York" }, "[time_zone: Days have been counted"},
		{"slug of an active campaign", Active, func(d *Details) { d.Slug = "ward-4" }, ""},
		{"slug of a closed campaign", Closed, func(d *Details) { d.Slug = "ward-4" }, "closed"},
		{"name of a closed campaign", Closed, func(d *Details) { d.Name = "Ward 3, 2026" }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			campaign := newDraftFixture(t)
			campaign.Status = c.status
			before := campaign.Details()
			edit := before
			c.edit(&edit)
			err := campaign.SetDetails(edit)
			if c.wantErr == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.wantErr) {
				t.Errorf("got %v, want an error with %q", err, c.wantErr)
			}
			if diff := cmp.Diff(before, campaign.Details()); diff != "" {
				t.Errorf("a rejected update changed the campaign:\n%s", diff)
			}
		})
	}
}

func TestSetDetails_SlugChanged_KeepsPreviousOnesReserved(t *testing.T) {
	c := newDraftFixture(t)
	c.PreviousSlugs = nil
	first := c.Slug
	set := func(slug string) error {
		details := c.Details()
		details.Slug = slug
		return c.SetDetails(details)
	}
	for n := range previousSlugLimit {
		if err := set(fmt.Sprintf("ward-%d", n+100)); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.PreviousSlugs) != previousSlugLimit || !c.HasReserved(first) || !c.HasReserved(c.Slug) || c.HasReserved("other") {
		t.Errorf("%s, previously %v", c.Slug, c.PreviousSlugs)
	}
	if err := set("one-more"); err == nil || !strings.Contains(err.Error(), first) {
		t.Errorf("one more slug: %v, want a refusal that names the earlier ones", err)
	}
	last := c.Slug
	if err := set(first); err != nil || c.Slug != first || slices.Contains(c.PreviousSlugs, first) || !c.HasReserved(last) {
		t.Errorf("taking the first slug back: %v, %s, previously %v", err, c.Slug, c.PreviousSlugs)
	}
}

func TestDetailsRevision_EachField_Changes(t *testing.T) {
	seen := map[string]string{Details{}.Revision(): "none"}
	for name, d := range map[string]Details{
		"name": {Name: "x"}, "description": {Description: "x"}, "Spanish name": {NameES: "x"}, "Spanish description": {DescriptionES: "x"},
		"slug": {Slug: "x"}, "time zone": {TimeZone: "x"},
	} {
		if other, again := seen[d.Revision()]; again {
			t.Errorf("the revision with a %s is that with %s", name, other)
		}
		seen[d.Revision()] = name
	}
}

func TestNew_SeveralInvalidFields_ReportsAll(t *testing.T) {
	_, err := New("o", Details{Name: " ", Slug: "?", TimeZone: "Mars/Olympus"}, noon)
	for _, field := range []string{"[name:", "[slug:", "[time_zone:"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%v does not name %s", err, field)
		}
	}
}

func TestStatus_EachTransition_FollowsTheTable(t *testing.T) {
	c := newDraftFixture(t)
	if err := c.Close(noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a draft is closed: %v", err)
	}
	err := c.Publish(noon)
	if err == nil || !strings.Contains(err.Error(), "[key_question.text: Write the Key Question.]") {
		t.Errorf("publishing without a question: %v", err)
	}
	c.Question.Text = "Will they vote?"
	for i := range 4 {
		c.Question.Responses[i].Retired = true
	}
	err = c.Publish(noon)
	if err == nil || !strings.Contains(err.Error(), "[key_question.responses: Offer at least two") {
		t.Errorf("publishing with one response: %v", err)
	}
	c.Question.Responses[0].Retired = false
	if err := c.Publish(noon); err != nil || c.Status != Active || !c.PublishedAt.Equal(noon) {
		t.Errorf("publishing: %v, %+v", err, c)
	}
	if err := c.Publish(noon.Add(time.Hour)); err != nil || !c.PublishedAt.Equal(noon) {
		t.Errorf("publishing again: %v at %s", err, c.PublishedAt)
	}
	if err := c.Close(noon.Add(time.Hour)); err != nil || c.Status != Closed {
		t.Errorf("closing: %v", err)
	}
	if err := c.Close(noon.Add(2 * time.Hour)); err != nil || !c.ClosedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("closing again: %v at %s", err, c.ClosedAt)
	}
	if err := c.Publish(noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a closed campaign is published: %v", err)
	}
}

func TestMoment_TimeZones_DayIsLocal(t *testing.T) {
	c := newDraftFixture(t)
	late := time.Date(2026, 11, 1, 4, 30, 0, 0, time.UTC)
	for zone, want := range map[string]Day{"UTC": "2026-11-01", "America/New_York": "2026-11-01", "America/Los_Angeles": "2026-10-31", "Asia/Kathmandu": "2026-11-01"} {
		c.TimeZone = zone
		if got := c.Moment(late).Day; got != want {
			t.Errorf("%s: %s, want %s", zone, got, want)
		}
	}
}

func TestVerifyPasscode_CaseSpacesHyphens_MakeNoDifference(t *testing.T) {
	key := secret.Version{Number: 1, Text: "secret"}
	rapid.Check(t, func(t *rapid.T) {
		c := &Campaign{ID: ID(rapid.String().Draw(t, "id")), Status: Draft}
		code := NewPasscode()
		if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{8}$`).MatchString(code) {
			t.Fatalf("passcode %q", code)
		}
		if err := c.SetPasscode(key, code); err != nil {
			t.Fatal(err)
		}
		typed := strings.NewReplacer("0", rapid.SampledFrom([]string{"0", "o", "O"}).Draw(t, "zero"),
			"1", rapid.SampledFrom([]string{"1", "i", "L"}).Draw(t, "one")).Replace(strings.ToLower(code))
		if !c.VerifyPasscode(key, " "+typed[:4]+"-"+typed[4:]) {
			t.Fatalf("%q is rejected for %q", typed, code)
		}
		if other := NewPasscode(); other != code && c.VerifyPasscode(key, other) {
			t.Fatal("another passcode is accepted")
		}
		if c.VerifyPasscode(key, "") || c.VerifyPasscode(secret.Version{Number: 1, Text: "other key"}, code) || strings.Contains(c.PasscodeMAC, code) {
			t.Fatal("a blank passcode or another key is accepted")
		}
		if err := c.RemovePasscode(); err != nil || !c.VerifyPasscode(key, "") {
			t.Fatalf("a campaign without a passcode requires one: %v", err)
		}
	})
	closed := &Campaign{Status: Closed}
	if err := closed.SetPasscode(key, "X"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a closed campaign accepts a passcode: %v", err)
	}
}

func TestRenewPasscode_AnotherVersion_KeepsThePasscode(t *testing.T) {
	first, second := secret.Version{Number: 1, Text: "first"}, secret.Version{Number: 2, Text: "second"}
	c := &Campaign{ID: "c", Status: Active}
	if err := c.SetPasscode(first, "ABCD2345"); err != nil || c.PasscodeVersion() != 1 {
		t.Fatalf("version %d, %v; want 1", c.PasscodeVersion(), err)
	}
	c.PasscodeMAC = strings.TrimPrefix(c.PasscodeMAC, "1:") // as rows had it before there was a second version
	if c.PasscodeVersion() != 1 || !c.VerifyPasscode(first, "abcd-2345") {
		t.Errorf("a MAC without a version is of version %d, and does not verify with version 1", c.PasscodeVersion())
	}
	c.RenewPasscode(second, "abcd-2345")
	if c.PasscodeVersion() != 2 || !c.VerifyPasscode(second, "ABCD2345") || c.VerifyPasscode(first, "ABCD2345") {
		t.Errorf("after its renewal the MAC %s is of version %d", c.PasscodeMAC, c.PasscodeVersion())
	}
}
