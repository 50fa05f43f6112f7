package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"
)

// demoRows is how many customers the demo company has.
const demoRows = 1200

// demoTable is a table of the shop: its columns as SQL, and how to make a row.
type demoTable struct {
	name    string
	columns string
	rows    int
	row     func(f faker, i int) []any
}

// demoTables are the shop's tables: personal data under honest names, under
// poor names, inside texts and documents, and tables without any.
var demoTables = []demoTable{
	{"customers", "id INTEGER PRIMARY KEY, full_name TEXT, contact TEXT, tel TEXT, dob_raw TEXT, created_at TEXT, newsletter INTEGER", demoRows, customerRow},
	{"addresses", "id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), street TEXT, city TEXT, postcode TEXT, country TEXT", demoRows, addressRow},
	{"orders", "id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), placed_at TEXT, total_cents INTEGER, currency TEXT, status TEXT, note TEXT", 3 * demoRows, orderRow},
	{"order_items", "id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders(id), product_id INTEGER, quantity INTEGER, unit_price REAL", 5 * demoRows, itemRow},
	{"products", "id INTEGER PRIMARY KEY, sku TEXT, title TEXT, weight_g INTEGER, stock INTEGER, size TEXT", 240, productRow},
	{"payments", "id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders(id), ref_a TEXT, ref_b TEXT, amount REAL, paid_on TEXT", demoRows, paymentRow},
	{"staff", "id INTEGER PRIMARY KEY, display TEXT, mail TEXT, field_7 TEXT, travel_doc TEXT, grade INTEGER", 160, staffRow},
	{"logins", "id INTEGER PRIMARY KEY, customer_id INTEGER, origin TEXT, device TEXT, bearer TEXT, at TEXT", demoRows, loginRow},
	{"events", "id INTEGER PRIMARY KEY, kind TEXT, payload TEXT", demoRows, eventRow},
	{"warehouses", "id INTEGER PRIMARY KEY, code TEXT, shelves INTEGER, opened_on TEXT", 12, warehouseRow},
	{"scans", "id INTEGER PRIMARY KEY, sheet BLOB", 40, blobRow},
}

// writeShop makes the SQLite database of the demo company.
func writeShop(ctx context.Context, path string, f faker) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	return errors.Join(fillShop(ctx, db, f), db.Close())
}

// fillShop makes the tables of the demo company in a database.
func fillShop(ctx context.Context, db *sql.DB, f faker) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, t := range demoTables {
		if err := t.write(ctx, tx, f); err != nil {
			return fmt.Errorf("write table %s: %w", t.name, err)
		}
	}
	return tx.Commit()
}

func (t demoTable) write(ctx context.Context, tx *sql.Tx, f faker) error {
	if _, err := tx.ExecContext(ctx, "CREATE TABLE "+t.name+" ("+t.columns+")"); err != nil {
		return err
	}
	marks := strings.Repeat(", ?", len(t.row(newFaker(0), 0)))
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+t.name+" VALUES (?"+marks+")")
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range t.rows {
		if _, err := insert.ExecContext(ctx, append([]any{i + 1}, t.row(f, i)...)...); err != nil {
			return err
		}
	}
	return nil
}

func (f faker) day() string { return demoToday.AddDate(0, 0, -f.IntN(900)).Format(time.DateOnly) }

func customerRow(f faker, _ int) []any {
	p := f.person()
	var tel any = p.phone
	if f.IntN(5) == 0 {
		tel = nil
	}
	return []any{p.name, p.email, tel, p.born.Format("02.01.2006"), f.day(), f.IntN(2)}
}

func addressRow(f faker, i int) []any {
	p := f.person()
	return []any{i + 1, p.street, p.city, p.zip, p.locale.country}
}

func orderRow(f faker, _ int) []any {
	return []any{1 + f.IntN(demoRows), f.day(), 500 + f.IntN(40_000), f.pick([]string{"EUR", "USD"}),
		f.pick([]string{"paid", "shipped", "returned", "open"}), f.note()}
}

// note makes what somebody typed into the box beside an order: mostly nothing
// personal.
func (f faker) note() any {
	p := f.person()
	switch f.IntN(24) {
	case 0:
		return "please call " + p.phone + " before delivery"
	case 1:
		return "refund to " + p.iban + ", thanks"
	case 2:
		return "Rechnung bitte an " + p.email
	case 3, 4, 5:
		return f.pick([]string{"leave at the back door", "gift wrap please", "second parcel of two", "deje el paquete en recepción", "bitte klingeln"})
	}
	return nil
}

func itemRow(f faker, _ int) []any {
	return []any{1 + f.IntN(3*demoRows), 1 + f.IntN(240), 1 + f.IntN(4), float64(100+f.IntN(20_000)) / 100}
}

func productRow(f faker, i int) []any {
	title := f.pick(strings.Fields("Ridge Summit Trail Glacier Canyon Pine Storm River")) + " " +
		f.pick(strings.Fields("Tent Jacket Stove Backpack Lantern Boots Rope Bottle")) + " " + f.digits("##0")
	return []any{fmt.Sprintf("KS-%04d-%s", i, f.text("ABCDEF", 2)), title, 50 + f.IntN(4000), f.IntN(300), f.pick([]string{"S", "M", "L", "XL"})}
}

func paymentRow(f faker, i int) []any {
	p := f.person()
	return []any{i + 1, p.card, p.iban, float64(500+f.IntN(40_000)) / 100, f.day()}
}

func staffRow(f faker, _ int) []any {
	p := f.person()
	return []any{p.name, strings.Split(p.email, "@")[0] + "@kestrel-outdoor.com", p.ssn, p.passport, 1 + f.IntN(9)}
}

func loginRow(f faker, _ int) []any {
	p := f.person()
	return []any{1 + f.IntN(demoRows), p.ip, p.mac, f.jwt(fmt.Sprint(f.IntN(demoRows))), f.day()}
}

func eventRow(f faker, i int) []any {
	p := f.person()
	payload, _ := json.Marshal(map[string]any{ // maps of plain values always marshal
		"seq": i, "user": map[string]any{"mail": p.email, "locale": p.locale.lang},
		"cart": []any{map[string]any{"sku": f.digits("KS-####"), "count": f.IntN(5)}},
	})
	return []any{f.pick([]string{"view", "add", "checkout"}), string(payload)}
}

func warehouseRow(f faker, _ int) []any {
	return []any{f.text("ABCDEFGH", 3), 20 + f.IntN(400), f.day()}
}

func blobRow(f faker, _ int) []any {
	blob := make([]byte, 600)
	for i := range blob {
		blob[i] = byte(f.Uint32())
	}
	return []any{append([]byte("\xff\xd8\xff\xe0"), blob...)} // begins like a photograph
}
