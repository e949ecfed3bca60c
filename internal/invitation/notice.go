package invitation

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// Notice is a mail about an invitation that goes to somebody else than the invited one: to an administrator what is asked,
// to whoever asked what was decided. It is no record of its own: what it tells of is kept already, and the job, one a
// recipient, is gone once the mail is out.
type Notice struct {
	Administrator *organization.Administrator // as they are now; nil when they administer no longer, and for a decision
	Invitation    *Invitation
	AccessRequest *AccessRequest // nil: somebody asks for a new invitation
	Decision      bool           // it tells whoever asked; else an administrator
}

// Recipient returns whom it tells, and where. The address of whoever asked is the one that they proved then.
func (n *Notice) Recipient() Person {
	if n.Decision {
		return n.AccessRequest.Requester
	}
	return Person{n.Administrator.User, n.Administrator.Name, n.Administrator.Email}
}

// Message writes the mail, in the invitation's language: no other is known of its inviter, and whoever asked has read it in
// that one.
func (n *Notice) Message(s *EmailContext, tokens Tokens, to Addresses, message string) Message {
	kind := NewInvitationRequestMessage
	switch {
	case n.Decision && n.AccessRequest.Decision == Approved:
		kind = AccessApprovedMessage
	case n.Decision:
		kind = AccessDeclinedMessage
	case n.AccessRequest != nil:
		kind = AccessRequestMessage
	}
	letter, told := s.about(kind, n.Invitation), n.Recipient()
	letter.MessageID, letter.To, letter.FirstName = message, told.Email, told.Name
	if n.AccessRequest != nil {
		letter.Requester = n.AccessRequest.Requester
	}
	if n.Decision {
		n.decided(&letter, tokens, to)
	} else {
		n.asked(&letter, to)
	}
	return letter
}

// decided says what whoever asked needs to know, and nothing that the invitation's page would not tell them: neither who was
// invited nor who decided. The link is the latest, which leads to that page; it lets in nobody but the invited address and
// the logins that were approved, so that whoever asked may have it, whichever one they asked with. What takes an address off
// the mail is the invited one's, and stays with it.
func (n *Notice) decided(letter *Message, tokens Tokens, to Addresses) {
	if letter.Kind == AccessApprovedMessage {
		letter.Page, letter.Expires = to.page("i", tokens.Accept(n.Invitation)), n.AccessRequest.ApprovedUntil.UTC()
	}
}

// asked says who was invited, and leads to a page that asks for a sign-in, and grants nothing by itself.
func (n *Notice) asked(letter *Message, to Addresses) {
	i := n.Invitation
	letter.Invitee = Invitee{Email: i.Email, FirstName: i.FirstName, LastName: i.LastName, Language: i.Language}
	letter.ForInviter = n.Administrator.User == i.InvitedBy.User
	place := []string{"a", "c", string(i.Campaign), string(i.ID)}
	if i.Campaign == "" {
		place = []string{"a", "o", string(i.Organization), string(i.ID)}
	}
	if n.AccessRequest != nil {
		place = append(place, string(n.AccessRequest.ID))
	}
	letter.Page = to.page(place...)
}

// ShouldSend reports whether it is still to be told: to an administrator, when nobody has decided or sent a new invitation; to
// whoever asked, when the decision still stands, and somebody can accept. c is nil for an invitation to administer.
func (n *Notice) ShouldSend(c *campaign.Campaign, at time.Time) bool {
	i, k := n.Invitation, n.AccessRequest
	switch {
	case n.Decision:
		return k.State(i, at) != Lapsed && i.undecided(at) == nil && taking(c) == nil
	case k != nil:
		return k.Decision == Pending && k.Generation >= i.OpenedGeneration
	}
	return i.NewRequestedGeneration == i.Generation
}

// claimNotice takes a job whose mail tells something about an invitation, and returns its letter: nil when there is none to
// be sent any more, or somebody else has the job.
func (r *run) claimNotice(ctx context.Context, j *job.Job) (*Message, error) {
	n, err := r.Store.Notice(ctx, j)
	if fault.Is(err, fault.KindNotFound) {
		return nil, r.finish(ctx, j)
	}
	if err != nil {
		return nil, err
	}
	sheet, err := r.Store.EmailContext(ctx, n.Invitation)
	if err != nil {
		return nil, err
	}
	if !n.ShouldSend(sheet.Campaign, r.sentAt(j)) {
		return nil, r.finish(ctx, j)
	}
	if n.Administrator == nil && !n.Decision {
		return nil, job.IgnoreConflict(r.Store.ReassignNotice(ctx, n, j, r.Now()))
	}
	suppressed, err := r.Store.Suppression(ctx, n.Invitation.Organization, n.Recipient().Email)
	if err != nil {
		return nil, err
	}
	if suppressed != nil {
		return nil, r.finish(ctx, j)
	}
	if held, err := r.holdIfStopped(ctx, n.Invitation.Organization, j); held || err != nil {
		return nil, err
	}
	if err := j.Claim(j.Version, r.Now()); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	if err := r.Store.ClaimNotice(ctx, n, j); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	letter := n.Message(sheet, r.Tokens, r.Addresses, j.ID)
	return &letter, nil
}
