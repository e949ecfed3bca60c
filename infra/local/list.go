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

// list prints what the local cloud does not do as AWS does, of one template or in all.
func list(args []string) error {
	f := flag.NewFlagSet("list", flag.ContinueOnError)
	file := f.String("template", "template.yaml", "the SAM template")
	all := f.Bool("all", false, "the whole table, whether the template uses it or not")
	markdown := f.Bool("markdown", false, "with --all: as the table of docs/local-cloud.md")
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
	uses := template.Everything()
	if !*all {
		uses, err = cloud.Uses(*file)
		if err != nil {
			return err //nolint:wrapcheck // it names file and lines
		}
	}
	for _, does := range []template.Disposition{template.Replaced, template.NoMeaning, template.Run} {
		if does == template.Run && !*all {
			continue
		}
		fmt.Printf("%s\n", does)
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		for _, group := range template.Groups(uses, does) {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", group.What, group.Note, group.Where(*file))
		}
		err = w.Flush()
		if err != nil {
			return fmt.Errorf("print the list: %w", err)
		}
	}
	return nil
}
