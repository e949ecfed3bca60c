package template

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// shortForms maps the YAML tags of intrinsic functions to their full names.
var shortForms = map[string]string{
	"!Ref": "Ref", "!Condition": "Condition", "!Sub": "Fn::Sub", "!GetAtt": "Fn::GetAtt", "!Join": "Fn::Join",
	"!If": "Fn::If", "!Equals": "Fn::Equals", "!Not": "Fn::Not", "!And": "Fn::And", "!Or": "Fn::Or",
	"!Select": "Fn::Select", "!Split": "Fn::Split", "!FindInMap": "Fn::FindInMap", "!Base64": "Fn::Base64",
	"!ImportValue": "Fn::ImportValue", "!GetAZs": "Fn::GetAZs", "!Cidr": "Fn::Cidr", "!Transform": "Fn::Transform",
	"!ToJsonString": "Fn::ToJsonString", "!Length": "Fn::Length",
}

// unsupported holds, for each function that can't be evaluated here, the reason and the alternative.
var unsupported = map[string]string{
	"Fn::ImportValue":  "there are no other stacks here. Use a parameter with a default",
	"Fn::GetAZs":       "there are no availability zones here. Use a parameter with a default",
	"Fn::Cidr":         "there are no networks here. Write the value",
	"Fn::Transform":    "macros run on AWS only. Write the result",
	"Fn::ToJsonString": "the local cloud does not support it. Use Fn::Sub",
	"Fn::Length":       "the local cloud does not support it. Write the number",
	"Fn::ForEach":      "the local cloud does not support loops. Write the resources",
}

// intrinsic returns the full name of the function that a node calls, or "".
func intrinsic(n *yaml.Node) string {
	name, _ := call(n)
	return name
}

// call returns the full name and the argument of the function that a node calls. The name is "" for another value.
func call(n *yaml.Node) (string, *yaml.Node) {
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		argument := *n
		argument.Tag = ""
		name, ok := shortForms[n.Tag]
		if !ok {
			name = n.Tag
		}
		return name, &argument
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 {
		key := n.Content[0].Value
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return key, resolveAlias(n.Content[1])
		}
	}
	return "", nil
}

// eval evaluates a value. It returns nil for AWS::NoValue and after a problem.
func (t *Template) eval(n *yaml.Node) *yaml.Node {
	n = resolveAlias(n)
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
				t.problemf(key, "Fn::ForEach: %s", unsupported["Fn::ForEach"])
				continue
			}
			value := t.eval(value)
			if value != nil {
				out.Content = append(out.Content, key, value)
			}
		}
		return out
	case yaml.SequenceNode:
		out := &yaml.Node{Kind: yaml.SequenceNode, Line: n.Line, Column: n.Column}
		for _, item := range n.Content {
			value := t.eval(item)
			if value != nil {
				out.Content = append(out.Content, value)
			}
		}
		return out
	default:
		out := *n
		out.Value = t.localize(t.resolveDynamic(n, n.Value))
		return &out
	}
}

func (t *Template) evalCall(n *yaml.Node, name string, argument *yaml.Node) *yaml.Node {
	if why, ok := unsupported[name]; ok {
		t.problemf(n, "%s: %s", name, why)
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
		if !t.checkArguments(n, name, argument, 3) {
			return nil
		}
		if t.evalCondition(argument.Content[0]) {
			return t.eval(argument.Content[1])
		}
		return t.eval(argument.Content[2])
	case "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or", "Condition":
		t.problemf(n, "%s is allowed in Conditions only", name)
	default:
		t.problemf(n, "the local cloud does not support the function %s. Remove it, or add it in infra/local/template/eval.go", name)
	}
	return nil
}

// checkArguments reports whether the argument is a list of count values; if not, it adds a problem.
func (t *Template) checkArguments(n *yaml.Node, name string, argument *yaml.Node, count int) bool {
	if argument.Kind != yaml.SequenceNode || len(argument.Content) != count {
		t.problemf(n, "%s takes a list of %d values", name, count)
		return false
	}
	return true
}

// text evaluates a value that must be a scalar.
func (t *Template) text(n *yaml.Node) string {
	value := t.eval(n)
	if value == nil {
		return ""
	}
	if value.Kind != yaml.ScalarNode {
		t.problemf(n, "a single value is required here")
		return ""
	}
	return value.Value
}

// texts evaluates a list of scalars.
func (t *Template) texts(n *yaml.Node) []string {
	value := t.eval(n)
	if value == nil {
		return nil
	}
	if value.Kind != yaml.SequenceNode {
		t.problemf(n, "a list is required here")
		return nil
	}
	var list []string
	for _, item := range value.Content {
		if item.Kind != yaml.ScalarNode {
			t.problemf(item, "a single value is required here")
			return nil
		}
		list = append(list, item.Value)
	}
	return list
}

func (t *Template) evalJoin(n, argument *yaml.Node) *yaml.Node {
	if !t.checkArguments(n, "Fn::Join", argument, 2) {
		return nil
	}
	joined := strings.Join(t.texts(argument.Content[1]), t.text(argument.Content[0]))
	return scalar(t.localize(t.resolveDynamic(n, joined)), n)
}

func (t *Template) evalSplit(n, argument *yaml.Node) *yaml.Node {
	if !t.checkArguments(n, "Fn::Split", argument, 2) {
		return nil
	}
	return sequence(strings.Split(t.text(argument.Content[1]), t.text(argument.Content[0])), n)
}

func (t *Template) evalSelect(n, argument *yaml.Node) *yaml.Node {
	if !t.checkArguments(n, "Fn::Select", argument, 2) {
		return nil
	}
	index, err := strconv.Atoi(t.text(argument.Content[0]))
	list := t.texts(argument.Content[1])
	if err != nil || index < 0 || index >= len(list) {
		t.problemf(n, "Fn::Select: the index is not in a list of %d", len(list))
		return nil
	}
	return scalar(list[index], n)
}

func (t *Template) evalFindInMap(n, argument *yaml.Node) *yaml.Node {
	if !t.checkArguments(n, "Fn::FindInMap", argument, 3) {
		return nil
	}
	keys := []string{t.text(argument.Content[0]), t.text(argument.Content[1]), t.text(argument.Content[2])}
	found := t.mappings
	for _, key := range keys {
		found = field(found, key)
	}
	if found == nil {
		t.problemf(n, "Fn::FindInMap: Mappings has no %s", strings.Join(keys, " / "))
		return nil
	}
	return t.eval(found)
}

// evalSub evaluates "${Name}", "${Resource.Attribute}" and "${!Literal}".
func (t *Template) evalSub(n, argument *yaml.Node) *yaml.Node {
	pattern := argument
	var variables *yaml.Node
	if argument.Kind == yaml.SequenceNode {
		if !t.checkArguments(n, "Fn::Sub", argument, 2) {
			return nil
		}
		pattern, variables = resolveAlias(argument.Content[0]), resolveAlias(argument.Content[1])
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
			t.problemf(n, "Fn::Sub: a ${ is not closed")
			return nil
		}
		rest = tail
		name = strings.TrimSpace(name)
		literal, isLiteral := strings.CutPrefix(name, "!")
		if isLiteral {
			out.WriteString("${" + literal + "}")
			continue
		}
		out.WriteString(t.subName(n, name, variables))
	}
	return scalar(t.localize(t.resolveDynamic(n, out.String())), n)
}

func (t *Template) subName(n *yaml.Node, name string, variables *yaml.Node) string {
	value := field(variables, name)
	if value != nil {
		return t.text(value)
	}
	id, attribute, isAttribute := strings.Cut(name, ".")
	if isAttribute {
		return t.attribute(n, id, attribute)
	}
	ref := t.evalRef(n, name)
	if ref == nil {
		return ""
	}
	if ref.Kind != yaml.ScalarNode {
		t.problemf(n, "Fn::Sub: ${%s} is a list", name)
		return ""
	}
	return ref.Value
}

func (t *Template) evalRef(n *yaml.Node, name string) *yaml.Node {
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::Region":
		return scalar(t.env.Region, n)
	case "AWS::AccountId":
		return scalar(t.env.Account, n)
	case "AWS::StackName":
		return scalar(t.env.Stack, n)
	case "AWS::StackId":
		return scalar("arn:aws:cloudformation:"+t.env.Region+":"+t.env.Account+":stack/"+t.env.Stack+"/local", n)
	case "AWS::Partition":
		return scalar("aws", n)
	case "AWS::URLSuffix":
		return scalar("amazonaws.com", n)
	}
	if field(t.parameters, name) != nil {
		return t.parameter(n, name)
	}
	id, generated, isGenerated := strings.Cut(name, ".") // a resource that SAM generates, such as Api.Stage
	if isGenerated {
		return scalar(t.attribute(n, id, generated), n)
	}
	r := t.resource(n, name)
	if r == nil {
		return nil
	}
	return scalar(t.localize(t.ref(r)), n)
}

// resource returns a resource by its logical id. It adds a problem if there is none.
func (t *Template) resource(n *yaml.Node, id string) *Resource {
	r := t.byID[id]
	if r != nil {
		return r
	}
	if t.declared[id] {
		t.problemf(n, "%s is not created, because its condition is false. Use it under the same condition", id)
	} else {
		t.problemf(n, "there is no parameter or resource %s", id)
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

// evalCondition evaluates a condition, by name or inline.
func (t *Template) evalCondition(n *yaml.Node) bool {
	n = resolveAlias(n)
	name, argument := call(n)
	if n.Kind == yaml.MappingNode && field(n, "Condition") != nil && len(n.Content) == 2 {
		name, argument = "Condition", field(n, "Condition")
	}
	switch name {
	case "":
		return t.evalNamedCondition(n, n.Value)
	case "Condition":
		return t.evalNamedCondition(n, argument.Value)
	case "Fn::Equals":
		return t.checkArguments(n, name, argument, 2) && t.text(argument.Content[0]) == t.text(argument.Content[1])
	case "Fn::Not":
		return t.checkArguments(n, name, argument, 1) && !t.evalCondition(argument.Content[0])
	case "Fn::And":
		all := true
		for _, c := range argument.Content {
			all = t.evalCondition(c) && all
		}
		return all
	case "Fn::Or":
		one := false
		for _, c := range argument.Content {
			one = t.evalCondition(c) || one
		}
		return one
	}
	t.problemf(n, "%s is not a condition", name)
	return false
}

func (t *Template) evalNamedCondition(n *yaml.Node, name string) bool {
	condition := field(t.conditions, name)
	if condition == nil {
		t.problemf(n, "there is no condition %s", name)
		return false
	}
	if slices.Contains(t.conditionStack, name) {
		t.problemf(n, "the condition %s depends on itself", name)
		return false
	}
	t.conditionStack = append(t.conditionStack, name)
	defer func() { t.conditionStack = t.conditionStack[:len(t.conditionStack)-1] }()
	return t.evalCondition(condition)
}
