package httpapi

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/objects"
)

// DownloadLink is an address that works for a few minutes, without any other permission.
type DownloadLink struct {
	URL       string `json:"url"`
	FileName  string `json:"file_name" doc:"What the browser saves it as."`
	ExpiresAt string `json:"expires_at" format:"date-time"`
}

// downloadLink makes a link, whose end goes by the machine's clock like the signature's.
func NewDownloadLink(ctx context.Context, files *objects.Bucket, object, name string, life time.Duration) (*Body[DownloadLink], error) {
	expires := time.Now().Add(life)
	url, err := files.DownloadLink(ctx, object, name, life)
	if err != nil {
		return nil, err
	}
	return NewBody(DownloadLink{URL: url, FileName: name, ExpiresAt: Timestamp(expires)}), nil
}
