// Command local runs Kith's SAM template on one machine: see docs/local-cloud.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/kithhq/kith/infra/local/cloud"
	"github.com/kithhq/kith/infra/local/objects"
)

const usage = `local runs a SAM template on this machine.

  local run                        run everything; print where it is as one line of JSON
  local invoke FUNCTION EVENTFILE  run one function on one event and print its answer and log
  local list                       print what is replaced, and what has no meaning here

Each takes --help.
`

func main() {
	objects.Child()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := command(ctx, os.Args[1:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "local: "+err.Error())
		stop()
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return flag.ErrHelp
	}
	switch args[0] {
	case "run":
		return run(ctx, args[1:])
	case "invoke":
		return invoke(ctx, args[1:])
	case "list":
		return list(args[1:])
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	}
	return fmt.Errorf("there is no command %s; `local help` names them", args[0])
}

// flags are those that run and invoke share.
func flags(name string, o *cloud.Options) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.StringVar(&o.Template, "template", "template.yaml", "the SAM template")
	f.StringVar(&o.State, "state", ".local", "the folder for data, ports, secrets and people")
	f.StringVar(&o.Binaries, "bin", "", "a folder of built functions, NAME/bootstrap; without it they are built")
	f.StringVar(&o.Packages, "packages", "", "the folder whose node_modules holds the services (default infra/local beside the template)")
	f.StringVar(&o.Site, "site", "", "a folder of files that CloudFront's bucket is taken to hold (default dashboard/dist beside the template, or dashboard/public)")
	f.BoolVar(&o.Quiet, "quiet", false, "print only what goes wrong")
	f.Func("without", "leave a function out; may be given again", func(name string) error {
		o.Without = append(o.Without, strings.Split(name, ",")...)
		return nil
	})
	f.Func("parameter", "NAME=VALUE of a template parameter; may be given again", func(text string) error {
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			return errors.New("write NAME=VALUE")
		}
		if o.Parameters == nil {
			o.Parameters = map[string]string{}
		}
		o.Parameters[key] = value
		return nil
	})
	return f
}

// settle fills in what follows from the template's place.
func settle(o *cloud.Options) {
	folder := filepath.Dir(o.Template)
	if o.Packages == "" {
		o.Packages = filepath.Join(folder, "infra", "local")
	}
	if o.Site == "" {
		o.Site = filepath.Join(folder, "dashboard", "dist")
		_, err := os.Stat(o.Site)
		if err != nil {
			o.Site = filepath.Join(folder, "dashboard", "public")
		}
	}
	o.Log = os.Stderr
	info, err := os.Stderr.Stat()
	o.Colour = err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}

func run(ctx context.Context, args []string) error {
	var o cloud.Options
	f := flags("run", &o)
	ports := f.String("ports", "keep", "keep: the ports of the last run; free: whatever is free")
	untilStdin := f.Bool("until-stdin-closes", false, "end when standard input does")
	watch := f.Bool("watch", false, "build and take up functions whose Go files are saved")
	err := f.Parse(args)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if *watch && o.Binaries != "" {
		return errors.New("--watch builds, so it does not go with --bin")
	}
	if f.NArg() > 0 || *ports != "keep" && *ports != "free" {
		return errors.New("run takes no arguments, and --ports keep or free")
	}
	o.KeepPorts = *ports == "keep"
	settle(&o)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if *untilStdin {
		go func() {
			// Whatever ends standard input ends the run.
			_, _ = io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
	}
	running, err := cloud.Start(ctx, o)
	if err != nil {
		return err //nolint:wrapcheck // it says what could not be started
	}
	line, err := json.Marshal(running.Info())
	if err == nil {
		_, err = fmt.Println(string(line))
	}
	if err != nil {
		return errors.Join(err, running.Close())
	}
	if *watch {
		go running.Watch(ctx)
	}
	select {
	case <-ctx.Done():
		return running.Close() //nolint:wrapcheck // it says what could not be ended
	case err := <-running.Failed():
		return errors.Join(err, running.Close())
	}
}
