package ses

import (
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/invitation"
)

// texts are the sentences of a message, in order.
type texts struct {
	Language    string
	Subject     string // of a notice: nothing that a stranger has chosen, such as the requester's name
	Greeting    string
	Lead        string // what the message is about
	Body        string
	Button      string // empty if the message has no page
	Until       string // precedes the date; empty for none
	Fallback    string // what to do if the button does not work
	Note        string
	Unsubscribe string // precedes the URL
}

// language writes the texts of messages in one language.
type language struct {
	texts map[email.Kind]func(*email.Message) texts
	date  func(at time.Time) string
}

var languages = map[invitation.Language]language{
	invitation.English: {
		map[email.Kind]func(*email.Message) texts{
			email.Invitation: englishInvitation, email.AccessRequest: englishAccessRequest,
			email.NewInvitationRequest: englishNewInvitationRequest, email.AccessApproved: englishApproved,
			email.AccessDeclined: englishDeclined,
		},
		englishDate,
	},
	invitation.Spanish: {
		map[email.Kind]func(*email.Message) texts{
			email.Invitation: spanishInvitation, email.AccessRequest: spanishAccessRequest,
			email.NewInvitationRequest: spanishNewInvitationRequest, email.AccessApproved: spanishApproved,
			email.AccessDeclined: spanishDeclined,
		},
		spanishDate,
	},
}
