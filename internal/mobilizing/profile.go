package mobilizing

import (
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/phone"
)

// UpdateProfile returns the caller's membership with a changed profile, and the writes that store it.
//
// Forbidden, conflict: the mobilizer has left or the campaign is not active. Invalid: a field breaks its format or limit.
func (s *Service) UpdateProfile(by *Caller, patch mobilizer.ProfilePatch) (*mobilizer.Mobilizer, []dynamo.Write, error) {
	changed := *by.Mobilizer
	if err := changed.CanAct(by.Campaign); err != nil {
		return nil, nil, err
	}
	var err error
	if patch.Phone, err = normalizePhone(patch.Phone); err != nil {
		return nil, nil, err
	}
	if err := changed.UpdateProfile(patch); err != nil {
		return nil, nil, err
	}
	return &changed, s.store.UpdateMembership(&changed), nil
}

// normalizePhone returns a phone number of an update in E.164; nil if it is not updated.
//
// Invalid: it cannot be dialed.
func normalizePhone(input *string) (*string, error) {
	if input == nil {
		return nil, nil
	}
	var check fault.Checker
	number := phone.Check(&check, "phone", *input)
	return &number, check.Err()
}
