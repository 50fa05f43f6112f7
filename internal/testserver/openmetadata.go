package testserver

import (
	"os"
	"path/filepath"
	"testing"
)

// OpenMetadataSchemas returns a folder with the JSON schemas of OpenMetadata's
// entities: Table.json, Database.json, DatabaseService.json, and of requests:
// CreateClassificationRequest.json, CreateTagRequest.json.
func OpenMetadataSchemas(t testing.TB) (folder string) {
	t.Helper()
	folder, err := openMetadataSchemas()
	need(t, err)
	return folder
}

func openMetadataSchemas() (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "openmetadata-2.0.7.0-requests") // the name that install/servers/openmetadata.sh gives it
	if _, err := os.Stat(filepath.Join(folder, "complete")); err != nil {
		return "", &missing{"the schemas of OpenMetadata", "no folder " + folder}
	}
	return folder, nil
}
