package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// upload uploads a file to a presigned URL.
func upload(ctx context.Context, link string, headers map[string]string, file []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, link, bytes.NewReader(file))
	if err != nil {
		return err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(res.Body)
	closeErr := res.Body.Close()
	if err == nil {
		err = closeErr
	}
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s: %.500s", res.Status, answer)
	}
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	return nil
}

// untilReady returns a condition that reads a resource into record and reports whether it is ready. It fails if the resource has
// failed.
func untilReady(p *apiclient.Person, path string, record *json.RawMessage) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		err := p.Get(ctx, path, record)
		if err != nil {
			return false, err
		}
		var at struct{ Status string }
		err = json.Unmarshal(*record, &at)
		if err != nil {
			return false, fmt.Errorf("%s: %w", path, err)
		}
		if at.Status == "needs_confirmation" { // a voter file that loses rows or voters
			return false, p.Post(ctx, path+"/confirm", nil, nil)
		}
		if at.Status == "failed" {
			return false, fmt.Errorf("%s failed: %s", path, *record)
		}
		return at.Status == "ready", nil
	}
}

// File is a downloaded CSV.
type File struct {
	ID     string // of the export
	Bytes  []byte
	Header []string
	Rows   []map[string]string // by column name
}

// Export creates an export as an administrator of the campaign, waits until it is ready and downloads it.
func (k *Kith) Export(ctx context.Context, admin *apiclient.Person, campaign string, request map[string]any) (*File, error) {
	made, raw, err := k.exported(ctx, admin, campaign, request)
	if err != nil {
		return nil, err
	}
	file, err := ReadCSV(raw)
	if err != nil {
		return nil, err
	}
	file.ID = made
	return file, nil
}

// exported is like Export, and returns the export's id and the bytes of its file.
func (k *Kith) exported(ctx context.Context, admin *apiclient.Person, campaign string, request map[string]any) (string, []byte, error) {
	exports := "/v1/admin/campaigns/" + campaign + "/exports"
	var made struct{ ID string }
	err := admin.Post(ctx, exports, request, &made)
	if err != nil {
		return "", nil, err
	}
	var record json.RawMessage
	err = Until(ctx, time.Minute, untilReady(admin, exports+"/"+made.ID, &record))
	if err != nil {
		return "", nil, fmt.Errorf("export: %w: %s", err, record)
	}
	link, err := k.DownloadLink(ctx, admin, campaign, made.ID)
	if err != nil {
		return "", nil, err
	}
	raw, err := fetch(ctx, http.MethodGet, link, nil)
	return made.ID, raw, err
}

// DownloadLink creates a download link of an export.
func (k *Kith) DownloadLink(ctx context.Context, admin *apiclient.Person, campaign, export string) (string, error) {
	var link struct{ URL string }
	path := "/v1/admin/campaigns/" + campaign + "/exports/" + export + "/download-link"
	err := admin.Do(ctx, http.MethodPost, path, nil, &link)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(link.URL, k.Cloud().S3) {
		return "", fmt.Errorf("download link %q does not lead to %s", link.URL, k.Cloud().S3)
	}
	return link.URL, nil
}

// ReadCSV reads a file with a header.
func ReadCSV(raw []byte) (*File, error) {
	all, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("CSV: %w", err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("CSV: no header")
	}
	file := &File{Bytes: raw, Header: all[0]}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[file.Header[i]] = cell
		}
		file.Rows = append(file.Rows, row)
	}
	return file, nil
}
