package export

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// spoiled are texts that programs spoil which write, read or load a CSV carelessly.
var spoiled = []string{
	"comma, comma", `"`, `""`, `a "quoted" word`, `ends with "`, `",",`, "semi;colon|pipe",
	"two\nlines", "carriage\rreturn", "Windows\r\nlines", "ends with a return\r", "ends with a line\n", "\nbegins with a line", "\r\r\n\n\r",
	"tab\tinside", "\tbegins with a tab", "ends with a tab\t", "  blanks around  ", "\u00a0no-break\u3000wide\u00a0",
	"=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠A1", ` =HYPERLINK("http://example.org","x")`, "'=1", "''=1", "'apostrophe", `="02139"`,
	"02139", "+15551234567", "12345678901234567", "1e5", "0x1F", "-0", "3,14", "2026-10-24", "true", "NULL", "null", `\N`, "None", "nan", "#N/A",
	`\`, `\\`, `\n`, `\.`, "before\n\\.\nbehind", "\\.\nbehind", "before\n\\.", "\\.\r\nbehind", `ends with \`, `\"`, `C:\new\table`,
	"🎉", "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇦", "𐍈 𝒳 𠜎", "\U0010ffff", "e\u0301 é", "العربية, \"هنا\"", "עברית\nשורה", "\u202eturned\u202c", "日本語",
	"\ufeffmark at the beginning", "line\u2028paragraph\u2029", "next\u0085line", "control \x01\x1b\x1f\x7f", "replaced \ufffd",
	"'; DROP TABLE contacts; --", "$$", "$1", "%s%n", "{{x}}", "<b>&amp;</b>", "#comment", "-- comment",
	strings.Repeat("long, \"and\n", 250), strings.Repeat("𝒳", 2500),
}

// hostile are the spoiled texts and others that are drawn from their worst letters. None is blank: that would be unset.
func hostile() []string {
	all := slices.Clone(spoiled)
	letters := []rune("a,,\"\"\n\n\r\t \\\\.=+-@'＝0é🎉ب\ufeff;|#")
	draw := rand.New(rand.NewPCG(1, 2))
	for len(all) < 120 || len(all)%2 == 1 {
		drawn := make([]rune, 1+draw.IntN(12))
		for i := range drawn {
			drawn[i] = letters[draw.IntN(len(letters))]
		}
		if s := string(drawn); !text.Blank(s) && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

const (
	hostileOrganization = "\"Neighbors\",\nUnited =1+1"
	hostileCampaign     = "-Autumn\\.\r\n, \"26\""
)

// uuid makes the ids of what has the number n, one kind of thing beside the other.
func uuid(kind, n int) string { return fmt.Sprintf("01928d5e-%04x-7000-8000-%012x", kind, n) }

// numberOf is the number that an id was made of.
func numberOf(t *testing.T, id string) int {
	t.Helper()
	n, err := strconv.ParseInt(id[len(id)-12:], 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// hostileCampaignOf is a campaign in which everything numbered i says texts[i], where something may be said: all of it
// for even numbers; for odd ones only what can't be left out.
func hostileCampaignOf(texts []string) (*rows, *Scope) {
	scope := &Scope{
		Organization: &organization.Organization{ID: organization.ID(uuid(1, 0)), Name: hostileOrganization},
		Campaign:     &campaign.Campaign{ID: campaign.ID(uuid(2, 0)), Name: hostileCampaign, TimeZone: "UTC", PublishedAt: noon},
		AskedAt:      noon.AddDate(0, 0, 2),
		Numbers:      &metrics.CampaignCounters{Core: metrics.Cells{metrics.Contacts: 3, metrics.MatchedContacts: 2, metrics.Mobilizers: 7}},
	}
	src := &rows{counts: map[mobilizer.ID]metrics.MobilizerCounts{}}
	for i, said := range texts {
		optional := said
		if i%2 == 1 {
			optional = ""
		}
		add(src, scope, i, said, optional)
	}
	return src, scope
}

func add(src *rows, scope *Scope, i int, said, optional string) {
	at := noon.Add(time.Duration(i) * time.Second)
	later := at.Add(time.Hour)
	match := voter.Match{Status: voter.NoMatches}
	var edited time.Time
	if optional != "" {
		edited = later
		match = voter.Match{Status: voter.Confirmed, At: later, Voter: voter.Voter{
			CanonicalID: said, StateFileID: said, FirstName: said, LastName: said, City: said, State: said, Zip: said,
		}}
	}
	code := campaign.Code(strconv.FormatInt(int64(36*36+i), 36)[1:])
	scope.Campaign.Question.Responses = append(scope.Campaign.Question.Responses,
		campaign.Response{ID: uuid(3, i), Code: code, Text: said, Value: i - 5})
	item := &action.Item{
		ID: action.ID(uuid(4, i)), Code: action.Code(code), Title: said, Nickname: optional, Target: action.Target{Everyone: true},
		Type: []action.Type{action.Task, action.MultipleChoice, action.FreeResponse}[i%3],
	}
	of := contact.Ref{Contact: contact.ID(uuid(5, i))}
	response := &contact.ActionResponse{
		ID: contact.ActionResponseID(uuid(6, i)), About: of, Item: item.ID, ItemCode: item.Code, Choice: contact.ChoiceCompleted,
		CreatedAt: at, UpdatedAt: edited,
	}
	switch item.Type {
	case action.MultipleChoice:
		item.Options = []action.Option{{ID: uuid(7, i), Code: "00", Text: said, Value: optional}}
		response.Choice = "00"
	case action.FreeResponse:
		response.Choice, response.Text = contact.ChoiceText, said
	case action.Task:
	}
	scope.Items = append(scope.Items, item)
	scope.Numbers.Core[metrics.ResponseCell(code)] = 1
	m := &mobilizer.Mobilizer{
		ID: mobilizer.ID(uuid(8, i)), User: user.ID(uuid(9, i)), Person: user.PersonID(uuid(10, i)), Email: said, Consent: optional != "",
		JoinedAt: at, LeftAt: edited, Match: match, Profile: mobilizer.Profile{
			FirstName: said, LastName: said, PreferredName: optional, City: optional, State: optional, Zip: optional, Phone: optional,
		},
	}
	src.mobilizers = append(src.mobilizers, m)
	if optional != "" {
		src.counts[m.ID] = metrics.MobilizerCounts{
			FirstActivityAt: at, LastActivityAt: later,
			Counts: metrics.Counts{Contacts: 7, MatchedContacts: 5, ContactsWithTouchpoints: 3, Touchpoints: 4, ContactsAnswered: 1},
		}
	}
	c := &contact.Contact{
		ID: of.Contact, Entry: contact.EntryID(uuid(11, i)), Person: user.PersonID(uuid(12, i)), User: m.User, Mobilizer: m.ID, Match: match,
		Details:  contact.Details{FirstName: optional, LastName: optional, PreferredName: optional, City: optional, State: optional, Zip: optional},
		VotePlan: optional, AddedAt: at, LastActivityAt: later, KeyQuestionChanges: i, Touchpoints: i,
	}
	answer := &contact.Answer{ID: contact.AnswerID(uuid(13, i)), About: of, AnsweredAt: at}
	if optional != "" {
		c.KeyQuestionCode, c.AnsweredAt = code, at
		answer.Code, answer.ResponseText, answer.ResponseValue = code, said, -i
	}
	src.contacts = append(src.contacts, c)
	src.answers = append(src.answers, answer)
	src.responses = append(src.responses, response)
	src.notes = append(src.notes, &contact.Note{ID: contact.NoteID(uuid(14, i)), About: of, Content: said, CreatedAt: at, UpdatedAt: edited})
	src.managed = append(src.managed, &mobilizer.ManagementNote{
		ID: mobilizer.NoteID(uuid(15, i)), Mobilizer: m.ID, Content: said, AuthorName: optional, AuthorEmail: said, CreatedAt: at, UpdatedAt: edited,
	})
	invited := &invitation.Invitation{
		ID: invitation.ID(uuid(16, i)), Email: said, FirstName: said, LastName: said, Delivery: invitation.Queued, CreatedAt: at,
		InvitedBy: invitation.Inviter{Name: optional, Email: said}, Generation: 1, Sendings: []invitation.Sending{{SentAt: edited}}, ExpiresAt: later,
	}
	if optional != "" {
		invited.Accept(m, later)
		invited.AcceptedName = said
	}
	src.invited = append(src.invited, invited)
}

// written is a whole file as the worker writes it.
func written(t *testing.T, of Table, src Source, scope *Scope, r Request) []byte {
	t.Helper()
	file := heading(of.Shape(scope, r.Profile), r.Dialect)
	err := of.Lines(t.Context(), src, scope, r, "", func(line []byte, _ string) error {
		file = append(file, line...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// python reads CSV files with Python's csv module, which keeps every byte of a cell: encoding/csv makes LF of CR LF.
const python = `
import csv, json, sys
csv.field_size_limit(1 << 30)
read = []
for path in sys.argv[2:]:
    with open(path, encoding=sys.argv[1], errors="strict", newline="") as file:
        read.append(list(csv.reader(file, strict=True)))
json.dump(read, sys.stdout)
`

// readByPython reads files back, each with its header first.
func readByPython(t *testing.T, d csv.Dialect, files [][]byte) [][][]string {
	t.Helper()
	program, err := exec.LookPath("python3.11")
	if err != nil {
		t.Fatalf("no python3.11: run `make tools` (%v)", err)
	}
	arguments := []string{"-c", python, map[csv.Dialect]string{csv.Data: "utf-8", csv.Spreadsheet: "utf-8-sig"}[d]}
	folder := t.TempDir()
	for i, file := range files {
		path := filepath.Join(folder, strconv.Itoa(i))
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, path)
	}
	run := exec.CommandContext(t.Context(), program, arguments...)
	var said bytes.Buffer
	run.Stderr = &said
	out, err := run.Output()
	if err != nil {
		t.Fatalf("Python's csv module refuses a file: %v\n%s", err, said.String())
	}
	var read [][][]string
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// A voter file may lack names, cities and zips, also of a voter whom somebody is matched to: no column says otherwise.
func TestAConfirmedVoterMayLackANameACityAndAZip(t *testing.T) {
	for _, bare := range []voter.Voter{
		{CanonicalID: "ME1", StateFileID: "1", LastName: "Stone", State: "ME"}, {CanonicalID: "ME1", StateFileID: "1", FirstName: "Ann", State: "ME"},
	} {
		src, scope := hostileCampaignOf([]string{"a", "b", "c"})
		for i := range src.contacts {
			for _, m := range []*voter.Match{&src.contacts[i].Match, &src.mobilizers[i].Match} {
				if m.Status == voter.Confirmed {
					m.Voter = bare
				}
			}
		}
		every(func(of Table, p Profile) {
			columns := of.Shape(scope, p)
			cells, err := stdcsv.NewReader(bytes.NewReader(written(t, of, src, scope, hostileRequest(of, csv.Data, p)))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range cells[1:] {
				if !slices.ContainsFunc(row, func(cell string) bool { return cell == bare.CanonicalID }) {
					continue
				}
				for i, c := range columns {
					if row[i] == "" && (strings.Contains(c.Empty, "CONFIRMED") && !strings.Contains(c.Empty, "voter file") || c.Empty == Never) {
						t.Errorf("%s/%s: %s is empty although matched: %s", of.Name(), p, c.Name, c.Empty)
					}
				}
			}
		})
	}
}

// put is what a text cell of a row has to hold, by what was put in. The number is the row's.
func put(c ColumnInfo, said string, number int) string {
	optional, kind := said, number%3 // of action item: task, multiple choice, free response
	if number%2 == 1 {
		optional = ""
	}
	switch {
	case c.Name == "rally__organization_name":
		return hostileOrganization
	case c.Name == "rally__campaign_name":
		return hostileCampaign
	case c.Name == "response_text" && kind != 2, strings.Contains(c.Name, "option_") && kind != 1:
		return ""
	case c.Name == "response_text", strings.HasSuffix(c.Name, "option_text"):
		return said
	case c.Name == "Location" && optional != "":
		return said + ", " + said
	case c.Empty == Never:
		return said
	default:
		return optional
	}
}

// hostileRequest asks for an export of the hostile campaign; of one action item, it is a free response.
func hostileRequest(of Table, d csv.Dialect, p Profile) Request {
	r := Request{Type: of.Name(), Dialect: d, Profile: p}
	if of.Info().OfItem {
		r.Item = action.ID(uuid(4, 2))
	}
	return r
}

// checkTexts holds the cells of a file against what was put into the campaign.
func checkTexts(t *testing.T, f *hostileFile, texts []string) {
	t.Helper()
	for r, row := range f.cells[1:] {
		number := r
		switch f.of.Name() {
		case "analytics":
			checkAnalytics(t, row, texts)
			continue
		case "voters":
			number = 2 * r % len(texts) // even numbers are matched: mobilizers, then contacts
		default:
			for i, c := range f.columns {
				if c.Kind == ID && row[i] != "" && row[i] != uuid(1, 0) && row[i] != uuid(2, 0) {
					number = numberOf(t, row[i])
				}
			}
		}
		for i, c := range f.columns {
			if c.Kind != Text && c.Kind != Code {
				continue
			}
			if want := put(c, texts[number], number); row[i] != want {
				t.Errorf("%s, row %d, %s: read %q, put in %q", f.of.Name(), r, c.Name, row[i], want)
			}
		}
	}
}

func checkAnalytics(t *testing.T, row, texts []string) {
	t.Helper()
	section, name, item := row[0], row[1], row[2]
	if (section == "ladder" || section == "option") && name != texts[numberOf(t, item)] {
		t.Errorf("analytics, %s %s: read %q, put in %q", section, item, name, texts[numberOf(t, item)])
	}
}

// hostileFile is a file of the hostile campaign, as it was written and as Python reads it, header first.
type hostileFile struct {
	of      Table
	profile Profile
	columns []ColumnInfo
	bytes   []byte
	cells   [][]string
}

// everyFile calls do for the file of every export with each of its profiles, written in a dialect.
func everyFile(t *testing.T, d csv.Dialect, do func(t *testing.T, f *hostileFile)) {
	t.Helper()
	src, scope := hostileCampaignOf(hostile())
	var files []*hostileFile
	var raw [][]byte
	every(func(of Table, p Profile) {
		f := &hostileFile{of: of, profile: p, columns: of.Shape(scope, p), bytes: written(t, of, src, scope, hostileRequest(of, d, p))}
		files, raw = append(files, f), append(raw, f.bytes)
	})
	for i, cells := range readByPython(t, d, raw) {
		files[i].cells = cells
		t.Run(string(files[i].of.Name())+"/"+string(files[i].profile), func(t *testing.T) { do(t, files[i]) })
	}
}

// Whatever people write survives: another CSV implementation reads in each cell what was put in.
func TestAnotherImplementationReadsWhatWasPutIn(t *testing.T) {
	everyFile(t, csv.Data, func(t *testing.T, f *hostileFile) {
		if diff := cmp.Diff(names(f.columns), f.cells[0]); diff != "" {
			t.Errorf("the header (-columns +read):\n%s", diff)
		}
		if len(f.cells) < 2 {
			t.Fatal("a campaign that has everything gives no rows")
		}
		checkTexts(t, f, hostile())
	})
}

// What the spreadsheet dialect does to a cell can be undone, as docs/exports.md says.
func TestASpreadsheetCanBeUndone(t *testing.T) {
	everyFile(t, csv.Spreadsheet, func(t *testing.T, f *hostileFile) {
		if !bytes.HasPrefix(f.bytes, []byte("\ufeff")) || !bytes.HasSuffix(f.bytes, []byte("\r\n")) {
			t.Error("no byte order mark, or no CR LF")
		}
		for _, row := range f.cells[1:] {
			for i, c := range f.columns {
				if runsSomewhere(row[i]) && (c.Kind != Code || !isCode(row[i])) && c.Kind != Value {
					t.Errorf("%s would run: %q", c.Name, row[i])
				}
				row[i] = undone(c, row[i])
			}
		}
		checkTexts(t, f, hostile())
	})
}

// runsSomewhere reports whether some spreadsheet takes the text for a formula.
func runsSomewhere(cell string) bool {
	if strings.IndexAny(cell, "\t\r\n") == 0 {
		return true
	}
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(strings.TrimLeft(cell, " \u00a0\u3000\t\r\n"), sign) {
			return true
		}
	}
	return false
}

func isCode(cell string) bool {
	digits, ends := strings.CutSuffix(strings.TrimPrefix(strings.TrimPrefix(cell, `="`), "+"), `"`)
	return ends && strings.HasPrefix(cell, `="`) && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// undone is what a spreadsheet's cell was made of.
func undone(c ColumnInfo, cell string) string {
	switch {
	case c.Kind == Code && isCode(cell):
		return cell[2 : len(cell)-1]
	case (c.Kind == Code || c.Kind == Text) && strings.HasPrefix(cell, "'") && runsSomewhere(strings.TrimLeft(cell, "'")):
		return cell[1:]
	default:
		return cell
	}
}
