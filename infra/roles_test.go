package infra

import (
	"fmt"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/go/ssa"
)

// sdk is where the clients of AWS's services stand.
const sdk = "github.com/aws/aws-sdk-go-v2/service/"

// actions says which IAM action each SDK call needs. A transaction needs those of the items in it (see inputs).
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

	"s3.AbortMultipartUpload":    {"s3:AbortMultipartUpload"},
	"s3.CompleteMultipartUpload": {"s3:PutObject"},
	"s3.CreateMultipartUpload":   {"s3:PutObject"},
	"s3.DeleteObject":            {"s3:DeleteObject"},
	"s3.GetObject":               {"s3:GetObject", "s3:ListBucket"}, // who may not list is told 403 where there is no object, not 404
	"s3.HeadObject":              {"s3:GetObject", "s3:ListBucket"},
	"s3.ListObjectsV2":           {"s3:ListBucket"},
	"s3.ListParts":               {"s3:ListMultipartUploadParts"},
	"s3.PresignGetObject":        {"s3:GetObject"},
	"s3.PresignPutObject":        {"s3:PutObject"},
	"s3.PutObject":               {"s3:PutObject"},
	"s3.UploadPart":              {"s3:PutObject"},

	"sesv2.GetAccount": {"ses:GetAccount"},
	"sesv2.SendEmail":  {"ses:SendEmail", "ses:SendRawEmail"}, // the second for raw messages
}

// fixed are actions whose resources no value in the code names: they are the same for every function.
var fixed = map[string][]string{
	"ses:GetAccount":   {"*"}, // SES knows no resource for it
	"ses:SendEmail":    mailResources,
	"ses:SendRawEmail": mailResources,
}

var mailResources = []string{
	"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}",
	"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/kith-${Stage}",
}

// inputs says which call a struct that names a table, bucket or function is for.
var inputs = map[string]string{
	"types.ConditionCheck": "dynamodb:ConditionCheckItem",
	"types.Delete":         "dynamodb:DeleteItem",
	"types.Get":            "dynamodb:GetItem",
	"types.Put":            "dynamodb:PutItem",
	"types.Update":         "dynamodb:UpdateItem",
}

// carriers are our own structs that carry a table's name to where the call is made. What they ask for is read off where
// they are filled, so that a write of one table and a removal from another are not taken for both in both.
var carriers = map[string]func(set map[string]ssa.Value) string{
	"dynamo.Write": func(set map[string]ssa.Value) string {
		switch {
		case set["item"] != nil:
			return "dynamodb:PutItem"
		case set["update"] != nil:
			return "dynamodb:UpdateItem"
		case set["remove"] != nil:
			return "dynamodb:DeleteItem"
		default:
			return "dynamodb:ConditionCheckItem"
		}
	},
	"dynamo.span": func(map[string]ssa.Value) string { return "dynamodb:Query" },
}

// several are our own structs of which a program has more than one, for different resources. Each is known by the call
// that made it.
var several = map[string]bool{"objects.Bucket": true}

// right is one action on one resource, written as the template's !Sub would write it.
type right struct{ action, resource string }

func (r right) String() string { return r.action + " on " + r.resource }

// Each role allows what its function's code and its event mappings need, and nothing else.
func TestRolesAllowExactlyWhatIsCalled(t *testing.T) {
	template := readTemplate(t)
	mains := programs(t, slices.Collect(maps.Keys(ours(list(t, "../functions/..."))))...)
	for _, f := range functions(t, template) {
		t.Run(f.name, func(t *testing.T) {
			i := slices.IndexFunc(mains, func(p *ssa.Package) bool { return path.Base(p.Pkg.Path()) == f.name })
			if i < 0 {
				t.Fatalf("%s has no program", f)
			}
			needed := neededByCode(t, mains[i], f)
			maps.Copy(needed, neededByEvents(f))
			needed[right{"logs:CreateLogStream", "${" + f.logical + "Log.Arn}:*"}] = "every function logs"
			needed[right{"logs:PutLogEvents", "${" + f.logical + "Log.Arn}:*"}] = "every function logs"
			compare(t, needed, allowed(t, template, f), f.logical+"Role")
		})
	}
}

// ours returns the packages and those of this module that they are made of.
func ours(packages map[string]goPackage) map[string]bool {
	all := map[string]bool{}
	for name, p := range packages {
		all[name] = true
		for _, reached := range p.Deps {
			if strings.HasPrefix(reached, module) {
				all[reached] = true
			}
		}
	}
	return all
}

func compare(t *testing.T, needed, allowed map[right]string, role string) {
	t.Helper()
	for _, r := range sorted(needed) {
		if allowed[r] == "" {
			t.Errorf("%s lacks %s: %s", role, r, needed[r])
		}
	}
	for _, r := range sorted(allowed) {
		if needed[r] == "" {
			t.Errorf("%s allows %s, which nothing needs (%s)", role, r, allowed[r])
		}
	}
}

func sorted(rights map[right]string) []right {
	return slices.SortedFunc(maps.Keys(rights), func(a, b right) int { return strings.Compare(a.String(), b.String()) })
}

// neededByCode returns what the SDK calls that the program may reach need, each with the way it is reached.
func neededByCode(t *testing.T, program *ssa.Package, f function) map[right]string {
	t.Helper()
	s := sourcesOf(reachOf(program))
	needed := map[right]string{}
	covered := map[string]bool{} // actions for which a resource was found
	demand := func(action string, name ssa.Value, index bool, in *ssa.Function) {
		for variable := range s.of(name) {
			covered[action] = true
			if variable == carried {
				continue // it is demanded where the carrier is filled
			}
			needed[right{action, resourceOf(action, variable, index, f)}] = s.way(in)
		}
	}
	wanted := map[string]bool{}
	for call, callers := range s.calls {
		needs, known := actions[call]
		if !known {
			t.Errorf("%s reaches %s: add it to the table of actions", f.name, call)
		}
		for _, action := range needs {
			wanted[action] = true
			for _, on := range fixed[action] {
				covered[action] = true
				for caller := range callers {
					needed[right{action, on}] = s.way(caller)
				}
			}
		}
	}
	for _, l := range s.literals {
		kind := qualified(l.of)
		if carrier := carriers[kind]; carrier != nil && l.values["table"] != nil {
			if s.replaced(l.in, map[*ssa.Function]bool{}) {
				continue
			}
			for _, values := range s.whole(l) {
				demand(carrier(values), values["table"], values["index"] != nil, l.in)
			}
			continue
		}
		for _, action := range actionsOfInput(kind, l.in, s.calls) {
			demand(action, l.values["TableName"], l.values["IndexName"] != nil, l.in)
			demand(action, l.values["Bucket"], false, l.in)
			demand(action, l.values["FunctionName"], false, l.in)
		}
	}
	for action, requests := range batches(s) {
		for _, request := range requests {
			demand(action, request.Key, false, request.Parent())
		}
	}
	for action := range wanted {
		if !covered[action] {
			t.Errorf("%s calls %s, but on what can't be told from the code", f.name, action)
		}
	}
	return needed
}

// actionsOfInput returns the actions of an SDK input struct: those of the calls it is for that the function makes which
// fills it, or else of all that the program may make.
func actionsOfInput(kind string, in *ssa.Function, calls map[string]map[*ssa.Function]bool) []string {
	if action, ok := inputs[kind]; ok {
		return []string{action}
	}
	call, ok := strings.CutSuffix(kind, "Input")
	if !ok {
		return nil
	}
	var here, anywhere []string
	service, operation, _ := strings.Cut(call, ".")
	for _, name := range []string{call, service + ".Presign" + operation} {
		if calls[name][in] {
			here = append(here, actions[name]...)
		}
		if calls[name] != nil {
			anywhere = append(anywhere, actions[name]...)
		}
	}
	if here != nil {
		return here
	}
	return anywhere
}

// batches returns the places that put a table's part into a batch request, by action.
func batches(s *sources) map[string][]*ssa.MapUpdate {
	found := map[string][]*ssa.MapUpdate{}
	for f := range s.functions {
		for _, block := range f.Blocks {
			for _, instruction := range block.Instrs {
				update, ok := instruction.(*ssa.MapUpdate)
				if !ok {
					continue
				}
				of, ok := update.Map.Type().Underlying().(*types.Map)
				if !ok {
					continue
				}
				element := of.Elem()
				if slice, ok := element.Underlying().(*types.Slice); ok {
					element = slice.Elem()
				}
				switch qualified(element) {
				case "types.KeysAndAttributes":
					found["dynamodb:BatchGetItem"] = append(found["dynamodb:BatchGetItem"], update)
				case "types.WriteRequest":
					found["dynamodb:BatchWriteItem"] = append(found["dynamodb:BatchWriteItem"], update)
				}
			}
		}
	}
	return found
}

// resourceOf writes the resource that the value of an environment variable of the function names.
func resourceOf(action, variable string, index bool, f function) string {
	given := f.properties.at("Environment", "Variables", variable).text()
	service, _, _ := strings.Cut(action, ":")
	if variable == self {
		given = f.properties.at("FunctionName").text()
	}
	switch {
	case given == "":
		return fmt.Sprintf("what %s names, which the template does not give", variable)
	case service == "dynamodb" && index:
		return strings.TrimSuffix(given, "}") + ".Arn}/index/*"
	case service == "dynamodb":
		return strings.TrimSuffix(given, "}") + ".Arn}"
	case action == "s3:ListBucket":
		return "arn:${AWS::Partition}:s3:::" + given
	case service == "s3":
		return "arn:${AWS::Partition}:s3:::" + given + "/*"
	case service == "lambda":
		return "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:" + given
	default:
		return given
	}
}

// neededByEvents returns what Lambda itself does with the function's role to feed it.
func neededByEvents(f function) map[right]string {
	needed := map[right]string{}
	aside := func(failed value) {
		if strings.HasPrefix(failed.at("Type").text(), "S3") { // S3 of a mapping, S3Bucket of asynchronous calls
			needed[right{"s3:PutObject", failed.at("Destination").text() + "/*"}] = "what it gave up"
			needed[right{"s3:ListBucket", failed.at("Destination").text()}] = "what it gave up"
		}
	}
	aside(f.properties.at("EventInvokeConfig", "DestinationConfig", "OnFailure"))
	for _, event := range f.properties.at("Events").fields() {
		if event.at("Type").text() != "DynamoDB" {
			continue
		}
		stream := event.at("Properties", "Stream").text()
		for _, action := range []string{"DescribeStream", "GetRecords", "GetShardIterator"} {
			needed[right{"dynamodb:" + action, stream}] = "its event mapping"
		}
		needed[right{"dynamodb:ListStreams", strings.TrimSuffix(stream, ".StreamArn}") + ".Arn}/stream/*"}] = "its event mapping"
		aside(event.at("Properties", "DestinationConfig", "OnFailure"))
	}
	return needed
}

// allowed returns what the function's role allows. A prefix of keys in a bucket counts as the bucket.
func allowed(t *testing.T, template value, f function) map[right]string {
	t.Helper()
	rights := map[right]string{}
	role := resource(t, template, f.logical+"Role", "AWS::IAM::Role")
	if role.at("ManagedPolicyArns").there() {
		t.Errorf("%sRole has a managed policy: what it allows can't be seen here", f.logical)
	}
	for _, policy := range role.at("Policies").list() {
		for _, statement := range policy.at("PolicyDocument", "Statement").list() {
			for _, action := range statement.at("Action").list() {
				for _, on := range statement.at("Resource").list() {
					r := right{action.text(), on.text()}
					if strings.Contains(r.action, "*") || r.resource == "*" && !slices.Contains(fixed[r.action], "*") {
						t.Errorf("template.yaml:%d: %sRole allows %s; want exact actions and resources", action.line(), f.logical, r)
					}
					if bucket, _, ok := strings.Cut(r.resource, "/"); ok && strings.Contains(bucket, ":s3:::") {
						r.resource = bucket + "/*"
					}
					rights[r] = fmt.Sprintf("template.yaml:%d", action.line())
				}
			}
		}
	}
	return rights
}

// The check itself, on a program of which is known what it needs.
func TestTheCheckOfRolesSeesWhatIsCalled(t *testing.T) {
	var node yaml.Node
	err := yaml.Unmarshal([]byte(`
FunctionName: !Sub kith-${Stage}-desk
Environment:
  Variables:
    RECORDS_TABLE: !Ref Records
    JOBS_TABLE: !Ref Jobs
    EXPORTS_BUCKET: !Sub kith-${Stage}-exports
`), &node)
	if err != nil {
		t.Fatal(err)
	}
	f := function{"desk", "Desk", value{node.Content[0]}}
	mains := programs(t, "./infra/testdata/desk", "./infra/testdata/desk/dynamo")
	var got []string
	for _, r := range sorted(neededByCode(t, mains[0], f)) {
		got = append(got, r.String())
	}
	want := []string{
		"dynamodb:DeleteItem on ${Jobs.Arn}",
		"dynamodb:GetItem on ${Records.Arn}",
		"dynamodb:PutItem on ${Records.Arn}",
		"dynamodb:Query on ${Jobs.Arn}/index/*",
		"lambda:InvokeFunction on arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:kith-${Stage}-desk",
		"s3:GetObject on arn:${AWS::Partition}:s3:::kith-${Stage}-exports/*",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needed (-want +got):\n%s", diff)
	}
}
