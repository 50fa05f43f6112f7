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
//	      ├─ automaton: which literals end where?                  automaton.scan
//	      │     │  four parts of the block in step
//	      │     ▼
//	      │  from the earliest place at which a match around the   candidates.around
//	      │  literal can begin until none is under way: does the   dfa.runAround
//	      │  expression match there?
//	      │
//	      ├─ digits: which numbers have the shape of what stands   numbers.look
//	      │  around this one? two automata over shapes, the one    family.look
//	      │  of numbers that need a context near context words     mentions.near
//	      │  only; what passes is asked as above
//	      │
//	      ├─ tokens: long runs of letters and digits               tokens.look
//	      │
//	      └─ lexicon: words that may start a dictionary's entry    lexicon.look
//	      │
//	      ▼
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
// In long values all of this has a budget, which says so when it is spent.
//
// Everything above the matcher only leaves things out: it may let a window pass
// in which nothing is, never drop one in which something is. The tests hold all
// of it against a reference that has none of it.
package engine
