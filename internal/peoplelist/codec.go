package peoplelist

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/voter"
)

// Format is the version of the encoding. A view of another format is built again.
const Format = 2

// tombstone is the format byte of a removed row, which is followed by the time of the removal in ms.
const tombstone = 0

// header is the length of a row's version and format byte.
const header = 5

// versionBytes is the length of the version at the beginning of a row: four bytes, big endian, so that the order of rows of one
// source is the order of their versions.
const versionBytes = 4

// EncodeVersion returns the bytes with which rows of a version begin. A row is older than a version if and only if it is less
// than these bytes.
func EncodeVersion(version int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(version)) }

// VersionOf returns the version of an encoded row, -1 for bytes that are no row.
func VersionOf(row []byte) int {
	if len(row) < header {
		return -1
	}
	return int(binary.BigEndian.Uint32(row))
}

// EncodeTombstone returns the row of a source that was removed at the version and time.
func EncodeTombstone(version int, at time.Time) []byte {
	return binary.AppendVarint(append(EncodeVersion(version), tombstone), millis(at))
}

// TombstoneTime returns when the source of a row was removed. It reports false for rows of existing sources.
func TombstoneTime(row []byte) (time.Time, bool) {
	if len(row) <= header || row[versionBytes] != tombstone {
		return time.Time{}, false
	}
	ms, n := binary.Varint(row[header:])
	return time.UnixMilli(ms).UTC(), n > 0
}

// Flags of rows.
const (
	hasVotePlan = 1 << iota
	hasNotes
	hasVoter
	hasConsent
)

// statusNames are the match states by the byte that rows have for them. New states go to the end.
var statusNames = []voter.Status{voter.Pending, voter.Confirmed, voter.RegEligible, voter.RegIneligible, voter.RegUncertain, voter.NoMatches}

// Encode returns the row of a contact at a version of the contact's item. The ids are not part of it.
func (c *Contact) Encode(version int) []byte {
	b := append(EncodeVersion(version), Format, encodeStatus(c.Status), flag(c.VotePlan, hasVotePlan)|flag(c.Notes, hasNotes)|flag(c.Voter != 0, hasVoter))
	b = appendText(b, string(c.Response))
	b = binary.AppendVarint(b, int64(c.Touchpoints))
	b = binary.AppendVarint(b, c.LastActivity)
	b = appendText(b, c.Actions)
	b = appendText(b, c.Name)
	b = appendText(b, c.Preferred)
	b = appendText(b, c.City)
	b = appendText(b, c.Zip)
	if c.Voter != 0 {
		b = binary.BigEndian.AppendUint64(b, c.Voter)
	}
	return b
}

// errRow reports a row that no version of Encode returned.
var errRow = errors.New("peoplelist: the row can't be decoded")

// DecodeContact decodes the row of a contact of a mobilizer. It reports false for a tombstone, and fails for bytes that are
// no row of Format.
func DecodeContact(id, of uuid.UUID, row []byte) (Contact, bool, error) {
	if _, removed := TombstoneTime(row); removed {
		return Contact{}, false, nil
	}
	c := Contact{ID: id, Mobilizer: of}
	d := newDecoder(row)
	d.contact(&c)
	return c, true, d.end()
}

// DecodeContacts decodes the rows of a block of contacts of a mobilizer from its attributes (name and value), of which there are
// count. It ignores attributes that are no rows, and tombstones. It fails as DecodeContact does. The strings of all rows share
// one piece of memory, and no row is copied.
func DecodeContacts(of uuid.UUID, count int, attributes iter.Seq2[[]byte, []byte]) ([]Contact, error) {
	var text strings.Builder
	size := 0
	for _, value := range attributes {
		size += len(value)
	}
	text.Grow(size)
	for _, value := range attributes {
		text.Write(value)
	}
	all := text.String()
	rows := make([]Contact, 0, count)
	for name, value := range attributes {
		shared := all[:len(value)]
		all = all[len(value):]
		id, _, ok := ParseRowName(string(name))
		if !ok {
			continue
		}
		if _, removed := TombstoneTime(value); removed {
			continue
		}
		rows = append(rows, Contact{ID: id, Mobilizer: of})
		d := newSharedDecoder(value, shared)
		d.contact(&rows[len(rows)-1])
		if err := d.end(); err != nil {
			return nil, fmt.Errorf("row %s: %w", name, err)
		}
	}
	return rows, nil
}

// contact decodes the fields of a contact.
func (d *decoder) contact(c *Contact) {
	c.Status = d.status()
	flags := d.byte()
	c.VotePlan, c.Notes = flags&hasVotePlan != 0, flags&hasNotes != 0
	c.Response = campaign.Code(d.text())
	c.Touchpoints, c.LastActivity = int(d.varint()), d.varint()
	c.Actions, c.Name, c.Preferred, c.City, c.Zip = d.text(), d.text(), d.text(), d.text(), d.text()
	if flags&hasVoter != 0 {
		c.Voter = d.uint64()
	}
}

// EncodeProfile returns the row of a membership at a version of its item, without counters.
func (m *Mobilizer) EncodeProfile(version int) []byte {
	b := append(EncodeVersion(version), Format, encodeStatus(m.Status), flag(m.Consent, hasConsent))
	b = binary.AppendVarint(b, m.Joined)
	b = binary.AppendVarint(b, m.Left)
	for _, s := range []string{m.Name, m.Preferred, m.City, m.State, m.Email, m.Phone} {
		b = appendText(b, s)
	}
	return b
}

// DecodeProfile decodes the row of a membership, as DecodeContact does that of a contact.
func DecodeProfile(id uuid.UUID, row []byte) (Mobilizer, bool, error) {
	if _, removed := TombstoneTime(row); removed {
		return Mobilizer{}, false, nil
	}
	d := newDecoder(row)
	m := Mobilizer{ID: id, Status: d.status(), Consent: d.byte()&hasConsent != 0, Joined: d.varint(), Left: d.varint()}
	m.Name, m.Preferred, m.City, m.State, m.Email, m.Phone = d.text(), d.text(), d.text(), d.text(), d.text(), d.text()
	return m, true, d.end()
}

// Encode returns the row of a mobilizer's counters at a version of their item.
func (n Counts) Encode(version int) []byte {
	b := append(EncodeVersion(version), Format)
	for _, count := range []int64{int64(n.Contacts), int64(n.Matched), int64(n.WithTouchpoints), int64(n.Answered), n.LastActivity} {
		b = binary.AppendVarint(b, count)
	}
	return b
}

// DecodeCounts decodes the row of a mobilizer's counters, as DecodeContact does that of a contact.
func DecodeCounts(row []byte) (Counts, bool, error) {
	if _, removed := TombstoneTime(row); removed {
		return Counts{}, false, nil
	}
	d := newDecoder(row)
	n := Counts{int(d.varint()), int(d.varint()), int(d.varint()), int(d.varint()), d.varint()}
	return n, true, d.end()
}

// appendAction appends an action response: the codes of the item and of the choice, each after its length.
func appendAction(to []byte, item, choice action.Code) []byte {
	return appendText(appendText(to, string(item)), string(choice))
}

// choice returns the contact's choice for an action item, "" without a response.
func (c *Contact) choice(item action.Code) action.Code {
	rest := c.Actions
	for rest != "" {
		var code, choice string
		code, rest = cutText(rest)
		choice, rest = cutText(rest)
		if code == string(item) {
			return action.Code(choice)
		}
	}
	return ""
}

// cutText splits a text of at most 127 bytes, after its length, from what follows.
func cutText(s string) (string, string) {
	if s == "" || int(s[0]) >= len(s) {
		return "", ""
	}
	n := int(s[0])
	return s[1 : 1+n], s[1+n:]
}

func flag(is bool, bit byte) byte {
	if is {
		return bit
	}
	return 0
}

// encodeStatus returns the byte of a match status. An unknown one is pending.
func encodeStatus(s voter.Status) byte {
	for i, name := range statusNames {
		if name == s {
			return byte(i)
		}
	}
	return 0
}

func appendText(to []byte, s string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(s))), s...)
}

// decoder reads the fields of a row after its header. All strings of a row share one piece of memory.
type decoder struct {
	b      []byte
	all    string // the same bytes
	failed bool
}

func newDecoder(row []byte) *decoder { return newSharedDecoder(row, string(row)) }

// newSharedDecoder returns the decoder of a row whose bytes are also in all.
func newSharedDecoder(row []byte, all string) *decoder {
	if len(row) < header || row[versionBytes] != Format {
		return &decoder{failed: true}
	}
	return &decoder{b: row[header:], all: all[header:]}
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.failed = true
		return 0
	}
	first := d.b[0]
	d.b = d.b[1:]
	return first
}

func (d *decoder) status() voter.Status {
	n := int(d.byte())
	if n >= len(statusNames) {
		d.failed = true
		return ""
	}
	return statusNames[n]
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.failed, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) text() string {
	length, n := binary.Uvarint(d.b)
	if n <= 0 || length > uint64(len(d.b)-n) {
		d.failed, d.b = true, nil
		return ""
	}
	start := len(d.all) - len(d.b) + n
	d.b = d.b[n+int(length):]
	return d.all[start : start+int(length)]
}

func (d *decoder) uint64() uint64 {
	if len(d.b) < 8 {
		d.failed = true
		return 0
	}
	v := binary.BigEndian.Uint64(d.b)
	d.b = d.b[8:]
	return v
}

// end returns an error unless the whole row was read.
func (d *decoder) end() error {
	if d.failed || len(d.b) > 0 {
		return errRow
	}
	return nil
}

// RowName returns the name of the attribute with a row: its id in 22 characters of base64url.
func RowName(id uuid.UUID) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// Suffixes of the two attributes of a mobilizer.
const (
	profileSuffix = ".m"
	countsSuffix  = ".c"
)

// IsCountsRow reports whether an attribute is named as the row of a mobilizer's counters.
func IsCountsRow(name string) bool { return strings.HasSuffix(name, countsSuffix) }

// rowNameLength is the length of a RowName.
const rowNameLength = 22

// ParseRowName returns the id in the name of an attribute, and the suffix after it. It reports false for other names.
func ParseRowName(name string) (uuid.UUID, string, bool) {
	var id uuid.UUID
	if len(name) < rowNameLength {
		return id, "", false
	}
	n, err := base64.RawURLEncoding.Decode(id[:], []byte(name[:rowNameLength]))
	return id, name[rowNameLength:], err == nil && n == len(id)
}

// DecodeMobilizers decodes the rows of a block of mobilizers: each membership with its counters, which are zero without a
// row. It ignores attributes that are no rows.
func DecodeMobilizers(attributes iter.Seq2[[]byte, []byte]) ([]Mobilizer, error) {
	var rows []Mobilizer
	counts := map[uuid.UUID]Counts{}
	for name, value := range attributes {
		id, suffix, ok := ParseRowName(string(name))
		if !ok {
			continue
		}
		var err error
		switch suffix {
		case profileSuffix:
			var row Mobilizer
			var exists bool
			if row, exists, err = DecodeProfile(id, value); exists {
				rows = append(rows, row)
			}
		case countsSuffix:
			counts[id], _, err = DecodeCounts(value)
		}
		if err != nil {
			return nil, fmt.Errorf("row %s: %w", name, err)
		}
	}
	for i := range rows {
		rows[i].Counts = counts[rows[i].ID]
	}
	return rows, nil
}
