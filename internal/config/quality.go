package config

import (
	"errors"
	"fmt"
	"path"
	"time"
)

// Quality is how verifiers are measured.
type Quality struct {
	// Flagged, Near, Hint and Rest are the shares, from 0 to 1, of the values that
	// scanners judge which are kept, sealed, to be labelled: of those with a hit,
	// of those just below the threshold, of those for which something hints, and of
	// a sample of all others. They want a key.
	Flagged float64 `yaml:"flagged"`
	Near    float64 `yaml:"near"`
	Hint    float64 `yaml:"hint"`
	Rest    float64 `yaml:"rest"`
	// Generated is how many made-up values there are of each element to measure on.
	Generated int `yaml:"generated"`
	// Second is the share of the values that a second person labels too, not knowing
	// what the first one said.
	Second float64 `yaml:"second"`
	// Bar is what a version must reach to go live; Bars are those of elements.
	Bar  Bar            `yaml:"bar"`
	Bars map[string]Bar `yaml:"bars"`
	// Columns are those of which somebody knows what they hold, by a name.
	Columns map[string]KnownColumn `yaml:"columns"`
	// Every is how often the verifiers that run are measured, and how often the
	// service sees to made-up values and labelling jobs.
	Every time.Duration `yaml:"every"`
	// Recent is how long a value that was kept to be labelled is recent: drift is
	// that recent ones fare worse than those before.
	Recent time.Duration `yaml:"recent"`
	// MetricsListen is the address for metrics and probes of assay quality run;
	// empty means none.
	MetricsListen string `yaml:"metrics_listen"`
	// GroundTruth is where people label in AWS.
	GroundTruth GroundTruth `yaml:"ground_truth"`
}

// GroundTruth is AWS Ground Truth: without a bucket it is not used. What is wrong
// in it is said by who uses it.
type GroundTruth struct {
	Bucket     string `yaml:"bucket"`     // for the objects of jobs: NAME, or s3://NAME/PREFIX
	Region     string `yaml:"region"`     // of bucket and jobs
	Role       string `yaml:"role"`       // ARN of the role by which AWS reads and writes the bucket
	Workteam   string `yaml:"workteam"`   // ARN of a private team
	KMSKey     string `yaml:"kms_key"`    // encrypts the objects; empty leaves it to the bucket
	Annotators int    `yaml:"annotators"` // people for each value
	// Time is how long one may take for a value, and Lifetime how long values wait.
	Time     time.Duration `yaml:"time"`
	Lifetime time.Duration `yaml:"lifetime"`
	// PreLambda and PostLambda are ARNs of functions in place of AWS' own.
	PreLambda  string `yaml:"pre_lambda"`
	PostLambda string `yaml:"post_lambda"`
}

func (g GroundTruth) check(key string) error {
	if g.Time < 30*time.Second || g.Lifetime < time.Minute {
		return fmt.Errorf("%s: want a time of at least 30s, and a lifetime of at least 1m", key)
	}
	return nil
}

// Bar is lower ends of the 95 % intervals of precision and recall, and how many
// values must be labelled.
type Bar struct {
	Precision float64 `yaml:"precision"`
	Recall    float64 `yaml:"recall"`
	Labels    int     `yaml:"labels"`
}

// KnownColumn says what a column holds.
type KnownColumn struct {
	Asset   string `yaml:"asset"`   // the asset's id; * stands for anything but a slash
	Field   string `yaml:"field"`   // the field's path, likewise
	Element string `yaml:"element"` // empty for a column of free text
	Holds   bool   `yaml:"holds"`   // every value is the element; otherwise none is
}

func defaultQuality() Quality {
	return Quality{
		Flagged: 0.02, Near: 0.5, Hint: 0.2, Rest: 0.1, Generated: 100, Second: 0.1,
		Bar:   Bar{Precision: 0.8, Recall: 0.7, Labels: 50},
		Every: time.Hour, Recent: 7 * 24 * time.Hour,
		GroundTruth: GroundTruth{Annotators: 3, Time: 5 * time.Minute, Lifetime: 10 * 24 * time.Hour},
	}
}

func (q Quality) check(key string) error {
	var errs []error
	for name, share := range map[string]float64{"flagged": q.Flagged, "near": q.Near, "hint": q.Hint, "rest": q.Rest, "second": q.Second} {
		if share < 0 || share > 1 {
			errs = append(errs, fmt.Errorf("%s.%s: want a share from 0 to 1", key, name))
		}
	}
	if q.Every < time.Second || q.Recent <= 0 {
		errs = append(errs, fmt.Errorf("%s: every wants at least 1s, recent a positive duration", key))
	}
	if q.Generated < 0 || q.Generated > 10_000 {
		errs = append(errs, fmt.Errorf("%s.generated: want 0 to 10000", key))
	}
	return errors.Join(errs...)
}

func (b Bar) check(key string) error {
	if b.Precision < 0 || b.Precision > 1 || b.Recall < 0 || b.Recall > 1 || b.Labels < 0 {
		return fmt.Errorf("%s: want precision and recall from 0 to 1, and labels of at least 0", key)
	}
	return nil
}

func (k KnownColumn) check(key string) error {
	var errs []error
	for name, pattern := range map[string]string{"asset": k.Asset, "field": k.Field} {
		if _, err := path.Match(pattern, ""); pattern == "" || err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: want a name, in which * may stand for anything but a slash", key, name))
		}
	}
	if k.Element == "" && k.Holds {
		errs = append(errs, fmt.Errorf("%s: holds needs an element", key))
	}
	return errors.Join(errs...)
}
