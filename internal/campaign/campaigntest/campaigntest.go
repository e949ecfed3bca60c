// Package campaigntest stores an organization with a campaign and its people, for the tests of use cases.
package campaigntest

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

func init() {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // use cases log the faults that tests inject; a passing test prints nothing
}

// Fixture is an organization with an owner and an active campaign, in empty tables.
type Fixture struct {
	*testing.T
	Store        *dynamo.Store
	Owner        *user.User
	Organization *organization.Organization
	Campaign     *campaign.Campaign
	Now          time.Time
}

// New returns a fixture.
func New(t *testing.T) *Fixture {
	t.Helper()
	db, tables := dynamotest.New(t)
	f := &Fixture{T: t, Store: dynamo.New(db, dynamo.Tables(tables)), Now: time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)}
	f.Owner = f.NewUser("Olivia")
	o, owner, err := organization.New(organization.Details{Name: "Neighbors"}, f.Owner, f.Now)
	f.Must(err)
	c, err := campaign.New(o.ID, campaign.Details{Name: "Fall Turnout", Slug: "fall-turnout"}, f.Now)
	f.Must(err)
	c.Question.Text = "Will they vote?"
	f.Must(c.Publish(f.Now))
	f.Organization, f.Campaign = o, c
	f.Commit(f.Store.CreateOrganization(o), f.Store.CreateAdministrator(owner), f.createPerson(f.Owner), f.Store.CreateCampaign(c))
	return f
}

// Must fails the test if there is an error.
func (f *Fixture) Must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// MustFail fails the test unless the error has the kind and the code, "" for none.
func (f *Fixture) MustFail(err error, kind fault.Kind, code string) {
	f.Helper()
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok || refusal.Kind != kind || refusal.Code != code {
		f.Fatalf("the error is %v, want %s %s", err, kind, code)
	}
}

// Commit commits writes in one transaction.
func (f *Fixture) Commit(writes ...[]dynamo.Write) {
	f.Helper()
	f.Must(f.Store.Commit(f.Context(), slices.Concat(writes...)...))
}

// NewUser stores a user who has signed in. The address is the name at example.org.
func (f *Fixture) NewUser(name string) *user.User {
	f.Helper()
	u := &user.User{ID: user.ID(id.At(f.Now)), Name: name, Email: strings.ToLower(name) + "@example.org", CreatedAt: f.Now}
	f.Commit(
		f.Store.CreateUser(u, &user.Login{Issuer: "https://issuer.test", Subject: name, User: u.ID}),
		f.Store.PutVerifiedEmail(&user.VerifiedEmail{Email: u.Email, User: u.ID}),
	)
	return u
}

// NewMobilizer stores a user who has joined the campaign, with or without consent to share the email address.
func (f *Fixture) NewMobilizer(name string, consent bool) *mobilizer.Mobilizer {
	f.Helper()
	u := f.NewUser(name)
	m := mobilizer.Join(f.Campaign, u, user.PersonID(u.ID), mobilizer.JoinInput{
		Profile: mobilizer.Profile{FirstName: name, LastName: "Lee"}, Consent: consent,
	}, f.Now)
	f.Commit(f.createPerson(u), f.Store.CreateMembership(m))
	return m
}

// createPerson returns the write of a user's person in the organization.
func (f *Fixture) createPerson(u *user.User) []dynamo.Write {
	return f.Store.CreatePerson(&organization.Person{ID: user.PersonID(u.ID), User: u.ID, Organization: f.Organization.ID})
}

// CloseCampaign closes the campaign.
func (f *Fixture) CloseCampaign() {
	f.Helper()
	f.Must(f.Campaign.Close(f.Now))
	f.Commit(f.Store.UpdateCampaign(f.Campaign))
}

// Jobs returns the unfinished jobs, whenever they are due, in the order of their due times.
func (f *Fixture) Jobs() []*job.Job {
	f.Helper()
	jobs, err := f.Store.PendingMailJobs(f.Context(), "")
	f.Must(err)
	// Of the jobs that send email, OverdueJobs returns at most one a partition.
	ids, err := f.Store.OverdueJobs(f.Context(), time.Now().AddDate(1, 0, 0), 100)
	f.Must(err)
	for _, id := range ids {
		if slices.ContainsFunc(jobs, func(j *job.Job) bool { return j.ID == id }) {
			continue
		}
		other, err := f.Store.Job(f.Context(), id)
		f.Must(err)
		jobs = append(jobs, other)
	}
	slices.SortFunc(jobs, func(a, b *job.Job) int { return a.DueAt.Compare(b.DueAt) })
	return jobs
}
