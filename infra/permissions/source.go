package permissions

import (
	"go/types"
	"maps"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// sources traces the name of a table, bucket or function in the code back to the environment variables that it may come
// from: those in the env tags of a configuration's fields. A read of a struct field may return every value that the
// program stores in a field with that name and type.
type sources struct {
	*reach
	stored   map[field][]ssa.Value // values stored in a field
	literals []*literal
	at       map[ssa.Value]*literal // by the address of the struct
}

// field identifies a field of a struct type.
type field struct {
	of   string
	name string
}

// literal is a struct as one place of the code fills it.
type literal struct {
	of     types.Type
	base   ssa.Value // address of the struct
	values map[string]ssa.Value
	in     *ssa.Function
}

// Sources of names that are not variables of the configuration.
const (
	ownName     = "AWS_LAMBDA_FUNCTION_NAME" // set by Lambda
	fromCarrier = "(carrier)"                // a field of one of the carriers
	neverSet    = "(never set) "             // before a field that the program reads, but never sets
)

func sourcesOf(r *reach) *sources {
	s := &sources{reach: r, stored: map[field][]ssa.Value{}, at: map[ssa.Value]*literal{}}
	for f := range r.functions {
		for _, block := range f.Blocks {
			for _, instruction := range block.Instrs {
				if store, ok := instruction.(*ssa.Store); ok {
					s.addStore(store, f)
				}
			}
		}
	}
	return s
}

// addStore records a store to a struct field.
func (s *sources) addStore(store *ssa.Store, in *ssa.Function) {
	address, ok := store.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	name := fieldOf(address.X.Type(), address.Field)
	s.stored[name] = append(s.stored[name], store.Val)
	l := s.at[address.X]
	if l == nil {
		l = &literal{of: pointee(address.X.Type()), base: address.X, values: map[string]ssa.Value{}, in: in}
		s.at[address.X] = l
		s.literals = append(s.literals, l)
	}
	l.values[name.name] = store.Val
}

// variants returns the possible contents of a struct: for one that is copied from others and then changed, the contents
// of each of those with the changes; else its own.
func (s *sources) variants(l *literal) []map[string]ssa.Value {
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

// origins returns the structs that may be copied to an address.
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

// results returns the first results of a call of this module's functions, or v itself if it is no call.
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
		if ret, ok := block.Instrs[len(block.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 {
			all = append(all, s.results(ret.Results[0], seen)...)
		}
	}
	return all
}

// tableReplaced reports whether every caller of f sets another table in the carrier that f returns.
func (s *sources) tableReplaced(f *ssa.Function, seen map[*ssa.Function]bool) bool {
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
				if l := s.at[u.Addr]; l == nil || l.values["Table"] == nil {
					return false
				}
			case *ssa.Return:
				if !s.tableReplaced(u.Parent(), seen) {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}

// pointee returns the type that t points to, or t if it is no pointer.
func pointee(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func fieldOf(t types.Type, i int) field {
	t = pointee(t)
	structure, ok := t.Underlying().(*types.Struct)
	if !ok {
		return field{}
	}
	return field{t.String(), structure.Field(i).Name()}
}

// of returns the environment variables that v may come from.
func (s *sources) of(v ssa.Value) map[string]bool {
	found := map[string]bool{}
	s.trace(v, found, map[ssa.Value]bool{})
	return found
}

// trace traces a value, or an address of one, back to variables.
func (s *sources) trace(v ssa.Value, found map[string]bool, seen map[ssa.Value]bool) {
	if v == nil || seen[v] {
		return
	}
	seen[v] = true
	switch x := v.(type) {
	case *ssa.Global:
		if x.Pkg != nil && strings.HasSuffix(x.Pkg.Pkg.Path(), "lambdacontext") && x.Name() == "FunctionName" {
			found[ownName] = true
		}
	case *ssa.Convert:
		s.trace(x.X, found, seen)
	case *ssa.Extract:
		s.trace(x.Tuple, found, seen)
	case *ssa.Field:
		s.traceField(x.X, x.Field, found, seen)
	case *ssa.FieldAddr:
		s.traceField(x.X, x.Field, found, seen)
	case *ssa.Call:
		s.traceCall(x, found, seen)
	default:
		s.traceAll(s.predecessors(v), found, seen)
	}
}

func (s *sources) traceAll(values []ssa.Value, found map[string]bool, seen map[ssa.Value]bool) {
	for _, v := range values {
		s.trace(v, found, seen)
	}
}

// traceField ends at a field of a configuration, whose tag names the variable, and at a field of a carrier, which is
// analyzed where it is filled. For a field of a struct in multiInstance it continues with the argument of the call that
// made this instance; for any other field, with every value that is stored in it.
func (s *sources) traceField(base ssa.Value, i int, found map[string]bool, seen map[ssa.Value]bool) {
	of := base.Type()
	if structure, ok := pointee(of).Underlying().(*types.Struct); ok {
		variable, _, _ := strings.Cut(reflect.StructTag(structure.Tag(i)).Get("env"), ",")
		if variable != "" {
			found[variable] = true
			return
		}
	}
	if carriers[qualifiedName(of)] != nil {
		found[fromCarrier] = true
		return
	}
	if multiInstance[qualifiedName(of)] {
		constructions := map[*ssa.Call]bool{}
		s.addConstructions(base, qualifiedName(of), constructions, map[ssa.Value]bool{})
		for construction := range constructions {
			s.traceConstruction(construction, fieldOf(of, i), found, seen)
		}
		return
	}
	name := fieldOf(of, i)
	if len(s.stored[name]) == 0 && strings.HasPrefix(name.of, module) {
		found[neverSet+name.of+"."+name.name] = true
	}
	s.traceAll(s.stored[name], found, seen)
}

// addConstructions adds the calls that made the struct in v.
func (s *sources) addConstructions(v ssa.Value, name string, constructions map[*ssa.Call]bool, seen map[ssa.Value]bool) {
	if call, ok := v.(*ssa.Call); ok && qualifiedName(call.Type()) == name {
		constructions[call] = true
		return
	}
	if v == nil || seen[v] {
		return
	}
	seen[v] = true
	for _, predecessor := range s.predecessors(v) {
		s.addConstructions(predecessor, name, constructions, seen)
	}
}

// traceConstruction continues with the argument that a constructor stores in a field.
func (s *sources) traceConstruction(construction *ssa.Call, name field, found map[string]bool, seen map[ssa.Value]bool) {
	callee := construction.Common().StaticCallee()
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
					s.trace(construction.Common().Args[i], found, seen)
				}
			}
			continue
		}
		s.trace(l.values[name.name], found, seen)
	}
}

// predecessors returns the values from which v may be copied directly.
func (s *sources) predecessors(v ssa.Value) []ssa.Value {
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
		return s.stored[fieldOf(x.X.Type(), x.Field)]
	case *ssa.FieldAddr:
		return s.stored[fieldOf(x.X.Type(), x.Field)]
	}
	return nil
}

// traceCall continues with the results of a function of this module, or with the arguments of a foreign one such as
// aws.String, os.Getenv or strings.Clone.
func (s *sources) traceCall(call *ssa.Call, found map[string]bool, seen map[ssa.Value]bool) {
	callee := call.Common().StaticCallee()
	if callee == nil {
		return
	}
	if callee.Blocks == nil {
		for _, argument := range call.Common().Args {
			if c, ok := argument.(*ssa.Const); ok && c.Value != nil && c.Value.ExactString() == strconv.Quote(ownName) {
				found[ownName] = true
			}
			s.trace(argument, found, seen)
		}
		return
	}
	for _, block := range callee.Blocks {
		if ret, ok := block.Instrs[len(block.Instrs)-1].(*ssa.Return); ok {
			s.traceAll(ret.Results, found, seen)
		}
	}
}
