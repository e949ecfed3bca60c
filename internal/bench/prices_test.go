package bench

// Prices of AWS in us-east-1 in dollars, without free tiers and discounts, as of November 2026. A new list replaces all of them
// and this date. Those with an address were found there, in stored copies of AWS's pages; the tables of most pricing pages are
// filled in by the browser, so copies lack them. Those with "other pages" were found only in pages of others, which agree.
const (
	writePrice      = 0.625 / 1e6       // a DynamoDB write unit on demand; other pages of 2025, since its prices were halved in November 2024
	readPrice       = 0.125 / 1e6       // a DynamoDB read unit on demand; the same
	tablePrice      = 0.25              // a GB of a table and its indexes, per month; other pages
	recoveryPrice   = 0.20              // a GB of a table's point-in-time recovery, per month; other pages
	requestPrice    = 1.00 / 1e6        // a request to an HTTP API, per started 512 KB; docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html
	invocationPrice = 0.20 / 1e6        // an invocation of a function; aws.amazon.com/lambda/pricing
	functionPrice   = 0.0000133334      // a second of a function on arm64 with 1 GB; other pages
	logPrice        = 0.50 / (1 << 30)  // a byte of a log, taken in; other pages of 2026
	putPrice        = 0.005 / 1000      // an S3 PUT, POST or LIST request; other pages
	objectPrice     = 0.023             // a GB in S3, per month; other pages
	transferPrice   = 0.09 / (1 << 30)  // a byte sent to the internet; other pages
	emailPrice      = 0.16 / 1000       // an email by SES under the plan Essentials, the default of new accounts since July 2026, see aws.amazon.com/ses/pricing; AWS's price list, quoted by other pages. Without a plan it is 0.10
	topicPrice      = 0.50 / 1e6        // an event published to SNS; delivery to Lambda is free; other pages
	alarmPrice      = 0.10              // a metric of an alarm, per month; other pages of 2026
	secretPrice     = 0.40              // a secret, per month; aws.amazon.com/secrets-manager/pricing, quoted by other pages in September 2026
	keyPrice        = 1.00              // a key of KMS, per month; not found
	boardPrice      = 3.00              // a CloudWatch dashboard, per month; other pages of 2026
	edgePrice       = 0.01 / 1e4        // an HTTPS request to CloudFront, from the United States, of any method; other pages, for GET
	edgeCodePrice   = 0.10 / 1e6        // an invocation of a CloudFront function; other pages
	edgeOutPrice    = 0.085 / (1 << 30) // a byte that CloudFront sends to the internet; from AWS to CloudFront it is free; aws.amazon.com/cloudfront/pricing
	edgeInPrice     = 0.02 / (1 << 30)  // a byte that CloudFront sends to its origin; other pages
	gigabyte        = float64(1_000_000_000)
	storeCallTime   = 0.005 // seconds: what a function waits for a call of DynamoDB, as AWS states it: single-digit milliseconds
	requestLogBytes = 1_150 // of the gateway's line and Lambda's start and report lines in JSON, with CloudWatch's 26 bytes for each
	streamLogBytes  = 800   // of Lambda's lines alone
)
