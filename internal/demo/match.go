package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/kithhq/kith/internal/apiclient"
	"github.com/kithhq/kith/internal/demo/plan"
)

// updateMatch changes the match of a contact or of the mobilizer. A voter is searched for, as people do, and given by id if the
// search does not find them, or too much was searched for.
func (p *player) updateMatch(ctx context.Context, who *apiclient.Person, path, candidates string, s *plan.Step, out any) error {
	switch s.Do {
	case plan.Match:
		candidate, err := findVoter(ctx, who, candidates, s.Voter)
		if err != nil {
			return err
		}
		p.progress.addMatch(candidate != "")
		if candidate != "" {
			return who.Put(ctx, path+"/match", body{"candidate": candidate}, out)
		}
		return who.Put(ctx, path+"/match", body{"canonical_voter_id": s.Voter.CanonicalID}, out)
	case plan.SetStatus:
		return who.Put(ctx, path+"/match", body{"status": s.Text}, out)
	default:
		return who.Delete(ctx, path+"/match")
	}
}

// findVoter returns the candidate of a search that is the voter, or nothing if none or several look like them.
func findVoter(ctx context.Context, who *apiclient.Person, path string, v *plan.Voter) (string, error) {
	var found struct {
		Items []struct {
			Candidate string
			First     string `json:"first_name"`
			Last      string `json:"last_name"`
			City      string
			Zip       string
		}
	}
	err := who.Get(ctx, path, &found)
	var problem *apiclient.Problem
	if errors.As(err, &problem) && (problem.Status == http.StatusTooManyRequests || problem.Status == http.StatusUnprocessableEntity) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	candidate := ""
	for _, item := range found.Items {
		if !strings.EqualFold(item.First, v.FileFirst) || !strings.EqualFold(item.Last, v.FileLast) || item.Zip != v.Zip || !strings.EqualFold(item.City, v.FileCity) {
			continue
		}
		if candidate != "" {
			return "", nil
		}
		candidate = item.Candidate
	}
	return candidate, nil
}
