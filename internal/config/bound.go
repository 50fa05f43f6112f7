package config

import (
	"bytes"
	"errors"
	"fmt"
)

// What a configuration file may be: the parser takes time that grows with the
// square of a file's length, and with the cube of its depth.
const (
	maxFile  = 256 << 10
	maxDepth = 32
)

// bounded refuses a file that would keep the parser busy. It counts brackets and
// the dashes that begin a line, wherever they stand, which is enough for what is
// no attack.
func bounded(content []byte) error {
	if len(content) > maxFile {
		return fmt.Errorf("it is longer than %d KiB", maxFile>>10)
	}
	open := 0
	for line := range bytes.Lines(content) {
		depth := 0
		for _, word := range bytes.Fields(line) {
			if len(word) != 1 || word[0] != '-' && word[0] != '?' && word[0] != ':' {
				break
			}
			depth++
		}
		for _, c := range line {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(0, open-1)
			}
			if open+depth > maxDepth {
				return errors.New("its lists and keys are nested too deeply")
			}
		}
	}
	return nil
}
