package mail

import (
	"bytes"
	"fmt"
	"net/http"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
)

// sizeLimit is the SES limit for an encoded message.
const sizeLimit = 40 << 20

// submission is a request to send a message, from either API.
type submission struct {
	raw              []byte
	from             string
	recipients       []string
	tags             map[string]string
	configurationSet string
}

// sesError is an error response of SES: v1 has a code, v2 a kind and a status.
type sesError struct {
	code, kind string
	status     int // of v2; v1 answers 400
	message    string
}

func (e *sesError) Error() string { return e.code + ": " + e.message }

func rejected(format string, args ...any) *sesError {
	return &sesError{"MessageRejected", "MessageRejected", http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

func throttled(message string) *sesError {
	return &sesError{"Throttling", "TooManyRequestsException", http.StatusTooManyRequests, message}
}

func invalid(format string, args ...any) *sesError {
	return &sesError{"InvalidParameterValue", "BadRequestException", http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// send checks and stores a message, adds it to the inbox and publishes its events. It returns the message's id. It fails
// with a *sesError if SES would reject the message.
func (r *Recorder) send(s submission) (string, error) {
	m, err := r.check(&s)
	if err != nil {
		return "", err
	}
	err = r.store(m, s.raw)
	if err != nil {
		return "", err
	}
	r.group.Go(func() { r.addToInbox(s.raw) })
	r.group.Go(func() { r.publishAll(*m, s.raw) })
	return m.ID, nil
}

// check parses the message and completes s from its headers. It fails with a *sesError if SES would reject the message.
func (r *Recorder) check(s *submission) (*Message, error) {
	if len(s.raw) > sizeLimit {
		return nil, rejected("The message is larger than 40 MB.")
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(s.raw))
	if err != nil {
		return nil, invalid("The message is invalid: %v.", err)
	}
	head := parsed.Header
	if s.from == "" {
		s.from = head.Get("From")
	}
	from, err := mail.ParseAddress(s.from)
	if err != nil {
		return nil, invalid("Missing or invalid sender: %v.", err)
	}
	if err := checkASCII(from.Address); err != nil {
		return nil, err
	}
	if len(s.recipients) == 0 {
		for _, name := range []string{"To", "Cc", "Bcc"} {
			list, err := head.AddressList(name)
			if err != nil && head.Get(name) != "" {
				return nil, invalid("Invalid address in %s: %v.", name, err)
			}
			for _, a := range list {
				s.recipients = append(s.recipients, a.Address)
			}
		}
	}
	if len(s.recipients) == 0 || len(s.recipients) > 50 {
		return nil, invalid("A message has 1 to 50 recipients, not %d.", len(s.recipients))
	}
	for i, to := range s.recipients {
		a, err := mail.ParseAddress(to)
		if err != nil {
			return nil, invalid("Invalid recipient %q: %v.", to, err)
		}
		if err := checkASCII(a.Address); err != nil {
			return nil, err
		}
		s.recipients[i] = a.Address
	}
	set := s.configurationSet
	if set == "" {
		set = head.Get("X-Ses-Configuration-Set")
	}
	defaultSet, err := r.identity(from.Address)
	if err != nil {
		return nil, err
	}
	if err := r.checkAccount(from.Address, s.recipients); err != nil {
		return nil, err
	}
	if set == "" {
		set = defaultSet
	}
	if set != "" && !slices.Contains(r.c.ConfigurationSets, set) {
		return nil, &sesError{
			"ConfigurationSetDoesNotExist", "NotFoundException", http.StatusNotFound,
			fmt.Sprintf("Configuration set <%s> does not exist.", set),
		}
	}
	m := &Message{From: from.Address, Recipients: s.recipients, Subject: decoded(head.Get("Subject")), ConfigurationSet: set}
	m.Tags, err = r.tags(m, s.tags, textproto.MIMEHeader(head).Values("X-Ses-Message-Tags"))
	if err != nil {
		return nil, err
	}
	return m, nil
}

// checkASCII fails with SES's errors for an address that is not ASCII: SES takes domains in Punycode and no other local parts.
func checkASCII(address string) error {
	at := strings.LastIndexByte(address, '@')
	notASCII := func(c rune) bool { return c > unicode.MaxASCII }
	switch {
	case strings.ContainsFunc(address[:max(at, 0)], notASCII):
		return invalid("Local address contains control or whitespace")
	case strings.ContainsFunc(address, notASCII):
		return invalid("Domain contains illegal character")
	}
	return nil
}

// identity returns the configuration set of the sender's identity. It fails if no identity matches.
func (r *Recorder) identity(from string) (string, error) {
	if len(r.c.Identities) == 0 {
		return "", nil
	}
	_, domain, _ := strings.Cut(strings.ToLower(from), "@")
	for _, i := range r.c.Identities {
		name := strings.ToLower(i.Name)
		if name == strings.ToLower(from) || name == domain || strings.HasSuffix(domain, "."+name) {
			return i.ConfigurationSet, nil
		}
	}
	return "", rejected("Email address is not verified. The following identities failed the check in region %s: %s",
		strings.ToUpper(r.c.Region), from)
}

// tags merges the tags of the request, of the headers and of SES.
func (r *Recorder) tags(m *Message, given map[string]string, headers []string) (map[string][]string, error) {
	_, domain, _ := strings.Cut(m.From, "@")
	out := map[string][]string{
		"ses:source-ip": {"127.0.0.1"}, "ses:from-domain": {domain}, "ses:caller-identity": {"local"},
	}
	if m.ConfigurationSet != "" {
		out["ses:configuration-set"] = []string{m.ConfigurationSet}
	}
	for _, h := range headers {
		for pair := range strings.SplitSeq(h, ",") {
			name, value, ok := strings.Cut(pair, "=")
			if !ok {
				return nil, invalid("Invalid message tag %q.", pair)
			}
			out[strings.TrimSpace(name)] = []string{strings.TrimSpace(value)}
		}
	}
	for name, value := range given {
		out[name] = []string{value}
	}
	for name, values := range out {
		if !strings.HasPrefix(name, "ses:") && (!validTag(name) || !validTag(values[0])) {
			return nil, invalid("Message tags hold 1 to 256 ASCII letters, digits, _ and -: %s=%s.", name, values[0])
		}
	}
	return out, nil
}

func validTag(s string) bool {
	return s != "" && len(s) <= 256 && !strings.ContainsFunc(s, func(c rune) bool {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		return !letter && c != '_' && c != '-'
	})
}

// store enforces the quota and stores the message.
func (r *Recorder) store(m *Message, raw []byte) error {
	r.box.quotaMu.Lock()
	defer r.box.quotaMu.Unlock()
	now, n := time.Now(), float64(len(m.Recipients))
	shifted := r.c.Clock.Now()
	q := r.box.quota
	if q == (Quota{}) {
		q = r.c.Quota
	}
	if r.box.recipientsSince(shifted.Add(-24*time.Hour))+n > q.PerDay {
		return throttled("Daily message quota exceeded.")
	}
	r.box.recent = slices.DeleteFunc(r.box.recent, func(t time.Time) bool { return now.Sub(t) >= time.Second })
	if float64(len(r.box.recent))+n > max(q.PerSecond, 1) {
		return throttled("Maximum sending rate exceeded.")
	}
	for range m.Recipients {
		r.box.recent = append(r.box.recent, now)
	}
	m.Time = shifted
	m.ID = fmt.Sprintf("%016x-%s-000000", now.UnixNano(), uuid.NewString())
	return r.box.add(m, raw)
}
