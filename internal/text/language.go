package text

import "golang.org/x/text/language"

// Language is a language of pages, emails and content.
type Language string

// The languages.
const (
	English Language = "en"
	Spanish Language = "es"
)

var (
	languages = []Language{English, Spanish} // the first one is the default
	matcher   = language.NewMatcher([]language.Tag{language.English, language.Spanish})
)

// PreferredLanguage returns the language that fits the value of an Accept-Language header best: English for an empty or
// malformed value, and for one that prefers neither language.
func PreferredLanguage(header string) Language {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return English
	}
	_, index, _ := matcher.Match(tags...)
	return languages[index]
}

// Choose returns the Spanish text for readers of Spanish if there is one, else the primary text.
func (l Language) Choose(primary, spanish string) string {
	if l == Spanish && spanish != "" {
		return spanish
	}
	return primary
}
