package mail

import (
	"slices"
	"time"
)

// representative is the number of messages from which on rates are reported. SES does not state its own; it leaves out messages
// to the mailbox simulator, and the recorder counts them.
const representative = 100

// reputations has the metric of each kind of event that is counted.
var reputations = map[string]string{"bounce": "Reputation.BounceRate", "complaint": "Reputation.ComplaintRate"}

// reportReputation reports, after an event, its share of the messages of the last day.
func (r *Recorder) reportReputation(kind string) {
	metric, counted := reputations[kind]
	if !counted || r.c.Metric == nil {
		return
	}
	since := r.c.Clock.Now().Add(-24 * time.Hour)
	var all, with float64
	for _, m := range r.box.list() {
		if m.Time.Before(since) {
			continue
		}
		all++
		if slices.Contains(m.Events, kind) {
			with++
		}
	}
	if all >= representative {
		r.c.Metric(metric, with/all)
	}
}
