package dynamo

import "github.com/kithhq/kith/internal/action"

// CreateActionItem makes an action item. Its campaign, which counts its items, is written with it.
func (s *Store) CreateActionItem(i *action.Item) []Write {
	i.Version = 1
	return []Write{s.create("action_item", newActionItem(i))}
}

// UpdateActionItem writes a changed action item over the version that was read.
func (s *Store) UpdateActionItem(i *action.Item) []Write {
	next := *i
	next.Version++
	return []Write{s.replace("action_item", newActionItem(&next), i.Version)}
}

// CheckActionItem demands that an action item is as it was read.
func (s *Store) CheckActionItem(i *action.Item) []Write {
	return []Write{s.check("action_item", itemKey(i.Campaign, i.ID), i.Version)}
}
