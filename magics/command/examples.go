package command

// loadCastle begins the examples of help: Cheng and Hoekstra's (2013) panel of 50 states, 2000–2010, which the project
// carries in data/castle.csv.
const loadCastle = "%panel load data/castle.csv unit=sid time=year\n"
