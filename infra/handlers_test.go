package infra

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// storeWrite matches the methods of the store that write or return writes.
var storeWrite = regexp.MustCompile(`^(Commit|Create|Update|Delete|Put|Save|Start|Finish|Count|Check)[A-Z]?`)

// A handler only translates. It may write one item itself; transactions belong to the packages of use cases.
func TestHandlers_TransactionsOfSeveralWrites_AreInUseCases(t *testing.T) {
	files, err := filepath.Glob("../internal/httpapi/*api/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of handlers: %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if writes := storeWrites(f); len(writes) > 1 {
				t.Errorf("%s: %s writes several items (%s): move the transaction to the package of a use case, such as inviting",
					name, f.Name.Name, strings.Join(writes, ", "))
			}
		}
	}
}

// storeWrites returns the names of the store's methods of writing that a function calls.
func storeWrites(f *ast.FuncDecl) []string {
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if receiver, ok := method.X.(*ast.SelectorExpr); ok && receiver.Sel.Name == "store" && storeWrite.MatchString(method.Sel.Name) {
			names = append(names, method.Sel.Name)
		}
		return true
	})
	return names
}
