package config

import (
	"fmt"
	"time"
)

// Model is an endpoint that is asked about sampled values, by the Open Inference
// Protocol v2. Its name in the configuration is what definitions call it. Zero
// limits stand for the defaults of package verifiers.
type Model struct {
	// URL is the server's: http://127.0.0.1:8080.
	URL URI `yaml:"url"`
	// Model is its name there; empty means the name here.
	Model string `yaml:"model"`
	// Authorization is sent as the header of that name.
	Authorization Secret        `yaml:"authorization"`
	Timeout       time.Duration `yaml:"timeout"`  // of one request
	Tries         int           `yaml:"tries"`    // of one request
	Values        int           `yaml:"values"`   // the most values in one request
	Bytes         Size          `yaml:"bytes"`    // the most bytes of values in one request
	Cooldown      time.Duration `yaml:"cooldown"` // how long a failing endpoint is left alone
}

func (m Model) check(key string) error {
	if m.URL == "" {
		return fmt.Errorf("%s.url is missing (such as http://127.0.0.1:8080)", key)
	}
	if m.Timeout < 0 || m.Tries < 0 || m.Values < 0 || m.Bytes < 0 || m.Cooldown < 0 {
		return fmt.Errorf("%s: a limit is negative", key)
	}
	return nil
}
