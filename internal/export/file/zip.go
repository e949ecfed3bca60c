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

// archive writes a zip into an output, part by part. Unlike archive/zip it can resume in another process after any part: there
// the deflate stream is flushed and continues without its history, and the checksum, the sizes and the finished entries are a
// few hundred bytes of state. Sizes are written after each entry and in the directory at the end. An entry, or the zip, may be
// larger than 4 GiB.
type archive struct {
	output  *output
	time    time.Time // modification time of every entry
	done    []entry
	open    *entry // being written; nil between two entries
	deflate *flate.Writer
	sum     hash.Hash // of the open entry's text
}

// entry is a file in the archive.
type entry struct {
	Name       string `json:"name"`
	Offset     int64  `json:"at"`   // of its local header
	DataOffset int64  `json:"data"` // of its compressed data
	CRC        uint32 `json:"crc"`
	Bytes      int64  `json:"bytes"`
	Compressed int64  `json:"packed,omitempty"` // bytes
	Rows       int    `json:"rows"`             // of the open one: rows of the entries before it
	SHA256     string `json:"sha256,omitempty"`
}

// newArchive begins an archive whose entries have a modification time.
func newArchive(to *output, at time.Time) (*archive, error) {
	deflate, err := flate.NewWriter(to, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("export: zip: %w", err)
	}
	return &archive{output: to, time: at.UTC(), deflate: deflate}, nil
}

func (a *archive) offset() int64 { return a.output.bytes + int64(len(a.output.part)) }

// begin begins an entry. The rows are those of the entries before it.
func (a *archive) begin(name string, rows int) {
	e := &entry{Name: name, Offset: a.offset(), Rows: rows}
	a.output.part = append(a.output.part, a.localHeader(e)...)
	e.DataOffset = a.offset()
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

// flush completes the part, so that it can be uploaded and the next part does not depend on it.
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

// end ends the open entry. The rows are those of all entries.
func (a *archive) end(rows int) error {
	if err := a.deflate.Close(); err != nil {
		return fmt.Errorf("export: zip: %w", err)
	}
	e := a.open
	e.Compressed, e.Rows, e.SHA256 = a.offset()-e.DataOffset, rows-e.Rows, hex.EncodeToString(a.sum.Sum(nil))
	a.output.part = append(a.output.part, e.dataDescriptor()...)
	a.done, a.open = append(a.done, *e), nil
	return nil
}

// addFile writes a whole entry without rows.
func (a *archive) addFile(name string, text []byte) error {
	a.begin(name, 0)
	if err := a.add(text); err != nil {
		return err
	}
	return a.end(0)
}

// close writes the central directory.
func (a *archive) close() {
	start := a.offset()
	for i := range a.done {
		a.output.part = append(a.output.part, a.centralHeader(&a.done[i])...)
	}
	a.output.part = append(a.output.part, endOfDirectory(len(a.done), start, a.offset()-start)...)
}

// Signatures, versions and flags of the zip format, PKWARE APPNOTE 6.3.
const (
	localSignature      = 0x04034b50
	centralSignature    = 0x02014b50
	descriptorSignature = 0x08074b50
	endSignature        = 0x06054b50
	end64Signature      = 0x06064b50
	locator64Signature  = 0x07064b50
	methodDeflate       = 8
	version20           = 20
	version45           = 45 // zip64
	madeOnUnix          = 3 << 8
	flags               = 0x8 | 0x800 // sizes follow the data; names in UTF-8
	mode0644            = 0o100644 << 16
	extraZip64          = 1
)

// littleEndian is a buffer of little-endian numbers.
type littleEndian []byte

func (l littleEndian) u16(values ...uint16) littleEndian {
	for _, v := range values {
		l = binary.LittleEndian.AppendUint16(l, v)
	}
	return l
}

func (l littleEndian) u32(values ...uint32) littleEndian {
	for _, v := range values {
		l = binary.LittleEndian.AppendUint32(l, v)
	}
	return l
}

func (l littleEndian) u64(values ...int64) littleEndian {
	for _, v := range values {
		l = binary.LittleEndian.AppendUint64(l, uint64(v))
	}
	return l
}

// size32 returns the value of a 32-bit size field: all ones when the size is in a 64-bit field instead.
func size32(n int64) uint32 { return uint32(min(n, math.MaxUint32)) }

// needs64 reports whether one of the sizes does not fit into a 32-bit field.
func needs64(sizes ...int64) bool {
	for _, n := range sizes {
		if n >= math.MaxUint32 {
			return true
		}
	}
	return false
}

// dosTime returns a time in MS-DOS format, which has a resolution of two seconds.
func dosTime(t time.Time) (clock, date uint16) {
	return uint16(t.Second()/2 | t.Minute()<<5 | t.Hour()<<11), uint16(t.Day() | int(t.Month())<<5 | (t.Year()-1980)<<9)
}

func (a *archive) localHeader(e *entry) []byte {
	clock, date := dosTime(a.time)
	header := littleEndian(nil).u32(localSignature).u16(version20, flags, methodDeflate, clock, date).u32(0, 0, 0)
	header = header.u16(uint16(len(e.Name)), 0)
	return append(header, e.Name...)
}

func (e *entry) dataDescriptor() []byte {
	descriptor := littleEndian(nil).u32(descriptorSignature, e.CRC)
	if needs64(e.Compressed, e.Bytes) {
		return descriptor.u64(e.Compressed, e.Bytes)
	}
	return descriptor.u32(uint32(e.Compressed), uint32(e.Bytes))
}

func (a *archive) centralHeader(e *entry) []byte {
	clock, date := dosTime(a.time)
	var extra littleEndian
	version := uint16(version20)
	if needs64(e.Compressed, e.Bytes, e.Offset) {
		version = version45
		for _, n := range []int64{e.Bytes, e.Compressed, e.Offset} {
			if needs64(n) {
				extra = extra.u64(n)
			}
		}
		extra = append(littleEndian(nil).u16(extraZip64, uint16(len(extra))), extra...)
	}
	header := littleEndian(nil).u32(centralSignature).u16(madeOnUnix|version, version, flags, methodDeflate, clock, date)
	header = header.u32(e.CRC, size32(e.Compressed), size32(e.Bytes)).u16(uint16(len(e.Name)), uint16(len(extra)), 0, 0, 0)
	header = header.u32(mode0644, size32(e.Offset))
	return append(append(header, e.Name...), extra...)
}

// endOfDirectory returns the records after a central directory with a number of entries, an offset and a size.
func endOfDirectory(entries int, offset, size int64) []byte {
	var records littleEndian
	if needs64(offset, size) {
		records = records.u32(end64Signature).u64(44).u16(madeOnUnix|version45, version45).u32(0, 0)
		records = records.u64(int64(entries), int64(entries), size, offset)
		records = records.u32(locator64Signature, 0).u64(offset + size).u32(1)
	}
	return records.u32(endSignature).u16(0, 0, uint16(entries), uint16(entries)).u32(size32(size), size32(offset)).u16(0)
}

// archiveState is an archive after a part, from which another process can resume.
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
