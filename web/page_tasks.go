package web

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.com/assay"
)

// tasksShown is how many tasks a page lists.
const tasksShown = 100

// tasksPage is the queue.
type tasksPage struct {
	Now   time.Time
	Depth assay.Depth
	State assay.QueueState // of the tasks that are listed
	Tasks []assay.Queued
	Done  string // what a form did
}

func (s *Server) tasksPage(r *http.Request) (view, title string, data any, err error) {
	p := tasksPage{Now: s.Now(), State: assay.QueueDead, Done: doneText(r)}
	if state := assay.QueueState(r.URL.Query().Get("state")); state == assay.QueueWaiting || state == assay.QueueLeased {
		p.State = state
	}
	if p.Depth, err = s.Queue.Depth(r.Context()); err != nil {
		return "", "", nil, err
	}
	p.Tasks, err = firstTasks(r.Context(), s.Queue, p.State, tasksShown)
	return "tasks", "Tasks", p, err
}

// doneText says what a form did, as it told in the address that it led to.
func doneText(r *http.Request) string {
	var n int
	if _, err := fmt.Sscan(r.URL.Query().Get("n"), &n); err != nil {
		return ""
	}
	switch r.URL.Query().Get("done") {
	case "redrive":
		return plural(n, "task") + " will be tried again."
	case "drop":
		return plural(n, "task") + " dropped."
	}
	return ""
}

// redriveForm makes the chosen dead tasks wait again, or all of them.
func (s *Server) redriveForm(w http.ResponseWriter, r *http.Request) {
	ids, all := chosen(r)
	if len(ids) == 0 && !all {
		s.refuse(w, r, http.StatusUnprocessableEntity, "No task was chosen.")
		return
	}
	if all {
		ids = nil
	}
	n, err := s.redrive(r.Context(), ids)
	s.formDone(w, r, "redrive", n, err)
}

// dropForm removes the chosen tasks.
func (s *Server) dropForm(w http.ResponseWriter, r *http.Request) {
	ids, _ := chosen(r)
	if len(ids) == 0 {
		s.refuse(w, r, http.StatusUnprocessableEntity, "No task was chosen.")
		return
	}
	n, err := s.drop(r.Context(), ids)
	s.formDone(w, r, "drop", n, err)
}

func chosen(r *http.Request) (ids []string, all bool) {
	_ = r.PostFormValue("") // reads the form; one that cannot be read has chosen nothing
	return slices.DeleteFunc(r.PostForm["id"], func(id string) bool { return id == "" }), r.PostForm.Get("all") == "yes"
}

func (s *Server) formDone(w http.ResponseWriter, r *http.Request, what string, n int, err error) {
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, link("/tasks", "done", what, "n", n), http.StatusSeeOther)
}
