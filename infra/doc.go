// Package infra holds the tests that keep template.yaml and the code together: what each function calls and what its
// role allows, what it reads and what it is given, what may import what. It is imported by nothing.
package infra
