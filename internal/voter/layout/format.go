package layout

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Encodings of files. Files in UTF-16 are transcoded to UTF-8 before they are read.
const (
	UTF8    = "UTF-8"
	Windows = "Windows-1252"
)

// Format is how a file is written.
type Format struct {
	Encoding  string `json:"encoding"`
	Certain   bool   `json:"certain,omitempty"` // the encoding is certain: letters beyond ASCII occurred
	Separator string `json:"separator"`
	Quoted    bool   `json:"quoted"` // quotes enclose values; otherwise they are letters like others
	Header    bool   `json:"header"`
	Width     int    `json:"width"` // number of columns of the first row
}

// separators, in the order in which they are preferred.
var separators = []string{",", "\t", "|", ";"}

// Detect returns the format of a file, from its beginning. The sample may end within a row.
func Detect(sample []byte) Format {
	f := Format{Encoding: UTF8}
	sample = bytes.TrimPrefix(sample, []byte("\ufeff"))
	if end := bytes.LastIndexByte(sample, '\n'); end >= 0 && len(sample) > 60_000 {
		sample = sample[:end+1]
	}
	for _, b := range sample {
		f.Certain = f.Certain || b >= utf8.RuneSelf
	}
	if f.Certain && !utf8.Valid(sample) {
		f.Encoding = Windows
	}
	lines := sampleLines(decode(f.Encoding, string(sample)))
	best := 0
	for _, separator := range separators {
		quoted := usesQuotes(lines, separator)
		if score, width := consistency(lines, separator, quoted); score > best && width > 1 {
			best, f.Separator, f.Quoted, f.Width = score, separator, quoted, width
		}
	}
	if f.Separator == "" {
		f.Separator, f.Quoted, f.Width = ",", true, 1
	}
	if len(lines) > 0 {
		first, ok := split(lines[0], f.Separator, f.Quoted)
		f.Header = ok && (looksLikeHeader(first) || onlyFirstLacksDigits(first, lines[1:], &f))
	}
	return f
}

// Text returns a row of a file as text, in UTF-8.
func (f *Format) Text(row string) string {
	return strings.ToValidUTF8(decode(f.Encoding, row), "\ufffd")
}

func decode(encoding, text string) string {
	if encoding != Windows {
		return text
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(text)
	if err != nil {
		return text
	}
	return decoded
}

// sampleLines returns up to 200 lines that are not blank.
func sampleLines(sample string) []string {
	var lines []string
	for line := range strings.Lines(sample) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
		if len(lines) == 200 {
			break
		}
	}
	return lines
}

// usesQuotes reports whether quotes enclose values. With commas and semicolons they do wherever they occur; in files with
// tabs and bars they may be part of a nickname, unless most rows have them.
func usesQuotes(lines []string, separator string) bool {
	if separator == "," || separator == ";" {
		return true
	}
	quoted := 0
	for _, line := range lines {
		if strings.HasPrefix(line, `"`) || strings.Contains(line, separator+`"`) {
			quoted++
		}
	}
	return quoted*2 > len(lines)
}

// consistency scores how well lines split at a separator, and returns the number of columns of the first line. Of two
// separators that split equally well, the one with more columns is better.
func consistency(lines []string, separator string, quoted bool) (score, width int) {
	if len(lines) == 0 {
		return 0, 0
	}
	first, ok := split(lines[0], separator, quoted)
	if !ok {
		return 0, 0
	}
	width = len(first)
	for _, line := range lines {
		if cells, ok := split(line, separator, quoted); ok && len(cells) >= width {
			score++
		}
	}
	return score*1000/len(lines) + min(width, 200), width
}

// split returns the cells of one row, and false if its quotes are malformed.
func split(row, separator string, quoted bool) ([]string, bool) {
	if !quoted {
		return strings.Split(strings.TrimRight(row, "\r\n"), separator), true
	}
	records := csv.NewReader(strings.NewReader(row))
	records.Comma, records.FieldsPerRecord = rune(separator[0]), -1
	cells, err := records.Read()
	if err != nil {
		return nil, false
	}
	if _, err := records.Read(); err == nil {
		return nil, false // more than one row
	}
	return cells, true
}

// looksLikeHeader reports whether a first row names columns: it has two known names, or one and no number and no empty value.
func looksLikeHeader(cells []string) bool {
	known := 0
	for _, cell := range cells {
		name := normal(cell)
		for _, field := range Fields {
			if name == field || slices.Contains(synonyms[field], name) {
				known++
				break
			}
		}
	}
	if known >= 2 {
		return true
	}
	for _, cell := range cells {
		if strings.TrimSpace(cell) == "" || isDigits(strings.TrimSpace(cell)) {
			return false
		}
	}
	return known > 0
}

// onlyFirstLacksDigits reports whether a first row of unknown words names columns: each of its cells has a text without
// digits, and there is a column, such as ids or zip codes, in which most other rows have digits.
func onlyFirstLacksDigits(first []string, lines []string, f *Format) bool {
	hasDigit := func(cell string) bool { return strings.ContainsAny(cell, "0123456789") }
	if len(lines) == 0 || slices.ContainsFunc(first, func(cell string) bool { return strings.TrimSpace(cell) == "" || hasDigit(cell) }) {
		return false
	}
	with := make([]int, len(first))
	for _, line := range lines {
		cells, _ := split(line, f.Separator, f.Quoted)
		for i := range min(len(cells), len(with)) {
			if hasDigit(cells[i]) {
				with[i]++
			}
		}
	}
	return slices.Max(with)*10 >= len(lines)*8
}
