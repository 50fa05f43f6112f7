package assay_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/assay"

// mayImport says which folders of this module the code of a folder may import;
// "." is the root package and "*" every folder. A folder is looked up as it is
// written and then with its last part as "*". The arrows point one way: no
// service knows another (they meet in the queue and the store), and no source,
// queue or store implementation is known outside cmd.
var mayImport = map[string][]string{
	".":              {},
	"engine":         {"."},
	"verifiers":      {".", "engine", "verifiers/code"},
	"verifiers/code": {".", "engine"},
	// What takes long to load is linked only by programs that need it.
	"verifiers/code/phone": {".", "engine", "verifiers/code"},

	"sources/*": {"."},
	// No stores, but what several have in common: formats of files, and how rows
	// of a SQL table are drawn.
	"sources/container": {".", "sources/format"},
	"sources/files":     {".", "sources/format", "sources/container"},
	"sources/hive":      {".", "sources/sqlsample"},
	"sources/mysql":     {".", "sources/sqlsample"},
	"sources/postgres":  {".", "sources/sqlsample"},
	"sources/s3":        {".", "sources/format", "sources/container"},
	"sources/sqlite":    {".", "sources/sqlsample"},

	"queue/*":      {"."},
	"queue/sqlite": {".", "internal/sqlitefile"},
	"store/*":      {"."},
	// What the stores on SQL databases have in common.
	"store/mysql":         {".", "store/sqlstore"},
	"store/sqlite":        {".", "store/sqlstore", "internal/sqlitefile"},
	"internal/sqlitefile": {},
	"seal":                {"."},
	"catalog":             {"."},
	"leader/*":            {"."},
	"report":              {"."},
	"upkeep":              {"."},

	"taskcreator": {".", "engine", "verifiers", "report"},
	"scanner":     {".", "engine", "verifiers", "report"},
	"secrets":     {".", "engine", "verifiers", "report", "secrets/git", "secrets/skip", "secrets/baseline"},
	"quality":     {".", "engine", "verifiers", "report"},
	"quality/*":   {".", "quality"},
	"web":         {".", "engine", "verifiers", "report"},

	"secrets/*": {"."},
	// The commands of two programs.
	"secrets/cli": {".", "verifiers", "secrets", "secrets/git", "secrets/skip", "secrets/baseline"},

	"cmd/*": {"*"},

	"internal/config": {},
	"internal/health": {},

	// Generated ground truth must not know the verifiers that are measured on it.
	"internal/corpus":         {},
	"internal/corpus/answers": {".", "internal/corpus"},
	"internal/generated":      {".", "internal/corpus", "internal/corpus/answers", "quality"},
	"internal/secretsbench":   {},
	"internal/secretslines":   {"quality", "secrets", "internal/corpus"},
	"internal/telemetry":      {"."},
	"internal/qualityrun":     {".", "engine", "verifiers", "verifiers/code/phone", "quality", "internal/corpus", "internal/corpus/answers"},
}

// testHelpers are imported by tests and by each other only.
var testHelpers = []string{"sources/sourcetest", "catalog/catalogtest", "leader/leadertest", "queue/queuetest", "store/storetest", "internal/testserver", "internal/planted"}

func TestImports(t *testing.T) {
	for _, file := range goFiles(t) {
		folder := path.Dir(file)
		if isTestHelper(folder) {
			continue
		}
		allowed, ok := rowOf(folder)
		if !ok {
			t.Errorf("%s: folder %s has no row in the import table of arch_test.go", file, folder)
			continue
		}
		for _, imported := range importsOf(t, file) {
			if problem := judgeImport(folder, imported, allowed); problem != "" {
				t.Errorf("%s: %s", file, problem)
			}
		}
	}
}

func TestJudgeImport(t *testing.T) {
	tests := []struct {
		folder, imported string
		allowed          bool
	}{
		{".", "context", true},
		{".", "golang.org/x/text/cases", false},
		{"engine", module, true},
		{"engine", module + "/verifiers", false},
		{"verifiers", module + "/engine", true},
		{"verifiers", module + "/internal/testserver", false},
		{"sources/mysql", module + "/sources/files", false},
		{"sources/mysql", "github.com/go-sql-driver/mysql", true},
		{"scanner", module + "/web", false},
		{"cmd/assay", module + "/sources/mysql", true},
		{"cmd/assay", module + "/sources/sourcetest", false},
	}
	for _, tt := range tests {
		allowed, ok := rowOf(tt.folder)
		if !ok {
			t.Errorf("no row for %s", tt.folder)
		}
		if got := judgeImport(tt.folder, tt.imported, allowed) == ""; got != tt.allowed {
			t.Errorf("%s importing %s: allowed %v, want %v", tt.folder, tt.imported, got, tt.allowed)
		}
	}
	if _, ok := rowOf("newfolder"); ok {
		t.Error("a folder that nobody listed has a row")
	}
}

// judgeImport returns what is wrong with an import, or "".
func judgeImport(folder, imported string, allowed []string) string {
	rest, own := strings.CutPrefix(imported, module)
	if !own {
		if folder == "." && strings.Contains(strings.Split(imported, "/")[0], ".") {
			return "the root package imports " + imported + ", but may import the standard library only"
		}
		return ""
	}
	target := "."
	if rest != "" {
		target = strings.TrimPrefix(rest, "/")
	}
	if isTestHelper(target) {
		return "imports the test helper " + target + " outside a test"
	}
	if slices.Contains(allowed, "*") || slices.Contains(allowed, target) {
		return ""
	}
	return folder + " may not import " + target + " (see the import table of arch_test.go)"
}

func isTestHelper(folder string) bool {
	return slices.ContainsFunc(testHelpers, func(h string) bool {
		return folder == h || strings.HasPrefix(folder, h+"/")
	})
}

// rowOf finds a folder's row of the table.
func rowOf(folder string) ([]string, bool) {
	if allowed, ok := mayImport[folder]; ok {
		return allowed, true
	}
	allowed, ok := mayImport[path.Dir(folder)+"/*"]
	return allowed, ok
}

// goFiles lists the module's Go files except tests, whatever their build tags.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() && name != "." && (base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
			return filepath.SkipDir
		}
		if !entry.IsDir() && strings.HasSuffix(base, ".go") && !strings.HasSuffix(base, "_test.go") {
			files = append(files, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("found no Go file: run the test in the root folder")
	}
	return files
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return nil
	}
	var imports []string
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		imports = append(imports, imported)
	}
	return imports
}
