// Package engine finds data elements in values. It takes rules as plain values,
// compiles all of them into one immutable Set, scans Blocks (many values of one
// field) in one pass for all rules, and folds the matches of a field into
// findings. It does no I/O and imports the root package only.
//
// The JSON form of rules, and the code checks they name, are in package verifiers.
//
// # The way of a block
//
//	values of one field, end to end, a gap between them            Block
//	      │
//	      ▼
//	automaton: which literals end where?  four streams in step     automaton.scan
//	lexicon:   which words may start a dictionary's entry?         lexicon.look
//	      │
//	      │  a literal of a finder        a digit                  a word
//	      ▼                               ▼                        ▼
//	the window that can hold a match   family: which numbers      candidate
//	(extent.window), if the            have this shape here?
//	automaton of the expression        (family.look)
//	allows one (finder.mayMatch)          │
//	      └───────────────┬───────────────┘
//	                      ▼
//	candidates by value and finder                                 candidates.order
//	                      │
//	                      ▼
//	matcher: where does it start, where does it end?               matcher.find
//	checks, known fakes, context words nearby                      evaluator.candidate
//	                      │
//	                      ▼
//	the rule's tree of any, all and not: Hits, or Pending          evaluator.judge
//	      │                                   │
//	      ▼                                   ▼
//	tally of the field (Add)          second stage: Settle, Unsettled
//	      │
//	      ▼
//	verdict of the field: Findings
//
// Rules whose hits mean nothing without a context word (ContextOnly) take no
// candidate where no such word is near (FieldScan.inContext, mentions.may).
//
// Everything above the matcher only leaves things out: it may let a window pass
// in which nothing is, never drop one in which something is. The tests hold all
// of it against a reference that has none of it.
package engine
