package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/membership"
	"github.com/kithhq/kith/internal/mobilizer"
)

func (m *mobilizerRoutes) registerMembership(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "get-my-campaign", Method: http.MethodGet, Path: campaignPrefix,
		Summary:     "Get a campaign as a mobilizer",
		Description: "Returns its organization, its Key Question, its action items and the caller's membership, also after leaving.",
	}, httpapi.CampaignMember, m.getCampaign)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-my-profile", Method: http.MethodPatch, Path: campaignPrefix + "/profile",
		Summary:     "Update the caller's profile in a campaign",
		Description: "Fields that are left out keep their values; an empty string unsets a field. Fails with state_contradicts_zip like joining a campaign.",
	}, httpapi.CampaignMobilizer, m.updateProfile)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-my-consent", Method: http.MethodPut, Path: campaignPrefix + "/consent",
		Summary: "Update the caller's consent",
		Description: "Consent shares email and phone with the campaign's administrators. It can be withdrawn after leaving and in a " +
			"closed campaign, too; it cannot be given there, from the moment of leaving or closing.",
	}, httpapi.CampaignMember, m.updateConsent)
	httpapi.Register(api, httpapi.Operation{
		ID: "leave-campaign", Method: http.MethodPost, Path: campaignPrefix + "/leave",
		Summary: "Leave a campaign",
		Description: "With contacts=keep the contacts and the membership stay, with contacts=remove both are deleted: the membership " +
			"at once, the contacts within seconds.",
	}, leaverOrMember, m.leave)
}

// leaverOrMember admits the campaign's mobilizers and, without a Mobilizer, users who have no membership: a repeated request
// to leave returns the first response. For others the handler answers 404.
var leaverOrMember = httpapi.Rule{Name: "mobilizers of the campaign", Resolve: func(ctx context.Context, s *dynamo.Store, a *httpapi.Access, param func(string) string) error {
	err := httpapi.CampaignMember.Resolve(ctx, s, a, param)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}}

func (m *mobilizerRoutes) getCampaign(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[MyCampaign], error) {
	if err := a.RefreshCampaign(ctx); err != nil {
		return nil, err
	}
	o, err := m.store.Organization(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newMyCampaign(a, o, m.landingPagesURL)), nil
}

// writeMembership commits what change returns: the caller's changed membership and its writes.
func writeMembership(ctx context.Context, a *httpapi.Access, change func() (*mobilizer.Mobilizer, []dynamo.Write, error)) (*httpapi.Body[httpapi.Membership], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (httpapi.Membership, []dynamo.Write, error) {
		changed, writes, err := change()
		if err != nil {
			return httpapi.Membership{}, nil, err
		}
		return httpapi.NewMembership(changed), writes, nil
	})
}

// ProfileUpdate holds the fields of a profile to change. Fields that are left out keep their values; an empty string unsets a
// field.
type ProfileUpdate struct {
	FirstName     *string `json:"first_name,omitempty"`
	LastName      *string `json:"last_name,omitempty"`
	PreferredName *string `json:"preferred_name,omitempty"`
	City          *string `json:"city,omitempty"`
	State         *string `json:"state,omitempty"`
	Zip           *string `json:"zip,omitempty"`
	Phone         *string `json:"phone,omitempty"`
	ConfirmPlace  bool    `json:"confirm_place,omitempty" doc:"Confirms a state that the zip code contradicts."`
}

func (m *mobilizerRoutes) updateProfile(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ProfileUpdate
},
) (*httpapi.Body[httpapi.Membership], error) {
	return writeMembership(ctx, a, func() (*mobilizer.Mobilizer, []dynamo.Write, error) {
		return m.service.UpdateProfile(newCaller(a), mobilizer.ProfilePatch(in.Body))
	})
}

// ConsentRequest gives or withdraws consent.
type ConsentRequest struct {
	Consent bool `json:"consent" doc:"Whether the campaign's administrators may see email and phone."`
}

func (m *mobilizerRoutes) updateConsent(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ConsentRequest
},
) (*httpapi.Body[httpapi.Membership], error) {
	return writeMembership(ctx, a, func() (*mobilizer.Mobilizer, []dynamo.Write, error) {
		if in.Body.Consent {
			if err := a.EnsureFresh(ctx); err != nil {
				return nil, nil, err
			}
		}
		return membership.SetConsent(m.store, a.Mobilizer, a.Campaign, in.Body.Consent)
	})
}

// LeaveRequest says whether the contacts stay.
type LeaveRequest struct {
	Contacts string `json:"contacts" enum:"keep,remove" doc:"Whether the contacts stay with the campaign."`
}

// LeaveResult is the response to leaving.
type LeaveResult struct {
	Contacts string `json:"contacts" enum:"keep,remove"`
	LeftAt   string `json:"left_at" format:"date-time"`
}

func (m *mobilizerRoutes) leave(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body LeaveRequest
},
) (*httpapi.Body[LeaveResult], error) {
	if a.Mobilizer == nil {
		return nil, fault.NotFound("campaign")
	}
	return httpapi.Write(ctx, a, http.StatusOK, func() (LeaveResult, []dynamo.Write, error) {
		writes, err := membership.Leave(m.store, a.Mobilizer, membership.Contacts(in.Body.Contacts), a.At)
		return LeaveResult{in.Body.Contacts, httpapi.Timestamp(a.At)}, writes, err
	})
}
