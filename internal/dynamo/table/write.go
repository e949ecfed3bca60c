package table

import (
	"context"
	"errors"

	"github.com/kithhq/kith/internal/fault"
)

// Write is one write of a transaction with its condition: a put when it has an Item, an update when it has an Update, a
// deletion when Delete is set, otherwise a check of the condition alone, which costs as much as a write.
type Write struct {
	Entity    string // the kind of item, such as "contact"; a *ConditionFailedError names it
	Table     string
	Key       Key    // of an update, a deletion or a check
	Item      Item   // of a put
	Update    string // update expression
	Delete    bool
	Condition string // condition expression, "" for none
	Names     map[string]string
	Values    Item
	// Failure is returned when the condition fails, in place of a *ConditionFailedError, also when the conditions of other
	// writes of the transaction fail.
	Failure error
}

// Create returns the write of an item that must not exist yet.
func Create(table, entity string, stored any) Write {
	return PutIf(table, entity, stored, "attribute_not_exists(PK)", nil)
}

// Put returns the write of the next version of an item: over the version that was read or, with version 0, of an item that
// must not exist yet.
func Put(table, entity string, stored any, version int) Write {
	w := Create(table, entity, stored)
	w.Item["V"] = Number(version + 1)
	if version > 0 {
		w.Condition, w.Values = "V = :v", Item{":v": Number(version)}
	}
	return w
}

// PutIf returns the write of an item on a condition.
func PutIf(table, entity string, stored any, condition string, values Item) Write {
	return Write{Entity: entity, Table: table, Item: Marshal(stored), Condition: condition, Values: values}
}

// Delete returns the deletion of the version of an item that was read.
func Delete(table, entity string, k Key, version int) Write {
	return Write{
		Entity: entity, Table: table, Key: k, Delete: true, Condition: "V = :v", Values: Item{":v": Number(version)},
	}
}

// DeleteAny returns the deletion of an item that must exist, with any version.
func DeleteAny(table, entity string, k Key) Write {
	return Write{Entity: entity, Table: table, Key: k, Delete: true, Condition: "attribute_exists(PK)"}
}

// Check returns the check that an item still has the version that was read.
func Check(table, entity string, k Key, version int) Write {
	return Write{Entity: entity, Table: table, Key: k, Condition: "V = :v", Values: Item{":v": Number(version)}}
}

// CheckIf returns the check of a condition without values on an item, or on its absence.
func CheckIf(table, entity string, k Key, condition string) Write {
	return Write{Entity: entity, Table: table, Key: k, Condition: condition}
}

// ConditionFailedError reports that the condition of a write failed: the item was changed, created or deleted since it was
// read.
type ConditionFailedError struct {
	Entity string // of the first write that failed
}

// Error names the entity.
func (e *ConditionFailedError) Error() string {
	return "dynamo: the condition on " + e.Entity + " failed"
}

// ConditionFailed reports whether err is a failed condition on the entity, or on any entity when that is "".
func ConditionFailed(err error, entity string) bool {
	failed, ok := errors.AsType[*ConditionFailedError](err)
	return ok && (entity == "" || failed.Entity == entity)
}

// Retry calls do, which reads and writes, until it does not fail by a failed condition, so that concurrent writers lose no
// update. Conflict: ten calls failed so.
func Retry(ctx context.Context, do func() error) error {
	for try := range 10 {
		err := do()
		if !ConditionFailed(err, "") {
			return err
		}
		if err := backOff(ctx, try); err != nil {
			return err
		}
	}
	return fault.Conflict("busy", "Someone else is changing this at the same time. Please try again.")
}
