package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// row is a row of a CSV file by column name.
type row map[string]string

// table is a downloaded CSV file.
type table struct {
	raw    []byte
	header []string
	rows   []row
}

// await waits until an export is ready and downloads it.
func (x exporter) await(ctx context.Context, id string) (*table, error) {
	for {
		var record struct{ Status, Error string }
		err := x.do(ctx, http.MethodGet, x.path+"/"+id, nil, &record)
		if err != nil {
			return nil, err
		}
		if record.Status == "failed" {
			return nil, fmt.Errorf("the export failed: %s", record.Error)
		}
		if record.Status == "ready" {
			break
		}
		err = pause(ctx, 100*time.Millisecond)
		if err != nil {
			return nil, err
		}
	}
	var link struct{ URL string }
	err := x.do(ctx, http.MethodPost, x.path+"/"+id+"/download-link", nil, &link)
	if err != nil {
		return nil, err
	}
	return download(ctx, link.URL)
}

func download(ctx context.Context, link string) (*table, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(res.Body)
	closeErr := res.Body.Close()
	if err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("download: %s: %.300s", res.Status, raw)
	}
	all, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, fmt.Errorf("download: not a CSV with a header: %w", err)
	}
	t := &table{raw: raw, header: all[0]}
	for _, cells := range all[1:] {
		r := row{}
		for i, cell := range cells {
			r[t.header[i]] = cell
		}
		t.rows = append(t.rows, r)
	}
	return t, nil
}
