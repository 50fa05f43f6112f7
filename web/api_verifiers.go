package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/assay"
	"example.com/assay/verifiers"
)

// ByElement is a request for one verifier.
type ByElement struct {
	Element string `path:"element" maxLength:"128"`
}

// verifierHistory is one verifier with its versions and all that was changed.
type verifierHistory struct {
	Versions []version              `json:"versions" nullable:"false"`
	Changes  []assay.VerifierChange `json:"changes" nullable:"false"`
}

func (s *Server) getVerifier(ctx context.Context, in *ByElement) (*oneAnswer[verifierHistory], error) {
	versions, err := verifiers.VersionsOf(ctx, s.Store, assay.Element(in.Element))
	if err != nil {
		return nil, err
	}
	out := verifierHistory{Changes: []assay.VerifierChange{}}
	for _, v := range versions {
		told, err := tellVersion(v, true)
		if err != nil {
			return nil, err
		}
		out.Versions = append(out.Versions, told)
	}
	for c, err := range s.Store.VerifierChanges(ctx, assay.Element(in.Element)) {
		if err != nil {
			return nil, err
		}
		out.Changes = append(out.Changes, c)
	}
	return &oneAnswer[verifierHistory]{out}, nil
}

// newVersion is a request to add a definition.
type newVersion struct {
	Body struct {
		Definition json.RawMessage `json:"definition" doc:"As in a file of the library."`
		Reason     string          `json:"reason" minLength:"1" maxLength:"2000"`
		Now        bool            `json:"now,omitempty" doc:"Put it into use at once, without the gate. Otherwise it runs in shadow until it is rolled out."`
		Base       int             `json:"base,omitempty" minimum:"0" doc:"The newest version that the author has seen: 409 where there is a newer one."`
	}
}

func (s *Server) addVerifier(ctx context.Context, in *newVersion) (*oneAnswer[version], error) {
	definition, err := verifiers.Parse("definition", in.Body.Definition)
	if err != nil {
		return nil, refused(err)
	}
	by := s.changeBy(ctx, in.Body.Reason)
	by.Now, by.Base = in.Body.Now, in.Body.Base
	if err := verifiers.Prove(ctx, definition, s.Verifiers, s.Models); err != nil {
		return nil, refused(err)
	}
	v, err := verifiers.Publish(ctx, s.Store, definition, s.Verifiers, s.Models, by)
	if err != nil {
		return nil, err
	}
	s.logChange(ctx, "verifier added", "verifier", v.Element, "version", v.Version, "state", v.State)
	told, err := tellVersion(v, false)
	return &oneAnswer[version]{told}, err
}

// refused answers a definition that is wrong.
func refused(err error) error {
	return huma.NewError(http.StatusUnprocessableEntity, "the definition was refused: "+strings.ReplaceAll(err.Error(), "\n", "; "))
}

// changeOf is a request to change which version runs.
type changeOf struct {
	ByElement
	Body struct {
		Reason  string `json:"reason" minLength:"1" maxLength:"2000"`
		Version int    `json:"version,omitempty" minimum:"0" doc:"Absent: the active one to disable; to roll back, the end of a staged roll-out, or the version that was in use before."`
	}
}

// changedVerifier is what became of a version.
type changedVerifier struct {
	Element assay.Element `json:"element"`
	Version int           `json:"version"`
	State   assay.State   `json:"state"`
}

func (s *Server) disableVerifier(ctx context.Context, in *changeOf) (*oneAnswer[changedVerifier], error) {
	n, err := verifiers.Disable(ctx, s.Store, assay.Element(in.Element), in.Body.Version, s.changeBy(ctx, in.Body.Reason))
	return s.wasChanged(ctx, in.Element, n, assay.StateDisabled, err)
}

func (s *Server) rollbackVerifier(ctx context.Context, in *changeOf) (*oneAnswer[changedVerifier], error) {
	n, state, err := verifiers.Rollback(ctx, s.Store, assay.Element(in.Element), in.Body.Version, s.changeBy(ctx, in.Body.Reason))
	return s.wasChanged(ctx, in.Element, n, state, err)
}

func (s *Server) wasChanged(ctx context.Context, element string, n int, state assay.State, err error) (*oneAnswer[changedVerifier], error) {
	if err != nil {
		return nil, err
	}
	s.logChange(ctx, "verifier changed", "verifier", element, "version", n, "state", state)
	return &oneAnswer[changedVerifier]{changedVerifier{assay.Element(element), n, state}}, nil
}

// changeBy is a change by the caller.
func (s *Server) changeBy(ctx context.Context, reason string) verifiers.Change {
	return verifiers.Change{Author: actorOf(ctx).Name, Reason: reason}
}

// tellVersion is a version as the API tells it.
func tellVersion(v assay.VerifierVersion, whole bool) (version, error) {
	told := version{v.Element, v.Version, v.Hash, v.State, v.Author, v.Reason, v.Created, nil}
	if !whole {
		return told, nil
	}
	return told, json.Unmarshal(v.Definition, &told.Definition)
}
