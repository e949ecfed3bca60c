package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kithhq/kith/internal/apiclient"
)

// exporter requests and downloads the exports of a campaign, as an administrator or with a service token.
type exporter struct {
	do         func(ctx context.Context, method, path string, in, out any, headers ...apiclient.Header) error
	path       string // of the campaign's exports
	actionItem string // a multiple choice question, for exports of a single one
}

// pipelineExporter returns an exporter for the service token of a demo.
func pipelineExporter(client *apiclient.Client, d *details) exporter {
	authorization := apiclient.Header{Name: "Authorization", Value: "Bearer " + d.ServiceToken}
	return exporter{
		do: func(ctx context.Context, method, path string, in, out any, headers ...apiclient.Header) error {
			return client.Public(ctx, method, path, in, out, append(headers, authorization)...)
		},
		path: "/v1/pipeline/campaigns/" + d.Campaign + "/exports", actionItem: d.ActionItem,
	}
}

// createServiceToken creates a service token of the active campaign and returns its secret.
func (p *player) createServiceToken(ctx context.Context) (string, error) {
	var created struct{ Token string }
	err := p.owner.Do(ctx, http.MethodPost, p.plan.Active.Path()+"/service-tokens", body{"name": "demo"}, &created)
	return created.Token, err
}

// downloadFiles downloads every export of the demo's active campaign into a folder, each with its CREATE TABLE statement.
func downloadFiles(ctx context.Context, client *apiclient.Client, d *details, folder string, out io.Writer) error {
	if d == nil {
		return errors.New("there is no demo. Run `make run` first")
	}
	x := pipelineExporter(client, d)
	types, err := x.types(ctx)
	if err != nil {
		return err
	}
	ids, err := x.requestAll(ctx, types)
	if err != nil {
		return err
	}
	for _, kind := range types {
		t, err := x.await(ctx, ids[kind])
		if err == nil {
			err = x.write(ctx, folder, kind, ids[kind], t)
		}
		if err != nil {
			return fmt.Errorf("%s export: %w", kind, err)
		}
		fmt.Fprintf(out, "%s.csv\t%d rows\n", filepath.Join(folder, kind), len(t.rows))
	}
	return nil
}

// types returns the types of exports, which the API lists when it rejects an unknown one. The bundle is not among them: it
// has the same files, but without the rows of the last minute.
func (x exporter) types(ctx context.Context) ([]string, error) {
	err := x.do(ctx, http.MethodPost, x.path, body{"type": "every"}, nil, apiclient.NewKey())
	problem := apiclient.Refused(err)
	if problem == nil || len(problem.Errors) != 1 {
		return nil, fmt.Errorf("list the types of exports: %w", err)
	}
	_, list, ok := strings.Cut(problem.Errors[0].Message, "Choose one of: ")
	if !ok {
		return nil, fmt.Errorf("list the types of exports: %w", err)
	}
	types := strings.Split(strings.TrimSuffix(list, "."), ", ")
	return slices.DeleteFunc(types, func(kind string) bool { return kind == "bundle" }), nil
}

// requestAll requests an export of each type and returns the ids.
func (x exporter) requestAll(ctx context.Context, types []string) (map[string]string, error) {
	ids := map[string]string{}
	for _, kind := range types {
		id, err := x.requestWidest(ctx, kind)
		if err != nil {
			return nil, fmt.Errorf("request the %s export: %w", kind, err)
		}
		ids[kind] = id
	}
	return ids, nil
}

// requestWidest requests an export with the extended columns, or with the standard ones if it has no others. An export of a
// single action item is requested for the exporter's.
func (x exporter) requestWidest(ctx context.Context, kind string) (string, error) {
	request := body{"type": kind, "profile": "extended"}
	for {
		var created struct{ ID string }
		err := x.do(ctx, http.MethodPost, x.path, request, &created, apiclient.NewKey())
		if err == nil {
			return created.ID, nil
		}
		problem := apiclient.Refused(err)
		if problem == nil || problem.Status != http.StatusUnprocessableEntity || len(problem.Errors) == 0 {
			return "", err
		}
		switch field := problem.Errors[0].Field; {
		case strings.HasSuffix(field, "profile") && request["profile"] != nil:
			delete(request, "profile")
		case strings.HasSuffix(field, "action_item_id") && request["action_item_id"] == nil:
			request["action_item_id"] = x.actionItem
		default:
			return "", err
		}
	}
}

// write writes an export and its CREATE TABLE statement into a folder.
func (x exporter) write(ctx context.Context, folder, kind, id string, t *table) error {
	var schema struct {
		CreateTable string `json:"create_table"`
	}
	err := x.do(ctx, http.MethodGet, x.path+"/"+id+"/schema", nil, &schema)
	if err != nil {
		return err
	}
	return errors.Join(
		os.MkdirAll(folder, 0o750),
		os.WriteFile(filepath.Join(folder, kind+".csv"), t.raw, 0o600),
		os.WriteFile(filepath.Join(folder, kind+".sql"), []byte(schema.CreateTable), 0o600),
	)
}
