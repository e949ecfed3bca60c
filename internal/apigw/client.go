package apigw

import (
	"crypto/subtle"
	"net/netip"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Headers of requests that arrive through CloudFront.
const (
	originKeyHeader     = "x-kith-origin-key"         // added by the distribution; the template has its name too
	viewerAddressHeader = "cloudfront-viewer-address" // address and port of the client
)

// clientAddress returns the address of the client, or the zero Addr if the event has none. It is the peer of the gateway;
// if that is CloudFront, the address that CloudFront reports. Any client can send CloudFront's header, so it is read only
// in a request with the origin key, which only CloudFront knows.
func clientAddress(event events.APIGatewayV2HTTPRequest, originKey string) netip.Addr {
	address := event.RequestContext.HTTP.SourceIP
	if originKey != "" && subtle.ConstantTimeCompare([]byte(event.Headers[originKeyHeader]), []byte(originKey)) == 1 {
		viewer := event.Headers[viewerAddressHeader]
		// The port follows the last colon, also after an IPv6 address without brackets.
		address = strings.Trim(viewer[:max(strings.LastIndexByte(viewer, ':'), 0)], "[]")
	}
	client, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Addr{}
	}
	return client.Unmap()
}
