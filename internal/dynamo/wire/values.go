package wire

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// readValue decodes the value of an attribute into its field, nil for an attribute that has none.
func (r *Reader) readValue(s *scanner, f *field) bool {
	if f != nil && f.kind == mapKind {
		return s.accept('{') && s.name("M") && f.readMap(s) && s.accept('}')
	}
	if f != nil && f.kind == sliceKind {
		return s.accept('{') && s.name("L") && f.readSlice(s) && s.accept('}')
	}
	kind, value, ok := s.scalar()
	if !ok {
		return false
	}
	if f == nil {
		return kind != 'B'
	}
	switch kind {
	case 'S':
		if f.kind == stringKind {
			return r.keepString(s, f.stringPtr, value)
		}
		return f.kind == skippedString
	case 'N':
		return !value.escaped && f.setNumber(s.raw(value))
	case 'B':
		return f.kind == bytesKind && f.setBytes(s, value)
	case 't', 'f':
		if f.kind == boolKind {
			*f.boolPtr = kind == 't'
			return true
		}
	}
	return false
}

// keepString records a string to be set at the end of the item.
func (r *Reader) keepString(s *scanner, to *string, value quoted) bool {
	start := len(r.text)
	text, ok := s.appendText(r.text, value)
	r.text = text
	r.strings = append(r.strings, pendingString{to, start, len(text)})
	return ok
}

// setNumber sets a number of digits, with a fraction or an exponent for a float64.
func (f *field) setNumber(text []byte) bool {
	if f.kind == float64Kind {
		if slices.ContainsFunc(text, func(c byte) bool { return strings.IndexByte("0123456789+-.eE", c) < 0 }) {
			return false // ParseFloat also accepts words and hexadecimal digits
		}
		x, err := strconv.ParseFloat(string(text), 64)
		*f.float64Ptr = x
		return err == nil
	}
	n, ok := parseInt(text)
	switch f.kind {
	case int64Kind:
		*f.int64Ptr = n
	case intKind:
		*f.intPtr = int(n)
	case uint32Kind:
		*f.uint32Ptr = uint32(n)
		return ok && text[0] != '-' && n <= math.MaxUint32
	default:
		return false
	}
	return ok
}

func (f *field) setBytes(s *scanner, value quoted) bool {
	text, ok := s.appendText(nil, value)
	bytes, err := base64.StdEncoding.AppendDecode([]byte{}, text)
	*f.bytesPtr = bytes
	return ok && err == nil
}

// readMap decodes a map of structs, into the map of the previous item if there is one.
func (f *field) readMap(s *scanner) bool {
	if f.entries.IsValid() {
		f.entries.Clear()
	} else {
		f.entries = reflect.MakeMap(f.container.Type())
	}
	f.container.Set(f.entries)
	key := f.container.Type().Key()
	return s.object(func(name quoted) bool {
		if name.escaped || !f.readElement(s) {
			return false
		}
		f.entries.SetMapIndex(reflect.ValueOf(string(s.raw(name))).Convert(key), f.elements.item)
		return true
	})
}

// readSlice decodes a list of structs, into the slice of the previous item if there is one.
func (f *field) readSlice(s *scanner) bool {
	if !f.entries.IsValid() {
		f.entries = reflect.MakeSlice(f.container.Type(), 0, 4)
	}
	f.entries = f.entries.Slice(0, 0)
	ok := s.list(func() bool {
		if !f.readElement(s) {
			return false
		}
		f.entries = reflect.Append(f.entries, f.elements.item)
		return true
	})
	f.container.Set(f.entries)
	return ok
}

// readElement decodes a struct of a map or slice: {"M": {…}}.
func (f *field) readElement(s *scanner) bool {
	return s.accept('{') && s.name("M") && f.elements.readItem(s) && s.accept('}')
}
