// Package contact owns the people whom mobilizers know: address-book entries, contacts of a campaign (campaign targets),
// notes, Key Question answers and action item responses. It does not own the Key Question (package campaign), action
// items (package action) or voter records (package voter).
package contact

import (
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// EntryID identifies an address-book entry: rally__contact_id in exports.
type EntryID string

// ID identifies a contact of a campaign: rally__campaign_target_id in exports.
type ID string

// Details are the names and the place of a contact, as the mobilizer enters them.
type Details struct {
	FirstName     string
	LastName      string
	PreferredName string
	City          string
	State         string // two-letter USPS code
	Zip           string // five digits
}

// PrivateDetails are visible only to the mobilizer who added the contact: never to administrators, never in exports.
type PrivateDetails struct {
	Phone string // E.164
	Email string
}

// Entry is a person in a user's address book of one organization. It is deleted with its last target.
type Entry struct {
	ID           EntryID
	User         user.ID
	Organization organization.ID
	Person       user.PersonID
	Details      Details
	Private      PrivateDetails
	Targets      map[campaign.ID]ID // the entry's contact in each campaign that it was added to
	CreatedAt    time.Time
	Version      int
}

// Contact is an address-book entry in the context of one campaign: a campaign target.
type Contact struct {
	ID           ID
	Entry        EntryID
	Person       user.PersonID
	User         user.ID
	Mobilizer    mobilizer.ID
	Campaign     campaign.ID
	Organization organization.ID
	Details      Details
	Match        voter.Match
	MatchLog     []voter.MatchEvent // confirmations, the latest last; kept after a reset
	VotePlan     string

	KeyQuestionCode    campaign.Code // current Key Question response; empty when none or cleared
	AnsweredAt         time.Time     // when the current response was recorded; zero when there is none
	LatestAnswerID     AnswerID      // latest entry of the history, clearings included; empty before the first
	LatestAnswerCode   campaign.Code // response of that entry; empty for a clearing
	LatestAnswerDay    campaign.Day  // day of that entry
	KeyQuestionChanges int           // number of entries after the first that differ from their predecessor
	MovedFrom          campaign.Code // first response since the latest clearing, if the current one is another; else empty

	Touchpoints     int                                   // number of notes, answers and responses that are relational touchpoints
	NoteCount       int                                   // number of notes
	ActionResponses map[action.Code]ActionResponseSummary // current action item responses

	AddedAt        time.Time
	AddedDay       campaign.Day
	LastActivityAt time.Time // the first activity is at AddedAt
	StoredLateAt   time.Time // when it was stored, if a repeated request stored it long after AddedAt; else zero
	Version        int
}

// ActionResponseSummary is the part of an ActionResponse that is stored on the contact: enough for counters and tables.
type ActionResponseSummary struct {
	ID     ActionResponseID
	Choice action.Code // ChoiceCompleted, ChoiceNotCompleted, ChoiceText, or the code of the chosen option
}

// Choices that are not options. Option codes are base 36, so these never equal one.
const (
	ChoiceCompleted    action.Code = "+"
	ChoiceNotCompleted action.Code = "-"
	ChoiceText         action.Code = "="
)

// NoteID identifies a note: rally__note_id in exports.
type NoteID string

// AnswerID identifies an entry of the Key Question history.
type AnswerID string

// ActionResponseID identifies an action item response: rally__action_response_id in exports.
type ActionResponseID string

// Ref identifies a contact together with its mobilizer and campaign. Notes, answers and action responses carry the Ref
// of the contact that they are about.
type Ref struct {
	Contact   ID
	Mobilizer mobilizer.ID
	Campaign  campaign.ID
}

// Note is a mobilizer's text about a contact.
type Note struct {
	ID            NoteID
	About         Ref
	Content       string
	CreatedAt     time.Time
	UpdatedAt     time.Time    // zero if never updated
	TouchpointDay campaign.Day // day on which the note counts as a touchpoint
	Version       int
}

// Answer is one Key Question answer: an entry of the contact's history. Entries never change.
type Answer struct {
	ID            AnswerID
	About         Ref
	AnsweredBy    user.ID
	Code          campaign.Code // empty for a clearing
	ResponseText  string        // wording of the response at AnsweredAt
	ResponseValue int           // value of the response at AnsweredAt
	AnsweredAt    time.Time
	TouchpointDay campaign.Day // empty for a clearing
}

// ActionResponse is a contact's current response to one action item.
type ActionResponse struct {
	ID            ActionResponseID
	About         Ref
	Item          action.ID
	ItemCode      action.Code
	Choice        action.Code // as in ActionResponseSummary
	Text          string      // free responses only
	CreatedAt     time.Time
	UpdatedAt     time.Time    // zero if never updated
	TouchpointDay campaign.Day // empty while a task is not completed
	Version       int
}
