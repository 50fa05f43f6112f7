package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/dustin/go-humanize"

	"example.com/assay"
)

// Clean is what a scan proves, or does not, about fields without a finding that
// were sampled in the same way.
type Clean struct {
	Fields int `json:"fields"`
	// Bound is the smallest share of the population that would have been seen
	// with 95 % probability; 0 where everything was read, absent where the
	// sample proves nothing about the rest, so that the fields are not clean.
	Bound     *float64 `json:"bound,omitempty"`
	Statement string   `json:"statement"`
	// Populations names what a share is a share of, each once.
	Populations []string `json:"populations"`
}

// cleanGroups is how many different statements a report makes at most; above
// it, the strongest ones are joined under the weakest of them.
const cleanGroups = 5

// Clean groups the clean fields by what their samples prove, strongest first.
func (r *Report) Clean() []Clean { return joinClean(r.grouped(verdictClean)) }

// Unproved groups the fields in which nothing was found, but whose samples prove
// nothing about what was not read.
func (r *Report) Unproved() []Clean { return r.grouped(verdictUnproved) }

// grouped groups the fields with a verdict by what their samples prove.
func (r *Report) grouped(v verdict) []Clean {
	verdicts := r.verdicts()
	groups := map[string]*Clean{}
	for _, c := range r.Coverage {
		if c.Field == "" || verdicts[fieldKey{c.Asset, c.Field}] != v {
			continue
		}
		fresh := Proves(c.Design)
		if group, ok := groups[fresh.Statement]; ok {
			group.join(fresh)
			continue
		}
		groups[fresh.Statement] = &fresh
	}
	clean := make([]Clean, 0, len(groups))
	for _, g := range groups {
		slices.Sort(g.Populations)
		clean = append(clean, *g)
	}
	slices.SortFunc(clean, func(a, b Clean) int {
		return cmp.Or(cmp.Compare(a.strength(), b.strength()), cmp.Compare(a.Statement, b.Statement))
	})
	return clean
}

// join counts other's fields in.
func (c *Clean) join(other Clean) {
	c.Fields += other.Fields
	for _, p := range other.Populations {
		if !slices.Contains(c.Populations, p) {
			c.Populations = append(c.Populations, p)
		}
	}
}

// joinClean joins sampled groups, strongest first, until few enough are left. A
// weaker statement is true of all fields of which a stronger one is.
func joinClean(clean []Clean) []Clean {
	for i := 0; len(clean) > cleanGroups && i+1 < len(clean); {
		stronger, weaker := clean[i], clean[i+1]
		if stronger.strength() == 0 || weaker.Bound == nil {
			i++
			continue
		}
		weaker.join(stronger)
		weaker.Statement = sampledStatement(*weaker.Bound, "values")
		clean = slices.Replace(clean, i, i+2, weaker)
	}
	return clean
}

// strength orders groups by what they prove.
func (c Clean) strength() float64 {
	if c.Bound == nil {
		return 2
	}
	return *c.Bound
}

// Proves states what a sample drawn in one way proves about one field in which
// nothing was found.
func Proves(d assay.Design) Clean {
	c := Clean{Fields: 1, Populations: []string{}}
	if d.Population != "" {
		c.Populations = append(c.Populations, d.Population)
	}
	unit := cmp.Or(d.Unit, "values")
	p, ok := d.Bound()
	switch {
	case !ok && d.Method == assay.DesignPrefix:
		c.Statement = fmt.Sprintf("Only the first %s in the store's order were read: nothing is known about the rest.", unit)
	case !ok:
		c.Statement = "The way they were sampled proves nothing about what was not read."
	case p == 0:
		c.Bound, c.Statement = &p, "All of it was read and nothing matched."
	default:
		p = roundUp(p)
		c.Bound, c.Statement = &p, sampledStatement(p, unit)
	}
	return c
}

func sampledStatement(p float64, unit string) string {
	return fmt.Sprintf("A column with ≥ %s %% of its %s matching would have been seen with 95 %% probability.",
		strconv.FormatFloat(p*100, 'g', 4, 64), unit)
}

// roundUp rounds to two significant digits, never to a smaller share than was
// proved.
func roundUp(p float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(p))-1)
	return math.Min(1, math.Ceil(p/unit-1e-9)*unit)
}

// number writes a count with thousands separated.
func number(n int) string { return humanize.Comma(int64(n)) }

// byteCount writes an amount of bytes for a person.
func byteCount(n int64) string {
	return humanize.Bytes(uint64(max(n, 0)))
}
