package paper

// Template is a paper's numbers to fill in, in the short form: what didnb audit init writes.
const Template = `{
  "notes": [
    "Type numbers as printed: 0.530 and not 0.53, since decimals say how exactly a number is known. What the paper does not print stays null; tables it does not have can go.",
    "A term is [estimate, what stands in brackets, stars], as [0.297, 7.931, \"***\"].",
    "Regressions are of the variable that table1 has first unless a table says \"outcome\": …",
    "Names tell what a column is for: L1.x is a lag, PSM a matched sample, 0-2, 3-5, >5 periods since adoption, low and high two groups, first and second the steps of a mediation.",
    "\"effects\": [\"city\", \"year\"] says the fixed effects, of all tables here or of a table's columns; \"weights\", \"errors\", \"clusters\", \"model\": \"logit\" … stand likewise in a table.",
    "Then: %audit published=published.json"
  ],
  "source": "Author (year), Journal volume(issue), pages, doi",
  "sample": {"units": 0, "first_year": 0, "last_year": 0, "n": 0},
  "statistic": "t",
  "stars": {"***": 0.01, "**": 0.05, "*": 0.10},
  "table1": {
    "columns": ["n", "mean", "sd", "min", "max"],
    "rows": {
      "outcome": [null, null, null, null, null],
      "treatment": [null, null, null, null, null],
      "control": [null, null, null, null, null]
    }
  },
  "table2": {
    "columns": ["(1)", "(2)"],
    "n": [null, null],
    "r2": [null, null],
    "terms": {
      "treatment": [null, null],
      "control": [null, null],
      "constant": [null, null]
    }
  },
  "table3": {
    "(1) PSM": {"treatment": null, "n": null, "r2": null},
    "(2) lagged": {"L1.treatment": null, "n": null, "r2": null}
  },
  "table4": {
    "mediator": {
      "first": {"treatment": null, "r2": null},
      "second": {"treatment": null, "mediator": null, "r2": null}
    },
    "n": null
  },
  "table5": {
    "0-2": {"treatment": null, "n": null, "r2": null},
    "3-5": {"treatment": null, "n": null, "r2": null},
    ">5": {"treatment": null, "n": null, "r2": null}
  },
  "table6": {
    "income low": {"treatment": null, "n": null, "r2": null},
    "income high": {"treatment": null, "n": null, "r2": null}
  }
}
`
