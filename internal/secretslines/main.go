// Command secretslines measures what the search for secrets finds in the made-up
// lines of code and configuration of package corpus, and in lines that are none:
// precision, recall and F1 with their 95 % intervals, by the kind of value.
//
//	go run ./internal/secretslines -part held
//
// It imports secrets, quality and internal/corpus.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.com/assay/internal/corpus"
	"example.com/assay/quality"
	"example.com/assay/secrets"
)

func main() {
	part := flag.String("part", "train", "part to measure on: train, held or all")
	n := flag.Int("n", 12_000, "lines to make, of all parts")
	seed := flag.Uint64("seed", 1, "of the lines")
	flag.Parse()
	if err := measure(context.Background(), *part, *seed, *n); err != nil {
		fmt.Fprintln(os.Stderr, "secretslines:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, part string, seed uint64, n int) error {
	lines := corpus.Assignments(seed, n)
	lines = slices.DeleteFunc(lines, func(l corpus.Line) bool { return part != "all" && l.Held != (part == "held") })
	found, err := scan(ctx, lines)
	if err != nil {
		return err
	}
	all, styles := tally{}, map[string]*tally{}
	for i, l := range lines {
		style := cmp.Or(map[bool]string{true: "no secret: "}[l.Secret == ""], "secret: ") + l.Style
		if styles[style] == nil {
			styles[style] = &tally{}
		}
		styles[style].add(l.Secret != "", found[i])
		all.add(l.Secret != "", found[i])
	}
	fmt.Printf("part %s, seed %d: %d lines, %d with a secret\n\n| what | found | of | share (95 %%) |\n|---|---|---|---|\n", part, seed, len(lines), all.right+all.missed)
	for _, style := range slices.Sorted(maps.Keys(styles)) {
		t := styles[style]
		fmt.Printf("| %s | %d | %d | %s |\n", style, t.right+t.wrong, t.right+t.wrong+t.missed+t.none, share(t.right+t.wrong, t.right+t.wrong+t.missed+t.none))
	}
	p, r := ratio(all.right, all.right+all.wrong), ratio(all.right, all.right+all.missed)
	fmt.Printf("\nprecision %s, recall %s, F1 %.3f\n", share(all.right, all.right+all.wrong), share(all.right, all.right+all.missed), 2*p*r/(p+r))
	return nil
}

// scan judges each line as a file of its own and reports in which something was
// found.
func scan(ctx context.Context, lines []corpus.Line) (map[int]bool, error) {
	rules, err := secrets.LoadRules(secrets.RuleOptions{})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "secretslines")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for i, l := range lines {
		name := filepath.Join(dir, strconv.Itoa(i), filepath.FromSlash(l.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(name, []byte(l.Text+"\n"), 0o644); err != nil {
			return nil, err
		}
	}
	result, err := secrets.New(secrets.Options{Rules: rules}).Folders(ctx, dir, dir)
	if err != nil {
		return nil, err
	}
	found := map[int]bool{}
	for _, p := range result.Findings() {
		number, _, _ := strings.Cut(p.File, "/")
		i, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("a place in %s, which is no line", p.File)
		}
		found[i] = true
	}
	return found, nil
}

// tally counts lines.
type tally struct{ right, wrong, missed, none int }

func (t *tally) add(secret, found bool) {
	switch {
	case secret && found:
		t.right++
	case secret:
		t.missed++
	case found:
		t.wrong++
	default:
		t.none++
	}
}

func ratio(n, of int) float64 { return float64(n) / float64(max(1, of)) }

// share prints a share with its Wilson interval.
func share(n, of int) string {
	low, high := quality.Wilson(ratio(n, of), float64(of), 1.96)
	return fmt.Sprintf("%.3f (%.3f–%.3f)", ratio(n, of), low, high)
}
