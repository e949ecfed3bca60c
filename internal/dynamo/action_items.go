package dynamo

import "github.com/kithhq/kith/internal/action"

// CreateItem makes an action item. Its campaign, which counts its items, is written with it.
func (s *Store) CreateItem(i *action.Item) []Write {
	i.Version = 1
	return []Write{s.create("action_item", newActionItem(i))}
}

// PutItem writes a changed action item over the version that was read.
func (s *Store) PutItem(i *action.Item) []Write {
	next := *i
	next.Version++
	return []Write{s.replace("action_item", newActionItem(&next), i.Version)}
}

// CheckItem demands that an action item is as it was read.
func (s *Store) CheckItem(i *action.Item) []Write {
	return []Write{s.check("action_item", itemKey(i.Campaign, i.ID), i.Version)}
}
