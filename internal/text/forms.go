package text

import (
	"regexp"
	"strings"

	"github.com/kithhq/kith/internal/fault"
)

// usps are the Postal Service's codes: states, the District of Columbia, territories, associated states, and the military
// "states".
const usps = " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND" +
	" OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI FM MH PW AA AE AP "

// IsState reports whether code is a two-letter USPS code in capitals.
func IsState(code string) bool {
	return len(code) == 2 && !strings.Contains(code, " ") && strings.Contains(usps, " "+code+" ")
}

// stateNames are the codes of the states, the District of Columbia and the territories by their names, in lower case and
// without blanks.
var stateNames = map[string]string{
	"alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO", "connecticut": "CT",
	"delaware": "DE", "districtofcolumbia": "DC", "washingtondc": "DC", "dc": "DC", "florida": "FL", "georgia": "GA", "hawaii": "HI",
	"idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME",
	"maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT",
	"nebraska": "NE", "nevada": "NV", "newhampshire": "NH", "newjersey": "NJ", "newmexico": "NM", "newyork": "NY", "northcarolina": "NC",
	"northdakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "rhodeisland": "RI", "southcarolina": "SC",
	"southdakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA",
	"westvirginia": "WV", "wisconsin": "WI", "wyoming": "WY", "americansamoa": "AS", "guam": "GU", "northernmarianaislands": "MP",
	"puertorico": "PR", "usvirginislands": "VI", "virginislands": "VI", "micronesia": "FM", "marshallislands": "MH", "palau": "PW",
}

// State returns a two-letter USPS code in capitals. It accepts the name of a state, and the codes of ISO 3166-2 such as US-MA.
func State(check *fault.Checker, field, input string) string {
	code := strings.ToUpper(strings.TrimFunc(input, invisible))
	if code == "" || IsState(code) {
		return code
	}
	if iso, found := strings.CutPrefix(code, "US-"); found && IsState(iso) {
		return iso
	}
	letters := strings.Map(func(r rune) rune {
		if invisible(r) || r == '.' || r == ',' {
			return -1
		}
		return r
	}, FoldName(input))
	if named, found := stateNames[letters]; found {
		return named
	}
	check.Check(false, field, "Use a two-letter state code such as MA.")
	return ""
}

// zipCode is a zip code of five digits, or of nine, with or without a separator.
var zipCode = regexp.MustCompile(`^([0-9]{5})(?:[-\x{2010}-\x{2013} ]?[0-9]{4})?$`)

// Zip returns a five-digit zip code. It shortens one of nine digits. Leading zeros count.
func Zip(check *fault.Checker, field, input string) string {
	zip := strings.TrimFunc(input, invisible)
	if zip == "" {
		return ""
	}
	if found := zipCode.FindStringSubmatch(zip); found != nil {
		return found[1]
	}
	check.Check(false, field, "Use a five-digit zip code such as 02139.")
	return ""
}

// Phone returns a phone number in E.164, such as +16175550123. A number without a country code is taken as American.
func Phone(check *fault.Checker, field, input string) string {
	trimmed := strings.TrimFunc(input, invisible)
	if trimmed == "" {
		return ""
	}
	international := strings.HasPrefix(trimmed, "+")
	number := digits(trimmed)
	invalid := strings.ContainsFunc(strings.TrimPrefix(trimmed, "+"), func(r rune) bool { return !isPhoneRune(r) })
	switch {
	case invalid:
	case !international && len(number) == 10 && isAmerican("1"+number):
		return "+1" + number
	case !international && isAmerican(number):
		return "+" + number
	case international && strings.HasPrefix(number, "1"):
		if isAmerican(number) {
			return "+" + number
		}
	case international && len(number) >= 8 && len(number) <= 15 && number[0] != '0':
		return "+" + number
	}
	check.Check(false, field, "Use a phone number such as (617) 555-0123 or +44 20 7946 0018.")
	return ""
}

// isPhoneRune reports whether r is a digit or a separator in phone numbers.
func isPhoneRune(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune(" -.()/\u00a0\u2010\u2011\u2012\u2013", r)
}

// isAmerican reports whether the digits are a number of the North American Numbering Plan with its country code.
func isAmerican(number string) bool {
	return len(number) == 11 && number[0] == '1' && number[1] >= '2' && number[4] >= '2'
}

// digits returns the ASCII digits in s.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
