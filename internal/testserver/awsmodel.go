package testserver

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// awsModel is a service as AWS publishes it for its SDKs: botocore's
// service-2.json.
type awsModel struct {
	Metadata   struct{ TargetPrefix string }
	Operations map[string]struct{ Input, Output struct{ Shape string } }
	Shapes     map[string]awsShape
}

type awsShape struct {
	Type     string
	Required []string
	Members  map[string]struct{ Shape string }
	Member   struct{ Shape string }
	Enum     []string
	Min, Max *float64
	Pattern  string
}

// loadAWSModel reads the model of a service out of the environment that moto is
// installed in.
func loadAWSModel(service string) (*awsModel, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	pattern := filepath.Join(cache, "moto-5.2.5", "lib", "python3*", "site-packages", "botocore", "data", service, "*", "service-2.json.gz")
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		return nil, &missing{"moto", "no file " + pattern}
	}
	packed, err := os.ReadFile(found[len(found)-1])
	if err != nil {
		return nil, err
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	model := &awsModel{}
	return model, json.NewDecoder(reader).Decode(model)
}

// check returns what is wrong with a request or an answer in the words of a shape.
func (m *awsModel) check(path, shape string, value any) (problems []string) {
	s := m.Shapes[shape]
	wrong := func(format string, args ...any) {
		problems = append(problems, path+": "+fmt.Sprintf(format, args...))
	}
	switch v := value.(type) {
	case map[string]any:
		if s.Type != "structure" {
			wrong("an object, want %s", s.Type)
			break
		}
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				wrong("%s is missing", name)
			}
		}
		for name, member := range v {
			if known, ok := s.Members[name]; ok {
				problems = append(problems, m.check(path+"."+name, known.Shape, member)...)
			} else {
				wrong("%s is unknown", name)
			}
		}
	case []any:
		if s.Type != "list" {
			wrong("a list, want %s", s.Type)
		}
		problems = append(problems, s.outOfRange(path, len(v))...)
		for i, member := range v {
			problems = append(problems, m.check(fmt.Sprintf("%s[%d]", path, i), s.Member.Shape, member)...)
		}
	case string:
		if s.Type != "string" {
			wrong("a string, want %s", s.Type)
		}
		problems = append(append(problems, s.outOfRange(path, len([]rune(v)))...), s.misspelt(path, v)...)
	case float64:
		if s.Type != "integer" && s.Type != "long" && s.Type != "timestamp" {
			wrong("a number, want %s", s.Type)
		} else if s.Type != "timestamp" {
			problems = append(problems, s.outOfRange(path, int(v))...)
		}
	case bool:
		if s.Type != "boolean" {
			wrong("a boolean, want %s", s.Type)
		}
	default:
		wrong("%T, want %s", value, s.Type)
	}
	return problems
}

func (s awsShape) outOfRange(path string, n int) []string {
	if s.Min != nil && float64(n) < *s.Min || s.Max != nil && float64(n) > *s.Max {
		return []string{fmt.Sprintf("%s: %d is out of range", path, n)}
	}
	return nil
}

var unicodeEscape = regexp.MustCompile(`\\u([0-9A-F]{4})`)

func (s awsShape) misspelt(path, v string) []string {
	if len(s.Enum) > 0 && !strings.Contains("\n"+strings.Join(s.Enum, "\n")+"\n", "\n"+v+"\n") {
		return []string{fmt.Sprintf("%s: %q is none of %v", path, v, s.Enum)}
	}
	if s.Pattern == "" {
		return nil
	}
	pattern, err := regexp.Compile(`^(?:` + unicodeEscape.ReplaceAllString(s.Pattern, `\x{$1}`) + `)$`)
	if err != nil {
		return []string{path + ": " + err.Error()}
	}
	if !pattern.MatchString(v) {
		return []string{fmt.Sprintf("%s: %q does not match %s", path, v, s.Pattern)}
	}
	return nil
}
