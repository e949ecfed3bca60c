package dynamo

import (
	"github.com/google/uuid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

var (
	contactType  = register("contact", (*contactItem).domain)
	noteType     = register("note", (*noteItem).domain)
	answerType   = register("answer", (*answerItem).domain)
	responseType = register("response", (*responseItem).domain)
	entryType    = register("entry", (*entryItem).domain)
)

// detailsItem is how names and a place are kept, in contacts, entries and memberships alike.
type detailsItem struct {
	First     string `dynamodbav:"First,omitempty"`
	Last      string `dynamodbav:"Last,omitempty"`
	Preferred string `dynamodbav:"Preferred,omitempty"`
	City      string `dynamodbav:"City,omitempty"`
	State     string `dynamodbav:"State,omitempty"`
	Zip       string `dynamodbav:"Zip,omitempty"`
}

// matchItem is how a voter match is kept. Pending is absent.
type matchItem struct {
	Status      string `dynamodbav:"Match,omitempty"`
	MatchedAt   millis `dynamodbav:"MatchedAt,omitempty"`
	CanonicalID string `dynamodbav:"VoterID,omitempty"`
	StateFileID string `dynamodbav:"StateFileID,omitempty"`
	VFirst      string `dynamodbav:"VFirst,omitempty"`
	VLast       string `dynamodbav:"VLast,omitempty"`
	VCity       string `dynamodbav:"VCity,omitempty"`
	VState      string `dynamodbav:"VState,omitempty"`
	VZip        string `dynamodbav:"VZip,omitempty"`

	Method     string  `dynamodbav:"MatchMethod,omitempty"`
	Confidence float64 `dynamodbav:"MatchP,omitempty"`
	Household  uint32  `dynamodbav:"Household,omitempty"`
}

func newMatchItem(m voter.Match) matchItem {
	status := string(m.Status)
	if m.State() == voter.Pending {
		status = ""
	}
	v := m.Voter
	return matchItem{
		Status: status, MatchedAt: millisOf(m.At), CanonicalID: v.CanonicalID, StateFileID: v.StateFileID,
		VFirst: v.FirstName, VLast: v.LastName, VCity: v.City, VState: v.State, VZip: v.Zip,
		Method: string(m.Method), Confidence: m.Confidence, Household: m.Household,
	}
}

func (i *matchItem) match() voter.Match {
	status := voter.Status(i.Status)
	if status == "" {
		status = voter.Pending
	}
	return voter.Match{
		Status: status, At: i.MatchedAt.time(), Method: voter.Method(i.Method), Confidence: i.Confidence, Household: i.Household,
		Voter: voter.Voter{
			CanonicalID: i.CanonicalID, StateFileID: i.StateFileID, FirstName: i.VFirst, LastName: i.VLast,
			City: i.VCity, State: i.VState, Zip: i.VZip,
		},
	}
}

func newDetailsItem(d contact.Details) detailsItem {
	return detailsItem{d.FirstName, d.LastName, d.PreferredName, d.City, d.State, d.Zip}
}

func (i *detailsItem) details() contact.Details {
	return contact.Details{
		FirstName: i.First, LastName: i.Last, PreferredName: i.Preferred,
		City: i.City, State: i.State, Zip: i.Zip,
	}
}

// heldItem is one current action item response in a contact: the choice and the response's id in 16 bytes.
type heldItem struct {
	Choice string `dynamodbav:"C"`
	ID     []byte `dynamodbav:"I"`
}

type contactItem struct {
	key
	indexKeys
	header
	detailsItem
	matchItem
	ID             string              `dynamodbav:"ID"`
	Entry          string              `dynamodbav:"Entry"`
	Person         string              `dynamodbav:"Person"`
	User           string              `dynamodbav:"User"`
	Mobilizer      string              `dynamodbav:"Mobilizer"`
	Campaign       string              `dynamodbav:"Campaign"`
	Organization   string              `dynamodbav:"Org"`
	VotePlan       string              `dynamodbav:"VotePlan,omitempty"`
	Response       string              `dynamodbav:"Response,omitempty"`
	AnsweredAt     millis              `dynamodbav:"AnsweredAt,omitempty"`
	LatestAnswer   string              `dynamodbav:"LatestAnswer,omitempty"`
	LatestCode     string              `dynamodbav:"LatestCode,omitempty"`
	LatestDay      string              `dynamodbav:"LatestDay,omitempty"`
	Changes        int                 `dynamodbav:"Changes,omitempty"`
	MovedFrom      string              `dynamodbav:"MovedFrom,omitempty"`
	Touchpoints    int                 `dynamodbav:"Touchpoints,omitempty"`
	NoteCount      int                 `dynamodbav:"NoteCount,omitempty"`
	Responses      map[string]heldItem `dynamodbav:"Responses,omitempty"`
	AddedAt        millis              `dynamodbav:"AddedAt"`
	AddedDay       string              `dynamodbav:"AddedDay"`
	LastActivityAt millis              `dynamodbav:"LastActivityAt"`
	StoredLate     millis              `dynamodbav:"StoredLate,omitempty"`
	MatchLog       []matchEventItem    `dynamodbav:"MatchLog,omitempty"`
}

func newContactItem(c *contact.Contact) *contactItem {
	held := make(map[string]heldItem, len(c.ActionResponses))
	for code, h := range c.ActionResponses {
		held[string(code)] = heldItem{string(h.Choice), packID(string(h.ID))}
	}
	return &contactItem{
		key: contactKey(c.Campaign, c.Mobilizer, c.ID), indexKeys: contactIndexKeys(c), header: header{Type: contactType, Version: c.Version},
		detailsItem: newDetailsItem(c.Details), matchItem: newMatchItem(c.Match),
		ID: string(c.ID), Entry: string(c.Entry), Person: string(c.Person), User: string(c.User),
		Mobilizer: string(c.Mobilizer), Campaign: string(c.Campaign), Organization: string(c.Organization),
		VotePlan: c.VotePlan, Response: string(c.KeyQuestionCode), AnsweredAt: millisOf(c.AnsweredAt),
		LatestAnswer: string(c.LatestAnswerID), LatestCode: string(c.LatestAnswerCode), LatestDay: string(c.LatestAnswerDay),
		Changes: c.KeyQuestionChanges, MovedFrom: string(c.MovedFrom), Touchpoints: c.Touchpoints, NoteCount: c.NoteCount, Responses: held,
		AddedAt: millisOf(c.AddedAt), AddedDay: string(c.AddedDay), LastActivityAt: millisOf(c.LastActivityAt), StoredLate: millisOf(c.StoredLateAt),
		MatchLog: newMatchLogItem(c.MatchLog),
	}
}

func (i *contactItem) domain() *contact.Contact {
	held := make(map[action.Code]contact.ActionResponseSummary, len(i.Responses))
	for code, h := range i.Responses {
		held[action.Code(code)] = contact.ActionResponseSummary{ID: contact.ActionResponseID(unpackID(h.ID)), Choice: action.Code(h.Choice)}
	}
	return &contact.Contact{
		ID: contact.ID(i.ID), Entry: contact.EntryID(i.Entry), Person: user.PersonID(i.Person), User: user.ID(i.User),
		Mobilizer: mobilizer.ID(i.Mobilizer), Campaign: campaign.ID(i.Campaign),
		Organization: organization.ID(i.Organization), Details: i.details(), Match: i.match(), VotePlan: i.VotePlan,
		KeyQuestionCode: campaign.Code(i.Response), AnsweredAt: i.AnsweredAt.time(),
		LatestAnswerID: contact.AnswerID(i.LatestAnswer), LatestAnswerCode: campaign.Code(i.LatestCode),
		LatestAnswerDay: campaign.Day(i.LatestDay), KeyQuestionChanges: i.Changes, MovedFrom: campaign.Code(i.MovedFrom), Touchpoints: i.Touchpoints, NoteCount: i.NoteCount, ActionResponses: held,
		AddedAt: i.AddedAt.time(), AddedDay: campaign.Day(i.AddedDay), LastActivityAt: i.LastActivityAt.time(), StoredLateAt: i.StoredLate.time(),
		MatchLog: matchLog(i.MatchLog),
		Version:  i.Version,
	}
}

func packID(s string) []byte {
	u, err := uuid.Parse(s)
	if err != nil {
		return []byte(s)
	}
	return u[:]
}

func unpackID(b []byte) string {
	u, err := uuid.FromBytes(b)
	if err != nil {
		return string(b)
	}
	return u.String()
}

// aboutItem is the contact of a dependent row, as stored.
type aboutItem struct {
	Contact   string `dynamodbav:"Contact"`
	Mobilizer string `dynamodbav:"Mobilizer"`
	Campaign  string `dynamodbav:"Campaign"`
}

func newAboutItem(a contact.Ref) aboutItem {
	return aboutItem{string(a.Contact), string(a.Mobilizer), string(a.Campaign)}
}

func (i *aboutItem) about() contact.Ref {
	return contact.Ref{
		Contact: contact.ID(i.Contact), Mobilizer: mobilizer.ID(i.Mobilizer),
		Campaign: campaign.ID(i.Campaign),
	}
}

type noteItem struct {
	key
	indexKeys
	header
	aboutItem
	ID        string `dynamodbav:"ID"`
	Content   string `dynamodbav:"Content"`
	CreatedAt millis `dynamodbav:"CreatedAt"`
	UpdatedAt millis `dynamodbav:"UpdatedAt,omitempty"`
	Day       string `dynamodbav:"Day"`
}

func newNoteItem(n *contact.Note) *noteItem {
	return &noteItem{
		key: childKey(notes, n.About, string(n.ID)), indexKeys: noteIndexKeys(n),
		header: header{Type: noteType, Version: n.Version}, aboutItem: newAboutItem(n.About), ID: string(n.ID), Content: n.Content,
		CreatedAt: millisOf(n.CreatedAt), UpdatedAt: millisOf(n.UpdatedAt), Day: string(n.TouchpointDay),
	}
}

func (i *noteItem) domain() *contact.Note {
	return &contact.Note{
		ID: contact.NoteID(i.ID), About: i.about(), Content: i.Content, CreatedAt: i.CreatedAt.time(),
		UpdatedAt: i.UpdatedAt.time(), TouchpointDay: campaign.Day(i.Day), Version: i.Version,
	}
}

type answerItem struct {
	key
	header
	aboutItem
	ID         string `dynamodbav:"ID"`
	By         string `dynamodbav:"By"`
	Code       string `dynamodbav:"Code,omitempty"`
	Text       string `dynamodbav:"Text,omitempty"`
	Value      int    `dynamodbav:"Value"`
	AnsweredAt millis `dynamodbav:"AnsweredAt"`
	Day        string `dynamodbav:"Day,omitempty"`
}

func newAnswerItem(a *contact.Answer) *answerItem {
	return &answerItem{
		key: childKey(answers, a.About, string(a.ID)), header: header{Type: answerType, Version: 1},
		aboutItem: newAboutItem(a.About), ID: string(a.ID), By: string(a.AnsweredBy), Code: string(a.Code), Text: a.ResponseText,
		Value: a.ResponseValue, AnsweredAt: millisOf(a.AnsweredAt), Day: string(a.TouchpointDay),
	}
}

func (i *answerItem) domain() *contact.Answer {
	return &contact.Answer{
		ID: contact.AnswerID(i.ID), About: i.about(), AnsweredBy: user.ID(i.By), Code: campaign.Code(i.Code),
		ResponseText: i.Text, ResponseValue: i.Value, AnsweredAt: i.AnsweredAt.time(), TouchpointDay: campaign.Day(i.Day),
	}
}

type responseItem struct {
	key
	header
	aboutItem
	ID        string `dynamodbav:"ID"`
	Item      string `dynamodbav:"Item"`
	ItemCode  string `dynamodbav:"ItemCode"`
	Choice    string `dynamodbav:"Choice"`
	Text      string `dynamodbav:"Text,omitempty"`
	CreatedAt millis `dynamodbav:"CreatedAt"`
	UpdatedAt millis `dynamodbav:"UpdatedAt,omitempty"`
	Day       string `dynamodbav:"Day,omitempty"`
}

func newResponseItem(r *contact.ActionResponse) *responseItem {
	return &responseItem{
		key:    childKey(responses, r.About, string(r.ID)),
		header: header{Type: responseType, Version: r.Version}, aboutItem: newAboutItem(r.About), ID: string(r.ID),
		Item: string(r.Item), ItemCode: string(r.ItemCode), Choice: string(r.Choice), Text: r.Text,
		CreatedAt: millisOf(r.CreatedAt), UpdatedAt: millisOf(r.UpdatedAt), Day: string(r.TouchpointDay),
	}
}

func (i *responseItem) domain() *contact.ActionResponse {
	return &contact.ActionResponse{
		ID: contact.ActionResponseID(i.ID), About: i.about(), Item: action.ID(i.Item),
		ItemCode: action.Code(i.ItemCode), Choice: action.Code(i.Choice), Text: i.Text, CreatedAt: i.CreatedAt.time(),
		UpdatedAt: i.UpdatedAt.time(), TouchpointDay: campaign.Day(i.Day), Version: i.Version,
	}
}

type entryItem struct {
	key
	header
	detailsItem
	ID           string            `dynamodbav:"ID"`
	User         string            `dynamodbav:"User"`
	Organization string            `dynamodbav:"Org"`
	Person       string            `dynamodbav:"Person"`
	Phone        string            `dynamodbav:"Phone,omitempty"`
	Email        string            `dynamodbav:"Email,omitempty"`
	Targets      map[string]string `dynamodbav:"Targets"`
	CreatedAt    millis            `dynamodbav:"CreatedAt"`
}

func newEntryItem(e *contact.Entry) *entryItem {
	targets := make(map[string]string, len(e.Targets))
	for c, t := range e.Targets {
		targets[string(c)] = string(t)
	}
	return &entryItem{
		key: entryKey(e.User, e.Organization, e.ID), header: header{Type: entryType, Version: e.Version},
		detailsItem: newDetailsItem(e.Details), ID: string(e.ID), User: string(e.User),
		Organization: string(e.Organization), Person: string(e.Person), Phone: e.Private.Phone, Email: e.Private.Email,
		Targets: targets, CreatedAt: millisOf(e.CreatedAt),
	}
}

func (i *entryItem) domain() *contact.Entry {
	targets := make(map[campaign.ID]contact.ID, len(i.Targets))
	for c, t := range i.Targets {
		targets[campaign.ID(c)] = contact.ID(t)
	}
	return &contact.Entry{
		ID: contact.EntryID(i.ID), User: user.ID(i.User),
		Organization: organization.ID(i.Organization), Person: user.PersonID(i.Person), Details: i.details(),
		Private: contact.PrivateDetails{Phone: i.Phone, Email: i.Email}, Targets: targets, CreatedAt: i.CreatedAt.time(),
		Version: i.Version,
	}
}
