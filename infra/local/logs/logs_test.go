package logs

import (
	"fmt"
	"strings"
	"testing"
)

func TestServicesStarted_LinesWhileStarting_ArePrintedOnlyAfterFailure(t *testing.T) {
	for failed, want := range map[bool]string{
		false: "s3 | a request\n",
		true:  "s3 | listening\ns3 | a request\n",
	} {
		var out strings.Builder
		l := New(&out, false, false)
		services := l.ServiceWriter()
		fmt.Fprintln(services, "s3: listening")
		l.ServicesStarted(failed)
		fmt.Fprintln(services, "s3: a request")
		if out.String() != want {
			t.Errorf("failed: %t: printed %q, want %q", failed, out.String(), want)
		}
		if stored := l.Recent("s3"); len(stored) != 2 {
			t.Errorf("failed: %t: %d lines are stored, want 2", failed, len(stored))
		}
	}
}
