package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// pattern is a filter: a tree of field names whose leaves are lists of rules. One rule of a list must match.
type pattern struct {
	fields       map[string]pattern
	alternatives []pattern // $or
	rules        []rule
}

// rule tests a value; exists is false for a missing field.
type rule func(value any, exists bool) bool

// parsePattern parses an event filter pattern. It fails for operators that the local cloud does not support.
func parsePattern(text string) (pattern, error) {
	var v any
	err := json.Unmarshal([]byte(text), &v)
	if err != nil {
		return pattern{}, fmt.Errorf("not JSON: %w", err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return pattern{}, errors.New("not an object")
	}
	return parseFields(m)
}

func parseFields(m map[string]any) (pattern, error) {
	if len(m) == 0 {
		return pattern{}, errors.New("an empty object")
	}
	p := pattern{fields: map[string]pattern{}}
	for name, v := range m {
		var err error
		switch v := v.(type) {
		case map[string]any:
			p.fields[name], err = parseFields(v)
		case []any:
			if name == "$or" {
				p.alternatives, err = parseAlternatives(v)
				break
			}
			var rules []rule
			rules, err = parseRules(v)
			p.fields[name] = pattern{rules: rules}
		default:
			err = errors.New("neither a list nor an object")
		}
		if err != nil {
			return pattern{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return p, nil
}

func parseAlternatives(list []any) ([]pattern, error) {
	var out []pattern
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, errors.New("not a list of objects")
		}
		p, err := parseFields(m)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	if len(out) < 2 {
		return nil, errors.New("fewer than two alternatives")
	}
	return out, nil
}

func parseRules(list []any) ([]rule, error) {
	if len(list) == 0 {
		return nil, errors.New("an empty list")
	}
	var out []rule
	for _, v := range list {
		r, err := parseRule(v)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func parseRule(v any) (rule, error) {
	switch v := v.(type) {
	case string, float64, bool, nil:
		return func(x any, exists bool) bool { return exists && x == v }, nil
	case map[string]any:
		if len(v) != 1 {
			return nil, errors.New("a rule has one operator")
		}
		for op, arg := range v {
			return parseOperator(op, arg)
		}
	}
	return nil, fmt.Errorf("%v is not a value to compare with", v)
}

func parseOperator(op string, arg any) (rule, error) {
	switch op {
	case "prefix":
		return textRule(op, arg, strings.HasPrefix)
	case "suffix":
		return textRule(op, arg, strings.HasSuffix)
	case "equals-ignore-case":
		return textRule(op, arg, strings.EqualFold)
	case "exists":
		want, ok := arg.(bool)
		if !ok {
			return nil, errors.New("exists takes true or false")
		}
		return func(x any, exists bool) bool {
			_, object := x.(map[string]any)
			return (exists && !object) == want
		}, nil
	case "anything-but":
		return parseAnythingBut(arg)
	case "numeric":
		return parseNumeric(arg)
	}
	return nil, fmt.Errorf("the local cloud does not support the operator %q", op)
}

func textRule(op string, arg any, holds func(s, arg string) bool) (rule, error) {
	want, ok := arg.(string)
	if !ok {
		return nil, fmt.Errorf("%s takes a string", op)
	}
	return func(x any, exists bool) bool {
		s, ok := x.(string)
		return exists && ok && holds(s, want)
	}, nil
}

func parseAnythingBut(arg any) (rule, error) {
	var not []rule
	switch arg := arg.(type) {
	case []any:
		for _, v := range arg {
			_, object := v.(map[string]any)
			if object {
				return nil, errors.New("anything-but takes values, a list of values, or prefix or suffix")
			}
		}
		rules, err := parseRules(arg)
		if err != nil {
			return nil, err
		}
		not = rules
	case map[string]any:
		r, err := parseRule(arg)
		if err != nil {
			return nil, err
		}
		_, prefix := arg["prefix"]
		_, suffix := arg["suffix"]
		if !prefix && !suffix {
			return nil, errors.New("anything-but takes values, a list of values, or prefix or suffix")
		}
		not = []rule{r}
	default:
		r, err := parseRule(arg)
		if err != nil {
			return nil, err
		}
		not = []rule{r}
	}
	return func(x any, exists bool) bool {
		return exists && !slices.ContainsFunc(not, func(r rule) bool { return r(x, exists) })
	}, nil
}

// parseNumeric parses pairs of operator and number. DynamoDB numbers are strings in a record, and Lambda's numeric filters
// do not match strings.
func parseNumeric(arg any) (rule, error) {
	list, ok := arg.([]any)
	if !ok || len(list) == 0 || len(list)%2 != 0 {
		return nil, errors.New("numeric takes pairs of operator and number")
	}
	type bound struct {
		op string
		n  float64
	}
	var bounds []bound
	for i := 0; i < len(list); i += 2 {
		op, isText := list[i].(string)
		n, isNumber := list[i+1].(float64)
		if !isText || !isNumber || !slices.Contains([]string{"=", "<", "<=", ">", ">="}, op) {
			return nil, fmt.Errorf("numeric takes pairs of operator and number, not %v %v", list[i], list[i+1])
		}
		bounds = append(bounds, bound{op, n})
	}
	return func(x any, exists bool) bool {
		v, ok := x.(float64)
		if !exists || !ok {
			return false
		}
		for _, b := range bounds {
			holds := map[string]bool{"=": v == b.n, "<": v < b.n, "<=": v <= b.n, ">": v > b.n, ">=": v >= b.n}[b.op]
			if !holds {
				return false
			}
		}
		return true
	}, nil
}

// match reports whether a decoded record matches p.
func (p pattern) match(v any, exists bool) bool {
	if p.rules != nil {
		list, isList := v.([]any)
		if isList {
			return slices.ContainsFunc(list, func(x any) bool { return p.any(x, true) })
		}
		return p.any(v, exists)
	}
	m, _ := v.(map[string]any)
	for name, sub := range p.fields {
		x, has := m[name]
		if !sub.match(x, has) {
			return false
		}
	}
	if p.alternatives == nil {
		return true
	}
	return slices.ContainsFunc(p.alternatives, func(q pattern) bool { return q.match(v, exists) })
}

func (p pattern) any(v any, exists bool) bool {
	return slices.ContainsFunc(p.rules, func(r rule) bool { return r(v, exists) })
}
