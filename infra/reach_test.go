package infra

import (
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// programs loads packages and what they import of ours, with bodies; of foreign packages only the types are known.
func programs(t *testing.T, patterns ...string) []*ssa.Package {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: ".."}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(loaded) > 0 {
		t.Fatal("the code does not compile")
	}
	program, built := ssautil.Packages(loaded, ssa.InstantiateGenerics)
	program.Build()
	var mains []*ssa.Package
	for _, p := range built {
		if p != nil && p.Pkg.Name() == "main" {
			mains = append(mains, p)
		}
	}
	return mains
}

// reach is what a program may run: every function of ours that a function it may run calls or names. An interface method
// stands for the method of every type that is turned into an interface anywhere on the way.
type reach struct {
	program   *ssa.Program
	functions map[*ssa.Function]*ssa.Function // and the one on whose account
	callers   map[*ssa.Function][]ssa.CallInstruction
	closures  map[*ssa.Function][]*ssa.MakeClosure
	calls     map[string]map[*ssa.Function]bool // SDK operations, such as "dynamodb.GetItem", and who calls them
	waiting   []*ssa.Function
	concrete  map[types.Type]bool          // types turned into interfaces
	invoked   map[invocation]*ssa.Function // interface methods called, and by whom first
	invokes   []ssa.CallInstruction
	held      map[*ssa.Global][]ssa.Value   // functions and variables in a variable's first value
	used      map[*ssa.Global]*ssa.Function // variables named outside of initializers, and by whom first
}

type invocation struct {
	of     *types.Interface
	method *types.Func
}

func reachOf(main *ssa.Package) *reach {
	r := &reach{
		program:   main.Prog,
		functions: map[*ssa.Function]*ssa.Function{},
		callers:   map[*ssa.Function][]ssa.CallInstruction{},
		closures:  map[*ssa.Function][]*ssa.MakeClosure{},
		calls:     map[string]map[*ssa.Function]bool{},
		concrete:  map[types.Type]bool{},
		held:      map[*ssa.Global][]ssa.Value{},
		used:      map[*ssa.Global]*ssa.Function{},
		invoked:   map[invocation]*ssa.Function{},
	}
	r.add(main.Func("init"), nil)
	r.add(main.Func("main"), nil)
	for len(r.waiting) > 0 {
		f := r.waiting[len(r.waiting)-1]
		r.waiting = r.waiting[:len(r.waiting)-1]
		r.walk(f)
		if len(r.waiting) == 0 {
			r.resolve()
		}
	}
	return r
}

func (r *reach) add(f, because *ssa.Function) {
	if f == nil {
		return
	}
	if object, ok := f.Object().(*types.Func); ok && r.operation(object, because) {
		return
	}
	if _, known := r.functions[f]; known {
		return
	}
	r.functions[f] = because
	r.waiting = append(r.waiting, f)
}

// operation notes a method of an SDK client and who calls it. It reports whether f belongs to the SDK.
func (r *reach) operation(f *types.Func, by *ssa.Function) bool {
	if f.Pkg() == nil || !strings.HasPrefix(f.Pkg().Path(), sdk) {
		return false
	}
	receiver := f.Signature().Recv()
	if receiver == nil || !f.Exported() || f.Name() == "Options" {
		return true
	}
	switch typeName(receiver.Type()) {
	case "Client", "PresignClient":
		name := f.Pkg().Name() + "." + f.Name()
		if r.calls[name] == nil {
			r.calls[name] = map[*ssa.Function]bool{}
		}
		r.calls[name][by] = true
	}
	return true
}

func (r *reach) walk(f *ssa.Function) {
	for _, block := range f.Blocks {
		for _, instruction := range block.Instrs {
			for _, operand := range instruction.Operands(nil) {
				r.name(*operand, instruction, f)
			}
			switch i := instruction.(type) {
			case ssa.CallInstruction:
				r.call(i, f)
			case *ssa.MakeClosure:
				closed, ok := i.Fn.(*ssa.Function)
				if ok {
					r.closures[closed] = append(r.closures[closed], i)
				}
			case *ssa.MakeInterface:
				r.convert(i, f)
			}
		}
	}
}

// name takes in what an instruction names: a function, or a variable of a package with the functions in its first value.
// A function that only stands in such a value, as in a table, is reached when the variable is.
func (r *reach) name(operand ssa.Value, instruction ssa.Instruction, f *ssa.Function) {
	initializer := f.Pkg != nil && f == f.Pkg.Func("init")
	switch named := operand.(type) {
	case *ssa.Function:
		if initializer {
			if variables := variablesFrom(instruction); len(variables) > 0 {
				for _, v := range variables {
					r.holds(v, named)
				}
				return
			}
		}
		r.add(named, f)
	case *ssa.Global:
		if !initializer {
			r.use(named, f)
			return
		}
		for _, v := range variablesFrom(instruction) {
			if v != named {
				r.holds(v, named)
			}
		}
	}
}

func (r *reach) holds(variable *ssa.Global, held ssa.Value) {
	r.held[variable] = append(r.held[variable], held)
	if by, used := r.used[variable]; used {
		r.take(held, by)
	}
}

func (r *reach) use(variable *ssa.Global, by *ssa.Function) {
	if _, used := r.used[variable]; used {
		return
	}
	r.used[variable] = by
	for _, held := range r.held[variable] {
		r.take(held, by)
	}
}

func (r *reach) take(held ssa.Value, by *ssa.Function) {
	switch h := held.(type) {
	case *ssa.Function:
		r.add(h, by)
	case *ssa.Global:
		r.use(h, by)
	}
}

// variablesFrom returns the variables of a package that what an initializer's instruction makes ends up in.
func variablesFrom(start ssa.Instruction) []*ssa.Global {
	var found []*ssa.Global
	seen := map[ssa.Instruction]bool{}
	waiting := []ssa.Instruction{start}
	push := func(v ssa.Value) {
		if v == nil || v.Referrers() == nil {
			return
		}
		waiting = append(waiting, *v.Referrers()...)
	}
	for len(waiting) > 0 {
		i := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		switch x := i.(type) {
		case *ssa.Store:
			base := x.Addr
			for inner := base; inner != nil; {
				base = inner
				switch address := inner.(type) {
				case *ssa.FieldAddr:
					inner = address.X
				case *ssa.IndexAddr:
					inner = address.X
				default:
					inner = nil
				}
			}
			if variable, ok := base.(*ssa.Global); ok {
				found = append(found, variable)
			} else {
				push(base)
			}
		case *ssa.MapUpdate:
			push(x.Map)
		case ssa.Value:
			push(x)
		}
	}
	return found
}

func (r *reach) call(c ssa.CallInstruction, by *ssa.Function) {
	common := c.Common()
	if common.IsInvoke() {
		r.invokes = append(r.invokes, c)
		if of, ok := common.Value.Type().Underlying().(*types.Interface); ok {
			r.invoke(of, common.Method, by)
		}
		return
	}
	if callee := common.StaticCallee(); callee != nil {
		r.callers[callee] = append(r.callers[callee], c)
	}
}

// convert notes a type that becomes an interface. Whoever takes a foreign interface is assumed to call all of it.
func (r *reach) convert(i *ssa.MakeInterface, by *ssa.Function) {
	r.concrete[i.X.Type()] = true
	named, ok := types.Unalias(i.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || strings.HasPrefix(named.Obj().Pkg().Path(), module) {
		return
	}
	if of, ok := named.Underlying().(*types.Interface); ok {
		for method := range of.Methods() {
			r.invoke(of, method, by)
		}
	}
}

func (r *reach) invoke(of *types.Interface, method *types.Func, by *ssa.Function) {
	if call := (invocation{of, method}); r.invoked[call] == nil {
		r.invoked[call] = by
	}
}

// way tells how the program gets to f: main → … → f.
func (r *reach) way(f *ssa.Function) string {
	text := f.Name()
	for f = r.functions[f]; f != nil; f = r.functions[f] {
		text = f.Name() + " → " + text
	}
	return text
}

// resolve adds the methods that the interface calls seen so far may mean.
func (r *reach) resolve() {
	for call, by := range r.invoked {
		for concrete := range r.concrete {
			if f := r.method(concrete, call, by); f != nil {
				r.add(f, by)
			}
		}
	}
}

func (r *reach) method(concrete types.Type, call invocation, by *ssa.Function) *ssa.Function {
	if !types.Implements(concrete, call.of) {
		return nil
	}
	selection := types.NewMethodSet(concrete).Lookup(call.method.Pkg(), call.method.Name())
	if selection == nil {
		return nil
	}
	object, ok := selection.Obj().(*types.Func)
	if ok && r.operation(object, by) {
		return nil
	}
	return r.program.MethodValue(selection)
}

// arguments returns what callers pass as the i-th parameter of f, the receiver included.
func (r *reach) arguments(f *ssa.Function, i int) []ssa.Value {
	var all []ssa.Value
	for _, call := range r.callers[f] {
		if args := call.Common().Args; i < len(args) {
			all = append(all, args[i])
		}
	}
	for _, call := range r.invokes {
		common := call.Common()
		if common.Method.Name() != f.Name() || f.Signature.Recv() == nil {
			continue
		}
		if given := append([]ssa.Value{common.Value}, common.Args...); i < len(given) {
			all = append(all, given[i])
		}
	}
	return all
}

func typeName(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

// qualified names a type by the last element of its package: "dynamodb.GetItemInput", "types.Put".
func qualified(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Name() + "." + named.Obj().Name()
}
