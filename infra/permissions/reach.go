package permissions

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// reach is the set of functions that a program may run: each function of this module that a reachable function calls or
// refers to. A call of an interface method may run that method of every type that a reachable function converts to an
// interface.
type reach struct {
	program     *ssa.Program
	functions   map[*ssa.Function]*ssa.Function // reachable ones, with the first function that refers to them
	callers     map[*ssa.Function][]ssa.CallInstruction
	closures    map[*ssa.Function][]*ssa.MakeClosure
	operations  map[string]map[*ssa.Function]bool // SDK operations, such as "dynamodb.GetItem", with their callers
	queue       []*ssa.Function                   // reachable, not scanned yet
	converted   map[types.Type]bool               // types that are converted to interfaces
	invocations map[invocation]*ssa.Function      // called interface methods, with their first callers
	invokes     []ssa.CallInstruction
	initial     map[*ssa.Global][]ssa.Value   // functions and variables in a variable's initial value
	used        map[*ssa.Global]*ssa.Function // variables used outside initializers, with their first users
}

// invocation is a method of an interface.
type invocation struct {
	of     *types.Interface
	method *types.Func
}

// reachOf returns what a program may run from its initializers and its main function on.
func reachOf(main *ssa.Package) *reach {
	r := &reach{
		program:     main.Prog,
		functions:   map[*ssa.Function]*ssa.Function{},
		callers:     map[*ssa.Function][]ssa.CallInstruction{},
		closures:    map[*ssa.Function][]*ssa.MakeClosure{},
		operations:  map[string]map[*ssa.Function]bool{},
		converted:   map[types.Type]bool{},
		invocations: map[invocation]*ssa.Function{},
		initial:     map[*ssa.Global][]ssa.Value{},
		used:        map[*ssa.Global]*ssa.Function{},
	}
	r.add(main.Func("init"), nil)
	r.add(main.Func("main"), nil)
	for len(r.queue) > 0 {
		f := r.queue[len(r.queue)-1]
		r.queue = r.queue[:len(r.queue)-1]
		r.scan(f)
		if len(r.queue) == 0 {
			r.addImplementations()
		}
	}
	return r
}

// add adds a function that another one refers to. Methods of the SDK's clients are recorded as operations instead.
func (r *reach) add(f, by *ssa.Function) {
	if f == nil {
		return
	}
	if object, ok := f.Object().(*types.Func); ok && r.addOperation(object, by) {
		return
	}
	if _, known := r.functions[f]; known {
		return
	}
	r.functions[f] = by
	r.queue = append(r.queue, f)
}

// addOperation records f and its caller if f is a method of an SDK client. It reports whether f belongs to the SDK.
func (r *reach) addOperation(f *types.Func, by *ssa.Function) bool {
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
		if r.operations[name] == nil {
			r.operations[name] = map[*ssa.Function]bool{}
		}
		r.operations[name][by] = true
	}
	return true
}

// scan records the references, calls, closures and conversions in a function.
func (r *reach) scan(f *ssa.Function) {
	for _, block := range f.Blocks {
		for _, instruction := range block.Instrs {
			for _, operand := range instruction.Operands(nil) {
				r.addReference(*operand, instruction, f)
			}
			switch i := instruction.(type) {
			case ssa.CallInstruction:
				r.addCall(i, f)
			case *ssa.MakeClosure:
				if closure, ok := i.Fn.(*ssa.Function); ok {
					r.closures[closure] = append(r.closures[closure], i)
				}
			case *ssa.MakeInterface:
				r.addConversion(i, f)
			}
		}
	}
}

// addReference records a reference to a function, or to a package variable and the functions in its initial value. A
// function that is referred to only in the initial value of a variable, as in a table, is reachable if the variable is
// used.
func (r *reach) addReference(operand ssa.Value, instruction ssa.Instruction, f *ssa.Function) {
	initializer := f.Pkg != nil && f == f.Pkg.Func("init")
	switch ref := operand.(type) {
	case *ssa.Function:
		if initializer {
			if variables := initializedVariables(instruction); len(variables) > 0 {
				for _, v := range variables {
					r.addInitial(v, ref)
				}
				return
			}
		}
		r.add(ref, f)
	case *ssa.Global:
		if !initializer {
			r.use(ref, f)
			return
		}
		for _, v := range initializedVariables(instruction) {
			if v != ref {
				r.addInitial(v, ref)
			}
		}
	}
}

func (r *reach) addInitial(variable *ssa.Global, value ssa.Value) {
	r.initial[variable] = append(r.initial[variable], value)
	if by, used := r.used[variable]; used {
		r.addValue(value, by)
	}
}

func (r *reach) use(variable *ssa.Global, by *ssa.Function) {
	if _, used := r.used[variable]; used {
		return
	}
	r.used[variable] = by
	for _, value := range r.initial[variable] {
		r.addValue(value, by)
	}
}

func (r *reach) addValue(value ssa.Value, by *ssa.Function) {
	switch v := value.(type) {
	case *ssa.Function:
		r.add(v, by)
	case *ssa.Global:
		r.use(v, by)
	}
}

// initializedVariables returns the package variables whose initial value contains the result of an instruction.
func initializedVariables(start ssa.Instruction) []*ssa.Global {
	var found []*ssa.Global
	seen := map[ssa.Instruction]bool{}
	queue := []ssa.Instruction{start}
	push := func(v ssa.Value) {
		if v == nil || v.Referrers() == nil {
			return
		}
		queue = append(queue, *v.Referrers()...)
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
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

func (r *reach) addCall(c ssa.CallInstruction, by *ssa.Function) {
	common := c.Common()
	if common.IsInvoke() {
		r.invokes = append(r.invokes, c)
		if of, ok := common.Value.Type().Underlying().(*types.Interface); ok {
			r.addInvocation(of, common.Method, by)
		}
		return
	}
	if callee := common.StaticCallee(); callee != nil {
		r.callers[callee] = append(r.callers[callee], c)
	}
}

// addConversion records a type that is converted to an interface. The methods of an interface of another module are
// assumed to be called.
func (r *reach) addConversion(i *ssa.MakeInterface, by *ssa.Function) {
	r.converted[i.X.Type()] = true
	named, ok := types.Unalias(i.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || strings.HasPrefix(named.Obj().Pkg().Path(), module) {
		return
	}
	if of, ok := named.Underlying().(*types.Interface); ok {
		for method := range of.Methods() {
			r.addInvocation(of, method, by)
		}
	}
}

func (r *reach) addInvocation(of *types.Interface, method *types.Func, by *ssa.Function) {
	if i := (invocation{of, method}); r.invocations[i] == nil {
		r.invocations[i] = by
	}
}

// path describes how the program reaches f: "main → … → f".
func (r *reach) path(f *ssa.Function) string {
	text := f.Name()
	for f = r.functions[f]; f != nil; f = r.functions[f] {
		text = f.Name() + " → " + text
	}
	return text
}

// addImplementations adds the methods that the interface calls so far may run.
func (r *reach) addImplementations() {
	for i, by := range r.invocations {
		for t := range r.converted {
			if f := r.implementation(t, i, by); f != nil {
				r.add(f, by)
			}
		}
	}
}

// implementation returns the method of a type that an interface call runs, nil if there is none or it is the SDK's.
func (r *reach) implementation(t types.Type, i invocation, by *ssa.Function) *ssa.Function {
	if !types.Implements(t, i.of) {
		return nil
	}
	selection := types.NewMethodSet(t).Lookup(i.method.Pkg(), i.method.Name())
	if selection == nil {
		return nil
	}
	object, ok := selection.Obj().(*types.Func)
	if ok && r.addOperation(object, by) {
		return nil
	}
	return r.program.MethodValue(selection)
}

// arguments returns the arguments that callers pass for the ith parameter of f, counting the receiver.
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
		if args := append([]ssa.Value{common.Value}, common.Args...); i < len(args) {
			all = append(all, args[i])
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

// qualifiedName returns the name of a type with that of its package: "dynamodb.GetItemInput", "types.Put".
func qualifiedName(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Name() + "." + named.Obj().Name()
}
