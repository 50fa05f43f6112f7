// Command qualityrun measures the verifier library on generated data: precision,
// recall and F1 of every element on single values, on spans in texts and on
// columns, and how often innocent data are flagged. docs/quality.md explains the
// figures.
//
//	go run ./internal/qualityrun                         # the part for tuning
//	go run ./internal/qualityrun -part held -floor quality/floors.json
//	go run ./internal/qualityrun -errors iban            # mistakes, in full: nobody's data
//	go run ./internal/qualityrun -data data.jsonl        # data of another generator
//
// It may import verifiers, engine, quality, internal/corpus and the root package.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"example.com/assay"
	"example.com/assay/internal/corpus"
	"example.com/assay/internal/corpus/answers"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

type options struct {
	seed          uint64
	amount        int
	part          string
	asJSON        bool
	floor, record string
	library       string
	data          string
	train         string
	page, kept    string
	errors        string
	atMost        int
}

func main() {
	var o options
	flag.Uint64Var(&o.seed, "seed", 20261122, "seed of the generated data")
	flag.IntVar(&o.amount, "n", 10, "amount of generated data")
	flag.StringVar(&o.part, "part", "train", "part to measure on: train, held or all")
	flag.BoolVar(&o.asJSON, "json", false, "print JSON")
	flag.StringVar(&o.floor, "floor", "", "fail below the floors of this `file`")
	flag.StringVar(&o.record, "record", "", "write the floors that follow from this run to `file`")
	flag.StringVar(&o.library, "verifiers", "", "`folder` of definitions that replace the library's")
	flag.StringVar(&o.data, "data", "", "measure on the values, texts and tables of this `file` of JSON lines instead")
	flag.StringVar(&o.train, "train", "", "train the engine's score on the columns of the corpus and of -data, and write its weights to `file`")
	flag.StringVar(&o.kept, "measured", "", "write the figures of each element to `file`")
	flag.StringVar(&o.page, "page", "", "write the page of all elements to `file`, and measure nothing")
	flag.StringVar(&o.errors, "errors", "", "print the mistakes about this `element`; never on the part that is held back")
	flag.IntVar(&o.atMost, "most", 60, "print at most so many mistakes")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "qualityrun:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, w io.Writer) error {
	if o.part != "train" && o.part != "held" && o.part != "all" {
		return fmt.Errorf("part %q: use train, held or all", o.part)
	}
	if (o.errors != "" || o.train != "") && o.part != "train" {
		return errors.New("the part that is held back must not be tuned on: use -errors and -train with -part train")
	}
	if o.page != "" {
		return writePage(o.page, "quality/measured.json")
	}
	r, err := newRunner(o)
	if err != nil {
		return err
	}
	if err := r.measure(ctx, o); err != nil {
		return err
	}
	if o.train != "" {
		return r.train(o.train)
	}
	r.report.finish(r.answers.Missing())
	switch {
	case o.errors != "":
		r.printMistakes(w, o.atMost)
	case o.asJSON:
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(r.report)
	default:
		r.report.print(w)
	}
	if err == nil && o.record != "" {
		err = r.report.record(o.record)
	}
	if err == nil && o.kept != "" {
		err = r.report.keep(o.kept)
	}
	if err == nil && o.floor != "" {
		err = r.report.check(o.floor)
	}
	return err
}

// measure runs over what is asked for: the corpus, another generator's data, or,
// to train, the columns of both.
func (r *runner) measure(ctx context.Context, o options) error {
	switch {
	case o.train != "":
		if err := r.columns(ctx); err != nil || o.data == "" {
			return err
		}
	case o.data == "":
		return r.run(ctx)
	}
	return r.file(ctx, o.data)
}

func newRunner(o options) (*runner, error) {
	definitions, err := verifiers.Library()
	if err != nil {
		return nil, err
	}
	if o.library != "" {
		over, err := verifiers.LoadDir(o.library)
		if err != nil {
			return nil, err
		}
		definitions = verifiers.Override(definitions, over)
	}
	set, err := verifiers.Compile(definitions, verifiers.Options{Checks: phone.Checks()})
	if err != nil {
		return nil, err
	}
	data, err := corpus.New(o.seed)
	if err != nil {
		return nil, err
	}
	var active []assay.Element
	for _, rule := range set.Rules() {
		active = append(active, rule.Element)
	}
	r := &runner{set: set, data: data, answers: answers.For(active), part: o.part, amount: o.amount, wrong: assay.Element(o.errors)}
	r.report.Seed, r.report.Part, r.report.Elements = o.seed, o.part, len(active)
	return r, nil
}

func (r *runner) printMistakes(w io.Writer, atMost int) {
	for _, m := range r.mistakes[:min(atMost, len(r.mistakes))] {
		what := "wrongly found"
		if m.Missed {
			what = "missed"
		}
		fmt.Fprintf(w, "%-9s %-14s %-16s %q\n", m.Task, what, m.Kind, m.Text)
	}
	fmt.Fprintf(w, "%d mistakes about %s\n", len(r.mistakes), r.wrong)
}
