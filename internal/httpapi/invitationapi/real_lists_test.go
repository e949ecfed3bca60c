package invitationapi_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// importFile imports a file of testdata/lists and returns the report.
func (g *invitationListFixture) importFile(name, query string) *httpapitest.Reply {
	g.T.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", "lists", name))
	if err != nil {
		g.T.Fatal(err)
	}
	return g.owner.Do(http.MethodPost, g.at+"/import"+query, file, "key-"+name+fmt.Sprint(len(query)))
}

func TestImportList_FileOfAnotherTool_InvitesEveryPerson(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	owner := d.SignIn("olivia")
	organization := d.CreateOrganization(owner, "Neighbors")
	three := "ana.list@example.org Ana Núñez, bo.list@example.org Bo Lee, zoe.list@example.org Zoë O'Brien"
	for file, want := range map[string]string{
		"google-contacts-2024.csv": three, "outlook.csv": three, "nationbuilder.csv": three, "van-export.csv": three, "actblue.csv": three,
		"rally-mobilizers.csv": three, "full-name-column.csv": three, "kith-invitations.csv": three,
		"no-last-name.csv":                     "ana.list@example.org Ana , bo.list@example.org Bo , zoe.list@example.org Zoë ",
		"spanish-two-surnames.csv":             "ana@example.org Ana Ríos, jose@example.org José Pérez",
		"language-column-of-another-tool.csv":  "an@example.org An Tran, el@example.org El Paso, li@example.org Li Wu",
		"non-ascii-addresses.csv":              "idn@xn--exmple-qta.org Idn Ü",
		"only-second-email.csv?Email%202":      "ann@example.org Ann Lee",
		"full-name-column.csv?name_is_a_name=": three,
	} {
		name, column, mapped := strings.Cut(file, "?")
		g := newInvitationListFixtureIn(d, owner, organization, strings.NewReplacer(".", "-", "?", "-", "%", "-", "=", "", "_", "-").Replace(strings.ToLower(file)))
		query := ""
		if mapped && strings.HasPrefix(column, "Email") {
			query = "?email_column=" + column
		} else if mapped {
			query = "?name_column=name"
		}
		report := g.importFile(name, query).ExpectStatus(http.StatusOK)
		var invited []string
		for _, i := range g.invitations() {
			invited = append(invited, strings.Join([]string{i.Email, i.FirstName, i.LastName}, " "))
		}
		slices.Sort(invited)
		if got := strings.Join(invited, ", "); got != want {
			t.Errorf("%s invites %q, want %q: %s", file, got, want, report.Raw)
		}
	}
}

func TestImportList_OddOptionalValue_InvitesWithWarning(t *testing.T) {
	t.Parallel()
	g := newInvitationListFixture(t)
	report := g.importFile("language-column-of-another-tool.csv", "").ExpectStatus(http.StatusOK)
	if got := fmt.Sprint(report.List("warnings")); report.Number("invited") != 3 || strings.Count(got, "language") != 4 || !strings.Contains(got, "row:2") || !strings.Contains(got, "row:3") {
		t.Errorf("the languages are reported as %s", report.Raw)
	}
	if i := g.invitations()["el@example.org"]; i == nil || i.Language != "es" {
		t.Errorf("the person with ES gets %+v", i)
	}
	file := []byte("email,first_name,last_name\nodd@example.org,Odd,\"N\ufffdez\"\nlong@example.org,Long," + strings.Repeat("x", 101) + "\n")
	odd := g.owner.Do(http.MethodPost, g.at+"/import", file, "odd").ExpectStatus(http.StatusOK)
	if odd.Number("invited") != 2 || strings.Count(odd.Raw, "The last name is left out.") != 2 {
		t.Errorf("odd last names are reported as %s", odd.Raw)
	}
}

func TestPreviewList_UnknownColumns_AsksForThem(t *testing.T) {
	t.Parallel()
	g := newInvitationListFixture(t)
	refused := g.importFile("only-second-email.csv", "").ExpectProblem(http.StatusUnprocessableEntity, "columns_unknown", "Choose the columns")
	if got := fmt.Sprint(refused.Value("columns")); got != "[First Name Last Name Email 2]" {
		t.Errorf("the headings are %s", got)
	}
	g.importFile("only-second-email.csv", "?email_column=Email%203").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "no column with this heading")
	if len(g.invitations()) != 2 {
		t.Error("a refused list invited somebody")
	}
}

func TestImportList_AddressThatSESRefuses_GivesReason(t *testing.T) {
	t.Parallel()
	g := newInvitationListFixture(t)
	report := g.importFile("non-ascii-addresses.csv", "").ExpectStatus(http.StatusOK)
	if report.Number("invited") != 1 || report.Number("malformed") != 1 || !strings.Contains(report.Raw, "before the @") {
		t.Errorf("the report is %s", report.Raw)
	}
}

func TestCreateInvitation_InternationalDomainAndInvisibleMarks_AreNormalized(t *testing.T) {
	t.Parallel()
	g := newInvitationListFixture(t)
	for given, want := range map[string]string{
		"uma@ExÁmple.org":                         "uma@xn--exmple-qta.org",
		"\u200eo\u200bla\u00ad@exam\u2060ple.org": "ola@example.org",
	} {
		created := g.owner.Post(g.at, map[string]any{"email": given, "first_name": "Uma"}).ExpectStatus(http.StatusCreated)
		if created.Text("email") != want {
			t.Errorf("%q is invited as %q, want %q", given, created.Text("email"), want)
		}
	}
	g.owner.Post(g.at, map[string]any{"email": "josé@example.org", "first_name": "Uma"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "before the @")
}

func TestCreateInvitation_WithoutLastName_Invites(t *testing.T) {
	t.Parallel()
	g := newInvitationListFixture(t)
	created := g.owner.Post(g.at, map[string]any{"email": "uma@example.org", "first_name": "Uma"}).ExpectStatus(http.StatusCreated)
	if created.Text("first_name") != "Uma" || created.Text("last_name") != "" {
		t.Errorf("the invitation is %s", created.Raw)
	}
}
