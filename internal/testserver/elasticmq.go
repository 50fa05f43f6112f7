package testserver

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// ElasticMQ returns the address, http://127.0.0.1:PORT, of a server with the
// interface of Amazon SQS that all tests of the process share. It takes any
// credentials, in region us-east-1; tests make queues with names of their own.
//
// It differs from Amazon SQS in that it never says MessageNotInflight, that a
// second deletion of a message is an error, and that there is one account only.
func ElasticMQ(t testing.TB) string {
	t.Helper()
	i, err := elasticMQ()
	need(t, err)
	return fmt.Sprintf("http://127.0.0.1:%d", i.port)
}

// elasticMQ starts the server of this process, once.
var elasticMQ = sync.OnceValues(func() (instance, error) {
	return server{name: "elasticmq", command: elasticCommand, ready: elasticReady, patience: 2 * time.Minute}.start()
})

// elasticConfig is the server's configuration for a port, with Amazon's limits.
const elasticConfig = `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = %[1]d, context-path = "" }
rest-sqs { enabled = true, bind-port = %[1]d, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
aws { region = us-east-1, accountId = 000000000000 }
`

func elasticCommand(dir string, port int) ([]string, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	home := filepath.Join(cache, "elasticmq-1.7.1") // as install/servers/elasticmq.sh names it
	if _, err := os.Stat(filepath.Join(home, "complete")); err != nil {
		return nil, &missing{"elasticmq", "no folder " + home}
	}
	java, err := find("elasticmq", "java")
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "elasticmq.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, elasticConfig, port), 0o600); err != nil {
		return nil, err
	}
	// The flags halve the processor time until it is ready.
	return []string{java, "-Xms32m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Dconfig.file=" + config, "-cp", filepath.Join(home, "lib", "*"), "org.elasticmq.server.Main"}, nil
}

func elasticReady(ctx context.Context, _ string, port int) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/", port), nil)
	if err != nil {
		return err
	}
	request.Close = true // leave no connection open behind the test
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close() // any answer will do
}
