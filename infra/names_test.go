package infra

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// nameProperties holds, by type, the property with a name that AWS requires to be unique in an account and region, or in all
// of AWS. The names of other types are descriptive.
var nameProperties = map[string][]string{
	"AWS::CloudFront::Function":              {"Name"},
	"AWS::CloudFront::OriginAccessControl":   {"OriginAccessControlConfig", "Name"},
	"AWS::CloudFront::OriginRequestPolicy":   {"OriginRequestPolicyConfig", "Name"},
	"AWS::CloudFront::ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig", "Name"},
	"AWS::CloudWatch::Alarm":                 {"AlarmName"},
	"AWS::CloudWatch::Dashboard":             {"DashboardName"},
	"AWS::Cognito::UserPoolDomain":           {"Domain"},
	"AWS::DynamoDB::Table":                   {"TableName"},
	"AWS::IAM::Role":                         {"RoleName"},
	"AWS::KMS::Alias":                        {"AliasName"},
	"AWS::Logs::LogGroup":                    {"LogGroupName"},
	"AWS::S3::Bucket":                        {"BucketName"},
	"AWS::SES::ConfigurationSet":             {"Name"},
	"AWS::SES::EmailIdentity":                {"EmailIdentity"},
	"AWS::SNS::Topic":                        {"TopicName"},
	"AWS::SecretsManager::Secret":            {"Name"},
	"AWS::Serverless::Function":              {"FunctionName"},
}

func TestNames_TwoStagesInOneAccount_DoNotCollide(t *testing.T) {
	template := readTemplate(t)
	stages := stageParameters(t)
	owners := map[string]string{} // by type and name
	for stage, parameters := range stages {
		for logical, r := range template.at("Resources").fields() {
			path, ok := nameProperties[r.at("Type").text()]
			name := r.at("Properties").at(path...)
			if !ok || !name.exists() {
				continue // CloudFormation generates a name from that of the stack
			}
			text := name.text()
			if list := name.list(); len(list) == 2 { // Fn::Sub with variables
				text = list[0].text()
			}
			for parameter, value := range parameters {
				text = strings.ReplaceAll(text, "${"+parameter+"}", value)
			}
			key := r.at("Type").text() + " " + text
			if other := owners[key]; other != "" {
				t.Errorf("template.yaml:%d: %s is named %q in the stages %s and %s", r.line(), logical, text, other, stage)
			}
			owners[key] = stage
		}
	}
}

// A resource that outlives its stack must not hold a name that the next stack of the stage needs.
func TestNames_RetainedResources_AreNotFixed(t *testing.T) {
	for logical, r := range readTemplate(t).at("Resources").fields() {
		policy := r.at("DeletionPolicy").text()
		switch policy {
		case "", "Delete":
			continue
		case "RetainExceptOnCreate":
		default:
			t.Errorf("template.yaml:%d: %s has the DeletionPolicy %s, so that a failed first deployment leaves it", r.line(), logical, policy)
		}
		name := r.at("Properties").at(nameProperties[r.at("Type").text()]...)
		if len(nameProperties[r.at("Type").text()]) == 0 || !name.exists() {
			continue
		}
		if list := name.list(); len(list) != 2 || !strings.Contains(list[0].text(), "${Unique}") {
			t.Errorf("template.yaml:%d: %s keeps the name %q after its stack is deleted", r.line(), logical, name.text())
		}
	}
}

// stageParameters returns the parameters of each stage in samconfig.toml.
func stageParameters(t *testing.T) map[string]map[string]string {
	t.Helper()
	config, err := os.ReadFile("../samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	stages := map[string]map[string]string{}
	overrides := regexp.MustCompile(`^parameter_overrides = "(.*)"$`)
	for line := range strings.Lines(string(config)) {
		found := overrides.FindStringSubmatch(strings.TrimSpace(line))
		if found == nil {
			continue
		}
		parameters := map[string]string{}
		for pair := range strings.FieldsSeq(found[1]) {
			name, value, _ := strings.Cut(pair, "=")
			parameters[name] = value
		}
		stages[parameters["Stage"]] = parameters
	}
	if len(stages) != 3 {
		t.Fatalf("samconfig.toml has the parameters of %d stages; want 3", len(stages))
	}
	return stages
}
