package plan

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
func activeCampaign() *Campaign {
	return &Campaign{
		Organization: "Riverbend Neighbors", Name: "Fall Turnout", Slug: "fall-turnout", Zone: "America/New_York",
		Description: "Talk to the people you know about the election on **" + electionDay(time.Now()).Format("January 2") +
			"**.\n\n1. Add them\n2. Ask them\n3. Help them vote",
		Question:     "Will they vote for the schools?",
		Spanish:      "¿Va a votar por las escuelas?",
		WithPasscode: true,
		Responses: []*Response{
			{Text: `Yes, "for sure"`, Spanish: "Sí, seguro", Value: 30},
			{Text: "Leaning yes", Spanish: "Más bien sí", Value: 20},
			{Text: "Undecided: ask again", Spanish: "Sin decidir: preguntar de nuevo", Value: 10, reworded: "Undecided, ask again"},
			{Text: "Leaning no", Spanish: "Más bien no", Value: 7},
			{Text: "No, never", Spanish: "No, nunca", Value: -5},
			{Text: "Moved away", Spanish: "Se ha mudado", Value: -99},
			{Text: "Won't say", Spanish: "No lo dice", Value: 0, Retired: true},
		},
		Items: []*Item{
			{
				Kind: Task, Title: "Hand over the flyer", Spanish: "Entregar el folleto", Nickname: "Flyer", Everyone: true, Description: "In person, or leave it at the **door**.", Link: "https://example.org/flyer.pdf",
				Message:        "Hi {first_name}! I have a flyer about the schools for you. May I bring it over?",
				MessageSpanish: "¡Hola, {first_name}! Tengo un folleto sobre las escuelas para ti. ¿Te lo llevo?",
			},
			{Kind: Choice, Title: "How will they vote?", Spanish: "¿Cómo va a votar?", Targets: []int{0, 1, 2}, Narrowed: []int{0, 1}, Options: []*Option{
				{Text: "By mail", Spanish: "Por correo", Value: "mail"},
				{Text: "Early, in person", Spanish: "Antes, en persona"},
				{Text: "On election day", Spanish: "El día de la elección", Value: "day"},
				{Text: `Needs an absentee ballot ("by Friday")`, Value: "=absentee", Retired: true},
			}},
			{Kind: FreeResponse, Title: "What matters most to them?", Spanish: "¿Qué es lo que más le importa?", Targets: []int{2, 3, None}},
			{
				Kind: Task, Title: "Offer a ride", Spanish: "Ofrecer llevarle en coche", Nickname: "Ride to the polls", Targets: []int{0, 1, 2},
				Message: "Hi {first_name}, do you need a ride on election day? I can take you.", MessageSpanish: "Hola, {first_name}, ¿necesitas que te lleve el día de la elección?",
			},
			{Kind: Task, Title: "Ride to the polls", Spanish: "Viaje al centro de votación", Nickname: "Took the ride", Targets: []int{0}},
			{Kind: Task, Title: "Help them register at the new address", Spanish: "Ayudarle a registrarse en la nueva dirección", Targets: []int{5}},
			{Kind: Task, Title: "Sign the petition", Everyone: true, Archived: true},
		},
	}
}

// closedCampaign returns a campaign of another organization that is closed.
func closedCampaign() *Campaign {
	return &Campaign{
		Organization: "Prairie Voices Coalition", Name: "Spring Primary", Slug: "spring-primary", Zone: "America/Chicago",
		Question: "Will they vote in the primary?",
		Responses: []*Response{
			{Text: "Definitely", Value: 1}, {Text: "Maybe", Value: 2}, {Text: "Definitely not", Value: 3},
		},
		Items: []*Item{
			{Kind: Task, Title: "Remind them the day before", Everyone: true},
			{Kind: Choice, Title: "Which ballot?", Nickname: "Ballot", Targets: []int{0, 1}, Options: []*Option{
				{Text: "Blue", Value: "B"}, {Text: "Red", Value: "R"}, {Text: "Neither, thanks"},
			}},
		},
	}
}

// FirstQuestion returns the campaign's first multiple choice question.
func (c *Campaign) FirstQuestion() *Item {
	for _, item := range c.Items {
		if item.Kind == Choice {
			return item
		}
	}
	return nil
}

// draftCampaign returns a campaign that is not published.
func draftCampaign() *Campaign {
	return &Campaign{
		Organization: "Riverbend Neighbors", Name: "Next Spring", Slug: "next-spring",
		Question: "Will they come to the town meeting?",
		Responses: []*Response{
			{Text: "Yes", Value: 1}, {Text: "No", Value: 0},
		},
		Items: []*Item{{Kind: Task, Title: "Tell them the date", Everyone: true}},
	}
}
