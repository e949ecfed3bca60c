package infra

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kithhq/kith/infra/permissions"
)

func TestRoles_OfFunctions_AllowExactlyWhatCodeRequires(t *testing.T) {
	template := readTemplate(t)
	programs, err := permissions.Load("..", "./functions/...")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions(t, template) {
		t.Run(f.name, func(t *testing.T) {
			i := slices.IndexFunc(programs, func(p *permissions.Program) bool { return p.Name == f.name })
			if i < 0 {
				t.Fatalf("%s has no program", f)
			}
			required, problems := programs[i].Required(environment(f))
			for _, problem := range problems {
				t.Error(problem)
			}
			maps.Copy(required, requiredByEvents(f))
			required[permissions.Permission{Action: "logs:CreateLogStream", Resource: "${" + f.logical + "Log.Arn}:*"}] = "every function logs"
			required[permissions.Permission{Action: "logs:PutLogEvents", Resource: "${" + f.logical + "Log.Arn}:*"}] = "every function logs"
			comparePermissions(t, required, allowed(t, template, f), f.logical+"Role")
		})
	}
}

// A role of the stage can do what both its policies and the boundary of infra/deploy.yaml allow.
func TestBoundary_OfRoles_AllowsTheirActionsOnly(t *testing.T) {
	template := readTemplate(t)
	used := map[string]bool{}
	for logical, r := range template.at("Resources").fields() {
		if r.at("Type").text() != "AWS::IAM::Role" {
			continue
		}
		if boundary := r.at("Properties", "PermissionsBoundary").list(); len(boundary) != 3 || boundary[1].text() != "${PermissionsBoundary}" {
			t.Errorf("template.yaml:%d: %s has no permissions boundary", r.line(), logical)
		}
		for _, policy := range r.at("Properties", "Policies").list() {
			for _, statement := range policy.at("PolicyDocument", "Statement").list() {
				for _, action := range statement.at("Action").list() {
					used[action.text()] = true
				}
			}
		}
	}
	bounded := map[string]bool{}
	document := readYAML(t, "deploy.yaml").at("Resources", "Boundary", "Properties", "PolicyDocument")
	for _, statement := range document.at("Statement").list() {
		for _, action := range statement.at("Action").list() {
			bounded[action.text()] = true
		}
	}
	if diff := cmp.Diff(used, bounded); diff != "" {
		t.Errorf("actions of roles (-) and of the boundary (+):\n%s", diff)
	}
}

// environment returns the function's environment variables, with its own name as Lambda sets it.
func environment(f function) map[string]string {
	variables := map[string]string{"AWS_LAMBDA_FUNCTION_NAME": f.properties.at("FunctionName").text()}
	for name, v := range f.properties.at("Environment", "Variables").fields() {
		variables[name] = v.text()
	}
	return variables
}

func comparePermissions(t *testing.T, required, allowed map[permissions.Permission]string, role string) {
	t.Helper()
	for _, p := range sorted(required) {
		if allowed[p] == "" {
			t.Errorf("%s lacks %s: %s", role, p, required[p])
		}
	}
	for _, p := range sorted(allowed) {
		if required[p] == "" {
			t.Errorf("%s allows %s, which is not required (%s)", role, p, allowed[p])
		}
	}
}

func sorted(all map[permissions.Permission]string) []permissions.Permission {
	return slices.SortedFunc(maps.Keys(all), func(a, b permissions.Permission) int { return strings.Compare(a.String(), b.String()) })
}

// requiredByEvents returns the permissions that Lambda requires of the function's role for its event sources and failure
// destinations.
func requiredByEvents(f function) map[permissions.Permission]string {
	required := map[permissions.Permission]string{}
	requireDestination := func(onFailure value) {
		if strings.HasPrefix(onFailure.at("Type").text(), "S3") { // S3 for a mapping, S3Bucket for asynchronous calls
			bucket := onFailure.at("Destination").text()
			required[permissions.Permission{Action: "s3:PutObject", Resource: bucket + "/*"}] = "its failure destination"
			required[permissions.Permission{Action: "s3:ListBucket", Resource: bucket}] = "its failure destination"
		}
	}
	requireDestination(f.properties.at("EventInvokeConfig", "DestinationConfig", "OnFailure"))
	for _, event := range f.properties.at("Events").fields() {
		if event.at("Type").text() != "DynamoDB" {
			continue
		}
		stream := event.at("Properties", "Stream").text()
		for _, action := range []string{"DescribeStream", "GetRecords", "GetShardIterator"} {
			required[permissions.Permission{Action: "dynamodb:" + action, Resource: stream}] = "its event source mapping"
		}
		streams := strings.TrimSuffix(stream, ".StreamArn}") + ".Arn}/stream/*"
		required[permissions.Permission{Action: "dynamodb:ListStreams", Resource: streams}] = "its event source mapping"
		requireDestination(event.at("Properties", "DestinationConfig", "OnFailure"))
	}
	return required
}

// allowed returns the permissions that the function's role allows, each with its place in the template. A prefix of keys
// in a bucket counts as the whole bucket.
func allowed(t *testing.T, template value, f function) map[permissions.Permission]string {
	t.Helper()
	all := map[permissions.Permission]string{}
	role := resource(t, template, f.logical+"Role", "AWS::IAM::Role")
	if role.at("ManagedPolicyArns").exists() {
		t.Errorf("%sRole has a managed policy, whose permissions this test can't see", f.logical)
	}
	for _, policy := range role.at("Policies").list() {
		for _, statement := range policy.at("PolicyDocument", "Statement").list() {
			for _, action := range statement.at("Action").list() {
				for _, on := range statement.at("Resource").list() {
					p := permissions.Permission{Action: action.text(), Resource: on.text()}
					if strings.Contains(p.Action, "*") || p.Resource == "*" && !slices.Contains(permissions.Fixed[p.Action], "*") {
						t.Errorf("template.yaml:%d: %sRole allows %s; name exact actions and resources", action.line(), f.logical, p)
					}
					if bucket, _, ok := strings.Cut(p.Resource, "/"); ok && strings.Contains(bucket, ":s3:::") {
						p.Resource = bucket + "/*"
					}
					all[p] = fmt.Sprintf("template.yaml:%d", action.line())
				}
			}
		}
	}
	return all
}
