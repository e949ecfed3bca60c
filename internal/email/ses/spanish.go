package ses

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
)

const spanishFallback = "Si el botón no funciona, copia esta dirección en tu navegador:"

var spanishRoles = map[organization.Role]string{
	organization.Admin: "formar parte de la administración de", organization.Owner: "ser propietario/a de",
}

func spanishInvitation(m *email.Message) texts {
	t := texts{
		Language: "es",
		Subject:  fmt.Sprintf("%s te invita a %s", m.Inviter, m.Campaign),
		Greeting: fmt.Sprintf("Hola, %s:", m.FirstName),
		Lead:     fmt.Sprintf("%s, de %s, te invita a participar en «%s».", m.Inviter, m.Organization, m.Campaign),
		Body: fmt.Sprintf("Hablarás con personas que ya conoces: amistades, familia, vecinos. Recibes este correo porque %s "+
			"indicó tu dirección en %s.", m.Inviter, m.Organization),
		Button:      "Aceptar la invitación",
		Until:       "El enlace funciona hasta el",
		Fallback:    spanishFallback,
		Note:        "Si no quieres participar, no hagas nada. El enlace es solo para ti: por favor, no lo compartas.",
		Unsubscribe: fmt.Sprintf("Cancelar la suscripción a %s:", m.Organization),
	}
	if m.Role != "" {
		t.Subject = fmt.Sprintf("%s te invita a la administración de %s", m.Inviter, m.Organization)
		t.Lead = fmt.Sprintf("%s te invita a %s %s.", m.Inviter, spanishRoles[m.Role], m.Organization)
		t.Body = fmt.Sprintf("Dirigirás las campañas de la organización y verás a las personas que participan. Recibes este correo "+
			"porque %s indicó tu dirección en %s.", m.Inviter, m.Organization)
	}
	return t
}

func spanishAccessRequest(m *email.Message) texts {
	return texts{
		Language: "es",
		Subject:  fmt.Sprintf("Solicitud para participar en %s con otra dirección", spanishTarget(m)),
		Greeting: fmt.Sprintf("Hola, %s:", m.FirstName),
		Lead:     fmt.Sprintf("%s (%s) solicita participar en %s.", m.Requester.Name, m.Requester.Email, spanishTarget(m)),
		Body: fmt.Sprintf("Tiene el enlace de la invitación para %s (%s) e inició sesión con otra dirección. %s",
			m.Invitee.Name(), m.Invitee.Email, spanishReason(m)),
		Button:   "Revisar la solicitud",
		Fallback: spanishFallback,
		Note:     "Apruébala solo si conoces a esta persona. Abrir la página no decide nada: inicias sesión y luego eliges.",
	}
}

func spanishNewInvitationRequest(m *email.Message) texts {
	return texts{
		Language: "es",
		Subject:  "Solicitud de una nueva invitación a " + spanishTarget(m),
		Greeting: fmt.Sprintf("Hola, %s:", m.FirstName),
		Lead: fmt.Sprintf("Alguien con el enlace para %s (%s) solicita una nueva invitación a %s.",
			m.Invitee.Name(), m.Invitee.Email, spanishTarget(m)),
		Body:     "El enlace ya no funciona. " + spanishReason(m),
		Button:   "Ver la invitación",
		Fallback: spanishFallback,
		Note:     "Abrir la página no envía nada: inicias sesión y luego eliges. El correo nuevo va solo a la dirección invitada.",
	}
}

func spanishApproved(m *email.Message) texts {
	return texts{
		Language: "es",
		Subject:  "Puedes participar en " + spanishTarget(m),
		Greeting: fmt.Sprintf("Hola, %s:", m.FirstName),
		Lead:     fmt.Sprintf("Puedes participar en %s con %s.", spanishTarget(m), m.Requester.Email),
		Body: fmt.Sprintf("Lo solicitaste a %s y se aprobó. Inicia sesión con %s, como cuando lo solicitaste: la aprobación es solo para esa "+
			"cuenta.", m.Organization, m.Requester.Email),
		Button:   "Abrir la invitación",
		Until:    "Puedes aceptar hasta el",
		Fallback: spanishFallback,
		Note: fmt.Sprintf("Si la página dice que la invitación ha caducado o se reemplazó, elige «Iniciar sesión con otra dirección» y usa "+
			"%s. Si no quieres participar, no hagas nada.", m.Requester.Email),
	}
}

func spanishDeclined(m *email.Message) texts {
	return texts{
		Language: "es",
		Subject:  fmt.Sprintf("Se rechazó tu solicitud para participar en %s", spanishTarget(m)),
		Greeting: fmt.Sprintf("Hola, %s:", m.FirstName),
		Lead:     fmt.Sprintf("Se rechazó tu solicitud para participar en %s con %s.", spanishTarget(m), m.Requester.Email),
		Body:     "Si la invitación se envió a otra dirección tuya, abre su enlace e inicia sesión con esa dirección.",
		Note:     fmt.Sprintf("Recibes este correo porque enviaste una solicitud a %s. No tienes que hacer nada.", m.Organization),
	}
}

func spanishTarget(m *email.Message) string {
	if m.Role != "" {
		return "la administración de " + m.Organization
	}
	return fmt.Sprintf("«%s»", m.Campaign)
}

func spanishReason(m *email.Message) string {
	if m.ForInviter {
		return fmt.Sprintf("Recibes este correo porque invitaste a %s en %s.", m.Invitee.FirstName, m.Organization)
	}
	return fmt.Sprintf("Recibes este correo porque eres propietario/a de %s, y %s, que envió la invitación, ya no forma parte de la administración.",
		m.Organization, m.Inviter)
}

var spanishWeekdays = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}

func spanishDate(at time.Time) string {
	return spanishWeekdays[at.Weekday()] + " " + text.SpanishTime(at)
}
