package template

import (
	"iter"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Value is a worked out value of a template with its line. A value that is missing is no error until it is required;
// one of the wrong kind is noted as a problem of the template and read as nothing.
type Value struct {
	t    *Template
	node *yaml.Node
	path string
}

// Exists reports whether the template gives the value.
func (v Value) Exists() bool { return v.node != nil }

// Line is where the value stands.
func (v Value) Line() int {
	if v.node == nil {
		return 0
	}
	return v.node.Line
}

// Wrong notes that the value can't be run, and what to do.
func (v Value) Wrong(format string, args ...any) {
	v.t.Wrong(v.Line(), v.path+": "+format, args...)
}

// At goes down by keys. It is missing where a key is.
func (v Value) At(keys ...string) Value {
	for _, key := range keys {
		v = Value{t: v.t, node: field(v.node, key), path: v.path + " " + key}
	}
	return v
}

// Text is a single value, or "" when it is missing.
func (v Value) Text() string {
	if v.node == nil {
		return ""
	}
	if v.node.Kind != yaml.ScalarNode {
		v.Wrong("a single value is needed")
		return ""
	}
	return v.node.Value
}

// Int is a whole number, or fallback when it is missing.
func (v Value) Int(fallback int) int {
	if v.node == nil {
		return fallback
	}
	n, err := strconv.Atoi(v.Text())
	if err != nil {
		v.Wrong("a whole number is needed, not %q", v.Text())
		return fallback
	}
	return n
}

// Float is a number, or fallback when it is missing.
func (v Value) Float(fallback float64) float64 {
	if v.node == nil {
		return fallback
	}
	n, err := strconv.ParseFloat(v.Text(), 64)
	if err != nil {
		v.Wrong("a number is needed, not %q", v.Text())
		return fallback
	}
	return n
}

// Bool is a truth value, or fallback when it is missing.
func (v Value) Bool(fallback bool) bool {
	if v.node == nil {
		return fallback
	}
	switch strings.ToLower(v.Text()) {
	case "true":
		return true
	case "false":
		return false
	}
	v.Wrong("true or false is needed, not %q", v.Text())
	return fallback
}

// List goes through a list; a single value is a list of one, as CloudFormation takes it.
func (v Value) List() []Value {
	switch {
	case v.node == nil:
		return nil
	case v.node.Kind != yaml.SequenceNode:
		return []Value{v}
	}
	list := make([]Value, len(v.node.Content))
	for i, item := range v.node.Content {
		list[i] = Value{t: v.t, node: item, path: v.path}
	}
	return list
}

// Texts is a list of single values.
func (v Value) Texts() []string {
	var list []string
	for _, item := range v.List() {
		list = append(list, item.Text())
	}
	return list
}

// Map goes through a mapping in its order.
func (v Value) Map() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.node != nil && v.node.Kind != yaml.MappingNode {
			v.Wrong("a mapping is needed")
			return
		}
		for key, node := range pairs(v.node) {
			if !yield(key.Value, Value{t: v.t, node: node, path: v.path + " " + key.Value}) {
				return
			}
		}
	}
}
