package organization

import (
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func TestNew_Details_AcceptedOrRejected(t *testing.T) {
	for _, c := range []struct {
		name    string
		details Details
		wantErr string
	}{
		{"all", Details{" Vecinos ", "https://example.org", "We\nknock.", ""}, ""},
		{"name alone", Details{Name: "Vecinos"}, ""},
		{"name with a web address", Details{Name: "Win at evil.com"}, "[name: Leave out the web address"},
		{"no name", Details{Name: " "}, "[name: Give"},
		{"name with NUL", Details{Name: "\x00"}, "[name: Remove the NUL"},
		{"name too long", Details{Name: strings.Repeat("x", 201)}, "[name: Use at most 200"},
		{"website that is none", Details{Name: "n", Website: "our page"}, "[website: Use a web address"},
		{"website of another scheme", Details{Name: "n", Website: "ftp://example.org"}, "[website: Use a web address"},
		{"description too long", Details{Name: "n", Description: strings.Repeat("x", 5001)}, "[description: Use at most 5,000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, owner, err := New(c.details, &user.User{ID: "u", Name: "Ana", Email: "ana@example.org"}, noon)
			if c.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), c.wantErr) {
					t.Errorf("got %v, want an error with %q", err, c.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if o.Name != "Vecinos" || owner.Role != Owner || owner.Organization != o.ID || owner.Email != "ana@example.org" {
				t.Errorf("created %+v with %+v", o, owner)
			}
		})
	}
}

func TestNew_WebsiteWithoutScheme_GetsHTTPS(t *testing.T) {
	for given, want := range map[string]string{
		" example.org ": "https://example.org", "www.example.org/team?a=1": "https://www.example.org/team?a=1", "example.org:8080": "https://example.org:8080",
		"http://example.org": "http://example.org", "https://example.org": "https://example.org", "": "",
	} {
		o, _, err := New(Details{Name: "Vecinos", Website: given}, &user.User{ID: "u", Name: "Ana", Email: "ana@example.org"}, noon)
		if err != nil {
			t.Errorf("%q: %v", given, err)
		} else if o.Website != want {
			t.Errorf("%q becomes %q, want %q", given, o.Website, want)
		}
	}
}

func TestRoles_EachCallerRole_MayGiveOrTake(t *testing.T) {
	owner := func(u user.ID) *Administrator { return &Administrator{User: u, Role: Owner} }
	admin := func(u user.ID) *Administrator { return &Administrator{User: u, Role: Admin} }
	first, second, third := owner("1"), owner("2"), admin("3")
	everyone := []*Administrator{first, second, third}
	alone := []*Administrator{first, third}
	for _, c := range []struct {
		name string
		do   func() error
		want fault.Kind
	}{
		{"owner appoints an owner", func() error { _, err := first.Appoint(&user.User{ID: "9"}, Owner, noon); return err }, ""},
		{"admin appoints an admin", func() error { _, err := third.Appoint(&user.User{ID: "9"}, Admin, noon); return err }, ""},
		{"admin appoints an owner", func() error { _, err := third.Appoint(&user.User{ID: "9"}, Owner, noon); return err }, fault.KindForbidden},
		{"no such role", func() error { _, err := first.Appoint(&user.User{ID: "9"}, "guest", noon); return err }, fault.KindInvalid},
		{"admin raises themselves", func() error { _, err := third.SetRole(third, Owner, everyone); return err }, fault.KindForbidden},
		{"owner steps down", func() error { _, err := first.SetRole(owner("2"), Admin, everyone); return err }, ""},
		{"last owner steps down", func() error { _, err := first.SetRole(first, Admin, alone); return err }, fault.KindConflict},
		{"last owner stays owner", func() error { _, err := first.SetRole(first, Owner, alone); return err }, ""},
		{"admin removes an admin", func() error { _, err := third.CheckRemoval(admin("4"), everyone); return err }, ""},
		{"admin leaves", func() error { _, err := third.CheckRemoval(third, alone); return err }, ""},
		{"admin removes an owner", func() error { _, err := third.CheckRemoval(first, everyone); return err }, fault.KindForbidden},
		{"owner removes an owner", func() error { _, err := first.CheckRemoval(second, everyone); return err }, ""},
		{"last owner leaves", func() error { _, err := first.CheckRemoval(first, alone); return err }, fault.KindConflict},
	} {
		if err := c.do(); fault.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if remaining, _ := first.CheckRemoval(second, everyone); remaining != first {
		t.Errorf("the remaining owner is %+v", remaining)
	}
}
