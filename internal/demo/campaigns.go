package main

import "time"

// electionDay returns the first Tuesday that is at least three weeks after now.
func electionDay(now time.Time) time.Time {
	day := now.AddDate(0, 0, 21)
	for day.Weekday() != time.Tuesday {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// activeCampaign returns the campaign that most of the demo is about.
func activeCampaign() *campaignPlan {
	return &campaignPlan{
		organization: "Riverbend Neighbors", name: "Fall Turnout", slug: "fall-turnout", zone: "America/New_York",
		description: "Talk to the people you know about the election on **" + electionDay(time.Now()).Format("January 2") +
			"**.\n\n1. Add them\n2. Ask them\n3. Help them vote",
		question:     "Will they vote for the schools?",
		withPasscode: true,
		responses: []*responsePlan{
			{text: `Yes, "for sure"`, value: 10},
			{text: "Leaning yes", value: 30},
			{text: "Undecided: ask again", value: 20, reworded: "Undecided, ask again"},
			{text: "Leaning no", value: -5},
			{text: "No, never", value: 7},
			{text: "Moved away", value: 99},
			{text: "Won't say", value: 0, retired: true},
		},
		items: []*itemPlan{
			{
				kind: task, title: "Hand over the flyer", nickname: "Flyer", everyone: true, description: "In person, or leave it at the **door**.", link: "https://example.org/flyer.pdf",
				message:        "Hi {first_name}! I have a flyer about the schools for you. May I bring it over?",
				messageSpanish: "¡Hola, {first_name}! Tengo un folleto sobre las escuelas para ti. ¿Te lo llevo?",
			},
			{kind: choice, title: "How will they vote?", targets: []int{0, 1, 2}, narrowed: []int{0, 1}, options: []*optionPlan{
				{text: "By mail", value: "mail"},
				{text: "Early, in person"},
				{text: "On election day", value: "day"},
				{text: `Needs an absentee ballot ("by Friday")`, value: "=absentee", retired: true},
			}},
			{kind: free, title: "What matters most to them?", targets: []int{2, 3, none}},
			{
				kind: task, title: "Offer a ride", nickname: "Ride to the polls", targets: []int{0, 1, 2},
				message: "Hi {first_name}, do you need a ride on election day? I can take you.", messageSpanish: "Hola, {first_name}, ¿necesitas que te lleve el día de la elección?",
			},
			{kind: task, title: "Ride to the polls", nickname: "Took the ride", targets: []int{0}},
			{kind: task, title: "Help them register at the new address", targets: []int{5}},
			{kind: task, title: "Sign the petition", everyone: true, archived: true},
		},
	}
}

// closedCampaign returns a campaign of another organization that is closed.
func closedCampaign() *campaignPlan {
	return &campaignPlan{
		organization: "Prairie Voices Coalition", name: "Spring Primary", slug: "spring-primary", zone: "America/Chicago",
		question: "Will they vote in the primary?",
		responses: []*responsePlan{
			{text: "Definitely", value: 1}, {text: "Maybe", value: 2}, {text: "Definitely not", value: 3},
		},
		items: []*itemPlan{
			{kind: task, title: "Remind them the day before", everyone: true},
			{kind: choice, title: "Which ballot?", nickname: "Ballot", targets: []int{0, 1}, options: []*optionPlan{
				{text: "Blue", value: "B"}, {text: "Red", value: "R"}, {text: "Neither, thanks"},
			}},
		},
	}
}

// firstQuestion returns the campaign's first multiple choice question.
func (c *campaignPlan) firstQuestion() *itemPlan {
	for _, item := range c.items {
		if item.kind == choice {
			return item
		}
	}
	return nil
}

// draftCampaign returns a campaign that is not published.
func draftCampaign() *campaignPlan {
	return &campaignPlan{
		organization: "Riverbend Neighbors", name: "Next Spring", slug: "next-spring",
		question: "Will they come to the town meeting?",
		responses: []*responsePlan{
			{text: "Yes", value: 1}, {text: "No", value: 0},
		},
		items: []*itemPlan{{kind: task, title: "Tell them the date", everyone: true}},
	}
}
