// Package template reads a SAM template: it evaluates parameters, conditions, intrinsic functions and dynamic references,
// and checks each resource type and property against Table, which says how the local cloud handles it. A type or property
// without a row is an error with its line. The package does not start anything.
package template

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Environment holds the names and addresses of a template's resources on this machine.
type Environment struct {
	Region  string
	Account string
	Stack   string
	// Parameters override the template's defaults.
	Parameters map[string]string
	// API returns the base URL of an HTTP API, Site that of a CloudFront distribution, by logical id.
	API, Site func(id string) string
	// Issuer is the URL of the OpenID Connect issuer that replaces the user pool. Client returns the id of the client that
	// replaces a user pool client, by logical id.
	Issuer string
	Client func(id string) string
	// Secret returns the value of a generated secret. It is always the same for the same name.
	Secret func(name string, spec SecretSpec) (string, error)
}

// Template is an evaluated template.
type Template struct {
	// File is the template's path in errors, Folder the folder to which CodeUri is relative.
	File, Folder string
	// Resources are the resources whose condition is true, in the template's order.
	Resources []*Resource

	env            Environment
	root           *yaml.Node
	parameters     *yaml.Node
	mappings       *yaml.Node
	conditions     *yaml.Node
	byID           map[string]*Resource
	declared       map[string]bool // all logical ids, including those whose condition is false
	secrets        []*Resource
	aliases        map[string][]string // own domains of distributions, by logical id
	problems       []error
	conditionStack []string // conditions that are being evaluated
	nameStack      []string // resources whose name is being evaluated
}

// Resource is a resource of the template.
type Resource struct {
	ID, Type string
	Line     int
	// Properties is the evaluated mapping.
	Properties Value

	raw *yaml.Node // the Properties as written
}

// Load reads, evaluates and checks a template. Its error has all problems, each with file and line.
func Load(file string, env Environment) (*Template, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	folder, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("find the template's folder: %w", err)
	}
	t := &Template{File: file, Folder: folder, env: env, byID: map[string]*Resource{}, declared: map[string]bool{}, aliases: map[string][]string{}}
	var doc yaml.Node
	err = yaml.Unmarshal(data, &doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: not a template: it is not a mapping", file)
	}
	t.root = doc.Content[0]
	t.checkKeys(t.root)
	t.read()
	err = t.Err()
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Err returns an error with all problems so far, or nil.
func (t *Template) Err() error {
	if len(t.problems) == 0 {
		return nil
	}
	lines := make([]string, len(t.problems))
	for i, p := range t.problems {
		lines[i] = p.Error()
	}
	return fmt.Errorf("the local cloud can't run %s:\n%s", t.File, strings.Join(slices.Compact(lines), "\n"))
}

// OfType returns the resources of a type.
func (t *Template) OfType(kind string) []*Resource {
	var list []*Resource
	for _, r := range t.Resources {
		if r.Type == kind {
			list = append(list, r)
		}
	}
	return list
}

// Find returns a resource by its logical id, or nil.
func (t *Template) Find(id string) *Resource {
	return t.byID[id]
}

// Ref returns the value of Ref for a resource: its name, ARN or id.
func (t *Template) Ref(r *Resource) string {
	return t.ref(r)
}

// Name returns the name of a resource.
func (t *Template) Name(r *Resource) string { return t.name(r) }

// Problemf adds a problem at a line of the template, with what to do.
func (t *Template) Problemf(line int, format string, args ...any) {
	t.problems = append(t.problems, fmt.Errorf("%s:%d: %s", t.File, line, fmt.Sprintf(format, args...)))
}

func (t *Template) problemf(n *yaml.Node, format string, args ...any) {
	t.Problemf(n.Line, format, args...)
}

// checkKeys adds problems for duplicate keys, and for merge keys, which CloudFormation does not support.
func (t *Template) checkKeys(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Tag == "!!merge" {
				t.problemf(key, "CloudFormation does not support merge keys (<<). Write the keys")
			}
			if line, ok := seen[key.Value]; ok {
				t.problemf(key, "%s is in line %d already. Remove one", key.Value, line)
			}
			seen[key.Value] = key.Line
		}
	}
	for _, c := range n.Content {
		t.checkKeys(c)
	}
}

// read evaluates the sections.
func (t *Template) read() {
	for key, value := range pairs(t.root) {
		switch key.Value {
		case "AWSTemplateFormatVersion", "Description", "Metadata", "Outputs", "Globals", "Resources", "Rules":
		case "Transform":
			if value.Value != "AWS::Serverless-2016-10-31" {
				t.problemf(value, "the local cloud supports the transform AWS::Serverless-2016-10-31 only. Remove the other")
			}
		case "Parameters":
			t.parameters = value
		case "Mappings":
			t.mappings = value
		case "Conditions":
			t.conditions = value
		default:
			t.problemf(key, "the local cloud does not support the section %s. Remove it, or add it in infra/local/template/template.go", key.Value)
		}
	}
	t.readParameters()
	t.checkRules()
	globals := t.readGlobals(field(t.root, "Globals"))
	resources := field(t.root, "Resources")
	if resources == nil || resources.Kind != yaml.MappingNode {
		t.problemf(t.root, "has no Resources")
		return
	}
	for key := range pairs(resources) {
		t.declared[key.Value] = true
	}
	for key, node := range pairs(resources) {
		t.readResource(key, node, globals)
	}
	for _, r := range t.OfType("AWS::CloudFront::Distribution") {
		if list := field(field(r.raw, "DistributionConfig"), "Aliases"); list != nil {
			t.aliases[r.ID] = t.texts(list)
		}
	}
	for _, r := range t.Resources {
		value := t.eval(r.raw)
		if value == nil {
			value = &yaml.Node{Kind: yaml.MappingNode, Line: r.Line}
		}
		r.Properties = Value{t: t, node: value, path: r.ID}
	}
	for _, r := range t.Resources {
		t.check(r)
	}
	outputs := field(t.root, "Outputs")
	for _, output := range pairs(outputs) {
		condition := field(output, "Condition")
		if condition == nil || t.evalCondition(condition) {
			t.eval(field(output, "Value"))
		}
	}
}

func (t *Template) readResource(key, node *yaml.Node, globals map[string]*yaml.Node) {
	kind := field(node, "Type")
	if kind == nil {
		t.problemf(key, "%s has no Type", key.Value)
		return
	}
	condition := field(node, "Condition")
	if condition != nil && !t.evalCondition(condition) {
		return
	}
	r := &Resource{ID: key.Value, Type: kind.Value, Line: key.Line, raw: field(node, "Properties")}
	if r.raw == nil {
		r.raw = &yaml.Node{Kind: yaml.MappingNode, Line: key.Line}
	}
	for attribute, value := range pairs(node) {
		if attribute.Value != "Type" && attribute.Value != "Properties" {
			t.checkAttribute(r, attribute, value)
		}
	}
	global, ok := globals[strings.TrimPrefix(r.Type, "AWS::Serverless::")]
	if ok && strings.HasPrefix(r.Type, "AWS::Serverless::") {
		r.raw = merge(global, r.raw)
	}
	t.Resources = append(t.Resources, r)
	t.byID[r.ID] = r
	if r.Type == "AWS::SecretsManager::Secret" {
		t.secrets = append(t.secrets, r)
	}
}

func (t *Template) readGlobals(node *yaml.Node) map[string]*yaml.Node {
	globals := map[string]*yaml.Node{}
	for key, value := range pairs(node) {
		switch key.Value {
		case "Function", "HttpApi":
			globals[key.Value] = value
		default:
			t.problemf(key, "the local cloud does not support Globals of %s. Write the properties at each resource", key.Value)
		}
	}
	return globals
}

// merge merges the globals of a type with the properties of a resource, as SAM does: mappings are merged, lists are
// concatenated, other values are replaced.
func merge(global, own *yaml.Node) *yaml.Node {
	switch {
	case own == nil:
		return global
	case global == nil:
		return own
	case global.Kind == yaml.MappingNode && own.Kind == yaml.MappingNode && intrinsic(own) == "" && intrinsic(global) == "":
		merged := &yaml.Node{Kind: yaml.MappingNode, Tag: own.Tag, Line: own.Line, Column: own.Column}
		for key, value := range pairs(own) {
			merged.Content = append(merged.Content, key, merge(field(global, key.Value), value))
		}
		for key, value := range pairs(global) {
			if field(own, key.Value) == nil {
				merged.Content = append(merged.Content, key, value)
			}
		}
		return merged
	case global.Kind == yaml.SequenceNode && own.Kind == yaml.SequenceNode:
		joined := *own
		joined.Content = append(slices.Clone(global.Content), own.Content...)
		return &joined
	default:
		return own
	}
}
