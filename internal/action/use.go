package action

// MarkUsed marks the item as answered, and the option as chosen when the choice is one. It reports whether either was the
// first time. The marks are written in the transaction of that first response, so that "in use" is exact.
func (i *Item) MarkUsed(choice Code) bool {
	first := !i.Answered
	i.Answered = true
	for n := range i.Options {
		o := &i.Options[n]
		if o.Code == choice && !o.Used {
			o.Used, first = true, true
		}
	}
	return first
}
