package infra

import (
	"go/types"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// sources finds where the name of a table or bucket comes from: the environment variables of the program's
// configuration. A field means every value that the program may store in a field of that name and type.
type sources struct {
	*reach
	fields map[field][]ssa.Value // values stored in a field of ours
	groups []literal
}

// field is a field of a struct type.
type field struct {
	of   string
	name string
}

// literal is a struct as one place of the code fills it.
type literal struct {
	of     types.Type
	values map[string]ssa.Value
	in     *ssa.Function
}

// self is the source of a function's own name.
const self = "AWS_LAMBDA_FUNCTION_NAME"

func sourcesOf(r *reach) *sources {
	s := &sources{reach: r, fields: map[field][]ssa.Value{}}
	for f := range r.functions {
		bases := map[ssa.Value]*literal{}
		var order []ssa.Value
		for _, block := range f.Blocks {
			for _, instruction := range block.Instrs {
				store, ok := instruction.(*ssa.Store)
				if !ok {
					continue
				}
				address, ok := store.Addr.(*ssa.FieldAddr)
				if !ok {
					continue
				}
				name := fieldOf(address.X.Type(), address.Field)
				s.fields[name] = append(s.fields[name], store.Val)
				if bases[address.X] == nil {
					bases[address.X] = &literal{of: pointed(address.X.Type()), values: map[string]ssa.Value{}, in: f}
					order = append(order, address.X)
				}
				bases[address.X].values[name.name] = store.Val
			}
		}
		for _, base := range order {
			s.groups = append(s.groups, *bases[base])
		}
	}
	return s
}

func pointed(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func fieldOf(t types.Type, i int) field {
	t = pointed(t)
	structure, ok := t.Underlying().(*types.Struct)
	if !ok {
		return field{}
	}
	return field{t.String(), structure.Field(i).Name()}
}

// of returns the environment variables that v may come from.
func (s *sources) of(v ssa.Value) map[string]bool {
	found := map[string]bool{}
	s.follow(v, found, map[ssa.Value]bool{})
	return found
}

// follow goes from a value, or from the address of one, to what it was made of.
func (s *sources) follow(v ssa.Value, found map[string]bool, seen map[ssa.Value]bool) {
	if v == nil || seen[v] {
		return
	}
	seen[v] = true
	switch x := v.(type) {
	case *ssa.UnOp:
		s.follow(x.X, found, seen)
	case *ssa.ChangeType:
		s.follow(x.X, found, seen)
	case *ssa.Convert:
		s.follow(x.X, found, seen)
	case *ssa.Extract:
		s.follow(x.Tuple, found, seen)
	case *ssa.Phi:
		for _, edge := range x.Edges {
			s.follow(edge, found, seen)
		}
	case *ssa.Parameter:
		for i, p := range x.Parent().Params {
			if p == x {
				s.followAll(s.arguments(x.Parent(), i), found, seen)
			}
		}
	case *ssa.FreeVar:
		for i, captured := range x.Parent().FreeVars {
			if captured == x {
				for _, closure := range s.closures[x.Parent()] {
					s.follow(closure.Bindings[i], found, seen)
				}
			}
		}
	case *ssa.Alloc:
		s.followStores(x, found, seen)
	case *ssa.Global:
		if x.Pkg != nil && strings.HasSuffix(x.Pkg.Pkg.Path(), "lambdacontext") && x.Name() == "FunctionName" {
			found[self] = true
		}
	case *ssa.Field:
		s.followField(x.X.Type(), x.Field, found, seen)
	case *ssa.FieldAddr:
		s.followField(x.X.Type(), x.Field, found, seen)
	case *ssa.Call:
		s.followCall(x, found, seen)
	}
}

func (s *sources) followAll(values []ssa.Value, found map[string]bool, seen map[ssa.Value]bool) {
	for _, v := range values {
		s.follow(v, found, seen)
	}
}

func (s *sources) followStores(address *ssa.Alloc, found map[string]bool, seen map[ssa.Value]bool) {
	for _, user := range *address.Referrers() {
		if store, ok := user.(*ssa.Store); ok && store.Addr == address {
			s.follow(store.Val, found, seen)
		}
	}
}

// followField ends at a configuration's field, whose tag names the variable, and at a carrier's, which is looked at
// where it is filled; any other field is every value stored in it.
func (s *sources) followField(of types.Type, i int, found map[string]bool, seen map[ssa.Value]bool) {
	if structure, ok := pointed(of).Underlying().(*types.Struct); ok {
		variable, _, _ := strings.Cut(reflect.StructTag(structure.Tag(i)).Get("env"), ",")
		if variable != "" {
			found[variable] = true
			return
		}
	}
	if carriers[qualified(of)] != nil {
		return
	}
	s.followAll(s.fields[fieldOf(of, i)], found, seen)
}

func (s *sources) followCall(call *ssa.Call, found map[string]bool, seen map[ssa.Value]bool) {
	callee := call.Common().StaticCallee()
	if callee == nil {
		return
	}
	if callee.Blocks == nil { // aws.String, os.Getenv, strings.Clone and their like
		for _, argument := range call.Common().Args {
			if c, ok := argument.(*ssa.Const); ok && c.Value != nil && c.Value.ExactString() == strconv.Quote(self) {
				found[self] = true
			}
			s.follow(argument, found, seen)
		}
		return
	}
	for _, block := range callee.Blocks {
		if back, ok := block.Instrs[len(block.Instrs)-1].(*ssa.Return); ok {
			s.followAll(back.Results, found, seen)
		}
	}
}
