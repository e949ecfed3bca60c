package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Text holds the decoded headers and texts of a message.
type Text struct {
	Headers []Header `json:"headers"`
	Plain   string   `json:"text"`
	HTML    string   `json:"html"`
}

// Header is a decoded header line.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func decoded(s string) string {
	out, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		return s
	}
	return out
}

// parseText parses a message.
func parseText(raw []byte) (Text, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Text{}, fmt.Errorf("read message: %w", err)
	}
	t := Text{Headers: headers(raw)}
	return t, t.addPart(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

// headers returns the header lines in their order, which net/mail does not preserve.
func headers(raw []byte) []Header {
	head, _, _ := strings.Cut(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n\n")
	var out []Header
	for line := range strings.SplitSeq(head, "\n") {
		if (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")) && len(out) > 0 {
			out[len(out)-1].Value += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if ok {
			out = append(out, Header{name, strings.TrimSpace(value)})
		}
	}
	for i := range out {
		out[i].Value = decoded(out[i].Value)
	}
	return out
}

// addPart adds the texts of a part and of the parts in it. It skips attachments.
func (t *Text) addPart(kind, encoding string, body io.Reader) error {
	if kind == "" {
		kind = "text/plain"
	}
	kind, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return fmt.Errorf("content type: %w", err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("read a message part: %w", err)
			}
			if p.FileName() != "" {
				continue
			}
			err = t.addPart(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
			if err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("read a message part: %w", err)
	}
	switch kind {
	case "text/plain":
		t.Plain += string(text)
	case "text/html":
		t.HTML += string(text)
	}
	return nil
}
