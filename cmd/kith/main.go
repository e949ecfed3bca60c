// Command kith does on one's own machine what needs no service: it tells whether a downloaded export is whole.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/kithhq/kith/internal/export"
)

const usage = `usage: kith verify-export FILE MANIFEST
       make verify-export FILE=contacts.csv MANIFEST=contacts.manifest.json

verify-export  recomputes from a downloaded file what its manifest says, and tells what differs.
               It ends with 0 when nothing does, 1 when something does, 2 when it can't tell;
               make and go run have codes of their own for everything but 0.
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	if len(args) != 3 || args[0] != "verify-export" || args[1] == "" || args[2] == "" {
		fmt.Fprint(errs, usage)
		return 2
	}
	return verify(args[1], args[2], out, errs)
}

func compare(m *export.Manifest, download *os.File) ([]string, error) {
	if !m.Bundled() {
		return m.Verify(download)
	}
	about, err := download.Stat()
	if err != nil {
		return nil, err
	}
	return m.VerifyBundle(download, about.Size())
}

func verify(file, manifest string, out, errs io.Writer) int {
	text, err := os.ReadFile(manifest) //nolint:gosec // G703: the caller's own file
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	m, err := export.ReadManifest(text)
	if err != nil {
		fmt.Fprintln(errs, manifest+":", err)
		return 2
	}
	download, err := os.Open(file) //nolint:gosec // G703: the caller's own file
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	differs, err := compare(m, download)
	if closeErr := download.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	for _, d := range differs {
		fmt.Fprintln(out, d)
	}
	if len(differs) > 0 {
		fmt.Fprintf(out, "%s is not the file that %s describes.\n", file, manifest)
		return 1
	}
	fmt.Fprintf(out, "%s is whole: %d rows, %d bytes, SHA-256 %s, as of %s.\n", file, m.Rows, m.Bytes, m.SHA256,
		m.AsOf.UTC().Format("2006-01-02T15:04:05.000Z"))
	return 0
}
