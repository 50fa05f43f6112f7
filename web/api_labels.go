package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/assay"
)

// unprocessable answers a request that says something wrong.
func unprocessable(why string) error { return huma.NewError(http.StatusUnprocessableEntity, why) }

// ItemPaging is a part of a list of items. It is exported for the library that reads
// requests.
type ItemPaging struct {
	After string `query:"after" maxLength:"200" doc:"The next of the part before."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type itemsQuery struct {
	ItemPaging
	Element    string `query:"element" maxLength:"128"`
	Origin     string `query:"origin" enum:"column,result,free_form,generated"`
	Stratum    string `query:"stratum" maxLength:"16"`
	Unlabelled bool   `query:"unlabelled" doc:"Only those that nobody labelled."`
}

func (s *Server) listItems(ctx context.Context, q *itemsQuery) (*listAnswer[assay.Item], error) {
	filter := assay.ItemFilter{Element: assay.Element(q.Element), Origin: assay.Origin(q.Origin), Stratum: q.Stratum, Unlabelled: q.Unlabelled}
	var items []assay.Item
	for item, err := range s.Store.Items(ctx, filter) {
		switch {
		case err != nil:
			return nil, err
		case placeOf(item) <= q.After:
			continue
		case len(items) == q.Limit:
			return listOf(items, placeOf(items[len(items)-1])), nil
		}
		items = append(items, item)
	}
	return listOf(items, ""), nil
}

// placeOf is where an item stands in the list.
func placeOf(i assay.Item) string { return string(i.Element) + "/" + i.ID }

// ByItem is a request for one item.
type ByItem struct {
	ID string `path:"id" maxLength:"64"`
}

// itemValue is a value to be labelled, in the clear.
type itemValue struct {
	Content string `json:"content" doc:"Without control characters, and with what is no text replaced."`
	Start   int    `json:"start" doc:"Of what the verifier found in it, in bytes of the value as it is kept."`
	End     int    `json:"end"`
}

func (s *Server) revealItem(ctx context.Context, in *struct {
	ByItem
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000"`
	}
}) (*oneAnswer[itemValue], error) {
	if s.Sealer == nil {
		return nil, huma.NewError(http.StatusNotFound, "no value is kept here: no key is configured")
	}
	item, err := s.Store.Item(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.audit(ctx, assay.ActionReveal, item.ID, in.Body.Reason, string(item.Element)); err != nil {
		return nil, err
	}
	content, err := assay.OpenItem(ctx, s.Sealer, item)
	if err != nil {
		return nil, err
	}
	return &oneAnswer[itemValue]{itemValue{readable(content.Value), content.Start, content.End}}, nil
}

func (s *Server) labelItem(ctx context.Context, in *struct {
	ByItem
	Body struct {
		Verdict assay.Verdict `json:"verdict" enum:"present,absent,unsure"`
	}
}) (*struct{}, error) {
	return nil, s.say(ctx, in.ID, in.Body.Verdict, routeOfAPI)
}

func (s *Server) unlabelItem(ctx context.Context, in *ByItem) (*struct{}, error) {
	return nil, s.Store.RemoveLabel(ctx, in.ID, actorOf(ctx).Name)
}

func (s *Server) listLabels(ctx context.Context, q *struct {
	Element string `query:"element" maxLength:"128"`
	Item    string `query:"item" maxLength:"64"`
	By      string `query:"by" maxLength:"191"`
	Fields  bool   `query:"fields" doc:"Only those on fields."`
}) (*listAnswer[assay.Label], error) {
	var labels []assay.Label
	for l, err := range s.Store.Labels(ctx, assay.LabelFilter{Element: assay.Element(q.Element), Item: q.Item, By: q.By, Fields: q.Fields}) {
		if err != nil {
			return nil, err
		}
		labels = append(labels, l)
	}
	return listOf(labels, ""), nil
}

func (s *Server) labelField(ctx context.Context, in *struct {
	Body struct {
		Verdict assay.Verdict `json:"verdict" enum:"present,absent,unsure"`
		Element string        `json:"element" minLength:"1" maxLength:"128"`
		Asset   string        `json:"asset" minLength:"1" maxLength:"4096"`
		Field   string        `json:"field" minLength:"1" maxLength:"4096"`
	}
}) (*struct{}, error) {
	b := in.Body
	return nil, s.sayOfField(ctx, assay.AssetID(b.Asset), b.Field, assay.Element(b.Element), b.Verdict, routeOfAPI)
}
