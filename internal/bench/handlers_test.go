package bench

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

var measuredHandler = regexp.MustCompile(`(?m)^measured (\S+) (\d+) (\d+) (\d+)$`)

// handlers measures the CPU time of requests, from the gateway's event to the response, with a store in memory. The measure is
// beside the handlers, because it uses their test fixtures.
func handlers(t *testing.T) []line {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "test", "-tags", "bench", "-run", "^TestHandlers_StoreInMemory_MeasuresProcessorTime$", "-count=1", "-v", "../httpapi/httpapitest")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var lines []line
	for _, found := range measuredHandler.FindAllSubmatch(output, -1) {
		micros, err := strconv.Atoi(string(found[3]))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line{
			fmt.Sprintf("CPU of %s, without the store client", found[1]), fmt.Sprintf("%d µs", micros), "<= 150 µs", micros <= 150,
		}, line{
			fmt.Sprintf("CPU of %s, with %s calls of the store client", found[1], found[2]), fmt.Sprintf("%s µs", found[4]), "stated", true,
		})
	}
	if len(lines) == 0 {
		t.Fatalf("nothing measured:\n%s", output)
	}
	return lines
}
