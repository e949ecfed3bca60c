package template

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readParameters checks the value of every parameter, and that those of the environment exist.
func (t *Template) readParameters() {
	for key, node := range pairs(t.parameters) {
		for attribute := range pairs(node) {
			switch attribute.Value {
			case "Type", "Default", "Description", "AllowedValues", "AllowedPattern", "ConstraintDescription",
				"MinLength", "MaxLength", "MinValue", "MaxValue", "NoEcho":
			default:
				t.problemf(attribute, "parameter %s: the local cloud does not support %s", key.Value, attribute.Value)
			}
		}
		t.checkParameter(key, node)
	}
	for _, name := range slices.Sorted(maps.Keys(t.env.Parameters)) {
		if field(t.parameters, name) == nil {
			t.problemf(t.root, "there is no parameter %s. Remove --parameter %s=…", name, name)
		}
	}
}

// checkRules adds a problem for each assertion about the parameters that does not hold.
func (t *Template) checkRules() {
	for name, rule := range pairs(field(t.root, "Rules")) {
		for key := range pairs(rule) {
			if key.Value != "Assertions" {
				t.problemf(key, "rule %s: the local cloud does not support %s. Remove it", name.Value, key.Value)
			}
		}
		assertions := field(rule, "Assertions")
		if assertions == nil {
			continue
		}
		for _, assertion := range assertions.Content {
			if description := field(assertion, "AssertDescription"); !t.evalCondition(field(assertion, "Assert")) && description != nil {
				t.problemf(assertion, "%s", description.Value)
			}
		}
	}
}

func (t *Template) checkParameter(key, node *yaml.Node) {
	name := key.Value
	kind := field(node, "Type")
	if kind == nil {
		t.problemf(key, "parameter %s has no Type", name)
		return
	}
	switch kind.Value {
	case "String", "Number", "CommaDelimitedList", "List<Number>":
	default:
		t.problemf(kind, "parameter %s: values of type %s are on AWS. Use String with a default", name, kind.Value)
		return
	}
	value, ok := t.parameterValue(name, node)
	if !ok {
		t.problemf(key, "parameter %s has no default. Add one, or run with --parameter %s=…", name, name)
		return
	}
	allowed := field(node, "AllowedValues")
	if allowed != nil && !slices.ContainsFunc(allowed.Content, func(n *yaml.Node) bool { return n.Value == value }) {
		t.problemf(key, "parameter %s: %q is not an allowed value", name, value)
	}
	pattern := field(node, "AllowedPattern")
	if pattern != nil {
		re, err := regexp.Compile(`^(?:` + pattern.Value + `)$`)
		if err != nil {
			t.problemf(pattern, "parameter %s: the pattern is invalid: %v", name, err)
		} else if !re.MatchString(value) {
			t.problemf(key, "parameter %s: %q does not match its pattern", name, value)
		}
	}
	number, err := strconv.ParseFloat(value, 64)
	if kind.Value == "Number" && err != nil {
		t.problemf(key, "parameter %s: %q is not a number", name, value)
	}
	for bound, breaks := range map[string]func(float64) bool{
		"MinLength": func(b float64) bool { return float64(len(value)) < b },
		"MaxLength": func(b float64) bool { return float64(len(value)) > b },
		"MinValue":  func(b float64) bool { return number < b },
		"MaxValue":  func(b float64) bool { return number > b },
	} {
		limit := field(node, bound)
		if limit == nil {
			continue
		}
		b, err := strconv.ParseFloat(limit.Value, 64)
		if err != nil || breaks(b) {
			t.problemf(limit, "parameter %s: %q violates %s %s", name, value, bound, limit.Value)
		}
	}
}

func (t *Template) parameterValue(name string, node *yaml.Node) (string, bool) {
	value, ok := t.env.Parameters[name]
	if ok {
		return value, true
	}
	fallback := field(node, "Default")
	if fallback == nil {
		return "", false
	}
	return fallback.Value, true
}

func (t *Template) parameter(n *yaml.Node, name string) *yaml.Node {
	node := field(t.parameters, name)
	value, _ := t.parameterValue(name, node)
	kind := field(node, "Type")
	if kind != nil && (kind.Value == "CommaDelimitedList" || strings.HasPrefix(kind.Value, "List<")) {
		list := strings.Split(value, ",")
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
		return sequence(list, n)
	}
	return scalar(value, n)
}
