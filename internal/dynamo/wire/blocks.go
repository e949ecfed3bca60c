package wire

import "encoding/base64"

// Attribute is a binary attribute of a block.
type Attribute struct {
	Name  []byte
	Value []byte
}

// Blocks decodes the responses of Queries of items that have a sort key SK and any number of binary attributes, one after
// another. It is not safe for concurrent use.
type Blocks struct {
	attributes []Attribute
	decoded    []byte
}

// Page decodes a response and calls block for each item with its sort key, its binary attributes, which are valid until block
// returns, and the number of an attribute, 0 without it. It returns where the next page begins, as Reader.Page does, and
// reports false when the SDK has to decode the page, or block reported false; the blocks so far are void then.
func (b *Blocks) Page(
	body []byte, number string, block func(sort string, attributes []Attribute, n int64) bool,
) (last map[string]string, ok bool) {
	s := &scanner{b: body}
	return s.page(func() bool {
		sort, n, ok := b.readBlock(s, number)
		return ok && block(sort, b.attributes, n)
	})
}

// readBlock decodes an item: its sort key, its binary attributes, and the number of an attribute.
func (b *Blocks) readBlock(s *scanner, number string) (sort string, n int64, ok bool) {
	b.attributes, b.decoded = b.attributes[:0], b.decoded[:0]
	ok = s.object(func(name quoted) bool {
		kind, value, ok := s.scalar()
		if !ok || name.escaped || value.escaped {
			return false
		}
		switch kind {
		case 'S':
			if string(s.raw(name)) == "SK" {
				sort = string(s.raw(value))
			}
			return true
		case 'N':
			if string(s.raw(name)) != number {
				return true
			}
			n, ok = parseInt(s.raw(value))
			return ok
		case 'B':
			start := len(b.decoded)
			decoded, err := base64.StdEncoding.AppendDecode(b.decoded, s.raw(value))
			b.decoded = decoded
			b.attributes = append(b.attributes, Attribute{s.raw(name), decoded[start:]})
			return err == nil
		default:
			return false
		}
	})
	return sort, n, ok && sort != ""
}
