// Command local runs Kith's SAM template on one machine. See docs/local-cloud.md.
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

  local run                        run the template; print the addresses as one line of JSON
  local invoke FUNCTION EVENTFILE  invoke a function with an event; print its response and log
  local list                       list the properties that are replaced or ignored

Run a command with --help for its flags.
`

func main() {
	objects.RunServer()
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
	return fmt.Errorf("unknown command %s. Run `local help`", args[0])
}

// flags returns the flags that run and invoke share.
func flags(name string, o *cloud.Options) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.StringVar(&o.Template, "template", "template.yaml", "path of the SAM template")
	f.StringVar(&o.State, "state", ".local", "folder of data, ports, secrets and people")
	f.StringVar(&o.Binaries, "bin", "", "folder of built functions, NAME/bootstrap; the default is to build them")
	f.StringVar(&o.Packages, "packages", "", "folder whose node_modules has the services (default infra/local beside the template)")
	f.StringVar(&o.Site, "site", "", "folder of files that CloudFront's bucket lacks (default dashboard/dist beside the template, or dashboard/public)")
	f.BoolVar(&o.Quiet, "quiet", false, "print failures only")
	f.Func("without", "do not start this function; may be repeated", func(name string) error {
		o.Without = append(o.Without, strings.Split(name, ",")...)
		return nil
	})
	f.Func("parameter", "NAME=VALUE of a template parameter; may be repeated", func(text string) error {
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

// setDefaults sets the options that depend on the template's folder.
func setDefaults(o *cloud.Options) {
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
	ports := f.String("ports", "keep", "keep: the ports of the last run; free: any free ports")
	untilStdin := f.Bool("until-stdin-closes", false, "stop when standard input is closed")
	watch := f.Bool("watch", false, "rebuild a function when one of its Go files is saved")
	err := f.Parse(args)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if *watch && o.Binaries != "" {
		return errors.New("--watch builds the functions. Remove --bin")
	}
	if f.NArg() > 0 || *ports != "keep" && *ports != "free" {
		return errors.New("run takes no arguments. --ports is keep or free")
	}
	o.KeepPorts = *ports == "keep"
	setDefaults(&o)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if *untilStdin {
		go func() {
			// An error closes standard input, too.
			_, _ = io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
	}
	running, err := cloud.Start(ctx, o)
	if err != nil {
		return err //nolint:wrapcheck // the error names the service
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
		return running.Close() //nolint:wrapcheck // the error names the service
	case err := <-running.Failed():
		return errors.Join(err, running.Close())
	}
}
