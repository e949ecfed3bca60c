package translation_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leonelquinteros/gotext"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/kithhq/kith/internal/translation"
)

var update = flag.Bool("update", false, "write the messages of the sources to es.po, new ones with an empty msgstr")

const (
	module      = "github.com/kithhq/kith/"
	faults      = module + "internal/fault."
	humaPackage = "github.com/danielgtaylor/huma/v2/validation"
)

func TestCatalog_MessagesOfSources_AreTranslated(t *testing.T) {
	t.Parallel()
	sources := collectMessages(t)
	content, err := os.ReadFile("es.po")
	if err != nil {
		t.Fatal(err)
	}
	po := gotext.NewPo()
	po.Parse(content)
	spanish := map[string]string{}
	for id, tr := range po.GetDomain().GetTranslations() {
		if id != "" {
			spanish[id] = tr.Get()
			if !tr.IsTranslated() {
				spanish[id] = ""
			}
		}
	}
	if *update {
		writeCatalog(t, sources, spanish)
		return
	}
	if n := len(regexp.MustCompile(`(?m)^msgid `).FindAllIndex(content, -1)); n != len(spanish)+1 {
		t.Errorf("es.po has %d messages, of which %d are different: delete those that are there twice", n-1, len(spanish))
	}
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		switch text, found := spanish[id]; {
		case !found:
			t.Errorf("es.po lacks %q of %s: run this test with -update, then translate", id, sources[id])
		case text == "":
			t.Errorf("es.po has no translation of %q", id)
		case !slices.Equal(placeholders(id), placeholders(text)):
			t.Errorf("es.po: %q has other placeholders than %q", text, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(spanish)) {
		if _, used := sources[id]; !used {
			t.Errorf("es.po has %q, which is no message: run this test with -update", id)
		}
	}
}

// collectMessages returns the formats of all messages with the package of one use. It fails the test for a message whose format is not
// constant.
func collectMessages(t *testing.T) map[string]string {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
	}, module+"internal/...", module+"functions/...", module+"cmd/...", humaPackage)
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{t: t, found: map[string]string{}, huma: map[string]string{}, formats: map[string]formatParameter{
		faults + "NewMessage": {0, "%s"}, faults + "NotFound": {0, "There is no such %s."},
	}}
	loaded = slices.DeleteFunc(loaded, func(p *packages.Package) bool {
		if p.PkgPath == humaPackage {
			c.readHuma(p)
		}
		return p.PkgPath == humaPackage || strings.HasSuffix(p.PkgPath, "test")
	})
	for before := -1; before != len(c.formats); { // until no more functions turn out to pass a format along
		before = len(c.formats)
		c.problems = nil
		for _, p := range loaded {
			for _, e := range p.Errors {
				t.Fatal(e)
			}
			for _, file := range p.Syntax {
				c.readFile(p, file)
			}
		}
	}
	for _, problem := range c.problems {
		t.Error(problem)
	}
	return c.found
}

// formatParameter is the parameter of a function that is the format of a message, and the text around it.
type formatParameter struct {
	index  int
	around string
}

type collector struct {
	t        *testing.T
	formats  map[string]formatParameter // by the function's full name
	huma     map[string]string          // messages of huma, by variable
	found    map[string]string          // package by format
	problems []string
}

// readHuma reads the messages of huma, which are the values of variables.
func (c *collector) readHuma(p *packages.Package) {
	for _, file := range p.Syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				if v := p.TypesInfo.Types[spec.Values[0]].Value; v != nil {
					c.huma[spec.Names[0].Name] = constant.StringVal(v)
				}
			}
			return true
		})
	}
}

func (c *collector) readFile(p *packages.Package, file *ast.File) {
	for _, declared := range file.Decls {
		function, _ := declared.(*ast.FuncDecl)
		ast.Inspect(declared, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if v, ok := p.TypesInfo.Uses[n.Sel].(*types.Var); ok && v.Pkg() != nil && v.Pkg().Path() == humaPackage {
					c.found[c.huma[v.Name()]] = p.PkgPath
				}
			case *ast.CallExpr:
				c.readCall(p, function, n)
			}
			return true
		})
	}
}

func (c *collector) readCall(p *packages.Package, in *ast.FuncDecl, call *ast.CallExpr) {
	callee, ok := typeutil.Callee(p.TypesInfo, call).(*types.Func)
	if !ok {
		return
	}
	format, ok := c.formats[callee.Origin().FullName()]
	if !ok || format.index >= len(call.Args) {
		return
	}
	arg := call.Args[format.index]
	if v := p.TypesInfo.Types[arg].Value; v != nil && v.Kind() == constant.String {
		if text := strings.Replace(format.around, "%s", constant.StringVal(v), 1); translation.HasWords(text) {
			c.found[text] = p.PkgPath
		}
		return
	}
	if parameter, ok := parameterOf(p, in, arg); ok {
		name := p.TypesInfo.Defs[in.Name].(*types.Func).FullName()
		c.formats[name] = formatParameter{parameter, format.around}
		return
	}
	c.problems = append(c.problems, fmt.Sprintf("%s: the format of a message is a constant or a parameter of the function",
		p.Fset.Position(call.Pos())))
}

// parameterOf returns the index of the parameter of a function that an expression is.
func parameterOf(p *packages.Package, in *ast.FuncDecl, arg ast.Expr) (int, bool) {
	name, ok := arg.(*ast.Ident)
	if !ok || in == nil {
		return 0, false
	}
	signature := p.TypesInfo.Defs[in.Name].Type().(*types.Signature)
	for i := range signature.Params().Len() {
		if p.TypesInfo.Uses[name] == signature.Params().At(i) {
			return i, true
		}
	}
	return 0, false
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0.]*([a-zA-Z%])`)

// placeholders returns the verbs of a format with the numbers of their arguments, in the order of these.
func placeholders(format string) []string {
	var all []string
	next := 1
	for _, match := range verb.FindAllStringSubmatch(format, -1) {
		if match[2] == "%" {
			continue
		}
		if n, err := strconv.Atoi(match[1]); err == nil {
			next = n
		}
		all = append(all, fmt.Sprintf("%d%s", next, match[2]))
		next++
	}
	slices.Sort(all)
	return all
}

func writeCatalog(t *testing.T, sources, spanish map[string]string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Language: es\\n\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n")
	ids := slices.SortedFunc(maps.Keys(sources), func(a, b string) int {
		return cmp.Or(strings.Compare(sources[a], sources[b]), strings.Compare(a, b))
	})
	for _, id := range ids {
		fmt.Fprintf(&b, "\n#: %s\n", strings.TrimPrefix(sources[id], module))
		if len(placeholders(id)) > 0 {
			b.WriteString("#, c-format\n")
		}
		fmt.Fprintf(&b, "msgid %s\nmsgstr %s\n", strconv.Quote(id), strconv.Quote(spanish[id]))
	}
	if err := os.WriteFile("es.po", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
