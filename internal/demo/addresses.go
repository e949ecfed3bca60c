package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/kithhq/kith/internal/apiclient"
	"github.com/kithhq/kith/internal/demo/plan"
)

// detailsFile is the file of the details, in the local cloud's state folder.
const detailsFile = "demo.json"

// details are the facts about a demo that nobody can look up later, and the people to sign in as. They are stored, so that
// later runs can print them.
type details struct {
	Campaign     string         `json:"campaign"` // id
	Name         string         `json:"name"`
	Slug         string         `json:"slug"`
	Passcode     string         `json:"passcode"`
	ServiceToken string         `json:"service_token"`
	ActionItem   string         `json:"action_item"` // a multiple choice question, for exports of a single one
	People       []personDetail `json:"people"`
	App          []appDetail    `json:"app"`
}

type personDetail struct {
	Email string `json:"email"`
	Role  string `json:"role"`
}

// appDetail is a mobilizer who has people to talk to next in the mobilizers' app.
type appDetail struct {
	Email      string `json:"email"`
	Contacts   int    `json:"contacts"`
	Unanswered int    `json:"unanswered"` // contacts without an answer to the Key Question
}

// details returns the facts about a demo that is complete.
func (p *player) details(serviceToken string) *details {
	active, closed := p.plan.Active, p.plan.Closed
	return &details{
		Campaign: active.ID, Name: active.Name, Slug: active.Slug, Passcode: active.Passcode, ServiceToken: serviceToken,
		ActionItem: active.FirstQuestion().ID,
		People: []personDetail{
			{p.owner.Email, "owner of " + active.Organization},
			{p.stranger.Email, "owner of " + closed.Organization},
			{active.Mobilizers[0].Email, "administrator, and mobilizer of two campaigns"},
			{active.Mobilizers[1].Email, "mobilizer without contacts"},
		},
		App: []appDetail{newAppDetail(active, 2), newAppDetail(active, 4)},
	}
}

// newAppDetail counts the contacts of the mobilizer with an index.
func newAppDetail(c *plan.Campaign, index int) appDetail {
	m := c.Mobilizers[index]
	d := appDetail{Email: m.Email}
	for _, k := range m.Contacts {
		s := k.State(c.Location)
		if s.Removed {
			continue
		}
		d.Contacts++
		if s.Response == plan.None {
			d.Unanswered++
		}
	}
	return d
}

// readDetails returns the stored details of the folder, or nil if there are none.
func readDetails(folder string) (*details, error) {
	if folder == "" {
		return nil, nil //nolint:nilnil // nothing is stored
	}
	text, err := os.ReadFile(filepath.Join(folder, detailsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no demo is no error
	}
	if err != nil {
		return nil, err
	}
	d := &details{}
	return d, json.Unmarshal(text, d)
}

// write stores the details in the folder, readable by its owner only.
func (d *details) write(folder string) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, detailsFile), append(text, '\n'), 0o600)
}

// printAddresses prints the pages, the people to sign in as, the API and the tools. d is nil if there is no complete demo.
func (o options) printAddresses(out io.Writer, cloud apiclient.Cloud, d *details) {
	// Errors of writing are ignored: nothing follows.
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	defer w.Flush() //nolint:errcheck // see above
	fmt.Fprintf(w, "\nPages\n  Dashboard\t%s/\n", cloud.Site)
	if d != nil {
		fmt.Fprintf(w, "  Landing page\t%s/j/%s\tjoin %s with the passcode %s\n", cloud.Site, d.Slug, d.Name, d.Passcode)
	}
	fmt.Fprintf(w, "  Inbox\t%s\tall email that Kith sends\n", cloud.Inbox)
	if d != nil {
		fmt.Fprintf(w, "\nMobilizers' app, for a phone's width: sign in as the mobilizer beside the address\n")
		for _, m := range d.App {
			fmt.Fprintf(w, "  %s/m/%s\t%s\t%d contacts, %d of them to ask\n", cloud.Site, d.Campaign, m.Email, m.Contacts, m.Unanswered)
		}
		fmt.Fprintf(w, "\nSign in as any email address and name, for example\n")
		for _, person := range d.People {
			fmt.Fprintf(w, "  %s\t%s\n", person.Email, person.Role)
		}
	}
	fmt.Fprintf(w, "\nAPI and tools\n")
	fmt.Fprintf(w, "  API\t%s\n", cloud.API)
	fmt.Fprintf(w, "  Description\t%s/openapi.json\n", cloud.Site)
	if d != nil {
		fmt.Fprintf(w, "  Service token\t%s\tfor the exports of %s\n", d.ServiceToken, d.Name)
		fmt.Fprintf(w, "  Exports\tmake demo-files\tdownloads all of them with the service token\n")
	}
	fmt.Fprintf(w, "  Sign-in\t%s\n", cloud.Issuer)
	fmt.Fprintf(w, "  Clock, logs\t%[1]s/clock, %[1]s/logs\n", cloud.Control)
	fmt.Fprintf(w, "  Walkthrough\tdocs/walk.md\n")
	if o.cloud == "-" { // make run, which pipes the addresses
		fmt.Fprintf(w, "\nKith is running. Press Ctrl-C to stop it.\n")
	}
	fmt.Fprintln(w)
}
