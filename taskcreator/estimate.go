package taskcreator

import (
	"cmp"

	"example.com/assay"
)

// What the sources read when the plan leaves it to them; each source documents
// its own defaults.
const (
	defaultRows   = 1000    // rows, records and lines
	rowsAtOnce    = 10      // rows from one random start in a table
	unknownRow    = 512     // bytes of a row where the store does not tell
	tableQueries  = 4       // statements beside those for rows: columns, keys, ends, count
	wholeObject   = 1 << 20 // an object of at most this is read by one request
	objectRanges  = 32      // requests for a larger one …
	objectSample  = 4 << 20 // … and the bytes of them together
	objectHeads   = 2       // requests for an object's properties and tags
	logRequests   = 20      // searches in one day of a service's logs
	queueRequests = 3       // a task is sent, received and finished …
	queueBatch    = 10      // … ten at a time
	gigabyte      = 1e9
	million       = 1e6
)

// estimate is the load of one asset's task. The store's own sizes are estimates
// too, so that this is one: good for the order of magnitude.
func estimate(asset assay.Asset, plan assay.Plan, prices Prices) Load {
	rows := int64(cmp.Or(plan.Rows, defaultRows))
	var l Load
	switch asset.Kind {
	case assay.KindTable, assay.KindView:
		l = tableLoad(asset, rows, int64(plan.Starts))
	case assay.KindLogDay:
		l = Load{Rows: rows, Bytes: rows * unknownRow, Requests: logRequests}
	default:
		l = objectLoad(asset, rows)
	}
	if plan.Bytes > 0 {
		l.Bytes = min(l.Bytes, plan.Bytes)
	}
	l.Tasks = 1
	l.Cost = float64(l.Bytes) / gigabyte * prices.Gigabyte
	if asset.Kind == assay.KindObject {
		l.Cost += float64(l.Requests) / million * prices.ObjectMillion
	}
	l.Cost += queueRequests / float64(queueBatch) / million * prices.QueueMillion
	return l
}

func tableLoad(asset assay.Asset, rows, starts int64) Load {
	if asset.Rows >= 0 {
		rows = min(rows, asset.Rows)
	}
	width := int64(unknownRow)
	if asset.Rows > 0 && asset.Bytes >= 0 {
		width = max(asset.Bytes/asset.Rows, 1)
	}
	starts = cmp.Or(starts, (rows+rowsAtOnce-1)/rowsAtOnce)
	return Load{Rows: rows, Bytes: rows * width, Requests: tableQueries + starts}
}

func objectLoad(asset assay.Asset, rows int64) Load {
	l := Load{Rows: rows, Bytes: asset.Bytes, Requests: objectHeads + 1}
	if asset.Bytes < 0 || asset.Bytes > wholeObject {
		l.Requests = objectHeads + objectRanges
		l.Bytes = objectSample
	}
	if asset.Bytes > 0 {
		l.Bytes = min(l.Bytes, asset.Bytes)
	}
	return l
}
