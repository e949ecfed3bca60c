package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
)

func TestVoterByID_SeveralFiles_FindsInReadyFiles(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	org := organization.ID(id.At(noon))
	file := func(n int, state string, status voter.FileState, rows int) voter.FileID {
		f := &voter.File{ID: voter.FileID(id.At(noon.Add(time.Duration(n) * time.Second))), Organization: org, State: state, Status: status}
		if err := s.Commit(ctx, s.CreateVoterFile(f)...); err != nil {
			t.Fatal(err)
		}
		var voters []voter.Row
		for line := range rows {
			voters = append(voters, voter.Row{Voter: &voter.Voter{
				CanonicalID: fmt.Sprintf("%s%04d", state, line), StateFileID: fmt.Sprintf("%04d", line),
				FirstName: string(status), State: state,
			}, Line: line + 2})
		}
		if err := s.WriteVoters(ctx, org, f.ID, voters); err != nil {
			t.Fatal(err)
		}
		return f.ID
	}
	old := file(1, "MA", voter.FileReplaced, 1_500)
	file(2, "MA", voter.FileReady, 300)
	file(3, "NH", voter.FileImporting, 10)
	file(4, "ME", voter.FileReady, 10)
	for _, want := range []string{"MA0000", "MA0299", "ME0009"} {
		v, err := s.VoterByID(ctx, org, want)
		if err != nil || v.CanonicalID != want || v.FirstName != "ready" || v.StateFileID != want[2:] {
			t.Errorf("%s: %+v, %v", want, v, err)
		}
	}
	for _, none := range []string{"MA0300", "NH0000", "", "x#y"} {
		if v, err := s.VoterByID(ctx, org, none); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%q: %+v, %v", none, v, err)
		}
	}
	if v, err := s.VoterByID(ctx, organization.ID(id.At(noon)), "MA0000"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another organization finds %+v, %v", v, err)
	}
	calls := 0
	for place := 0; place >= 0; calls++ {
		next, err := s.DeleteVoters(ctx, &voter.File{ID: old, Organization: org, State: "MA"}, place)
		if err != nil {
			t.Fatal(err)
		}
		place = next
	}
	lines, err := s.VoterLines(ctx, org, old, []string{"MA0000", "MA0777", "MA1499"})
	if err != nil || len(lines) != 0 {
		t.Errorf("after %d calls of removal: %v, %v", calls, lines, err)
	}
	if _, err := s.VoterByID(ctx, org, "MA0001"); err != nil {
		t.Errorf("removing the old file's rows touched the new one: %v", err)
	}
}
