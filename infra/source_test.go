package infra

import (
	"go/types"
	"maps"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// sources finds where the name of a table or bucket comes from: the environment variables of the program's
// configuration. A field means every value that the program may store in a field of that name and type.
type sources struct {
	*reach
	fields   map[field][]ssa.Value // values stored in a field of ours
	literals []*literal
	at       map[ssa.Value]*literal // by the address of the struct that is filled
}

// field is a field of a struct type.
type field struct {
	of   string
	name string
}

// literal is a struct as one place of the code fills it.
type literal struct {
	of     types.Type
	base   ssa.Value // its address
	values map[string]ssa.Value
	in     *ssa.Function
}

// Sources that are no variables of the configuration.
const (
	self    = "AWS_LAMBDA_FUNCTION_NAME" // the function's own name
	carried = "a carrier"                // see carriers
)

func sourcesOf(r *reach) *sources {
	s := &sources{reach: r, fields: map[field][]ssa.Value{}, at: map[ssa.Value]*literal{}}
	for f := range r.functions {
		for _, block := range f.Blocks {
			for _, instruction := range block.Instrs {
				if store, ok := instruction.(*ssa.Store); ok {
					s.note(store, f)
				}
			}
		}
	}
	return s
}

// note takes in the filling of a field.
func (s *sources) note(store *ssa.Store, in *ssa.Function) {
	address, ok := store.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	name := fieldOf(address.X.Type(), address.Field)
	s.fields[name] = append(s.fields[name], store.Val)
	l := s.at[address.X]
	if l == nil {
		l = &literal{of: pointed(address.X.Type()), base: address.X, values: map[string]ssa.Value{}, in: in}
		s.at[address.X] = l
		s.literals = append(s.literals, l)
	}
	l.values[name.name] = store.Val
}

// whole returns what is known of a struct that was filled elsewhere and changed here: every way it may have been filled,
// with the change. A struct that was filled here is itself.
func (s *sources) whole(l *literal) []map[string]ssa.Value {
	origins := s.origins(l.base, map[ssa.Value]bool{})
	if len(origins) == 0 {
		return []map[string]ssa.Value{l.values}
	}
	var all []map[string]ssa.Value
	for _, origin := range origins {
		merged := maps.Clone(origin.values)
		maps.Copy(merged, l.values)
		all = append(all, merged)
	}
	return all
}

// origins returns the literals whose value is stored as a whole in an address.
func (s *sources) origins(address ssa.Value, seen map[ssa.Value]bool) []*literal {
	local, ok := address.(*ssa.Alloc)
	if !ok || seen[address] {
		return nil
	}
	seen[address] = true
	var all []*literal
	for _, user := range *local.Referrers() {
		store, ok := user.(*ssa.Store)
		if !ok || store.Addr != address {
			continue
		}
		for _, value := range s.results(store.Val, seen) {
			load, ok := value.(*ssa.UnOp)
			if !ok {
				continue
			}
			if l := s.at[load.X]; l != nil {
				all = append(all, l)
			}
			all = append(all, s.origins(load.X, seen)...)
		}
	}
	return all
}

// results looks through calls of ours to what they return.
func (s *sources) results(v ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok {
		return []ssa.Value{v}
	}
	callee := call.Common().StaticCallee()
	if callee == nil || seen[call] {
		return nil
	}
	seen[call] = true
	var all []ssa.Value
	for _, block := range callee.Blocks {
		if back, ok := block.Instrs[len(block.Instrs)-1].(*ssa.Return); ok && len(back.Results) > 0 {
			all = append(all, s.results(back.Results[0], seen)...)
		}
	}
	return all
}

// replaced reports whether everybody who calls f puts another table into the carrier that it returns.
func (s *sources) replaced(f *ssa.Function, seen map[*ssa.Function]bool) bool {
	if seen[f] || len(s.callers[f]) == 0 {
		return false
	}
	seen[f] = true
	for _, caller := range s.callers[f] {
		call, ok := caller.(*ssa.Call)
		if !ok {
			return false
		}
		for _, user := range *call.Referrers() {
			switch u := user.(type) {
			case *ssa.Store:
				if l := s.at[u.Addr]; l == nil || l.values["table"] == nil {
					return false
				}
			case *ssa.Return:
				if !s.replaced(u.Parent(), seen) {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
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
	case *ssa.Global:
		if x.Pkg != nil && strings.HasSuffix(x.Pkg.Pkg.Path(), "lambdacontext") && x.Name() == "FunctionName" {
			found[self] = true
		}
	case *ssa.Convert:
		s.follow(x.X, found, seen)
	case *ssa.Extract:
		s.follow(x.Tuple, found, seen)
	case *ssa.Field:
		s.followField(x.X, x.Field, found, seen)
	case *ssa.FieldAddr:
		s.followField(x.X, x.Field, found, seen)
	case *ssa.Call:
		s.followCall(x, found, seen)
	default:
		s.followAll(s.before(v), found, seen)
	}
}

func (s *sources) followAll(values []ssa.Value, found map[string]bool, seen map[ssa.Value]bool) {
	for _, v := range values {
		s.follow(v, found, seen)
	}
}

// followField ends at a configuration's field, whose tag names the variable, and at a carrier's, which is looked at
// where it is filled. A field of a struct of which there are several is what the call that made this one gave it; any
// other field is every value stored in it.
func (s *sources) followField(base ssa.Value, i int, found map[string]bool, seen map[ssa.Value]bool) {
	of := base.Type()
	if structure, ok := pointed(of).Underlying().(*types.Struct); ok {
		variable, _, _ := strings.Cut(reflect.StructTag(structure.Tag(i)).Get("env"), ",")
		if variable != "" {
			found[variable] = true
			return
		}
	}
	if carriers[qualified(of)] != nil {
		found[carried] = true
		return
	}
	if several[qualified(of)] {
		makers := map[*ssa.Call]bool{}
		s.makers(base, qualified(of), makers, map[ssa.Value]bool{})
		for maker := range makers {
			s.followMade(maker, fieldOf(of, i), found, seen)
		}
		return
	}
	s.followAll(s.fields[fieldOf(of, i)], found, seen)
}

// makers finds the calls that made a struct, back from where it is used.
func (s *sources) makers(v ssa.Value, kind string, makers map[*ssa.Call]bool, seen map[ssa.Value]bool) {
	if call, ok := v.(*ssa.Call); ok && qualified(call.Type()) == kind {
		makers[call] = true
		return
	}
	if v == nil || seen[v] {
		return
	}
	seen[v] = true
	for _, before := range s.before(v) {
		s.makers(before, kind, makers, seen)
	}
}

// followMade goes on with what a maker was given for a field of the struct it makes.
func (s *sources) followMade(maker *ssa.Call, name field, found map[string]bool, seen map[ssa.Value]bool) {
	callee := maker.Common().StaticCallee()
	if callee == nil {
		return
	}
	for _, l := range s.literals {
		if l.in != callee || l.of.String() != name.of {
			continue
		}
		if parameter, ok := l.values[name.name].(*ssa.Parameter); ok {
			for i, p := range callee.Params {
				if p == parameter {
					s.follow(maker.Common().Args[i], found, seen)
				}
			}
			continue
		}
		s.follow(l.values[name.name], found, seen)
	}
}

// before returns the values that v may be, one step back.
func (s *sources) before(v ssa.Value) []ssa.Value {
	switch x := v.(type) {
	case *ssa.UnOp:
		return []ssa.Value{x.X}
	case *ssa.ChangeType:
		return []ssa.Value{x.X}
	case *ssa.ChangeInterface:
		return []ssa.Value{x.X}
	case *ssa.MakeInterface:
		return []ssa.Value{x.X}
	case *ssa.Phi:
		return x.Edges
	case *ssa.Parameter:
		for i, p := range x.Parent().Params {
			if p == x {
				return s.arguments(x.Parent(), i)
			}
		}
	case *ssa.FreeVar:
		var all []ssa.Value
		for i, captured := range x.Parent().FreeVars {
			if captured == x {
				for _, closure := range s.closures[x.Parent()] {
					all = append(all, closure.Bindings[i])
				}
			}
		}
		return all
	case *ssa.Alloc:
		var all []ssa.Value
		for _, user := range *x.Referrers() {
			if store, ok := user.(*ssa.Store); ok && store.Addr == x {
				all = append(all, store.Val)
			}
		}
		return all
	case *ssa.Field:
		return s.fields[fieldOf(x.X.Type(), x.Field)]
	case *ssa.FieldAddr:
		return s.fields[fieldOf(x.X.Type(), x.Field)]
	}
	return nil
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
