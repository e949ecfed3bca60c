package mail

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// words are the sentences of a mail, in order.
type words struct {
	Language    string
	Subject     string
	Greeting    string
	Asks        string // who invites to what
	Why         string // why this mail comes
	Button      string // empty when the letter has no page
	Until       string // goes before the date; empty for none
	OtherwiseBy string // what to do when the button does nothing
	Ignore      string
	Unsubscribe string
}

// language is how the words are made for a letter.
type language struct {
	about map[invitation.MessageKind]func(l invitation.Message) words
	date  func(at time.Time) string
}

var languages = map[invitation.Language]language{
	invitation.English: {
		map[invitation.MessageKind]func(invitation.Message) words{
			invitation.InvitationMessage: english, invitation.AccessRequestMessage: englishAsk, invitation.NewInvitationRequestMessage: englishAskForNew,
			invitation.AccessApprovedMessage: englishApproved, invitation.AccessDeclinedMessage: englishDeclined,
		},
		func(at time.Time) string { return at.UTC().Format("Monday, January 2, 2006 at 15:04 UTC") },
	},
	invitation.Spanish: {
		map[invitation.MessageKind]func(invitation.Message) words{
			invitation.InvitationMessage: spanish, invitation.AccessRequestMessage: spanishAsk, invitation.NewInvitationRequestMessage: spanishAskForNew,
			invitation.AccessApprovedMessage: spanishApproved, invitation.AccessDeclinedMessage: spanishDeclined,
		},
		spanishDate,
	},
}

func english(l invitation.Message) words {
	w := words{
		Language: "en",
		Subject:  fmt.Sprintf("%s invites you to %s", l.Inviter, l.Campaign),
		Greeting: fmt.Sprintf("Hello %s,", l.FirstName),
		Asks:     fmt.Sprintf("%s of %s invites you to join “%s”.", l.Inviter, l.Organization, l.Campaign),
		Why: fmt.Sprintf("You would talk with people you already know: friends, family, neighbors. You get this mail because %s "+
			"entered your address at %s.", l.Inviter, l.Organization),
		Button:      "Accept the invitation",
		Until:       "The link works until",
		OtherwiseBy: "If the button does nothing, copy this address into your browser:",
		Ignore:      "If you don't want to join, do nothing. The link is for you alone: please don't pass it on.",
		Unsubscribe: fmt.Sprintf("No more mail from %s:", l.Organization),
	}
	if l.Role != "" {
		w.Subject = fmt.Sprintf("%s invites you to administer %s", l.Inviter, l.Organization)
		w.Asks = fmt.Sprintf("%s invites you to be %s of %s.", l.Inviter, englishRoles[l.Role], l.Organization)
		w.Why = fmt.Sprintf("You would run the organization's campaigns and see the people in them. You get this mail because %s "+
			"entered your address at %s.", l.Inviter, l.Organization)
	}
	return w
}

var englishRoles = map[organization.Role]string{organization.Admin: "an administrator", organization.Owner: "an owner"}

func spanish(l invitation.Message) words {
	w := words{
		Language: "es",
		Subject:  fmt.Sprintf("%s te invita a %s", l.Inviter, l.Campaign),
		Greeting: fmt.Sprintf("Hola, %s:", l.FirstName),
		Asks:     fmt.Sprintf("%s, de %s, te invita a participar en «%s».", l.Inviter, l.Organization, l.Campaign),
		Why: fmt.Sprintf("Hablarías con personas que ya conoces: amistades, familia, vecinos. Recibes este correo porque %s "+
			"indicó tu dirección en %s.", l.Inviter, l.Organization),
		Button:      "Aceptar la invitación",
		Until:       "El enlace funciona hasta el",
		OtherwiseBy: "Si el botón no hace nada, copia esta dirección en tu navegador:",
		Ignore:      "Si no quieres participar, no hagas nada. El enlace es solo para ti: por favor, no lo compartas.",
		Unsubscribe: fmt.Sprintf("No recibir más correo de %s:", l.Organization),
	}
	if l.Role != "" {
		w.Subject = fmt.Sprintf("%s te invita a la administración de %s", l.Inviter, l.Organization)
		w.Asks = fmt.Sprintf("%s te invita a %s %s.", l.Inviter, spanishRoles[l.Role], l.Organization)
		w.Why = fmt.Sprintf("Dirigirías las campañas de la organización y verías a las personas que participan. Recibes este correo "+
			"porque %s indicó tu dirección en %s.", l.Inviter, l.Organization)
	}
	return w
}

var spanishRoles = map[organization.Role]string{organization.Admin: "formar parte de la administración de", organization.Owner: "ser titular de"}

var (
	weekdays = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	months   = [...]string{
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
	}
)

func spanishDate(at time.Time) string {
	at = at.UTC()
	return fmt.Sprintf("%s %d de %s de %d a las %s UTC", weekdays[at.Weekday()], at.Day(), months[at.Month()-1], at.Year(), at.Format("15:04"))
}
