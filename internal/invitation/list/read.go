package list

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/fault"
)

// Limits of a list. docs/invitation-lists.md states them for people.
const (
	MaxRows    = 5000
	MaxBytes   = 2 << 20
	maxColumns = 200
)

// separators are tried in this order: which one a spreadsheet writes depends on its language.
var separators = []rune{',', ';', '\t'}

// Read reads a CSV of people: RFC 4180 in UTF-8, with or without a BOM, with any line ending, and cells separated by comma,
// semicolon or tab. Blank rows are skipped. An error in one row concerns that row alone.
//
// It fails with invalid for the whole file if it is not such a text, has a column twice, or has too many rows, and with a
// *ColumnsError if the columns of the email address and the first name are neither recognized nor named by columns.
func Read(file []byte, columns Columns) (*List, error) {
	text, err := decode(file)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(text, "\n")
	if hint := strings.TrimSpace(lines[0]); len(hint) == 5 && strings.HasPrefix(strings.ToLower(hint), "sep=") {
		lines = lines[1:] // a hint for spreadsheets, which number the next line as row 1
	}
	reader, header, err := readHeader(lines, columns)
	if err != nil {
		return nil, err
	}
	list := &List{Header: header.cells}
	corrected := header.isOfRejects()
	if corrected {
		unescape(header.cells)
	}
	for {
		cells, row, malformed := reader.next()
		if row == 0 {
			break
		}
		if corrected && !malformed {
			unescape(cells)
		}
		if !malformed && isBlank(cells) {
			continue
		}
		list.Rows = append(list.Rows, header.readRow(cells, row, malformed))
	}
	switch {
	case len(list.Rows) == 0:
		return nil, fault.Invalid("file", "This file has no rows below its header. Add at least one person.")
	case len(list.Rows) > MaxRows:
		return nil, fault.Invalid("file", "This file has %d rows; up to %d people can be invited at once. Split it into several files.", len(list.Rows), MaxRows)
	}
	list.findDuplicates()
	return list, nil
}

// decode returns the text of a file. It fails with invalid, and says how to save the file as text.
func decode(file []byte) (string, error) {
	advice := fault.NewMessage("In Excel, save it as “CSV UTF-8 (Comma delimited)”; in other programs choose UTF-8. It needs the columns email and first_name.")
	switch {
	case len(file) > MaxBytes:
		return "", fault.Invalid("file", "This file is larger than 2 MB. Remove columns other than email, first_name, last_name and language, or split it.")
	case bytes.HasPrefix(file, []byte{0xff, 0xfe}), bytes.HasPrefix(file, []byte{0xfe, 0xff}):
		return "", fault.Invalid("file", "This file is UTF-16 text, not UTF-8. %s", advice)
	case bytes.HasPrefix(file, []byte("PK\x03\x04")), bytes.HasPrefix(file, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return "", fault.Invalid("file", "This is a spreadsheet, not a CSV. %s", advice)
	}
	if !utf8.Valid(file) {
		line := 1
		for rest := file; ; line++ {
			one, after, more := bytes.Cut(rest, []byte("\n"))
			if !utf8.Valid(one) || !more {
				break
			}
			rest = after
		}
		return "", fault.Invalid("file", "This file is not UTF-8 text: line %d has other characters. %s", line, advice)
	}
	if before, _, found := bytes.Cut(file, []byte{0}); found {
		return "", fault.Invalid("file", "This file is not plain text: line %d has a NUL character. Remove it, or save the list again. %s",
			1+bytes.Count(before, []byte("\n")), advice)
	}
	text := strings.TrimPrefix(string(file), "\ufeff")
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // line ends of old Mac programs
	}
	if strings.TrimSpace(text) == "" {
		return "", fault.Invalid("file", "This file is empty. Send a CSV with the columns email and first_name.")
	}
	return text, nil
}

// unescape restores cells that RejectsCSV has escaped so that a spreadsheet does not run them.
func unescape(cells []string) {
	for i, cell := range cells {
		cells[i] = csv.Unescape(cell)
	}
}

func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
