package cloud

import (
	"strings"
	"time"

	"github.com/kithhq/kith/infra/local/engine"
	"github.com/kithhq/kith/infra/local/mapping"
	"github.com/kithhq/kith/infra/local/objects"
	"github.com/kithhq/kith/infra/local/schedule"
	"github.com/kithhq/kith/infra/local/template"
)

// tables returns the configuration of the tables.
func (c *cloud) tables() []engine.Table {
	var list []engine.Table
	for _, r := range c.template.OfType("AWS::DynamoDB::Table") {
		p := r.Properties
		t := engine.Table{
			Name: c.template.Ref(r), Attributes: map[string]string{},
			Stream: p.At("StreamSpecification", "StreamViewType").Text(),
			TTL:    p.At("TimeToLiveSpecification", "AttributeName").Text(),
		}
		for _, a := range p.At("AttributeDefinitions").List() {
			t.Attributes[a.At("AttributeName").Text()] = a.At("AttributeType").Text()
		}
		t.Hash, t.Range = keys(p.At("KeySchema"))
		if p.At("BillingMode").Text() != "PAY_PER_REQUEST" {
			c.template.Problemf(r.Line, "%s: BillingMode must be PAY_PER_REQUEST", r.ID)
		}
		inKey := map[string]bool{t.Hash: true, t.Range: true}
		for _, x := range p.At("GlobalSecondaryIndexes").List() {
			index := engine.Index{
				Name: x.At("IndexName").Text(), Projection: x.At("Projection", "ProjectionType").Text(),
				NonKey: x.At("Projection", "NonKeyAttributes").Texts(),
			}
			index.Hash, index.Range = keys(x.At("KeySchema"))
			inKey[index.Hash], inKey[index.Range] = true, true
			t.Indexes = append(t.Indexes, index)
		}
		for name := range inKey {
			if name != "" && t.Attributes[name] == "" {
				c.template.Problemf(r.Line, "%s: the key attribute %s is missing in AttributeDefinitions", r.ID, name)
			}
		}
		for name := range t.Attributes {
			if !inKey[name] {
				c.template.Problemf(r.Line, "%s: the attribute %s is in no key, which DynamoDB rejects", r.ID, name)
			}
		}
		list = append(list, t)
	}
	return list
}

// keys returns the hash and the range attribute of a key schema.
func keys(schema template.Value) (string, string) {
	var hash, sort string
	for _, k := range schema.List() {
		name := k.At("AttributeName").Text()
		switch k.At("KeyType").Text() {
		case "HASH":
			hash = name
		case "RANGE":
			sort = name
		default:
			k.Problemf("KeyType must be HASH or RANGE")
		}
	}
	return hash, sort
}

// eventSource is an event source of a function.
type eventSource struct {
	function *template.Resource
	name     string
	kind     string
	p        template.Value
}

// eventSources returns the event sources of a type.
func (c *cloud) eventSources(kind string) []eventSource {
	var list []eventSource
	for _, r := range c.enabledFunctions() {
		for name, event := range r.Properties.At("Events").Map() {
			if event.At("Type").Text() == kind {
				list = append(list, eventSource{function: r, name: name, kind: kind, p: event.At("Properties")})
			}
		}
	}
	return list
}

// mappings returns the configuration of the event sources of type DynamoDB.
func (c *cloud) mappings() []mapping.Mapping {
	var list []mapping.Mapping
	for _, s := range c.eventSources("DynamoDB") {
		m := mapping.New(label(s.function)+"-"+s.name, c.template.Ref(s.function), c.streamTable(s.p.At("Stream")))
		m.BatchSize = s.p.At("BatchSize").Int(m.BatchSize)
		m.BatchWindow = time.Duration(s.p.At("MaximumBatchingWindowInSeconds").Int(0)) * time.Second
		m.TumblingWindow = time.Duration(s.p.At("TumblingWindowInSeconds").Int(0)) * time.Second
		m.Parallel = s.p.At("ParallelizationFactor").Int(m.Parallel)
		m.Bisect = s.p.At("BisectBatchOnFunctionError").Bool(false)
		m.Retries = s.p.At("MaximumRetryAttempts").Int(m.Retries)
		age := s.p.At("MaximumRecordAgeInSeconds").Int(-1)
		if age >= 0 {
			m.MaxAge = time.Duration(age) * time.Second
		}
		m.StartingPosition = s.p.At("StartingPosition").Text()
		for _, kind := range s.p.At("FunctionResponseTypes").Texts() {
			m.ReportFailures = m.ReportFailures || kind == "ReportBatchItemFailures"
		}
		for _, f := range s.p.At("FilterCriteria", "Filters").List() {
			m.Filters = append(m.Filters, f.At("Pattern").Text())
		}
		m.FailureBucket = strings.TrimPrefix(s.p.At("DestinationConfig", "OnFailure", "Destination").Text(), "arn:aws:s3:::")
		if m.FailureBucket != "" && !c.hasBucket(m.FailureBucket) {
			s.p.At("DestinationConfig", "OnFailure", "Destination").Problemf("there is no bucket %s in this template", m.FailureBucket)
		}
		err := m.Validate()
		if err != nil {
			s.p.Problemf("%v", err)
		}
		list = append(list, m)
	}
	return list
}

// streamTable returns the name of the table of a stream ARN.
func (c *cloud) streamTable(v template.Value) string {
	for _, r := range c.template.OfType("AWS::DynamoDB::Table") {
		if strings.Contains(v.Text(), ":table/"+c.template.Ref(r)+"/stream/") {
			return c.template.Ref(r)
		}
	}
	v.Problemf("must be the StreamArn of a table of this template")
	return ""
}

func (c *cloud) hasBucket(name string) bool {
	for _, r := range c.template.OfType("AWS::S3::Bucket") {
		if c.template.Ref(r) == name {
			return true
		}
	}
	return false
}

// buckets returns the configuration of the buckets.
func (c *cloud) buckets() []objects.Bucket {
	var list []objects.Bucket
	for _, r := range c.template.OfType("AWS::S3::Bucket") {
		b := objects.Bucket{Name: c.template.Ref(r)}
		for _, rule := range r.Properties.At("CorsConfiguration", "CorsRules").List() {
			b.CORS = append(b.CORS, objects.CORSRule{
				Origins: rule.At("AllowedOrigins").Texts(), Methods: rule.At("AllowedMethods").Texts(),
				Headers: rule.At("AllowedHeaders").Texts(), Expose: rule.At("ExposedHeaders").Texts(),
				MaxAge: rule.At("MaxAge").Int(0),
			})
		}
		list = append(list, b)
	}
	return list
}

// notifications returns the configuration of the event sources of type S3.
func (c *cloud) notifications() []objects.Notification {
	var list []objects.Notification
	for _, s := range c.eventSources("S3") {
		n := objects.Notification{
			Name: label(s.function) + "-" + s.name, Bucket: s.p.At("Bucket").Text(), Function: c.template.Ref(s.function),
			Events: s.p.At("Events").Texts(),
		}
		if !c.hasBucket(n.Bucket) {
			s.p.At("Bucket").Problemf("must be a !Ref to a bucket of this template")
		}
		for _, rule := range s.p.At("Filter", "S3Key", "Rules").List() {
			if rule.At("Name").Text() == "prefix" {
				n.Prefix = rule.At("Value").Text()
			} else {
				n.Suffix = rule.At("Value").Text()
			}
		}
		err := n.Validate()
		if err != nil {
			s.p.Problemf("%v", err)
		}
		list = append(list, n)
	}
	return list
}

// schedules returns the configuration of the event sources of type Schedule.
func (c *cloud) schedules() []schedule.Schedule {
	var list []schedule.Schedule
	for _, s := range c.eventSources("Schedule") {
		list = append(list, schedule.Schedule{
			Name: label(s.function) + "-" + s.name, Function: c.template.Ref(s.function),
			Expression: s.p.At("Schedule").Text(), Input: s.p.At("Input").Text(),
		})
	}
	return list
}
