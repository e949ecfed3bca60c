package match

import (
	"bytes"
	"cmp"
	"compress/flate"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// MaxBlock is the maximum size of a compressed block in bytes: an item of the store has at most 400 KB.
const MaxBlock = 350_000

// Block is the compressed voters of one bucket of one part of a file.
type Block struct {
	Bucket Bucket
	Number int // from 0; a bucket of many voters has several
	Data   []byte
}

// entriesPerBlock is how many voters a block has at most. A voter takes at most some 500 bytes uncompressed.
const entriesPerBlock = 4000

// Pack groups entries by bucket, sorts each group by name and compresses it.
func Pack(entries []Entry) []Block {
	groups := map[Bucket][]*Entry{}
	for i := range entries {
		for _, bucket := range entries[i].Buckets() {
			groups[bucket] = append(groups[bucket], &entries[i])
		}
	}
	buckets := make([]Bucket, 0, len(groups))
	for bucket := range groups {
		buckets = append(buckets, bucket)
	}
	slices.SortFunc(buckets, func(a, b Bucket) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Number, b.Number))
	})
	var blocks []Block
	var plain bytes.Buffer
	for _, bucket := range buckets {
		group := groups[bucket]
		slices.SortFunc(group, func(a, b *Entry) int {
			return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.First, b.First), cmp.Compare(a.CanonicalID, b.CanonicalID))
		})
		number := 0
		for chunk := range slices.Chunk(group, entriesPerBlock) {
			plain.Reset()
			for _, e := range chunk {
				e.append(&plain)
			}
			blocks = append(blocks, Block{Bucket: bucket, Number: number, Data: Deflate(plain.Bytes())})
			number++
		}
	}
	return blocks
}

// append writes an entry as one line of tab-separated values.
func (e *Entry) append(out *bytes.Buffer) {
	year := ""
	if e.BirthYear > 0 {
		year = strconv.Itoa(e.BirthYear)
	}
	for i, value := range [...]string{e.Last, e.First, e.Middle, e.Suffix, e.Zip, year, e.Street, pick(e.Inactive, "I", ""), e.CanonicalID} {
		if i > 0 {
			out.WriteByte('\t')
		}
		out.WriteString(oneLine(value))
	}
	out.WriteByte('\n')
}

// oneLine replaces the separators of a block within a value.
func oneLine(value string) string {
	if !strings.ContainsAny(value, "\t\n") {
		return value
	}
	return strings.NewReplacer("\t", " ", "\n", " ").Replace(value)
}

var (
	deflaters = sync.Pool{New: func() any {
		w, err := flate.NewWriter(nil, 6)
		if err != nil {
			panic(err)
		}
		return w
	}}
	inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}
)

// Deflate compresses bytes as blocks are compressed.
func Deflate(plain []byte) []byte {
	var out bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&out)
	_, err := w.Write(plain)
	if err = cmp.Or(err, w.Close()); err != nil {
		panic(err) // a buffer accepts every write
	}
	return out.Bytes()
}

// Inflate returns what Deflate compressed. It fails if the data is malformed.
func Inflate(data []byte) ([]byte, error) {
	r := inflaters.Get().(io.ReadCloser)
	defer inflaters.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(data), nil); err != nil {
		return nil, fmt.Errorf("match: block: %w", err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("match: block: %w", err)
	}
	return plain, nil
}

// Decode returns the entries of a compressed block. It fails if the block is malformed.
func Decode(data []byte) ([]Entry, error) {
	plain, err := Inflate(data)
	if err != nil {
		return nil, err
	}
	lines := string(plain)
	entries := make([]Entry, 0, strings.Count(lines, "\n"))
	for line := range strings.Lines(lines) {
		var fields [9]string
		rest := strings.TrimSuffix(line, "\n")
		for i := range fields {
			fields[i], rest, _ = strings.Cut(rest, "\t")
		}
		year := 0
		if fields[5] != "" {
			year, err = strconv.Atoi(fields[5])
			if err != nil {
				return nil, fmt.Errorf("match: block: %w", err)
			}
		}
		entries = append(entries, Entry{
			Last: fields[0], First: fields[1], Middle: fields[2], Suffix: fields[3], Zip: fields[4], BirthYear: year,
			Street: fields[6], Inactive: fields[7] == "I", CanonicalID: fields[8],
		})
	}
	return entries, nil
}
