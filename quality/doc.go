// Package quality measures how good verifiers are: how often one is right
// (precision), how much it finds (recall), and how sure one can be of both.
//
//	scanner ──Judged──▶ Collector ──Item, sealed──▶ store
//	                                                  │  people, declarations,
//	                                                  ▼  generated data
//	                                               Label
//	                                                  │  Truth: what they say together
//	                                                  ▼
//	definition ──▶ Judge (opens, runs, forgets) ──▶ Tally ──▶ Measure ──▶ Gate
//
// Half of it is pure functions over counts, scores and labels; docs/quality.md
// says where each formula comes from and how the intervals were tested. It may
// import the packages verifiers, engine, report and the root package.
package quality
