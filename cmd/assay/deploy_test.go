package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"example.com/assay/internal/config"
)

// TestKubernetesCommands: the containers of deploy/k8s run commands that there
// are, with a configuration that is right, and have longer to stop than they take.
func TestKubernetesCommands(t *testing.T) {
	base := filepath.Join("..", "..", "deploy", "k8s", "base")
	cfg := clusterConfig(t, base)
	files, err := filepath.Glob(filepath.Join(base, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range strings.Split(string(text), "\n---\n") {
			var object any
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			for _, pod := range podsIn(object) {
				ran++
				checkPod(t, file, pod, cfg)
			}
		}
	}
	if ran != 7 {
		t.Errorf("%d pods were looked at, want 7", ran)
	}
}

// clusterConfig loads the base's configuration as its processes do.
func clusterConfig(t *testing.T, base string) *config.Config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(base, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var kustomization struct {
		ConfigMapGenerator []struct{ Literals []string }
	}
	if err := yaml.Unmarshal(text, &kustomization); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	for _, m := range kustomization.ConfigMapGenerator {
		for _, literal := range m.Literals {
			name, value, _ := strings.Cut(literal, "=")
			env[name] = value
		}
	}
	cfg, err := config.Load(config.Sources{File: filepath.Join(base, "assay.yaml"), Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Database == "" || cfg.Queue == "" || cfg.Key == "" {
		t.Errorf("the cluster's processes have no database, queue or key: %v", env)
	}
	return cfg
}

// podsIn returns the pod specifications in an object.
func podsIn(node any) (pods []map[string]any) {
	switch n := node.(type) {
	case map[string]any:
		if _, ok := n["containers"]; ok {
			return []map[string]any{n}
		}
		for _, child := range n {
			pods = append(pods, podsIn(child)...)
		}
	case []any:
		for _, child := range n {
			pods = append(pods, podsIn(child)...)
		}
	}
	return pods
}

func checkPod(t *testing.T, file string, pod map[string]any, cfg *config.Config) {
	t.Helper()
	container := pod["containers"].([]any)[0].(map[string]any)
	var args []string
	for _, a := range container["args"].([]any) {
		args = append(args, a.(string))
	}
	cmd, rest, err := newRoot(streams{strings.NewReader(""), io.Discard, io.Discard}).Find(args)
	if err != nil || cmd.HasSubCommands() {
		t.Errorf("%s: there is no command %v (%v)", file, args, err)
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %v: %v", file, args, err)
	}
	if args[0] != "scanner" {
		return
	}
	if grace := time.Duration(pod["terminationGracePeriodSeconds"].(float64)) * time.Second; grace < cfg.Scanner.Grace+10*time.Second {
		t.Errorf("%s: killed after %v, but may take %v to stop", file, grace, cfg.Scanner.Grace)
	}
}
