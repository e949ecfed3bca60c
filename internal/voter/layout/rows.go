package layout

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/fault"
)

// MaxLine is the maximum number of bytes of one row.
const MaxLine = 64_000

// byteOrderMark begins some files in UTF-8.
const byteOrderMark = "\ufeff"

// maxLines limits the lines of one row.
const maxLines = 50

// Row is one row of a file.
type Row struct {
	Cells  []string
	Line   int           // its first line in the file; the first line of the file is 1
	Raw    string        // the row as it is in the file, without its line ending
	Reason fault.Message // why it cannot be read; empty otherwise
}

// Rows reads a file row by row. After a malformed row it continues with the next line, so that an unclosed quote costs one
// row and not the rest of the file.
type Rows struct {
	Format *Format // its encoding becomes Windows-1252 when the first letter beyond ASCII is not UTF-8
	Line   int     // last line consumed
	Bytes  int64   // bytes of the file consumed
	from   *bufio.Reader
	unread []string // lines read while looking for the end of a row that turned out malformed
}

// NewRows returns a reader that starts after a line and an offset.
func NewRows(from io.Reader, f *Format, line int, offset int64) *Rows {
	r := &Rows{Format: f, Line: line, Bytes: offset, from: bufio.NewReaderSize(from, 256<<10)}
	if offset == 0 {
		if mark, err := r.from.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
			n, _ := r.from.Discard(len(byteOrderMark)) // was peeked
			r.Bytes += int64(n)
		}
	}
	return r
}

// Next returns the next row. It skips blank lines. It returns io.EOF after the last row.
func (r *Rows) Next() (Row, error) {
	for {
		first, err := r.readLine()
		if err != nil {
			return Row{}, err
		}
		if strings.TrimSpace(first) == "" {
			r.count(first)
			continue
		}
		return r.row(first)
	}
}

// row reads the row that starts with the line first.
func (r *Rows) row(first string) (Row, error) {
	row := Row{Line: r.Line + 1, Raw: first}
	lines := []string{first}
	size := len(first)
	quotes := 0
	if r.Format.Quoted {
		quotes = strings.Count(first, `"`)
	}
	for quotes%2 == 1 && size <= MaxLine && len(lines) < maxLines {
		more, err := r.readLine()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Row{}, err
		}
		lines = append(lines, more)
		size += len(more)
		quotes += strings.Count(more, `"`)
	}
	if size > MaxLine && len(lines) == 1 {
		r.count(first)
		row.Reason = fault.NewMessage("The row is longer than 64,000 bytes.")
		return row, nil
	}
	if quotes%2 == 0 && size <= MaxLine {
		whole := strings.Join(lines, "")
		if cells, ok := split(r.decode(whole), r.Format.Separator, r.Format.Quoted); ok {
			for _, line := range lines {
				r.count(line)
			}
			row.Cells, row.Raw = cells, strings.TrimRight(whole, "\r\n")
			return row, nil
		}
	}
	r.unread = append(lines[1:], r.unread...)
	r.count(first)
	row.Raw = strings.TrimRight(first, "\r\n")
	row.Reason = fault.NewMessage("The row's quotes do not follow the rules of CSV.")
	return row, nil
}

// decode returns text in UTF-8. Text that is not valid in a file that is certainly UTF-8 stays as it is.
func (r *Rows) decode(row string) string {
	f := r.Format
	if !f.Certain {
		for i := range len(row) {
			if row[i] >= utf8.RuneSelf {
				f.Certain = true
				if !utf8.ValidString(row) {
					f.Encoding = Windows
				}
				break
			}
		}
	}
	return decode(f.Encoding, row)
}

func (r *Rows) count(line string) {
	r.Line++
	r.Bytes += int64(len(line))
}

// readLine returns the next line with its line ending. A line longer than MaxLine is split: the rest is returned as
// further lines.
func (r *Rows) readLine() (string, error) {
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
