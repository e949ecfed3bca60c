// Command kith checks downloaded export files, which needs no service, and has the operator's commands about email, the
// secret and tables, which need access to the stage.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/kithhq/kith/internal/export/file"
)

const usage = `usage: kith verify-export FILE MANIFEST
       make verify-export FILE=contacts.csv MANIFEST=contacts.manifest.json
       kith mail COMMAND
       kith secret COMMAND
       kith table COMMAND

verify-export compares a downloaded file with its manifest and prints each difference.
Exit status: 0 no difference, 1 at least one difference, 2 the files could not be compared;
make and go run exit with a status of their own for everything but 0.
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "mail" {
		return runMail(args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "secret" {
		return runSecret(args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "table" {
		return runTable(args[1:], stdout, stderr)
	}
	if len(args) != 3 || args[0] != "verify-export" || args[1] == "" || args[2] == "" {
		fmt.Fprint(stderr, usage)
		return 2
	}
	return verify(args[1], args[2], stdout, stderr)
}

// verify compares a file with its manifest, prints the result and returns the exit status.
func verify(path, manifestPath string, stdout, stderr io.Writer) int {
	m, differences, err := compare(path, manifestPath)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	for _, d := range differences {
		fmt.Fprintln(stdout, d)
	}
	if len(differences) > 0 {
		fmt.Fprintf(stdout, "%s does not match %s.\n", path, manifestPath)
		return 1
	}
	fmt.Fprintf(stdout, "%s matches its manifest: %d rows, %d bytes, SHA-256 %s, as of %s.\n", path, m.Rows, m.Bytes, m.SHA256,
		m.AsOf.UTC().Format("2006-01-02T15:04:05.000Z"))
	return 0
}

// compare returns a file's manifest and the differences between the two. It fails when one of them can't be read.
func compare(path, manifestPath string) (*file.Manifest, []string, error) {
	text, err := os.ReadFile(manifestPath) //nolint:gosec // G703: the caller's own file
	if err != nil {
		return nil, nil, err
	}
	m, err := file.ReadManifest(text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", manifestPath, err)
	}
	download, err := os.Open(path) //nolint:gosec // G703: the caller's own file
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = download.Close() }() // it was only read
	if !m.Bundled() {
		differences, err := m.Verify(download)
		return m, differences, err
	}
	info, err := download.Stat()
	if err != nil {
		return nil, nil, err
	}
	differences, err := m.VerifyBundle(download, info.Size())
	return m, differences, err
}
