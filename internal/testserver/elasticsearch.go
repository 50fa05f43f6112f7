package testserver

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Elasticsearch returns the address, http://127.0.0.1:PORT, of a cluster of one
// node that all tests of the process share. Tests use indices with names of
// their own.
//
// It is the core of Elasticsearch, which asks nobody who he is: accounts, API
// keys, TLS, scripts and the data stream API come with modules that are not on
// Maven Central. Data streams themselves work, by index templates.
func Elasticsearch(t testing.TB) string {
	t.Helper()
	i, err := elasticsearch()
	need(t, err)
	return fmt.Sprintf("http://127.0.0.1:%d", i.port)
}

// SecondElasticsearch returns the address of another cluster.
func SecondElasticsearch(t testing.TB) string {
	t.Helper()
	i, err := secondElasticsearch()
	need(t, err)
	return fmt.Sprintf("http://127.0.0.1:%d", i.port)
}

// The clusters of this process, each started once.
var (
	elasticsearch       = sync.OnceValues(startElasticsearch)
	secondElasticsearch = sync.OnceValues(startElasticsearch)
)

func startElasticsearch() (instance, error) {
	return server{name: "elasticsearch", command: elasticsearchCommand, ready: elasticsearchReady, patience: 3 * time.Minute}.start()
}

func elasticsearchCommand(dir string, port int) ([]string, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	home := filepath.Join(cache, "elasticsearch-8.19.21") // as install/servers/elasticsearch.sh names it
	if _, err := os.Stat(filepath.Join(home, "complete")); err != nil {
		return nil, &missing{"elasticsearch", "no folder " + home}
	}
	java, err := find("elasticsearch", "java")
	if err != nil {
		return nil, err
	}
	// Like the flags of its own start script, with little memory and a quick start.
	return []string{java, "-Xms256m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Dio.netty.noUnsafe=true", "-Dio.netty.noKeySetOptimization=true", "-Dio.netty.recycler.maxCapacityPerThread=0",
		"-Dlog4j2.disable.jmx=true", "-Dlog4j.shutdownHookEnabled=false", "-Djava.io.tmpdir=" + dir,
		"-cp", filepath.Join(home, "classes") + ":" + filepath.Join(home, "lib", "*"),
		"org.elasticsearch.node.TestNode", dir, strconv.Itoa(port)}, nil
}

func elasticsearchReady(ctx context.Context, _ string, port int) error {
	return answers(ctx, fmt.Sprintf("http://127.0.0.1:%d/_cluster/health", port))
}
