package mail

import (
	"fmt"

	"github.com/kithhq/kith/internal/invitation"
)

// Mails to administrators. What a stranger may have chosen, such as the asker's name, stands in no subject.

func englishAsk(l invitation.Message) words {
	return words{
		Language: "en",
		Subject:  "Somebody asks to join " + englishGoal(l) + " with another address",
		Greeting: fmt.Sprintf("Hello %s,", l.FirstName),
		Asks:     fmt.Sprintf("%s (%s) asks to join %s.", l.Requester.Name, l.Requester.Email, englishGoal(l)),
		Why: fmt.Sprintf("They have the link of the invitation for %s %s (%s), and signed in with another address than that. %s",
			l.Invitee.FirstName, l.Invitee.LastName, l.Invitee.Email, englishReason(l)),
		Button:      "Look at the request",
		OtherwiseBy: "If the button does nothing, copy this address into your browser:",
		Ignore:      "Approve it only if you know who asks. Opening the page decides nothing: you sign in, then you choose.",
	}
}

func englishAskForNew(l invitation.Message) words {
	return words{
		Language: "en",
		Subject:  "Somebody asks for a new invitation to " + englishGoal(l),
		Greeting: fmt.Sprintf("Hello %s,", l.FirstName),
		Asks:     fmt.Sprintf("Somebody with the link for %s %s (%s) asks for a new invitation to %s.", l.Invitee.FirstName, l.Invitee.LastName, l.Invitee.Email, englishGoal(l)),
		Why:      "The link does not work any more. " + englishReason(l),
		Button:   "Look at the invitation", OtherwiseBy: "If the button does nothing, copy this address into your browser:",
		Ignore: "Opening the page sends nothing: you sign in, then you choose. A new mail goes to the invited address alone.",
	}
}

func englishGoal(l invitation.Message) string {
	if l.Role != "" {
		return fmt.Sprintf("the administrators of %s", l.Organization)
	}
	return fmt.Sprintf("“%s”", l.Campaign)
}

func englishReason(l invitation.Message) string {
	if l.ForInviter {
		return fmt.Sprintf("You get this mail because you invited %s at %s.", l.Invitee.FirstName, l.Organization)
	}
	return fmt.Sprintf("You get this mail because %s, who invited, is no administrator of %s any more, and you own it.", l.Inviter, l.Organization)
}

func spanishAsk(l invitation.Message) words {
	return words{
		Language: "es",
		Subject:  "Alguien pide participar en " + spanishGoal(l) + " con otra dirección",
		Greeting: fmt.Sprintf("Hola, %s:", l.FirstName),
		Asks:     fmt.Sprintf("%s (%s) pide participar en %s.", l.Requester.Name, l.Requester.Email, spanishGoal(l)),
		Why: fmt.Sprintf("Tiene el enlace de la invitación para %s %s (%s) e inició sesión con otra dirección. %s",
			l.Invitee.FirstName, l.Invitee.LastName, l.Invitee.Email, spanishReason(l)),
		Button:      "Ver la solicitud",
		OtherwiseBy: "Si el botón no hace nada, copia esta dirección en tu navegador:",
		Ignore:      "Apruébala solo si sabes quién la hace. Abrir la página no decide nada: inicias sesión y luego eliges.",
	}
}

func spanishAskForNew(l invitation.Message) words {
	return words{
		Language: "es",
		Subject:  "Alguien pide una nueva invitación a " + spanishGoal(l),
		Greeting: fmt.Sprintf("Hola, %s:", l.FirstName),
		Asks:     fmt.Sprintf("Alguien con el enlace para %s %s (%s) pide una nueva invitación a %s.", l.Invitee.FirstName, l.Invitee.LastName, l.Invitee.Email, spanishGoal(l)),
		Why:      "El enlace ya no funciona. " + spanishReason(l),
		Button:   "Ver la invitación", OtherwiseBy: "Si el botón no hace nada, copia esta dirección en tu navegador:",
		Ignore: "Abrir la página no envía nada: inicias sesión y luego eliges. El correo nuevo va solo a la dirección invitada.",
	}
}

func spanishGoal(l invitation.Message) string {
	if l.Role != "" {
		return fmt.Sprintf("la administración de %s", l.Organization)
	}
	return fmt.Sprintf("«%s»", l.Campaign)
}

func spanishReason(l invitation.Message) string {
	if l.ForInviter {
		return fmt.Sprintf("Recibes este correo porque invitaste a %s en %s.", l.Invitee.FirstName, l.Organization)
	}
	return fmt.Sprintf("Recibes este correo porque %s, quien invitó, ya no administra %s y tú eres titular.", l.Inviter, l.Organization)
}
