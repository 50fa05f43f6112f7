// Package k8s_test holds the manifests to what a cluster would say of them: they
// are rendered as kubectl apply -k does, decoded strictly, and judged by the
// checks of Pod Security and the schemas of KEDA's own resource definitions.
package k8s_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

var overlays = []string{"base", "overlays/keda", "overlays/hpa"}

// manifest is one rendered object.
type manifest struct {
	kind, name string
	yaml       []byte
	object     runtime.Object // nil for custom resources
}

func render(t *testing.T, dir string) []manifest {
	t.Helper()
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	var out []manifest
	for _, r := range rendered.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		m := manifest{kind: r.GetKind(), name: r.GetName(), yaml: text}
		if r.GetNamespace() != "assay" && !slices.Contains([]string{"Namespace"}, m.kind) {
			t.Errorf("%s: %s %s is in namespace %q", dir, m.kind, m.name, r.GetNamespace())
		}
		if strings.HasPrefix(r.GetGvk().Group, "keda.sh") {
			err = kedaSchema(t, m.kind)(text)
		} else {
			m.object, err = decode(text)
		}
		if err != nil {
			t.Errorf("%s: %s %s: %v", dir, m.kind, m.name, err)
		}
		out = append(out, m)
	}
	return out
}

// decode refuses fields that the API does not know, as strict validation of a
// server does.
func decode(text []byte) (runtime.Object, error) {
	strict := kjson.NewSerializerWithOptions(kjson.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, kjson.SerializerOptions{Yaml: true, Strict: true})
	object, _, err := strict.Decode(text, nil, nil)
	return object, err
}

// kedaSchema returns a check by the schema in KEDA's definition of the kind.
func kedaSchema(t *testing.T, kind string) func([]byte) error {
	t.Helper()
	text, err := os.ReadFile("testdata/keda.sh_" + strings.ToLower(kind) + "s.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var crd struct {
		Spec struct {
			Versions []struct {
				Schema struct{ OpenAPIV3Schema map[string]any }
			}
		}
	}
	if err := yaml.Unmarshal(text, &crd); err != nil {
		t.Fatal(err)
	}
	definition := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	properties := definition["properties"].(map[string]any)
	properties["metadata"] = map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
	closeSchema(definition)
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("crd.json", definition); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("crd.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(text []byte) error {
		var value any
		if err := yaml.Unmarshal(text, &value); err != nil {
			return err
		}
		return schema.Validate(value)
	}
}

// closeSchema makes a schema refuse members that it does not name: an API server
// drops them, and warns.
func closeSchema(node any) {
	switch n := node.(type) {
	case map[string]any:
		_, named := n["properties"].(map[string]any)
		_, more := n["additionalProperties"]
		open, _ := n["x-kubernetes-preserve-unknown-fields"].(bool)
		if named && !more && !open {
			n["additionalProperties"] = false
		}
		for _, child := range n {
			closeSchema(child)
		}
	case []any:
		for _, child := range n {
			closeSchema(child)
		}
	}
}

// templates returns the pods that a manifest makes, and the labels by which its
// controller finds them.
func (m manifest) template() (pod *corev1.PodTemplateSpec, selector *metav1.LabelSelector) {
	switch o := m.object.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template, o.Spec.Selector
	case *batchv1.Job:
		return &o.Spec.Template, nil
	case *batchv1.CronJob:
		return &o.Spec.JobTemplate.Spec.Template, nil
	}
	return nil, nil
}

// TestRestricted: every pod satisfies the strictest level of Pod Security.
func TestRestricted(t *testing.T) {
	for _, dir := range overlays {
		pods := 0
		for _, m := range render(t, dir) {
			pod, _ := m.template()
			if pod == nil {
				continue
			}
			pods++
			for _, problem := range insecure(t, pod) {
				t.Errorf("%s: %s %s: %s", dir, m.kind, m.name, problem)
			}
			for _, c := range pod.Spec.Containers {
				if c.SecurityContext.ReadOnlyRootFilesystem == nil || !*c.SecurityContext.ReadOnlyRootFilesystem {
					t.Errorf("%s: %s can write to its image", dir, m.name)
				}
				if c.Resources.Requests.Cpu().IsZero() || c.Resources.Limits.Memory().IsZero() {
					t.Errorf("%s: %s asks for no processor, or may take all memory", dir, m.name)
				}
			}
			if token := pod.Spec.AutomountServiceAccountToken; *token != (m.name == "assay-taskcreator") {
				t.Errorf("%s: %s has a token for the cluster: %v", dir, m.name, *token)
			}
		}
		if pods != 7 {
			t.Errorf("%s: %d kinds of pods, want 7", dir, pods)
		}
	}
}

func insecure(t *testing.T, pod *corev1.PodTemplateSpec) (problems []string) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			problems = append(problems, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	return problems
}

// TestLabels: what selects pods finds the ones that are meant, and probes and
// services name ports that there are.
func TestLabels(t *testing.T) {
	for _, dir := range overlays {
		all := render(t, dir)
		deployments := map[string]*corev1.PodTemplateSpec{}
		for _, m := range all {
			pod, selector := m.template()
			if selector == nil {
				continue
			}
			deployments[m.name] = pod
			if !matches(t, selector, pod) {
				t.Errorf("%s: %s does not find its own pods", dir, m.name)
			}
			c := pod.Spec.Containers[0]
			for name, probe := range map[string]*corev1.Probe{"startup": c.StartupProbe, "liveness": c.LivenessProbe, "readiness": c.ReadinessProbe} {
				if probe == nil || !slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.Name == probe.HTTPGet.Port.StrVal }) {
					t.Errorf("%s: %s has no %s probe of a port that it has", dir, m.name, name)
				}
			}
		}
		found := map[string]int{}
		for _, m := range all {
			switch o := m.object.(type) {
			case *policyv1.PodDisruptionBudget:
				if !matches(t, o.Spec.Selector, deployments[m.name]) {
					t.Errorf("%s: the budget %s finds no pods", dir, m.name)
				}
				found["budget"]++
			case *corev1.Service:
				if !matches(t, &metav1.LabelSelector{MatchLabels: o.Spec.Selector}, deployments[m.name]) {
					t.Errorf("%s: the service %s finds no pods", dir, m.name)
				}
				found["service"]++
			case *autoscalingv2.HorizontalPodAutoscaler:
				if deployments[o.Spec.ScaleTargetRef.Name] == nil {
					t.Errorf("%s: %s scales nothing", dir, m.name)
				}
				found["autoscaler"]++
			}
		}
		if want := (map[string]int{"budget": 3, "service": 1}); found["budget"] != want["budget"] || found["service"] != want["service"] || (dir == "overlays/hpa") != (found["autoscaler"] == 1) {
			t.Errorf("%s: found %v", dir, found)
		}
	}
}

func matches(t *testing.T, selector *metav1.LabelSelector, pod *corev1.PodTemplateSpec) bool {
	t.Helper()
	s, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return pod != nil && s.Matches(labels.Set(pod.Labels))
}

// TestOwnLeaseOnly: the only right that anything has is to its own Lease.
func TestOwnLeaseOnly(t *testing.T) {
	for _, dir := range overlays {
		rules := 0
		for _, m := range render(t, dir) {
			switch o := m.object.(type) {
			case *rbacv1.ClusterRole, *rbacv1.ClusterRoleBinding:
				t.Errorf("%s: %s %s holds in all namespaces", dir, m.kind, m.name)
			case *rbacv1.Role:
				for _, rule := range o.Rules {
					rules++
					if got := fmt.Sprint(rule.APIGroups, rule.Resources, rule.ResourceNames, rule.Verbs); got != "[coordination.k8s.io] [leases] [assay-taskcreator] [get update patch]" {
						t.Errorf("%s: rule %s", dir, got)
					}
				}
			}
		}
		if rules != 1 {
			t.Errorf("%s: %d rules, want 1", dir, rules)
		}
	}
}

// TestScaling: an overlay that scales leaves the number of scanners to its scaler.
func TestScaling(t *testing.T) {
	for _, dir := range overlays {
		for _, m := range render(t, dir) {
			if d, ok := m.object.(*appsv1.Deployment); ok && d.Name == "assay-scanner" && (d.Spec.Replicas == nil) != (dir != "base") {
				t.Errorf("%s: replicas %v", dir, d.Spec.Replicas)
			}
		}
	}
}

// TestFaultsAreSeen: the checks refuse what a cluster would refuse.
func TestFaultsAreSeen(t *testing.T) {
	var scanner, scaled manifest
	for _, m := range render(t, "overlays/keda") {
		switch {
		case m.name == "assay-scanner" && m.kind == "Deployment":
			scanner = m
		case m.kind == "ScaledObject":
			scaled = m
		}
	}
	for _, c := range []struct{ old, new string }{
		{"terminationGracePeriodSeconds:", "terminationGracePeriodSecond:"},
		{"runAsUser: 65532", "runAsUser: root"},
		{"periodSeconds: 10", "periodSeconds: ten"},
	} {
		if _, err := decode([]byte(strings.Replace(string(scanner.yaml), c.old, c.new, 1))); err == nil {
			t.Errorf("a Deployment with %q was taken", c.new)
		}
	}
	for _, c := range []struct{ old, new string }{
		{"maxReplicaCount:", "maxReplicas:"},
		{`queueLength: "40"`, "queueLength: 40"},
		{"pollingInterval: 30", "pollingInterval: often"},
		{"scaleTargetRef:\n    name:", "scaleTargetRef:\n    title:"},
	} {
		text := strings.Replace(string(scaled.yaml), c.old, c.new, 1)
		if text == string(scaled.yaml) {
			t.Errorf("%q is not in\n%s", c.old, text)
		} else if err := kedaSchema(t, "ScaledObject")([]byte(text)); err == nil {
			t.Errorf("a ScaledObject with %q was taken", c.new)
		}
	}
	for _, c := range []struct{ old, new string }{
		{"runAsNonRoot: true", "runAsNonRoot: false"},
		{"type: RuntimeDefault", "type: Unconfined"},
		{"allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"},
		{"            - ALL\n", "            - KILL\n"},
		{"\n      securityContext:\n", "\n      hostNetwork: true\n      securityContext:\n"},
	} {
		text := strings.Replace(string(scanner.yaml), c.old, c.new, 1)
		object, err := decode([]byte(text))
		if err != nil || text == string(scanner.yaml) {
			t.Errorf("%q: %v, or it changes nothing", c.new, err)
			continue
		}
		if pod, _ := (manifest{object: object}).template(); len(insecure(t, pod)) == 0 {
			t.Errorf("a pod with %q is called secure", strings.TrimSpace(c.new))
		}
	}
}
