// Package translation has the messages of package fault in other languages than English. es.po is a gettext catalog: its msgids are
// the formats of the messages.
package translation

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/leonelquinteros/gotext"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

//go:embed es.po
var spanishCatalog []byte

// spanish returns the Spanish formats by the English ones. The first Spanish request reads them.
var spanish = sync.OnceValue(func() map[string]string {
	po := gotext.NewPo()
	po.Parse(spanishCatalog)
	formats := map[string]string{}
	for english, t := range po.GetDomain().GetTranslations() {
		if t.IsTranslated() {
			formats[english] = t.Get()
		}
	}
	return formats
})

// In returns a message in a language: its English text if the catalog does not have it.
func In(l text.Language, m fault.Message) string {
	if l != text.Spanish || m.Empty() {
		return m.String()
	}
	format, args := m.Source()
	translated := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case fault.Message:
			translated[i] = In(l, arg)
		case fault.Localized:
			translated[i] = arg.In(string(l))
		default:
			translated[i] = arg
		}
	}
	if !HasWords(format) {
		return fmt.Sprintf(format, translated...)
	}
	if found := spanish()[format]; found != "" {
		return fmt.Sprintf(found, translated...)
	}
	return m.String()
}

// HasWords reports whether a format has anything to translate: one that only joins messages, such as "%s %s", has not.
func HasWords(format string) bool {
	verb := false
	for _, r := range format {
		switch {
		case verb:
			verb = false
		case r == '%':
			verb = true
		case r != ' ':
			return true
		}
	}
	return false
}
