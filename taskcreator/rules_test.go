package taskcreator

import (
	"slices"
	"testing"
	"time"

	"example.com/assay"
)

func TestJudge(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	scanned := func(d time.Duration) assay.Remembered {
		return assay.Remembered{
			Planned: assay.Planned{Listed: ago(day), Sent: ago(d + time.Hour), Asset: assay.Asset{Rows: 1000, Bytes: -1}},
			History: assay.History{Scanned: ago(d)},
		}
	}
	with := func(r assay.Remembered, change func(*assay.Remembered)) assay.Remembered {
		change(&r)
		return r
	}
	positive := func(r *assay.Remembered) { r.Positive = true }
	gap := func(r *assay.Remembered) { r.Gap = true }
	sent := func(d time.Duration) func(*assay.Remembered) {
		return func(r *assay.Remembered) { r.Sent = ago(d) }
	}
	unmodified := assay.Asset{Rows: 1000, Bytes: 7}
	modified := func(d time.Duration) assay.Asset { return assay.Asset{Rows: 1000, Modified: ago(d)} }

	for name, tt := range map[string]struct {
		rules Rules
		asset assay.Asset
		known assay.Remembered
		want  assay.Turn
		due   time.Time
	}{
		"new":                                {asset: unmodified, want: assay.TurnNever, due: now},
		"still waits for its first scan":     {asset: unmodified, known: assay.Remembered{Planned: assay.Planned{Listed: ago(day), Due: ago(3 * day)}}, want: assay.TurnNever, due: ago(3 * day)},
		"sent for the first time":            {asset: unmodified, known: assay.Remembered{Planned: assay.Planned{Listed: ago(day), Sent: ago(day)}}, want: assay.TurnNone},
		"sent, and lost":                     {asset: unmodified, known: assay.Remembered{Planned: assay.Planned{Listed: ago(day), Sent: ago(3 * day)}}, want: assay.TurnNever, due: now},
		"clean":                              {asset: unmodified, known: scanned(29 * day), want: assay.TurnNone},
		"clean long ago":                     {asset: unmodified, known: scanned(31 * day), want: assay.TurnClean, due: ago(day)},
		"clean, and all are asked for":       {rules: Rules{All: true}, asset: unmodified, known: scanned(day), want: assay.TurnClean, due: ago(-29 * day)},
		"under way, and all are asked for":   {rules: Rules{All: true}, asset: unmodified, known: with(scanned(9*day), sent(time.Hour)), want: assay.TurnNone},
		"changed":                            {asset: modified(time.Hour), known: scanned(2 * day), want: assay.TurnChanged, due: ago(time.Hour)},
		"changed before the scan":            {asset: modified(3 * day), known: scanned(2 * day), want: assay.TurnNone},
		"changes all the time":               {asset: modified(time.Minute), known: scanned(time.Hour), want: assay.TurnNone},
		"changed, and positive":              {asset: modified(time.Hour), known: with(scanned(2*day), positive), want: assay.TurnChanged, due: ago(time.Hour)},
		"grown":                              {asset: assay.Asset{Rows: 1200, Bytes: -1}, known: scanned(2 * day), want: assay.TurnChanged, due: now},
		"shrunk":                             {asset: assay.Asset{Rows: 0, Bytes: -1}, known: scanned(2 * day), want: assay.TurnChanged, due: now},
		"grown a little":                     {asset: assay.Asset{Rows: 1090, Bytes: -1}, known: scanned(2 * day), want: assay.TurnNone},
		"its size is not known any more":     {asset: assay.Asset{Rows: -1, Bytes: -1}, known: scanned(2 * day), want: assay.TurnNone},
		"positive":                           {asset: unmodified, known: with(scanned(6*day), positive), want: assay.TurnNone},
		"positive a week ago":                {asset: unmodified, known: with(scanned(8*day), positive), want: assay.TurnPositive, due: ago(day)},
		"could not be examined":              {asset: unmodified, known: with(scanned(2*day), gap), want: assay.TurnGap, due: ago(day)},
		"could not be examined an hour ago":  {asset: unmodified, known: with(scanned(time.Hour), gap), want: assay.TurnNone},
		"positive, and then a gap":           {asset: unmodified, known: with(with(scanned(2*day), gap), positive), want: assay.TurnPositive, due: ago(day)},
		"changed while its task was waiting": {asset: modified(time.Hour), known: with(scanned(3*day), sent(2*time.Hour)), want: assay.TurnNone},
		"own rules":                          {rules: Rules{Clean: day}, asset: unmodified, known: scanned(2 * day), want: assay.TurnClean, due: ago(day)},
	} {
		got := tt.rules.withDefaults().judge(now, "shop", tt.asset, tt.known)
		if got.Turn != tt.want || tt.want != assay.TurnNone && !got.Due.Equal(tt.due) {
			t.Errorf("%s: %v, due %v; want %v, %v", name, got.Turn, got.Due, tt.want, tt.due)
		}
		if waits := !got.Cycle.IsZero(); waits != (tt.want != assay.TurnNone) || waits && !got.Cycle.Equal(now) {
			t.Errorf("%s: waits in cycle %v", name, got.Cycle)
		}
	}
}

// Slow growth is noticed, because sizes are compared with those of the last change.
func TestSlowGrowth(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	known := assay.Remembered{History: assay.History{Scanned: now}}
	rows := []int64{}
	for day := range 40 {
		at := now.AddDate(0, 0, day+1)
		p := Rules{}.withDefaults().judge(at, "shop", assay.Asset{Rows: 1000 + 10*int64(day), Bytes: -1}, known)
		known.Planned = p
		if p.Turn == assay.TurnChanged {
			known.Scanned = at
			rows = append(rows, p.Asset.Rows)
		}
	}
	if want := []int64{1120, 1250, 1390}; !slices.Equal(rows, want) {
		t.Errorf("scanned again at %v rows, want %v: each time a tenth more", rows, want)
	}
}
