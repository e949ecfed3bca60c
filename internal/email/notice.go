package email

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// Notice is a message about an invitation to somebody other than the invitee: to an administrator about a request, or to a
// requester about the decision. It is not stored: the request is, and the job, one for each recipient, is deleted once the
// message is sent.
type Notice struct {
	Administrator *organization.Administrator // the recipient as they are now; nil if they left, and for a decision
	Invitation    *invitation.Invitation
	AccessRequest *invitation.AccessRequest // nil for a request for a new invitation
	Decision      bool                      // whether it goes to the requester
}

// Recipient returns the person whom the notice goes to. A requester's address is the one that they verified for the request.
func (n *Notice) Recipient() invitation.Person {
	if n.Decision {
		return n.AccessRequest.Requester
	}
	return invitation.Person{User: n.Administrator.User, Name: n.Administrator.Name, Email: n.Administrator.Email}
}

// Message returns the notice's message, in the invitation's language: no other is known of the inviter, and the requester has
// read the invitation in that one.
func (n *Notice) Message(from *Origin, tokens invitation.Tokens, to Addresses, id string) *Message {
	m, recipient := from.newMessage(n.kind(), n.Invitation), n.Recipient()
	m.MessageID, m.To, m.FirstName = id, recipient.Email, recipient.Name
	if n.AccessRequest != nil {
		m.Requester = n.AccessRequest.Requester
	}
	if n.Decision {
		n.addDecision(m, from, tokens, to)
	} else {
		n.addRequest(m, to)
	}
	return m
}

func (n *Notice) kind() Kind {
	switch {
	case n.Decision && n.AccessRequest.Decision == invitation.Approved:
		return AccessApproved
	case n.Decision:
		return AccessDeclined
	case n.AccessRequest != nil:
		return AccessRequest
	default:
		return NewInvitationRequest
	}
}

// addDecision adds nothing that the invitation's page does not show: neither who was invited nor who decided, to whom an answer
// would go if the organization has no address. The latest link
// is safe to send, whichever link the requester has used: it admits only the invited address and approved logins. The
// unsubscribe link is the invitee's, and is left out.
func (n *Notice) addDecision(m *Message, from *Origin, tokens invitation.Tokens, to Addresses) {
	m.ReplyTo = from.organizationAddress()
	if m.Kind == AccessApproved {
		m.Page, m.Expires = to.page("i", tokens.Accept(n.Invitation)), n.AccessRequest.ApprovedUntil.In(from.location())
	}
}

// addRequest adds who was invited, and a link to a page that requires a sign-in and grants nothing by itself.
func (n *Notice) addRequest(m *Message, to Addresses) {
	i := n.Invitation
	m.Invitee = invitation.Invitee{Email: i.Email, FirstName: i.FirstName, LastName: i.LastName, Language: i.Language}
	m.ForInviter = n.Administrator.User == i.InvitedBy.User
	path := []string{"a", "c", string(i.Campaign), string(i.ID)}
	if i.Campaign == "" {
		path = []string{"a", "o", string(i.Organization), string(i.ID)}
	}
	if n.AccessRequest != nil {
		path = append(path, string(n.AccessRequest.ID))
	}
	m.Page = to.page(path...)
}

// ShouldSend reports whether the notice is still news: to an administrator, while nobody has decided or sent a new invitation;
// to a requester, while the decision stands and the invitation can be accepted. c is nil for an invitation to administer.
func (n *Notice) ShouldSend(c *campaign.Campaign, at time.Time) bool {
	switch {
	case n.Decision:
		return n.AccessRequest.DecisionStands(n.Invitation, c, at)
	case n.AccessRequest != nil:
		return n.AccessRequest.AwaitsDecision(n.Invitation)
	default:
		return n.Invitation.AwaitsResend()
	}
}
