// Package ses composes messages, as text and as HTML, in English and in Spanish, and submits them to Amazon SES. It does not
// decide what is sent to whom: package email does.
package ses

import (
	"bytes"
	_ "embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

//go:embed message.txt
var textSource string

//go:embed message.html
var htmlSource string

var (
	textTemplate = text.Must(text.New("text").Parse(textSource))
	htmlTemplate = html.Must(html.New("html").Parse(htmlSource))
)

// templateData is the input of the templates.
type templateData struct {
	Message *email.Message
	Text    texts
	Expires string
}

// compose returns a message in MIME: text and HTML, and the headers of RFC 8058 if there is something to unsubscribe from. Names
// are encoded, so that they arrive unchanged and none of them can become a header.
//
// It fails with invalid if the message cannot be written.
func compose(m *email.Message, from string, at time.Time) ([]byte, error) {
	language, ok := languages[m.Language]
	write := language.texts[m.Kind]
	if !ok || write == nil {
		return nil, rejected(fmt.Sprintf("no texts for %q in %q", m.Kind, m.Language))
	}
	data := templateData{m, write(m), language.date(m.Expires)}
	var plain, rich bytes.Buffer
	if err := textTemplate.Execute(&plain, data); err != nil {
		return nil, rejected("text")
	}
	if err := htmlTemplate.Execute(&rich, data); err != nil {
		return nil, rejected("html")
	}
	// The boundary derives from the message id, so that the same message has the same bytes.
	mime := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("kith-"+strings.ReplaceAll(m.MessageID, ".", "-")))
	sender, err := mailbox(m.Organization, from)
	if err != nil {
		return nil, fault.Internal("email: the address of the sender is not one")
	}
	recipient, err := mailbox(strings.TrimSpace(m.FirstName+" "+m.LastName), m.To)
	if err != nil {
		return nil, err
	}
	mime.SetGenHeaderPreformatted("From", sender)
	mime.SetGenHeaderPreformatted("To", recipient)
	if replyTo, err := mailbox(m.ReplyTo.Name, m.ReplyTo.Email); err == nil {
		mime.SetGenHeaderPreformatted("Reply-To", replyTo)
	}
	mime.SetGenHeaderPreformatted(gomail.HeaderSubject, unstructured(data.Text.Subject))
	mime.SetDateWithValue(at.UTC())
	mime.SetMessageIDWithValue(m.MessageID + "@" + domain(from))
	if m.OneClickUnsubscribe != "" {
		mime.SetGenHeaderPreformatted("List-Unsubscribe", "<"+m.OneClickUnsubscribe+">")
		mime.SetGenHeaderPreformatted("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	mime.SetGenHeader("Content-Language", string(m.Language))
	mime.SetBodyString(gomail.TypeTextPlain, plain.String())
	mime.AddAlternativeString(gomail.TypeTextHTML, rich.String())
	var raw bytes.Buffer
	if _, err := mime.WriteTo(&raw); err != nil {
		return nil, rejected("message")
	}
	return raw.Bytes(), nil
}

// rejected returns the error for a message that cannot be written. part says which part of it: the errors of the libraries
// contain names and addresses, which do not belong in logs.
func rejected(part string) error {
	return &fault.Error{Kind: fault.KindInvalid, Code: string(invitation.Unwritable), Message: fault.NewMessage("This email cannot be written: %s.", part)}
}

func domain(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}
