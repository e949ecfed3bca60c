// Package permissions derives from the source of a Lambda function which IAM permissions it requires: it follows the
// code from main to the calls of the AWS SDK, and from each call back to the environment variable that names its table,
// bucket or function. It does not read the template: tests of package infra compare the result with the roles there.
package permissions

import (
	"fmt"
	"go/types"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

const (
	module = "github.com/kithhq/kith/"               // of the packages whose bodies are analyzed
	sdk    = "github.com/aws/aws-sdk-go-v2/service/" // of the clients whose calls require permissions
)

// Permission is an IAM action on one resource, in the notation of CloudFormation's !Sub.
type Permission struct{ Action, Resource string }

// String returns the permission for messages.
func (p Permission) String() string { return p.Action + " on " + p.Resource }

// Program is the main package of a function.
type Program struct {
	Name string // last element of the package's path
	main *ssa.Package
}

// Load loads the main packages that match the patterns, and the packages of this module that they import. Other packages
// are loaded without function bodies. It fails if a package does not compile.
func Load(dir string, patterns ...string) ([]*Program, error) {
	paths, err := dependencies(dir, patterns)
	if err != nil {
		return nil, err
	}
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: dir}, paths...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("load %s: %w", p.PkgPath, p.Errors[0])
		}
	}
	program, built := ssautil.Packages(loaded, ssa.InstantiateGenerics)
	program.Build()
	var programs []*Program
	for _, p := range built {
		if p != nil && p.Pkg.Name() == "main" {
			programs = append(programs, &Program{path.Base(p.Pkg.Path()), p})
		}
	}
	return programs, nil
}

// dependencies returns the paths of the matching packages and of those of this module that they import.
func dependencies(dir string, patterns []string) ([]string, error) {
	mode := packages.NeedName | packages.NeedImports | packages.NeedDeps
	matching, err := packages.Load(&packages.Config{Mode: mode, Dir: dir}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("list packages: %w", err)
	}
	var paths []string
	packages.Visit(matching, func(p *packages.Package) bool {
		ours := strings.HasPrefix(p.PkgPath, module)
		if ours {
			paths = append(paths, p.PkgPath)
		}
		return ours
	}, nil)
	slices.Sort(paths)
	return paths, nil
}

// actions are the IAM actions that each SDK operation requires. A transaction requires those of its items (see
// itemActions). An operation that is not listed is a problem.
var actions = map[string][]string{
	"dynamodb.BatchGetItem":       {"dynamodb:BatchGetItem"},
	"dynamodb.BatchWriteItem":     {"dynamodb:BatchWriteItem"},
	"dynamodb.DeleteItem":         {"dynamodb:DeleteItem"},
	"dynamodb.GetItem":            {"dynamodb:GetItem"},
	"dynamodb.PutItem":            {"dynamodb:PutItem"},
	"dynamodb.Query":              {"dynamodb:Query"},
	"dynamodb.Scan":               {"dynamodb:Scan"},
	"dynamodb.TransactGetItems":   nil,
	"dynamodb.TransactWriteItems": nil,
	"dynamodb.UpdateItem":         {"dynamodb:UpdateItem"},

	"lambda.Invoke": {"lambda:InvokeFunction"},

	// Without s3:ListBucket S3 answers 403 instead of 404 if an object does not exist.
	"s3.AbortMultipartUpload":    {"s3:AbortMultipartUpload"},
	"s3.CompleteMultipartUpload": {"s3:PutObject"},
	"s3.CreateMultipartUpload":   {"s3:PutObject"},
	"s3.DeleteObject":            {"s3:DeleteObject"},
	"s3.GetObject":               {"s3:GetObject", "s3:ListBucket"},
	"s3.HeadObject":              {"s3:GetObject", "s3:ListBucket"},
	"s3.ListObjectsV2":           {"s3:ListBucket"},
	"s3.ListParts":               {"s3:ListMultipartUploadParts"},
	"s3.PresignGetObject":        {"s3:GetObject"},
	"s3.PresignPutObject":        {"s3:PutObject"},
	"s3.PutObject":               {"s3:PutObject"},
	"s3.UploadPart":              {"s3:PutObject"},

	"secretsmanager.GetSecretValue": {"secretsmanager:GetSecretValue"},

	"sesv2.GetAccount": {"ses:GetAccount"},
	"sesv2.SendEmail":  {"ses:SendEmail", "ses:SendRawEmail"}, // ses:SendRawEmail for raw messages
}

// Fixed are the resources of actions whose resource is the same for every function, not named by a value in the code.
var Fixed = map[string][]string{
	"ses:GetAccount":   {"*"}, // SES supports no resource for it
	"ses:SendEmail":    emailResources,
	"ses:SendRawEmail": emailResources,
}

var emailResources = []string{
	"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}",
	"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/kith-${Stage}",
}

// itemActions are the actions of the items of a transaction, by the SDK's struct.
var itemActions = map[string]string{
	"types.ConditionCheck": "dynamodb:ConditionCheckItem",
	"types.Delete":         "dynamodb:DeleteItem",
	"types.Get":            "dynamodb:GetItem",
	"types.Put":            "dynamodb:PutItem",
	"types.Update":         "dynamodb:UpdateItem",
}

// carriers are structs of this module that carry the name of a table, in the field Table, to the SDK call. The function
// returns the action for the fields that are set. Carriers are analyzed where they are filled: else a program that writes
// to one table and deletes from another would seem to require both actions on both tables.
var carriers = map[string]func(set map[string]ssa.Value) string{
	"table.Write": func(set map[string]ssa.Value) string {
		switch {
		case set["Item"] != nil:
			return "dynamodb:PutItem"
		case set["Update"] != nil:
			return "dynamodb:UpdateItem"
		case set["Delete"] != nil:
			return "dynamodb:DeleteItem"
		default:
			return "dynamodb:ConditionCheckItem"
		}
	},
	"table.Span": func(map[string]ssa.Value) string { return "dynamodb:Query" },
}

// multiInstance are structs of this module of which a program has several instances, for different resources. Instances
// are distinguished by the call that constructs them.
var multiInstance = map[string]bool{"objects.Bucket": true}

// Required returns the permissions that the SDK calls of the program require, each with the call path that leads to it.
// names are the template's values for the function's environment variables, with FunctionName for
// AWS_LAMBDA_FUNCTION_NAME. It also returns problems: operations that are not listed in actions, actions for which the
// code does not show the resource, and calls for a table, bucket or function whose name the program never sets.
func (p *Program) Required(names map[string]string) (map[Permission]string, []error) {
	a := &analysis{
		sources: sourcesOf(reachOf(p.main)), names: names, required: map[Permission]string{}, resolved: map[string]bool{},
	}
	requested := a.requireFixed()
	a.requireLiterals()
	a.requireBatches()
	for _, action := range requested {
		if !a.resolved[action] {
			a.problems = append(a.problems, fmt.Errorf("%s calls %s, but the code does not show on which resource", p.Name, action))
		}
	}
	return a.required, a.problems
}

// analysis collects the permissions of a program.
type analysis struct {
	*sources
	names    map[string]string
	required map[Permission]string // with the call path
	resolved map[string]bool       // actions for which a resource was found
	problems []error
}

// requireFixed requires the fixed permissions of the reachable operations, and returns all actions that these require.
func (a *analysis) requireFixed() []string {
	var requested []string
	for operation, callers := range a.operations {
		required, known := actions[operation]
		if !known {
			a.problems = append(a.problems, fmt.Errorf("the program reaches %s: add it to actions in infra/permissions", operation))
		}
		requested = append(requested, required...)
		for _, action := range required {
			for _, resource := range Fixed[action] {
				a.resolved[action] = true
				for caller := range callers {
					a.required[Permission{action, resource}] = a.path(caller)
				}
			}
		}
	}
	slices.Sort(requested)
	return slices.Compact(requested)
}

// requireLiterals requires the permissions for the structs that the program fills: carriers and inputs of the SDK.
func (a *analysis) requireLiterals() {
	for _, l := range a.literals {
		name := qualifiedName(l.of)
		if action := carriers[name]; action != nil && l.values["Table"] != nil {
			if a.tableReplaced(l.in, map[*ssa.Function]bool{}) {
				continue
			}
			for _, values := range a.variants(l) {
				a.require(action(values), values["Table"], values["Index"] != nil, l.in)
			}
			continue
		}
		for _, action := range a.inputActions(name, l.in) {
			a.require(action, l.values["TableName"], l.values["IndexName"] != nil, l.in)
			a.require(action, l.values["Bucket"], false, l.in)
			a.require(action, l.values["FunctionName"], false, l.in)
			a.require(action, l.values["SecretId"], false, l.in)
		}
	}
}

// inputActions returns the actions of an SDK input struct that a function fills: those of the operations with this input
// that the function calls itself; if it calls none, of those that the program may call.
func (a *analysis) inputActions(name string, in *ssa.Function) []string {
	if action, ok := itemActions[name]; ok {
		return []string{action}
	}
	operation, ok := strings.CutSuffix(name, "Input")
	if !ok {
		return nil
	}
	var own, all []string
	service, method, _ := strings.Cut(operation, ".")
	for _, operation := range []string{operation, service + ".Presign" + method} {
		if a.operations[operation][in] {
			own = append(own, actions[operation]...)
		}
		if a.operations[operation] != nil {
			all = append(all, actions[operation]...)
		}
	}
	if own != nil {
		return own
	}
	return all
}

// requireBatches requires the permissions for batch requests, which have the table's name as a key of a map.
func (a *analysis) requireBatches() {
	batchActions := map[string]string{
		"types.KeysAndAttributes": "dynamodb:BatchGetItem", "types.WriteRequest": "dynamodb:BatchWriteItem",
	}
	for f := range a.functions {
		for _, block := range f.Blocks {
			for _, instruction := range block.Instrs {
				update, ok := instruction.(*ssa.MapUpdate)
				if !ok {
					continue
				}
				requests, ok := update.Map.Type().Underlying().(*types.Map)
				if !ok {
					continue
				}
				element := requests.Elem()
				if slice, ok := element.Underlying().(*types.Slice); ok {
					element = slice.Elem()
				}
				if action := batchActions[qualifiedName(element)]; action != "" {
					a.require(action, update.Key, false, f)
				}
			}
		}
	}
}

// require requires an action on the resource with a name, or on the indexes of the table with the name.
func (a *analysis) require(action string, name ssa.Value, index bool, in *ssa.Function) {
	for variable := range a.of(name) {
		if unset, ok := strings.CutPrefix(variable, neverSet); ok {
			a.problems = append(a.problems, fmt.Errorf("%s requires %s, but the program never sets %s", a.path(in), action, unset))
			continue
		}
		a.resolved[action] = true
		if variable != fromCarrier { // those are required where the carrier is filled
			a.required[Permission{action, a.resource(action, variable, index)}] = a.path(in)
		}
	}
}

// resource returns the resource that an environment variable names.
func (a *analysis) resource(action, variable string, index bool) string {
	name := a.names[variable]
	service, _, _ := strings.Cut(action, ":")
	switch {
	case name == "":
		return fmt.Sprintf("the resource of %s, which the template does not set", variable)
	case service == "dynamodb" && index:
		return strings.TrimSuffix(name, "}") + ".Arn}/index/*"
	case service == "dynamodb":
		return strings.TrimSuffix(name, "}") + ".Arn}"
	case action == "s3:ListBucket":
		return "arn:${AWS::Partition}:s3:::" + name
	case service == "s3":
		return "arn:${AWS::Partition}:s3:::" + name + "/*"
	case service == "lambda":
		return "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:" + name
	default:
		return name
	}
}
