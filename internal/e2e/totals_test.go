package e2e

import "testing"

func TestListCampaigns_WithTotals_EqualAnalytics(t *testing.T) {
	fx := newFixture(t)
	fx.createDraft()
	empty := fx.campaign
	fx.tag += "2"
	fx.startCampaign()
	ana, _ := fx.join("Ana Lee", nil)
	fx.join("Ben Low", nil)
	for range 3 {
		contact := fx.add(ana, body{"first_name": "Helen"})
		fx.post(ana, fx.contact(contact)+"/notes", body{"content": "Called."}, nil)
	}
	fx.analytics() // waits for the counters
	type totals struct {
		Mobilizers, Contacts int
		Touchpoints          int `json:"relational_touchpoints"`
	}
	var list struct {
		Items []struct {
			ID     string
			Totals *totals
		}
	}
	path := "/v1/admin/organizations/" + fx.organization + "/campaigns"
	fx.get(fx.owner, path+"?totals=true", &list)
	if len(list.Items) != 2 || list.Items[0].ID != empty || *list.Items[0].Totals != (totals{}) || *list.Items[1].Totals != (totals{2, 3, 3}) {
		t.Errorf("the campaigns with totals are %+v", list.Items)
	}
	list.Items = nil
	fx.get(fx.owner, path, &list)
	if len(list.Items) != 2 || list.Items[1].Totals != nil {
		t.Errorf("the campaigns without totals are %+v", list.Items)
	}
}
