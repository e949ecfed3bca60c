package voterfileapi

import (
	"context"

	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/layout"
)

// VoterFileReview holds figures and samples of a file that needs confirmation.
type VoterFileReview struct {
	VotersNow   int                `json:"voters_now" doc:"Voters of the state who are found now."`
	VotersAfter int                `json:"voters_after" doc:"Voters of the state who are found if the file is confirmed."`
	Rows        int                `json:"rows"`
	Rejected    int                `json:"rejected" doc:"Of them, rows rejected."`
	Reasons     []RejectReason     `json:"reasons" nullable:"false" doc:"Reasons of up to 10,000 rejected rows, the most frequent first."`
	Rejects     []RejectedRow      `json:"rejects" nullable:"false" doc:"The first 20 rejected rows; long rows are shortened."`
	Missing     []VoterToBeRemoved `json:"missing" nullable:"false" doc:"Up to 20 voters of the state who are not in the file: they would not be found any more."`
}

// RejectReason is the number of rows that were rejected for a reason.
type RejectReason struct {
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
}

// RejectedRow is a row that was not imported.
type RejectedRow struct {
	Line   int    `json:"line" doc:"First line of the row in the file."`
	Reason string `json:"reason"`
	Row    string `json:"row"`
}

// VoterToBeRemoved is a voter who is not in the new file.
type VoterToBeRemoved struct {
	CanonicalVoterID string `json:"canonical_voter_id"`
	FirstName        string `json:"first_name"`
	LastName         string `json:"last_name"`
	City             string `json:"city,omitempty"`
	Zip              string `json:"zip,omitempty"`
}

func (r *routes) getReview(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFileReview], error) {
	f, others, review, err := r.service.ReadReview(ctx, request(a, in))
	if err != nil {
		return nil, err
	}
	now := voter.VotersOf(others, f.State)
	after := f.Imported
	if f.Mode == voter.Add {
		after += now
	}
	body := VoterFileReview{
		VotersNow: now, VotersAfter: after, Rows: f.Rows, Rejected: f.Rejected,
		Reasons: make([]RejectReason, len(review.Reasons)), Rejects: make([]RejectedRow, len(review.Rejects)),
		Missing: make([]VoterToBeRemoved, len(review.Missing)),
	}
	for i, reason := range review.Reasons {
		body.Reasons[i] = RejectReason{a.Translate(layout.RejectReason(reason.Reason)), reason.Rows}
	}
	for i, row := range review.Rejects {
		body.Rejects[i] = RejectedRow{Line: row.Line, Reason: a.Translate(layout.RejectReason(row.Reason)), Row: row.Raw}
	}
	for i, v := range review.Missing {
		body.Missing[i] = VoterToBeRemoved{CanonicalVoterID: v.CanonicalID, FirstName: v.FirstName, LastName: v.LastName, City: v.City, Zip: v.Zip}
	}
	return httpapi.NewBody(body), nil
}
