package template

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// short maps the YAML tags of intrinsic functions to their long names.
var short = map[string]string{
	"!Ref": "Ref", "!Condition": "Condition", "!Sub": "Fn::Sub", "!GetAtt": "Fn::GetAtt", "!Join": "Fn::Join",
	"!If": "Fn::If", "!Equals": "Fn::Equals", "!Not": "Fn::Not", "!And": "Fn::And", "!Or": "Fn::Or",
	"!Select": "Fn::Select", "!Split": "Fn::Split", "!FindInMap": "Fn::FindInMap", "!Base64": "Fn::Base64",
	"!ImportValue": "Fn::ImportValue", "!GetAZs": "Fn::GetAZs", "!Cidr": "Fn::Cidr", "!Transform": "Fn::Transform",
	"!ToJsonString": "Fn::ToJsonString", "!Length": "Fn::Length",
}

// refused says why some functions can't be worked out here, and what to do.
var refused = map[string]string{
	"Fn::ImportValue":  "it takes another stack's output, and there is none here; use a parameter with a default",
	"Fn::GetAZs":       "there are no availability zones here; use a parameter with a default",
	"Fn::Cidr":         "there are no networks here; write the value out",
	"Fn::Transform":    "macros run on AWS only; write the result out",
	"Fn::ToJsonString": "the local cloud does not do it; use Fn::Sub",
	"Fn::Length":       "the local cloud does not do it; write the number out",
	"Fn::ForEach":      "the local cloud does not do loops; write the resources out",
}

// intrinsic returns the long name of the function that a node calls, or "".
func intrinsic(n *yaml.Node) string {
	name, _ := call(n)
	return name
}

// call takes a function call apart: its long name and its argument. The name is "" for an ordinary value.
func call(n *yaml.Node) (string, *yaml.Node) {
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		argument := *n
		argument.Tag = ""
		name, ok := short[n.Tag]
		if !ok {
			name = n.Tag
		}
		return name, &argument
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 {
		key := n.Content[0].Value
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return key, follow(n.Content[1])
		}
	}
	return "", nil
}

// eval works out a value. It returns nil for AWS::NoValue and after noting a problem.
func (t *Template) eval(n *yaml.Node) *yaml.Node {
	n = follow(n)
	if n == nil {
		return nil
	}
	name, argument := call(n)
	if name != "" {
		return t.evalCall(n, name, argument)
	}
	switch n.Kind {
	case yaml.MappingNode:
		out := &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
		for key, value := range pairs(n) {
			if strings.HasPrefix(key.Value, "Fn::ForEach") {
				t.wrong(key, "Fn::ForEach: %s", refused["Fn::ForEach"])
				continue
			}
			worked := t.eval(value)
			if worked != nil {
				out.Content = append(out.Content, key, worked)
			}
		}
		return out
	case yaml.SequenceNode:
		out := &yaml.Node{Kind: yaml.SequenceNode, Line: n.Line, Column: n.Column}
		for _, item := range n.Content {
			worked := t.eval(item)
			if worked != nil {
				out.Content = append(out.Content, worked)
			}
		}
		return out
	default:
		out := *n
		out.Value = t.localize(t.dynamic(n, n.Value))
		return &out
	}
}

func (t *Template) evalCall(n *yaml.Node, name string, argument *yaml.Node) *yaml.Node {
	if why, ok := refused[name]; ok {
		t.wrong(n, "%s: %s", name, why)
		return nil
	}
	switch name {
	case "Ref":
		return t.evalRef(n, argument.Value)
	case "Fn::GetAtt":
		return t.evalGetAtt(n, argument)
	case "Fn::Sub":
		return t.evalSub(n, argument)
	case "Fn::Join":
		return t.evalJoin(n, argument)
	case "Fn::Split":
		return t.evalSplit(n, argument)
	case "Fn::Select":
		return t.evalSelect(n, argument)
	case "Fn::FindInMap":
		return t.evalFindInMap(n, argument)
	case "Fn::Base64":
		return scalar(base64.StdEncoding.EncodeToString([]byte(t.text(argument))), n)
	case "Fn::If":
		if !t.takes(n, name, argument, 3) {
			return nil
		}
		if t.holds(argument.Content[0]) {
			return t.eval(argument.Content[1])
		}
		return t.eval(argument.Content[2])
	case "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or", "Condition":
		t.wrong(n, "%s belongs into Conditions", name)
	default:
		t.wrong(n, "the function %s is not known to the local cloud; leave it out or teach it in infra/local/template/eval.go", name)
	}
	return nil
}

func (t *Template) takes(n *yaml.Node, name string, argument *yaml.Node, count int) bool {
	if argument.Kind != yaml.SequenceNode || len(argument.Content) != count {
		t.wrong(n, "%s takes a list of %d values", name, count)
		return false
	}
	return true
}

// text works out a value that must be a string, a number or a truth value.
func (t *Template) text(n *yaml.Node) string {
	value := t.eval(n)
	if value == nil {
		return ""
	}
	if value.Kind != yaml.ScalarNode {
		t.wrong(n, "a single value is needed here")
		return ""
	}
	return value.Value
}

// texts works out a list of single values.
func (t *Template) texts(n *yaml.Node) []string {
	value := t.eval(n)
	if value == nil {
		return nil
	}
	if value.Kind != yaml.SequenceNode {
		t.wrong(n, "a list is needed here")
		return nil
	}
	var list []string
	for _, item := range value.Content {
		if item.Kind != yaml.ScalarNode {
			t.wrong(item, "a single value is needed here")
			return nil
		}
		list = append(list, item.Value)
	}
	return list
}

func (t *Template) evalJoin(n, argument *yaml.Node) *yaml.Node {
	if !t.takes(n, "Fn::Join", argument, 2) {
		return nil
	}
	joined := strings.Join(t.texts(argument.Content[1]), t.text(argument.Content[0]))
	return scalar(t.localize(t.dynamic(n, joined)), n)
}

func (t *Template) evalSplit(n, argument *yaml.Node) *yaml.Node {
	if !t.takes(n, "Fn::Split", argument, 2) {
		return nil
	}
	return sequence(strings.Split(t.text(argument.Content[1]), t.text(argument.Content[0])), n)
}

func (t *Template) evalSelect(n, argument *yaml.Node) *yaml.Node {
	if !t.takes(n, "Fn::Select", argument, 2) {
		return nil
	}
	index, err := strconv.Atoi(t.text(argument.Content[0]))
	list := t.texts(argument.Content[1])
	if err != nil || index < 0 || index >= len(list) {
		t.wrong(n, "Fn::Select: there is no such element in a list of %d", len(list))
		return nil
	}
	return scalar(list[index], n)
}

func (t *Template) evalFindInMap(n, argument *yaml.Node) *yaml.Node {
	if !t.takes(n, "Fn::FindInMap", argument, 3) {
		return nil
	}
	keys := []string{t.text(argument.Content[0]), t.text(argument.Content[1]), t.text(argument.Content[2])}
	found := t.mappings
	for _, key := range keys {
		found = field(found, key)
	}
	if found == nil {
		t.wrong(n, "Fn::FindInMap: Mappings has no %s", strings.Join(keys, " / "))
		return nil
	}
	return t.eval(found)
}

// evalSub works out "${Name}", "${Resource.Attribute}" and "${!Literal}".
func (t *Template) evalSub(n, argument *yaml.Node) *yaml.Node {
	pattern := argument
	var own *yaml.Node
	if argument.Kind == yaml.SequenceNode {
		if !t.takes(n, "Fn::Sub", argument, 2) {
			return nil
		}
		pattern, own = follow(argument.Content[0]), follow(argument.Content[1])
	}
	var out strings.Builder
	rest := pattern.Value
	for {
		before, after, found := strings.Cut(rest, "${")
		out.WriteString(before)
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			t.wrong(n, "Fn::Sub: a ${ is not closed")
			return nil
		}
		rest = tail
		name = strings.TrimSpace(name)
		literal, isLiteral := strings.CutPrefix(name, "!")
		if isLiteral {
			out.WriteString("${" + literal + "}")
			continue
		}
		out.WriteString(t.subName(n, name, own))
	}
	return scalar(t.localize(t.dynamic(n, out.String())), n)
}

func (t *Template) subName(n *yaml.Node, name string, own *yaml.Node) string {
	value := field(own, name)
	if value != nil {
		return t.text(value)
	}
	id, attribute, isAttribute := strings.Cut(name, ".")
	if isAttribute {
		return t.attribute(n, id, attribute)
	}
	worked := t.evalRef(n, name)
	if worked == nil {
		return ""
	}
	if worked.Kind != yaml.ScalarNode {
		t.wrong(n, "Fn::Sub: ${%s} is a list", name)
		return ""
	}
	return worked.Value
}

func (t *Template) evalRef(n *yaml.Node, name string) *yaml.Node {
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::Region":
		return scalar(t.world.Region, n)
	case "AWS::AccountId":
		return scalar(t.world.Account, n)
	case "AWS::StackName":
		return scalar(t.world.Stack, n)
	case "AWS::StackId":
		return scalar("arn:aws:cloudformation:"+t.world.Region+":"+t.world.Account+":stack/"+t.world.Stack+"/local", n)
	case "AWS::Partition":
		return scalar("aws", n)
	case "AWS::URLSuffix":
		return scalar("amazonaws.com", n)
	}
	if field(t.parameters, name) != nil {
		return t.parameter(n, name)
	}
	r := t.resource(n, name)
	if r == nil {
		return nil
	}
	return scalar(t.localize(t.ref(r)), n)
}

// resource finds a resource by its logical id; it notes a problem when there is none.
func (t *Template) resource(n *yaml.Node, id string) *Resource {
	r := t.byID[id]
	if r != nil {
		return r
	}
	if t.known[id] {
		t.wrong(n, "%s is not made, since its condition does not hold; use it under the same condition", id)
	} else {
		t.wrong(n, "there is no parameter or resource %s", id)
	}
	return nil
}

func (t *Template) evalGetAtt(n, argument *yaml.Node) *yaml.Node {
	var id, attribute string
	if argument.Kind == yaml.SequenceNode && len(argument.Content) == 2 {
		id, attribute = t.text(argument.Content[0]), t.text(argument.Content[1])
	} else {
		id, attribute, _ = strings.Cut(argument.Value, ".")
	}
	return scalar(t.localize(t.attribute(n, id, attribute)), n)
}

// holds works out a condition, named or written out.
func (t *Template) holds(n *yaml.Node) bool {
	n = follow(n)
	name, argument := call(n)
	if n.Kind == yaml.MappingNode && field(n, "Condition") != nil && len(n.Content) == 2 {
		name, argument = "Condition", field(n, "Condition")
	}
	switch name {
	case "":
		return t.named(n, n.Value)
	case "Condition":
		return t.named(n, argument.Value)
	case "Fn::Equals":
		return t.takes(n, name, argument, 2) && t.text(argument.Content[0]) == t.text(argument.Content[1])
	case "Fn::Not":
		return t.takes(n, name, argument, 1) && !t.holds(argument.Content[0])
	case "Fn::And":
		all := true
		for _, c := range argument.Content {
			all = t.holds(c) && all
		}
		return all
	case "Fn::Or":
		one := false
		for _, c := range argument.Content {
			one = t.holds(c) || one
		}
		return one
	}
	t.wrong(n, "%s is no condition", name)
	return false
}

func (t *Template) named(n *yaml.Node, name string) bool {
	condition := field(t.conditions, name)
	if condition == nil {
		t.wrong(n, "there is no condition %s", name)
		return false
	}
	if slices.Contains(t.testing, name) {
		t.wrong(n, "the condition %s depends on itself", name)
		return false
	}
	t.testing = append(t.testing, name)
	defer func() { t.testing = t.testing[:len(t.testing)-1] }()
	return t.holds(condition)
}
