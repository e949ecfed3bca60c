package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/voter"
)

// changeStanding carries out a write of a contact, and of what hangs on it, and answers how the contact stands then.
func (m *mobilizerRoutes) changeStanding(ctx context.Context, a *httpapi.Access, path httpapi.ContactPath, do func(*contact.Contact) ([]dynamo.Write, error)) (*httpapi.Body[ContactStatus], error) {
	var shown ContactStatus
	err := m.changeContact(ctx, a, path.Contact, func(c *contact.Contact) (change, error) {
		writes, err := do(c)
		if err != nil {
			return change{}, err
		}
		shown, err = m.showStanding(ctx, a, c)
		return change{http.StatusOK, shown, writes}, err
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(shown), nil
}

func (m *mobilizerRoutes) matchContact(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body MatchRequest
},
) (*httpapi.Body[ContactStatus], error) {
	chosen, err := m.chosen(ctx, a, in.Body)
	if err != nil {
		return nil, err
	}
	return m.changeStanding(ctx, a, in.ContactPath, func(c *contact.Contact) ([]dynamo.Write, error) {
		if chosen != nil {
			if err := m.checkAgreement(ctx, a, chosen, knownOf(c, nil)); err != nil {
				return nil, err
			}
			c.ConfirmMatch(chosen.Voter, chosen.evidence, a.Moment())
			return m.store.UpdateContact(c), nil
		}
		if err := c.SetMatchStatus(voter.Status(in.Body.Status), a.Moment()); err != nil {
			return nil, err
		}
		return m.store.UpdateContact(c), nil
	})
}

func (m *mobilizerRoutes) resetContact(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[ContactStatus], error) {
	return m.changeStanding(ctx, a, *in, func(c *contact.Contact) ([]dynamo.Write, error) {
		c.ResetMatch(a.Moment())
		return m.store.UpdateContact(c), nil
	})
}

// AnswerRequest chooses a response of the Key Question.
type AnswerRequest struct {
	Response string `json:"response_id" doc:"Id of the response."`
}

func (m *mobilizerRoutes) answer(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body AnswerRequest
},
) (*httpapi.Body[ContactStatus], error) {
	return m.changeStanding(ctx, a, in.ContactPath, func(c *contact.Contact) ([]dynamo.Write, error) {
		entry, err := c.AnswerKeyQuestion(a.Campaign, in.Body.Response, a.Moment())
		if err != nil {
			return nil, err
		}
		if entry == nil {
			return m.store.UpdateContact(c), nil
		}
		writes := m.store.CreateAnswer(c, entry)
		if a.Campaign.Question.MarkUsed(entry.Code) {
			writes = append(writes, m.store.UpdateCampaign(a.Campaign)...)
		}
		return writes, nil
	})
}

func (m *mobilizerRoutes) clear(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[ContactStatus], error) {
	return m.changeStanding(ctx, a, *in, func(c *contact.Contact) ([]dynamo.Write, error) {
		entry := c.ClearKeyQuestion(a.Campaign, a.Moment())
		if entry == nil {
			return m.store.UpdateContact(c), nil
		}
		return m.store.CreateAnswer(c, entry), nil
	})
}

func (m *mobilizerRoutes) answers(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[KeyQuestionAnswer]], error) {
	about, before, cursor, err := m.openHistory(ctx, a, "answers", in.Contact, in.Page)
	if err != nil {
		return nil, err
	}
	found, next, err := m.store.Answers(ctx, about, contact.AnswerID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(found, func(entry *contact.Answer) KeyQuestionAnswer {
		shown := KeyQuestionAnswer{ID: string(entry.ID), TextThen: entry.ResponseText, AnsweredAt: httpapi.Timestamp(entry.AnsweredAt)}
		if r, ok := a.Campaign.Question.ResponseByCode(entry.Code); ok {
			shown.Response = &Choice{r.ID, r.Text, r.Retired}
		}
		return shown
	})
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

// openHistory opens a page of what hangs on a contact: its place, where the page begins, and what its token is bound to.
func (m *mobilizerRoutes) openHistory(ctx context.Context, a *httpapi.Access, of, contactID, page string) (contact.Ref, string, *httpapi.Cursor, error) {
	c, err := m.readContact(ctx, a, contactID)
	if err != nil {
		return contact.Ref{}, "", nil, err
	}
	if err := m.knowing(ctx, a, c); err != nil {
		return contact.Ref{}, "", nil, err
	}
	cursor := m.pages.Cursor(a, of, contactID)
	var before string
	if err := cursor.Position(page, &before); err != nil {
		return contact.Ref{}, "", nil, err
	}
	return c.Ref(), before, cursor, nil
}

// ResponseRequest responds to an action item: with the one field that fits its type.
type ResponseRequest struct {
	Completed *bool   `json:"completed,omitempty" doc:"Of a task: whether it is completed."`
	Text      *string `json:"text,omitempty" doc:"Of a free response question: the answer."`
	Option    *string `json:"option_id,omitempty" doc:"Of a multiple choice question: the chosen option's id."`
}

// ItemPath is what every route about a contact's response to an action item takes.
type ItemPath struct {
	httpapi.ContactPath
	Item string `path:"action_item" doc:"Id of the action item."`
}

func (m *mobilizerRoutes) respond(ctx context.Context, a *httpapi.Access, in *struct {
	ItemPath
	Body ResponseRequest
},
) (*httpapi.Body[ActionResponse], error) {
	var shown ActionResponse
	err := m.changeContact(ctx, a, in.Contact, func(c *contact.Contact) (change, error) {
		item, err := a.Item(in.Item)
		if err != nil {
			return change{}, err
		}
		before, err := m.heldResponse(ctx, c, item)
		if err != nil {
			return change{}, err
		}
		after, err := c.RespondToAction(item, before, contact.ActionResponseInput(in.Body), a.Moment())
		if err != nil {
			return change{}, err
		}
		if after == nil {
			shown = showResponse(a.Items, before)
			return change{http.StatusOK, shown, m.store.UpdateContact(c)}, nil
		}
		shown = showResponse(a.Items, after)
		writes := m.store.PutActionResponse(c, after)
		if item.MarkUsed(after.Choice) {
			writes = append(writes, m.store.UpdateActionItem(item)...)
		}
		return change{http.StatusOK, shown, writes}, nil
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(shown), nil
}

// heldResponse reads the response that a contact holds to an action item, nil when it holds none.
func (m *mobilizerRoutes) heldResponse(ctx context.Context, c *contact.Contact, item *action.Item) (*contact.ActionResponse, error) {
	held, ok := c.ActionResponses[item.Code]
	if !ok {
		return nil, nil
	}
	r, err := m.store.ActionResponse(ctx, c.Ref(), held.ID)
	if fault.Is(err, fault.KindNotFound) {
		return nil, &dynamo.ConditionFailedError{Entity: "response"} // withdrawn since the contact was read
	}
	return r, err
}

func (m *mobilizerRoutes) withdraw(ctx context.Context, a *httpapi.Access, in *ItemPath) (*httpapi.Nothing, error) {
	err := m.changeContact(ctx, a, in.Contact, func(c *contact.Contact) (change, error) {
		item, err := a.Item(in.Item)
		if err != nil {
			return change{}, err
		}
		held, ok := c.WithdrawActionResponse(item, a.Moment())
		if !ok {
			return change{http.StatusNoContent, nil, m.store.UpdateContact(c)}, nil
		}
		return change{http.StatusNoContent, nil, m.store.DeleteActionResponse(c, held)}, nil
	})
	return &httpapi.Nothing{}, err
}

func (m *mobilizerRoutes) notes(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[Note]], error) {
	about, before, cursor, err := m.openHistory(ctx, a, "notes", in.Contact, in.Page)
	if err != nil {
		return nil, err
	}
	found, next, err := m.store.Notes(ctx, about, contact.NoteID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(found, showNote)
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

// NoteRequest is what a note says.
type NoteRequest struct {
	Content string `json:"content" doc:"Kept exactly as written; at most 2,500 characters."`
}

func (m *mobilizerRoutes) writeNote(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body NoteRequest
},
) (*httpapi.Body[Note], error) {
	var shown Note
	err := m.changeContact(ctx, a, in.Contact, func(c *contact.Contact) (change, error) {
		note, err := c.CreateNote(in.Body.Content, a.Moment())
		if err != nil {
			return change{}, err
		}
		shown = showNote(note)
		return change{http.StatusCreated, shown, m.store.CreateNote(c, note)}, nil
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(shown), nil
}

// NotePath is what every route about one note takes.
type NotePath struct {
	httpapi.ContactPath
	Note string `path:"note" doc:"Id of the note."`
}

// changeNote carries out a write that begins with a contact and one of its notes.
func (m *mobilizerRoutes) changeNote(ctx context.Context, a *httpapi.Access, path NotePath, do func(*contact.Contact, *contact.Note) (change, error)) error {
	if !id.Valid(path.Contact) {
		return fault.NotFound("contact")
	}
	if !id.Valid(path.Note) {
		return fault.NotFound("note")
	}
	about := contact.Ref{Contact: contact.ID(path.Contact), Mobilizer: a.Mobilizer.ID, Campaign: a.Campaign.ID}
	return m.write(ctx, a, func() error {
		c, note, err := m.store.ContactWithNote(ctx, about, contact.NoteID(path.Note))
		if err != nil {
			return err
		}
		if err := a.Mobilizer.CanAct(a.Campaign); err != nil {
			return err
		}
		made, err := do(c, note)
		if err != nil {
			return err
		}
		return a.Commit(ctx, made.status, made.body, made.writes...)
	})
}

func (m *mobilizerRoutes) editNote(ctx context.Context, a *httpapi.Access, in *struct {
	NotePath
	Body NoteRequest
},
) (*httpapi.Body[Note], error) {
	var shown Note
	err := m.changeNote(ctx, a, in.NotePath, func(c *contact.Contact, note *contact.Note) (change, error) {
		edited, err := c.UpdateNote(note, in.Body.Content, a.Moment())
		if err != nil {
			return change{}, err
		}
		if edited == nil {
			shown = showNote(note)
			return change{http.StatusOK, shown, m.store.UpdateContact(c)}, nil
		}
		shown = showNote(edited)
		return change{http.StatusOK, shown, m.store.UpdateNote(c, edited)}, nil
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(shown), nil
}

func (m *mobilizerRoutes) deleteNote(ctx context.Context, a *httpapi.Access, in *NotePath) (*httpapi.Nothing, error) {
	err := m.changeNote(ctx, a, *in, func(c *contact.Contact, note *contact.Note) (change, error) {
		c.DeleteNote(a.Moment())
		return change{http.StatusNoContent, nil, m.store.DeleteNote(c, note.ID)}, nil
	})
	return &httpapi.Nothing{}, err
}

// VotePlanRequest says when, where and how a contact will vote.
type VotePlanRequest struct {
	Text string `json:"text" doc:"Kept exactly as written; at most 1,000 characters. Empty removes the plan."`
}

func (m *mobilizerRoutes) setVotePlan(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body VotePlanRequest
},
) (*httpapi.Body[ContactStatus], error) {
	return m.changeStanding(ctx, a, in.ContactPath, func(c *contact.Contact) ([]dynamo.Write, error) {
		if err := c.SetVotePlan(in.Body.Text, a.Moment()); err != nil {
			return nil, err
		}
		return m.store.UpdateContact(c), nil
	})
}
