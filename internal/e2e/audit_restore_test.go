package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/apiclient"
)

// restoreToNow copies a table's rows to a new table, as a restore to this point in time does on AWS, and returns its name.
func (fx *fixture) restoreToNow(db *dynamodb.Client, table string) string {
	fx.t.Helper()
	name := "restored-" + strings.ToLower(table)
	key := func(attribute string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: &attribute, KeyType: kind}
	}
	_, err := db.CreateTable(fx.t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{key("PK", types.KeyTypeHash), key("SK", types.KeyTypeRange)},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("SK"), AttributeType: types.ScalarAttributeTypeS},
		},
	})
	fx.ok(err)
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{TableName: aws.String(kith.Cloud().Tables[table])})
	for pages.HasMorePages() {
		page, err := pages.NextPage(fx.t.Context())
		fx.ok(err)
		for rows := range slices.Chunk(page.Items, 25) {
			var writes []types.WriteRequest
			for _, row := range rows {
				writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: row}})
			}
			_, err := db.BatchWriteItem(fx.t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{name: writes}})
			fx.ok(err)
		}
	}
	return name
}

// numbers returns what pages and files show of the campaign.
func (fx *fixture) numbers() map[string]any {
	fx.t.Helper()
	page := fx.analytics()
	page.AsOf, page.Recount = "", nil
	all := map[string]any{"analytics": page}
	for _, kind := range []string{"contacts", "mobilizers", "notes"} {
		rows := fx.export(kind).Rows
		if kind == "mobilizers" {
			for _, row := range rows {
				delete(row, "last_activity_at") // of a counter that only moves forward
			}
		}
		all[kind] = rows
	}
	for _, list := range []string{"contacts", "mobilizers"} {
		rows, err := apiclient.All[map[string]any](fx.t.Context(), fx.owner, fx.admin()+"/"+list)
		fx.ok(err)
		if list == "mobilizers" {
			for _, row := range rows {
				delete(row, "last_activity_at")
			}
		}
		all["list of "+list] = rows
	}
	return all
}

// TestRestore_AfterDamage_NumbersAgree follows the steps of docs/operations.md: damage after a point in time is undone in the tables
// in use, and the streams carry counters and lists along.
func TestRestore_AfterDamage_NumbersAgree(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	mara, _ := fx.join("Mara Marsh", nil)
	var contacts []string
	for _, name := range []string{"Ada", "Ben", "Cleo"} {
		contacts = append(contacts, fx.add(mara, body{"first_name": name, "last_name": "Stone"}))
	}
	fx.put(mara, fx.contact(contacts[0])+"/answer", body{"response_id": fx.responses["No"]}, nil)
	fx.post(mara, fx.contact(contacts[1])+"/notes", body{"content": "Likes the park"}, nil)
	before := fx.numbers()

	db := dynamodb.New(dynamodb.Options{BaseEndpoint: aws.String(kith.Cloud().DynamoDB), Region: region(), Credentials: keys()})
	restored := map[string]string{}
	for _, table := range []string{"Records", "Jobs"} {
		restored[table] = fx.restoreToNow(db, table)
	}

	fx.delete(mara, fx.contact(contacts[0]))
	fx.delete(mara, fx.contact(contacts[1]))
	fx.put(mara, fx.contact(contacts[2])+"/answer", body{"response_id": fx.responses["Maybe"]}, nil)
	nils, _ := fx.join("Nils Nord", nil)
	late := fx.add(nils, body{"first_name": "Dora", "last_name": "Late"})
	fx.post(nils, fx.contact(late)+"/notes", body{"content": "Too late"}, nil)
	if diff := cmp.Diff(before, fx.numbers()); diff == "" {
		t.Fatal("the damage changes no number")
	}

	for _, table := range []string{"Records", "Jobs"} {
		t.Log(fx.operator("table", "restore", restored[table], kith.Cloud().Tables[table]))
	}
	fx.recount() // repairs the lists, whose rows keep the highest version that they had
	if diff := cmp.Diff(before, fx.numbers()); diff != "" {
		t.Errorf("before the damage (-) and after the restore (+):\n%s", diff)
	}
	fx.checkNoDrift()
	for _, name := range restored {
		_, err := db.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name})
		fx.ok(err)
	}
}
