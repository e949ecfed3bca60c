package dataset_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// simulation is a campaign with random activity, recorded by the rules of the product.
type simulation struct {
	exporttest.Source
	scope *dataset.Scope
	at    time.Time
}

// newSimulation returns a campaign with random records, whose counters are up to date.
func newSimulation(t *rapid.T) *simulation {
	s := &simulation{scope: exporttest.NewScopeWithResponses(), at: exporttest.Noon}
	s.scope.Campaign.Question.Responses[1].Retired = false
	s.scope.Items = []*action.Item{
		{ID: "task", Code: "00", Type: action.Task, Title: "Call", Target: action.Target{Everyone: true}},
		{ID: "choice", Code: "01", Type: action.MultipleChoice, Title: "How?", Target: action.Target{Everyone: true}, Options: []action.Option{
			{ID: "mail", Code: "00", Text: "By mail", Value: "M"}, {ID: "day", Code: "01", Text: "On the day"},
		}},
		{ID: "free", Code: "02", Type: action.FreeResponse, Title: "Why?", Target: action.Target{Everyone: true}},
	}
	for range rapid.IntRange(1, 3).Draw(t, "mobilizers") {
		s.advance(t)
		s.Mobilizers = append(s.Mobilizers, &mobilizer.Mobilizer{ID: mobilizer.ID(id.At(s.at)), Campaign: "camp", JoinedAt: s.at})
	}
	for n := range rapid.IntRange(0, 5).Draw(t, "invitations") {
		s.advance(t)
		i := exporttest.NewInvitation(id.At(s.at), 0)
		if n < len(s.Mobilizers) {
			i.Accept(s.Mobilizers[n], s.at)
		}
		s.Invitations = append(s.Invitations, i)
	}
	for range rapid.IntRange(0, 8).Draw(t, "contacts") {
		s.advance(t)
		c := &contact.Contact{
			ID: contact.ID(id.At(s.at)), Person: "p", Campaign: "camp", AddedAt: s.at, LastActivityAt: s.at,
			Mobilizer: rapid.SampledFrom(s.Mobilizers).Draw(t, "by").ID,
		}
		c.Match.Status = rapid.SampledFrom(voter.Statuses).Draw(t, "match")
		s.Contacts = append(s.Contacts, c)
	}
	for range rapid.IntRange(0, 60).Draw(t, "steps") {
		if len(s.Contacts) > 0 {
			s.advance(t)
			s.act(t, rapid.SampledFrom(s.Contacts).Draw(t, "contact"))
		}
	}
	s.count()
	return s
}

// advance moves the clock by a random time, at most 11 hours.
func (s *simulation) advance(t *rapid.T) {
	s.at = s.at.Add(time.Duration(rapid.IntRange(1, 40_000_000).Draw(t, "ms")) * time.Millisecond)
}

// act records one random activity about a contact.
func (s *simulation) act(t *rapid.T, c *contact.Contact) {
	at := s.scope.Campaign.Moment(s.at)
	switch rapid.IntRange(0, 6).Draw(t, "activity") {
	case 0, 1:
		n, err := c.CreateNote("Hello", at)
		must(t, err)
		s.Notes = append(s.Notes, n)
	case 2:
		ofContact := func(n *contact.Note) bool { return n.About.Contact == c.ID }
		if i := slices.IndexFunc(s.Notes, ofContact); i >= 0 {
			c.DeleteNote(at)
			s.Notes = slices.Delete(s.Notes, i, i+1)
		}
	case 3:
		response := rapid.SampledFrom(s.scope.Campaign.Question.Responses).Draw(t, "response")
		a, err := c.AnswerKeyQuestion(s.scope.Campaign, response.ID, at)
		must(t, err)
		s.addAnswer(a)
	case 4:
		s.addAnswer(c.ClearKeyQuestion(s.scope.Campaign, at))
	case 5:
		item := rapid.SampledFrom(s.scope.Items).Draw(t, "item")
		if withdrawn, ok := c.WithdrawActionResponse(item, at); ok {
			s.Responses = slices.DeleteFunc(s.Responses, func(r *contact.ActionResponse) bool { return r.ID == withdrawn })
		}
	default:
		s.respond(t, c, at)
	}
}

func (s *simulation) addAnswer(a *contact.Answer) {
	if a != nil {
		s.Answers = append(s.Answers, a)
	}
}

// respond records a random response to a random action item.
func (s *simulation) respond(t *rapid.T, c *contact.Contact, at campaign.Moment) {
	item := rapid.SampledFrom(s.scope.Items).Draw(t, "item")
	completed, answer, option := rapid.Bool().Draw(t, "completed"), "Because", rapid.SampledFrom([]string{"mail", "day"}).Draw(t, "option")
	input := map[action.Type]contact.ActionResponseInput{
		action.Task: {Completed: &completed}, action.FreeResponse: {Text: &answer}, action.MultipleChoice: {Option: &option},
	}[item.Type]
	index := slices.IndexFunc(s.Responses, func(r *contact.ActionResponse) bool { return r.About.Contact == c.ID && r.Item == item.ID })
	var before *contact.ActionResponse
	if index >= 0 {
		before = s.Responses[index]
	}
	after, err := c.RespondToAction(item, before, input, at)
	must(t, err)
	switch {
	case after == nil:
	case index >= 0:
		s.Responses[index] = after
	default:
		s.Responses = append(s.Responses, after)
	}
}

// count sets the counters of the campaign and of the mobilizers.
func (s *simulation) count() {
	s.Counts = map[mobilizer.ID]metrics.MobilizerCounts{}
	s.scope.Numbers = &metrics.CampaignCounters{Core: metrics.Cells{metrics.Mobilizers: len(s.Mobilizers)}}
	members := map[string]metrics.Cells{}
	for _, c := range s.Contacts {
		for counter, n := range metrics.Contribution(c) {
			switch counter.Item.Kind {
			case metrics.Core:
				s.scope.Numbers.Core[counter.Cell] += n
			case metrics.Member:
				if members[counter.Item.Name] == nil {
					members[counter.Item.Name] = metrics.Cells{}
				}
				members[counter.Item.Name][counter.Cell] += n
			}
		}
	}
	for m, cells := range members {
		s.Counts[mobilizer.ID(m)] = metrics.MobilizerCounts{Counts: cells.Counts()}
	}
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// sum returns the sum of a column.
func sum(t *rapid.T, file []map[string]string, column string) int {
	total := 0
	for _, row := range file {
		n, err := strconv.Atoi(row[column])
		if err != nil {
			t.Fatalf("%s is %q", column, row[column])
		}
		total += n
	}
	return total
}

// countRows returns the number of rows for which matches returns true.
func countRows(file []map[string]string, matches func(map[string]string) bool) int {
	n := 0
	for _, row := range file {
		if matches(row) {
			n++
		}
	}
	return n
}

// The files of a campaign without concurrent writes have the same totals, with any activity.
func TestDatasets_RandomCampaign_TotalsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		s := newSimulation(r)
		files := map[dataset.Name][]map[string]string{}
		for _, d := range dataset.All() {
			files[d.Info().Name] = readDataset(t, d, s, s.scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Standard, Item: "choice"})
		}
		equal := func(name string, counts ...int) {
			if len(slices.Compact(counts)) != 1 {
				r.Errorf("%s: %v", name, counts)
			}
		}
		mobilizers, contacts, responses := files["mobilizers"], files["contacts"], files["action_item_responses"]
		total := map[string]int{}
		for _, row := range files["analytics"] {
			if row["section"] == "totals" {
				total[row["name"]], _ = strconv.Atoi(row["count"])
			}
		}
		equal("contacts", len(contacts), len(files["legacy_contacts"]), sum(r, mobilizers, "metric__count_contacts"),
			sum(r, files["legacy_mobilizers"], "Total Contacts"), total["contacts"])
		equal("mobilizers", len(mobilizers), len(files["legacy_mobilizers"]), total["mobilizers"])
		isContact := func(row map[string]string) bool { return row["person_type"] == "contact" }
		equal("matched contacts", countRows(files["voters"], isContact), sum(r, mobilizers, "metric__count_matched_contacts"), total["matched_contacts"])
		touched := len(files["notes"]) +
			countRows(files["key_question_answers"], func(row map[string]string) bool { return row["key_question_response_id"] != "" }) +
			countRows(responses, func(row map[string]string) bool { return row["task_completed"] != "false" })
		equal("touchpoints", touched, sum(r, mobilizers, "metric__count_relational_touchpoints"),
			sum(r, contacts, "metric__count_relational_touchpoints"), total["relational_touchpoints"])
		equal("responses", len(responses), sum(r, mobilizers, "metric__count_action_item_responses"),
			sum(r, contacts, "metric__count_action_item_responses"))
		isTask := func(row map[string]string) bool { return row["action_item_type"] == "TASK" }
		equal("questions answered", len(responses)-countRows(responses, isTask), len(files["legacy_contact_action_responses"]))
		equal("actions taken", countRows(responses, func(row map[string]string) bool { return row["task_completed"] != "false" }),
			sum(r, files["legacy_contacts"], "actions_taken"))
		isChoice := func(row map[string]string) bool { return row["rally__action_item_id"] == "choice" }
		equal("responses to one item", countRows(responses, isChoice), len(files["specific_action_item_responses"]))
		current := countRows(files["key_question_answers"], func(row map[string]string) bool { return row["is_current"] == "true" })
		equal("current answers", current, sum(r, mobilizers, "metric__count_contacts_with_key_question_responses"),
			countRows(contacts, func(row map[string]string) bool { return row["key_question_response_text"] != "" }))
		joined := map[string]bool{}
		for _, row := range mobilizers {
			joined[row["rally__user_campaign_membership_id"]] = true
		}
		isAccepted := func(row map[string]string) bool { return row["state"] == "accepted" }
		equal("accepted invitations", min(len(s.Invitations), len(s.Mobilizers)), countRows(files["invitations"], isAccepted),
			countRows(files["invitations"], func(row map[string]string) bool { return joined[row["rally__user_campaign_membership_id"]] }))
		s.checkChanges(r, contacts, files["key_question_answers"])
	})
}

// checkChanges checks that each contact's number of changes agrees with its answers.
func (s *simulation) checkChanges(t *rapid.T, contacts, answers []map[string]string) {
	changes, latest := map[string]int{}, map[string]string{}
	for _, row := range answers {
		of := row["rally__campaign_target_id"]
		previous, answered := latest[of]
		if answered && previous != row["key_question_response_id"] {
			changes[of]++
		}
		latest[of] = row["key_question_response_id"]
	}
	for _, row := range contacts {
		of := row["rally__campaign_target_id"]
		if got := fmt.Sprint(changes[of]); got != row["metric__count_key_question_response_changes"] {
			t.Errorf("contact %s: %s changes in its answers, %s in its row", of, got, row["metric__count_key_question_response_changes"])
		}
	}
}
