package campaign

// MarkUsed marks a response as answered, and reports whether it was the first time. The mark is written in the transaction
// of that first answer, so that "in use" is exact.
func (q *KeyQuestion) MarkUsed(code Code) bool {
	for i := range q.Responses {
		r := &q.Responses[i]
		if r.Code == code {
			first := !r.Used
			r.Used = true
			return first
		}
	}
	return false
}
