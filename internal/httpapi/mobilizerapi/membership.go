package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
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
		Description: "Fields that are left out keep their values; an empty string unsets a field.",
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

// writeMembership runs change on a copy of the caller's membership, commits it and returns it.
func (m *mobilizerRoutes) writeMembership(ctx context.Context, a *httpapi.Access, change func(*mobilizer.Mobilizer) error) (*httpapi.Body[httpapi.Membership], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (httpapi.Membership, []dynamo.Write, error) {
		changed := *a.Mobilizer
		if err := change(&changed); err != nil {
			return httpapi.Membership{}, nil, err
		}
		return httpapi.NewMembership(&changed), m.store.UpdateMembership(&changed), nil
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
}

func (m *mobilizerRoutes) updateProfile(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ProfileUpdate
},
) (*httpapi.Body[httpapi.Membership], error) {
	return m.writeMembership(ctx, a, func(member *mobilizer.Mobilizer) error {
		if err := member.CanAct(a.Campaign); err != nil {
			return err
		}
		patch := mobilizer.ProfilePatch(in.Body)
		var err error
		if patch.Phone, err = normalizePhone(patch.Phone); err != nil {
			return err
		}
		return member.UpdateProfile(patch)
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
	return m.writeMembership(ctx, a, func(member *mobilizer.Mobilizer) error {
		if in.Body.Consent {
			if err := a.EnsureFresh(ctx); err != nil {
				return err
			}
		}
		return member.SetConsent(in.Body.Consent, a.Campaign)
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
		left := *a.Mobilizer
		if err := left.Leave(a.At); err != nil {
			return LeaveResult{}, nil, err
		}
		result := LeaveResult{in.Body.Contacts, httpapi.Timestamp(a.At)}
		if in.Body.Contacts == "remove" {
			return result, m.store.DeleteMembership(a.Mobilizer), nil
		}
		return result, m.store.UpdateMembership(&left), nil
	})
}
