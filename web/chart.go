package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// The size of a chart, in the units of its view box, and of its margins.
const (
	chartWidth, chartHeight = 640, 240
	chartLeft, chartRight   = 40, 12
	chartTop, chartBottom   = 10, 26
)

// chart is the trend of a version's quality, drawn.
type chart struct {
	Series []series
	Grid   []gridLine // across
	Dates  []dateMark
}

// series is one estimate over time: a line, and its interval as a band.
type series struct {
	Name, Class string
	Line, Band  string // points of SVG polylines and polygons
	Points      []chartPoint
}

// chartPoint is a measurement with the ends of its interval.
type chartPoint struct{ X, Y, Low, High float64 }

type gridLine struct {
	Y    float64
	Text string
}

type dateMark struct {
	X      float64
	Anchor string // of the text
	Text   string
}

// drawn are the estimates of a chart.
var drawn = []struct {
	name, class string
	of          func(assay.Measure) assay.Estimate
}{
	{"Precision", "precision", func(m assay.Measure) assay.Estimate { return m.Precision }},
	{"Recall", "recall", func(m assay.Measure) assay.Estimate { return m.Recall }},
	{"Accuracy", "accuracy", func(m assay.Measure) assay.Estimate { return m.Accuracy }},
}

// newChart draws measures, which may come in any order. What is not known at a
// time is left out of its line.
func newChart(measures []assay.Measure) chart {
	if len(measures) == 0 {
		return chart{}
	}
	measures = slices.SortedFunc(slices.Values(measures), func(a, b assay.Measure) int { return a.Time.Compare(b.Time) })
	first, last := measures[0].Time, measures[len(measures)-1].Time
	c := chart{}
	floor := chartFloor(measures)
	y := func(share float64) float64 {
		return chartTop + (1-share)/(1-floor)*(chartHeight-chartTop-chartBottom)
	}
	x := func(t time.Time) float64 {
		if !last.After(first) {
			return (chartLeft + chartWidth - chartRight) / 2
		}
		return chartLeft + float64(t.Sub(first))/float64(last.Sub(first))*(chartWidth-chartLeft-chartRight)
	}
	for step := range 5 {
		share := floor + float64(step)*(1-floor)/4
		c.Grid = append(c.Grid, gridLine{y(share), fmt.Sprintf("%.3g", math.Round(1000*share)/1000)})
	}
	form := "2006-01-02"
	if last.Sub(first) < 48*time.Hour {
		form = "2006-01-02 15:04:05 UTC"
	}
	c.Dates = []dateMark{{x(first), "start", first.UTC().Format(form)}, {x(last), "end", last.UTC().Format(form)}}
	if first.Equal(last) {
		c.Dates = []dateMark{{x(first), "middle", c.Dates[0].Text}}
	}
	for _, d := range drawn {
		s := series{Name: d.name, Class: d.class}
		for _, m := range measures {
			if e := d.of(m); e.N > 0 {
				s.Points = append(s.Points, chartPoint{x(m.Time), y(e.Value), y(e.Low), y(e.High)})
			}
		}
		s.connect()
		c.Series = append(c.Series, s)
	}
	return c
}

// chartFloor is where the vertical axis begins: a tenth below all that is drawn,
// so that differences near 1 can be seen.
func chartFloor(measures []assay.Measure) float64 {
	low := 0.9
	for _, m := range measures {
		for _, d := range drawn {
			if e := d.of(m); e.N > 0 {
				low = min(low, e.Low)
			}
		}
	}
	return max(0, math.Floor(10*low)/10)
}

// connect makes the line and the band from the points.
func (s *series) connect() {
	var line, above, below []string
	for _, p := range s.Points {
		line = append(line, fmt.Sprintf("%.1f,%.1f", p.X, p.Y))
		above = append(above, fmt.Sprintf("%.1f,%.1f", p.X, p.High))
		below = append(below, fmt.Sprintf("%.1f,%.1f", p.X, p.Low))
	}
	slices.Reverse(below)
	s.Line, s.Band = strings.Join(line, " "), strings.Join(append(above, below...), " ")
}

// confusion is a measure's counts as a matrix of two by two.
type confusion struct{ assay.Measure }

// Share is a count's share of all.
func (c confusion) Share(n int) string { return percent(n, c.TP+c.FP+c.FN+c.TN) }

// byPart orders measures: all together, then by store, then by language.
func byPart(a, b assay.Measure) int {
	return cmp.Or(cmp.Compare(a.Language, b.Language), cmp.Compare(a.Store, b.Store))
}
