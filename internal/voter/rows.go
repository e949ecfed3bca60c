package voter

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// rowReader reads a voter file row by row. A row that can't be read is told as such, and reading goes on behind its
// first line: a quote that is never closed costs one row, not the rest of the file.
type rowReader struct {
	from  *bufio.Reader
	ahead []string // lines read ahead of a row that turned out broken
	line  int      // of the file, the last one taken; the header is line 1
	bytes int64    // of the file, taken so far
}

// maxLines is how many lines one row may go over.
const maxLines = 50

func newRowReader(from io.Reader, line int, bytes int64) *rowReader {
	return &rowReader{from: bufio.NewReaderSize(from, 256<<10), line: line, bytes: bytes}
}

// next returns the cells of a row and the line it begins on, or why it can't be read. Blank lines are passed over.
// io.EOF: there are no more rows.
func (r *rowReader) next() ([]string, int, string, error) {
	for {
		first, err := r.take()
		if err != nil {
			return nil, 0, "", err
		}
		if strings.TrimSpace(first) == "" {
			r.count(first)
			continue
		}
		cells, line, reason, err := r.row(first)
		return cells, line, reason, err
	}
}

// row reads the row that begins with a line.
func (r *rowReader) row(first string) ([]string, int, string, error) {
	begins := r.line + 1
	lines := []string{first}
	size, quotes := len(first), strings.Count(first, `"`)
	for quotes%2 == 1 && size <= MaxLine && len(lines) < maxLines {
		more, err := r.take()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, "", err
		}
		lines = append(lines, more)
		size += len(more)
		quotes += strings.Count(more, `"`)
	}
	if size > MaxLine && len(lines) == 1 {
		r.count(first)
		return nil, begins, "The row is longer than 64,000 bytes.", nil
	}
	if quotes%2 == 0 && size <= MaxLine {
		cells, ok := parse(strings.Join(lines, ""))
		if ok {
			for _, line := range lines {
				r.count(line)
			}
			return cells, begins, "", nil
		}
	}
	r.ahead = append(lines[1:], r.ahead...)
	r.count(first)
	return nil, begins, "The row's quotes are not as CSV has them.", nil
}

func (r *rowReader) count(line string) {
	r.line++
	r.bytes += int64(len(line))
}

func parse(text string) ([]string, bool) {
	records := csv.NewReader(strings.NewReader(text))
	records.FieldsPerRecord = -1
	cells, err := records.Read()
	if err != nil {
		return nil, false
	}
	_, err = records.Read()
	return cells, errors.Is(err, io.EOF)
}

// take returns the next line with its ending, of at most a little more than MaxLine: the rest of a longer one comes as
// further lines.
func (r *rowReader) take() (string, error) {
	if len(r.ahead) > 0 {
		line := r.ahead[0]
		r.ahead = r.ahead[1:]
		return line, nil
	}
	var b strings.Builder
	for b.Len() <= MaxLine {
		part, err := r.from.ReadSlice('\n')
		b.Write(part)
		if err == nil {
			return b.String(), nil
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && b.Len() > 0 {
			return b.String(), nil
		}
		return "", err
	}
	return b.String(), nil
}
