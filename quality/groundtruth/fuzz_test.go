package groundtruth

import (
	"slices"
	"strings"
	"testing"

	"example.com/assay"
)

// FuzzOutput reads what stands in the bucket: whatever it is, a label has one of the
// three verdicts, and an error quotes nothing of it.
func FuzzOutput(f *testing.F) {
	f.Add([]byte(`{"source":"x","assay-item":"a","assay-label":1,"assay-label-metadata":{"human-annotated":"yes"}}`))
	f.Add([]byte(`{"source":"x","assay-item":"a","assay-label":"present","assay-label-metadata":{"class-name":"present","human-annotated":"no"}}`))
	f.Add([]byte(`{"answers":[{"workerId":"w","answerContent":{"crowd-classifier":{"label":"absent"}}}]}`))
	f.Add([]byte(`{"assay-item":"a","assay-label-metadata":{"failure-reason":"geheim"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		verdicts := []assay.Verdict{assay.Present, assay.Absent, assay.Unsure}
		lines, err := parseManifest(text)
		if err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("the error quotes the manifest: %v", err)
		}
		for _, l := range lines {
			if !slices.Contains(verdicts, l.verdict) {
				t.Errorf("verdict %q", l.verdict)
			}
		}
		answers, err := parseAnswers(text)
		if err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("the error quotes the answers: %v", err)
		}
		for _, a := range answers {
			if !slices.Contains(verdicts, a.verdict) || a.who == "" {
				t.Errorf("answer %+v", a)
			}
		}
		placeOf(string(text))
	})
}
