package e2e

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// expectAlarm waits until an alarm of the template is raised.
func expectAlarm(t *testing.T, name string) {
	t.Helper()
	awaitAlarm(t, kith, name)
}

func awaitAlarm(t *testing.T, k *Kith, name string) {
	t.Helper()
	err := Until(t.Context(), 30*time.Second, func(ctx context.Context) (bool, error) { return k.raised(ctx, name) })
	if err != nil {
		t.Errorf("the alarm %s is not raised: %v", name, err)
	}
}

func TestAlarms_FunctionThatFails_RaisesItsAlarm(t *testing.T) {
	programs, err := filepath.Glob("../../functions/*")
	if err != nil || len(programs) == 0 {
		t.Fatalf("functions: %v, %v", programs, err)
	}
	for _, program := range programs {
		name := filepath.Base(program)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := invoke(t.Context(), name, "not an event")
			if err == nil {
				t.Fatal("it accepts an event that is none")
			}
			expectAlarm(t, logicalID(name)+"Errors")
		})
	}
}

func TestAlarms_RecordThatCannotBeDecoded_RaisesTwoAlarms(t *testing.T) {
	sample, err := os.ReadFile("../../events/update-metrics.json")
	if err != nil {
		t.Fatal(err)
	}
	event := bytes.Replace(sample, []byte(`"N": "1792843260000"`), []byte(`"S": "never"`), 1)
	if bytes.Equal(event, sample) {
		t.Fatal("the sample event has no time to break")
	}
	_, err = lambdaClient().Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("update-metrics"), Payload: event})
	if err != nil {
		t.Fatal(err)
	}
	expectAlarm(t, "RecordsQuarantined")
	expectAlarm(t, "Failures")
}

func TestAlarms_EventThatFailsThrice_IsDroppedWithAnAlarm(t *testing.T) {
	_, err := lambdaClient().Invoke(t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String("record-delivery"), Payload: []byte(`"not an event"`), InvocationType: types.InvocationTypeEvent,
	})
	if err != nil {
		t.Fatal(err)
	}
	expectAlarm(t, "EventsDropped")
}

// logicalID returns the logical id of a function: AdminApi for admin-api.
func logicalID(name string) string {
	var id strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		id.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return id.String()
}
