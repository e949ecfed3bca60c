package ses

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
)

const englishFallback = "If the button does not work, copy this address into your browser:"

var englishRoles = map[organization.Role]string{organization.Admin: "an administrator", organization.Owner: "an owner"}

func englishInvitation(m *email.Message) texts {
	t := texts{
		Language: "en",
		Subject:  fmt.Sprintf("%s invites you to %s", m.Inviter, m.Campaign),
		Greeting: fmt.Sprintf("Hello %s,", m.FirstName),
		Lead:     fmt.Sprintf("%s of %s invites you to join “%s”.", m.Inviter, m.Organization, m.Campaign),
		Body: fmt.Sprintf("You'll talk with people you already know: friends, family, neighbors. You received this email because %s "+
			"entered your address at %s.", m.Inviter, m.Organization),
		Button:      "Accept the invitation",
		Until:       "The link works until",
		Fallback:    englishFallback,
		Note:        "If you don't want to join, do nothing. The link is for you alone: please don't pass it on.",
		Unsubscribe: fmt.Sprintf("Unsubscribe from %s:", m.Organization),
	}
	if m.Role != "" {
		t.Subject = fmt.Sprintf("%s invites you to administer %s", m.Inviter, m.Organization)
		t.Lead = fmt.Sprintf("%s invites you to be %s of %s.", m.Inviter, englishRoles[m.Role], m.Organization)
		t.Body = fmt.Sprintf("You'll run the organization's campaigns and see the people in them. You received this email because %s "+
			"entered your address at %s.", m.Inviter, m.Organization)
	}
	return t
}

func englishAccessRequest(m *email.Message) texts {
	return texts{
		Language: "en",
		Subject:  fmt.Sprintf("Request to join %s with another address", englishTarget(m)),
		Greeting: fmt.Sprintf("Hello %s,", m.FirstName),
		Lead:     fmt.Sprintf("%s (%s) asks to join %s.", m.Requester.Name, m.Requester.Email, englishTarget(m)),
		Body: fmt.Sprintf("They have the link of the invitation for %s (%s), and signed in with another address. %s",
			m.Invitee.Name(), m.Invitee.Email, englishReason(m)),
		Button:   "Review the request",
		Fallback: englishFallback,
		Note:     "Approve it only if you know this person. Opening the page decides nothing: you sign in, then you choose.",
	}
}

func englishNewInvitationRequest(m *email.Message) texts {
	return texts{
		Language: "en",
		Subject:  "Request for a new invitation to " + englishTarget(m),
		Greeting: fmt.Sprintf("Hello %s,", m.FirstName),
		Lead: fmt.Sprintf("Someone with the link for %s (%s) asks for a new invitation to %s.",
			m.Invitee.Name(), m.Invitee.Email, englishTarget(m)),
		Body:     "The link no longer works. " + englishReason(m),
		Button:   "View the invitation",
		Fallback: englishFallback,
		Note:     "Opening the page sends nothing: you sign in, then you choose. A new email goes to the invited address only.",
	}
}

func englishApproved(m *email.Message) texts {
	return texts{
		Language: "en",
		Subject:  "You can join " + englishTarget(m),
		Greeting: fmt.Sprintf("Hello %s,", m.FirstName),
		Lead:     fmt.Sprintf("You can join %s with %s.", englishTarget(m), m.Requester.Email),
		Body: fmt.Sprintf("You asked %s for this, and it was approved. Sign in with %s, as you did when you asked: the approval is for that "+
			"login only.", m.Organization, m.Requester.Email),
		Button:   "Open the invitation",
		Until:    "You can accept until",
		Fallback: englishFallback,
		Note: fmt.Sprintf("If the page says that the invitation has expired or was replaced, choose “Sign in with another address” and use "+
			"%s. If you don't want to join, do nothing.", m.Requester.Email),
	}
}

func englishDeclined(m *email.Message) texts {
	return texts{
		Language: "en",
		Subject:  fmt.Sprintf("Your request to join %s was declined", englishTarget(m)),
		Greeting: fmt.Sprintf("Hello %s,", m.FirstName),
		Lead:     fmt.Sprintf("Your request to join %s with %s was declined.", englishTarget(m), m.Requester.Email),
		Body:     "If the invitation was sent to another address of yours, open its link and sign in with that address.",
		Note:     fmt.Sprintf("You received this email because you sent a request to %s. You don't have to do anything.", m.Organization),
	}
}

func englishTarget(m *email.Message) string {
	if m.Role != "" {
		return "the administrators of " + m.Organization
	}
	return fmt.Sprintf("“%s”", m.Campaign)
}

func englishReason(m *email.Message) string {
	if m.ForInviter {
		return fmt.Sprintf("You received this email because you invited %s at %s.", m.Invitee.FirstName, m.Organization)
	}
	return fmt.Sprintf("You received this email because you own %s, and %s, who sent the invitation, is no longer an administrator.",
		m.Organization, m.Inviter)
}

func englishDate(at time.Time) string { return at.Format("Monday, ") + text.EnglishTime(at) }
