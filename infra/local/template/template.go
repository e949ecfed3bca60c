// Package template reads a SAM template as YAML nodes, so that every value keeps its line, works out parameters,
// conditions, intrinsic functions and dynamic references, and checks each resource type and property against one table
// that says what the local cloud does with it. What that table does not have is an error, never passed over.
package template

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// World is what a template's resources are called and where they stand when they run here.
type World struct {
	Region  string
	Account string
	Stack   string
	// Parameters override the template's defaults.
	Parameters map[string]string
	// API returns the base address of an HTTP API, Site that of a CloudFront distribution, by logical id.
	API, Site func(id string) string
	// Issuer is the address of the OpenID Connect issuer that stands for each user pool, Client the id of the client
	// that stands for a user pool client.
	Issuer string
	Client func(id string) string
	// Secret returns the value of a generated secret, always the same for the same name.
	Secret func(name string, spec SecretSpec) (string, error)
}

// Template is a template whose resources are worked out.
type Template struct {
	// File is the template's name as it stands in errors, Folder where its CodeUri start from.
	File, Folder string
	// Resources holds those whose condition holds, in the template's order.
	Resources []*Resource

	world      World
	root       *yaml.Node
	parameters *yaml.Node
	mappings   *yaml.Node
	conditions *yaml.Node
	byID       map[string]*Resource
	known      map[string]bool // every logical id, those without effect included
	secrets    []*Resource
	problems   []error
	testing    []string // conditions being worked out
	naming     []string // resources whose name is being worked out
}

// Resource is one resource of the template.
type Resource struct {
	ID, Type string
	Line     int
	// Properties is the worked out mapping.
	Properties Value

	raw *yaml.Node // the Properties as written
}

// Load reads, works out and checks a template. All that is wrong with it comes in one error, a line each, with file and
// line.
func Load(file string, world World) (*Template, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	folder, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("find the template's folder: %w", err)
	}
	t := &Template{File: file, Folder: folder, world: world, byID: map[string]*Resource{}, known: map[string]bool{}}
	var doc yaml.Node
	err = yaml.Unmarshal(data, &doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: is no template: it is not a mapping", file)
	}
	t.root = doc.Content[0]
	t.unique(t.root)
	t.read()
	err = t.Err()
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Err returns everything found wrong so far, or nil.
func (t *Template) Err() error {
	if len(t.problems) == 0 {
		return nil
	}
	lines := make([]string, len(t.problems))
	for i, p := range t.problems {
		lines[i] = p.Error()
	}
	return fmt.Errorf("%s can't be run here:\n%s", t.File, strings.Join(slices.Compact(lines), "\n"))
}

// Of returns the resources of a type.
func (t *Template) Of(kind string) []*Resource {
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

// Name returns what a resource is called, as Ref gives it.
func (t *Template) Name(r *Resource) string {
	return t.ref(r)
}

// Wrong notes that something at a line of the template can't be run, and what to do.
func (t *Template) Wrong(line int, format string, args ...any) {
	t.problems = append(t.problems, fmt.Errorf("%s:%d: %s", t.File, line, fmt.Sprintf(format, args...)))
}

func (t *Template) wrong(n *yaml.Node, format string, args ...any) {
	t.Wrong(n.Line, format, args...)
}

// unique refuses a key that stands twice in a mapping, and merge keys, which CloudFormation does not take.
func (t *Template) unique(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Tag == "!!merge" {
				t.wrong(key, "a merge key (<<) is not CloudFormation; write the keys out")
			}
			if line, ok := seen[key.Value]; ok {
				t.wrong(key, "%s stands in line %d already; remove one", key.Value, line)
			}
			seen[key.Value] = key.Line
		}
	}
	for _, c := range n.Content {
		t.unique(c)
	}
}

func (t *Template) read() {
	for key, value := range pairs(t.root) {
		switch key.Value {
		case "AWSTemplateFormatVersion", "Description", "Metadata", "Outputs", "Globals", "Resources":
		case "Transform":
			if value.Value != "AWS::Serverless-2016-10-31" {
				t.wrong(value, "the local cloud does AWS::Serverless-2016-10-31 and no other transform; leave it out")
			}
		case "Parameters":
			t.parameters = value
		case "Mappings":
			t.mappings = value
		case "Conditions":
			t.conditions = value
		default:
			t.wrong(key, "the section %s is not known to the local cloud; leave it out or teach it in infra/local/template", key.Value)
		}
	}
	t.readParameters()
	globals := t.readGlobals(field(t.root, "Globals"))
	resources := field(t.root, "Resources")
	if resources == nil || resources.Kind != yaml.MappingNode {
		t.wrong(t.root, "has no Resources")
		return
	}
	for key := range pairs(resources) {
		t.known[key.Value] = true
	}
	for key, node := range pairs(resources) {
		t.readResource(key, node, globals)
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
		if condition == nil || t.holds(condition) {
			t.eval(field(output, "Value"))
		}
	}
}

func (t *Template) readResource(key, node *yaml.Node, globals map[string]*yaml.Node) {
	kind := field(node, "Type")
	if kind == nil {
		t.wrong(key, "%s has no Type", key.Value)
		return
	}
	condition := field(node, "Condition")
	if condition != nil && !t.holds(condition) {
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
			t.wrong(key, "Globals of %s are not known to the local cloud; write them at each resource", key.Value)
		}
	}
	return globals
}

// merge lays the properties of a resource over the globals of its type, as SAM does: mappings are merged, lists joined,
// other values replaced.
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
