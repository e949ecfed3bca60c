package table

import "testing"

func TestParentReader_FewRowsUsed_ShrinksPages(t *testing.T) {
	r := &parentReader[struct{}]{limit: streamPage, last: "some"}
	for used, want := range map[int32]int32{0: 62, 62: 62, 63: 250, 200: 250} {
		r.used, r.limit = used, streamPage
		if r.resize(); r.limit != want {
			t.Errorf("after a page of which %d rows were used, the next has %d, want %d", used, r.limit, want)
		}
	}
	for range 5 {
		r.used = 1
		r.resize()
	}
	if r.limit != smallestPage {
		t.Errorf("pages shrink to %d rows, want %d", r.limit, smallestPage)
	}
	for range 5 {
		r.used = r.limit
		r.resize()
	}
	if r.limit != streamPage {
		t.Errorf("pages grow to %d rows, want %d", r.limit, streamPage)
	}
}
