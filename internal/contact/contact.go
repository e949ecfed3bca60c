// Package contact owns what mobilizers know and do about the people they know: address book, contacts of a campaign
// (campaign targets), notes, Key Question answers and action item responses.
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

// EntryID names an address-book entry: rally__contact_id in exports.
type EntryID string

// ID names a contact of a campaign: rally__campaign_target_id in exports.
type ID string

// Details are the names and the place of a contact, as the mobilizer gives them.
type Details struct {
	FirstName     string
	LastName      string
	PreferredName string
	City          string
	State         string // two-letter USPS code
	Zip           string // five digits
}

// PrivateDetails is what only the mobilizer who added the contact ever sees.
type PrivateDetails struct {
	Phone string // E.164
	Email string
}

// Entry is a person in a user's address book of one organization. It goes with its last target.
type Entry struct {
	ID           EntryID
	User         user.ID
	Organization organization.ID
	Person       user.PersonID
	Details      Details
	Private      PrivateDetails
	Targets      map[campaign.ID]ID // the campaigns it was added to
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
	VotePlan     string

	KeyQuestionCode    campaign.Code // current Key Question response; empty when none or cleared
	AnsweredAt         time.Time     // when the current response was answered; zero when none
	LatestAnswerID     AnswerID      // latest entry of the history, clearing included; empty before the first
	LatestAnswerCode   campaign.Code // what that entry says; empty for a clearing
	LatestAnswerDay    campaign.Day  // the day of that entry
	KeyQuestionChanges int           // times the response became a different one after the first answer

	Touchpoints     int                                   // notes + answers + responses that are relational touchpoints
	ActionResponses map[action.Code]ActionResponseSummary // current action item responses

	AddedAt        time.Time
	AddedDay       campaign.Day
	LastActivityAt time.Time // the first activity is the adding
	StoredLateAt   time.Time // when it was stored, if that was long after AddedAt, by a repeated request; else zero
	Version        int
}

// ActionResponseSummary is a contact's current response to one action item, in short: enough for every counter and table.
type ActionResponseSummary struct {
	ID     ActionResponseID
	Choice action.Code // Completed, NotCompleted, Text, or the code of the chosen option
}

// Choices that are not options. Option codes are base 36, so these never meet one.
const (
	ChoiceCompleted    action.Code = "+"
	ChoiceNotCompleted action.Code = "-"
	ChoiceText         action.Code = "="
)

// NoteID names a note: rally__note_id in exports.
type NoteID string

// AnswerID names an entry of the Key Question history.
type AnswerID string

// ActionResponseID names an action item response: rally__action_response_id in exports.
type ActionResponseID string

// Ref places what hangs on a contact.
type Ref struct {
	Contact   ID
	Mobilizer mobilizer.ID
	Campaign  campaign.ID
}

// Note is what a mobilizer wrote about a contact.
type Note struct {
	ID            NoteID
	About         Ref
	Content       string
	CreatedAt     time.Time
	UpdatedAt     time.Time    // zero if never edited
	TouchpointDay campaign.Day // the day it counts on
	Version       int
}

// Answer is one entry of a contact's Key Question history. Entries are never changed.
type Answer struct {
	ID            AnswerID
	About         Ref
	AnsweredBy    user.ID
	Code          campaign.Code // empty for a clearing
	ResponseText  string        // the response's wording when it was given
	ResponseValue int
	AnsweredAt    time.Time
	TouchpointDay campaign.Day // empty for a clearing
}

// ActionResponse is a contact's current response to one action item.
type ActionResponse struct {
	ID            ActionResponseID
	About         Ref
	Item          action.ID
	ItemCode      action.Code
	Choice        action.Code // as in Held
	Text          string      // free responses only
	CreatedAt     time.Time
	UpdatedAt     time.Time    // zero if never changed
	TouchpointDay campaign.Day // empty while a task is not completed
	Version       int
}
