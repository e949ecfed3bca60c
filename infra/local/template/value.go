package template

import (
	"iter"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Value is an evaluated value of a template with its line. A missing value has the zero value of its type; a value of a
// wrong type adds a problem to the template and counts as missing.
type Value struct {
	t    *Template
	node *yaml.Node
	path string
}

// Exists reports whether the template has the value.
func (v Value) Exists() bool { return v.node != nil }

// Line returns the line of the value, 0 if it is missing.
func (v Value) Line() int {
	if v.node == nil {
		return 0
	}
	return v.node.Line
}

// Problemf adds a problem with the value, with what to do.
func (v Value) Problemf(format string, args ...any) {
	v.t.Problemf(v.Line(), v.path+": "+format, args...)
}

// At returns the value at a path of keys. It is missing if a key is.
func (v Value) At(keys ...string) Value {
	for _, key := range keys {
		v = Value{t: v.t, node: field(v.node, key), path: v.path + " " + key}
	}
	return v
}

// Text returns a scalar, or "" if it is missing.
func (v Value) Text() string {
	if v.node == nil {
		return ""
	}
	if v.node.Kind != yaml.ScalarNode {
		v.Problemf("a single value is required")
		return ""
	}
	return v.node.Value
}

// Int returns a whole number, or fallback if it is missing.
func (v Value) Int(fallback int) int {
	if v.node == nil {
		return fallback
	}
	n, err := strconv.Atoi(v.Text())
	if err != nil {
		v.Problemf("a whole number is required, not %q", v.Text())
		return fallback
	}
	return n
}

// Float returns a number, or fallback if it is missing.
func (v Value) Float(fallback float64) float64 {
	if v.node == nil {
		return fallback
	}
	n, err := strconv.ParseFloat(v.Text(), 64)
	if err != nil {
		v.Problemf("a number is required, not %q", v.Text())
		return fallback
	}
	return n
}

// Bool returns a boolean, or fallback if it is missing.
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
	v.Problemf("true or false is required, not %q", v.Text())
	return fallback
}

// List returns the items of a list. As in CloudFormation, a single value is a list of one.
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

// Texts returns a list of scalars.
func (v Value) Texts() []string {
	var list []string
	for _, item := range v.List() {
		list = append(list, item.Text())
	}
	return list
}

// Map iterates over a mapping in its order.
func (v Value) Map() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.node != nil && v.node.Kind != yaml.MappingNode {
			v.Problemf("a mapping is required")
			return
		}
		for key, node := range pairs(v.node) {
			if !yield(key.Value, Value{t: v.t, node: node, path: v.path + " " + key.Value}) {
				return
			}
		}
	}
}
