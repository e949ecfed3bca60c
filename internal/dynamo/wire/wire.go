// Package wire reads the pages of a Query straight from the response's bytes into an item struct. The SDK makes a map of
// interfaces of each item, from which attributevalue then fills the struct by reflection; an export that reads millions
// of rows would spend most of its time there.
//
// What it accepts, it reads as the SDK and attributevalue do. What is rare or strange it doesn't accept: then the SDK
// reads the same bytes, so that strange values, and errors, are always the SDK's.
package wire

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
)

// Reader reads items into one struct, again and again. It is not safe for concurrent use.
type Reader struct {
	item    reflect.Value // the struct
	fields  []field
	first   [256]uint8 // by place of a name: 1 + the first field there
	foreign map[string]bool
	letters []byte // of the strings of the item that is being read
	strings []pending
}

// field is a field of the struct. One of its pointers leads to it.
type field struct {
	name string
	kind kind
	next uint8 // 1 + the next field in the same place

	text    *string
	long    *int64
	whole   *int
	flag    *bool
	bytes   *[]byte
	table   reflect.Value // a map with keys of text
	entries reflect.Value // the map that was read last
	values  *Reader       // of the map's values, which are structs
}

// kind is how a field is read.
type kind uint8

const (
	strange  kind = iota // by the SDK
	text                 // S
	unwanted             // S that nobody asks for
	long                 // N
	whole                // N, an int
	flag                 // BOOL
	blob                 // B
	table                // M
)

// pending is a string that is set when the item is read to its end: all strings of an item are one piece of memory.
type pending struct {
	to       *string
	from, at int
}

// NewReader returns a reader into the struct that item points to, by its dynamodbav tags. Strings of embedded structs of
// the unwanted types are checked but not set.
func NewReader(item any, unwanted ...reflect.Type) *Reader {
	return newReader(reflect.ValueOf(item).Elem(), unwanted)
}

func newReader(item reflect.Value, without []reflect.Type) *Reader {
	r := &Reader{item: item, foreign: map[string]bool{}}
	r.collect(item, without, false)
	if len(r.fields) > 255 {
		panic("wire: " + item.Type().String() + " has too many fields")
	}
	for i := range r.fields {
		f := &r.fields[i]
		if slices.ContainsFunc(r.fields[:i], func(other field) bool { return strings.EqualFold(other.name, f.name) }) {
			panic("wire: two fields are called " + f.name)
		}
		at := place([]byte(f.name))
		f.next, r.first[at] = r.first[at], uint8(i+1)
	}
	return r
}

// Text returns where the text of an attribute is read to. It panics when the struct has none of that name.
func (r *Reader) Text(name string) *string {
	f, _ := r.find([]byte(name))
	if f == nil || f.text == nil {
		panic("wire: no text " + name)
	}
	return f.text
}

// collect adds the fields of a struct, and of those that are embedded in it.
func (r *Reader) collect(item reflect.Value, without []reflect.Type, ignored bool) {
	for i := range item.NumField() {
		of, v := item.Type().Field(i), item.Field(i)
		name, options, _ := strings.Cut(of.Tag.Get("dynamodbav"), ",")
		if of.Anonymous && name == "" && of.Type.Kind() == reflect.Struct {
			r.collect(v, without, ignored || slices.Contains(without, of.Type))
			continue
		}
		if name == "-" || !of.IsExported() {
			continue
		}
		if name == "" {
			name = of.Name
		}
		f := field{name: name}
		if options == "" || options == "omitempty" {
			f.lead(v)
		}
		if ignored && f.kind == text {
			f.kind = unwanted
		}
		r.fields = append(r.fields, f)
	}
}

var (
	stringType = reflect.TypeFor[*string]()
	longType   = reflect.TypeFor[*int64]()
	wholeType  = reflect.TypeFor[*int]()
	flagType   = reflect.TypeFor[*bool]()
	bytesType  = reflect.TypeFor[[]byte]()
)

// lead says how a field is read, and where it is. What it knows no way for stays strange.
func (f *field) lead(v reflect.Value) {
	of := v.Type()
	switch of.Kind() {
	case reflect.String:
		f.kind, f.text = text, v.Addr().Convert(stringType).Interface().(*string) //nolint:forcetypeassert // converted
	case reflect.Int64:
		f.kind, f.long = long, v.Addr().Convert(longType).Interface().(*int64) //nolint:forcetypeassert // converted
	case reflect.Int:
		f.kind, f.whole = whole, v.Addr().Convert(wholeType).Interface().(*int) //nolint:forcetypeassert // converted
	case reflect.Bool:
		f.kind, f.flag = flag, v.Addr().Convert(flagType).Interface().(*bool) //nolint:forcetypeassert // converted
	case reflect.Slice:
		if of == bytesType {
			f.kind, f.bytes = blob, v.Addr().Interface().(*[]byte) //nolint:forcetypeassert // its type was asked
		}
	case reflect.Map:
		if of.Key().Kind() == reflect.String && of.Elem().Kind() == reflect.Struct {
			f.kind, f.table, f.values = table, v, newReader(reflect.New(of.Elem()).Elem(), nil)
		}
	default:
	}
}

// place is where a name is looked up. Names of a table are often alike but for a letter.
func place(name []byte) uint8 {
	if len(name) < 2 {
		return uint8(len(name))
	}
	return uint8(len(name))*13 + name[0]*3 + name[1]*189 + name[len(name)-1]*187
}

// find returns the field of an attribute, nil when there is none. It reports false when attributevalue would take one
// whose name differs in case alone.
func (r *Reader) find(name []byte) (*field, bool) {
	for at := r.first[place(name)]; at != 0; at = r.fields[at-1].next {
		if f := &r.fields[at-1]; string(name) == f.name {
			return f, true
		}
	}
	known, seen := r.foreign[string(name)]
	if !seen {
		known = slices.ContainsFunc(r.fields, func(f field) bool { return strings.EqualFold(f.name, string(name)) })
		if len(r.foreign) < 1000 {
			r.foreign[string(name)] = known
		}
	}
	return nil, !known
}

// Page reads the response of a Query: each item into the struct, then calls row, which reports whether to go on. It
// returns where the next page begins, attributes of text by name, nil after the last. It reports false when the SDK has to
// read the page; rows that row was called for are void then.
//
// A string that row takes from the struct shares its memory with the other strings of its item, no more. A map it has to
// copy: the next item is read into the same one.
func (r *Reader) Page(body []byte, row func() bool) (last map[string]string, ok bool) {
	s := &scanner{b: body}
	items := false
	ok = s.object(func(name span) bool {
		switch string(s.raw(name)) {
		case "Count", "ScannedCount":
			return s.small()
		case "Items":
			first := !items
			items = true
			return first && s.list(func() bool { return r.read(s) && row() })
		case "LastEvaluatedKey":
			if last != nil {
				return false
			}
			last = map[string]string{}
			return s.key(last)
		default:
			return false
		}
	})
	return last, ok && items && s.next() == 0 && s.i == len(body)
}

// key reads an item whose attributes are all text.
func (s *scanner) key(into map[string]string) bool {
	return s.object(func(name span) bool {
		is, t, ok := s.scalar()
		if !ok || is != 'S' || name.escaped {
			return false
		}
		value, ok := s.appendText(nil, t)
		into[string(s.raw(name))] = string(value)
		return ok
	})
}

// read reads an item into the struct, all of whose fields are zero before.
func (r *Reader) read(s *scanner) bool {
	r.item.SetZero()
	r.letters, r.strings = r.letters[:0], r.strings[:0]
	if !r.members(s) {
		return false
	}
	all := string(r.letters)
	for _, p := range r.strings {
		*p.to = all[p.from:p.at]
	}
	return true
}

// members reads the attributes of an item. It is object, without the call for each of them.
func (r *Reader) members(s *scanner) bool {
	if !s.is('{') {
		return false
	}
	if s.next() == '}' {
		s.i++
		return true
	}
	for {
		name, ok := s.text()
		if !ok || name.escaped || !s.is(':') {
			return false
		}
		f, ok := r.find(s.raw(name))
		if !ok || !r.value(s, f) {
			return false
		}
		if s.i < len(s.b) && s.b[s.i] == ',' || s.next() == ',' {
			s.i++
			continue
		}
		return s.is('}')
	}
}

// value reads the value of an attribute into its field, nil for an attribute that has none.
func (r *Reader) value(s *scanner, f *field) bool {
	if f != nil && f.kind == table {
		return s.is('{') && s.name("M") && f.fill(s) && s.is('}')
	}
	is, t, ok := s.scalar()
	if !ok {
		return false
	}
	if f == nil {
		return is != 'B'
	}
	switch {
	case f.kind == text && is == 'S':
		return r.keep(s, f.text, t)
	case f.kind == unwanted && is == 'S':
		return true
	case f.kind == long && is == 'N' && !t.escaped:
		*f.long, ok = digits(s.raw(t))
		return ok
	case f.kind == whole && is == 'N' && !t.escaped:
		n, ok := digits(s.raw(t))
		*f.whole = int(n)
		return ok
	case f.kind == flag && (is == 't' || is == 'f'):
		*f.flag = is == 't'
		return true
	case f.kind == blob && is == 'B':
		letters, ok := s.appendText(nil, t)
		bytes, err := base64.StdEncoding.AppendDecode([]byte{}, letters)
		*f.bytes = bytes
		return ok && err == nil
	default:
		return false
	}
}

// keep notes a string for the end of the item.
func (r *Reader) keep(s *scanner, to *string, t span) bool {
	from := len(r.letters)
	letters, ok := s.appendText(r.letters, t)
	r.letters = letters
	r.strings = append(r.strings, pending{to, from, len(letters)})
	return ok
}

// fill reads a map, into the one of the item before if there is one.
func (f *field) fill(s *scanner) bool {
	if f.entries.IsValid() {
		f.entries.Clear()
	} else {
		f.entries = reflect.MakeMap(f.table.Type())
	}
	key := f.table.Type().Key()
	f.table.Set(f.entries)
	return s.object(func(name span) bool {
		if name.escaped || !s.is('{') || !s.name("M") || !f.values.read(s) || !s.is('}') {
			return false
		}
		f.entries.SetMapIndex(reflect.ValueOf(string(s.raw(name))).Convert(key), f.values.item)
		return true
	})
}
