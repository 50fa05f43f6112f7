// Package quality turns labels into measures: how often a verifier is right
// (precision), how much it finds (recall), and how sure one can be of both.
//
// The package holds pure functions over counts, scores and labels. It reads no
// store and runs no verifier; docs/quality.md says where each formula comes from
// and how the intervals were tested. It may import the packages verifiers,
// engine, report and the root package; so far it needs the root package only.
package quality
