package permissions

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequired_SampleProgram_FindsEveryCallAndResource(t *testing.T) {
	programs, err := Load(".", "./testdata/sample")
	if err != nil {
		t.Fatal(err)
	}
	required, problems := programs[0].Required(map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME": "kith-${Stage}-sample", "RECORDS_TABLE": "${Records}", "JOBS_TABLE": "${Jobs}",
		"EXPORTS_BUCKET": "kith-${Stage}-exports",
	})
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	var got []string
	for p := range maps.Keys(required) {
		got = append(got, p.String())
	}
	slices.Sort(got)
	want := []string{
		"dynamodb:DeleteItem on ${Jobs.Arn}",
		"dynamodb:GetItem on ${Records.Arn}",
		"dynamodb:PutItem on ${Records.Arn}",
		"dynamodb:Query on ${Jobs.Arn}/index/*",
		"lambda:InvokeFunction on arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:kith-${Stage}-sample",
		"s3:GetObject on arn:${AWS::Partition}:s3:::kith-${Stage}-exports/*",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
}

func TestRequired_TableNeverSet_ReportsTheField(t *testing.T) {
	programs, err := Load(".", "./testdata/unset")
	if err != nil {
		t.Fatal(err)
	}
	_, problems := programs[0].Required(map[string]string{"RECORDS_TABLE": "${Records}"})
	if len(problems) != 1 || !strings.Contains(problems[0].Error(), "requires dynamodb:DeleteItem, but the program never sets") ||
		!strings.HasSuffix(problems[0].Error(), "table.Tables.Jobs") {
		t.Errorf("problems: %v", problems)
	}
}
