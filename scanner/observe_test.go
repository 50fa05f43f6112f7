package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"example.com/assay"
	"example.com/assay/scanner"
)

// notes keeps what an observer was offered.
type notes struct {
	judged []assay.Judged
	err    error
}

func (n *notes) Observe(_ context.Context, judged []assay.Judged) error {
	n.judged = append(n.judged, judged...)
	return n.err
}

// observed is a population of 300 values and three verifiers: 60 values are
// flagged by one, 90 near the threshold of another; of the 900 pairs the first one's
// with the other 240 values are hinted at, and 510 are the rest.
func observed(t *testing.T, name string, seed uint64) []assay.Judged {
	t.Helper()
	values := append(emails(60), words(150)...)
	for i := range 90 {
		values = append(values, fmt.Sprintf("place %05d", i))
	}
	var n notes
	source := &table{columns: []column{{name: name, values: values}}}
	_, err := scan(t, source, task("users", assay.Plan{Seed: seed}), scanner.Options{Observer: &n}, emailRule, codeRule, nameRule)
	if err != nil {
		t.Fatal(err)
	}
	return n.judged
}

// Counting every pair with the inverse of its probability gives the population,
// on average over fields: that is what the probabilities are for.
func TestObservedProbabilities(t *testing.T) {
	const seeds = 400
	var flagged, near, hint, rest, words float64
	for seed := range uint64(seeds) {
		for _, j := range observed(t, fmt.Sprintf("f%d", seed), seed+1) {
			if j.Probability <= 0 || j.Probability > 0.5 {
				t.Fatalf("probability %v; the store's own sampling took half", j.Probability)
			}
			weight := 0.5 / j.Probability // of the pairs that reached the scanner
			value := string([]byte(j.Datum.Value))
			switch {
			case j.Flagged:
				flagged += weight
				if j.Match.Element != "email_address" || j.Hash != "e1" || value[j.Match.Start:j.Match.End] != value {
					t.Fatalf("flagged %+v", j.Match)
				}
			case j.Match.Score > 0:
				near += weight
				if j.Match.Element != "postal_code" || j.Match.Score != 0.4 {
					t.Fatalf("near %+v", j.Match)
				}
			case j.Stratum == assay.StratumHint:
				hint += weight
				if j.Match.Element != "email_address" || value[:4] != "word" && value[:5] != "place" {
					t.Fatalf("hinted at: %+v", j)
				}
			default:
				rest += weight
				if value[:4] == "word" {
					words += weight
				}
			}
		}
	}
	for what, c := range map[string]struct{ got, want, tolerance float64 }{
		"flagged":           {flagged / seeds, 60, 1e-9},
		"near":              {near / seeds, 90, 8},
		"hint":              {hint / seeds, 240, 12},
		"rest":              {rest / seeds, 510, 30},
		"rest: plain words": {words / seeds, 300, 40},
	} {
		if math.Abs(c.got-c.want) > c.tolerance {
			t.Errorf("%s: weighted count %.1f, want %.0f ± %.0f", what, c.got, c.want, c.tolerance)
		}
	}
}

func TestObservedAgain(t *testing.T) {
	a, b, other := observed(t, "mixed", 7), observed(t, "mixed", 8), observed(t, "other", 7)
	same(t, "another scan offers the same", keys(a), keys(b))
	if fmt.Sprint(keys(a)) == fmt.Sprint(keys(other)) {
		t.Error("another field offers the same")
	}
	if len(a) > 60+10+10+10 {
		t.Errorf("%d pairs offered: the reservoirs are not bounded", len(a))
	}
}

func keys(judged []assay.Judged) (out []string) {
	for _, j := range judged {
		out = append(out, fmt.Sprintf("%s %s %v %s", []byte(j.Datum.Value), j.Match.Element, j.Probability, []byte(j.Datum.Place.Row)))
	}
	return out
}

// A verifier whose model gave no answer has judged nothing, and says nothing.
func TestObservedWithoutModel(t *testing.T) {
	var n notes
	source := &table{columns: []column{{name: "home", values: words(50)}}}
	if _, err := scan(t, source, task("users", assay.Plan{}), scanner.Options{Observer: &n}, modelRule); err != nil {
		t.Fatal(err)
	}
	if len(n.judged) > 0 {
		t.Errorf("offered %d pairs that nobody judged", len(n.judged))
	}
}

func TestObserverFails(t *testing.T) {
	n := notes{err: errors.New("no space")}
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	_, err := scan(t, source, task("users", assay.Plan{}), scanner.Options{Observer: &n})
	if !errors.Is(err, n.err) || assay.Decide(err) != assay.Later {
		t.Errorf("got %v; want the observer's error, and to try again later", err)
	}
}
