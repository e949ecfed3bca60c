package mobilizing

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
)

// AnswerKeyQuestion returns a contact with an answer to the Key Question, and the writes that store both. The campaign must be
// fresh: the answer stores the response's text and value. The first answer with a response marks it as used.
//
// It fails as UpdateContact does. Invalid: the campaign has no such response, or it is retired.
func (s *Service) AnswerKeyQuestion(ctx context.Context, by *Caller, contactID, responseID string) (*contact.Contact, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, err
	}
	answer, err := c.AnswerKeyQuestion(by.Campaign, responseID, by.moment())
	if err != nil {
		return nil, nil, err
	}
	if answer == nil {
		return c, s.store.UpdateContact(c), nil
	}
	writes := s.store.CreateAnswer(c, answer)
	if by.Campaign.Question.MarkUsed(answer.Code) {
		writes = append(writes, s.store.UpdateCampaign(by.Campaign)...)
	}
	return c, writes, nil
}

// ClearKeyQuestion returns a contact without a current Key Question response, and the writes that store it.
//
// It fails as UpdateContact does.
func (s *Service) ClearKeyQuestion(ctx context.Context, by *Caller, contactID string) (*contact.Contact, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, err
	}
	cleared := c.ClearKeyQuestion(by.Campaign, by.moment())
	if cleared == nil {
		return c, s.store.UpdateContact(c), nil
	}
	return c, s.store.CreateAnswer(c, cleared), nil
}
