// Package mail writes the mails of invitations and about them, as text and as HTML, and gives them to SES. When a mail is to be sent, and
// what becomes of the invitation, stands in package invitation.
package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

//go:embed invitation.txt
var textSource string

//go:embed invitation.html
var htmlSource string

var (
	textForm = text.Must(text.New("text").Parse(textSource))
	htmlForm = html.Must(html.New("html").Parse(htmlSource))
)

// page is what the forms are filled with.
type page struct {
	Message invitation.Message
	Words   words
	Expires string
}

// compose returns the message as it goes to SES: both forms of the text, and the headers of RFC 8058 where there is something
// to unsubscribe from. The library encodes names, so that none of them can become a header.
func compose(l invitation.Message, from string, at time.Time) ([]byte, error) {
	w, ok := languages[l.Language]
	about := w.about[l.Kind]
	if !ok || about == nil {
		return nil, fault.Internal("mail: no words for %q in %q", l.Kind, l.Language)
	}
	filled := page{l, about(l), w.date(l.Expires)}
	var plain, rich bytes.Buffer
	if err := textForm.Execute(&plain, filled); err != nil {
		return nil, fault.Internal("mail: text: %w", err)
	}
	if err := htmlForm.Execute(&rich, filled); err != nil {
		return nil, fault.Internal("mail: html: %w", err)
	}
	// The boundary belongs to the sending, so that the same mail is the same bytes.
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("kith-"+strings.ReplaceAll(l.MessageID, ".", "-")))
	if err := m.FromFormat(l.Organization, from); err != nil {
		return nil, fault.Internal("mail: sender: %w", err)
	}
	if err := m.AddToFormat(strings.TrimSpace(l.FirstName+" "+l.LastName), l.To); err != nil {
		return nil, refused(err)
	}
	m.Subject(filled.Words.Subject)
	m.SetDateWithValue(at.UTC())
	m.SetMessageIDWithValue(l.MessageID + "@" + domain(from))
	if l.OneClickUnsubscribe != "" {
		m.SetGenHeaderPreformatted("List-Unsubscribe", "<"+l.OneClickUnsubscribe+">")
		m.SetGenHeaderPreformatted("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	m.SetGenHeader("Content-Language", string(l.Language))
	m.SetBodyString(gomail.TypeTextPlain, plain.String())
	m.AddAlternativeString(gomail.TypeTextHTML, rich.String())
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return nil, fault.Internal("mail: %w", err)
	}
	return raw.Bytes(), nil
}

// refused says that no mail service can take this mail.
func refused(cause error) error {
	return fmt.Errorf("%w: %w", &fault.Error{Kind: fault.KindInvalid, Message: "This mail can't be sent."}, cause)
}

func domain(address string) string {
	for n := len(address) - 1; n >= 0; n-- {
		if address[n] == '@' {
			return address[n+1:]
		}
	}
	return address
}
