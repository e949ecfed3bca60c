package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/kithhq/kith/infra/local/cloud"
	"github.com/kithhq/kith/infra/local/template"
)

// list prints the properties that do not work as on AWS, of a template or all of them.
func list(args []string) error {
	f := flag.NewFlagSet("list", flag.ContinueOnError)
	file := f.String("template", "template.yaml", "path of the SAM template")
	all := f.Bool("all", false, "the whole table, not only the template's properties")
	markdown := f.Bool("markdown", false, "with --all: as in docs/local-cloud-template.md")
	err := f.Parse(args)
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	if f.NArg() > 0 {
		return errors.New("list takes no arguments")
	}
	if *all && *markdown {
		fmt.Print(template.Markdown())
		return nil
	}
	uses := template.AllUses()
	if !*all {
		uses, err = cloud.Uses(*file)
		if err != nil {
			return err //nolint:wrapcheck // the error has file and lines
		}
	}
	for _, disposition := range []template.Disposition{template.Replaced, template.Ignored, template.Run} {
		if disposition == template.Run && !*all {
			continue
		}
		fmt.Printf("%s\n", disposition)
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		for _, group := range template.Groups(uses, disposition) {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", group.Name, group.Note, group.Location(*file))
		}
		err = w.Flush()
		if err != nil {
			return fmt.Errorf("print the list: %w", err)
		}
	}
	return nil
}
