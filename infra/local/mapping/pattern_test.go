package mapping

import (
	"encoding/json"
	"testing"
)

func TestPattern_Records_MatchAsOnLambda(t *testing.T) {
	const insert = `{"eventName":"INSERT","size":12,"dynamodb":{"Keys":{"PK":{"S":"JOB#1"}},"NewImage":{"state":{"S":"queued"},"n":{"N":"5"},"none":{"NULL":true},"l":["a","b"]}}}`
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{`{"eventName":["INSERT"]}`, true},
		{`{"eventName":["MODIFY","INSERT"]}`, true},
		{`{"eventName":["insert"]}`, false},
		{`{"eventName":[{"equals-ignore-case":"insert"}]}`, true},
		{`{"eventName":[{"anything-but":"REMOVE"}]}`, true},
		{`{"eventName":[{"anything-but":["REMOVE","INSERT"]}]}`, false},
		{`{"eventName":[{"anything-but":{"prefix":"INS"}}]}`, false},
		{`{"dynamodb":{"Keys":{"PK":{"S":[{"prefix":"JOB#"}]}}}}`, true},
		{`{"dynamodb":{"Keys":{"PK":{"S":[{"suffix":"#2"}]}}}}`, false},
		{`{"dynamodb":{"NewImage":{"state":{"S":["queued"]},"n":{"N":["5"]}}}}`, true},
		{`{"dynamodb":{"NewImage":{"state":{"S":["queued"]},"n":{"N":["6"]}}}}`, false},
		{`{"dynamodb":{"NewImage":{"n":{"N":[{"numeric":[">",1]}]}}}}`, false},
		{`{"size":[{"numeric":[">",1,"<=",12]}]}`, true},
		{`{"size":[{"numeric":["=",13]}]}`, false},
		{`{"dynamodb":{"NewImage":{"lease":{"S":[{"exists":false}]}}}}`, true},
		{`{"dynamodb":{"NewImage":{"state":{"S":[{"exists":true}]}}}}`, true},
		{`{"dynamodb":{"OldImage":{"state":{"S":[{"exists":true}]}}}}`, false},
		{`{"dynamodb":{"OldImage":{"state":{"S":[{"anything-but":"x"}]}}}}`, false},
		{`{"dynamodb":{"NewImage":{"none":{"NULL":[true]}}}}`, true},
		{`{"dynamodb":{"NewImage":{"l":["b"]}}}`, true},
		{`{"$or":[{"eventName":["REMOVE"]},{"size":[12]}]}`, true},
		{`{"eventName":["INSERT"],"$or":[{"size":[1]},{"size":[2]}]}`, false},
	} {
		p, err := parsePattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		var v any
		err = json.Unmarshal([]byte(insert), &v)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.match(v, true); got != c.want {
			t.Errorf("%s: %v", c.pattern, got)
		}
	}
	for _, bad := range []string{
		`[]`, `{`, `{}`, `{"a":[]}`, `{"a":"b"}`, `{"a":[{"cidr":"10.0.0.0/8"}]}`, `{"a":[{"numeric":["~",1]}]}`, `{"a":[{"numeric":[">"]}]}`,
		`{"a":[{"exists":"yes"}]}`, `{"a":[{"anything-but":{"numeric":["=",1]}}]}`, `{"$or":[{"a":[1]}]}`, `{"a":[[1]]}`, `{"a":{}}`,
	} {
		_, err := parsePattern(bad)
		if err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestAfter_SequenceNumbers_AreComparedAsNumbers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"10", "9", true},
		{"9", "10", false},
		{"9", "9", false},
		{"009", "8", true},
		{"1", "", true},
		{"", "", false},
		{"4421584500000000017450439092", "4421584500000000017450439091", true},
	} {
		if got := after(c.a, c.b); got != c.want {
			t.Errorf("%q after %q: %v", c.a, c.b, got)
		}
	}
}

func TestSameImage_OtherOrder_IsTheSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`{"a":{"S":"x"},"b":{"N":"1"}}`, `{"b":{"N":"1"},"a":{"S":"x"}}`, true},
		{`{"a":{"SS":["x","y"]}}`, `{"a":{"SS":["y","x"]}}`, true},
		{`{"m":{"M":{"a":{"NS":["1","2"]}}}}`, `{"m":{"M":{"a":{"NS":["2","1"]}}}}`, true},
		{`{"a":{"L":[{"S":"x"},{"S":"y"}]}}`, `{"a":{"L":[{"S":"y"},{"S":"x"}]}}`, false},
		{`{"a":{"S":"x"}}`, `{"a":{"S":"y"}}`, false},
	} {
		if got := sameImage(json.RawMessage(c.a), json.RawMessage(c.b)); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
