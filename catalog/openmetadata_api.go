package catalog

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strconv"
	"time"

	"example.com/assay"
)

// What is read of OpenMetadata's entities, by the names of its JSON schemas
// (entity/services/databaseService.json, entity/data/table.json).
type (
	omService struct {
		Name        string `json:"name"`
		ServiceType string `json:"serviceType"`
		Connection  struct {
			Config struct {
				HostPort string `json:"hostPort"`
			} `json:"config"`
		} `json:"connection"`
		Owners []omRef `json:"owners"`
	}
	omTable struct {
		Name           string     `json:"name"`
		TableType      string     `json:"tableType"`
		Database       omRef      `json:"database"`
		DatabaseSchema omRef      `json:"databaseSchema"`
		Columns        []omColumn `json:"columns"`
		Owners         []omRef    `json:"owners"`
		Tags           []omTag    `json:"tags"`
		LifeCycle      struct {
			Updated struct {
				Timestamp omTime `json:"timestamp"`
			} `json:"updated"`
		} `json:"lifeCycle"`
	}
	omColumn struct {
		Name     string     `json:"name"`
		Tags     []omTag    `json:"tags"`
		Children []omColumn `json:"children"`
	}
	// omRef is a reference to an entity, or what all entities have.
	omRef struct {
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
	omTag struct {
		TagFQN string `json:"tagFQN"`
		State  string `json:"state"`
	}
	omTime int64 // milliseconds since 1970; 0 is unknown
)

func (t omTime) time() time.Time {
	if t <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(t)).UTC()
}

// ownerOf is the first owner: a user or a team.
func ownerOf(owners []omRef) string {
	if len(owners) == 0 {
		return ""
	}
	return owners[0].Name
}

// omPageSize is how many entities are asked for at a time: a table comes with all
// of its columns.
const omPageSize = 200

// list yields the entities of a list, page by page.
func list[T any](ctx context.Context, c *client, path []string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		query.Set("limit", strconv.Itoa(omPageSize))
		for {
			var page struct {
				Data   []T `json:"data"`
				Paging struct {
					After string `json:"after"`
				} `json:"paging"`
			}
			_, err := c.get(ctx, path, query, "", &page)
			if err == nil && page.Paging.After != "" && page.Paging.After == query.Get("after") {
				err = &assay.Error{Op: "read OpenMetadata", Item: path[len(path)-1], Reason: assay.ReasonUnreadable, Err: errors.New("the cursor does not move on")}
			}
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, item := range page.Data {
				if !yield(item, nil) {
					return
				}
			}
			if page.Paging.After == "" {
				return
			}
			query.Set("after", page.Paging.After)
		}
	}
}
