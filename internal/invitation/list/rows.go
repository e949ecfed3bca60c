package list

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// maxRowLines bounds the lines that one row may span.
const maxRowLines = 50

// rowReader reads rows and numbers them as a spreadsheet does: blank rows count, line breaks within quotes do not.
type rowReader struct {
	lines     []string // not read yet
	separator rune
	row       int // number of the last row read; the first is 1
}

// next returns the cells of the next row and its number, 0 at the end. If the row is not valid CSV, malformed is true and
// the whole line as the only cell: split into cells, the line could be read as somebody's name with a quote in it when it
// is sent again. An unclosed quote costs one line, not the rest of the file.
func (r *rowReader) next() (cells []string, row int, malformed bool) {
	if len(r.lines) == 0 || len(r.lines) == 1 && r.lines[0] == "" {
		return nil, 0, false
	}
	r.row++
	text := r.lines[0]
	quotes := strings.Count(text, `"`)
	used := 1
	for quotes%2 == 1 && used < len(r.lines) && used < maxRowLines {
		text += r.lines[used]
		quotes += strings.Count(r.lines[used], `"`)
		used++
	}
	cells, ok := r.split(text)
	if !ok {
		line := strings.TrimRight(r.lines[0], "\r\n")
		r.lines = r.lines[1:]
		return []string{line}, r.row, true
	}
	r.lines = r.lines[used:]
	return cells, r.row, false
}

// split returns the cells of a text, and whether it is exactly one row.
func (r *rowReader) split(text string) ([]string, bool) {
	if strings.TrimSpace(text) == "" {
		return nil, true
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord = r.separator, -1
	cells, err := reader.Read()
	if err != nil {
		return nil, false
	}
	_, err = reader.Read()
	return cells, errors.Is(err, io.EOF)
}
