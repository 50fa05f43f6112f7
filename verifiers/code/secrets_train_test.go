package code

import (
	"bytes"
	"flag"
	"fmt"
	"go/scanner"
	gotoken "go/token"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var train = flag.Bool("train", false, "train the model of bigrams anew and write secrets_bigrams.go")

// TestTrainBigrams is the recipe of bigramBits.
func TestTrainBigrams(t *testing.T) {
	if !*train {
		t.Skip("trains only with -train")
	}
	counts := map[string]int{}
	root := filepath.Join(goRoot(t), "src")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() == "testdata" {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			return countWords(path, counts)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"first_names.txt", "last_names.txt", "cities.txt"} {
		text, err := os.ReadFile(filepath.Join("data", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range asciiWord.FindAllString(string(text), -1) {
			counts[w] = 1
			counts[strings.ToLower(w)] = 1
		}
	}
	if err := os.WriteFile("secrets_bigrams.go", bigramFile(counts), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	asciiWord = regexp.MustCompile(`[A-Za-z]{3,20}`)
	codeText  = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]*(?:[_./:-][A-Za-z0-9]+)*`)
)

// countWords counts the identifiers of a Go file and the words of its strings.
func countWords(path string, counts map[string]int) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var s scanner.Scanner
	files := gotoken.NewFileSet()
	s.Init(files.AddFile(path, -1, len(src)), src, nil, 0)
	for {
		_, kind, lit := s.Scan()
		switch kind {
		case gotoken.EOF:
			return nil
		case gotoken.IDENT, gotoken.STRING:
			for _, w := range codeText.FindAllString(lit, -1) {
				if len(w) >= 3 && len(w) <= 40 {
					counts[w]++
				}
			}
		}
	}
}

// bigramFile writes the table as Go source.
func bigramFile(words map[string]int) []byte {
	var sums [bigramSymbols][bigramSymbols]float64
	for w, n := range words {
		before, weight := symbolJoint, 1+math.Log2(float64(n))
		for i := range len(w) {
			s := bigramSymbol(w[i])
			sums[before][s] += weight
			before = s
		}
	}
	var out bytes.Buffer
	out.WriteString("package code\n\n// bigramBits is the model of secrets_random.go: a row for each symbol before, a\n// byte for each after. Written by TestTrainBigrams.\nconst bigramBits = \"\" +\n")
	for a := range bigramSymbols {
		total := 0.0
		for b := range bigramSymbols {
			total += sums[a][b] + 1
		}
		row := make([]byte, bigramSymbols)
		for b := range row {
			bits := math.Round(-4 * math.Log2((sums[a][b]+1)/total))
			row[b] = bigramBase + byte(min(bits, 60))
		}
		fmt.Fprintf(&out, "\t`%s`", row)
		if a+1 < bigramSymbols {
			out.WriteString(" +")
		}
		out.WriteString("\n")
	}
	return out.Bytes()
}
