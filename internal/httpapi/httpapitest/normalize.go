package httpapitest

import (
	"fmt"
	"regexp"
)

// IDPattern matches ids in text.
var IDPattern = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// NormalizeIDs joins the texts and replaces ids by the order in which they appear and versions, which retries raise, by 0:
// the texts of two equal runs are equal.
func NormalizeIDs(texts ...string) string {
	names := map[string]string{}
	var all string
	for _, one := range texts {
		all += one + "\n"
	}
	all = regexp.MustCompile(`"Version":[0-9]+`).ReplaceAllString(all, `"Version":0`)
	return IDPattern.ReplaceAllStringFunc(all, func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("<%d>", len(names))
		}
		return names[id]
	})
}

// readOperations are the DynamoDB operations that change nothing.
var readOperations = map[string]bool{"GetItem": true, "BatchGetItem": true, "Query": true}
