package sending_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// newRequestFixture returns a fixture with a pending access request for each invitation, and an owner. Its jobs are those of the
// notices to administrators.
func newRequestFixture(t *testing.T, tables openStore, requests int) (*sendingFixture, *organization.Administrator) {
	t.Helper()
	f := newSendingFixture(t, tables, requests)
	f.send()
	f.sweepUntilIdle()
	f.mailer.sent, f.jobs = nil, nil
	owner := &organization.Administrator{
		Organization: f.org.ID, User: "owner", Role: organization.Owner, Name: "Owen", Email: "owen@example.org", AddedAt: f.at,
	}
	f.commit(f.store.CreateAdministrator(owner))
	for n, i := range f.invitations {
		r := invitation.NewAccessRequest(i, invitation.Person{User: "eve", Name: "Eve", Email: "eve@example.org"}, f.at)
		to := []*organization.Administrator{owner}
		if n%2 == 1 { // to the inviter, who is not an administrator
			to = []*organization.Administrator{{Organization: owner.Organization, User: i.InvitedBy.User}}
		}
		f.commit(append(f.store.CreateAccessRequest(r), f.store.CreateNotices(i, to, r.Requester.User, f.at, f.now)...))
	}
	jobs, err := f.store.PendingMailJobs(t.Context(), "")
	f.ok(err)
	for _, j := range jobs {
		f.jobs = append(f.jobs, j.ID)
	}
	return f, owner
}

// newDecisionFixture returns a fixture whose access requests have been approved. Its jobs are those of the notices to the
// requesters.
func newDecisionFixture(t *testing.T, tables openStore, requests int) *sendingFixture {
	t.Helper()
	f, _ := newRequestFixture(t, tables, requests)
	f.send()
	f.sweepUntilIdle()
	f.mailer.sent, f.jobs = nil, f.decide((*invitation.AccessRequest).Approve)
	return f
}

// decide decides on each access request, and returns the jobs of the notices.
func (f *sendingFixture) decide(decision func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error)) []string {
	f.t.Helper()
	var jobs []string
	for _, made := range f.invitations {
		i, err := f.store.Invitation(f.t.Context(), made.Target(), made.ID)
		f.ok(err)
		r := f.accessRequest(i)
		changed, err := decision(r, i, invitation.Person{User: "owner", Name: "Owen"}, f.at)
		f.ok(err)
		if !changed {
			f.t.Fatal("the decision is not new")
		}
		f.commit(append(f.store.UpdateAccessRequest(r), f.store.CreateDecisionNotice(i, r, f.at, f.now)...))
		jobs = append(jobs, r.DecisionID(r.Version+1))
	}
	return jobs
}

func (f *sendingFixture) accessRequest(i *invitation.Invitation) *invitation.AccessRequest {
	f.t.Helper()
	r, err := f.store.AccessRequest(f.t.Context(), i, "eve")
	f.ok(err)
	return r
}

// Every notice is sent once, also one whose addressee is no longer an administrator, and twice only if the sender crashes
// between the acceptance by the service and its record.
func TestSender_CrashAtEachCallOfNotices_SendsOnce(t *testing.T) {
	t.Parallel()
	const notices = 2
	for to, newFixture := range map[string]func(*testing.T, openStore, int) *sendingFixture{
		"owen@example.org": func(t *testing.T, tables openStore, requests int) *sendingFixture {
			f, _ := newRequestFixture(t, tables, requests)
			return f
		},
		"eve@example.org": newDecisionFixture,
	} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			repeats := 0
			eachCrash(t, func(c *crash) {
				f := newFixture(t, c.tables, notices)
				_ = f.sender(c.crashing).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute)
				unrecorded := len(f.mailer.sent) - (notices - f.pending())
				repeats += unrecorded
				f.sweepUntilIdle()
				if len(f.mailer.sent) != notices+unrecorded || f.pending() != 0 {
					t.Errorf("%s: %d emails, want %d and %d repeated; %d pending", c.at, len(f.mailer.sent), notices, unrecorded, f.pending())
				}
				for _, recipient := range f.mailer.sent {
					if recipient != to {
						t.Errorf("%s: sent to %s, want %s", c.at, recipient, to)
					}
				}
			})
			if repeats == 0 {
				t.Error("no crash between acceptance and record: the test does not cover it")
			}
		})
	}
}

// The requester gets the decision that stands, once, with a link that works, unless it makes no difference anymore.
func TestSender_Decision_IsSentWhileItStands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		then func(*sendingFixture)
		want email.Kind // empty for no notice
	}{
		"approved":      {func(*sendingFixture) {}, email.AccessApproved},
		"then declined": {func(f *sendingFixture) { f.decide((*invitation.AccessRequest).Decline) }, email.AccessDeclined},
		"then declined and approved": {
			func(f *sendingFixture) {
				f.decide((*invitation.AccessRequest).Decline)
				f.decide((*invitation.AccessRequest).Approve)
			}, email.AccessApproved,
		},
		"invitation expired": {
			func(f *sendingFixture) { f.updateInvitation(func(i *invitation.Invitation) { i.ExpiresAt = f.at }) }, email.AccessApproved,
		},
		"approval expired":   {func(f *sendingFixture) { f.at = f.at.Add(invitation.ApprovalLifetime) }, ""},
		"invitation revoked": {func(f *sendingFixture) { f.updateInvitation(func(i *invitation.Invitation) { i.RevokedAt = f.at }) }, ""},
		"invitation accepted": {
			func(f *sendingFixture) {
				f.updateInvitation(func(i *invitation.Invitation) { i.AcceptRole("v", f.at) })
			}, "",
		},
		"invited again": {
			func(f *sendingFixture) {
				f.updateInvitation(func(i *invitation.Invitation) { i.OpenedGeneration = i.Generation + 1 })
			}, "",
		},
		"requested again": {func(f *sendingFixture) {
			r := f.accessRequest(f.invitations[0])
			r.Decision = invitation.Pending
			f.commit(f.store.UpdateAccessRequest(r))
		}, ""},
		"campaign closed":             {(*sendingFixture).closeCampaign, ""},
		"requester's address bounced": {func(f *sendingFixture) { f.suppress("eve@example.org") }, ""},
		"invitee has unsubscribed":    {func(f *sendingFixture) { f.suppress(f.invitations[0].Email) }, email.AccessApproved},
		"sent to the invitee again": {
			func(f *sendingFixture) {
				f.updateInvitation(func(i *invitation.Invitation) {
					f.ok(i.Resend(f.inviter, nil, f.tokens, invitation.Lifetime, f.at))
					i.RecordSent(i.Generation, invitation.Lifetime, f.at)
				})
			}, email.AccessApproved,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newDecisionFixture(t, newTables(t), 1)
			var messages []*email.Message
			f.mailer.respond = func(m *email.Message) error { messages = append(messages, m); return nil }
			c.then(f)
			f.send()
			f.sweepUntilIdle()
			if f.pending() != 0 {
				t.Errorf("%d jobs are pending", f.pending())
			}
			if c.want == "" {
				if len(messages) != 0 {
					t.Errorf("sent %+v", messages)
				}
				return
			}
			want := &email.Message{
				Kind: c.want, Invitation: f.invitations[0].ID, Generation: f.invitations[0].Generation, OrganizationID: f.org.ID, CampaignID: string(f.campaign.ID),
				To: "eve@example.org", FirstName: "Eve", Language: invitation.English, Organization: f.org.Name, Campaign: f.campaign.Name,
				Inviter: f.inviter.Name, Requester: invitation.Person{User: "eve", Name: "Eve", Email: "eve@example.org"},
			}
			if c.want == email.AccessApproved {
				want.Page = "https://kith.example/i/" + f.tokens.Accept(f.invitations[0])
				want.Expires = f.at.Add(invitation.ApprovalLifetime)
			}
			if len(messages) == 1 {
				want.MessageID = messages[0].MessageID
			}
			if diff := cmp.Diff([]*email.Message{want}, messages); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

// A change between reading a decision and claiming its notice keeps the notice from being sent.
func TestClaimNotice_Changed_Conflicts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*sendingFixture){
		"declined":   func(f *sendingFixture) { f.decide((*invitation.AccessRequest).Decline) },
		"suppressed": func(f *sendingFixture) { f.suppress("eve@example.org") },
		"revoked":    func(f *sendingFixture) { f.updateInvitation(func(i *invitation.Invitation) { f.ok(i.Revoke(f.at)) }) },
		"":           func(*sendingFixture) {},
	} {
		f := newDecisionFixture(t, newTables(t), 1)
		j, err := f.store.Job(t.Context(), f.jobs[0])
		f.ok(err)
		n, err := f.store.Notice(t.Context(), j)
		f.ok(err)
		change(f)
		if err := f.store.ClaimNotice(t.Context(), n, j); fault.Is(err, fault.KindConflict) != (name != "") || err != nil && name == "" {
			t.Errorf("%q: ClaimNotice: %v", name, err)
		}
	}
}

func TestSender_StoppedOrganization_HoldsDecision(t *testing.T) {
	t.Parallel()
	f := newDecisionFixture(t, newTables(t), 1)
	f.addSent(200, 7)
	f.send()
	held, err := f.store.HeldMailJobs(t.Context(), f.org.ID)
	f.ok(err)
	if len(f.mailer.sent) != 0 || len(held) != 1 || held[0].ID != f.jobs[0] {
		t.Errorf("while stopped: sent to %v, held %v", f.mailer.sent, held)
	}
	f.resume()
	if len(f.mailer.sent) != 1 || f.pending() != 0 {
		t.Errorf("after resuming: sent to %v, %d pending", f.mailer.sent, f.pending())
	}
}

// A notice to an administrator is not sent after the decision, to a suppressed address, or to nobody.
func TestSender_OutdatedNotice_SendsNothing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*sendingFixture, *organization.Administrator){
		"decided": func(f *sendingFixture, owner *organization.Administrator) {
			r := f.accessRequest(f.invitations[0])
			_, err := r.Decline(f.invitations[0], invitation.Person{User: owner.User}, f.at)
			f.ok(err)
			f.commit(f.store.UpdateAccessRequest(r))
		},
		"suppressed": func(f *sendingFixture, owner *organization.Administrator) { f.suppress(owner.Email) },
		"left": func(f *sendingFixture, owner *organization.Administrator) {
			f.commit(f.store.DeleteAdministrator(owner))
		},
	} {
		f, owner := newRequestFixture(t, newTables(t), 1)
		change(f, owner)
		f.send()
		f.sweepUntilIdle()
		if len(f.mailer.sent) != 0 || f.pending() != 0 {
			t.Errorf("%s: sent to %v, %d pending", name, f.mailer.sent, f.pending())
		}
	}
}
