package plan

// Names, places and texts of the demo. The first of each list are used in a demo of any size.

var firstNames = []string{
	"José", "Jose", "Anh", "Siobhan", "Zoë", "María", "Óscar", "Chidi", "Amina", "Yusuf", "Mei", "Priya", "Dmitri",
	"Leila", "Tomás", "Grace", "Harriet", "Walter", "Dolores", "Frank", "Ruth", "Elijah", "Naomi", "Caleb", "Ivy",
	"Marcus", "Bernice", "Theo", "Gloria", "Hank", "Odessa", "Raúl", "Wendell", "Joyce", "Lamar", "Ingrid", "Pilar",
	"Vernon", "Keisha", "Arturo", "Bettina", "Cyrus", "Delia", "Emmett", "Fatima", "Gideon", "Hollis", "Iman", "Jonas",
	"Katya", "Lorenzo", "Maeve", "Nestor", "Opal", "Quincy", "Rosalind", "Silas", "Tamika", "Ulises", "Vivian",
}

var lastNames = []string{
	"O'Brien", "Nguyễn", "García", "D'Angelo", "St. John", "Müller", "van der Berg", "Ochoa-Reyes", "Fitzgerald",
	"Okonkwo", "Haddad", "Kowalski", "Petrov", "Silva", "Baptiste", "Washington", "Lindqvist", "Yamamoto", "Chaudhry",
	"Delacroix", "Abernathy", "Blackwood", "Castellano", "Dubois", "Easterbrook", "Finch", "Galloway", "Hutchins",
	"Iverson", "Jankowski", "Kessler", "Lockhart", "McAllister", "Norwood", "Ortega", "Pemberton", "Quintero",
	"Rosenthal", "Sandoval", "Thibodeaux", "Underhill", "Vasquez", "Whitaker", "Xiong", "Yates", "Zielinski", "Ames",
	"Bright", "Cole", "Dawes", "Ellery", "Frost", "Greer", "Holt", "Ibarra", "Judd", "Keane", "Lyle", "Moss", "Nash",
}

// nicknames are preferred names by first name.
var nicknames = map[string]string{
	"José": "Pepe", "Siobhan": "Shiv", "María": "Mari", "Harriet": "Hattie", "Walter": "Walt", "Dolores": "Lola",
	"Frank": "Frankie", "Elijah": "Eli", "Marcus": "Marc", "Theo": "Teddy", "Vivian": "Viv", "Rosalind": "Roz",
	"Lorenzo": "Enzo", "Katya": "Kat", "Grace": "Gracie", "Wendell": "Wen",
}

type place struct{ City, State, Zip string }

var places = []place{
	{"Cambridge", "MA", "02139"},
	{"Somerville", "MA", "02143"},
	{"Boston", "MA", "02118"},
	{"Quincy", "MA", "02169"},
	{"Worcester", "MA", "01609"},
	{"Springfield", "MA", "01103"},
	{"Lowell", "MA", "01852"},
	{"New Bedford", "MA", "02740"},
	{"Nashua", "NH", "03060"},
	{"Manchester", "NH", "03101"},
	{"Portsmouth", "NH", "03801"},
	{"Keene", "NH", "03431"},
}

// specialNotes are notes that often get corrupted on the way to a spreadsheet.
var specialNotes = []string{
	"Talked on the porch.\nShe asks about the polling place.\n\nCall again on Sunday.",
	`=HYPERLINK("https://example.org","click me")`,
	"Very glad to be asked 🎉👍🏽 – bring a yard sign",
	"تحدثنا عن الانتخابات، وستصوت مبكراً",
	`Says "maybe", then: "we'll see", and shrugs`,
	"+1 for a ride to the polls",
	"@ the farmers market, Saturdays",
	"- left a flyer\t- knocked twice",
}

var noteOpenings = []string{
	"Met at the library", "Called in the evening", "Texted back and forth", "Had coffee", "Saw them at soccer practice",
	"Ran into them after church", "Sat next to them on the bus", "Spoke at the block party",
}

var noteMiddles = []string{
	"worried about the rent", "wants to know who is on the ballot", "has voted by mail before",
	"never got the ballot last time", "is new in town", "cares about the schools", "asked about early voting hours",
	"does not trust the mail", "will bring two neighbors",
}

var noteEndings = []string{
	"Ask again next week.", "Send the link.", "Needs a ride.", "All set.", "Will think about it.", "Offer a sign.",
}

var freeTexts = []string{
	"The schools", "Rent, and the T being late", "Clean water", "Healthcare for my mother",
	`Roads. "Fix Route 9!"`, "Jobs for young people", "Not sure yet", "The climate 🌍", "Taxes\nand fees", "El alquiler",
}

var votePlans = []string{
	"By mail, drops it at city hall", "Early, Saturday morning with her sister",
	"On election day after work, by bus 69", "Mañana temprano, a pie", "Election day, 7 am,\nneeds a sitter",
}

var managementNotes = []string{
	"1:1 on the phone: wants a script in Spanish.", "Burning out a little. Check in on Friday.", "Could host the next phone bank.",
}
