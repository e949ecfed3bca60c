package voter

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// rowReader reads a voter file row by row. After a malformed row it continues with the next line, so that an unclosed
// quote costs one row and not the rest of the file.
type rowReader struct {
	from   *bufio.Reader
	unread []string // lines read while looking for the end of a row that turned out malformed
	line   int      // last line consumed; the header is line 1
	bytes  int64    // bytes of the file consumed
}

// maxLines limits the lines of one row.
const maxLines = 50

func newRowReader(from io.Reader, line int, bytes int64) *rowReader {
	return &rowReader{from: bufio.NewReaderSize(from, 256<<10), line: line, bytes: bytes}
}

// next returns the cells of the next row and its first line, or the reason why it is malformed. It skips blank lines. It
// returns io.EOF after the last row.
func (r *rowReader) next() ([]string, int, string, error) {
	for {
		first, err := r.readLine()
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

// row reads the row that starts with the line first.
func (r *rowReader) row(first string) ([]string, int, string, error) {
	begins := r.line + 1
	lines := []string{first}
	size, quotes := len(first), strings.Count(first, `"`)
	for quotes%2 == 1 && size <= MaxLine && len(lines) < maxLines {
		more, err := r.readLine()
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
	r.unread = append(lines[1:], r.unread...)
	r.count(first)
	return nil, begins, "The row's quotes do not follow the rules of CSV.", nil
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

// readLine returns the next line with its line ending. A line longer than MaxLine is split: the rest is returned as
// further lines.
func (r *rowReader) readLine() (string, error) {
	if len(r.unread) > 0 {
		line := r.unread[0]
		r.unread = r.unread[1:]
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
