// Command secretsbench makes the git repository that `make bench-secrets` scans:
// the published versions of large modules, one after the other, each committed
// folder by folder, so that its history is that of real code.
//
// It imports the standard library only.
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: secretsbench REPOSITORY MODULE@VERSION… (an empty bare repository)")
		os.Exit(2)
	}
	commits, err := build(ctx, os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "secretsbench:", err)
		os.Exit(1)
	}
	fmt.Printf("%d commits\n", commits)
}

// build writes the versions into the repository through git fast-import.
func build(ctx context.Context, repository string, versions []string) (commits int, err error) {
	cmd := exec.CommandContext(ctx, "git", "-C", repository, "fast-import", "--quiet")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start git fast-import: %w", err)
	}
	w := &history{out: bufio.NewWriterSize(in, 1<<20), sums: map[string]map[string]uint64{}}
	for _, v := range versions {
		if err = w.version(ctx, v); err != nil {
			err = fmt.Errorf("%s: %w", v, err)
			break
		}
	}
	err = errors.Join(err, w.out.Flush(), in.Close(), cmd.Wait())
	return w.commits, err
}

// history writes commits in the form of git fast-import (its manual).
type history struct {
	out     *bufio.Writer
	sums    map[string]map[string]uint64 // by module: of the files of its former version
	commits int
}

// version commits what one version of a module changes, a commit for each folder.
func (h *history) version(ctx context.Context, module string) error {
	files, err := download(ctx, module)
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(module, "@")
	former := h.sums[name]
	changed := map[string][]string{} // files by folder
	sums := make(map[string]uint64, len(files))
	for file, content := range files {
		sum := fnv.New64a()
		sum.Write(content)
		sums[file] = sum.Sum64()
		if former[file] != sums[file] {
			changed[path.Dir(file)] = append(changed[path.Dir(file)], file)
		}
	}
	for file := range former {
		if _, ok := sums[file]; !ok {
			changed[path.Dir(file)] = append(changed[path.Dir(file)], file)
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(changed)) {
		h.commit(module+" "+folder, slices.Sorted(slices.Values(changed[folder])), files)
	}
	h.sums[name] = sums
	return nil
}

// commit writes a commit of files; those that are not among contents are removed.
func (h *history) commit(message string, names []string, contents map[string][]byte) {
	h.commits++
	fmt.Fprintf(h.out, "commit refs/heads/main\ncommitter bench <bench@example.com> %d +0000\ndata %d\n%s\n", 1_500_000_000+h.commits, len(message), message)
	for _, name := range names {
		content, ok := contents[name]
		if !ok {
			fmt.Fprintf(h.out, "D %q\n", name)
			continue
		}
		fmt.Fprintf(h.out, "M 100644 inline %q\ndata %d\n", name, len(content))
		h.out.Write(content)
		h.out.WriteString("\n")
	}
	h.out.WriteString("\n")
}

// download returns the files of a version, by their paths below the module's.
func download(ctx context.Context, module string) (map[string][]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = os.TempDir()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var info struct{ Zip, Error string }
	if bad := json.Unmarshal(out, &info); bad != nil || info.Error != "" || info.Zip == "" {
		return nil, fmt.Errorf("download: %s", cmp.Or(info.Error, strings.TrimSpace(stderr.String()), fmt.Sprint(err)))
	}
	archive, err := zip.OpenReader(info.Zip)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	files := map[string][]byte{}
	for _, f := range archive.File {
		root, rest, _ := strings.Cut(f.Name, "@")
		_, name, _ := strings.Cut(rest, "/")
		in, err := f.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(in)
		in.Close()
		if err != nil {
			return nil, err
		}
		files[root+"/"+name] = content
	}
	return files, nil
}
