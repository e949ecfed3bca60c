package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// row is one line of a CSV, by column name.
type row map[string]string

// table is a CSV that was downloaded.
type table struct {
	raw    []byte
	header []string
	rows   []row
}

// export requests an export with its standard columns, waits for it and downloads it.
func (x exporter) export(ctx context.Context, kind string) (*table, error) {
	var created struct{ ID string }
	err := x.do(ctx, http.MethodPost, x.path, body{"type": kind}, &created, apiclient.NewKey())
	if err != nil {
		return nil, err
	}
	return x.await(ctx, created.ID)
}

// await waits until an export is ready and downloads it.
func (x exporter) await(ctx context.Context, id string) (*table, error) {
	for {
		var record struct{ Status, Error string }
		err := x.do(ctx, http.MethodGet, x.path+"/"+id, nil, &record)
		if err != nil {
			return nil, err
		}
		if record.Status == "failed" {
			return nil, fmt.Errorf("the export failed: %s", record.Error)
		}
		if record.Status == "ready" {
			break
		}
		err = pause(ctx, 100*time.Millisecond)
		if err != nil {
			return nil, err
		}
	}
	var link struct{ URL string }
	err := x.do(ctx, http.MethodPost, x.path+"/"+id+"/download-link", nil, &link)
	if err != nil {
		return nil, err
	}
	return download(ctx, link.URL)
}

func download(ctx context.Context, link string) (*table, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(res.Body)
	closeErr := res.Body.Close()
	if err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("download: %s: %.300s", res.Status, raw)
	}
	all, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, fmt.Errorf("download: not a CSV with a header: %w", err)
	}
	t := &table{raw: raw, header: all[0]}
	for _, cells := range all[1:] {
		r := row{}
		for i, cell := range cells {
			r[t.header[i]] = cell
		}
		t.rows = append(t.rows, r)
	}
	return t, nil
}

// differences collects what does not agree, the first few in full.
type differences struct {
	shown []string
	more  int
}

const showDifferences = 20

func (d *differences) add(format string, values ...any) {
	if len(d.shown) == showDifferences {
		d.more++
		return
	}
	d.shown = append(d.shown, fmt.Sprintf(format, values...))
}

func (d *differences) same(what string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		d.add("%s: got %q, want %q", what, fmt.Sprint(got), fmt.Sprint(want))
	}
}

// err returns everything that does not agree, nil when all does.
func (d *differences) err() error {
	if len(d.shown) == 0 {
		return nil
	}
	text := strings.Join(d.shown, "\n    ")
	if d.more > 0 {
		text += fmt.Sprintf("\n    and %d more", d.more)
	}
	return fmt.Errorf("does not agree with the demo's own account:\n    %s", text)
}

// compareContacts compares the Contacts export with the account, cell by cell. Times are the product's to say: they must
// have its form and be in order.
func (p *player) compareContacts(t *table, c *campaignPlan) error {
	d := &differences{}
	rows := map[string]row{}
	for _, r := range t.rows {
		rows[r["rally__campaign_target_id"]] = r
	}
	d.same("rows with ids of their own", len(rows), len(t.rows))
	expected := 0
	for _, m := range c.mobilizers {
		if m.leaves == leavesRemoving {
			continue
		}
		for _, k := range m.contacts {
			s := k.standing(c.place)
			if s.removed {
				continue
			}
			expected++
			who := fmt.Sprintf("%s %s (%s)", k.first, k.last, k.id)
			r, ok := rows[k.id]
			if !ok {
				d.add("%s is missing", who)
				continue
			}
			for column, want := range k.cells(c, s) {
				d.same(who+" "+column, r[column], want)
			}
			checkTimes(d, who, r, "added_to_campaign_at", "first_activity_at", "last_activity_at")
			d.same(who+" first activity", r["first_activity_at"], r["added_to_campaign_at"])
		}
	}
	d.same("rows", len(t.rows), expected)
	return d.err()
}

// cells are what one line of the Contacts export must hold.
func (k *contactPlan) cells(c *campaignPlan, s *standing) row {
	cells := row{
		"mobilizer_provided_first_name": k.first, "mobilizer_provided_last_name": s.last,
		"mobilizer_provided_city": k.place.city, "mobilizer_provided_state": k.place.state,
		"key_question_response_text": "", "key_question_response_value": "",
		"metric__count_key_question_response_changes": strconv.Itoa(s.changes),
		"metric__count_relational_touchpoints":        strconv.Itoa(s.touchpoints),
		"metric__count_action_item_responses":         strconv.Itoa(len(s.held)),
		"rally__organization_id":                      c.organizationID, "rally__organization_name": c.organization,
		"rally__campaign_id": c.id, "rally__campaign_name": c.name,
		"rally__contact_id": k.entryID, "rally__campaign_target_id": k.id,
	}
	if s.response != none {
		r := c.responses[s.response]
		cells["key_question_response_text"], cells["key_question_response_value"] = r.finally(), strconv.Itoa(r.value)
	}
	cells.matched(s)
	return cells
}

// matched adds what a match fills in.
func (r row) matched(s *standing) {
	v := s.voter
	if v == nil {
		v = &voterRow{}
	}
	r["match_status"] = s.status
	r["state_file_id"], r["canonical_voter_id"] = v.stateFileID, v.canonicalID
	r["voterfile_provided_first_name"], r["voterfile_provided_last_name"] = v.fileFirst, v.fileLast
	r["voterfile_provided_city"], r["voterfile_provided_state"] = v.fileCity, v.state
}

// compareMobilizers compares the Mobilizers export with the account.
func (p *player) compareMobilizers(t *table, c *campaignPlan) error {
	d := &differences{}
	rows := map[string]row{}
	for _, r := range t.rows {
		rows[r["rally__user_campaign_membership_id"]] = r
	}
	expected := 0
	for _, m := range c.mobilizers {
		if m.leaves == leavesRemoving {
			continue
		}
		expected++
		r, ok := rows[m.id]
		if !ok {
			d.add("%s (%s) is missing", m.name, m.id)
			continue
		}
		for column, want := range m.cells(c) {
			d.same(m.name+" "+column, r[column], want)
		}
		if len(m.contacts) == 0 && len(m.steps) == 0 {
			d.same(m.name+" first_activity_at", r["first_activity_at"], "")
			d.same(m.name+" last_activity_at", r["last_activity_at"], "")
			continue
		}
		checkTimes(d, m.name, r, "joined_campaign_at", "first_activity_at", "last_activity_at")
	}
	d.same("rows", len(t.rows), expected)
	return d.err()
}

// cells are what one line of the Mobilizers export must hold.
func (m *mobilizerPlan) cells(c *campaignPlan) row {
	n := m.count(c.place)
	cells := row{
		"mobilizer_provided_preferred_name": m.preferred, "mobilizer_provided_first_name": m.first,
		"mobilizer_provided_last_name": m.last, "mobilizer_provided_city": m.place.city,
		"mobilizer_provided_state": m.place.state, "mobilizer_provided_zip": m.place.zip,
		"mobilizer_email": "", "mobilizer_phone": "",
		"metric__count_contacts":                               strconv.Itoa(n.contacts),
		"metric__count_matched_contacts":                       strconv.Itoa(n.matched),
		"metric__count_contacts_with_relational_touchpoints":   strconv.Itoa(n.touched),
		"metric__count_relational_touchpoints":                 strconv.Itoa(n.touchpoints),
		"metric__count_contacts_with_key_question_responses":   strconv.Itoa(n.answered),
		"metric__count_contacts_without_key_question_response": strconv.Itoa(n.contacts - n.answered),
		"metric__count_contacts_with_action_item_responses":    strconv.Itoa(n.withResponses),
		"metric__count_action_item_responses":                  strconv.Itoa(n.responses),
		"rally__organization_id":                               c.organizationID, "rally__organization_name": c.organization,
		"rally__campaign_id": c.id, "rally__campaign_name": c.name, "rally__user_campaign_membership_id": m.id,
	}
	if m.consent && !m.withdraws {
		cells["mobilizer_email"], cells["mobilizer_phone"] = m.email, m.phone
	}
	s := (&contactPlan{steps: m.steps}).standing(c.place)
	cells.matched(s)
	cells["voterfile_provided_zip"] = ""
	if s.voter != nil {
		cells["voterfile_provided_zip"] = s.voter.zip
	}
	return cells
}

// checkTimes checks that the columns hold times as exports write them, none before the one to its left.
func checkTimes(d *differences, who string, r row, columns ...string) {
	var before time.Time
	for _, column := range columns {
		at, err := time.Parse("2006-01-02T15:04:05.000Z", r[column])
		if err != nil {
			d.add("%s %s: %q is no time", who, column, r[column])
		}
		if at.Before(before) {
			d.add("%s %s: %s is before the time it follows", who, column, r[column])
		}
		before = at
	}
}

// spread says which columns lack an empty value where the contract allows one, or two different ones. What is the same
// in a whole campaign is looked at over all campaigns.
func spread(never map[string]bool, tables ...*table) error {
	d := &differences{}
	for _, column := range tables[0].header {
		values, empty := map[string]bool{}, false
		for _, t := range tables {
			for _, r := range t.rows {
				if r[column] == "" {
					empty = true
					continue
				}
				values[r[column]] = true
			}
		}
		if len(values) < 2 {
			d.add("%s holds %d different values", column, len(values))
		}
		if !empty && !never[column] {
			d.add("%s is never empty", column)
		}
	}
	return d.err()
}
