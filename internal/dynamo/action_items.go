package dynamo

import "github.com/kithhq/kith/internal/action"

// CreateActionItem creates an action item. Its campaign, which counts its items, has to be written with it.
func (s *Store) CreateActionItem(i *action.Item) []Write {
	i.Version = 1
	return []Write{s.create("action_item", newActionItem(i))}
}

// UpdateActionItem writes a changed action item over the version that was read.
func (s *Store) UpdateActionItem(i *action.Item) []Write {
	return []Write{s.put("action_item", newActionItem(i), i.Version)}
}

// DeleteActionItem deletes an action item at the version that was read, so that it has no response since.
func (s *Store) DeleteActionItem(i *action.Item) []Write {
	return []Write{s.delete("action_item", itemKey(i.Campaign, i.ID), i.Version)}
}

// CheckActionItem checks that an action item still has the version that was read.
func (s *Store) CheckActionItem(i *action.Item) []Write {
	return []Write{s.check("action_item", itemKey(i.Campaign, i.ID), i.Version)}
}
