package cloud

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/kithhq/kith/infra/local/site"
)

// addressFile is what pages read to learn where the API and the sign-in are. On AWS it is uploaded with them.
const addressFile = "config.json"

// withAddresses reads objects for a site, and makes the file of addresses.
func (c *cloud) withAddresses(p *plan) func(ctx context.Context, bucket, key string) (site.Object, error) {
	return func(ctx context.Context, bucket, key string) (site.Object, error) {
		if key != addressFile {
			return c.readObject(ctx, bucket, key)
		}
		info := c.describe(p)
		body, err := json.Marshal(map[string]string{
			"api": info.API, "issuer": info.Issuer, "client_id": info.ClientID, "scope": info.Scope, "audience": info.Audience,
		})
		if err != nil {
			return site.Object{}, fmt.Errorf("addresses: %w", err)
		}
		return site.Object{Body: body, ContentType: "application/json", CacheControl: "no-store"}, nil
	}
}
