package mail

import (
	"fmt"

	"github.com/kithhq/kith/internal/invitation"
)

// Mails to whoever asked to accept with another address. They say no more than the invitation's page tells them: neither who
// was invited nor who decided.

func englishApproved(l invitation.Message) words {
	return words{
		Language: "en",
		Subject:  "You can join " + englishGoal(l),
		Greeting: fmt.Sprintf("Hello %s,", l.FirstName),
		Asks:     fmt.Sprintf("You can join %s with %s.", englishGoal(l), l.Requester.Email),
		Why: fmt.Sprintf("You asked %s for that, and it was approved. Sign in with %s, as you did when you asked; the approval is for that "+
			"login alone.", l.Organization, l.Requester.Email),
		Button:      "Open the invitation",
		Until:       "You can accept until",
		OtherwiseBy: "If the button does nothing, copy this address into your browser:",
		Ignore: "Should the page say that the invitation has ended, or that a newer mail was sent: choose to sign in with another address " +
			"there, and use this one. If you don't want to join, do nothing.",
	}
}

func englishDeclined(l invitation.Message) words {
	return words{
		Language: "en",
		Subject:  fmt.Sprintf("Your request to join %s was declined", englishGoal(l)),
		Greeting: fmt.Sprintf("Hello %s,", l.FirstName),
		Asks:     fmt.Sprintf("You asked to join %s with %s. That was declined.", englishGoal(l), l.Requester.Email),
		Why:      "If the invitation was sent to another address of yours, open its link and sign in with that one.",
		Ignore:   fmt.Sprintf("You get this mail because you asked %s. You don't have to do anything.", l.Organization),
	}
}

func spanishApproved(l invitation.Message) words {
	return words{
		Language: "es",
		Subject:  "Puedes participar en " + spanishGoal(l),
		Greeting: fmt.Sprintf("Hola, %s:", l.FirstName),
		Asks:     fmt.Sprintf("Puedes participar en %s con %s.", spanishGoal(l), l.Requester.Email),
		Why: fmt.Sprintf("Se lo pediste a %s y se aprobó. Inicia sesión con %s, como cuando lo pediste; la aprobación es solo para esa "+
			"cuenta.", l.Organization, l.Requester.Email),
		Button:      "Abrir la invitación",
		Until:       "Puedes aceptar hasta el",
		OtherwiseBy: "Si el botón no hace nada, copia esta dirección en tu navegador:",
		Ignore: "Si la página dice que la invitación terminó o que se envió un correo más reciente, elige allí iniciar sesión con otra " +
			"dirección y usa esta. Si no quieres participar, no hagas nada.",
	}
}

func spanishDeclined(l invitation.Message) words {
	return words{
		Language: "es",
		Subject:  fmt.Sprintf("Se rechazó tu solicitud de participar en %s", spanishGoal(l)),
		Greeting: fmt.Sprintf("Hola, %s:", l.FirstName),
		Asks:     fmt.Sprintf("Pediste participar en %s con %s. Se rechazó.", spanishGoal(l), l.Requester.Email),
		Why:      "Si la invitación se envió a otra dirección tuya, abre su enlace e inicia sesión con esa.",
		Ignore:   fmt.Sprintf("Recibes este correo porque se lo pediste a %s. No tienes que hacer nada.", l.Organization),
	}
}
