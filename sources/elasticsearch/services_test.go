package elasticsearch_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/elasticsearch"
)

// stamped is a line of a service at a time.
func stamped(at, service string) doc {
	return doc{"@timestamp": at, "service": doc{"name": service}, "message": "of " + service}
}

// idsOf returns the assets' ids, sorted, without the cluster.
func idsOf(assets map[assay.AssetID]assay.Asset, host string) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(assets)) {
		out = append(out, strings.TrimPrefix(string(id), "es://"+host+"/"))
	}
	return out
}

// fill makes indices, a data stream and an alias, all with names that begin so:
//
//	B-logs-2026.03.01, -02   shop and pay, by field
//	B-plain-000001, -000002  no field; one line without a time
//	B-stream                 a data stream, no field; it stays, as the test
//	                         cluster has no API to delete it
//	B-alias                  of B-logs-*
//	B-empty                  no lines
func fill(c cluster, b string) {
	keyword, date := doc{"type": "keyword"}, doc{"type": "date"}
	for _, day := range []string{"2026.03.01", "2026.03.02"} {
		index := b + "-logs-" + day
		c.create(index, doc{"@timestamp": date, "service.name": keyword, "message": doc{"type": "text"}})
		at := strings.ReplaceAll(day, ".", "-")
		c.put(index, 6, func(i int) doc {
			return stamped(fmt.Sprintf("%sT0%d:00:00Z", at, i), []string{"shop", "pay", "Größe & Co/1"}[i%3])
		})
	}
	for i, at := range []any{"2026-03-02T23:59:59.999Z", nil} {
		index := fmt.Sprintf("%s-plain-%06d", b, i+1)
		c.create(index, doc{"@timestamp": date, "message": doc{"type": "text"}})
		c.put(index, 1, func(int) doc { return doc{"@timestamp": at, "message": "plain"} })
	}
	c.do("PUT", "/_index_template/"+b+"-template", []byte(`{"index_patterns":["`+b+`-stream"],"data_stream":{},"priority":500}`))
	c.put(b+"-stream", 2, func(int) doc { return doc{"@timestamp": "2026-03-03T00:00:00Z", "message": "streamed"} })
	c.do("POST", "/_aliases", []byte(`{"actions":[{"add":{"index":"`+b+`-logs-*","alias":"`+b+`-alias"}}]}`))
	c.create(b+"-empty", doc{"@timestamp": date})
}

func TestServices(t *testing.T) {
	c := newCluster(t)
	b := c.name("services")
	fill(c, b)
	base := "es://" + c.host() + "/"
	const odd = "Gr%C3%B6%C3%9Fe%20&%20Co%2F1"
	tests := []struct {
		name, uri string
		want      []string
	}{
		{"all", "?index=" + b + "*", []string{
			odd + "/2026-03-01", odd + "/2026-03-02", "pay/2026-03-01", "pay/2026-03-02",
			b + "-empty/undated", b + "-plain/2026-03-02", b + "-plain/undated", b + "-stream/2026-03-03",
			"shop/2026-03-01", "shop/2026-03-02"}},
		{"a service", "shop?index=" + b + "*", []string{"shop/2026-03-01", "shop/2026-03-02"}},
		{"a day", "shop/2026-03-02?index=" + b + "*", []string{"shop/2026-03-02"}},
		{"an odd name", odd + "?index=" + b + "*", []string{odd + "/2026-03-01", odd + "/2026-03-02"}},
		{"a data stream", b + "-stream?index=" + b + "*", []string{b + "-stream/2026-03-03"}},
		{"an alias", "?index=" + b + "-alias", []string{odd + "/2026-03-01", odd + "/2026-03-02", "pay/2026-03-01", "pay/2026-03-02", "shop/2026-03-01", "shop/2026-03-02"}},
		{"named indices", "?index=x%3D" + b + "-plain-*," + b + "-stream,y%3D" + b + "-logs-2026.03.01", []string{"x/2026-03-02", "x/2026-03-03", "x/undated", "y/2026-03-01"}},
		{"one named service", "x?index=x%3D" + b + "-plain-*&index=y%3D" + b + "-logs-*", []string{"x/2026-03-02", "x/undated"}},
		{"another field", "?service-field=message.keyword&index=" + b + "-stream", []string{"streamed/2026-03-03"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, base+tt.uri, elasticsearch.Options{})
			assets, errs := list(t, s)
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, idsOf(assets, c.host())); diff != "" || len(errs) != 0 {
				t.Errorf("assets (-want +got):\n%s%v", diff, errs)
			}
			for id, a := range assets {
				values, r, err := sample(t, s, id, assay.Plan{Seed: 1})
				if err != nil || r.Design.Method != assay.DesignCensus || int64(len(values["message"])) != a.Rows || a.Kind != assay.KindLogDay {
					t.Errorf("%s: %d of %d lines, %+v, %v", id, len(values["message"]), a.Rows, r.Design, err)
				}
			}
		})
	}
	t.Run("the lines of a service are its own", func(t *testing.T) {
		s := open(t, base+"?index="+b+"*", elasticsearch.Options{})
		values, _, err := sample(t, s, assay.AssetID(base+"pay/2026-03-01"), assay.Plan{Seed: 1})
		if err != nil || distinct(values["message"]) != 1 || values["message"][0] != "of pay" {
			t.Errorf("%v, %v", values["message"], err)
		}
	})
	t.Run("nothing there", func(t *testing.T) {
		for _, uri := range []string{"nobody?index=" + b + "*", "?index=" + b + "-nothing*", "?index=" + b + "-nothing", "shop/2020-01-01?index=" + b + "*"} {
			assets, errs := list(t, open(t, base+uri, elasticsearch.Options{}))
			if err := errs[""]; assay.Explain(err) != assay.ReasonVanished || len(assets) != 0 {
				t.Errorf("%s: %v, %v", uri, assets, errs)
			}
		}
		s := open(t, base+"?index="+b+"*", elasticsearch.Options{})
		for _, id := range []string{"shop/2020-01-01", "nobody/2026-03-01", "nobody/undated", "shop", "shop/yesterday", "x/y/z"} {
			if _, _, err := sample(t, s, assay.AssetID(base+id), assay.Plan{}); assay.Explain(err) != assay.ReasonVanished {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
	t.Run("beside the target", func(t *testing.T) {
		s := open(t, base+"shop/2026-03-01?index="+b+"*", elasticsearch.Options{})
		for _, id := range []string{"pay/2026-03-01", "shop/2026-03-02"} {
			if _, _, err := sample(t, s, assay.AssetID(base+id), assay.Plan{}); assay.Explain(err) != assay.ReasonDenied {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
	t.Run("last days", func(t *testing.T) {
		recent := c.name("recent")
		c.create(recent, doc{"@timestamp": doc{"type": "date"}, "service.name": doc{"type": "keyword"}})
		now := time.Now().UTC()
		c.put(recent, 5, func(i int) doc { return stamped(now.AddDate(0, 0, -i).Format(time.RFC3339), "shop") })
		assets, errs := list(t, open(t, base+"?days=2&index="+recent, elasticsearch.Options{}))
		err := errs[assay.AssetID(base)]
		if len(assets) != 2 || assay.Explain(err) != assay.ReasonBudget || !strings.Contains(err.Error(), "3 lines are older") {
			t.Errorf("%v, %v", idsOf(assets, c.host()), errs)
		}
		_, errs = list(t, open(t, base+"shop?days=2&index="+recent+","+b+"*", elasticsearch.Options{}))
		err = errs[assay.AssetID(base+"shop")]
		if assay.Explain(err) != assay.ReasonBudget || !strings.Contains(err.Error(), "7 lines are older") { // 3, and 2 on each of two days
			t.Errorf("of one service: %v", errs)
		}
	})
	t.Run("two clusters", func(t *testing.T) {
		other := cluster{t, testserver.SecondElasticsearch(t)}
		other.put(other.name("other"), 1, func(int) doc { return stamped("2026-03-01T00:00:00Z", "shop") })
		assets, errs := list(t, open(t, "es://"+other.host()+"/shop", elasticsearch.Options{}))
		want := assay.AssetID("es://" + other.host() + "/shop/2026-03-01")
		if len(assets) != 1 || assets[want].Rows != 1 || len(errs) != 0 {
			t.Errorf("%v, %v", assets, errs)
		}
	})
}
