package file

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"

	"github.com/kithhq/kith/internal/export"
)

// output is the stored form of a file, built part by part: CSV, gzip, or for a bundle a zip. Each compressed part of a CSV
// is a gzip member of its own, so that writing can resume after any part; the parts together are one gzip file. Where parts
// begin depends on the rows alone, so the same rows give the same bytes.
type output struct {
	part  []byte // being filled
	spare []byte // memory of the part before, to be filled next
	sum   hash.Hash
	bytes int64 // in ended parts

	gzip       *gzip.Writer // nil: the text is stored as it is
	memberOpen bool         // whether the gzip member has begun
	memberText int64        // bytes of text in it
	text       hash.Hash    // of the text before compression
	textBytes  int64

	archive *archive // of a bundle; nil for others
}

// newOutput begins the output of an export.
func newOutput(e *export.Export) (*output, error) {
	o := &output{sum: sha256.New()}
	if e.Request.Type == export.Bundle {
		var err error
		o.archive, err = newArchive(o, e.StartedAt)
		return o, err
	}
	if e.Request.Compression != export.Gzip {
		return o, nil
	}
	compressor, err := gzip.NewWriterLevel(o, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("export: gzip: %w", err)
	}
	o.gzip, o.text = compressor, sha256.New()
	return o, nil
}

// Write appends compressed bytes to the part.
func (o *output) Write(compressed []byte) (int, error) {
	o.part = append(o.part, compressed...)
	return len(compressed), nil
}

// add writes a line of text.
func (o *output) add(line []byte) error {
	if o.archive != nil {
		return o.archive.add(line)
	}
	if o.gzip == nil {
		o.part = append(o.part, line...)
		return nil
	}
	o.memberOpen = true
	o.text.Write(line)
	o.textBytes += int64(len(line))
	o.memberText += int64(len(line))
	if _, err := o.gzip.Write(line); err != nil {
		return fmt.Errorf("export: gzip: %w", err)
	}
	return nil
}

// endPart completes o.part, so that it can be uploaded and the next part does not depend on it.
func (o *output) endPart() error {
	if o.archive != nil {
		if err := o.archive.flush(); err != nil {
			return err
		}
	}
	if o.memberOpen {
		if err := o.gzip.Close(); err != nil {
			return fmt.Errorf("export: gzip: %w", err)
		}
		o.gzip.Reset(o)
		o.memberOpen, o.memberText = false, 0
	}
	o.sum.Write(o.part)
	o.bytes += int64(len(o.part))
	return nil
}

// takePart returns the ended part and begins the next one in the spare memory.
func (o *output) takePart() []byte {
	part := o.part
	o.part, o.spare = o.spare[:0], nil
	return part
}

// digest returns the SHA-256 of the ended parts, hex.
func (o *output) digest() string { return hex.EncodeToString(o.sum.Sum(nil)) }

// outputState is an output after a part, from which another process can resume.
type outputState struct {
	Bytes     int64  `json:"bytes"`
	Hash      []byte `json:"hash"` // state of the SHA-256
	TextBytes int64  `json:"text_bytes,omitempty"`
	Text      []byte `json:"text,omitempty"` // state of the text's SHA-256

	Archive *archiveState `json:"archive,omitempty"`
}

func (o *output) state() (outputState, error) {
	sum, err := hashState(o.sum)
	if err != nil {
		return outputState{}, err
	}
	s := outputState{Bytes: o.bytes, Hash: sum, TextBytes: o.textBytes}
	if o.gzip != nil {
		s.Text, err = hashState(o.text)
	}
	if o.archive != nil {
		s.Archive, err = o.archive.state()
	}
	return s, err
}

func (o *output) resume(s outputState) error {
	o.bytes, o.textBytes = s.Bytes, s.TextBytes
	err := resumeHash(o.sum, s.Hash)
	if err == nil && o.gzip != nil {
		err = resumeHash(o.text, s.Text)
	}
	if err == nil && o.archive != nil {
		err = o.archive.resume(s.Archive)
	}
	return err
}

var errHashState = errors.New("export: the state of SHA-256 can't be saved")

func hashState(h hash.Hash) ([]byte, error) {
	marshaler, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return nil, errHashState
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
		return errHashState
	}
	if err := unmarshaler.UnmarshalBinary(state); err != nil {
		return fmt.Errorf("export: SHA-256: %w", err)
	}
	return nil
}
