package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/assay"
)

// depth is how many tasks are in which state.
type depth struct {
	Waiting       int     `json:"waiting"`
	Leased        int     `json:"leased"`
	Dead          int     `json:"dead"`
	OldestSeconds float64 `json:"oldest_seconds" doc:"Age of the oldest waiting task, where the queue tells it."`
}

func (s *Server) getDepth(ctx context.Context, _ *none) (*oneAnswer[depth], error) {
	d, err := s.Queue.Depth(ctx)
	return &oneAnswer[depth]{depth{d.Waiting, d.Leased, d.Dead, d.Oldest.Seconds()}}, err
}

type tasksQuery struct {
	State string `path:"state" enum:"waiting,leased,dead"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (s *Server) listTasks(ctx context.Context, q *tasksQuery) (*listAnswer[assay.Queued], error) {
	tasks, err := firstTasks(ctx, s.Queue, assay.QueueState(q.State), q.Limit)
	return listOf(tasks, ""), err
}

// firstTasks returns the oldest tasks in a state.
func firstTasks(ctx context.Context, queue assay.Operator, state assay.QueueState, limit int) (tasks []assay.Queued, err error) {
	for task, err := range queue.List(ctx, state) {
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, task)
		if len(tasks) == limit {
			break
		}
	}
	return tasks, nil
}

// taskIDs names tasks. All is a word of its own, so that an empty list cannot
// mean everything by accident.
type taskIDs struct {
	Body struct {
		IDs []string `json:"ids,omitempty" maxItems:"1000" nullable:"false"`
		All bool     `json:"all,omitempty" doc:"All dead tasks; only to make them wait again."`
	}
}

// changed is how many tasks a change concerned.
type changed struct {
	Tasks int `json:"tasks"`
}

func (s *Server) redriveTasks(ctx context.Context, in *taskIDs) (*oneAnswer[changed], error) {
	if in.Body.All == (len(in.Body.IDs) > 0) {
		return nil, huma.NewError(http.StatusUnprocessableEntity, "name ids, or all, and not both")
	}
	n, err := s.redrive(ctx, in.Body.IDs)
	return &oneAnswer[changed]{changed{n}}, err
}

func (s *Server) dropTasks(ctx context.Context, in *taskIDs) (*oneAnswer[changed], error) {
	if in.Body.All || len(in.Body.IDs) == 0 {
		return nil, huma.NewError(http.StatusUnprocessableEntity, "name the ids of the tasks to drop")
	}
	n, err := s.drop(ctx, in.Body.IDs)
	return &oneAnswer[changed]{changed{n}}, err
}

// redrive makes dead tasks wait again, all of them without ids.
func (s *Server) redrive(ctx context.Context, ids []string) (int, error) {
	if err := s.audit(ctx, assay.ActionRedrive, "", "", namesOf(ids)); err != nil {
		return 0, err
	}
	n, err := s.Queue.Redrive(ctx, ids...)
	s.logChange(ctx, "tasks sent again", "tasks", n)
	return n, err
}

// drop removes tasks for good.
func (s *Server) drop(ctx context.Context, ids []string) (int, error) {
	if err := s.audit(ctx, assay.ActionDrop, "", "", namesOf(ids)); err != nil {
		return 0, err
	}
	n, err := s.Queue.Drop(ctx, ids...)
	s.logChange(ctx, "tasks dropped", "tasks", n)
	return n, err
}

// namedTasks is how many tasks the audit log names of a change.
const namedTasks = 20

// namesOf writes the ids of tasks for the audit log.
func namesOf(ids []string) string {
	switch n := len(ids); {
	case n == 0:
		return "all dead tasks"
	case n > namedTasks:
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:namedTasks], " "), n-namedTasks)
	}
	return strings.Join(ids, " ")
}

// logChange says who changed something.
func (s *Server) logChange(ctx context.Context, what string, args ...any) {
	caller, _ := callerOf(ctx)
	s.Log.Info(what, append(args, "token", caller.ID, "name", caller.Name)...)
}
