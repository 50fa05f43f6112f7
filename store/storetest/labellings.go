package storetest

import (
	"errors"
	"time"

	"example.com/assay"
)

func labellings(f *fixture) {
	one := assay.LabellingJob{Name: "job-1", Element: "iban", Place: "s3://b/p/job-1/", State: assay.LabellingPlanned, Items: []string{"i2", "i1"}, By: "müller", At: begin}
	two := assay.LabellingJob{Name: "job-2", Element: "email_address", Place: "s3://b/p/job-2/", State: assay.LabellingDone, Items: []string{}, By: "ada", At: begin.Add(time.Hour)}
	for _, job := range []assay.LabellingJob{one, two} {
		if err := f.s.AddLabelling(f.Context(), job); err != nil {
			f.Fatal(err)
		}
	}
	f.same("all", []assay.LabellingJob{two, one}, collect(f, f.s.Labellings(f.Context(), false)))
	f.same("open", []assay.LabellingJob{one}, collect(f, f.s.Labellings(f.Context(), true)))
	if err := f.s.AddLabelling(f.Context(), one); !errors.Is(err, assay.ErrConflict) {
		f.Errorf("the same name again: %v, want a conflict", err)
	}
	if err := f.s.AddLabelling(f.Context(), assay.LabellingJob{Name: "x"}); err == nil {
		f.Error("a job without a place was kept")
	}
	next := one
	next.State, next.Labels, next.Reason = assay.LabellingKept, 2, "stopped"
	for _, want := range []bool{true, false} { // the second comes too late
		if moved, err := f.s.MoveLabelling(f.Context(), assay.LabellingPlanned, next); err != nil || moved != want {
			f.Errorf("moved %v, %v; want %v", moved, err, want)
		}
	}
	f.same("moved", []assay.LabellingJob{next}, collect(f, f.s.Labellings(f.Context(), true)))
}
