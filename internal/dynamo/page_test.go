package dynamo

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
)

// fixedResponse is an HTTP client that returns the same response to every request.
type fixedResponse []byte

func (r fixedResponse) Do(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: io.NopCloser(bytes.NewReader(r)), ContentLength: int64(len(r)),
	}, nil
}

func newStoreWithResponse(body []byte) *Store {
	return New(dynamodb.New(dynamodb.Options{
		Region: "us-east-1", HTTPClient: fixedResponse(body), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}), Tables{Records: "Records"})
}

// comparePage decodes a response with both decoders and fails when they differ. It reports whether the direct decoder
// accepted it.
func comparePage[D any](t interface{ Fatalf(string, ...any) }, body []byte) (direct bool) {
	s := newStoreWithResponse(body)
	span := table.Span{Table: "Records", Partition: "p", Limit: 10}
	sdkPages := table.NewPages[D](s.WithPageDecoder(table.SDKPages).db)
	want, wantLast, wantErr := sdkPages.Next(context.Background(), span)
	if sdkPages.Direct() {
		t.Fatalf("the switch to the SDK's decoder has no effect")
	}
	pages := table.NewPages[D](s.db)
	got, last, err := pages.Next(context.Background(), span)
	if !pages.Direct() {
		return false // the SDK decoded it, which does not always decode alike: of "ID" and "id" it takes either
	}
	if err != nil || wantErr != nil {
		t.Fatalf("direct decoder: %v; SDK: %v\n%s", err, wantErr, body)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the direct decoder differs (-SDK +direct):\n%s\n%s", diff, body)
	}
	if !reflect.DeepEqual(wantLast, last) {
		t.Fatalf("the next page begins at %v, want %v\n%s", last, wantLast, body)
	}
	return true
}

// texts are strings that people and machines write, and strings that are difficult in JSON.
var texts = rapid.OneOf(
	rapid.StringMatching(`[ -~]{0,30}`), rapid.String(), rapid.StringN(60, 90, -1),
	rapid.SampledFrom([]string{
		"", "\"", "\\", "a\"b\\c/d", "line\nline\r\n\ttab", "\u0000\u0001\u001f\u007f", "José Ñandú", "王小明", "👩‍👩‍👧 family", "\u2028\ufffd",
		"שלום", "=1+1", "12345678\"", "1234567\\", "exactly8", "exactly 16 bytes",
	}),
)

// jsonWriter writes values as JSON in one of its many forms.
type jsonWriter struct {
	random  *rand.Rand
	unusual bool // names may be escaped too
	out     bytes.Buffer
}

// oneIn returns true once in n calls.
func (w *jsonWriter) oneIn(n int) bool { return w.random.IntN(n) == 0 }

func (w *jsonWriter) space() {
	if w.oneIn(12) {
		w.out.WriteString([]string{" ", "\n", "\t \r\n", "  "}[w.random.IntN(4)])
	}
}

func (w *jsonWriter) token(s string) {
	w.space()
	w.out.WriteString(s)
	w.space()
}

// text writes a string, with the escapes that are required and some that are not.
func (w *jsonWriter) text(s string) { w.quoted(s, w.oneIn(6)) }

func (w *jsonWriter) quoted(s string, eager bool) {
	w.space()
	w.out.WriteByte('"')
	for _, r := range s {
		short, hasShort := map[rune]string{
			'"': `\"`, '\\': `\\`, '/': `\/`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`,
		}[r]
		must := r < ' ' || r == '"' || r == '\\'
		switch {
		case hasShort && (must || eager) && !w.oneIn(4):
			w.out.WriteString(short)
		case (must || eager) && r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&w.out, `\u%04x\u%04X`, high, low)
		case must || eager:
			fmt.Fprintf(&w.out, `\u%04x`, r)
		default:
			w.out.WriteRune(r)
		}
	}
	w.out.WriteByte('"')
	w.space()
}

func object[V any](w *jsonWriter, members map[string]V, value func(V)) {
	w.token("{")
	names := slices.Sorted(maps.Keys(members))
	w.random.Shuffle(len(names), func(i, k int) { names[i], names[k] = names[k], names[i] })
	for n, name := range names {
		if n > 0 {
			w.token(",")
		}
		w.quoted(name, w.unusual && w.oneIn(50))
		w.token(":")
		value(members[name])
	}
	w.token("}")
}

func list[V any](w *jsonWriter, values []V, value func(V)) {
	w.token("[")
	for n, v := range values {
		if n > 0 {
			w.token(",")
		}
		value(v)
	}
	w.token("]")
}

func (w *jsonWriter) value(v types.AttributeValue) {
	one := func(kind string, value func()) {
		object(w, map[string]func(){kind: value}, func(write func()) { write() })
	}
	bytes := func(b []byte) { w.text(base64.StdEncoding.EncodeToString(b)) }
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		one("S", func() { w.text(v.Value) })
	case *types.AttributeValueMemberN:
		one("N", func() { w.quoted(v.Value, w.unusual && w.oneIn(50)) })
	case *types.AttributeValueMemberB:
		one("B", func() { bytes(v.Value) })
	case *types.AttributeValueMemberBOOL:
		one("BOOL", func() { w.token(fmt.Sprint(v.Value)) })
	case *types.AttributeValueMemberNULL:
		one("NULL", func() { w.token(fmt.Sprint(v.Value)) })
	case *types.AttributeValueMemberM:
		one("M", func() { object(w, v.Value, w.value) })
	case *types.AttributeValueMemberL:
		one("L", func() { list(w, v.Value, w.value) })
	case *types.AttributeValueMemberSS:
		one("SS", func() { list(w, v.Value, w.text) })
	case *types.AttributeValueMemberNS:
		one("NS", func() { list(w, v.Value, w.text) })
	case *types.AttributeValueMemberBS:
		one("BS", func() { list(w, v.Value, bytes) })
	default:
		panic(fmt.Sprintf("%T", v))
	}
}

// page writes a response with the items.
func (w *jsonWriter) page(items []Item, last Item) []byte {
	members := map[string]func(){
		"Count":        func() { w.token(fmt.Sprint(len(items))) },
		"ScannedCount": func() { w.token(fmt.Sprint(len(items))) },
		"Items":        func() { list(w, items, func(item Item) { object(w, item, w.value) }) },
	}
	if last != nil {
		members["LastEvaluatedKey"] = func() { object(w, last, w.value) }
	}
	object(w, members, func(write func()) { write() })
	return w.out.Bytes()
}

// anyValue draws a value of any type.
func anyValue(depth int) *rapid.Generator[types.AttributeValue] {
	kinds := []*rapid.Generator[types.AttributeValue]{
		rapid.Map(texts, func(s string) types.AttributeValue { return table.String(s) }),
		rapid.Map(rapid.SampledFrom([]string{"0", "-0", "7", "-12", "007", "1.5", "1E3", "9223372036854775807", "9223372036854775808", "123456789012345678", "x", ""}),
			func(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 20), func(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }),
		rapid.Map(rapid.Bool(), func(b bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: b} }),
		rapid.Map(rapid.Bool(), func(b bool) types.AttributeValue { return &types.AttributeValueMemberNULL{Value: b} }),
		rapid.Map(rapid.SliceOfN(texts, 0, 3), func(s []string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: s} }),
		rapid.Just[types.AttributeValue](&types.AttributeValueMemberNS{Value: []string{"1", "2"}}),
		rapid.Just[types.AttributeValue](&types.AttributeValueMemberBS{Value: [][]byte{{1}, {}}}),
	}
	if depth > 0 {
		kinds = append(kinds,
			rapid.Map(rapid.MapOfN(texts, anyValue(depth-1), 0, 3), func(m Item) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }),
			rapid.Map(rapid.SliceOfN(anyValue(depth-1), 0, 3), func(l []types.AttributeValue) types.AttributeValue { return &types.AttributeValueMemberL{Value: l} }),
		)
	}
	return rapid.OneOf(kinds...)
}

// fill sets the fields of an item struct.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.String:
		if rapid.Bool().Draw(t, "given") {
			v.SetString(texts.Draw(t, "text"))
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64Range(-1e17, 1e17).Draw(t, "number"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Uint32:
		v.SetUint(uint64(rapid.Uint32().Draw(t, "number")))
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-1e6, 1e6).Draw(t, "number"))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "bytes"))
			break
		}
		v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 3).Draw(t, "length"), 3))
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Map:
		entries := reflect.MakeMap(v.Type())
		for range rapid.IntRange(0, 3).Draw(t, "entries") {
			entry := reflect.New(v.Type().Elem()).Elem()
			fill(t, entry)
			entries.SetMapIndex(reflect.ValueOf(rapid.StringMatching(`[0-9]{2}`).Draw(t, "key")).Convert(v.Type().Key()), entry)
		}
		v.Set(entries)
	default:
		t.Fatalf("%s can't be drawn", v.Type())
	}
}

// drawItem draws an item of an entity.
func drawItem[I any](t *rapid.T, name string) Item {
	stored := new(I)
	fill(t, reflect.ValueOf(stored).Elem())
	item, err := attributevalue.MarshalMap(stored)
	if err != nil {
		t.Fatalf("%v", err)
	}
	item["T"] = table.String(name)
	return item
}

// drawPage draws a response of up to five items.
func drawPage(t *rapid.T, unusual bool, item func(*rapid.T) Item) []byte {
	var items []Item
	for range rapid.IntRange(0, 5).Draw(t, "items") {
		items = append(items, item(t))
	}
	var last Item
	if rapid.Bool().Draw(t, "more") {
		last = Item{"PK": table.String(texts.Draw(t, "PK")), "SK": table.String(texts.Draw(t, "SK"))}
	}
	w := jsonWriter{unusual: unusual, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "writing"), 0))}
	return w.page(items, last)
}

// entities are those that exports read.
var entities = map[string]struct {
	draw    func(*rapid.T) Item
	compare func(t interface{ Fatalf(string, ...any) }, body []byte) bool
}{
	"contact":         {func(t *rapid.T) Item { return drawItem[contactItem](t, contactType) }, comparePage[contact.Contact]},
	"note":            {func(t *rapid.T) Item { return drawItem[noteItem](t, noteType) }, comparePage[contact.Note]},
	"answer":          {func(t *rapid.T) Item { return drawItem[answerItem](t, answerType) }, comparePage[contact.Answer]},
	"response":        {func(t *rapid.T) Item { return drawItem[responseItem](t, responseType) }, comparePage[contact.ActionResponse]},
	"membership":      {func(t *rapid.T) Item { return drawItem[membershipItem](t, membershipType) }, comparePage[mobilizer.Mobilizer]},
	"management note": {func(t *rapid.T) Item { return drawItem[managementNoteItem](t, managementNoteType) }, comparePage[mobilizer.ManagementNote]},
}

// The direct decoder accepts everything that Kith writes.
func TestPages_KithItems_DecodeDirectlyAsBySDK(t *testing.T) {
	for name, e := range entities {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			body := drawPage(t, false, e.draw)
			if !e.compare(t, body) {
				t.Fatalf("the direct decoder rejects %s", body)
			}
		}))
	}
}

// Unknown attributes, unexpected types and items of other entities are rejected, or decoded as by the SDK.
func TestPages_UnusualItems_DecodeAsBySDK(t *testing.T) {
	for name, e := range entities {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			e.compare(t, drawPage(t, true, func(t *rapid.T) Item {
				item := e.draw(t)
				if rapid.IntRange(1, 10).Draw(t, "another entity") == 1 {
					item["T"] = rapid.SampledFrom([]types.AttributeValue{table.String("note"), table.String("export"), table.String(""), table.Number(1)}).Draw(t, "T")
				}
				names := rapid.OneOf(rapid.SampledFrom(slices.Sorted(maps.Keys(item))), texts, rapid.SampledFrom([]string{"id", "pk", "TTL"}))
				for range rapid.IntRange(0, 2).Draw(t, "unusual attributes") {
					item[names.Draw(t, "name")] = anyValue(2).Draw(t, "value")
				}
				return item
			}))
		}))
	}
}

// FuzzPages compares the decoders on the bytes of a response. As a test, it uses the seeds.
func FuzzPages(f *testing.F) {
	const item = `{"T":{"S":"contact"},"V":{"N":"3"},"ID":{"S":"i"},"First":{"S":"A\u00e9\ud83d\ude00\n"},"Changes":{"N":"2"},"Responses":{"M":{"00":{"M":{"C":{"S":"c"},"I":{"B":"AZKNXgAAcACAAAAAAAAAAg=="}}}}},"MatchP":{"N":"0.875"},"Household":{"N":"7"},"MatchLog":{"L":[{"M":{"V":{"S":"v"},"P":{"N":"1E-3"}}},{"M":{}}]}}`
	for _, body := range []string{
		`{"Count":1,"Items":[` + item + `],"ScannedCount":1}`,
		`{"Count":2,"Items":[` + item + `,` + item + `],"LastEvaluatedKey":{"PK":{"S":"p"},"SK":{"S":"s"}},"ScannedCount":2}`,
		`{"Count":0,"Items":[],"ScannedCount":0}`, `{"Items":null}`, `{}`, ``, `null`, `[]`, `{"Items":[`, `{"Items":[]}x`,
		`{"Items":[],"Items":[` + item + `]}`, `{"Count":01,"Items":[]}`, `{"Count":1e2,"Items":[]}`,
		`{"Items":[{"T":{"S":"contact"},"First":{"S":"\ud800"}}]}`, `{"Items":[{"T":{"S":"contact"},"First":{"S":"\ud800\u0041"}}]}`,
		`{"Items":[{"T":{"S":"contact"},"First":{"S":"` + "\xff" + `"}}]}`, `{"Items":[{"T":{"S":"contact"},"First":{"S":"` + "\xff" + `\n"}}]}`,
		`{"Items":[{"T":{"S":"contact"},"First":{"S":"a","N":"1"}}]}`, `{"Items":[{"T":{"S":"contact"},"First":{"S":null}}]}`,
		`{"Items":[{"T":{"S":"contact"},"first":{"S":"folded"}}]}`, `{"Items":[{"T":{"S":"contact"},"First":{"S":"1"},"First":{"S":"2"}}]}`,
		`{"Items":[{"T":{"S":"contact"},"First":{"\u0053":"1"}}]}`, `{"Items":[{"T":{"S":"contact"},"F\u0069rst":{"S":"1"}}]}`,
		`{"Items":[{"T":{"S":"contact"},"V":{"N":"+1"}}]}`, `{"Items":[{"T":{"S":"contact"},"V":{"S":"1"}}]}`, `{"Items":[{"T":{"S":"contact"},"V":{"N":1}}]}`,
		`{"Items":[{"T":{"S":"contact"},"Responses":{"M":{}}}]}`, `{"Items":[{"T":{"S":"contact"},"Responses":{"M":{"0":{"M":{"I":{"B":"A"}}}}}}]}`,
		`{"Items":[{"T":{"S":"contact"},"I1P":{"N":"1"}}]}`, `{"Items":[{"T":{"S":"contact"},"New":{"L":[{"S":"a"}]}}]}`,
		`{"Items":[{"T":{"S":"contact"},"":{"S":""}}]}`, `{"Items":[{}]}`, `{"Items":[null]}`, "{\"Items\":[{\"T\":{\"S\":\"contact\\\"}}]}",
		`{"Items":[{"T":{"S":"note"},"Content":{"S":"a` + "\x01" + `"}}]}`, `{"Items":[],"LastEvaluatedKey":{"PK":{"N":"1"}}}`, `{"Items":[],"LastEvaluatedKey":{}}`,
		`{"ConsumedCapacity":{"CapacityUnits":1},"Items":[]}`,
		`{"Items":[{"T":{"S":"contact"},"MatchP":{"N":"NaN"}}]}`, `{"Items":[{"T":{"S":"contact"},"MatchP":{"N":"0x1p-2"}}]}`,
		`{"Items":[{"T":{"S":"contact"},"Household":{"N":"-0"}}]}`, `{"Items":[{"T":{"S":"contact"},"Household":{"N":"4294967296"}}]}`,
		`{"Items":[{"T":{"S":"contact"},"MatchLog":{"L":[{"S":"v"}]}}]}`, `{"Items":[{"T":{"S":"contact"},"MatchLog":{"M":{}}}]}`,
	} {
		f.Add([]byte(body))
		f.Add([]byte(strings.ReplaceAll(body, ":", " :\n\t")))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, e := range entities {
			e.compare(t, body)
		}
	})
}
