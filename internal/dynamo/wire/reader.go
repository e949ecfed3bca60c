// Package wire decodes the pages of a Query straight from the response's bytes into an item struct. The SDK builds a map of
// interfaces of each item, from which attributevalue then fills the struct by reflection; an export that reads millions of
// rows would spend most of its time there.
//
// It decodes as the SDK and attributevalue do, and only what Kith writes. It rejects everything else: then the SDK decodes
// the same bytes, so that unusual values and errors are always the SDK's.
package wire

import (
	"reflect"
	"slices"
	"strings"
)

// Reader decodes items into one struct, again and again. It is not safe for concurrent use.
type Reader struct {
	item    reflect.Value // the struct
	fields  []field
	buckets [256]uint8      // by hash of a name: 1 + the first field
	unknown map[string]bool // names without a field: whether one differs in case alone
	text    []byte          // of the strings of the current item
	strings []pendingString
}

// field is a field of the struct. The pointer of its kind leads to it.
type field struct {
	name string
	kind kind
	next uint8 // 1 + the next field with the same hash

	stringPtr  *string
	int64Ptr   *int64
	intPtr     *int
	uint32Ptr  *uint32
	float64Ptr *float64
	boolPtr    *bool
	bytesPtr   *[]byte
	container  reflect.Value // the map or slice
	entries    reflect.Value // the map that was decoded last, which is used again
	elements   *Reader       // of the structs in the map or slice
}

// kind is how a field is decoded.
type kind uint8

const (
	unsupported   kind = iota // by the SDK
	stringKind                // S
	skippedString             // S, not set
	int64Kind                 // N
	intKind                   // N
	uint32Kind                // N
	float64Kind               // N
	boolKind                  // BOOL
	bytesKind                 // B
	mapKind                   // M of structs
	sliceKind                 // L of structs
)

// pendingString is a string that is set at the end of its item: all strings of an item share one piece of memory.
type pendingString struct {
	to         *string
	start, end int // in the Reader's text
}

// NewReader returns a Reader into the struct that item points to, by its dynamodbav tags. Strings of embedded structs of
// the unread types are checked but not set.
func NewReader(item any, unread ...reflect.Type) *Reader {
	return newReader(reflect.ValueOf(item).Elem(), unread)
}

func newReader(item reflect.Value, unread []reflect.Type) *Reader {
	r := &Reader{item: item, unknown: map[string]bool{}}
	r.addFields(item, unread, false)
	if len(r.fields) > 255 {
		panic("wire: " + item.Type().String() + " has too many fields")
	}
	for i := range r.fields {
		f := &r.fields[i]
		if slices.ContainsFunc(r.fields[:i], func(other field) bool { return strings.EqualFold(other.name, f.name) }) {
			panic("wire: two fields have the name " + f.name)
		}
		h := hash([]byte(f.name))
		f.next, r.buckets[h] = r.buckets[h], uint8(i+1)
	}
	return r
}

// newElementReader returns a Reader into a new struct of a map or slice. Maps and slices in it are unsupported: all elements
// would share their memory.
func newElementReader(of reflect.Type) *Reader {
	r := newReader(reflect.New(of).Elem(), nil)
	for i := range r.fields {
		if k := r.fields[i].kind; k == mapKind || k == sliceKind {
			r.fields[i].kind = unsupported
		}
	}
	return r
}

// Text returns the address that a string attribute is decoded to. It panics when the struct has none of the name.
func (r *Reader) Text(name string) *string {
	f, _ := r.find([]byte(name))
	if f == nil || f.stringPtr == nil {
		panic("wire: no string attribute " + name)
	}
	return f.stringPtr
}

// addFields adds the fields of a struct, and of the structs embedded in it.
func (r *Reader) addFields(item reflect.Value, unread []reflect.Type, skipped bool) {
	for i := range item.NumField() {
		of, v := item.Type().Field(i), item.Field(i)
		name, options, _ := strings.Cut(of.Tag.Get("dynamodbav"), ",")
		if of.Anonymous && name == "" && of.Type.Kind() == reflect.Struct {
			r.addFields(v, unread, skipped || slices.Contains(unread, of.Type))
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
			f.pointTo(v)
		}
		if skipped && f.kind == stringKind {
			f.kind = skippedString
		}
		r.fields = append(r.fields, f)
	}
}

var bytesType = reflect.TypeFor[[]byte]()

// pointTo sets the kind of a field and the pointer to it. Fields of other types are unsupported.
func (f *field) pointTo(v reflect.Value) {
	of := v.Type()
	switch of.Kind() {
	case reflect.String:
		f.kind, f.stringPtr = stringKind, pointer[string](v)
	case reflect.Int64:
		f.kind, f.int64Ptr = int64Kind, pointer[int64](v)
	case reflect.Int:
		f.kind, f.intPtr = intKind, pointer[int](v)
	case reflect.Uint32:
		f.kind, f.uint32Ptr = uint32Kind, pointer[uint32](v)
	case reflect.Float64:
		f.kind, f.float64Ptr = float64Kind, pointer[float64](v)
	case reflect.Bool:
		f.kind, f.boolPtr = boolKind, pointer[bool](v)
	case reflect.Slice:
		if of == bytesType {
			f.kind, f.bytesPtr = bytesKind, pointer[[]byte](v)
		} else if of.Elem().Kind() == reflect.Struct {
			f.kind, f.container, f.elements = sliceKind, v, newElementReader(of.Elem())
		}
	case reflect.Map:
		if of.Key().Kind() == reflect.String && of.Elem().Kind() == reflect.Struct {
			f.kind, f.container, f.elements = mapKind, v, newElementReader(of.Elem())
		}
	default:
	}
}

// pointer returns the address of a field whose type is T or has T as its underlying type.
func pointer[T any](v reflect.Value) *T {
	return v.Addr().Convert(reflect.TypeFor[*T]()).Interface().(*T) //nolint:forcetypeassert // converted to it
}

// hash returns the bucket of a name. Names of one struct often differ in one letter only.
func hash(name []byte) uint8 {
	if len(name) < 2 {
		return uint8(len(name))
	}
	return uint8(len(name))*13 + name[0]*3 + name[1]*189 + name[len(name)-1]*187
}

// find returns the field of an attribute, nil when there is none. It reports false when there is a field whose name differs
// in case alone, which attributevalue would fill.
func (r *Reader) find(name []byte) (*field, bool) {
	for at := r.buckets[hash(name)]; at != 0; at = r.fields[at-1].next {
		if f := &r.fields[at-1]; string(name) == f.name {
			return f, true
		}
	}
	folded, seen := r.unknown[string(name)]
	if !seen {
		folded = slices.ContainsFunc(r.fields, func(f field) bool { return strings.EqualFold(f.name, string(name)) })
		if len(r.unknown) < 1000 {
			r.unknown[string(name)] = folded
		}
	}
	return nil, !folded
}

// Page decodes the response of a Query: it decodes each item into the struct, then calls row, which reports whether to
// continue. It returns where the next page begins, string attributes by name, nil after the last. It reports false when the
// SDK has to decode the page; the rows that row was called for are void then.
//
// A string that row takes from the struct shares memory with the other strings of its item only. row has to copy maps and
// slices of structs: the next item is decoded into the same memory.
func (r *Reader) Page(body []byte, row func() bool) (last map[string]string, ok bool) {
	s := &scanner{b: body}
	return s.page(func() bool { return r.readItem(s) && row() })
}

// page reads the response of a Query, and calls item where each item begins. It returns where the next page begins, and
// reports false for a response of another form, or when item did.
func (s *scanner) page(item func() bool) (last map[string]string, ok bool) {
	items := false
	ok = s.object(func(name quoted) bool {
		switch string(s.raw(name)) {
		case "Count", "ScannedCount":
			return s.count()
		case "Items":
			first := !items
			items = true
			return first && s.list(item)
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
	return last, ok && items && s.peek() == 0 && s.i == len(s.b)
}

// key reads an item whose attributes are all strings.
func (s *scanner) key(into map[string]string) bool {
	return s.object(func(name quoted) bool {
		kind, value, ok := s.scalar()
		if !ok || kind != 'S' || name.escaped {
			return false
		}
		text, ok := s.appendText(nil, value)
		into[string(s.raw(name))] = string(text)
		return ok
	})
}

// readItem decodes an item into the struct, whose fields are all zero before.
func (r *Reader) readItem(s *scanner) bool {
	r.item.SetZero()
	r.text, r.strings = r.text[:0], r.strings[:0]
	if !r.readAttributes(s) {
		return false
	}
	all := string(r.text)
	for _, p := range r.strings {
		*p.to = all[p.start:p.end]
	}
	return true
}

// readAttributes reads the attributes of an item. It is scanner.object without the call for each of them.
func (r *Reader) readAttributes(s *scanner) bool {
	if !s.accept('{') {
		return false
	}
	if s.peek() == '}' {
		s.i++
		return true
	}
	for {
		name, ok := s.text()
		if !ok || name.escaped || !s.accept(':') {
			return false
		}
		f, ok := r.find(s.raw(name))
		if !ok || !r.readValue(s, f) {
			return false
		}
		if s.i < len(s.b) && s.b[s.i] == ',' || s.peek() == ',' {
			s.i++
			continue
		}
		return s.accept('}')
	}
}
