package peopleapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/membership"
)

func (r *peopleRoutes) registerMobilizerRemoval(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-mobilizer", Method: http.MethodDelete, Path: mobilizerPath, Status: http.StatusNoContent,
		Summary: "Remove a mobilizer",
		Description: "The same as if the mobilizer left: with contacts=keep the contacts and the membership stay, with contacts=remove " +
			"both are deleted, the membership at once and the contacts within seconds. Joining again needs an invitation from after " +
			"the removal: an open one is revoked. A mobilizer who has left can be removed, too.",
	}, httpapi.CampaignAdmin, r.deleteMobilizer)
}

// DeleteMobilizerQuery holds the parameters of the removal of a mobilizer.
type DeleteMobilizerQuery struct {
	MobilizerPath
	Contacts string `query:"contacts" enum:"keep,remove" default:"keep" doc:"Whether the contacts stay with the campaign."`
}

func (r *peopleRoutes) deleteMobilizer(ctx context.Context, a *httpapi.Access, in *DeleteMobilizerQuery) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		m, err := r.readMobilizer(ctx, a, &in.MobilizerPath)
		if err != nil {
			return nil, err
		}
		return membership.Remove(ctx, r.store, a.UserID, m, membership.Contacts(in.Contacts), a.At)
	})
}
