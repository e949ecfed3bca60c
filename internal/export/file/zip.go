package file

import (
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"math"
	"time"
)

// archive is a zip that grows part by part within a file. The standard library's can't be taken up by another process;
// this one can, behind any part: there the deflate stream is flushed and goes on without what came before, and checksum,
// sizes and the finished entries are a few hundred bytes of state. Sizes stand behind each entry and in the directory at
// the end. An entry, or the zip, may be larger than 4 GiB.
type archive struct {
	output  *output
	at      time.Time // of every entry
	done    []entry
	open    *entry // the one being written; nil between two
	deflate *flate.Writer
	sum     hash.Hash // of the open entry's text
}

// entry is a file within the archive.
type entry struct {
	Name   string `json:"name"`
	At     int64  `json:"at"`   // where it begins
	Data   int64  `json:"data"` // where its data begins
	CRC    uint32 `json:"crc"`
	Bytes  int64  `json:"bytes"`
	Packed int64  `json:"packed,omitempty"`
	Rows   int    `json:"rows"` // of the open one: rows before it
	SHA256 string `json:"sha256,omitempty"`
}

func newArchive(to *output, at time.Time) (*archive, error) {
	deflate, err := flate.NewWriter(to, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("export: zip: %w", err)
	}
	return &archive{output: to, at: at.UTC(), deflate: deflate}, nil
}

func (a *archive) offset() int64 { return a.output.bytes + int64(len(a.output.part)) }

// begin begins an entry, of rows behind so many of the entries before it.
func (a *archive) begin(name string, rows int) {
	e := &entry{Name: name, At: a.offset(), Rows: rows}
	a.output.part = append(a.output.part, a.local(e)...)
	e.Data = a.offset()
	a.open, a.sum = e, sha256.New()
	a.deflate.Reset(a.output)
}

// add writes text into the open entry.
func (a *archive) add(text []byte) error {
	a.open.CRC = crc32.Update(a.open.CRC, crc32.IEEETable, text)
	a.open.Bytes += int64(len(text))
	a.sum.Write(text)
	if _, err := a.deflate.Write(text); err != nil {
		return fmt.Errorf("export: zip: %w", err)
	}
	return nil
}

// flush completes the part, so that what follows does not depend on it.
func (a *archive) flush() error {
	if a.open == nil {
		return nil
	}
	if err := a.deflate.Flush(); err != nil {
		return fmt.Errorf("export: zip: %w", err)
	}
	a.deflate.Reset(a.output)
	return nil
}

// end ends the open entry, when there are so many rows in all.
func (a *archive) end(rows int) error {
	if err := a.deflate.Close(); err != nil {
		return fmt.Errorf("export: zip: %w", err)
	}
	e := a.open
	e.Packed, e.Rows, e.SHA256 = a.offset()-e.Data, rows-e.Rows, hex.EncodeToString(a.sum.Sum(nil))
	a.output.part = append(a.output.part, e.descriptor()...)
	a.done, a.open = append(a.done, *e), nil
	return nil
}

// addFile adds a whole entry.
func (a *archive) addFile(name string, text []byte) error {
	a.begin(name, 0)
	if err := a.add(text); err != nil {
		return err
	}
	return a.end(0)
}

// close writes the directory.
func (a *archive) close() {
	from := a.offset()
	for i := range a.done {
		a.output.part = append(a.output.part, a.central(&a.done[i])...)
	}
	a.output.part = append(a.output.part, ending(len(a.done), from, a.offset()-from)...)
}

// The zip format, as APPNOTE 6.3 has it: signatures, versions, flags.
const (
	localMark      = 0x04034b50
	centralMark    = 0x02014b50
	descriptorMark = 0x08074b50
	endMark        = 0x06054b50
	end64Mark      = 0x06064b50
	locator64Mark  = 0x07064b50
	deflated       = 8
	version        = 20
	version64      = 45
	madeOnUnix     = 3 << 8
	flags          = 0x8 | 0x800 // sizes behind the data; names in UTF-8
	regular0644    = 0o100644 << 16
	extra64        = 1
)

// little collects numbers as a zip has them.
type little []byte

func (l little) u16(values ...uint16) little {
	for _, v := range values {
		l = binary.LittleEndian.AppendUint16(l, v)
	}
	return l
}

func (l little) u32(values ...uint32) little {
	for _, v := range values {
		l = binary.LittleEndian.AppendUint32(l, v)
	}
	return l
}

func (l little) u64(values ...int64) little {
	for _, v := range values {
		l = binary.LittleEndian.AppendUint64(l, uint64(v))
	}
	return l
}

// short is a size where the format has 32 bits: all ones when it stands elsewhere in 64.
func short(n int64) uint32 { return uint32(min(n, math.MaxUint32)) }

func long(sizes ...int64) bool {
	for _, n := range sizes {
		if n >= math.MaxUint32 {
			return true
		}
	}
	return false
}

// moment is a time as MS-DOS had it, to two seconds.
func moment(t time.Time) (clock, date uint16) {
	return uint16(t.Second()/2 | t.Minute()<<5 | t.Hour()<<11), uint16(t.Day() | int(t.Month())<<5 | (t.Year()-1980)<<9)
}

func (a *archive) local(e *entry) []byte {
	clock, date := moment(a.at)
	header := little(nil).u32(localMark).u16(version, flags, deflated, clock, date).u32(0, 0, 0).u16(uint16(len(e.Name)), 0)
	return append(header, e.Name...)
}

func (e *entry) descriptor() []byte {
	tail := little(nil).u32(descriptorMark, e.CRC)
	if long(e.Packed, e.Bytes) {
		return tail.u64(e.Packed, e.Bytes)
	}
	return tail.u32(uint32(e.Packed), uint32(e.Bytes))
}

func (a *archive) central(e *entry) []byte {
	clock, date := moment(a.at)
	var extra little
	needs := uint16(version)
	if long(e.Packed, e.Bytes, e.At) {
		needs = version64
		for _, n := range []int64{e.Bytes, e.Packed, e.At} {
			if long(n) {
				extra = extra.u64(n)
			}
		}
		extra = append(little(nil).u16(extra64, uint16(len(extra))), extra...)
	}
	header := little(nil).u32(centralMark).u16(madeOnUnix|needs, needs, flags, deflated, clock, date)
	header = header.u32(e.CRC, short(e.Packed), short(e.Bytes)).u16(uint16(len(e.Name)), uint16(len(extra)), 0, 0, 0)
	header = header.u32(regular0644, short(e.At))
	return append(append(header, e.Name...), extra...)
}

// ending is what stands behind the directory, which begins and is as large as said.
func ending(entries int, from, size int64) []byte {
	var tail little
	if long(from, size) {
		tail = tail.u32(end64Mark).u64(44).u16(madeOnUnix|version64, version64).u32(0, 0)
		tail = tail.u64(int64(entries), int64(entries), size, from)
		tail = tail.u32(locator64Mark, 0).u64(from + size).u32(1)
	}
	return tail.u32(endMark).u16(0, 0, uint16(entries), uint16(entries)).u32(short(size), short(from)).u16(0)
}

// archiveState is an archive behind a part, to go on with in another process.
type archiveState struct {
	Done []entry `json:"done,omitempty"`
	Open *entry  `json:"open,omitempty"`
	Hash []byte  `json:"hash,omitempty"` // state of the open entry's SHA-256
}

func (a *archive) state() (*archiveState, error) {
	s := &archiveState{Done: a.done}
	if a.open == nil {
		return s, nil
	}
	open := *a.open
	s.Open = &open
	var err error
	s.Hash, err = hashState(a.sum)
	return s, err
}

func (a *archive) resume(s *archiveState) error {
	if s == nil {
		return nil
	}
	a.done, a.open = s.Done, s.Open
	if a.open == nil {
		return nil
	}
	a.sum = sha256.New()
	a.deflate.Reset(a.output)
	return resumeHash(a.sum, s.Hash)
}
