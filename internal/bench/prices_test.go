package bench

// Prices of AWS in us-east-1 in dollars, without free tiers and discounts, as the services' pricing pages stated them in
// November 2024, after DynamoDB's prices on demand were halved. A new list replaces all of them and this date.
const (
	writePrice      = 0.625 / 1e6       // a DynamoDB write unit on demand
	readPrice       = 0.125 / 1e6       // a DynamoDB read unit on demand
	tablePrice      = 0.25              // a GB of a table and its indexes, per month
	recoveryPrice   = 0.20              // a GB of a table's point-in-time recovery, per month
	requestPrice    = 1.00 / 1e6        // a request to an HTTP API, per started 512 KB
	invocationPrice = 0.20 / 1e6        // an invocation of a function
	functionPrice   = 0.0000133334      // a second of a function on arm64 with 1 GB
	logPrice        = 0.50 / (1 << 30)  // a byte of a log, taken in
	putPrice        = 0.005 / 1000      // an S3 PUT, POST or LIST request
	objectPrice     = 0.023             // a GB in S3, per month
	transferPrice   = 0.09 / (1 << 30)  // a byte sent to the internet
	emailPrice      = 0.10 / 1000       // an email by SES
	topicPrice      = 0.50 / 1e6        // an event published to SNS; delivery to Lambda is free
	alarmPrice      = 0.10              // an alarm, per month
	secretPrice     = 0.40              // a secret, per month
	keyPrice        = 1.00              // a key of KMS, per month
	boardPrice      = 3.00              // a CloudWatch dashboard, per month
	edgePrice       = 0.01 / 1e4        // an HTTPS request to CloudFront, from the United States
	edgeCodePrice   = 0.10 / 1e6        // an invocation of a CloudFront function
	edgeOutPrice    = 0.085 / (1 << 30) // a byte that CloudFront sends to the internet; from AWS to CloudFront it is free
	edgeInPrice     = 0.02 / (1 << 30)  // a byte that CloudFront sends to its origin
	gigabyte        = float64(1_000_000_000)
	storeCallTime   = 0.005 // seconds: what a function waits for a call of DynamoDB, as AWS states it: single-digit milliseconds
	requestLogBytes = 1_100 // of the gateway's line and Lambda's start and report lines in JSON, with CloudWatch's 26 bytes for each
	streamLogBytes  = 800   // of Lambda's lines alone
)
