package template

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func testEnvironment() Environment {
	return Environment{
		Region: "eu-central-1", Account: "000000000000", Stack: "kith",
		API:    func(string) string { return "http://127.0.0.1:1001" },
		Site:   func(string) string { return "http://127.0.0.1:1002" },
		Issuer: "http://127.0.0.1:1003",
		Client: func(string) string { return "kith-dashboard" },
		Secret: func(name string, spec SecretSpec) (string, error) {
			if spec.Template != "" {
				return `{"user":"app","` + spec.Key + `":"value of ` + name + `"}`, nil
			}
			return "value of " + name, nil
		},
	}
}

func load(t *testing.T, text string, change func(*Environment)) (*Template, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "template.yaml")
	err := os.WriteFile(file, []byte(text), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	env := testEnvironment()
	if change != nil {
		change(&env)
	}
	return Load(file, env)
}

const everything = `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Days: {Type: Number, Default: 7}
Mappings:
  Size: {dev: {memory: 128}, prod: {memory: 1024}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Either: !Or [!Condition IsProd, !Equals [a, a]]
  Both: !And [{Condition: IsProd}, !Condition Either]
Globals:
  Function:
    Runtime: provided.al2023
    Handler: bootstrap
    Environment:
      Variables: {SHARED: all, OWN: no}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties: {StageName: $default}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties: {DistributionConfig: {Enabled: true}}
  People:
    Type: AWS::Cognito::UserPool
    Properties: {UserPoolName: people}
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref People}
  Rows:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      TableName: !Sub rows-${Stage}
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Files:
    Type: AWS::S3::Bucket
  Key:
    Type: AWS::SecretsManager::Secret
    Properties: {Name: app/key, GenerateSecretString: {PasswordLength: 64}}
  Login:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {SecretStringTemplate: '{"user":"app"}', GenerateStringKey: pass}
  OnlyProd:
    Type: AWS::SNS::Topic
    Condition: IsProd
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/work/
      MemorySize: !FindInMap [Size, !Ref Stage, memory]
      Timeout: !If [IsProd, 30, 3]
      Environment:
        Variables:
          OWN: "yes"
          TABLE: !Ref Rows
          STREAM: !GetAtt Rows.StreamArn
          BUCKET: !Ref Files
          PROD: !If [Both, x, !Ref AWS::NoValue]
          DEV: !If [IsDev, "on", "off"]
          SITE: !Sub https://${Site.DomainName}/i
          HOST: !GetAtt Site.DomainName
          API: !GetAtt Api.ApiEndpoint
          API2: !Sub https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/v1
          ISSUER: !GetAtt People.ProviderURL
          ISSUER2: !Sub https://cognito-idp.${AWS::Region}.amazonaws.com/${People}
          CLIENT: {Ref: Client}
          SECRET: !Sub '{{resolve:secretsmanager:${Key}}}'
          PASS: '{{resolve:secretsmanager:kith-Login:SecretString:pass}}'
          LITERAL: !Sub ${!Stage}-${Own}
          JOINED: !Join ["-", [!Ref Stage, {"Fn::GetAtt": [Files, Arn]}]]
          ZONE: !Select [1, !Ref Zones]
          PART: !Select [0, !Split [":", "a:b"]]
          DAYS: !Sub
            - ${Days} days, ${Word}
            - {Word: !Ref Stage}
`

func TestLoad_Expressions_AreEvaluated(t *testing.T) {
	tpl, err := load(t, strings.ReplaceAll(everything, "-${Own}", "-${AWS::StackName}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := tpl.Find("Work").Properties
	if p.At("Runtime").Text() != "provided.al2023" || p.At("MemorySize").Int(0) != 128 || p.At("Timeout").Int(0) != 3 {
		t.Errorf("globals, map or condition: %q %d %d", p.At("Runtime").Text(), p.At("MemorySize").Int(0), p.At("Timeout").Int(0))
	}
	want := map[string]string{
		"SHARED": "all", "OWN": "yes", "TABLE": "rows-dev", "BUCKET": "kith-files", "DEV": "on",
		"STREAM": "arn:aws:dynamodb:eu-central-1:000000000000:table/rows-dev/stream/local",
		"SITE":   "http://127.0.0.1:1002/i", "HOST": "127.0.0.1:1002", "API": "http://127.0.0.1:1001",
		"API2": "http://127.0.0.1:1001/v1", "ISSUER": "http://127.0.0.1:1003", "ISSUER2": "http://127.0.0.1:1003",
		"CLIENT": "kith-dashboard", "SECRET": "value of app/key", "PASS": "value of kith-Login",
		"LITERAL": "${Stage}-kith", "JOINED": "dev-arn:aws:s3:::kith-files", "ZONE": "b", "PART": "a", "DAYS": "7 days, dev",
	}
	got := map[string]string{}
	for name, value := range p.At("Environment", "Variables").Map() {
		got[name] = value.Text()
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, not %q", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d variables, not %d: %v", len(got), len(want), got)
	}
	if tpl.Find("OnlyProd") != nil {
		t.Error("a resource exists whose condition is false")
	}
	if err := tpl.Err(); err != nil {
		t.Error(err)
	}
}

func TestLoad_Unsupported_FailsWithTheLine(t *testing.T) {
	function := "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      "
	for name, c := range map[string]struct{ text, want string }{
		"unknown type":        {"Resources:\n  Q:\n    Type: AWS::SQS::Queue\n", "template.yaml:2: Q: the local cloud does not support resources of type AWS::SQS::Queue"},
		"unknown property":    {function + "CodeUri: x\n      VpcConfig: {SubnetIds: [a]}\n", "template.yaml:6: F (AWS::Serverless::Function) VpcConfig: the local cloud does not support this property"},
		"unknown deep":        {function + "LoggingConfig:\n        Colour: red\n", ":6: F (AWS::Serverless::Function) LoggingConfig.Colour: the local cloud does not support"},
		"value":               {function + "Runtime: python3.12\n", `:5: F (AWS::Serverless::Function) Runtime: the local cloud does not support "python3.12". Use provided.al2023`},
		"list value":          {function + "Events:\n        E:\n          Type: DynamoDB\n          Properties:\n            FunctionResponseTypes: [Nonsense]\n", ":9: F"},
		"event type":          {function + "Events:\n        E:\n          Type: SQS\n          Properties: {Queue: x}\n", "does not support \"SQS\""},
		"event property":      {function + "Events:\n        E:\n          Type: S3\n          Properties: {Bucket: x, Colour: y}\n", ":8: F (AWS::Serverless::Function) Events.E.Colour: the local cloud does not support"},
		"import":              {function + "CodeUri: !ImportValue x\n", ":5: Fn::ImportValue: there are no other stacks here"},
		"no such name":        {function + "CodeUri: !Ref Nobody\n", ":5: there is no parameter or resource Nobody"},
		"no such name in Sub": {function + "CodeUri: !Sub a${Nobody}\n", ":5: there is no parameter or resource Nobody"},
		"no such attribute":   {function + "CodeUri: !GetAtt F.Colour\n", ":5: the local cloud does not support the attribute Colour"},
		"ssm":                 {function + "CodeUri: '{{resolve:ssm:x}}'\n", ":5: {{resolve:ssm:x}}"},
		"other secret":        {function + "CodeUri: '{{resolve:secretsmanager:x}}'\n", ":5: the secret x is not in this template"},
		"transform":           {"Transform: AWS::LanguageExtensions\nResources: {}\n", ":1: the local cloud supports the transform"},
		"section":             {"Hooks: {}\nResources: {}\n", ":1: the local cloud does not support the section Hooks"},
		"rule":                {"Rules: {Both: {Assertions: [{Assert: !Equals [a, b], AssertDescription: Set a and b together.}]}}\nResources: {}\n", ":1: Set a and b together."},
		"attribute":           {"Resources:\n  A:\n    Type: AWS::SNS::Topic\n    UpdatePolicy: {}\n", ":4: A: the local cloud does not support the attribute UpdatePolicy"},
		"no default":          {"Parameters:\n  P: {Type: String}\nResources: {}\n", ":2: parameter P has no default"},
		"not allowed":         {"Parameters:\n  P: {Type: String, Default: x, AllowedValues: [y]}\nResources: {}\n", `:2: parameter P: "x" is not an allowed value`},
		"value on AWS":        {"Parameters:\n  P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: x}\nResources: {}\n", ":2: parameter P: values of type"},
		"duplicate":           {"Resources:\n  A: {Type: AWS::SNS::Topic}\n  A: {Type: AWS::SNS::Topic}\n", ":3: A is in line 2 already"},
		"circle":              {"Conditions:\n  A: !Condition B\n  B: !Condition A\nResources:\n  T: {Type: AWS::SNS::Topic, Condition: A}\n", "depends on itself"},
		"not created":         {"Conditions:\n  No: !Equals [a, b]\nResources:\n  T: {Type: AWS::SNS::Topic, Condition: No}\nOutputs:\n  O: {Value: !Ref T}\n", ":6: T is not created"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.text, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nnot %s", err, c.want)
			}
		})
	}
}

func TestLoad_Parameters_OverrideDefaults(t *testing.T) {
	text := "Parameters:\n  P: {Type: String}\nResources:\n  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref P}}\n"
	tpl, err := load(t, text, func(env *Environment) { env.Parameters = map[string]string{"P": "news"} })
	if err != nil {
		t.Fatal(err)
	}
	if got := tpl.Ref(tpl.Find("T")); got != "arn:aws:sns:eu-central-1:000000000000:news" {
		t.Errorf("the topic is %s", got)
	}
	_, err = load(t, text, func(env *Environment) { env.Parameters = map[string]string{"P": "a", "Q": "b"} })
	if err == nil || !strings.Contains(err.Error(), "there is no parameter Q") {
		t.Errorf("an unknown parameter: %v", err)
	}
}

func TestTable_Rows_AreUniqueAndHaveNotes(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range Table {
		name := row.Type + " " + row.Path
		if seen[name] {
			t.Errorf("%s has two rows", name)
		}
		seen[name] = true
		if row.Disposition != Run && row.Note == "" {
			t.Errorf("%s is %s without a note", name, row.Disposition)
		}
	}
}

func TestLoad_ProjectTemplate_Succeeds(t *testing.T) {
	tpl, err := Load("../../../template.yaml", testEnvironment())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range tpl.OfType("AWS::Serverless::Function") {
		for name, event := range f.Properties.At("Events").Map() {
			p := event.At("Properties")
			if p.At("Method").Text() == "ANY" && p.At("Auth", "Authorizer").Exists() {
				t.Errorf("%s %s has ANY method with an authorizer: preflight requests would need a token", f.ID, name)
			}
		}
	}
}

func TestMarkdown_OfTable_IsInTheDocumentation(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/local-cloud-template.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), strings.TrimSpace(Markdown())) {
		t.Error("docs/local-cloud-template.md is out of date: replace its tables with the output of `.tools/bin/local list --all --markdown`")
	}
}
