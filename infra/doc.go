// Package infra contains the tests that compare template.yaml with the code: environment variables, permissions, log
// messages and alarms, the imports between packages, and the names and links in docs. No package imports it.
package infra
