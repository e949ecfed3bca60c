package export

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
)

// file is a CSV that grows part by part: what is stored of it, and, when that is compressed, the text within. Each part
// that is compressed is a gzip member of its own, so that writing can go on behind any part, and the parts in a row are
// one gzip file. Members begin where parts begin, which depends on the rows alone: the same rows give the same bytes. A
// bundle's file is an archive.
type file struct {
	part  []byte // filling
	spare []byte // of the part before, to be filled next
	sum   hash.Hash
	bytes int64 // of the full parts

	zip       *gzip.Writer // nil when the text is stored as it is
	open      bool         // whether the member has begun
	member    int64        // bytes of the text in it
	text      hash.Hash    // of the text before compression
	textBytes int64

	archive *archive // of a bundle; nil for others
}

// newFile begins the file of an export.
func newFile(e *Export) (*file, error) {
	f := &file{sum: sha256.New()}
	if e.Request.Type == Bundle {
		var err error
		f.archive, err = newArchive(f, e.StartedAt)
		return f, err
	}
	if e.Request.Compression != Gzip {
		return f, nil
	}
	zip, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("export: gzip: %w", err)
	}
	f.zip, f.text = zip, sha256.New()
	return f, nil
}

// Write takes what the compressor gives.
func (f *file) Write(compressed []byte) (int, error) {
	f.part = append(f.part, compressed...)
	return len(compressed), nil
}

// add writes a line.
func (f *file) add(line []byte) error {
	if f.archive != nil {
		return f.archive.add(line)
	}
	if f.zip == nil {
		f.part = append(f.part, line...)
		return nil
	}
	f.open = true
	f.text.Write(line)
	f.textBytes += int64(len(line))
	f.member += int64(len(line))
	if _, err := f.zip.Write(line); err != nil {
		return fmt.Errorf("export: gzip: %w", err)
	}
	return nil
}

// cut ends the part, which then stands in f.part whole.
func (f *file) cut() error {
	if f.archive != nil {
		if err := f.archive.cut(); err != nil {
			return err
		}
	}
	if f.open {
		if err := f.zip.Close(); err != nil {
			return fmt.Errorf("export: gzip: %w", err)
		}
		f.zip.Reset(f)
		f.open, f.member = false, 0
	}
	f.sum.Write(f.part)
	f.bytes += int64(len(f.part))
	return nil
}

// take returns the part that was cut, and begins the next one in the memory of the one before.
func (f *file) take() []byte {
	part := f.part
	f.part, f.spare = f.spare[:0], nil
	return part
}

// digest is the SHA-256 of what is stored, hex.
func (f *file) digest() string { return hex.EncodeToString(f.sum.Sum(nil)) }

// fileState is a file behind a part, to go on with in another process.
type fileState struct {
	Bytes     int64  `json:"bytes"`
	Hash      []byte `json:"hash"` // state of the SHA-256
	TextBytes int64  `json:"text_bytes,omitempty"`
	Text      []byte `json:"text,omitempty"` // state of the text's SHA-256

	Archive *archiveState `json:"archive,omitempty"`
}

func (f *file) state() (fileState, error) {
	sum, err := hashState(f.sum)
	if err != nil {
		return fileState{}, err
	}
	s := fileState{Bytes: f.bytes, Hash: sum, TextBytes: f.textBytes}
	if f.zip != nil {
		s.Text, err = hashState(f.text)
	}
	if f.archive != nil {
		s.Archive, err = f.archive.state()
	}
	return s, err
}

func (f *file) resume(s fileState) error {
	f.bytes, f.textBytes = s.Bytes, s.TextBytes
	err := resumeHash(f.sum, s.Hash)
	if err == nil && f.zip != nil {
		err = resumeHash(f.text, s.Text)
	}
	if err == nil && f.archive != nil {
		err = f.archive.resume(s.Archive)
	}
	return err
}

var errStateless = errors.New("export: SHA-256 keeps no state")

func hashState(h hash.Hash) ([]byte, error) {
	marshaler, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return nil, errStateless
	}
	state, err := marshaler.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("export: SHA-256: %w", err)
	}
	return state, nil
}

func resumeHash(h hash.Hash, state []byte) error {
	unmarshaler, ok := h.(encoding.BinaryUnmarshaler)
	if !ok {
		return errStateless
	}
	if err := unmarshaler.UnmarshalBinary(state); err != nil {
		return fmt.Errorf("export: SHA-256: %w", err)
	}
	return nil
}
