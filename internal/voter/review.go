package voter

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/voter/layout"
)

// Review shows an administrator why a file needs confirmation, by samples.
type Review struct {
	Reasons []ReasonCount `json:"reasons,omitempty"` // of the rejected rows that are kept, the most frequent first
	Rejects []Reject      `json:"rejects,omitempty"` // the first ones, as text
	Missing []Voter       `json:"missing,omitempty"` // some voters of the files to replace who are not in the file
}

// ReasonCount is the number of rows that were rejected for a reason.
type ReasonCount struct {
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
}

// Limits of a review.
const (
	reviewRows  = 20  // rejected rows, and missing voters
	reviewCell  = 300 // characters of a rejected row
	reviewPages = 64  // pages of voters of the replaced files that are compared with the file
)

// saveReview stores the samples of a file that needs confirmation. Others are the organization's files.
func (r *run) saveReview(ctx context.Context, others []*File) error {
	review := reviewRejects(r.at.Layout.Format, r.rejects)
	if r.file.Mode == Replace {
		missing, err := r.missing(ctx, ReadyFiles(others, r.file.State))
		if err != nil {
			return err
		}
		review.Missing = missing
	}
	return r.Store.SaveReview(ctx, r.file, review)
}

// reviewRejects returns the review of a rejects file.
func reviewRejects(f layout.Format, rejects []byte) *Review {
	review := &Review{}
	rows := layout.NewRows(bytes.NewReader(rejects), &f, 0, 0)
	counts := map[string]int{}
	for {
		row, err := rows.Next()
		if err != nil {
			break // the end: the file is in memory
		}
		reject, ok := parseReject(f, row.Raw)
		if !ok {
			continue // the header, or a further line of a row with malformed quotes
		}
		counts[reject.Reason]++
		if len(review.Rejects) < reviewRows {
			review.Rejects = append(review.Rejects, reject)
		}
	}
	for reason, rows := range counts {
		review.Reasons = append(review.Reasons, ReasonCount{reason, rows})
	}
	slices.SortFunc(review.Reasons, func(a, b ReasonCount) int {
		return cmp.Or(b.Rows-a.Rows, strings.Compare(a.Reason, b.Reason))
	})
	return review
}

// parseReject returns the row of a rejects file that appendReject wrote, as text. It reports false for any other row.
func parseReject(f layout.Format, raw string) (Reject, bool) {
	first, rest, _ := strings.Cut(raw, f.Separator)
	line, err := strconv.Atoi(first)
	if err != nil {
		return Reject{}, false
	}
	var reason, row string
	if f.Quoted {
		reason, row, _ = strings.Cut(strings.TrimPrefix(rest, `"`), `"`+f.Separator)
	} else {
		reason, row, _ = strings.Cut(rest, f.Separator)
	}
	return Reject{Line: line, Reason: reason, Raw: shortenTo(f.Text(row), reviewCell)}, reason != ""
}

// missing returns some voters of the files who are not in the imported one.
func (r *run) missing(ctx context.Context, files []*File) ([]Voter, error) {
	var found []Voter
	slices.SortStableFunc(files, func(a, b *File) int { return b.Imported - a.Imported })
	pages := 0
	for _, f := range files {
		if !r.file.Replaces(f) {
			continue
		}
		for place := 0; place >= 0 && pages < reviewPages; pages++ {
			voters, next, err := r.Store.VoterPage(ctx, f, place)
			if err != nil {
				return nil, err
			}
			place = next
			ids := make([]string, len(voters))
			for i, v := range voters {
				ids[i] = v.CanonicalID
			}
			lines, err := r.Store.VoterLines(ctx, r.owner(), r.file.ID, ids)
			if err != nil {
				return nil, err
			}
			for _, v := range voters {
				if _, kept := lines[layout.NormalID(v.CanonicalID)]; !kept {
					found = append(found, v.copied())
				}
			}
			if len(found) >= reviewRows {
				return found[:reviewRows], nil
			}
		}
	}
	return found, nil
}
