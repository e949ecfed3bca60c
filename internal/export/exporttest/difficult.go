package exporttest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// difficultTexts are texts that programs damage when they write, read or load CSV carelessly.
var difficultTexts = []string{
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

// DifficultTexts returns texts that programs damage when they write, read or load CSV carelessly: a fixed list, and random
// texts of their worst characters. None is blank, because blank input is stored as unset.
func DifficultTexts() []string {
	all := slices.Clone(difficultTexts)
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

// Names of the difficult campaign.
const (
	OrganizationName = "\"Neighbors\",\nUnited =1+1"
	CampaignName     = "-Autumn\\.\r\n, \"26\""
)

// UUID returns the id of the record with the number n. Each kind of record has a kind of its own.
func UUID(kind, n int) string { return fmt.Sprintf("01928d5e-%04x-7000-8000-%012x", kind, n) }

// Number returns the number that UUID made an id of.
func Number(t testing.TB, id string) int {
	t.Helper()
	n, err := strconv.ParseInt(id[len(id)-12:], 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// NewDifficultCampaign returns a campaign in which every text field of record i is texts[i]. Odd records have required
// fields only.
func NewDifficultCampaign(texts []string) (*Source, *dataset.Scope) {
	scope := &dataset.Scope{
		Organization: &organization.Organization{ID: organization.ID(UUID(1, 0)), Name: OrganizationName},
		Campaign:     &campaign.Campaign{ID: campaign.ID(UUID(2, 0)), Name: CampaignName, TimeZone: "UTC", PublishedAt: Noon},
		RequestedAt:  Noon.AddDate(0, 0, 2),
		Numbers:      &metrics.CampaignCounters{Core: metrics.Cells{metrics.Contacts: 3, metrics.MatchedContacts: 2, metrics.Mobilizers: 7}},
	}
	src := &Source{Counts: map[mobilizer.ID]metrics.MobilizerCounts{}}
	for i, text := range texts {
		optional := text
		if i%2 == 1 {
			optional = ""
		}
		addRecords(src, scope, i, text, optional)
	}
	return src, scope
}

// addRecords adds one record of each kind.
func addRecords(src *Source, scope *dataset.Scope, i int, required, optional string) {
	at := Noon.Add(time.Duration(i) * time.Second)
	later := at.Add(time.Hour)
	match := voter.Match{Status: voter.NoMatches}
	var edited time.Time
	if optional != "" {
		edited = later
		match = voter.Match{Status: voter.Confirmed, Method: voter.ByID, At: later, Voter: voter.Voter{
			CanonicalID: required, StateFileID: required, FirstName: required, LastName: required, City: required, State: required, Zip: required,
		}}
	}
	code := campaign.Code(strconv.FormatInt(int64(36*36+i), 36)[1:])
	scope.Campaign.Question.Responses = append(scope.Campaign.Question.Responses,
		campaign.Response{ID: UUID(3, i), Code: code, Text: required, Value: i - 5})
	item := &action.Item{
		ID: action.ID(UUID(4, i)), Code: action.Code(code), Title: required, Nickname: optional, Target: action.Target{Everyone: true},
		Type: []action.Type{action.Task, action.MultipleChoice, action.FreeResponse}[i%3],
	}
	of := contact.Ref{Contact: contact.ID(UUID(5, i))}
	response := &contact.ActionResponse{
		ID: contact.ActionResponseID(UUID(6, i)), About: of, Item: item.ID, ItemCode: item.Code, Choice: contact.ChoiceCompleted,
		CreatedAt: at, UpdatedAt: edited,
	}
	switch item.Type {
	case action.MultipleChoice:
		item.Options = []action.Option{{ID: UUID(7, i), Code: "00", Text: required, Value: optional}}
		response.Choice = "00"
	case action.FreeResponse:
		response.Choice, response.Text = contact.ChoiceText, required
	case action.Task:
	}
	scope.Items = append(scope.Items, item)
	scope.Numbers.Core[metrics.ResponseCell(code)] = 1
	m := &mobilizer.Mobilizer{
		ID: mobilizer.ID(UUID(8, i)), User: user.ID(UUID(9, i)), Person: user.PersonID(UUID(10, i)), Email: required, Consent: optional != "",
		JoinedAt: at, LeftAt: edited, Match: match, Profile: mobilizer.Profile{
			FirstName: required, LastName: required, PreferredName: optional, City: optional, State: optional, Zip: optional, Phone: optional,
		},
	}
	src.Mobilizers = append(src.Mobilizers, m)
	if optional != "" {
		src.Counts[m.ID] = metrics.MobilizerCounts{
			FirstActivityAt: at, LastActivityAt: later,
			Counts: metrics.Counts{Contacts: 7, MatchedContacts: 5, ContactsWithTouchpoints: 3, Touchpoints: 4, ContactsAnswered: 1},
		}
	}
	c := &contact.Contact{
		ID: of.Contact, Entry: contact.EntryID(UUID(11, i)), Person: user.PersonID(UUID(12, i)), User: m.User, Mobilizer: m.ID, Match: match,
		Details:  contact.Details{FirstName: optional, LastName: optional, PreferredName: optional, City: optional, State: optional, Zip: optional},
		VotePlan: optional, AddedAt: at, LastActivityAt: later, KeyQuestionChanges: i, Touchpoints: i,
	}
	answer := &contact.Answer{ID: contact.AnswerID(UUID(13, i)), About: of, AnsweredAt: at}
	if optional != "" {
		c.KeyQuestionCode, c.AnsweredAt = code, at
		answer.Code, answer.ResponseText, answer.ResponseValue = code, required, -i
	}
	src.Contacts = append(src.Contacts, c)
	src.Answers = append(src.Answers, answer)
	src.Responses = append(src.Responses, response)
	src.Notes = append(src.Notes, &contact.Note{ID: contact.NoteID(UUID(14, i)), About: of, Content: required, CreatedAt: at, UpdatedAt: edited})
	src.ManagementNotes = append(src.ManagementNotes, &mobilizer.ManagementNote{
		ID: mobilizer.NoteID(UUID(15, i)), Mobilizer: m.ID, Content: required, AuthorName: optional, AuthorEmail: required, CreatedAt: at, UpdatedAt: edited,
	})
	invited := &invitation.Invitation{
		ID: invitation.ID(UUID(16, i)), Email: required, FirstName: required, LastName: required, Delivery: invitation.Queued, CreatedAt: at,
		InvitedBy: invitation.Inviter{Name: optional, Email: required}, Generation: 1, Sendings: []invitation.Sending{{SentAt: edited}}, ExpiresAt: later,
	}
	if optional != "" {
		invited.Accept(m, later)
		invited.AcceptedName = required
	}
	src.Invitations = append(src.Invitations, invited)
}
